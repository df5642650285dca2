"""One month: its steps, in the order of docs/theory.md, and the loop over all months.

A month in which nothing is closed and every corridor carries its baseline is quiet: nothing is missing, and only stocks
refill and earlier losses spill over. The steps in between are skipped, with the same result to the last bit.
"""

from multivector_sim.compiled import inline, kernel_function
from multivector_sim.response.arrays import Lanes, Plan, Problem, Uses, Work
from multivector_sim.response.corridors import anything, carry, close, cut_legs, reroute, take_directly
from multivector_sim.response.divert import admit_new_partners, divert, draw_down, find_gaps, learn, make_room
from multivector_sim.response.gains import any_gain, book_gains, place_gains, respond_in_price, set_gains_apart
from multivector_sim.response.spillover import blame, book, spill
from multivector_sim.typing import Floats

__all__ = ["horizon"]


@inline
def horizon(problem: Problem, plan: Plan, lanes: Lanes, workspace: Work) -> None:
    """Compute all months of one group of lanes; ``lanes`` is that group's, without the first axis.

    Afterwards ``workspace.loss`` (T, C, L) holds each channel's monthly loss share and ``workspace.account`` (rows, C,
    L) the money lost, by partner or cause.
    """
    uses = Uses(_is_overloaded(plan, lanes), any_gain(lanes), _any_in(lanes.entry), _any_in(lanes.price))
    _start(lanes, workspace)
    ring = workspace.parts.shape[0]  # losses by row are kept for as many months as spillover looks back
    for month in range(problem.months):
        missing, gained = False, False
        if uses.narrow or _any_in(workspace.envelope[month]):
            missing = _respond(problem, plan, lanes, workspace, uses, month)
            if uses.gains:
                gained = place_gains(problem, plan, workspace)
        if not missing:
            _clear(workspace.missing)
            _clear(workspace.entry_ability)
        stale = month >= ring and workspace.live[month - ring]  # the place in the ring holds an older month's losses
        draw_down(plan, lanes, workspace, month)
        workspace.live[month] = gained or _any_in(workspace.lost[month])
        if workspace.live[month]:
            blame(workspace, month)
            if gained:
                book_gains(plan, workspace, month)
            if uses.prices:
                respond_in_price(lanes, workspace, month)
        elif stale:
            _clear_parts(workspace.parts[month % ring])
        if _spill_over(problem, plan, lanes, workspace, month) or workspace.live[month]:
            book(plan, workspace, month)
        else:
            _clear(workspace.loss[month])


@kernel_function
def _spill_over(problem: Problem, plan: Plan, lanes: Lanes, workspace: Work, month: int) -> bool:
    """Compute the spillover of earlier losses into this month; return whether there is any."""
    spilled = False
    for term in range(problem.spill_lag.size):
        earlier = month - problem.spill_lag[term]
        if earlier >= 0 and workspace.live[earlier]:
            spilled = True
            spill(problem, plan, lanes, workspace, term, earlier)
    return spilled


@inline
def _respond(problem: Problem, plan: Plan, lanes: Lanes, workspace: Work, uses: Uses, month: int) -> bool:
    """Close, carry, reroute and divert; return whether anything was missing at any step."""
    close(problem, lanes, workspace, month)
    if uses.gains:
        set_gains_apart(problem, workspace)
    carry(problem, plan, lanes, workspace)
    take_directly(problem, workspace)
    if cut_legs(problem, plan, workspace):
        reroute(problem, plan, workspace)
    if not find_gaps(problem, plan, workspace):
        return False
    learn(lanes, workspace)
    make_room(problem, lanes, workspace)
    if uses.new_partners:
        admit_new_partners(problem, plan, lanes, workspace)
    divert(problem, plan, lanes, workspace)
    return True


@kernel_function
def _any_in(values: Floats) -> bool:
    """Return whether any value of (A, L) is positive."""
    found = False
    for row in range(values.shape[0]):
        found = found or anything(values[row])
    return found


@kernel_function
def _is_overloaded(plan: Plan, lanes: Lanes) -> bool:
    """Return whether some corridor is too small for its baseline flow in any lane."""
    corridors, width = lanes.capacity.shape
    for corridor in range(corridors):
        for lane in range(width):
            if plan.load[corridor] > lanes.capacity[corridor, lane]:
                return True
    return False


@kernel_function
def _start(lanes: Lanes, workspace: Work) -> None:
    """Set the initial state: no ability, full stocks, no losses."""
    for place in range(workspace.parts.shape[0]):
        _clear_parts(workspace.parts[place])
    rows, channels, width = workspace.account.shape
    for channel in range(channels):
        for lane in range(width):
            workspace.ability[channel, lane] = 0.0
            workspace.entry_ability[channel, lane] = 0.0
            workspace.stock[channel, lane] = lanes.full[channel, lane]
            for row in range(rows):
                workspace.account[row, channel, lane] = 0.0


@kernel_function
def _clear_parts(parts: Floats) -> None:
    """Set a month's loss by row, (rows, C, L), to zero."""
    for row in range(parts.shape[0]):
        _clear(parts[row])


@kernel_function
def _clear(values: Floats) -> None:
    """Set missing or lost amounts, (C, L), to zero."""
    width = values.shape[-1]
    for channel in range(values.shape[0]):
        for lane in range(width):
            values[channel, lane] = 0.0
