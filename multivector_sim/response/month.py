"""One month: the five steps, in the order of docs/theory.md, and all months in a row.

A month in which nothing is closed and every corridor carries its baseline is quiet: nothing is missing, and only
stocks refill and older losses spill over. The result is the same to the last bit; the steps in between are not run.
Steps for gains, new partners and prices are run only where a lane of the group has any; in the other lanes they change
no bit.
"""

from multivector_sim.compiled import step, stretch
from multivector_sim.response.arrays import Lanes, Plan, Problem, Uses, Work
from multivector_sim.response.buffers import draw_down
from multivector_sim.response.closures import close
from multivector_sim.response.corridors import anything, carry, cut_legs, take_directly
from multivector_sim.response.divert import admit_new_partners, divert, find_gaps, learn, make_room
from multivector_sim.response.gains import any_gain, book_gains, place_gains, respond_in_price, set_gains_apart
from multivector_sim.response.reroute import reroute
from multivector_sim.response.spillover import blame, book, spill
from multivector_sim.typing import Floats

__all__ = ["horizon"]


@stretch
def horizon(problem: Problem, plan: Plan, lanes: Lanes, desk: Work) -> None:
    """Work through all months of one group of lanes; ``lanes`` is that group's, without the first axis.

    Afterwards ``desk.loss`` (T, C, L) holds each channel's monthly loss share and ``desk.account`` (rows, C, L) the
    money lost, by who answers for it.
    """
    uses = Uses(is_overloaded(plan, lanes), any_gain(lanes), any_in(lanes.entry), any_in(lanes.price))
    start(lanes, desk)
    ring = desk.parts.shape[0]
    for month in range(problem.months):
        missing, gained = False, False
        if uses.narrow or any_in(desk.envelope[month]):
            missing = respond(problem, plan, lanes, desk, uses, month)
            if uses.gains:
                gained = place_gains(problem, plan, desk)
        if not missing:
            nothing_in(desk.missing)
            nothing_in(desk.entry_ability)
        stale = month >= ring and desk.live[month - ring]
        draw_down(plan, lanes, desk, month)
        desk.live[month] = gained or any_in(desk.lost[month])
        if desk.live[month]:
            blame(desk, month)
            if gained:
                book_gains(plan, desk, month)
            if uses.prices:
                respond_in_price(lanes, desk, month)
        elif stale:
            no_parts(desk.parts[month % ring])
        if spill_over(problem, plan, lanes, desk, month) or desk.live[month]:
            book(plan, desk, month)
        else:
            nothing_in(desk.loss[month])


@step
def spill_over(problem: Problem, plan: Plan, lanes: Lanes, desk: Work, month: int) -> bool:
    """Let earlier losses spill over into this month; say whether any did."""
    spilled = False
    for term in range(problem.spill_lag.size):
        earlier = month - problem.spill_lag[term]
        if earlier >= 0 and desk.live[earlier]:
            spilled = True
            spill(problem, plan, lanes, desk, term, earlier)
    return spilled


@stretch
def respond(problem: Problem, plan: Plan, lanes: Lanes, desk: Work, uses: Uses, month: int) -> bool:
    """Close, carry, reroute and divert; say whether anything was missing on the way."""
    close(problem, lanes, desk, month)
    if uses.gains:
        set_gains_apart(problem, desk)
    carry(problem, plan, lanes, desk)
    take_directly(problem, desk)
    if cut_legs(problem, plan, desk):
        reroute(problem, plan, desk)
    if not find_gaps(problem, plan, desk):
        return False
    learn(lanes, desk)
    make_room(problem, lanes, desk)
    if uses.new_partners:
        admit_new_partners(problem, plan, lanes, desk)
    divert(problem, plan, lanes, desk)
    return True


@step
def any_in(values: Floats) -> bool:
    """Say whether there is more than zero anywhere in (A, L)."""
    found = False
    for row in range(values.shape[0]):
        found = found or anything(values[row])
    return found


@step
def is_overloaded(plan: Plan, lanes: Lanes) -> bool:
    """Say whether some corridor is too small for its baseline flow in any lane."""
    corridors, width = lanes.capacity.shape
    for corridor in range(corridors):
        for lane in range(width):
            if plan.load[corridor] > lanes.capacity[corridor, lane]:
                return True
    return False


@step
def start(lanes: Lanes, desk: Work) -> None:
    """Begin a horizon: nothing learned, stocks full, nothing lost."""
    for place in range(desk.parts.shape[0]):
        no_parts(desk.parts[place])
    sources, channels, width = desk.account.shape
    for channel in range(channels):
        for lane in range(width):
            desk.ability[channel, lane] = 0.0
            desk.entry_ability[channel, lane] = 0.0
            desk.stock[channel, lane] = lanes.full[channel, lane]
            for source in range(sources):
                desk.account[source, channel, lane] = 0.0


@step
def no_parts(parts: Floats) -> None:
    """Put zeros into a month's loss by row, (rows, C, L)."""
    for source in range(parts.shape[0]):
        nothing_in(parts[source])


@step
def nothing_in(values: Floats) -> None:
    """Put zeros into what is missing or lost, (C, L)."""
    width = values.shape[-1]
    for channel in range(values.shape[0]):
        for lane in range(width):
            values[channel, lane] = 0.0
