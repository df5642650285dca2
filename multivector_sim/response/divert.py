"""Diversion: other partners take over part of what is still missing; then stocks fill gaps until they are empty.

The ability to divert builds up while there is a gap and is not lost again. Partners take over in proportion to their
room: what they can expand, what the others miss, and what their corridors can still carry, in rounds as in
:mod:`multivector_sim.response.corridors`. Stocks refill slowly in months in which nothing is missing.
"""

from multivector_sim.compiled import kernel_function
from multivector_sim.response.arrays import NEGLIGIBLE, Lanes, Plan, Problem, Work
from multivector_sim.response.corridors import ask_corridors, begin_rounds, measure_fit, requesting_legs, serve
from multivector_sim.typing import Floats

__all__ = ["admit_new_partners", "divert", "draw_down", "find_gaps", "learn", "make_room"]


@kernel_function
def find_gaps(problem: Problem, plan: Plan, workspace: Work) -> bool:
    """Compute the ``gap`` of each exposure and its ``total`` for each channel; return whether there is any."""
    width = workspace.gap.shape[-1]
    partners, channels = problem.baseline.shape
    found = 0
    for channel in range(channels):
        for lane in range(width):
            workspace.total[channel, lane] = 0.0
    for partner in range(partners):
        for channel in range(channels):
            exposure = partner * channels + channel
            flow, least = problem.baseline[partner, channel], NEGLIGIBLE * plan.sizes[channel]
            for lane in range(width):
                missing = flow * workspace.unavailable[partner, channel, lane] + workspace.unmet[exposure, lane]
                missing = missing if missing > least else 0.0
                workspace.gap[exposure, lane] = missing
                workspace.total[channel, lane] += missing
                found += 1 if missing > 0.0 else 0
    return found > 0


@kernel_function
def learn(lanes: Lanes, workspace: Work) -> None:
    """Build up the ability of each channel while it has a gap, and compute how much of the gap it may divert."""
    channels, width = workspace.ability.shape
    for channel in range(channels):
        for lane in range(width):
            gap, ability = workspace.total[channel, lane], workspace.ability[channel, lane]
            learned = ability + (1.0 - ability) * lanes.learning[channel, lane]
            workspace.ability[channel, lane] = learned if gap > 0.0 else ability
            workspace.to_divert[channel, lane] = workspace.ability[channel, lane] * lanes.ceiling[channel, lane] * gap
            workspace.missing[channel, lane] = gap


@kernel_function
def make_room(problem: Problem, lanes: Lanes, workspace: Work) -> None:
    """Compute how much more each partner may take: no more than it can, and no more than the others miss."""
    width = workspace.room.shape[-1]
    partners, channels = problem.baseline.shape
    for partner in range(partners):
        for channel in range(channels):
            exposure = partner * channels + channel
            for lane in range(width):
                able = lanes.kappa[partner, channel, lane] * problem.baseline[partner, channel]
                needed = max(0.0, workspace.total[channel, lane] - workspace.gap[exposure, lane])
                workspace.room[exposure, lane] = min(
                    able * (1.0 - workspace.unavailable[partner, channel, lane]), needed
                )


@kernel_function
def admit_new_partners(problem: Problem, plan: Plan, lanes: Lanes, workspace: Work) -> None:
    """Let new partners take their part of each gap; reduce ``missing`` by its value, ``to_divert`` to what is left.

    Today's partners want ``to_divert``, limited by their room and their corridors. Lanes in which new
    partners want nothing are left unchanged.
    """
    channels, width = workspace.reach.shape
    measure_fit(problem, plan, workspace)
    for channel in range(channels):
        for lane in range(width):
            workspace.reach[channel, lane] = 0.0
    for exposure in range(workspace.room.shape[0]):
        reach = workspace.reach[exposure % channels]
        _fit_room(
            plan.has_legs[exposure], workspace.room[exposure], workspace.fit[exposure], workspace.ask[exposure], reach
        )
    for channel in range(channels):
        for lane in range(width):
            gap, ability = workspace.total[channel, lane], workspace.entry_ability[channel, lane]
            learned = ability + (1.0 - ability) * lanes.entry_learning[channel, lane]
            workspace.entry_ability[channel, lane] = learned if gap > 0.0 else 0.0
            new = min(gap, workspace.entry_ability[channel, lane] * lanes.entry[channel, lane])
            known = min(workspace.to_divert[channel, lane], workspace.reach[channel, lane])
            both = new + known
            share = gap / both if both > gap else 1.0
            workspace.to_divert[channel, lane] = share * known if new > 0.0 else workspace.to_divert[channel, lane]
            workspace.missing[channel, lane] -= share * new * lanes.entry_worth[channel, lane]


@kernel_function
def divert(problem: Problem, plan: Plan, lanes: Lanes, workspace: Work) -> None:
    """Divert ``to_divert`` to other partners; reduce ``missing`` by its value."""
    channels = plan.sizes.size
    begin_rounds(workspace.again)
    for _ in range(workspace.spare.shape[0] + 1):
        measure_fit(problem, plan, workspace)
        _offer(plan, workspace)
        if not requesting_legs(workspace):
            return
        for exposure in range(workspace.ask.shape[0]):
            if not workspace.asks[exposure]:
                continue
            if plan.has_legs[exposure]:
                _as_share(workspace.ask[exposure], workspace.fit[exposure])
            else:
                _take(lanes, workspace, workspace.ask[exposure], exposure, exposure % channels)
        ask_corridors(problem, plan, workspace)
        for leg in range(plan.leg_flow.size):
            corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
            if workspace.asks[exposure]:
                _grant(workspace.ask[exposure], workspace.spare[corridor], workspace.served[corridor], workspace.on_leg)
                _take(lanes, workspace, workspace.on_leg, exposure, exposure % channels)
        if not serve(workspace):
            return


@kernel_function
def _offer(plan: Plan, workspace: Work) -> None:
    """Divide what is to be diverted among the partners, in proportion to the room that each has now."""
    channels, width = workspace.reach.shape
    exposures = workspace.room.shape[0]
    for channel in range(channels):
        for lane in range(width):
            workspace.reach[channel, lane] = 0.0
    for exposure in range(exposures):
        reach = workspace.reach[exposure % channels]
        _fit_room(
            plan.has_legs[exposure], workspace.room[exposure], workspace.fit[exposure], workspace.ask[exposure], reach
        )
    for channel in range(channels):
        for lane in range(width):
            whole = workspace.reach[channel, lane]
            asked = min(workspace.to_divert[channel, lane], whole) * workspace.again[lane]
            workspace.reach[channel, lane] = asked / whole if whole > 0.0 else 0.0
    for exposure in range(exposures):
        for lane in range(width):
            workspace.ask[exposure, lane] *= workspace.reach[exposure % channels, lane]


@kernel_function
def _fit_room(needs_corridor: bool, room: Floats, fit: Floats, ask: Floats, reach: Floats) -> None:  # noqa: FBT001
    """Limit one partner's room by the spare capacity of its corridors, if it needs any (a fact, not a switch)."""
    width = ask.size
    for lane in range(width):
        limit = fit[lane] if needs_corridor else room[lane]
        ask[lane] = min(room[lane], limit)
        reach[lane] += ask[lane]


@kernel_function
def _as_share(ask: Floats, fit: Floats) -> None:
    """Convert a request into a share of the spare capacity on the exposure's legs."""
    width = ask.shape[-1]
    for lane in range(width):
        ask[lane] = ask[lane] / fit[lane] if fit[lane] > 0.0 else 0.0


@kernel_function
def _grant(ask: Floats, spare: Floats, served: Floats, granted: Floats) -> None:
    """Compute how much of its request one leg is granted."""
    width = granted.shape[-1]
    for lane in range(width):
        granted[lane] = ask[lane] * spare[lane] * served[lane]


@kernel_function
def _take(lanes: Lanes, workspace: Work, granted: Floats, exposure: int, channel: int) -> None:
    """Record what one partner takes: reduce what is to be diverted, its room, and ``missing`` by its value."""
    to_divert, room, missing = workspace.to_divert[channel], workspace.room[exposure], workspace.missing[channel]
    worth = lanes.worth[channel]
    width = missing.shape[-1]
    for lane in range(width):
        to_divert[lane] = max(0.0, to_divert[lane] - granted[lane])
        room[lane] = max(0.0, room[lane] - granted[lane])
        missing[lane] -= granted[lane] * worth[lane]


@kernel_function
def draw_down(plan: Plan, lanes: Lanes, workspace: Work, month: int) -> None:
    """Take missing supply from each channel's stock; write the share of the month's baseline that is ``lost``.

    An amount below rounding error counts as nothing missing.
    """
    channels, width = workspace.stock.shape
    for channel in range(channels):
        size = plan.sizes[channel]
        per_unit = 1.0 / size if size > 0.0 else 0.0
        missing, stock, lost = workspace.missing[channel], workspace.stock[channel], workspace.lost[month, channel]
        full, refill = lanes.full[channel], lanes.refill[channel]
        for lane in range(width):
            gap = missing[lane] if missing[lane] > NEGLIGIBLE * size else 0.0
            used = min(stock[lane], gap)
            refilled = min(refill[lane], full[lane] - stock[lane])
            stock[lane] = stock[lane] - used if gap > 0.0 else stock[lane] + refilled
            lost[lane] = (gap - used) * per_unit
