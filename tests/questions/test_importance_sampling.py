"""Shifted draws with honest weights, and measures of weighted draws."""

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import multivariate_normal, norm

from multivector_sim.measure.tail import expected_shortfall, value_at_risk
from multivector_sim.questions.importance_sampling import DEFENSIVE, Mixture, WeightedSample, mixture

SHIFTS = np.array([[2.0, 1.0, 0.0], [0.0, -1.0, 2.5]])


def draw(mixed, seed, count, size):
    generator = np.random.default_rng(seed)
    points = mixed.shifted(generator.standard_normal((count, size)), generator.uniform(size=count))
    return points, mixed.weights(points)


def test_a_weight_is_the_ratio_of_the_densities():
    mixed = mixture(SHIFTS)
    points = np.random.default_rng(1).standard_normal((50, 3)) * 2.0
    parts = [multivariate_normal(mean).pdf(points) for mean in (np.zeros(3), *SHIFTS)]
    mixed_density = sum(share * part for share, part in zip(mixed.shares, parts, strict=True))
    assert mixed.weights(points) == pytest.approx(parts[0] / mixed_density, rel=1e-12)


def test_weights_are_bounded_whatever_the_shift():
    _, weights = draw(mixture(np.array([[40.0, 0.0]])), 1, 5000, 2)
    assert weights.max() <= 1.0 / DEFENSIVE
    assert np.isfinite(weights).all()


def test_shares_add_up_and_follow_the_odds():
    mixed = mixture(SHIFTS)
    assert mixed.shares.sum() == pytest.approx(1.0, abs=1e-15)
    near, far = (ndtr(-np.linalg.norm(shift)) for shift in SHIFTS)
    assert mixed.shares[1] / mixed.shares[2] == pytest.approx(near / far, rel=1e-9)
    assert mixture(np.array([[50.0], [60.0]])).shares == pytest.approx([DEFENSIVE, 1.0 - DEFENSIVE, 0.0])


def test_without_shifts_draws_are_plain():
    points, weights = draw(mixture(np.zeros((0, 3))), 1, 100, 3)
    assert (weights == 1.0).all()
    assert points == pytest.approx(np.random.default_rng(1).standard_normal((100, 3)))


def test_means_are_those_of_plain_draws():
    """The mean of 1, of z and of z squared, under draws of the mixture: 1, 0 and 1."""
    count = 200_000
    points, weights = draw(mixture(SHIFTS), 2, count, 3)
    for values, exact in ((np.ones(count), 1.0), (points[:, 0], 0.0), (points[:, 2] ** 2, 1.0)):
        scores = weights * values
        assert abs(scores.mean() - exact) < 4.5 * scores.std() / np.sqrt(count)


def test_a_linear_loss_of_one_in_ten_thousand():
    slopes = np.array([0.6, 0.8])
    beta = -norm.ppf(1e-4)
    points, weights = draw(mixture((beta * slopes)[None]), 3, 4096, 2)
    sample = WeightedSample(points @ slopes, weights)
    estimate = sample.exceedance(beta)
    assert abs(estimate.value - 1e-4) < 4.5 * (estimate.high - estimate.low) / 3.92
    assert sample.gain(beta) > 500
    beyond = sample.mean_beyond(beta)
    exact = norm.pdf(beta) / 1e-4
    assert abs(beyond.value - exact) < 4.5 * (beyond.high - beyond.low) / 3.92
    shortfall = sample.es(1.0 - 1e-4)
    assert abs(shortfall.value - exact) < 4.5 * (shortfall.high - shortfall.low) / 3.92
    assert sample.var(1.0 - 1e-4) == pytest.approx(beta, abs=0.05)


def test_equal_weights_are_plain_draws():
    losses = np.random.default_rng(4).gamma(2.0, size=1000)
    sample = WeightedSample(losses, np.ones(1000))
    for level in (0.5, 0.9, 0.99):
        assert sample.var(level) == value_at_risk(losses, level)
        assert sample.es(level).value == pytest.approx(expected_shortfall(losses, level), rel=1e-12)
    beyond = losses >= 3.0
    assert sample.exceedance(3.0).value == beyond.mean()
    assert sample.mean_beyond(3.0).value == pytest.approx(losses[beyond].mean(), rel=1e-12)
    assert sample.effective(3.0) == pytest.approx(beyond.sum())
    assert sample.gain(3.0) == pytest.approx(1.0)
    assert not sample.is_poor(3.0)


def test_nothing_beyond_is_said():
    sample = WeightedSample(np.zeros(10), np.ones(10))
    assert sample.mean_beyond(1.0) is None
    assert (sample.exceedance(1.0).value, sample.effective(1.0), sample.gain(1.0)) == (0.0, 0.0, 0.0)
    assert sample.is_poor(1.0)


def test_few_great_weights_are_poor():
    sample = WeightedSample(np.ones(1000), np.r_[np.full(10, 90.0), np.full(990, 0.1)])
    assert sample.is_poor(0.5)


def test_a_bad_shift_costs_width_and_not_truth():
    """Shifted the wrong way, the defensive share alone still finds the probability."""
    points, weights = draw(Mixture(np.array([0.2, 0.8]), np.array([[-3.0]])), 5, 100_000, 1)
    estimate = WeightedSample(points[:, 0], weights).exceedance(1.0)
    assert abs(estimate.value - ndtr(-1.0)) < 4.5 * (estimate.high - estimate.low) / 3.92
