"""Divert: other partners take a part of what is still missing.

The ability to divert builds while there is a gap and is not forgotten. Partners take pro rata to the room they have:
what their ability to expand allows, what the others' gap needs, and what their corridors can still carry.
Rounds as in :mod:`multivector_sim.response.reroute`: a corridor that is asked for too much serves all alike.

New partners, with whom there is no flow today, take a part of the gap beside them: they need no corridor, and what they
have learned is gone once the gap closes. Where both want more than the gap, they share it pro rata.
"""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import NEGLIGIBLE, Lanes, Plan, Problem, Work
from multivector_sim.response.reroute import ask_corridors, begin_rounds, measure_fit, serve, who_asks
from multivector_sim.typing import Floats

__all__ = ["admit_new_partners", "divert", "find_gaps", "learn", "make_room"]


@step
def find_gaps(problem: Problem, plan: Plan, desk: Work) -> bool:
    """Find what each exposure (``gap``) and each channel (``total``) still misses; say whether anything does."""
    width = desk.gap.shape[-1]
    partners, channels = problem.baseline.shape
    found = 0
    for channel in range(channels):
        for lane in range(width):
            desk.total[channel, lane] = 0.0
    for partner in range(partners):
        for channel in range(channels):
            exposure = partner * channels + channel
            flow, least = problem.baseline[partner, channel], NEGLIGIBLE * plan.sizes[channel]
            for lane in range(width):
                missing = flow * desk.hurt[partner, channel, lane] + desk.want[exposure, lane]
                missing = missing if missing > least else 0.0
                desk.gap[exposure, lane] = missing
                desk.total[channel, lane] += missing
                found += 1 if missing > 0.0 else 0
    return found > 0


@step
def learn(lanes: Lanes, desk: Work) -> None:
    """Build the ability of each channel while it has a gap, and find how much of the gap it may divert."""
    channels, width = desk.ability.shape
    for channel in range(channels):
        for lane in range(width):
            gap, ability = desk.total[channel, lane], desk.ability[channel, lane]
            learned = ability + (1.0 - ability) * lanes.learning[channel, lane]
            desk.ability[channel, lane] = learned if gap > 0.0 else ability
            desk.to_divert[channel, lane] = desk.ability[channel, lane] * lanes.ceiling[channel, lane] * gap
            desk.missing[channel, lane] = gap


@step
def make_room(problem: Problem, lanes: Lanes, desk: Work) -> None:
    """Say how much more each partner may take: what it can, and no more than the others miss."""
    width = desk.room.shape[-1]
    partners, channels = problem.baseline.shape
    for partner in range(partners):
        for channel in range(channels):
            exposure = partner * channels + channel
            for lane in range(width):
                able = lanes.kappa[partner, channel, lane] * problem.baseline[partner, channel]
                needed = max(0.0, desk.total[channel, lane] - desk.gap[exposure, lane])
                desk.room[exposure, lane] = min(able * (1.0 - desk.hurt[partner, channel, lane]), needed)


@step
def admit_new_partners(problem: Problem, plan: Plan, lanes: Lanes, desk: Work) -> None:
    """Let new partners take their part of each gap; ``missing`` falls by its worth, ``to_divert`` to what is left.

    Today's partners want ``to_divert``, but no more than their room and their corridors hold. In a lane in which new
    partners want nothing, nothing is changed.
    """
    channels, width = desk.reach.shape
    measure_fit(problem, plan, desk)
    for channel in range(channels):
        for lane in range(width):
            desk.reach[channel, lane] = 0.0
    for exposure in range(desk.room.shape[0]):
        reach = desk.reach[exposure % channels]
        fit_room(plan.has_legs[exposure], desk.room[exposure], desk.fit[exposure], desk.ask[exposure], reach)
    for channel in range(channels):
        for lane in range(width):
            gap, ability = desk.total[channel, lane], desk.entry_ability[channel, lane]
            learned = ability + (1.0 - ability) * lanes.entry_learning[channel, lane]
            desk.entry_ability[channel, lane] = learned if gap > 0.0 else 0.0
            new = min(gap, desk.entry_ability[channel, lane] * lanes.entry[channel, lane])
            known = min(desk.to_divert[channel, lane], desk.reach[channel, lane])
            both = new + known
            share = gap / both if both > gap else 1.0
            desk.to_divert[channel, lane] = share * known if new > 0.0 else desk.to_divert[channel, lane]
            desk.missing[channel, lane] -= share * new * lanes.entry_worth[channel, lane]


@step
def divert(problem: Problem, plan: Plan, lanes: Lanes, desk: Work) -> None:
    """Share out what is ``to_divert``; ``missing`` falls by what it is worth."""
    channels = plan.sizes.size
    begin_rounds(desk.again)
    for _ in range(desk.spare.shape[0] + 1):
        measure_fit(problem, plan, desk)
        offer(plan, desk)
        if not who_asks(desk):
            return
        for exposure in range(desk.ask.shape[0]):
            if not desk.asks[exposure]:
                continue
            if plan.has_legs[exposure]:
                as_share(desk.ask[exposure], desk.fit[exposure])
            else:
                take(lanes, desk, desk.ask[exposure], exposure, exposure % channels)
        ask_corridors(problem, plan, desk)
        for leg in range(plan.leg_flow.size):
            corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
            if desk.asks[exposure]:
                grant(desk.ask[exposure], desk.spare[corridor], desk.served[corridor], desk.on_leg)
                take(lanes, desk, desk.on_leg, exposure, exposure % channels)
        if not serve(desk):
            return


@step
def offer(plan: Plan, desk: Work) -> None:
    """Split what is to be diverted over the partners, pro rata to the room that each has now."""
    channels, width = desk.reach.shape
    exposures = desk.room.shape[0]
    for channel in range(channels):
        for lane in range(width):
            desk.reach[channel, lane] = 0.0
    for exposure in range(exposures):
        reach = desk.reach[exposure % channels]
        fit_room(plan.has_legs[exposure], desk.room[exposure], desk.fit[exposure], desk.ask[exposure], reach)
    for channel in range(channels):
        for lane in range(width):
            whole = desk.reach[channel, lane]
            asked = min(desk.to_divert[channel, lane], whole) * desk.again[lane]
            desk.reach[channel, lane] = asked / whole if whole > 0.0 else 0.0
    for exposure in range(exposures):
        for lane in range(width):
            desk.ask[exposure, lane] *= desk.reach[exposure % channels, lane]


@step
def fit_room(needs_corridor: bool, room: Floats, fit: Floats, ask: Floats, reach: Floats) -> None:  # noqa: FBT001
    """Limit one partner's room by what its corridors can still carry, if it needs any (a fact, not a switch)."""
    width = ask.size
    for lane in range(width):
        limit = fit[lane] if needs_corridor else room[lane]
        ask[lane] = min(room[lane], limit)
        reach[lane] += ask[lane]


@step
def as_share(ask: Floats, fit: Floats) -> None:
    """Turn what is asked into a share of the spare capacity on the exposure's legs."""
    width = ask.shape[-1]
    for lane in range(width):
        ask[lane] = ask[lane] / fit[lane] if fit[lane] > 0.0 else 0.0


@step
def grant(ask: Floats, spare: Floats, served: Floats, granted: Floats) -> None:
    """Work out what one leg is granted."""
    width = granted.shape[-1]
    for lane in range(width):
        granted[lane] = ask[lane] * spare[lane] * served[lane]


@step
def take(lanes: Lanes, desk: Work, granted: Floats, exposure: int, channel: int) -> None:
    """Book what one partner takes: less to divert, less room, less missing by what it is worth."""
    to_divert, room, missing = desk.to_divert[channel], desk.room[exposure], desk.missing[channel]
    worth = lanes.worth[channel]
    width = missing.shape[-1]
    for lane in range(width):
        to_divert[lane] = max(0.0, to_divert[lane] - granted[lane])
        room[lane] = max(0.0, room[lane] - granted[lane])
        missing[lane] -= granted[lane] * worth[lane]
