"""Three kinds of draws, one face: kept and independent, in evenly spread sequences, or counted in bins."""

from math import prod

import numpy as np
import pytest
from scipy import stats

from multivector_sim.errors import UsageError
from multivector_sim.measure import tail
from multivector_sim.measure.samples import BinnedDraws, Bins, IndependentDraws, ReplicatedDraws
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import BLOCK, PseudoRandom

DRAWS = 20_000
NAMES = ("a", "b", "c", "d")
REPEATS, REPLICATES = 400, 8


@pytest.fixture(scope="module")
def losses():
    sample = np.random.default_rng(4).beta(2, 5, DRAWS)
    sample[::7] = 0.0
    return sample


def binned(losses):
    bins = Bins(0.0, 1.0, 2**16)
    bins.add(losses)
    return BinnedDraws(bins)


CLAIM_KINDS = {"independent": IndependentDraws, "binned": binned, "replicated": lambda it: ReplicatedDraws(it, 8, 500)}


@pytest.mark.parametrize("make", CLAIM_KINDS.values(), ids=CLAIM_KINDS)
def test_every_kind_gives_the_same_values(losses, make):
    draws, width = make(losses), 2.0**-16
    assert draws.size == DRAWS
    assert draws.mean().value == pytest.approx(losses.mean(), rel=1e-12)
    spread = losses.std(ddof=0 if isinstance(draws, ReplicatedDraws) else 1)
    assert draws.sd().value == pytest.approx(spread, rel=1e-12)
    for level in (0.1, 0.5, 0.95, 0.99):
        assert draws.var(level).value == pytest.approx(tail.value_at_risk(losses, level), abs=width)
        assert draws.es(level).value == pytest.approx(tail.expected_shortfall(losses, level), abs=width)
    for loss in (0.0, 0.2, 0.6):
        found = draws.exceedance(loss)
        assert found.value == pytest.approx(np.mean(losses > loss), abs=2e-4)
        assert draws.return_period(loss).value == pytest.approx(1 / found.value, rel=1e-12)
        assert draws.return_period(loss).low == pytest.approx(1 / found.high, rel=1e-12)
    assert draws.return_period(2.0).value == np.inf


@pytest.mark.parametrize("make", CLAIM_KINDS.values(), ids=CLAIM_KINDS)
def test_every_kind_has_intervals_around_its_values_and_a_falling_curve(losses, make):
    draws = make(losses)
    for found in (draws.mean(), draws.sd(), draws.var(0.9), draws.es(0.9), draws.exceedance(0.5)):
        assert found.low < found.value < found.high
    curve = draws.curve(50)
    assert (np.diff(curve.loss) > 0).all()
    assert (np.diff(curve.probability) <= 0).all()
    assert ((curve.low <= curve.probability) & (curve.probability <= curve.high)).all()
    assert ((curve.low >= 0) & (curve.high <= 1)).all()
    assert curve.probability[-1] == 0.0
    for loss, share in zip(curve.loss[::9], curve.probability[::9], strict=True):
        assert share == pytest.approx(np.mean(losses > loss), abs=2e-4)


@pytest.mark.parametrize("make", CLAIM_KINDS.values(), ids=CLAIM_KINDS)
@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, np.nan])
def test_every_kind_refuses_what_is_no_level(losses, make, level):
    for measure in (make(losses).var, make(losses).es):
        with pytest.raises(UsageError, match="level"):
            measure(level)


@pytest.mark.parametrize("make", CLAIM_KINDS.values(), ids=CLAIM_KINDS)
def test_every_kind_refuses_a_threshold_that_is_no_number(losses, make):
    with pytest.raises(UsageError, match="threshold"):
        make(losses).exceedance(np.nan)


def test_counted_draws_have_the_intervals_of_kept_ones(losses):
    kept, counted, width = IndependentDraws(losses), binned(losses), 2.0**-16
    for measure in ("mean", "sd"):
        for one, other in zip(getattr(kept, measure)(), getattr(counted, measure)(), strict=True):
            assert one == pytest.approx(other, abs=width / 10)
    for level in (0.5, 0.9, 0.99):
        for measure in ("var", "es"):
            for one, other in zip(getattr(kept, measure)(level), getattr(counted, measure)(level), strict=True):
                assert one == pytest.approx(other, abs=2 * width)


def test_the_interval_of_sequences_is_students():
    values = np.arange(36.0)
    found = ReplicatedDraws(values, replicates=3, block=12).mean()
    reach = stats.t.ppf(0.975, 2) * np.std([5.5, 17.5, 29.5], ddof=1) / np.sqrt(3)
    assert found == pytest.approx((17.5, 17.5 - reach, 17.5 + reach))


def test_blocks_go_to_sequences_in_turn_the_last_one_in_part():
    sequences = ReplicatedDraws(np.arange(11.0), replicates=2, block=3).sequences()
    assert [part.tolist() for part in sequences] == [[0, 1, 2, 6, 7, 8], [3, 4, 5, 9, 10]]
    assert len(ReplicatedDraws(np.arange(5.0), replicates=16, block=3).sequences()) == 2


def smooth(source):
    """Give a smooth loss with mean 1 of four uniform numbers."""
    given = source.random_source(NAMES).given
    rows = given if given.size else [source.uniforms(name) for name in NAMES]
    return prod(1.0 + (0.4 + 0.2 * place) * (row - 0.5) for place, row in enumerate(rows))


@pytest.fixture(scope="module")
def repeats():
    """Give evenly spread draws of the smooth loss, one block a sequence, under many seeds; and independent ones."""
    scheme = Sobol(REPLICATES).prepared(NAMES)
    even = [
        ReplicatedDraws(
            np.concatenate([smooth(scheme.source(seed, block)) for block in range(REPLICATES)]), REPLICATES, BLOCK
        )
        for seed in range(REPEATS)
    ]
    chance = [
        IndependentDraws(np.concatenate([smooth(PseudoRandom(seed, block)) for block in range(REPLICATES)]))
        for seed in range(20)
    ]
    return even, chance


@pytest.fixture(scope="module")
def truth():
    """Give the smooth loss at a million even points of another seed: mean, ES and a probability, exact to 1e-5."""
    scheme = Sobol(2).prepared(NAMES)
    sample = np.concatenate([smooth(scheme.source(10**6, block)) for block in range(400)])
    assert sample.mean() == pytest.approx(1.0, abs=1e-5)
    return {
        "mean": 1.0,
        "sd": float(np.sqrt(prod(1.0 + (0.4 + 0.2 * place) ** 2 / 12 for place in range(4)) - 1.0)),
        "es": tail.expected_shortfall(sample, 0.9),
    }


MEASURES = {"mean": lambda it: it.mean(), "sd": lambda it: it.sd(), "es": lambda it: it.es(0.9)}


@pytest.mark.parametrize("name", MEASURES)
def test_intervals_of_sequences_cover(repeats, truth, name):
    even, _ = repeats
    covered = [found.low <= truth[name] <= found.high for found in map(MEASURES[name], even)]
    assert 0.93 <= np.mean(covered) <= 0.99


@pytest.mark.parametrize(("name", "times"), [("mean", 20), ("sd", 10), ("es", 4)])
def test_even_draws_are_surer_than_as_many_independent_ones(repeats, name, times):
    widths = [np.median([found.high - found.low for found in map(MEASURES[name], kind)]) for kind in repeats]
    assert times * widths[0] < widths[1]
