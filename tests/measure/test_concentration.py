"""Concentration by hand, and what has to hold for any flow and any map of corridors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector_sim.measure import concentration as measure

flows = (
    st.integers(1, 12).flatmap(lambda n: arrays(float, n, elements=st.floats(0, 1e12))).filter(lambda it: it.sum() > 1)
)


@pytest.mark.parametrize("count", [1, 2, 6, 195])
def test_equal_partners_count_for_as_many_as_they_are(count):
    equal = np.full(count, 7e9)
    assert measure.effective(measure.herfindahl(equal)) == pytest.approx(count, rel=1e-13)
    assert measure.shannon(equal) == pytest.approx(count, rel=1e-13)
    assert measure.largest(equal) == (0, pytest.approx(1 / count))


def test_four_unequal_buyers_by_hand():
    shares = np.array([0.6, 0.2, 0.1, 0.1])
    assert measure.herfindahl(shares * 5e9) == pytest.approx(0.36 + 0.04 + 0.01 + 0.01)
    by_hand = 1 / (0.6**0.6 * 0.2**0.2 * 0.1**0.1 * 0.1**0.1)
    assert measure.shannon(shares * 5e9) == pytest.approx(by_hand)
    assert measure.largest(shares * 5e9) == (0, pytest.approx(0.6))


@given(flows)
def test_effective_numbers_are_ordered_and_bounded(flow):
    index = float(measure.herfindahl(flow))
    share = measure.largest(flow)[1]
    assert share**2 - 1e-12 <= index <= share + 1e-12
    assert 1 - 1e-9 <= 1 / index <= measure.shannon(flow) * (1 + 1e-9) <= np.count_nonzero(flow) * (1 + 2e-9)


@given(flows, st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_another_currency_another_order_and_empty_names_change_nothing(flow, rate, random):
    other = np.append(rate * np.array(random.sample(list(flow), flow.size)), 0.0)
    assert measure.herfindahl(other) == pytest.approx(measure.herfindahl(flow))
    assert measure.shannon(other) == pytest.approx(measure.shannon(flow))
    assert measure.largest(other)[1] == pytest.approx(measure.largest(flow)[1])


@given(flows)
def test_splitting_a_partner_in_two_halves_never_concentrates(flow):
    halves = np.append(flow[1:], [flow[0] / 2, flow[0] / 2])
    assert measure.herfindahl(halves) <= measure.herfindahl(flow) + 1e-12


def test_many_countries_at_once_and_none_where_nothing_flows():
    table = np.array([[1.0, 1.0], [3.0, 1.0], [0.0, 0.0]])
    assert measure.herfindahl(table) == pytest.approx([0.5, 0.625, np.nan], nan_ok=True)
    assert measure.shannon(table)[0] == pytest.approx(2)
    assert np.isnan(measure.shannon(table)[2])
    assert np.isnan(measure.largest(table[2])[1])


ONE_PIPE = np.array([[1.0, 0.0]])


@pytest.mark.parametrize("size", [0.1, 1.0, 3e9, 1e9 / 12])
def test_six_customers_behind_one_pipeline_have_exactly_one_host(size):
    whole = 6 * size
    assert measure.hidden_herfindahl(np.array([whole]), ONE_PIPE, whole) == 1.0
    assert list(measure.crossing(np.array([whole]), ONE_PIPE, whole)) == [1.0, 0.0]


@pytest.mark.parametrize(("share", "hosts"), [(0.9, 1 / 0.81), (0.5, 4.0), (0.1, 100.0)])
def test_what_crosses_nobody_counts_as_hosts_of_its_own(share, hosts):
    carried, parts = np.array([share, 1 - share]), np.array([[1.0], [0.0]])
    for whole_carried, whole_parts in ((carried, parts), (carried[:1], parts[:1])):
        assert 1 / measure.hidden_herfindahl(whole_carried, whole_parts, 1.0) == pytest.approx(hosts)
        assert measure.crossing_any(whole_carried, whole_parts, 1.0) == pytest.approx(share)


def test_a_road_through_three_countries_is_one_host_and_two_roads_with_a_country_in_common_are_too():
    serial = np.array([[1.0, 1.0, 1.0]])
    assert measure.hidden_herfindahl(np.array([4.0]), serial, 4.0) == 1.0
    assert measure.crossing_any(np.array([4.0]), serial, 4.0) == 1.0
    common = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    assert measure.hidden_herfindahl(np.array([2.0, 2.0]), common, 4.0) == 1.0
    apart = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    assert measure.hidden_herfindahl(np.array([2.0, 2.0]), apart, 4.0) == 0.5


def test_nothing_on_the_roads_is_no_concentration():
    assert measure.hidden_herfindahl(np.zeros(0), np.zeros((0, 3)), 5.0) == 0.0
    assert measure.effective(measure.hidden_herfindahl(np.array([1.0]), np.zeros((1, 3)), 5.0)) == np.inf


roads = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda it: st.tuples(arrays(float, it[0], elements=st.floats(0, 10)), arrays(float, it, elements=st.floats(0, 1)))
)


@given(roads, st.floats(0.001, 10))
def test_where_hosts_hold_different_parts_the_index_is_the_sum_of_squared_crossings(road, free):
    carried, parts = road
    parts = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1.0)
    whole = carried.sum() + free
    crossed = measure.crossing(carried, parts, whole)
    assert measure.hidden_herfindahl(carried, parts, whole) == pytest.approx((crossed**2).sum(), abs=1e-12)
    assert measure.crossing_any(carried, parts, whole) == pytest.approx(crossed.sum(), abs=1e-12)


@given(roads, st.floats(0.001, 10))
def test_the_index_lies_between_that_of_the_largest_host_alone_and_of_one_host_for_all(road, free):
    carried, parts = road
    whole = carried.sum() + free
    index = measure.hidden_herfindahl(carried, parts, whole)
    crosses = measure.crossing_any(carried, parts, whole)
    assert measure.crossing(carried, parts, whole).max() ** 2 <= index + 1e-12
    assert index <= crosses**2 + 1e-12 <= 1.0 + 2e-12


@given(roads, st.floats(0.001, 10))
def test_one_host_more_never_spreads(road, free):
    carried, parts = road
    whole = carried.sum() + free
    more = np.column_stack([parts, np.full(carried.size, 0.5)])
    assert measure.hidden_herfindahl(carried, more, whole) >= measure.hidden_herfindahl(carried, parts, whole) - 1e-12


@given(roads, st.floats(0.001, 10))
def test_over_corridors_the_index_is_the_sum_of_squared_shares(road, free):
    carried = road[0]
    whole = carried.sum() + free
    index = measure.hidden_herfindahl(carried, np.eye(carried.size), whole)
    assert index == pytest.approx(((carried / whole) ** 2).sum(), abs=1e-12)
