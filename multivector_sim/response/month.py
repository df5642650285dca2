"""One month: the five steps, in the order of docs/theory.md, and all months in a row.

A month in which nothing is closed and every corridor carries its baseline is quiet: nothing is missing, and only
stocks refill and older losses spill over. The result is the same to the last bit; the steps in between are not run.
"""

from multivector_sim.compiled import step, stretch
from multivector_sim.response.arrays import Lanes, Plan, Problem, Work
from multivector_sim.response.buffers import draw_down
from multivector_sim.response.closures import close
from multivector_sim.response.corridors import anything, carry, cut_legs, take_directly
from multivector_sim.response.divert import divert, find_gaps, learn, make_room
from multivector_sim.response.reroute import reroute
from multivector_sim.response.spillover import blame, book, spill
from multivector_sim.typing import Floats

__all__ = ["horizon"]


@stretch
def horizon(problem: Problem, plan: Plan, lanes: Lanes, desk: Work, group: int) -> None:
    """Work through all months of one group of lanes.

    Afterwards ``desk.loss`` (T, C, L) holds each channel's monthly loss share and ``desk.account`` (rows, C, L) the
    money lost, by who answers for it.
    """
    overloaded = is_overloaded(plan.load, lanes.capacity[group])
    start(lanes.full[group], desk.ability, desk.stock, desk.account, desk.parts)
    for month in range(problem.months):
        missing = False
        if overloaded or any_in(desk.envelope[month]):
            missing = respond(problem, plan, lanes, desk, group, month)
        if not missing:
            nothing_in(desk.missing)
        lost, place = desk.lost[month], month % desk.parts.shape[0]
        stale = month >= desk.parts.shape[0] and desk.live[month - desk.parts.shape[0]]
        for channel in range(plan.sizes.size):
            draw_down(
                plan.sizes[channel],
                desk.missing[channel],
                desk.stock[channel],
                lanes.full[group, channel],
                lanes.refill[group, channel],
                lost[channel],
            )
        desk.live[month] = any_in(lost)
        if desk.live[month]:
            blame(desk.taken, lost, desk.push, desk.parts[place])
        elif stale:
            for source in range(desk.parts.shape[1]):
                nothing_in(desk.parts[place, source])
        if spill_over(problem, plan, lanes, desk, group, month) or desk.live[month]:
            book(plan.sizes, lost, desk.parts[place], desk.push, desk.borne, desk.loss[month], desk.account)
        else:
            nothing_in(desk.loss[month])


@step
def spill_over(problem: Problem, plan: Plan, lanes: Lanes, desk: Work, group: int, month: int) -> bool:
    """Let earlier losses spill over into this month; say whether any did."""
    spilled = False
    for term in range(problem.spill_lag.size):
        earlier = month - problem.spill_lag[term]
        if earlier >= 0 and desk.live[earlier]:
            spilled = True
            spill(
                plan.spill_share[term],
                problem.spill_to[term],
                lanes.eta[group, term],
                desk.lost[earlier],
                desk.parts[earlier % desk.parts.shape[0]],
                desk.push,
                desk.borne,
            )
    return spilled


@stretch
def respond(problem: Problem, plan: Plan, lanes: Lanes, desk: Work, group: int, month: int) -> bool:
    """Close, carry, reroute and divert; say whether anything was missing on the way."""
    width = desk.missing.shape[-1]
    close(
        problem.rupture_partner,
        problem.contract_of,
        desk.envelope[month],
        lanes.severity[group],
        lanes.honoured[group],
        lanes.floor[group],
        desk.hurt,
        desk.held,
    )
    carry(
        plan.leg_exposure,
        problem.leg_corridor,
        plan.leg_flow,
        problem.transit_share,
        lanes.capacity[group],
        desk.hurt,
        desk.asked,
        desk.spare,
        desk.cut,
        desk.blamed,
    )
    take_directly(problem.baseline, desk.hurt, desk.taken)
    any_cut = cut_legs(
        plan.leg_exposure,
        problem.leg_corridor,
        plan.leg_flow,
        problem.transit_share,
        plan.answers,
        desk.hurt,
        desk.cut,
        desk.blamed,
        desk.want,
        desk.again,
        desk.full,
        desk.taken,
    )
    if any_cut:
        reroute(
            plan.leg_exposure,
            problem.leg_corridor,
            desk.want,
            desk.ask,
            desk.fit,
            desk.asked,
            desk.spare,
            desk.cut,
            desk.again,
            desk.asks,
        )
    if not find_gaps(problem.baseline, plan.sizes, desk.hurt, desk.want, desk.gap, desk.total):
        return False
    for channel in range(plan.sizes.size):
        learn(
            desk.total[channel],
            lanes.learning[group, channel],
            lanes.ceiling[group, channel],
            desk.ability[channel],
            desk.to_divert[channel],
        )
        for lane in range(width):
            desk.missing[channel, lane] = desk.total[channel, lane]
    make_room(problem.baseline, lanes.kappa[group], desk.hurt, desk.gap, desk.total, desk.room)
    divert(
        plan.leg_exposure,
        problem.leg_corridor,
        plan.has_legs,
        lanes.worth[group],
        desk.to_divert,
        desk.room,
        desk.ask,
        desk.fit,
        desk.gap[0],
        desk.reach,
        desk.asked,
        desk.spare,
        desk.cut,
        desk.again,
        desk.asks,
        desk.missing,
    )
    return True


@step
def any_in(values: Floats) -> bool:
    """Say whether there is more than zero anywhere in (A, L)."""
    found = False
    for row in range(values.shape[0]):
        found = found or anything(values[row])
    return found


@step
def is_overloaded(load: Floats, capacity: Floats) -> bool:
    """Say whether some corridor is too small for its baseline flow in any lane."""
    width = capacity.shape[-1]
    for corridor in range(load.size):
        for lane in range(width):
            if load[corridor] > capacity[corridor, lane]:
                return True
    return False


@step
def start(full: Floats, ability: Floats, stock: Floats, account: Floats, parts: Floats) -> None:
    """Begin a horizon: nothing learned, stocks full, nothing lost."""
    for place in range(parts.shape[0]):
        for source in range(parts.shape[1]):
            nothing_in(parts[place, source])
    width = full.shape[-1]
    for channel in range(full.shape[0]):
        for lane in range(width):
            ability[channel, lane] = 0.0
            stock[channel, lane] = full[channel, lane]
            for source in range(account.shape[0]):
                account[source, channel, lane] = 0.0


@step
def nothing_in(values: Floats) -> None:
    """Put zeros into what is missing or lost, (C, L)."""
    width = values.shape[-1]
    for channel in range(values.shape[0]):
        for lane in range(width):
            values[channel, lane] = 0.0
