"""What can be worked out by hand comes out: no response, each step of the response alone, attribution."""

import numpy as np
import pytest

from multivector_sim.engine.kernel import paths, respond
from tests.judges.simple import assumptions, problem

EXACT = 4e-16


def total(case, draws):
    return respond(case, draws).loss_share[0, -1]


@pytest.mark.parametrize(
    ("share", "severity", "duration"), [(1.0, 1.0, 24), (0.25, 0.5, 6), (0.3, 0.7, 7), (0.9, 0.1, 5)]
)
@pytest.mark.parametrize("onset", [0.0, 3.0, 8.25])
def test_one_partner_no_response(share, severity, duration, onset):
    """share x severity x D / T, wherever in the horizon it begins."""
    onset = 0.0 if duration == 24 else onset
    case = problem([[share], [1.0 - share]])
    draws = assumptions(case, onset=onset, duration=duration, severity=[severity, 0.0])
    np.testing.assert_allclose(total(case, draws), share * severity * duration / 24, rtol=1e-14)


def test_in_whole_numbers_it_is_exact_to_the_last_bit():
    case = problem([[1.0], [3.0]], months=32)
    assert total(case, assumptions(case, onset=3.0, duration=8.0, severity=[0.5, 0.0])) == 0.25 * 0.5 * 8 / 32


def test_divertible_at_once_without_limit_or_haircut_nothing_is_lost():
    case = problem([[4.0], [3.0], [2.0]])
    draws = assumptions(case, severity=[0.9, 0.0], ceiling=1.0, kappa=10.0)
    assert abs(total(case, draws)) < EXACT


def test_nothing_shocked_nothing_lost_to_the_last_bit():
    legs = [(0, 0, 0, 0.7), (0, 0, 1, 0.3), (0, 1, 0, 0.1), (0, 1, 1, 0.9), (1, 0, 0, 0.3), (1, 0, 1, 0.7)]
    baseline = np.array([[40e9, 0.1], [1.0 / 3.0, 7e3]]) / 12.0
    spillover = {"spill_from": [[1.0, 0.0]], "spill_to": [[1.0, 1.0]], "spill_lag": [0]}
    hosts = [[1.0, 0.5], [0.2, 0.0]]
    case = problem(baseline, legs=legs, kind=[0, 1], transit_share=hosts, **spillover)
    full = np.bincount(case.leg_corridor, weights=case.leg_share * baseline[case.leg_partner, case.leg_channel])
    settings = {"eta": 2.0, "ceiling": 0.5, "theta": 3.0, "kappa": 1.0, "stock": 1.0, "refill": 0.05}
    for capacity in (full, np.nextafter(full, 0.0), 2.0 * full):
        for onset, severity in ((np.inf, [1.0, 1.0, 1.0]), (0.0, [0.0, 0.0, 0.0])):
            draws = assumptions(case, onset=onset, severity=severity, capacity=capacity, **settings)
            outcome = respond(case, draws)
            assert not outcome.loss_share.any()
            assert not outcome.attribution.any()
            assert (outcome.trough == 1.0).all()
            assert not outcome.months_to_recover.any()
            assert (paths(case, draws) == 1.0).all()


def test_ability_builds_month_by_month_and_is_not_forgotten():
    """Two ruptures of 3 months, 5 months apart: gaps of months 1 to 6 meet an ability of 1 - exp(-m/theta)."""
    case = problem([[5.0], [5.0]], rupture_partner=[0, 0])
    draws = assumptions(case, onset=[2.0, 10.0], duration=3.0, severity=[0.6, 0.0], ceiling=0.5, theta=4.0, kappa=9.0)
    draws = draws._replace(haircut=np.array([[0.2]]))
    ability = 1.0 - np.exp(-np.arange(1, 7) / 4.0)
    lost = 1.0 - paths(case, draws)[0, :, 0]
    np.testing.assert_allclose(lost[[2, 3, 4, 10, 11, 12]], 0.3 * (1.0 - ability * 0.5 * 0.8), rtol=1e-13)
    np.testing.assert_allclose(lost.sum(), lost[[2, 3, 4, 10, 11, 12]].sum(), rtol=1e-13)


def test_partners_take_no_more_than_they_can_and_pro_rata():
    """A gap of 6 and room for 0.1 x 2 and 0.1 x 3 x 0.5: the second is ruptured too."""
    case = problem([[6.0], [2.0], [3.0]], rupture_partner=[0, 2])
    severity = [[1.0, 0.0], [0.5, 0.0]]
    draws = assumptions(case, severity=severity, ceiling=1.0, kappa=0.1)
    np.testing.assert_allclose(total(case, draws), (6.0 + 1.5 - 0.2 - 0.15) / 11.0, rtol=1e-14)


def test_a_partner_does_not_fill_its_own_gap():
    case = problem([[6.0]])
    assert total(case, assumptions(case, severity=[0.5, 0.0], ceiling=1.0, kappa=5.0)) == 0.5
    case = problem([[6.0], [2.0]])
    draws = assumptions(case, severity=[0.5, 0.0], ceiling=1.0, kappa=[[5.0], [0.0]])
    np.testing.assert_allclose(total(case, draws), 3.0 / 8.0, rtol=1e-15)


def test_diverted_flow_needs_room_in_the_corridors_of_who_takes_it():
    """The second partner could take 4 more; its road has room for 1."""
    case = problem([[4.0], [4.0]], legs=[(1, 0, 0, 1.0)])
    draws = assumptions(case, severity=[1.0, 0.0], ceiling=1.0, kappa=1.0, capacity=5.0)
    np.testing.assert_allclose(total(case, draws), 3.0 / 8.0, rtol=1e-15)


def test_stocks_last_as_long_as_they_are_large_and_refill_slowly():
    """A stock of 1.5 months against half a channel: three months. After 4 quiet months 0.4 is back: 0.8 of a month."""
    case = problem([[1.0], [1.0]], rupture_partner=[0, 0])
    draws = assumptions(case, onset=[0.0, 9.0], duration=5.0, severity=[1.0, 0.0], stock=1.5, refill=0.1)
    lost = 1.0 - paths(case, draws)[0, :, 0]
    np.testing.assert_allclose(lost[:5], [0.0, 0.0, 0.0, 0.5, 0.5], atol=1e-15)
    np.testing.assert_allclose(lost[9:14], [0.1, 0.5, 0.5, 0.5, 0.5], atol=1e-15)
    assert not lost[5:9].any()
    assert not lost[14:].any()


def test_spillover_comes_later_and_may_be_a_gain():
    settings = {"kind": [0, 1], "spill_from": [[1.0, 0.0]], "spill_to": [[0.0, 1.0]], "spill_lag": [6]}
    case = problem([[1.0, 2.0], [3.0, 2.0]], **settings)
    for eta in (0.8, -0.8):
        draws = assumptions(case, duration=4.0, severity=[1.0, 0.0, 0.0], eta=eta)
        lost = 1.0 - paths(case, draws)[0, :, 1]
        expected = np.where((np.arange(24) >= 6) & (np.arange(24) < 10), 0.25 * eta, 0.0)
        np.testing.assert_allclose(lost, expected, atol=1e-15)
        np.testing.assert_allclose(respond(case, draws).attribution[0, 0], [4.0, 4 * 4.0 * 0.25 * eta], rtol=1e-14)


def test_investment_cannot_fall_below_nothing():
    settings = {"kind": [0, 1], "spill_from": [[1.0, 0.0]], "spill_to": [[0.0, 1.0]], "spill_lag": [0]}
    case = problem([[1.0, 2.0], [1.0, 3.0]], rupture_partner=[0, 1], **settings)
    draws = assumptions(case, severity=[[0.9, 0.5, 0.0], [0.3, 0.0, 0.0]], eta=5.0)
    outcome = respond(case, draws)
    assert outcome.loss_share[0, 1] == 1.0
    # directly, the first took 1 of 5; the rest follows the trade loss, 0.9 to 0.3
    np.testing.assert_allclose(outcome.attribution[0, :, 1], [24 * (1 + 3.0), 24 * 1.0, 0.0], rtol=1e-13)


def test_a_clause_keeps_its_floor_where_it_is_honoured():
    case = problem([[1.0]], rupture_partner=[0, 0], contract_of=[[0, -1]])
    severity = [[0.5, 0.0], [0.6, 0.0]]
    for honoured, left in (([1, 1], 0.4), ([1, 0], 0.5 * 0.4), ([0, 1], 0.5 * 0.4), ([0, 0], 0.5 * 0.4)):
        draws = assumptions(case, severity=severity, honoured=np.reshape(honoured, (2, 1)), floor=0.4)
        np.testing.assert_allclose(1.0 - total(case, draws), left, rtol=1e-14)


def test_a_clause_on_transit_keeps_the_corridor_open():
    case = problem([[0.0], [1.0]], legs=[(1, 0, 0, 1.0)], transit_share=[[1.0, 0.0]], contract_of=[[-1, 0], [-1, -1]])
    draws = assumptions(case, severity=[0.0, 1.0], capacity=1.0, honoured=1.0, floor=0.7)
    np.testing.assert_allclose(total(case, draws), 0.3, rtol=1e-15)


def test_hosts_answer_for_what_they_closed_and_nobody_for_what_was_too_small():
    """Ten want 8; two hosts close 0.5 and 0.25 of it. Of the 8 lost, 2 were lost anyway, 4 and 2 are the hosts'."""
    case = problem([[0.0], [0.0], [10.0]], 1, [(2, 0, 0, 1.0)], transit_share=[[1.0, 0.5, 0.0]], rupture_partner=[0, 1])
    draws = assumptions(case, severity=[[0.0, 0.5], [0.0, 0.5]], capacity=8.0)
    outcome = respond(case, draws)
    np.testing.assert_allclose(outcome.loss_share[0, -1], 0.8, rtol=1e-15)
    np.testing.assert_allclose(outcome.attribution[0, :, 0], [4.0, 2.0, 0.0, 2.0], rtol=1e-14)
    assert outcome.ruptures[0] == 2


def test_recovery_is_counted_from_the_first_month_under_to_the_last():
    case = problem([[1.0]], rupture_partner=[0, 0])
    draws = assumptions(case, onset=[3.0, 9.0], duration=2.0, severity=[0.05, 0.0])
    assert respond(case, draws).months_to_recover[0, -1] == 0.0
    draws = assumptions(case, onset=[3.0, 9.0], duration=2.0, severity=[0.06, 0.0])
    assert respond(case, draws).months_to_recover[0, -1] == 8.0
    draws = assumptions(case, onset=[3.0, 9.0], duration=15.0, severity=[0.06, 0.0])
    outcome = respond(case, draws)
    assert outcome.months_to_recover[0, -1] == 24.0
    np.testing.assert_allclose(outcome.unrecovered[0, -1], 0.06, rtol=1e-14)
    np.testing.assert_allclose(outcome.trough[0, -1], 0.94**2, rtol=1e-14)


def test_ties_are_reported_beside_the_total():
    case = problem([[1.0, 8.0]], kind=[0, 2])
    outcome = respond(case, assumptions(case, severity=[0.0, 0.5, 0.0]))
    np.testing.assert_array_equal(outcome.loss_share[0], [0.0, 0.5, 0.0, np.nan, 0.0])
