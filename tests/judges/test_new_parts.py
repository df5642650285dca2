"""Closed forms of what a partner gives, who else can be found, and what a price does."""

import numpy as np
import pytest

from multivector_sim.engine.kernel import paths, respond
from tests.judges.simple import assumptions, problem


def total(case, draws):
    return respond(case, draws).loss_share[0, -1]


@pytest.mark.parametrize(
    ("share", "entry", "haircut"), [(0.9, 0.3, 0.0), (0.9, 1.2, 0.25), (0.4, 0.5, 0.5), (1, 0.2, 1)]
)
@pytest.mark.parametrize("duration", [24, 7])
def test_new_partners_at_once(share, entry, haircut, duration):
    """One partner gone, the others without room: (s - min(entry, s)(1 - h)) D / T."""
    case = problem([[10.0 * share], [10.0 * (1.0 - share)]])
    draws = assumptions(
        case, onset=0.0, duration=duration, severity=[1.0, 0.0], ceiling=1.0, entry=entry, entry_haircut=haircut
    )
    exact = (share - min(entry, share) * (1.0 - haircut)) * duration / 24
    np.testing.assert_allclose(total(case, draws), exact, rtol=1e-13, atol=1e-15)


def test_new_partners_are_found_month_by_month_and_forgotten():
    """Two ruptures, apart: the ability of new partners begins anew, that of today's goes on."""
    case = problem([[5.0], [5.0]], rupture_partner=[0, 0])
    shared = {"onset": [2.0, 10.0], "duration": 3.0, "severity": [0.6, 0.0]}
    ability = 1.0 - np.exp(-np.arange(1, 7) / 4.0)
    draws = assumptions(case, entry=0.2, entry_theta=4.0, entry_haircut=0.1, **shared)
    lost = 1.0 - paths(case, draws)[0, :, 0]
    expected = 0.3 - 0.9 * 0.2 * np.tile(ability[:3], 2)
    np.testing.assert_allclose(lost[[2, 3, 4, 10, 11, 12]], expected, rtol=1e-13)
    np.testing.assert_allclose(lost.sum(), expected.sum(), rtol=1e-13)


def test_todays_and_new_partners_share_a_gap_that_is_too_small_for_both():
    """A gap of 6: today's can take 4, new ones 5; each takes two thirds of that, at haircuts of 0.1 and 0.4."""
    case = problem([[6.0], [4.0]])
    draws = assumptions(case, severity=[1.0, 0.0], ceiling=1.0, kappa=1.0, haircut=0.1, entry=0.5, entry_haircut=0.4)
    np.testing.assert_allclose(total(case, draws), (4.0 * 0.1 + 5.0 * 0.4) * 6.0 / 9.0 / 10.0, rtol=1e-14)


def test_room_that_no_corridor_reaches_is_not_wanted():
    """Today's partner could take 4, its road has room for 1; new partners fill the other 5."""
    case = problem([[6.0], [4.0]], legs=[(1, 0, 0, 1.0)])
    draws = assumptions(case, severity=[1.0, 0.0], ceiling=1.0, kappa=1.0, capacity=5.0, entry=0.5, entry_haircut=1.0)
    np.testing.assert_allclose(total(case, draws), 5.0 / 10.0, rtol=1e-14)
    draws = draws._replace(entry_haircut=0.0 * draws.entry_haircut)
    assert abs(total(case, draws)) < 1e-15


@pytest.mark.parametrize(("share", "gain"), [(1.0, 0.25), (0.25, 10.0), (0.3, 0.7)])
@pytest.mark.parametrize("onset", [0.0, 8.25])
def test_a_gain_of_one_partner(share, gain, onset):
    """-share g D / T, all of it the partner's."""
    case = problem([[10.0 * share], [10.0 * (1.0 - share)]])
    outcome = respond(case, assumptions(case, onset=onset, duration=6.0, severity=[-gain, 0.0]))
    np.testing.assert_allclose(outcome.loss_share[0, -1], -share * gain * 6 / 24, rtol=1e-13)
    np.testing.assert_allclose(outcome.attribution[0, :, 0], [-10.0 * share * gain * 6, 0.0, 0.0], rtol=1e-13)
    np.testing.assert_allclose(outcome.trough[0, -1], 1.0, rtol=1e-14)
    whole = respond(case, assumptions(case, severity=[-gain, 0.0]))
    np.testing.assert_allclose(whole.trough[0, -1], 1.0 + share * gain, rtol=1e-14)
    assert whole.months_to_recover[0, -1] == 0.0


def test_a_gain_and_a_loss_of_one_partner_multiply():
    case = problem([[1.0]], rupture_partner=[0, 0])
    for severities, available in (((-0.5, 0.2), 1.5 * 0.8), ((-0.5, 0.6), 1.5 * 0.4), ((-1.0, -0.5), 2.0 * 1.5)):
        draws = assumptions(case, severity=[[it, 0.0] for it in severities])
        np.testing.assert_allclose(1.0 - total(case, draws), available, rtol=1e-14)


def test_a_gain_needs_room_on_its_corridors_and_cuts_nobody():
    """The first wants 4 more over a road of 9 that carries 8; the second takes 2 more, and has no road."""
    case = problem([[4.0], [4.0]], legs=[(0, 0, 0, 1.0)], rupture_partner=[0, 1])
    draws = assumptions(case, severity=[[-1.0, 0.0], [-0.5, 0.0]], capacity=5.0)
    outcome = respond(case, draws)
    np.testing.assert_allclose(outcome.loss_share[0, -1], -(1.0 + 2.0) / 8.0, rtol=1e-14)
    np.testing.assert_allclose(outcome.attribution[0, :, 0] / 24, [-1.0, -2.0, 0.0], rtol=1e-14)
    both = problem([[4.0], [4.0]], legs=[(0, 0, 0, 1.0), (1, 0, 0, 1.0)])
    assert total(both, assumptions(both, severity=[-1.0, 0.0], capacity=8.0)) == 0.0


def test_diversion_comes_before_a_gain():
    """A road with room for 3: the gap of 2 is diverted over it first, and 1 of the 4 more is left."""
    case = problem([[2.0], [4.0]], legs=[(1, 0, 0, 1.0)], rupture_partner=[0, 1])
    draws = assumptions(case, severity=[[1.0, 0.0], [-1.0, 0.0]], capacity=7.0, ceiling=1.0, kappa=9.0, haircut=0.5)
    outcome = respond(case, draws)
    np.testing.assert_allclose(outcome.loss_share[0, -1], (1.0 - 1.0) / 6.0, atol=1e-15)
    np.testing.assert_allclose(outcome.attribution[0, :, 0] / 24, [1.0, -1.0, 0.0], rtol=1e-13)


def test_room_for_diversion_is_that_of_the_baseline():
    case = problem([[4.0], [2.0]], rupture_partner=[0, 1])
    draws = assumptions(case, severity=[[1.0, 0.0], [-0.5, 0.0]], ceiling=1.0, kappa=1.0)
    np.testing.assert_allclose(total(case, draws), (4.0 - 2.0 - 1.0) / 6.0, rtol=1e-14)


def test_spillover_sees_losses_and_no_gains():
    settings = {"kind": [0, 0, 1], "spill_from": [[1.0, 1.0, 0.0]], "spill_to": [[0.0, 0.0, 1.0]], "spill_lag": [0]}
    case = problem([[2.0, 2.0, 5.0]], **settings)
    for severities, cause in (((-0.5, 0.2), 0.0), ((-0.1, 0.5), 0.2), ((0.5, 0.5), 0.5), ((-0.5, -0.5), 0.0)):
        outcome = respond(case, assumptions(case, severity=[*severities, 0.0, 0.0], eta=0.8))
        np.testing.assert_allclose(outcome.loss_share[0, 2], 0.8 * cause, atol=1e-15)
        np.testing.assert_allclose(outcome.attribution[0, 0, 2], 24 * 5.0 * 0.8 * cause, atol=1e-13)


@pytest.mark.parametrize(("loss", "price"), [(0.2, 0.5), (0.7, 1.0), (1.0, 0.3), (0.4, 0.0)])
def test_a_price_that_rises_because_some_is_missing(loss, price):
    """1 - (1 - l)(1 + p l), and parts scaled alike."""
    case = problem([[3.0], [1.0]], rupture_partner=[0, 1])
    draws = assumptions(case, severity=[loss, 0.0], price=price)
    outcome = respond(case, draws)
    exact = 1.0 - (1.0 - loss) * (1.0 + price * loss)
    np.testing.assert_allclose(outcome.loss_share[0, -1], exact, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(outcome.attribution[0, :, 0], 24 * 4.0 * exact * np.array([0.75, 0.25, 0.0]), rtol=1e-12)


def test_a_price_does_not_answer_a_gain_and_comes_before_spillover():
    case = problem([[1.0]])
    assert total(case, assumptions(case, severity=[-0.5, 0.0], price=1.0)) == -0.5
    settings = {"kind": [0, 1], "spill_from": [[1.0, 0.0]], "spill_to": [[0.0, 1.0]], "spill_lag": [0]}
    case = problem([[2.0, 2.0]], **settings)
    outcome = respond(case, assumptions(case, severity=[0.5, 0.0, 0.0], price=[[0.4, 0.0]], eta=1.0))
    np.testing.assert_allclose(outcome.loss_share[0, :2], 1.0 - 0.5 * 1.2, rtol=1e-14)


def test_stocks_come_before_the_price():
    """A stock that fills it all leaves nothing for a price to answer."""
    case = problem([[1.0], [1.0]])
    assert total(case, assumptions(case, severity=[0.8, 0.0], stock=24.0, price=1.0)) == 0.0
