"""Where the tail begins, and which loss has which rank."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector_sim.errors import UsageError
from multivector_sim.measure.selection import boundary, check_level, check_losses, order_statistics


@given(st.integers(1, 99_999), st.integers(1, 1_000_000))
def test_a_level_counts_at_its_decimal_face_value(hundred_thousandths, draws):
    level = Fraction(hundred_thousandths, 100_000)
    rank, mass = boundary(float(level), draws)
    assert rank == ceil(level * draws)
    assert mass == pytest.approx(float((1 - level) * draws), rel=1e-9)


@pytest.mark.parametrize("hundredths", range(1, 100))
def test_one_less_a_level_is_a_level_too(hundredths):
    assert boundary(1 - hundredths / 100, 100).rank == 100 - hundredths


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, float("nan"), float("inf")])
def test_what_is_no_level_is_refused(level):
    with pytest.raises(UsageError, match="is not a level; give a number between 0 and 1"):
        check_level(level)


@pytest.mark.parametrize("losses", [[], [0.1, np.nan], [np.inf, -np.inf], [[0.1], [0.2]], 0.3])
def test_what_is_no_sample_is_refused(losses):
    with pytest.raises(UsageError, match="losses"):
        check_losses(np.array(losses))


SAMPLES = {
    "continuous": lambda random, draws: random.standard_normal(draws),
    "nearly all nothing": lambda random, draws: (random.random(draws) < 0.01) * random.random(draws),
    "few values": lambda random, draws: random.integers(0, 4, draws) / 4,
    "all alike": lambda _, draws: np.full(draws, 0.25),
    "rising": lambda _, draws: np.arange(draws, dtype=float),
    "bad on every 97th draw": lambda random, draws: (np.arange(draws) % 97 == 0) * 5.0 + random.random(draws),
    "good on every 97th draw": lambda random, draws: (np.arange(draws) % 97 != 0) * 5.0 + random.random(draws),
}


@pytest.mark.parametrize("draws", [1, 1000, 100_000])
@pytest.mark.parametrize("sample", SAMPLES)
def test_ranks_are_those_of_the_sorted_sample(sample, draws):
    losses = SAMPLES[sample](np.random.default_rng(3), draws)
    before = losses.copy()
    for ranks in ([1], [draws], [ceil(0.95 * draws)], [ceil(0.5 * draws), draws], [1, draws]):
        assert np.array_equal(order_statistics(losses, ranks), np.sort(losses)[np.array(ranks) - 1])
    assert np.array_equal(losses, before)
