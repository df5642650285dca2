"""Where few draws differ an interval is wide, open or missing, never of no width; and it holds the truth.

The grid is that of ``tests/measure/coverage.py``; ``docs/theory/intervals.md`` has its table, from more runs.
"""

import numpy as np
import pytest
from scipy import special

from multivector_sim.measure.bounded_intervals import (
    REPEATS,
    Bounds,
    distinct,
    ends,
    few,
    grouped,
    mean_estimate,
    missed,
    weighted_mean,
)
from multivector_sim.measure.estimates import count_tail, estimate_es, estimate_mean, estimate_sd, estimate_var
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.samples import ReplicatedDraws
from multivector_sim.questions import paired_runs
from tests.measure.coverage import BOUNDS, LAWS, PAIRS, Rare, Tied, coverage, is_rich, paired_coverage

RUNS = 150
SPREAD = 4.5 * np.sqrt(0.05 * 0.95 / RUNS)
GRID = [(law, draws) for law in LAWS for draws in (64, 1000)]


@pytest.mark.parametrize(("law", "draws"), GRID, ids=lambda it: getattr(it, "name", it))
def test_every_interval_holds_the_truth_in_93_of_100_runs_and_no_more_than_97_where_draws_are_many(law, draws):
    for name, share in coverage(law, draws, RUNS).items():
        assert share >= 0.93, name
        if name.startswith(("mean", "ES")) and is_rich(law, draws, name):
            assert share <= 0.97 + SPREAD / 2, name


@pytest.mark.parametrize("draws", [64, 1000])
@pytest.mark.parametrize("law", PAIRS, ids=lambda it: it.name)
def test_every_difference_holds_the_truth_and_a_halved_event_is_never_the_same(law, draws):
    shares, same = paired_coverage(law, draws, RUNS)
    for name, share in shares.items():
        assert share >= 0.93, name
    assert same == 0


def once_in(share, draws, runs=400, size=0.5):
    """Return how often the interval of the mean holds the truth, for one loss with a small probability."""
    law, hits = Tied("", (0.0, size), (1 - share, share)), 0
    for run in range(runs):
        found = estimate_mean(law.draw(np.random.default_rng([3, draws, run]), draws), BOUNDS)
        hits += found.low <= share * size <= found.high
    return hits / runs


@pytest.mark.parametrize(("share", "draws"), [(0.0005, 1000), (0.005, 64)])
def test_a_rare_event_that_most_runs_miss_is_covered(share, draws):
    """Without bounds on what was not seen, 45 and 29 of 100 runs covered it."""
    assert once_in(share, draws) >= 0.93


def test_the_shortfall_of_a_level_that_the_draws_do_not_reach_is_covered():
    """Of 64 draws none lies in the worst hundredth but in part: the interval used to have no width and never held."""
    law, hits = Rare("", 1.0), 0
    for run in range(200):
        losses = law.draw(np.random.default_rng([4, run]), 64)
        found = estimate_es(losses, 0.99, BOUNDS)
        assert found.high - found.low > 0.05
        hits += found.low <= law.es(0.99) <= found.high
    assert hits / 200 >= 0.93


def test_a_level_far_beyond_the_draws_reaches_to_the_bound():
    losses = np.random.default_rng(1).beta(2, 5, 8192)
    found = estimate_es(losses, 0.9999, BOUNDS)
    assert found.low < Rare("", 1.0).es(0.9999) < found.high
    assert found.high > 0.95
    assert estimate_var(losses, 0.9999, BOUNDS).high == 1.0


@pytest.mark.parametrize("draws", [1, 2, 29, 1000])
def test_where_nothing_was_hit_only_the_bound_says_how_much_it_may_be(draws):
    losses = np.zeros(draws)
    for bound in (0.1, 1.0):
        bounds = Bounds(0.0, bound)
        mean = estimate_mean(losses, bounds)
        assert (mean.value, mean.low) == (0.0, 0.0)
        assert mean.high == pytest.approx(bound * missed(draws), rel=0.1)
        assert estimate_sd(losses, bounds).high > 0.0
        assert estimate_es(losses, 0.95, bounds).high >= mean.high
    for found in (estimate_mean(losses), estimate_sd(losses), estimate_es(losses, 0.95)):
        assert found.low in (None, 0.0)
        assert found.high is None
        assert "30 draws" in found.reason


def test_what_cannot_vary_has_an_interval_of_no_width():
    losses, bounds = np.full(64, 0.25), Bounds(0.25, 0.25)
    for found in (estimate_mean(losses, bounds), estimate_es(losses, 0.99, bounds), estimate_var(losses, 0.99, bounds)):
        assert tuple(found) == pytest.approx((0.25, 0.25, 0.25), abs=1e-15)
    assert paired_runs.difference(losses, losses, (bounds, bounds)) == paired_runs.NO_DIFFERENCE


@pytest.mark.parametrize(("hits", "draws"), [(0, 64), (1, 64), (3, 1000), (29, 1000), (500, 1000)])
def test_of_a_loss_with_two_values_it_is_the_interval_of_clopper_and_pearson(hits, draws):
    """To within the error of the random weights, in the probability that an end stands for."""
    low, high = ends(grouped(np.repeat([0.0, 1.0], [draws - hits, hits])), BOUNDS, weighted_mean)
    error = 4.5 * np.sqrt(0.025 * 0.975 / REPEATS)
    assert special.betainc(hits + 1, draws - hits, high) == pytest.approx(0.975, abs=error)
    if hits:
        assert special.betainc(hits, draws - hits + 1, low) == pytest.approx(0.025, abs=error)
    else:
        assert low == 0.0


def test_on_average_both_ends_have_the_levels_of_clopper_and_pearson():
    """One end has the noise of 2,048 weightings; over fifty samples a level that is 1 % off shows."""
    below, above = [], []
    for draws in (10, 17, 25, 40, 64, 100, 150, 256, 400, 1000):
        for hits in (1, 2, 3, 5, 8):
            low, high = ends(grouped(np.repeat([0.0, 1.0], [draws - hits, hits])), Bounds(0.0, 1.0), weighted_mean)
            below.append(special.betainc(hits, draws - hits + 1, low))
            above.append(special.betainc(hits + 1, draws - hits, high))
    assert np.mean(below) == pytest.approx(0.025, abs=0.0025)
    assert np.mean(above) == pytest.approx(0.975, abs=0.0025)


def test_the_same_sample_has_the_same_interval_in_any_order_and_unit():
    losses = np.random.default_rng(2).choice([0.0, 0.1, 0.4], 200, p=[0.9, 0.07, 0.03])
    found = estimate_mean(losses, BOUNDS)
    assert tuple(estimate_mean(losses[::-1], BOUNDS)) == pytest.approx(tuple(found), rel=1e-12)
    money = estimate_mean(1e9 * losses, Bounds(0.0, 1e9))
    assert tuple(money) == pytest.approx(tuple(found.scaled(1e9)), rel=1e-9)


def test_a_wider_bound_never_narrows():
    losses = np.repeat([0.0, 0.1], [95, 5])
    highs = [estimate_mean(losses, Bounds(0.0, bound)).high for bound in (0.1, 0.3, 1.0)]
    lows = [estimate_mean(losses, Bounds(-gain, 1.0)).low for gain in (0.0, 1.0, 10.0)]
    assert highs == sorted(highs)
    assert lows == sorted(lows, reverse=True)
    assert lows[-1] < 0.0


def test_thirty_different_losses_are_many_and_roundings_of_one_are_one():
    assert few(np.append(np.zeros(1000), np.arange(1.0, 30.0)))
    assert not few(np.append(np.zeros(1000), np.arange(1.0, 31.0)))
    assert distinct(0.3 + 1e-16 * np.arange(100)) == 1
    assert count_tail(np.arange(1000.0), 0.99) == (10, 10)


def test_the_usual_interval_reaches_what_was_missed_and_the_other_end_makes_up_for_it():
    losses = 0.1 * np.random.default_rng(5).random(1000)
    plain, reaching = mean_estimate(losses), mean_estimate(losses, BOUNDS)
    assert reaching.high == pytest.approx(losses.mean() + missed(1000, 0.017) * (1 - losses.mean()))
    assert plain.low < reaching.low < reaching.value


def test_no_draw_that_differs_is_not_the_same():
    """A difference that no draw shows may have been missed; of runs without a bound nothing is known."""
    losses = np.random.default_rng(6).random(1000)
    found = paired_runs.difference(losses, losses, (BOUNDS, BOUNDS))
    assert found.verdict == "cannot tell"
    assert found.estimate.high == pytest.approx(missed(1000), rel=0.1)
    bare = paired_runs.difference(losses, losses)
    assert (bare.verdict, bare.estimate.low, bare.estimate.high) == ("cannot tell", None, None)


def test_sequences_that_agree_say_how_far_they_may_be_off_together():
    losses = np.tile(np.repeat([0.0, 0.5], [64, 64]), 8)
    even = ReplicatedDraws(losses, 8, 128, BOUNDS)
    found = even.exceedance(0.1)
    assert (found.value, found.low, found.high) == (0.5, *(0.5 + sign * missed(8) / 128 for sign in (-1, 1)))
    assert (even.var(0.5).low, even.var(0.5).high) == (0.0, 0.5)
    for measure in (even.mean(), even.sd(), even.es(0.95)):
        assert (measure.low, measure.high) == (None, None)
        assert "evenly spread" in measure.reason
    alone = ReplicatedDraws(losses[:128], 8, 128, BOUNDS)
    for measure in (alone.mean(), alone.var(0.95), alone.exceedance(0.1)):
        assert "one sequence" in measure.reason


def test_an_estimate_without_an_end_is_told_apart_from_one_with():
    open_ended = Estimate(0.2, 0.1, None, "why")
    assert open_ended.document() == {"value": 0.2, "low": 0.1, "high": None, "reason": "why"}
    assert Estimate.from_document(open_ended.document()).reason == "why"
    assert tuple(open_ended.from_one()) == (0.8, None, 0.9)
    assert open_ended.scaled(10.0).reason == "why"
    assert np.isnan(open_ended.plotted[1])
    assert repr(open_ended) == "Estimate(value=0.2, low=0.1, high=None, reason='why')"
    assert Estimate(0.2, 0.1, 0.3).document() == {"value": 0.2, "low": 0.1, "high": 0.3}


def test_many_draws_are_grouped_as_few_are():
    losses = np.random.default_rng(7).choice([0.0, 0.1, 0.1 + 1e-15, 0.4], 200_000)
    values, counts = grouped(losses)
    assert values == pytest.approx([0.0, 0.1, 0.4])
    assert counts.tolist() == [np.sum(losses == 0.0), np.sum(np.abs(losses - 0.1) < 0.01), np.sum(losses == 0.4)]
    assert few(losses)
