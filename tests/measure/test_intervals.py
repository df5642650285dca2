"""Intervals cover the truth as often as they say: thousands of runs of laws whose truth is known.

Means, VaR and ES have to cover in 93 to 97 of 100 runs where 30 or more draws differ. Where losses tie, the truth is
one of a few values, and the interval of a quantile often is that single value or reaches the next one: it covers more
often than it has to, and only the lower limit is asked for. So it is for probabilities: their interval is exact and
misses no more often than said. Where few draws differ it is asked for in ``test_unseen``.
"""

from functools import partial

import numpy as np
import pytest
from scipy import special

from multivector_sim.measure.bounded_intervals import Bounds
from multivector_sim.measure.estimates import estimate_es, estimate_exceedance, estimate_mean, estimate_sd, estimate_var
from multivector_sim.measure.intervals import mean_interval, probability_interval, shortfall_scores
from tests.measure.laws import CONTINUOUS, TIED, Lognormal, Normal

RUNS, TIED_RUNS = 1000, 400
"""Where losses tie only a lower limit is asked for: of 400 runs one in fifty would miss that 90 in 100 are covered."""

SHARE = Bounds(0.0, 1.0)
ENOUGH = [(2000, (0.95,)), (4000, (0.99,)), (10_000, (0.95, 0.99))]
"""Draws, and the levels with 30 or more of them in the tail, of a law without an upper bound."""

ROUNDING = 1e-12


def coverages(law, draws, estimates, runs=RUNS, seed=11):
    """Give the share of runs whose interval holds the truth, for each estimate and its truth, of the same runs."""
    random = np.random.default_rng([seed, draws])
    inside = dict.fromkeys(estimates, 0)
    for _ in range(runs):
        losses = law.draw(random, draws)
        for name, (estimate, truth) in estimates.items():
            found = estimate(losses)
            assert found.low <= found.value <= found.high
            inside[name] += found.low - ROUNDING <= truth <= found.high + ROUNDING
    return {name: count / runs for name, count in inside.items()}


def coverage(law, draws, estimate, truth):
    """Give the share of runs whose interval holds the truth."""
    return coverages(law, draws, {"it": (estimate, truth)})["it"]


def tails(law, levels, **bounds):
    """Give the estimates of VaR and ES at some levels, each with its truth."""
    return {
        f"{name} {level}": (partial(estimate, level=level, **bounds), getattr(law, name)(level))
        for level in levels
        for name, estimate in (("es", estimate_es), ("var", estimate_var))
    }


@pytest.mark.parametrize(("draws", "levels"), ENOUGH)
@pytest.mark.parametrize("law", CONTINUOUS, ids=str)
def test_the_intervals_of_mean_var_and_shortfall_cover(law, draws, levels):
    for name, share in coverages(law, draws, {"mean": (estimate_mean, law.mean), **tails(law, levels)}).items():
        assert 0.93 <= share <= 0.97, name


@pytest.mark.parametrize("law", TIED, ids=str)
def test_where_losses_tie_the_truth_is_covered_at_least_as_often(law):
    whole = {
        "mean": (partial(estimate_mean, bounds=SHARE), law.mean),
        "sd": (partial(estimate_sd, bounds=SHARE), law.sd),
    }
    for name, share in coverages(law, 2000, whole, TIED_RUNS).items():
        assert share >= 0.93, name
    for name, share in coverages(law, 5000, tails(law, (0.95, 0.99), bounds=SHARE), TIED_RUNS).items():
        assert share >= 0.93, name


@pytest.mark.parametrize("law", [CONTINUOUS[0], *CONTINUOUS[2:]], ids=str)
def test_the_interval_of_the_sd_covers(law):
    assert 0.92 <= coverage(law, 5000, estimate_sd, law.sd) <= 0.97


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99, 0.999])
def test_the_interval_of_a_probability_covers_at_least_as_often(level):
    law = Normal()
    loss = law.var(level)
    random = np.random.default_rng(12)
    hits = random.binomial(2000, 1 - level, 20_000)
    ends = {count: probability_interval(count, 2000) for count in np.unique(hits).tolist()}
    covered = np.mean([ends[count].low <= 1 - level <= ends[count].high for count in hits.tolist()])
    assert covered > 0.95 - 4.5 * np.sqrt(0.05 * 0.95 / 20_000)
    assert coverage(law, 2000, lambda losses: estimate_exceedance(losses, loss), 1 - level) >= 0.93


def test_a_hundred_draws_of_a_skewed_law_are_enough():
    law = Lognormal()
    assert coverage(law, 100, estimate_mean, law.mean) >= 0.92
    assert coverage(law, 700, lambda losses: estimate_es(losses, 0.95), law.es(0.95)) >= 0.92
    assert estimate_es(law.draw(np.random.default_rng(1), 200), 0.95).high is None


def test_without_the_correction_a_skewed_tail_would_be_missed_too_often():
    law = Lognormal()

    def plain(losses):
        scores = shortfall_scores(losses, 0.99)
        value, reach = scores.mean(), 1.96 * scores.std() / np.sqrt(scores.size)
        return type(mean_interval(scores))(value, value - reach, value + reach)

    assert coverage(law, 2000, plain, law.es(0.99)) < 0.92


def test_without_skewness_the_interval_of_a_mean_is_students():
    sample = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])
    reach = special.stdtrit(4, 0.975) * sample.std(ddof=1) / np.sqrt(5)
    assert mean_interval(sample) == pytest.approx((0.0, -reach, reach))


def test_the_correction_fades_in_without_a_jump():
    sample = np.linspace(-1.0, 1.0, 1001)
    straight = mean_interval(sample)
    for bend in (1e-9, 1e-7, 1e-5, 1e-4, 1e-3):
        assert mean_interval(sample + bend * sample**2) == pytest.approx(straight, abs=2 * bend)


@pytest.mark.parametrize("sample", [[0.3], [0.3, 0.3], [0.1 + 0.2] * 1000, [0.0] * 5, [1e-200, 0.0], [1e150, -1e150]])
def test_degenerate_samples_give_finite_intervals_around_the_value(sample):
    losses, bounds = np.array(sample), Bounds(-1e151, 1e151)
    for found in (
        estimate_mean(losses, bounds),
        estimate_sd(losses, bounds),
        estimate_var(losses, 0.95, bounds),
        estimate_es(losses, 0.95, bounds),
        estimate_exceedance(losses, 0.1),
    ):
        assert np.isfinite(found).all()
        assert found.low <= found.value <= found.high
    for found in (estimate_mean(losses), estimate_es(losses, 0.95)):
        assert found.low is None or found.high is None


def test_draws_that_are_all_alike_do_not_show_that_nothing_else_may_come():
    losses = np.full(1024, 0.06)
    for found in (estimate_mean(losses, SHARE), estimate_es(losses, 0.99, SHARE)):
        assert found.low <= 0.06 < found.high
    assert estimate_var(losses, 0.95, SHARE) == (0.06, 0.06, 0.06)
    assert estimate_var(losses, 0.999, SHARE).high == 1.0


@pytest.mark.parametrize("draws", [1, 2, 72, 73, 1000, 100_000_000])
@pytest.mark.parametrize("level", [1e-6, 0.05, 0.5, 0.95, 0.999999])
def test_ranks_of_a_quantile_stay_inside_the_sample(draws, level):
    from multivector_sim.measure.intervals import quantile_ranks

    low, inside, high, mirror_inside = quantile_ranks(draws, level)
    assert 0 <= low <= high <= draws + 1
    assert 0.0 <= inside <= 1.0
    assert 0.0 <= mirror_inside <= 1.0
    if low > 0:
        assert special.bdtr(low - 1, draws, level) <= 0.025 < special.bdtr(low, draws, level)


@pytest.mark.parametrize(("level", "enough"), [(0.95, 72), (0.99, 368)])
def test_with_too_few_draws_the_upper_end_of_a_quantile_is_the_bound_or_none(level, enough):
    bounds = Bounds(0.0, 1000.0)
    assert estimate_var(np.arange(1.0, enough), level, bounds).high == 1000.0
    assert estimate_var(np.arange(1.0, enough), level).high is None
    assert estimate_var(np.arange(1.0, enough + 1), level, bounds).high <= enough


def test_a_probability_never_seen_still_has_an_upper_end():
    found = probability_interval(0, 1000)
    assert found == pytest.approx((0.0, 0.0, 1 - 0.025 ** (1 / 1000)))
    assert probability_interval(1000, 1000) == pytest.approx((1.0, 0.025 ** (1 / 1000), 1.0))
