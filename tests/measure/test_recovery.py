"""Recovery times with some draws still under at the end: held against lifelines, a hand count and an exponential."""

import numpy as np
import pytest

from multivector_sim.measure.recovery import (
    Spells,
    count_spells,
    median_months,
    recovered_share,
    restricted_mean,
    survival,
)

HORIZON = 48


def draw(seed, draws=2000, mean=18.0):
    """Return onsets and geometric recovery times, cut off at the horizon: followed, still under, and the times."""
    random = np.random.default_rng(seed)
    onset, times = random.integers(0, 24, draws), random.geometric(1 / mean, draws)
    left = HORIZON - onset
    return np.minimum(times, left).astype(float), times >= left, times


def test_survival_and_its_restricted_mean_are_those_of_lifelines():
    lifelines = pytest.importorskip("lifelines")
    from lifelines.utils import restricted_mean_survival_time

    followed, under, _ = draw(1)
    spells = count_spells(followed, under, HORIZON)
    fitted = lifelines.KaplanMeierFitter().fit(followed, ~under)
    expected = fitted.survival_function_at_times(range(HORIZON)).to_numpy()
    np.testing.assert_allclose(survival(spells), expected, rtol=1e-12)
    mean = restricted_mean_survival_time(fitted, t=HORIZON)
    assert restricted_mean(spells).value == pytest.approx(mean, rel=1e-12)


def test_a_hand_count():
    spells = count_spells(np.array([1, 1, 2, 3, 0.0]), np.array([False, False, True, False, False]), 4)
    assert spells.fell == 4
    assert survival(spells).tolist() == [1.0, 0.5, 0.5, 0.0]
    assert restricted_mean(spells).value == 2.0
    assert recovered_share(spells).value == 0.75
    assert median_months(spells) == 1.0


def test_without_censoring_it_is_the_mean():
    random = np.random.default_rng(2)
    months = random.integers(1, HORIZON, 500).astype(float)
    spells = count_spells(months, np.zeros(500, dtype=bool), HORIZON)
    found = restricted_mean(spells)
    assert found.value == pytest.approx(months.mean(), rel=1e-12)
    reach = 1.96 * months.std() / np.sqrt(500)
    assert found.high - found.value == pytest.approx(reach, rel=0.01)
    assert median_months(spells) == np.median(months)


def test_the_interval_covers_although_many_are_censored():
    mean = 18.0
    truth = (1 - (1 - 1 / mean) ** HORIZON) * mean
    hits, naive = 0, []
    for seed in range(600):
        followed, under, _ = draw(seed, 300, mean)
        found = restricted_mean(count_spells(followed, under, HORIZON))
        hits += found.low <= truth <= found.high
        naive.append(np.where(under, HORIZON, followed).mean())
    assert 0.93 <= hits / 600 <= 0.97
    assert np.mean(naive) > truth + 0.5


def test_where_nobody_fell_or_few_are_back_there_is_no_number_or_no_interval():
    nobody = Spells(np.zeros(5, dtype=int), np.zeros(5, dtype=int))
    assert restricted_mean(nobody) is recovered_share(nobody) is median_months(nobody) is None
    never_back = Spells(np.zeros(5, dtype=int), np.array([0, 0, 0, 0, 9]))
    assert restricted_mean(never_back).value == 4.0
    assert restricted_mean(never_back).low is None
    assert recovered_share(never_back).high < 0.4
    assert recovered_share(never_back, independent=False).low is None
