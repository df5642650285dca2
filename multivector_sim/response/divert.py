"""Divert: other partners take a part of what is still missing.

The ability to divert builds while there is a gap and is not forgotten. Partners take pro rata to the room they have:
what their ability to expand allows, what the others' gap needs, and what their corridors can still carry.
Rounds as in :mod:`multivector_sim.response.reroute`: a corridor that is asked for too much serves all alike.
"""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import NEGLIGIBLE
from multivector_sim.response.reroute import ask_corridors, begin_rounds, measure_fit, serve, who_asks
from multivector_sim.response.scalars import positive, smaller
from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["divert", "find_gaps", "learn", "make_room"]


@step
def find_gaps(baseline: Floats, sizes: Floats, hurt: Floats, want: Floats, gap: Floats, total: Floats) -> bool:
    """Find what each exposure (``gap``) and each channel (``total``) still misses; say whether anything does."""
    width = gap.shape[-1]
    partners, channels = baseline.shape
    found = 0
    for channel in range(channels):
        for lane in range(width):
            total[channel, lane] = 0.0
    for partner in range(partners):
        for channel in range(channels):
            exposure = partner * channels + channel
            for lane in range(width):
                missing = baseline[partner, channel] * hurt[partner, channel, lane] + want[exposure, lane]
                missing = missing if missing > NEGLIGIBLE * sizes[channel] else 0.0
                gap[exposure, lane] = missing
                total[channel, lane] += missing
                found += 1 if missing > 0.0 else 0
    return found > 0


@step
def learn(total: Floats, learning: Floats, ceiling: Floats, ability: Floats, to_divert: Floats) -> None:
    """Build the ability of a channel while it has a gap, and say how much of the gap it may divert; all (L,)."""
    width = ability.shape[-1]
    for lane in range(width):
        learned = ability[lane] + (1.0 - ability[lane]) * learning[lane]
        ability[lane] = learned if total[lane] > 0.0 else ability[lane]
        to_divert[lane] = ability[lane] * ceiling[lane] * total[lane]


@step
def make_room(baseline: Floats, kappa: Floats, hurt: Floats, gap: Floats, total: Floats, room: Floats) -> None:
    """Say how much more each partner may take: what it can, and no more than the others miss."""
    width = room.shape[-1]
    partners, channels = baseline.shape
    for partner in range(partners):
        for channel in range(channels):
            exposure = partner * channels + channel
            for lane in range(width):
                able = kappa[partner, channel, lane] * baseline[partner, channel]
                needed = positive(total[channel, lane] - gap[exposure, lane])
                room[exposure, lane] = smaller(able * (1.0 - hurt[partner, channel, lane]), needed)


@step
def divert(
    leg_exposure: Integers,
    leg_corridor: Integers,
    has_legs: Bools,
    worth: Floats,
    to_divert: Floats,
    room: Floats,
    ask: Floats,
    fit: Floats,
    wish: Floats,
    reach: Floats,
    asked: Floats,
    spare: Floats,
    served: Floats,
    again: Floats,
    asks: Bools,
    missing: Floats,
) -> None:
    """Share out what is ``to_divert`` (C, L); ``missing`` (C, L) falls by what it is worth.

    ``wish`` and ``served`` are scratch.
    """
    channels = missing.shape[0]
    begin_rounds(again)
    for _ in range(spare.shape[0] + 1):
        measure_fit(leg_exposure, leg_corridor, spare, fit)
        offer(has_legs, room, fit, to_divert, again, ask, reach)
        if not who_asks(ask, asks):
            return
        for exposure in range(ask.shape[0]):
            channel = exposure % channels
            if not asks[exposure]:
                continue
            if has_legs[exposure]:
                as_share(ask[exposure], fit[exposure])
            else:
                take(ask[exposure], to_divert[channel], room[exposure], worth[channel], missing[channel])
        ask_corridors(leg_exposure, leg_corridor, ask, asks, spare, asked, served)
        for leg in range(leg_corridor.size):
            corridor, exposure = leg_corridor[leg], leg_exposure[leg]
            if not asks[exposure]:
                continue
            channel = exposure % channels
            grant(ask[exposure], spare[corridor], served[corridor], wish)
            take(wish, to_divert[channel], room[exposure], worth[channel], missing[channel])
        if not serve(asked, spare, again):
            return


@step
def offer(
    has_legs: Bools, room: Floats, fit: Floats, to_divert: Floats, again: Floats, ask: Floats, reach: Floats
) -> None:
    """Split what is to be diverted over the partners, pro rata to the room that each has now."""
    channels = reach.shape[0]
    width = again.size
    for channel in range(channels):
        for lane in range(width):
            reach[channel, lane] = 0.0
    for exposure in range(room.shape[0]):
        fit_room(has_legs[exposure], room[exposure], fit[exposure], ask[exposure], reach[exposure % channels])
    for channel in range(channels):
        for lane in range(width):
            whole = reach[channel, lane]
            asked = smaller(to_divert[channel, lane], whole) * again[lane]
            reach[channel, lane] = asked / whole if whole > 0.0 else 0.0
    for exposure in range(room.shape[0]):
        for lane in range(width):
            ask[exposure, lane] *= reach[exposure % channels, lane]


@step
def fit_room(needs_corridor: bool, room: Floats, fit: Floats, ask: Floats, reach: Floats) -> None:  # noqa: FBT001
    """Limit one partner's room by what its corridors can still carry, if it needs any (a fact, not a switch)."""
    width = ask.size
    for lane in range(width):
        limit = fit[lane] if needs_corridor else room[lane]
        ask[lane] = smaller(room[lane], limit)
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
def take(granted: Floats, to_divert: Floats, room: Floats, worth: Floats, missing: Floats) -> None:
    """Book what one partner takes: less to divert, less room, less missing by what it is worth."""
    width = missing.shape[-1]
    for lane in range(width):
        to_divert[lane] = positive(to_divert[lane] - granted[lane])
        room[lane] = positive(room[lane] - granted[lane])
        missing[lane] -= granted[lane] * worth[lane]
