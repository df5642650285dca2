"""What must not matter does not: names, the order of things, the currency, a draw's neighbours."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector_sim.engine.kernel import Outcome, paths, respond, run_groups
from multivector_sim.response.arrays import LANES, plan, work
from tests.strategies import STEADY, case, cases

SEEDS = range(40)


def same(found, expected, tolerance=1e-12):
    """Compare outcomes; attribution relative to the largest amount."""
    for name in Outcome._fields:
        a, b = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(a, b, tolerance, tolerance * max(1.0, np.nanmax(abs(b))), err_msg=name)


def sorted_by_exposure(problem):
    """Sort the legs as a problem wants them."""
    order = np.lexsort((problem.leg_corridor, problem.leg_channel, problem.leg_partner))
    legs = ("leg_partner", "leg_channel", "leg_corridor", "leg_share")
    return problem._replace(**{name: getattr(problem, name)[order] for name in legs})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_partners(seed):
    problem, draws = case(seed)
    order = np.random.default_rng(seed).permutation(problem.baseline.shape[0])
    place = np.argsort(order)
    moved = problem._replace(
        baseline=problem.baseline[order],
        leg_partner=place[problem.leg_partner],
        transit_share=problem.transit_share[:, order],
        rupture_partner=place[problem.rupture_partner],
        contract_of=problem.contract_of[order],
    )
    found = respond(sorted_by_exposure(moved), draws._replace(kappa=draws.kappa[:, order]))
    expected = respond(problem, draws)
    same(found, expected._replace(attribution=expected.attribution[:, np.append(order, order.size)]))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_channels(seed):
    problem, draws = case(seed)
    order = np.random.default_rng(seed).permutation(problem.kind.size)
    with_transit = np.append(order, order.size)
    moved = problem._replace(
        baseline=problem.baseline[:, order],
        leg_channel=np.argsort(order)[problem.leg_channel],
        kind=problem.kind[order],
        spill_from=problem.spill_from[:, order],
        spill_to=problem.spill_to[:, order],
        contract_of=problem.contract_of[:, with_transit],
    )
    by_channel = ("ceiling", "theta", "haircut", "kappa", "stock", "refill")
    by_channel += ("entry", "entry_theta", "entry_haircut", "price")
    changes = {name: getattr(draws, name)[..., order] for name in by_channel}
    found = respond(sorted_by_exposure(moved), draws._replace(severity=draws.severity[..., with_transit], **changes))
    columns = np.append(order, order.size + np.arange(3))
    expected = respond(problem, draws)
    shares = {name: getattr(expected, name)[:, columns] for name in Outcome._fields[:6]}
    same(found, expected._replace(attribution=expected.attribution[..., order], **shares))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_corridors_and_ruptures(seed):
    problem, draws = case(seed)
    random = np.random.default_rng(seed)
    order, ruptures = random.permutation(problem.transit_share.shape[0]), random.permutation(draws.onset.shape[1])
    moved = problem._replace(
        leg_corridor=np.argsort(order)[problem.leg_corridor],
        transit_share=problem.transit_share[order],
        rupture_partner=problem.rupture_partner[ruptures],
        rupture_again=problem.rupture_again[ruptures],
    )
    by_rupture = ("onset", "ramp", "duration", "half_life", "scar", "severity", "honoured")
    changes = {name: getattr(draws, name)[:, ruptures] for name in by_rupture}
    found = respond(sorted_by_exposure(moved), draws._replace(capacity=draws.capacity[:, order], **changes))
    same(found, respond(problem, draws))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rate", [1e9, 1e-6, 538.7])
def test_the_currency(seed, rate):
    problem, draws = case(seed)
    moved = problem._replace(baseline=problem.baseline * rate)
    expected = respond(problem, draws)
    found = respond(moved, draws._replace(capacity=draws.capacity * rate))
    same(found._replace(attribution=found.attribution / rate), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_corridor_that_nothing_uses(seed):
    problem, draws = case(seed)
    wider = problem._replace(transit_share=np.vstack([problem.transit_share, np.ones(problem.baseline.shape[0])]))
    found = respond(wider, draws._replace(capacity=np.column_stack([draws.capacity, np.zeros(len(draws.capacity))])))
    same(found, respond(problem, draws))


@STEADY
@given(cases(draws=2 * LANES + 5), st.integers(0, 2 * LANES + 4))
def test_a_draw_is_the_same_alone_and_in_any_place_of_a_block(made, place):
    problem, draws = made
    whole = respond(problem, draws)
    alone = respond(problem, type(draws)(*(array[place : place + 1] for array in draws)))
    turned = respond(problem, type(draws)(*(np.roll(array, 17, axis=0) for array in draws)))
    for name in Outcome._fields:
        there = getattr(whole, name)
        np.testing.assert_array_equal(getattr(alone, name)[0], there[place])
        np.testing.assert_array_equal(getattr(turned, name), np.roll(there, 17, axis=0))


@pytest.mark.parametrize("seed", range(3))
def test_the_first_and_the_last_of_a_block_of_1024(seed):
    problem, draws = case(seed, draws=1024)
    whole, months = respond(problem, draws), paths(problem, draws)
    for place in (0, 1, 63, 64, 500, 1022, 1023):
        single = type(draws)(*(array[place : place + 1] for array in draws))
        for name in Outcome._fields:
            np.testing.assert_array_equal(getattr(respond(problem, single), name)[0], getattr(whole, name)[place])
        np.testing.assert_array_equal(paths(problem, single)[0], months[place])


def test_a_frozen_or_turned_problem_is_not_compiled_again():
    problem, draws = case(2)
    expected, compiled = respond(problem, draws), len(run_groups.signatures)
    turned = problem._replace(
        **{name: np.asfortranarray(getattr(problem, name)) for name in ("baseline", "transit_share", "spill_from")}
    )
    for array in turned[:-1]:
        array.flags.writeable = False
    same(respond(turned, draws), expected)
    assert len(run_groups.signatures) == compiled


def test_no_draws_no_answers():
    problem, draws = case(1)
    outcome = respond(problem, type(draws)(*(array[:0] for array in draws)))
    assert outcome.loss_share.shape == (0, problem.kind.size + 3)
    assert outcome.ruptures.shape == (0,)


def test_inputs_are_left_as_they_were():
    problem, draws = case(5)
    before = [np.array(array) for array in (*problem, *draws)]
    respond(problem, draws)
    for array, copy in zip((*problem, *draws), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_memory_grows_with_draws_by_their_inputs_and_outcomes_only():
    """Peak memory of 4,096 draws more: a few copies of inputs and outcomes, less than one number a draw and month."""
    problem, _ = case(3, months=240)
    assert problem.leg_share.size >= 5
    few, many = (case(3, draws=count, months=240)[1] for count in (1024, 5120))
    respond(problem, few)
    peaks = []
    for draws in (few, many):
        tracemalloc.start()
        respond(problem, draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 4096 * problem.months * 8 * 2
    a_draw = sum(array[0].nbytes for array in many) + (4 * (problem.kind.size + 3) + plan(problem).sizes.size * 9) * 8
    assert (peaks[1] - peaks[0]) / 4096 < 5 * a_draw


def test_the_desk_has_no_array_of_months_and_legs():
    problem, _ = case(3, months=240)
    workspace = work(problem)._asdict()
    monthly = {name for name, array in workspace.items() if array.shape[0] == problem.months}
    assert monthly == {"envelope", "lost", "loss", "live"}
    assert workspace["live"].ndim == 1
