"""Euler contributions: they add up, they are those of the closed form, and their intervals cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector_sim.errors import UsageError
from multivector_sim.measure import contribution as euler
from multivector_sim.measure.bounded_intervals import Bounds
from multivector_sim.measure.contribution import boundary_parts, estimate_es_contributions
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.tail import expected_shortfall, mean, sd
from tests.measure.laws import Normal

level = st.floats(0.02, 0.98)
shape = st.tuples(st.integers(1, 30), st.integers(1, 5))
smooth = shape.flatmap(lambda it: arrays(float, it, elements=st.floats(-10, 10)))
tied = shape.flatmap(lambda it: arrays(float, it, elements=st.sampled_from([0.0, 0.0, 0.1, 0.2, 0.3])))
parts = smooth | tied


@given(parts, level)
def test_contributions_add_up_to_the_measure_of_the_whole(part, a):
    whole = part.sum(axis=1)
    scale = 1e-12 * max(1.0, np.abs(part).max())
    assert euler.mean_contributions(part).sum() == pytest.approx(mean(whole), abs=scale)
    assert euler.es_contributions(part, a).sum() == pytest.approx(expected_shortfall(whole, a), rel=1e-12, abs=scale)
    assert euler.sd_contributions(part).sum() == pytest.approx(sd(whole), rel=1e-9, abs=1e-9)


@given(parts, level)
def test_estimates_hold_the_same_values_inside(part, a):
    pairs = (
        (euler.estimate_mean_contributions(part), euler.mean_contributions(part)),
        (euler.estimate_sd_contributions(part), euler.sd_contributions(part)),
        (euler.estimate_es_contributions(part, a), euler.es_contributions(part, a)),
    )
    for estimates, values in pairs:
        assert [estimate.value for estimate in estimates] == pytest.approx(list(values), rel=1e-12, abs=1e-12)
        assert all(estimate.lowest <= estimate.value <= estimate.highest for estimate in estimates)
        assert all(estimate.reason for estimate in estimates if None in estimate)


@given(parts, level, st.randoms(use_true_random=False))
def test_other_names_and_another_order_of_draws_change_nothing(part, a, random):
    columns = random.sample(range(part.shape[1]), part.shape[1])
    rows = random.sample(range(part.shape[0]), part.shape[0])
    moved = part[rows][:, columns]
    if np.unique(np.round(part.sum(axis=1), 6)).size in {part.shape[0], 1}:
        assert euler.es_contributions(moved, a) == pytest.approx(euler.es_contributions(part, a)[columns], abs=1e-9)
    assert euler.sd_contributions(moved) == pytest.approx(euler.sd_contributions(part)[columns], abs=1e-6)


@given(tied, level, st.randoms(use_true_random=False))
def test_tied_draws_share_so_their_order_changes_nothing(part, a, random):
    moved = part[random.sample(range(part.shape[0]), part.shape[0])]
    assert euler.es_contributions(moved, a) == pytest.approx(euler.es_contributions(part, a), abs=1e-12)


@pytest.mark.parametrize("a", [0.5, 0.9, 0.95, 0.99])
def test_partners_that_are_alike_get_alike_parts_of_a_tied_tail(a):
    """Every set of ruptures of four alike partners, once: any asymmetry would come from the measure."""
    part = np.array([[number >> partner & 1 for partner in range(4)] for number in range(16)]) / 4
    found = euler.es_contributions(np.repeat(part, 7, axis=0), a)
    assert found == pytest.approx([found.sum() / 4] * 4, abs=1e-15)


def test_the_part_that_is_the_whole_gets_it_all_and_the_others_nothing():
    losses = np.random.default_rng(1).gamma(0.5, size=1000)
    part = np.stack([0 * losses, losses, 0 * losses], axis=1)
    assert euler.es_contributions(part, 0.95) == pytest.approx([0, expected_shortfall(losses, 0.95), 0], rel=1e-13)
    assert euler.sd_contributions(part) == pytest.approx([0, sd(losses), 0])


def test_a_hedge_contributes_below_zero():
    loss = np.linspace(0, 1, 101)
    assert (euler.es_contributions(np.stack([loss, -0.2 * loss], axis=1), 0.9) > 0).tolist() == [True, False]


MEANS = np.array([0.2, 0.1, 0.5])
COVARIANCE = np.array([[1.0, 0.3, 0.0], [0.3, 2.0, -0.4], [0.0, -0.4, 0.5]])


def joint_normal(random, draws):
    return MEANS + random.standard_normal((draws, 3)) @ np.linalg.cholesky(COVARIANCE).T


def exact_parts(a):
    deviation = np.sqrt(COVARIANCE.sum())
    return MEANS + COVARIANCE.sum(axis=1) / deviation * Normal(0.0, 1.0).es(a)


def coverage(estimate, draw, truth, draws=4000, runs=1000):
    random = np.random.default_rng(21)
    found = np.array([estimate(draw(random, draws)) for _ in range(runs)])
    assert (
        np.abs(found[:, :, 0].mean(axis=0) - truth).max()
        < 4.5 * found[:, :, 0].std(axis=0).max() / np.sqrt(runs) + 2e-3
    )
    return ((found[:, :, 1] - 1e-12 <= truth) & (truth <= found[:, :, 2] + 1e-12)).mean(axis=0)


@pytest.mark.parametrize("a", [0.9, 0.95, 0.99])
def test_parts_of_a_normal_tail_are_those_of_the_closed_form_and_covered(a):
    covered = coverage(lambda part: euler.estimate_es_contributions(part, a), joint_normal, exact_parts(a))
    assert (covered >= 0.93).all()
    assert (covered <= 0.97).all()


def test_parts_of_a_normal_sd_and_mean_are_those_of_the_closed_form_and_covered():
    exact = COVARIANCE.sum(axis=1) / np.sqrt(COVARIANCE.sum())
    for estimate, truth in (
        (euler.estimate_sd_contributions, exact),
        (euler.estimate_mean_contributions, MEANS),
    ):
        covered = coverage(estimate, joint_normal, truth)
        assert (covered >= 0.93).all()
        assert (covered <= 0.97).all()


def test_parts_of_a_tied_tail_are_covered():
    """Two partners that rupture with probabilities p and q and lose 0.5 and 0.25: all four cases by hand."""
    p, q, a = 0.02, 0.08, 0.95
    both, first, second = p * q, p * (1 - q), q * (1 - p)
    left = (1 - a) - both - first
    assert 0 < left < second
    exact = np.array([0.5 * (both + first), 0.25 * (both + left)]) / (1 - a)

    def draw(random, draws):
        return (random.random((draws, 2)) < [p, q]) * [0.5, 0.25]

    covered = coverage(lambda part: euler.estimate_es_contributions(part, a), draw, exact)
    assert (covered >= 0.93).all()
    assert (covered <= 0.97).all()


def test_few_draws_in_the_tail_reach_as_far_as_the_bounds_of_a_draw_let_the_tail():
    """All but three draws lose 0.2, where the tail begins: the shortfall is further from it than the mean, tenfold."""
    part = np.array([[0.2]] * 97 + [[0.7]] * 3)
    (mean_of_all,) = euler.estimate_mean_contributions(part, Bounds(0.0, 1.0))
    (found,) = euler.estimate_es_contributions(part, 0.9, Bounds(0.0, 1.0))
    assert found[:3] == pytest.approx([0.2 + 10.0 * (end - 0.2) for end in mean_of_all[:3]], rel=1e-9)


@pytest.mark.parametrize("part", [np.zeros((0, 2)), np.zeros((3, 0)), np.zeros(3), np.array([[np.nan, 1.0]])])
def test_what_cannot_be_shared_out_is_refused(part):
    for measure in (euler.mean_contributions, euler.sd_contributions, lambda it: euler.es_contributions(it, 0.9)):
        with pytest.raises(UsageError):
            measure(part)


def test_a_part_is_bounded_by_what_its_tail_can_hold(monkeypatch):
    """A part of at most 1 that is at the boundary at s lies at most (1 - s) / (1 - level) above it."""
    bounds = []
    monkeypatch.setattr(
        "multivector_sim.measure.contribution.mean_estimate",
        lambda _, it, value: bounds.append(it) or Estimate(value, value, value),
    )
    parts = np.linspace(0.0, 1.0, 40)[:, None] * [0.25, 0.75]
    estimate_es_contributions(parts, 0.75, Bounds(0.0, 1.0))
    starts = boundary_parts(parts, parts.sum(axis=1), 0.75)
    assert [it.low for it in bounds] == pytest.approx((starts + 4.0 * (0.0 - starts)).tolist())
    assert [it.high for it in bounds] == pytest.approx((starts + 4.0 * (1.0 - starts)).tolist())
