"""The diversification ratio and benefit against what is known in closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector_sim.measure.tail import expected_shortfall, sd
from multivector_sim.questions.compare import benefit, ratios

parts = st.tuples(st.integers(4, 30), st.integers(1, 4)).flatmap(
    lambda shape: arrays(float, shape, elements=st.floats(0, 1) | st.sampled_from([0.0, 0.5]))
)


@given(parts)
def test_a_ratio_is_the_sum_of_the_parts_over_the_whole_and_never_below_one(part):
    found, whole = ratios(part, [0.8]), part.sum(axis=1)
    if found.sd is not None:
        assert found.sd.value == pytest.approx(sum(sd(column) for column in part.T) / sd(whole), rel=1e-6)
        assert found.sd.value >= 1 - 1e-9
    if found.es[0.8] is not None:
        tails = sum(expected_shortfall(column, 0.8) for column in part.T)
        assert found.es[0.8].value == pytest.approx(tails / expected_shortfall(whole, 0.8), rel=1e-9)
        assert found.es[0.8].value >= 1 - 1e-9


def test_alike_and_independent_parts_have_the_root_of_their_number():
    part = np.random.default_rng(3).gamma(2.0, size=(200_000, 9))
    low, high = ratios(part, [0.95]).sd[1:]
    assert low < 3.0 < high
    assert high - low < 0.03


def test_parts_that_rise_together_diversify_nothing():
    loss = np.random.default_rng(4).gamma(0.5, size=5000)
    found = ratios(np.stack([loss, 2 * loss, 0 * loss], axis=1), [0.9, 0.99])
    assert found.sd == pytest.approx((1, 1, 1))
    assert found.es[0.99] == pytest.approx((1, 1, 1))


def test_nothing_lost_has_no_ratio():
    found = ratios(np.zeros((10, 3)), [0.95])
    assert found.sd is None
    assert found.document() == {"sd": None, "es": {"0.95": None}}


def test_a_benefit_is_what_is_spared():
    one = np.random.default_rng(5).gamma(0.5, size=4000)
    found = benefit(one, 0.25 * one, [0.95])
    assert found.mean_share == pytest.approx((0.75, 0.75, 0.75))
    assert found.es_share[0.95] == pytest.approx((0.75, 0.75, 0.75))
    plain = found.document()["es"]["0.95"]
    assert plain["value"] == pytest.approx(0.75 * expected_shortfall(one, 0.95))
    assert plain["low"] < plain["value"] < plain["high"]
    assert plain["verdict"] == "better"
