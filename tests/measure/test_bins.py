"""The sketch of very many losses: exact where it says so, off by less than a bin elsewhere, and its parts add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector_sim.measure import tail
from multivector_sim.measure.samples import BinnedDraws, Bins
from tests.measure.laws import Beta, Gamma, Ruptures

SIZE = 256
LEVELS = (0.05, 0.5, 0.9, 0.95, 0.99, 0.999)
some_losses = st.integers(1, 60).flatmap(lambda n: arrays(float, n, elements=st.floats(-1.0, 1.0)))
tied_losses = st.integers(1, 60).flatmap(lambda n: arrays(float, n, elements=st.sampled_from([-0.25, 0.0, 0.1, 0.3])))
losses = some_losses | tied_losses
level = st.floats(0.001, 0.999)


def count(*batches, low=-1.0, high=1.0, size=SIZE):
    bins = Bins(low, high, size)
    for batch in batches:
        bins.add(np.asarray(batch, dtype=float))
    return bins


@given(losses, level)
def test_a_quantile_is_off_by_less_than_a_bin(sample, a):
    bins = count(sample)
    assert abs(BinnedDraws(bins).var(a).value - tail.value_at_risk(sample, a)) < bins.width


@given(losses, level)
def test_an_expected_shortfall_is_off_by_less_than_a_bin(sample, a):
    bins = count(sample)
    assert abs(BinnedDraws(bins).es(a).value - tail.expected_shortfall(sample, a)) < bins.width


@given(losses, st.floats(-1.5, 1.5))
def test_a_probability_is_exact_for_a_loss_less_than_a_bin_away(sample, threshold):
    bins = count(sample)
    found = BinnedDraws(bins).exceedance(threshold).value
    assert tail.exceedance(sample, threshold + bins.width) <= found <= tail.exceedance(sample, threshold - bins.width)


@given(losses)
def test_moments_and_ends_are_exact(sample):
    bins = count(sample)
    binned = BinnedDraws(bins)
    assert binned.mean().value == pytest.approx(sample.mean(), rel=1e-12, abs=1e-15)
    assert binned.sd().value == pytest.approx(tail.sd(sample), rel=1e-12, abs=1e-9)
    assert (bins.smallest, bins.greatest, bins.draws) == (sample.min(), sample.max(), sample.size)
    assert (bins.counts.sum(), binned.size) == (sample.size, sample.size)


@given(losses, level, level)
def test_a_sketch_is_as_coherent_as_a_sample(sample, a, b):
    binned, (low, high) = BinnedDraws(count(sample)), sorted((a, b))
    assert binned.var(low).value <= binned.var(high).value
    assert binned.es(low).value <= binned.es(high).value + 1e-12
    for estimate in (binned.var(a), binned.es(a), binned.mean(), binned.sd(), binned.exceedance(0.1)):
        assert estimate.lowest <= estimate.value <= estimate.highest
    assert binned.var(a).value <= binned.es(a).value + 1e-12
    assert sample.min() <= binned.var(a).value <= sample.max()


@settings(max_examples=50)
@given(st.lists(losses, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_parts_make_the_whole_in_any_order(parts, random):
    at_once, one_by_one, merged = count(np.concatenate(parts)), count(*parts), Bins(-1.0, 1.0, SIZE)
    shuffled = random.sample(parts, len(parts))
    for part in shuffled:
        merged.merge(count(part))
    merged.merge(Bins(-1.0, 1.0, SIZE))
    for other in (one_by_one, merged, count(*shuffled)):
        assert (other.counts == at_once.counts).all()
        assert other.sums == pytest.approx(at_once.sums, abs=1e-12)
        assert (other.draws, other.smallest, other.greatest) == (at_once.draws, at_once.smallest, at_once.greatest)
        assert other.mean == pytest.approx(at_once.mean, abs=1e-12)
        assert other.squares == pytest.approx(at_once.squares, abs=1e-12)


def test_the_same_batches_in_the_same_order_give_the_same_bits():
    batches = np.random.default_rng(1).beta(2, 5, (20, 500))
    first, second = count(*batches), count(*batches)
    assert (first.sums == second.sums).all()
    assert (first.mean, first.squares) == (second.mean, second.squares)


@pytest.mark.parametrize("law", [Beta(), Beta(0.5, 9.0), Ruptures(), Ruptures(chance=0.1)], ids=str)
def test_a_million_draws_are_measured_as_if_all_were_here(law):
    sample = law.draw(np.random.default_rng(2), 1_000_000)
    bins = count(*np.split(sample, 100), low=-1.0, high=1.0, size=2**19)
    binned = BinnedDraws(bins)
    assert binned.mean().value == pytest.approx(sample.mean(), rel=1e-12)
    assert binned.sd().value == pytest.approx(sample.std(ddof=1), rel=1e-12)
    for a in LEVELS:
        assert abs(binned.var(a).value - tail.value_at_risk(sample, a)) < bins.width
        assert abs(binned.es(a).value - tail.expected_shortfall(sample, a)) < bins.width


def test_beyond_the_range_moments_and_the_far_tail_stay_exact():
    sample = Gamma(2.0).draw(np.random.default_rng(3), 100_000)
    binned = BinnedDraws(count(sample, low=0.0, high=float(np.quantile(sample, 0.9))))
    assert binned.mean().value == pytest.approx(sample.mean(), rel=1e-12)
    assert binned.sd().value == pytest.approx(sample.std(ddof=1), rel=1e-12)
    assert binned.es(0.85).value == pytest.approx(tail.expected_shortfall(sample, 0.85), abs=binned.bins.width)
    assert binned.var(0.5).value == pytest.approx(tail.value_at_risk(sample, 0.5), abs=binned.bins.width)


def test_a_loss_on_an_edge_belongs_to_the_bin_above_it():
    bins = count([0.0, 0.25, 0.5, 1.0], low=0.0, high=1.0, size=4)
    assert bins.counts.tolist() == [1, 1, 1, 1]
    assert count([], low=0.0, high=1.0, size=4).draws == 0
