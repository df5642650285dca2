"""What is taken away from a problem, and nothing else."""

from typing import NamedTuple

import numpy as np
import pytest

from multivector_sim.questions.causes import WIDE, _without_corridor, _without_host, _without_partner


class Problem(NamedTuple):
    rupture_partner: np.ndarray = np.array([0, 1, 1])
    transit_share: np.ndarray = np.array([[0.5, 0.0], [0.0, 0.25]])
    baseline: np.ndarray = np.array([[1.0, 2.0], [3.0, 4.0]])


class Draws(NamedTuple):
    onset: np.ndarray
    severity: np.ndarray
    capacity: np.ndarray


@pytest.fixture
def draws():
    random = np.random.default_rng(1)
    return Draws(random.random((4, 3)), random.random((4, 3, 3)), random.random((4, 2)))


def test_a_host_no_longer_closes_transit(draws):
    _, other = _without_host(1, Problem(), draws)
    assert (other.severity[:, 1:, -1] == 0.0).all()
    assert np.array_equal(other.severity[:, 0], draws.severity[:, 0])
    assert np.array_equal(other.severity[..., :-1], draws.severity[..., :-1])


def test_a_corridor_is_open_and_wide(draws):
    problem, other = _without_corridor(1, Problem(), draws)
    assert problem.transit_share.tolist() == [[0.5, 0.0], [0.0, 0.0]]
    assert (other.capacity[:, 1] == 10.0 * WIDE).all()
    assert np.array_equal(other.capacity[:, 0], draws.capacity[:, 0])


def test_a_partner_never_ruptures(draws):
    _, other = _without_partner(1, Problem(), draws)
    assert np.isinf(other.onset[:, 1:]).all()
    assert np.array_equal(other.onset[:, 0], draws.onset[:, 0])
