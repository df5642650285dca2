"""Gains: a partner that wants more than the baseline, and a price that rises because some is missing.

A negative severity makes a partner's availability pass 1. What is wanted beyond the baseline comes last: it uses what
its corridors have left after direct flows, rerouting and diversion, in rounds as in
:mod:`multivector_sim.response.reroute`, and cuts nobody's baseline. A channel's loss is its gross loss less its gains;
each gain is a negative part of the loss, booked on the partner that gave it.

The price response comes after stocks and gains and before spillover: what is still delivered fetches
``1 + price max(0, l)`` times its value, so the loss becomes ``l (1 - price (1 - l))``, and every part is scaled alike.
"""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import Lanes, Plan, Problem, Work
from multivector_sim.response.reroute import reroute

__all__ = ["any_gain", "book_gains", "place_gains", "respond_in_price", "set_gains_apart"]


@step
def any_gain(lanes: Lanes) -> bool:
    """Return whether any severity is below 0 in any lane."""
    ruptures, columns, width = lanes.severity.shape
    found = 0
    for rupture in range(ruptures):
        for channel in range(columns):
            for lane in range(width):
                found += 1 if lanes.severity[rupture, channel, lane] < 0.0 else 0
    return found > 0


@step
def set_gains_apart(problem: Problem, desk: Work) -> None:
    """Move what is wanted over the baseline from ``hurt``, where it is negative, to ``extra``, as money."""
    width = desk.extra.shape[-1]
    partners, channels = problem.baseline.shape
    for partner in range(partners):
        for channel in range(channels):
            flow = problem.baseline[partner, channel]
            for lane in range(width):
                hurt = desk.hurt[partner, channel, lane]
                desk.extra[partner * channels + channel, lane] = flow * max(0.0, -hurt)
                desk.hurt[partner, channel, lane] = max(0.0, hurt)


@step
def place_gains(problem: Problem, plan: Plan, desk: Work) -> bool:
    """Limit ``extra`` to what finds room on its corridors; return whether there is any in any lane."""
    exposures, width = desk.extra.shape
    for exposure in range(exposures):
        for lane in range(width):
            desk.want[exposure, lane] = desk.extra[exposure, lane] if plan.has_legs[exposure] else 0.0
    reroute(problem, plan, desk)
    found = 0
    for exposure in range(exposures):
        for lane in range(width):
            placed = max(0.0, desk.extra[exposure, lane] - desk.want[exposure, lane])
            desk.extra[exposure, lane] = placed
            found += 1 if placed > 0.0 else 0
    return found > 0


@step
def book_gains(plan: Plan, desk: Work, month: int) -> None:
    """Take the gains from the month's losses, and from the parts of the partners that gave them."""
    lost, parts = desk.lost[month], desk.parts[month % desk.parts.shape[0]]
    channels, width = lost.shape
    for exposure in range(desk.extra.shape[0]):
        partner, channel = exposure // channels, exposure % channels
        per_unit = 1.0 / plan.sizes[channel] if plan.sizes[channel] > 0.0 else 0.0
        for lane in range(width):
            gain = desk.extra[exposure, lane] * per_unit
            lost[channel, lane] -= gain
            parts[partner, channel, lane] -= gain


@step
def respond_in_price(lanes: Lanes, desk: Work, month: int) -> None:
    """Scale each channel's loss, and its parts, by what is still delivered fetching more."""
    lost, parts = desk.lost[month], desk.parts[month % desk.parts.shape[0]]
    sources, channels, width = parts.shape
    for channel in range(channels):
        for lane in range(width):
            share = lost[channel, lane]
            scale = 1.0 - lanes.price[channel, lane] * (1.0 - share) if share > 0.0 else 1.0
            lost[channel, lane] = scale * share
            desk.seen[lane] = scale
        for source in range(sources):
            for lane in range(width):
                parts[source, channel, lane] *= desk.seen[lane]
