"""The envelope of a rupture: its area, its mean over each month by quadrature, its continuity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from multivector_sim.shock.envelope import monthly_means
from tests.strategies import STEADY

MONTHS = 60


def envelope(onset, ramp, duration, half_life=0.0, scar=0.0, months=MONTHS):
    result = np.full(months, np.nan)
    monthly_means(onset, ramp, duration, half_life, scar, result)
    return result


def at(time, onset, ramp, duration, half_life, scar):
    """The envelope in continuous time, as its definition says."""
    since = time - onset
    if since < 0.0:
        return 0.0
    if since < ramp:
        return since / ramp
    if since <= ramp + duration:
        return 1.0
    fading = 2.0 ** (-(since - ramp - duration) / half_life) if half_life > 0.0 else 0.0
    return scar + (1.0 - scar) * fading


@STEADY
@given(st.floats(0.0, 20.0), st.floats(0.0, 12.0), st.floats(0.0, 24.0))
def test_the_area_of_a_pulse_is_half_its_ramp_and_its_duration(onset, ramp, duration):
    area = ramp / 2.0 + duration
    assert abs(envelope(onset, ramp, duration).sum() - area) <= 8.0 * np.spacing(MONTHS)


@STEADY
@given(st.integers(0, 20), st.sampled_from([0.0, 0.5, 1.0, 2.0, 4.0, 8.0]), st.integers(0, 24))
def test_where_binary_fractions_are_exact_the_area_is_right_to_the_last_bit(onset, ramp, duration):
    assert envelope(onset + 0.25, ramp, duration).sum() == ramp / 2.0 + duration


@STEADY
@given(st.floats(0.0, 30.0), st.floats(0.1, 24.0), st.floats(0.0, 1.0))
def test_what_is_left_of_a_recovery_has_the_area_of_its_half_life(onset, half_life, scar):
    """From the plateau's end to the horizon: ``scar t + (1 - scar) h / ln 2 (1 - 2^(-t/h))``."""
    rest = MONTHS - onset - 5.0
    fading = half_life / np.log(2.0) * (1.0 - 2.0 ** (-rest / half_life))
    expected = 1.0 + 3.0 + scar * rest + (1.0 - scar) * fading
    np.testing.assert_allclose(envelope(onset, 2.0, 3.0, half_life, scar).sum(), expected, rtol=1e-13)


@pytest.mark.parametrize("seed", range(20))
def test_each_month_is_the_mean_over_that_month(seed):
    random = np.random.default_rng(seed)
    shape = (
        random.uniform(0.0, 12.0),
        random.choice([0.0, random.uniform(0.0, 6.0)]),
        random.choice([0.0, random.uniform(0.0, 9.0)]),
        random.choice([0.0, random.uniform(0.1, 12.0)]),
        random.choice([0.0, random.uniform(0.0, 1.0)]),
    )
    corners = np.cumsum(shape[:3])
    for month, found in enumerate(envelope(*shape, months=36)):
        inside = [corner for corner in corners if month < corner < month + 1]
        expected = quad(at, month, month + 1, args=shape, points=inside or None, epsabs=1e-12, epsrel=1e-12)[0]
        assert abs(found - expected) < 1e-10, f"month {month} of {shape}"


@STEADY
@given(st.floats(0.0, 40.0), st.floats(0.0, 12.0), st.floats(0.0, 24.0), st.floats(0.0, 24.0), st.floats(0.0, 1.0))
def test_a_small_step_of_onset_or_duration_is_a_small_step_of_every_month(onset, ramp, duration, half_life, scar):
    """The envelope lies between 0 and 1, so a month's mean moves by no more than the step."""
    step = 1e-7
    here = envelope(onset, ramp, duration, half_life, scar)
    for there in (
        envelope(onset + step, ramp, duration, half_life, scar),
        envelope(onset, ramp, duration + step, half_life, scar),
    ):
        assert abs(there - here).max() <= 1.01 * step


def test_a_step_across_a_month_or_the_horizon_is_small_too():
    for onset in (1.0, 7.0, 59.0, 60.0):
        gap = abs(envelope(onset - 1e-7, 0.0, 3.0) - envelope(onset + 1e-7, 0.0, 3.0)).max()
        assert gap <= 2.1e-7


@STEADY
@given(st.floats(0.0, 40.0), st.floats(0.0, 12.0), st.floats(0.0, 24.0), st.floats(0.0, 24.0), st.floats(0.0, 1.0))
def test_it_stays_between_nothing_and_everything(onset, ramp, duration, half_life, scar):
    values = envelope(onset, ramp, duration, half_life, scar)
    assert (values >= 0.0).all()
    assert (values <= 1.0).all()


@pytest.mark.parametrize("onset", [60.0, 60.5, 1e9, np.inf])
def test_past_the_horizon_there_is_none(onset):
    assert not envelope(onset, 1.0, 2.0, 3.0, 0.5).any()
