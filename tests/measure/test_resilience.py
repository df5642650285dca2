"""Figures of paths: by hand, and those that the kernel folds while it runs."""

import numpy as np
import pytest
from hypothesis import given, settings

import multivector_sim as mv
from multivector_sim.engine.kernel import RECOVERED, paths, respond
from tests.measure import resilience as measure
from tests.strategies import cases

NEVER = [1.0, 1.0, 0.96, 1.0]
ONCE = [1.0, 0.5, 0.75, 1.0]
TWICE = [0.9, 1.0, 0.2, 1.0]
STILL = [1.0, 0.9, 1.0, 0.8]
GAIN = [1.0, 1.1, 1.2, 1.1]


@pytest.mark.parametrize(
    ("path", "months", "lowest", "missing", "area"),
    [
        (NEVER, 0, 0.96, 0.0, 0.99),
        (ONCE, 2, 0.5, 0.0, 0.8125),
        (TWICE, 3, 0.2, 0.0, 0.775),
        (STILL, 4, 0.8, 0.2, 0.925),
        (GAIN, 0, 1.0, -0.1, 1.1),
    ],
)
def test_paths_by_hand(path, months, lowest, missing, area):
    it = np.array(path)
    assert measure.months_to_recover(it) == months
    assert measure.trough(it) == lowest
    assert measure.unrecovered(it) == pytest.approx(missing, abs=1e-15)
    assert measure.resilience(it) == pytest.approx(area)
    assert measure.loss_share(it) == pytest.approx(1 - area)


def test_just_95_percent_is_not_under():
    assert measure.months_to_recover(np.array([1.0, 0.95, 1.0])) == 0
    assert measure.months_to_recover(np.array([1.0, 0.95 - 1e-9, 1.0])) == 1
    assert measure.RECOVERED == RECOVERED


def test_many_paths_at_once_along_any_axis():
    table = np.array([NEVER, ONCE, TWICE, STILL])
    for months, axis in ((table, -1), (table.T, 0), (np.stack([table.T, table.T], 2), 0)):
        found = measure.months_to_recover(months, axis=axis)
        assert (found.T == [0, 2, 3, 4]).all()
        assert measure.trough(months, axis=axis).shape == found.shape


def test_what_is_not_known_stays_unknown():
    it = np.array([[1.0, np.nan, 1.0], ONCE[:3]])
    assert np.isnan(measure.months_to_recover(it)).tolist() == [True, False]
    assert np.isnan(measure.trough(it)).tolist() == [True, False]
    assert np.isnan(measure.resilience(it)).tolist() == [True, False]


@settings(max_examples=50, deadline=None)
@given(cases(draws=5))
def test_the_kernel_folds_the_same_figures(case):
    problem, draws = case
    outcome, followed = respond(problem, draws), paths(problem, draws)
    assert measure.loss_share(followed, axis=1) == pytest.approx(outcome.loss_share, abs=1e-12, nan_ok=True)
    assert measure.trough(followed, axis=1) == pytest.approx(outcome.trough, abs=1e-12, nan_ok=True)
    assert measure.unrecovered(followed, axis=1) == pytest.approx(outcome.unrecovered, abs=1e-12, nan_ok=True)
    assert np.array_equal(measure.months_to_recover(followed, axis=1), outcome.months_to_recover, equal_nan=True)


def test_the_figures_of_a_run_are_those_of_its_paths():
    run = mv.simulate(mv.load("two-buyers"), draws=300, seed=1)
    followed = run.paths(300)
    for place, name in enumerate(run.columns):
        path, column = followed[:, :, place], run.column(name)
        assert measure.resilience(path) == pytest.approx(column.resilience, abs=1e-12)
        assert measure.trough(path) == pytest.approx(column.trough, abs=1e-12)
        assert measure.unrecovered(path) == pytest.approx(column.unrecovered, abs=1e-12)
        assert np.array_equal(measure.months_to_recover(path), column.months_to_recover)
