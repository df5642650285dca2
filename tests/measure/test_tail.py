"""Mean, spread and tail of a sample: closed forms, and the mathematics that they have to satisfy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector_sim.measure.selection import boundary
from multivector_sim.measure.tail import (
    exceedance,
    expected_shortfall,
    mean,
    return_period,
    sd,
    tail_weights,
    value_at_risk,
)
from tests.measure.laws import CONTINUOUS, TIED, evenly

level = st.floats(0.01, 0.99)
some_losses = st.integers(1, 40).flatmap(lambda n: arrays(float, n, elements=st.floats(-10, 10)))
tied_losses = st.integers(1, 40).flatmap(lambda n: arrays(float, n, elements=st.sampled_from([0.0, 0.1, 0.3, 0.7])))
losses = some_losses | tied_losses


@pytest.mark.parametrize("law", [*CONTINUOUS, *TIED], ids=str)
def test_an_even_sample_of_a_law_gives_its_closed_forms(law):
    sample = np.random.default_rng(1).permutation(evenly(law, 20_000))
    assert mean(sample) == pytest.approx(law.mean, rel=1e-3)
    assert sd(sample) == pytest.approx(law.sd, rel=0.01)
    for a in (0.5, 0.9, 0.95, 0.99):
        assert value_at_risk(sample, a) == pytest.approx(law.var(a), rel=0.003, abs=1e-3)
        assert expected_shortfall(sample, a) == pytest.approx(law.es(a), rel=0.003)
    loss = 1.5 * law.var(0.95)
    assert exceedance(sample, loss) == pytest.approx(law.exceedance(loss), abs=1e-4)


@given(losses, level)
def test_shortfall_is_the_mean_of_the_worst_draws_the_last_one_in_part(sample, a):
    mass = boundary(a, sample.size).mass
    worst, count = np.sort(sample)[::-1], int(mass)
    in_part = worst[count] * (mass - count) if count < sample.size else 0.0
    assert expected_shortfall(sample, a) == pytest.approx((worst[:count].sum() + in_part) / mass, rel=1e-9, abs=1e-9)


@given(losses, level)
def test_var_is_the_smallest_loss_that_enough_draws_do_not_exceed(sample, a):
    value = value_at_risk(sample, a)
    enough = a * sample.size - 1e-9
    assert np.count_nonzero(sample <= value) >= enough
    assert np.count_nonzero(sample < value) < enough


@given(losses, level)
def test_shortfall_lies_between_var_and_the_worst_draw(sample, a):
    assert value_at_risk(sample, a) <= expected_shortfall(sample, a) <= sample.max() + 1e-12


@given(losses, level, level)
def test_a_higher_level_is_never_better(sample, a, b):
    low, high = sorted((a, b))
    assert value_at_risk(sample, low) <= value_at_risk(sample, high)
    assert expected_shortfall(sample, low) <= expected_shortfall(sample, high) + 1e-9


@given(losses, level, st.integers(0, 2**32 - 1))
def test_shortfall_is_subadditive(sample, a, seed):
    other = np.random.default_rng(seed).permutation(sample) ** 2
    parts = expected_shortfall(sample, a) + expected_shortfall(other, a)
    assert expected_shortfall(sample + other, a) <= parts + 1e-9


@given(losses, level)
def test_shortfall_of_losses_that_rise_together_is_the_sum(sample, a):
    other = np.exp(sample / 5)
    parts = expected_shortfall(sample, a) + expected_shortfall(other, a)
    assert expected_shortfall(sample + other, a) == pytest.approx(parts, rel=1e-9, abs=1e-9)


@given(losses, level, st.floats(0.01, 100), st.floats(-5, 5))
def test_another_currency_and_a_certain_loss_change_nothing_else(sample, a, rate, certain):
    for measure in (value_at_risk, expected_shortfall):
        assert measure(rate * sample + certain, a) == pytest.approx(rate * measure(sample, a) + certain, abs=1e-9)
    assert sd(rate * sample + certain) == pytest.approx(rate * sd(sample), abs=1e-9)
    assert mean(rate * sample + certain) == pytest.approx(rate * mean(sample) + certain, abs=1e-9)


@given(losses, level, st.randoms(use_true_random=False))
def test_the_order_of_draws_changes_nothing(sample, a, random):
    other = np.array(random.sample(list(sample), sample.size))
    assert value_at_risk(other, a) == value_at_risk(sample, a)
    assert expected_shortfall(other, a) == pytest.approx(expected_shortfall(sample, a), abs=1e-12)


@given(losses, level)
def test_weights_make_the_shortfall_and_are_equal_where_losses_are(sample, a):
    weights = tail_weights(sample, a)
    assert weights.min() >= 0.0
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert weights @ sample == pytest.approx(expected_shortfall(sample, a), rel=1e-12, abs=1e-11)
    for loss in np.unique(sample):
        assert np.ptp(weights[sample == loss]) == 0.0


def test_losses_that_differ_by_rounding_share_a_weight():
    sample = np.array([0.1 + 0.2, 0.3, 0.3, 0.0])
    assert sample[0] > sample[1]
    assert tail_weights(sample, 0.75) == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0], abs=1e-15)


def test_one_draw_is_its_own_tail():
    for measure in (value_at_risk, expected_shortfall):
        assert measure(np.array([0.4]), 0.99) == 0.4
    assert sd(np.array([0.4])) == 0.0


def test_a_level_next_to_one_asks_for_the_worst_draw():
    sample, a = np.array([0.4, 0.1, 0.4]), np.nextafter(1.0, 0.0)
    assert value_at_risk(sample, a) == expected_shortfall(sample, a) == 0.4
    assert list(tail_weights(sample, a)) == [0.5, 0.0, 0.5]


def test_exceeding_is_strict_and_its_inverse_is_the_return_period():
    sample = np.array([0.0, 0.2, 0.2, 0.4])
    assert [exceedance(sample, loss) for loss in (-1, 0, 0.2, 0.4)] == [1.0, 0.75, 0.25, 0.0]
    assert [return_period(sample, loss) for loss in (-1, 0.2, 0.4)] == [1.0, 4.0, np.inf]
