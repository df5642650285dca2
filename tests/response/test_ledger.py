"""The finer account: it adds up to the coarser one, and each of its rows is that of the plain reference."""

import numpy as np
import pytest
from hypothesis import given

from multivector_sim.engine.kernel import respond
from multivector_sim.response.arrays import by_cause, by_partner
from tests.engine import reference
from tests.strategies import STEADY, case, cases

CASES, DRAWS = 60, 2


def places(problem):
    """Corridor and host of the rows behind the partners'; the host of a corridor's own row is -1."""
    corridors, hosts = np.nonzero(problem.transit_share > 0)
    own = np.arange(problem.transit_share.shape[0])
    return np.concatenate([corridors, own]), np.concatenate([hosts, np.full(own.size, -1)])


@STEADY
@given(cases(draws=40))
def test_rows_by_cause_add_up_to_those_by_partner(made):
    problem, draws = made
    partners = problem.baseline.shape[0]
    coarse, fine = respond(problem, draws), respond(problem, draws, by_cause(problem))
    for name in ("loss_share", "trough", "months_to_recover", "unrecovered", "ruptures"):
        np.testing.assert_array_equal(getattr(coarse, name), getattr(fine, name))
    summed = np.zeros_like(coarse.attribution)
    summed[:, :partners] = fine.attribution[:, :partners]
    for row, host in enumerate(places(problem)[1], partners):
        summed[:, host] += fine.attribution[:, row]
    scale = np.abs(coarse.attribution).max(initial=1.0)
    np.testing.assert_allclose(summed, coarse.attribution, rtol=0, atol=1e-11 * scale)


@pytest.mark.parametrize("first", range(0, CASES, 10))
def test_each_row_is_that_of_the_reference(first, monkeypatch):
    """The reference books one row as the first partner's and all the rest as nobody's; so it knows no ledger."""
    booked = 0
    for seed in range(first, first + 10):
        problem, draws = case(seed, DRAWS)
        draws = draws._replace(severity=np.maximum(draws.severity, 0.0))  # a gain is a partner's, never a corridor's
        partners = problem.baseline.shape[0]
        found = respond(problem, draws, by_cause(problem)).attribution
        for row, (corridor, host) in enumerate(zip(*places(problem), strict=True), partners):
            monkeypatch.setattr(reference, "use_corridors", only(corridor, host, reference_corridors))
            account = reference.respond(problem, draws).attribution
            scale = np.abs(account).max(initial=1.0)
            np.testing.assert_allclose(
                found[:, row], account[:, 0], rtol=0, atol=1e-10 * scale, err_msg=f"{corridor}, {host} of case {seed}"
            )
            booked += bool(np.abs(account[:, 0]).max() > 1e-6)
    assert booked >= 5


reference_corridors = reference.use_corridors


def only(corridor, host, plain):
    """Give the reference's corridors with one row booked apart from all the others."""

    def use_corridors(problem, at, unavailable, legs):
        cut_off, spare, lost_directly = plain(problem, at, unavailable, legs)
        partners, channels = problem.baseline.shape
        apart = np.zeros_like(lost_directly)
        closed = problem.transit_share[corridor] * unavailable[:, channels]
        capacity = at.capacity[corridor] * max(0.0, 1.0 - closed.sum())
        flows = [
            (c, problem.baseline[p, c] * shares[corridor] * (1.0 - unavailable[p, c]))
            for (p, c), shares in legs.items()
            if corridor in shares
        ]
        load = sum(flow for _, flow in flows)
        if load > capacity:
            cut, anyway = 1.0 - capacity / load, max(0.0, 1.0 - at.capacity[corridor] / load)
            by_hosts = (cut - anyway) * (closed / closed.sum() if closed.sum() > 0 else np.zeros(partners))
            share = by_hosts[host] if host >= 0 else cut - by_hosts.sum()
            for channel, flow in flows:
                apart[0, channel] += share * flow
        apart[partners] = lost_directly.sum(axis=0) - apart[0]
        return cut_off, spare, apart

    return use_corridors


def test_rows_are_numbered_without_gaps():
    for seed in range(40):
        problem, _ = case(seed)
        partners = problem.baseline.shape[0]
        fine, coarse = by_cause(problem), by_partner(problem)
        crossings = problem.transit_share > 0
        used = np.concatenate([fine.answers[:, :partners][crossings], fine.answers[:, partners]])
        assert sorted(used.tolist()) == list(range(partners, fine.rows))
        assert coarse.rows == partners + 1
        assert (coarse.answers == np.arange(partners + 1)).all()
        assert fine.answers.shape == coarse.answers.shape == (problem.transit_share.shape[0], partners + 1)


def test_a_corridor_that_is_closed_and_one_that_is_too_small():
    """One flow of 10 on a corridor of 8 that its host closes by half: 2 are nobody's, 4 the host's."""
    from tests.judges.simple import assumptions, problem

    made = problem([[10.0], [0.0]], legs=[(0, 0, 0, 1.0)], months=10, transit_share=[[0.0, 1.0]], rupture_partner=[1])
    draws = assumptions(made, severity=[[[0.0, 0.5]]], capacity=[[8.0]], duration=[[10.0]])
    account = respond(made, draws, by_cause(made)).attribution[0, :, 0]
    assert account == pytest.approx([0.0, 0.0, 40.0, 20.0])
