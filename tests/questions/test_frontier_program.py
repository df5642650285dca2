"""The fast solver against the plain linear program, closed forms, and what must hold of any optimum."""

from dataclasses import replace

import numpy as np
import pytest

from multivector_sim.errors import UsageError
from multivector_sim.measure.contribution import es_contributions
from multivector_sim.measure.tail import expected_shortfall
from multivector_sim.questions.frontier import cutting_planes
from multivector_sim.questions.frontier.cutting_planes import (
    CuttingPlanes,
    PlainMaster,
    TailPlane,
    WarmMaster,
    build_master,
)
from multivector_sim.questions.frontier.linear_program import CHANGE, Row, find_clash, least_moved, portfolio, trace
from tests.questions.frontier_cases import PROGRAMS, credit, fat_tailed, limited
from tests.questions.plain_shortfall import plain_shortfall

POINTS = 20


def required(program, points=POINTS):
    """Values from below the least-ES mix's to the greatest there is."""
    solver = CuttingPlanes(program)
    top = program.value(solver.richest)
    low = solver.least_shortfall().value
    return np.linspace(low - 0.1 * (top - low), top, points)


@pytest.mark.parametrize("make", PROGRAMS.values(), ids=PROGRAMS)
def test_the_objective_is_that_of_the_plain_program_at_twenty_points(make):
    program = make()
    solver = CuttingPlanes(program)
    seen = set()
    for value in required(program):
        fast = solver.least_shortfall(value)
        _, slow = plain_shortfall(program, value)
        assert fast.shortfall == pytest.approx(slow, rel=1e-7)
        assert fast.bound <= slow * (1 + 1e-8) <= fast.shortfall * (1 + 3e-8)
        seen.add(round(slow, 6))
    assert len(seen) > POINTS / 2, "the points are all alike, so little was compared"


@pytest.mark.parametrize("make", PROGRAMS.values(), ids=PROGRAMS)
def test_every_mix_keeps_every_limit(make):
    program = make()
    for value in required(program, 7):
        best = CuttingPlanes(program).least_shortfall(value)
        assert best.value >= value - 1e-9
        assert (best.shares >= program.low - 1e-9).all()
        assert (best.shares <= program.high + 1e-9).all()
        assert program.moved(best.shares) <= program.budget + 1e-9
        for row in program.rows:
            assert row.low - 1e-9 <= row.weights @ best.shares <= row.high + 1e-9
        assert best.shortfall == pytest.approx(expected_shortfall(program.losses @ best.shares, program.level))


def test_warm_and_cold_and_both_masters_agree():
    program = limited()
    warm, plain = CuttingPlanes(program, WarmMaster), CuttingPlanes(program, PlainMaster)
    for value in required(program, 6)[::-1]:
        found = [warm, plain, CuttingPlanes(program)]
        shortfalls = [solver.least_shortfall(value).shortfall for solver in found]
        assert shortfalls == pytest.approx([shortfalls[0]] * 3, rel=3e-8)


def test_without_the_inner_face_of_scipy_the_public_one_is_used(monkeypatch):
    monkeypatch.setattr(cutting_planes, "CORE", "scipy.optimize.not_there")
    assert isinstance(build_master(np.zeros(1), np.ones(1)), PlainMaster)
    program = credit()
    assert CuttingPlanes(program).least_shortfall().shortfall == pytest.approx(plain_shortfall(program)[1], rel=1e-7)


@pytest.mark.parametrize("make", [WarmMaster, PlainMaster])
def test_a_master_says_when_nothing_is_left(make):
    master = make(np.zeros(2), np.ones(2))
    master.aim(np.array([1.0, 1.0]))
    row = master.add_row(np.array([1.0, 1.0]), 3.0, np.inf)
    assert master.solve() is None
    master.bound_row(row, 1.0, np.inf)
    assert master.solve().sum() == pytest.approx(1.0)
    master.bound_column(0, 0.7, 0.7)
    assert master.solve() == pytest.approx([0.7, 0.3])


@pytest.mark.parametrize("level", [0.5, 0.93, 0.95, 0.999])
@pytest.mark.parametrize("make", [fat_tailed, credit])
def test_a_plane_is_the_shortfall_and_its_euler_parts(make, level):
    program = make()
    find = TailPlane(program.losses, level)
    rng = np.random.default_rng(3)
    for shares in rng.dirichlet(np.ones(program.assets), 25):
        shortfall, plane = find(shares)
        losses = program.losses @ shares
        assert shortfall == pytest.approx(expected_shortfall(losses, level), rel=1e-12)
        assert plane * shares == pytest.approx(es_contributions(program.losses * shares, level), abs=1e-12)
        other = rng.dirichlet(np.ones(program.assets))
        assert plane @ other <= expected_shortfall(program.losses @ other, level) + 1e-12


def test_partners_that_fail_one_at_a_time_are_mixed_in_proportion_to_one_over_their_severity():
    """ES of the worst draw is the greatest of w s, least where all are alike."""
    severity = np.array([1.0, 0.5, 0.25])
    best = CuttingPlanes(portfolio(np.diag(severity), np.zeros(3), 2 / 3)).least_shortfall()
    assert best.shares == pytest.approx(np.array([1, 2, 4]) / 7, abs=1e-7)
    assert best.shortfall == pytest.approx(1 / 7, rel=1e-8)


def test_comonotone_losses_leave_nothing_to_diversify():
    """With losses a X the ES is (a w) ES(X): the least a for which the value suffices, by hand."""
    size, common = np.array([0.2, 0.5, 1.0]), np.random.default_rng(5).gamma(1.0, size=1000)
    program = portfolio(np.outer(common, size), np.array([0.8, 0.9, 1.2]), 0.95)
    best = CuttingPlanes(program).least_shortfall(1.0)
    assert best.shares == pytest.approx([0.5, 0.0, 0.5], abs=1e-7)
    assert best.shortfall == pytest.approx(0.6 * expected_shortfall(common, 0.95), rel=1e-8)


def test_greatest_value_and_least_shortfall_are_two_sides_of_one_curve():
    program = limited()
    solver = CuttingPlanes(program)
    for value in required(program, 6)[2:5]:
        least = solver.least_shortfall(value)
        assert solver.greatest_value(least.shortfall).value == pytest.approx(value, abs=1e-6)
    with pytest.raises(UsageError, match="no mix that meets all constraints has an expected shortfall of"):
        solver.greatest_value(solver.least_shortfall().shortfall - 0.01)
    assert solver.least_shortfall(value).shortfall == pytest.approx(least.shortfall, rel=1e-7), "no trace is left"


def test_a_curve_rises_in_both_and_is_convex():
    for make in PROGRAMS.values():
        found = trace(make(), POINTS)
        values, shortfalls = np.array([(it.value, it.shortfall) for it in found]).T
        assert (np.diff(values) > 0).all()
        assert (np.diff(shortfalls) > -1e-9).all()
        assert (np.diff(shortfalls, 2) > -1e-7 * shortfalls.max()).all()
    assert len(trace(portfolio(np.eye(3), np.ones(3), 0.6), POINTS)) == 1


def test_where_value_is_flat_the_first_point_takes_the_most_of_it():
    losses = np.zeros((50, 2))
    assert trace(portfolio(losses, np.array([1.0, 0.5])), 5)[0].shares == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize("safe", [0.0, 1e-9, 1e-4])
def test_an_asset_that_hardly_loses_takes_all(safe):
    """The least ES is nothing, or next to it; the two sides still close in."""
    program = fat_tailed()
    losses = np.abs(program.losses)
    losses[:, 0] = safe * np.arange(800) / 800
    best = CuttingPlanes(replace(program, losses=losses)).least_shortfall()
    assert best.shares[0] == pytest.approx(1.0, abs=1e-8)
    assert best.shortfall == pytest.approx(safe * (1 - 20.5 / 800), abs=1e-9)


def test_gains_in_the_tail_are_negative_shortfalls():
    program = replace(fat_tailed(), losses=fat_tailed().losses - 2.0)
    for value in required(program, 4):
        assert CuttingPlanes(program).least_shortfall(value).shortfall == pytest.approx(
            plain_shortfall(program, value)[1], rel=1e-7
        )


def test_losses_in_another_unit_give_the_same_mix():
    program = limited()
    other = replace(program, losses=program.losses * 1e-7)
    mine, theirs = CuttingPlanes(program).least_shortfall(), CuttingPlanes(other).least_shortfall()
    assert theirs.shortfall == pytest.approx(1e-7 * mine.shortfall, rel=1e-7)


def test_the_constraints_that_clash_are_named_and_no_others():
    program = limited()
    assert find_clash(program) is None
    rows = (*program.rows, Row("too much", np.array([0, 0, 1.0, 1.0, 0, 0]), high=0.2), Row("idle", np.ones(6), high=2))
    clash = find_clash(replace(program, rows=rows))
    assert set(clash.names) == {"the bloc at least a quarter", "too much"}
    assert clash.missing == pytest.approx(0.05)
    with pytest.raises(UsageError, match="no mix meets all constraints"):
        CuttingPlanes(replace(program, rows=rows))


def test_a_budget_too_small_is_named_and_the_least_that_has_to_move_is_known():
    program = replace(limited(), budget=0.02, low=np.zeros(6), high=np.ones(6))
    far = replace(program, rows=(*program.rows, Row("p4 at least 0.35", np.eye(6)[4], low=0.35)))
    clash = find_clash(far)
    assert set(clash.names) == {CHANGE, "p4 at least 0.35"}
    assert least_moved(far) == pytest.approx(0.25)
    assert find_clash(replace(far, budget=0.25 + 1e-9)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"losses": np.zeros((0, 6))},
        {"losses": np.full((3, 6), np.nan)},
        {"values": np.zeros(5)},
        {"low": np.full(6, np.nan)},
        {"cost": np.full(6, -0.1)},
        {"budget": -1.0},
        {"level": 1.0},
    ],
)
def test_what_is_no_program_is_refused(changes):
    with pytest.raises(UsageError):
        replace(fat_tailed(), **changes)


@pytest.mark.parametrize("make", [WarmMaster, PlainMaster])
def test_a_gain_in_the_tail_bounds_a_value_and_leaves_no_trace(make):
    """Every loss is 2 less, so that the least and the allowed shortfalls are below 0."""
    program = replace(fat_tailed(), losses=fat_tailed().losses - 2.0)
    solver = CuttingPlanes(program, make)
    lower, value = required(program, 5)[1:3]
    safest, least = solver.least_shortfall(lower), solver.least_shortfall(value)
    assert safest.shortfall < least.shortfall < 0.0
    assert solver.greatest_value(least.shortfall).value == pytest.approx(value, abs=1e-6)
    assert solver.least_shortfall(lower).shortfall == pytest.approx(safest.shortfall, rel=1e-7)


@pytest.mark.parametrize("level", [0.5, 0.93, 0.999])
def test_a_plane_without_a_compiler_has_the_euler_parts(monkeypatch, level):
    monkeypatch.setattr("multivector_sim.questions.frontier.cutting_planes.COMPILER", False)
    program, shares = credit(), np.array([0.3, 0.1, 0.2, 0.25, 0.15])
    shortfall, plane = TailPlane(program.losses, level)(shares)
    assert shortfall == pytest.approx(expected_shortfall(program.losses @ shares, level), rel=1e-12)
    assert plane * shares == pytest.approx(es_contributions(program.losses * shares, level), abs=1e-12)
    assert shortfall > 0.0
