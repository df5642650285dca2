"""Measures with their intervals agree with the measures without, and the exceedance curve with both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from multivector_sim.errors import UsageError
from multivector_sim.measure import estimates, tail
from multivector_sim.measure.bounded_intervals import Bounds
from multivector_sim.measure.registered_measures import Measure

losses = st.integers(1, 60).flatmap(lambda n: arrays(float, n, elements=st.sampled_from([0.0, 0.3]) | st.floats(-9, 9)))


@given(losses, st.floats(0.01, 0.99))
def test_values_are_those_of_the_tail_and_lie_inside(sample, level):
    pairs = (
        (estimates.estimate_mean(sample), tail.mean(sample)),
        (estimates.estimate_sd(sample), tail.sd(sample)),
        (estimates.estimate_var(sample, level), tail.value_at_risk(sample, level)),
        (estimates.estimate_es(sample, level), tail.expected_shortfall(sample, level)),
        (estimates.estimate_exceedance(sample, 0.3), tail.exceedance(sample, 0.3)),
        (estimates.estimate_return_period(sample, 0.3), tail.return_period(sample, 0.3)),
    )
    for estimate, value in pairs:
        assert estimate.value == value
        assert estimate.lowest <= estimate.value <= estimate.highest


@given(losses, st.floats(0.01, 0.99), st.floats(0.01, 100))
def test_another_currency_scales_intervals(sample, level, rate):
    here, there = Bounds(-9.0, 9.0), Bounds(-9.0, 9.0).scaled(rate)
    for estimate in (estimates.estimate_mean, estimates.estimate_sd):
        scaled = estimate(sample, here).scaled(rate)
        assert estimate(rate * sample, there) == pytest.approx(scaled, rel=1e-6, abs=1e-9)
    for estimate in (estimates.estimate_var, estimates.estimate_es):
        scaled = estimate(sample, level, here).scaled(rate)
        assert estimate(rate * sample, level, there) == pytest.approx(scaled, rel=1e-6, abs=1e-9)


@given(losses, st.integers(2, 50))
def test_the_curve_is_the_exceedance_of_each_of_its_losses(sample, points):
    curve = estimates.exceedance_curve(sample, points)
    assert curve.loss[0] == sample.min() or curve.loss.size > 1
    assert curve.loss[-1] == sample.max()
    assert (np.diff(curve.loss) > 0).all()
    assert (np.diff(curve.probability) < 0).all()
    assert curve.loss.size <= points
    for loss, probability, low, high in zip(*curve, strict=True):
        assert (probability, low, high) == pytest.approx(estimates.estimate_exceedance(sample, loss), abs=1e-12)


def test_a_long_curve_comes_close_to_the_worst_draw():
    curve = estimates.exceedance_curve(np.random.default_rng(1).random(100_000))
    assert 150 <= curve.loss.size <= 200
    assert np.count_nonzero(curve.probability < 1e-3) > 25


def test_what_makes_no_sense_is_refused():
    sample = np.array([0.1, 0.2])
    with pytest.raises(UsageError, match="level"):
        estimates.estimate_var(sample, 95)
    with pytest.raises(UsageError, match="threshold"):
        estimates.estimate_exceedance(sample, float("nan"))
    with pytest.raises(UsageError, match="points"):
        estimates.exceedance_curve(sample, 1)
    with pytest.raises(UsageError, match="losses"):
        estimates.estimate_mean(np.array([]))


def test_a_return_period_is_one_over_the_probability_ends_changed():
    sample = np.array([0.0] * 90 + [0.5] * 10)
    value, low, high = estimates.estimate_return_period(sample, 0.1)
    probability = estimates.estimate_exceedance(sample, 0.1)
    assert (value, low, high) == (10.0, 1 / probability.high, 1 / probability.low)
    assert estimates.estimate_return_period(sample, 0.5) == (np.inf, pytest.approx(27.6, abs=0.1), np.inf)


def test_the_interval_of_a_registered_measure_is_students_over_the_means_of_32_parts():
    """The parts of 2048 rising draws have means 64 apart, whose variance is 64 ** 2 * 32 * 33 / 12."""
    found = Measure("mine", lambda sample: float(sample.mean()), "Mean").estimate(np.arange(2048.0))
    reach = stats.t.ppf(0.975, 31) * 64.0 * np.sqrt(33 / 12)
    assert found[:3] == pytest.approx((1023.5, 1023.5 - reach, 1023.5 + reach), rel=1e-4)
