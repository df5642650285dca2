"""Gains: a partner that wants more than the baseline, and a price that rises because supply is missing.

A negative severity raises a partner's availability above 1. Demand beyond the baseline comes last: it uses what
its corridors have left after direct flows, rerouting and diversion, in rounds as in
:mod:`multivector_sim.response.corridors`, and displaces no baseline flow. A channel's loss is its gross loss less its
gains; each gain is a negative part of the loss, attributed to the partner that caused it.

The price response comes after stocks and gains and before spillover: the price of what is still delivered is
``1 + price max(0, l)`` times the old one, so the loss becomes ``l (1 - price (1 - l))``, and every part scales alike.
"""

from multivector_sim.compiled import kernel_function
from multivector_sim.response.arrays import Lanes, Plan, Problem, Work
from multivector_sim.response.corridors import reroute

__all__ = ["any_gain", "book_gains", "place_gains", "respond_in_price", "set_gains_apart"]


@kernel_function
def any_gain(lanes: Lanes) -> bool:
    """Return whether any severity is below 0 in any lane."""
    ruptures, columns, width = lanes.severity.shape
    found = 0
    for rupture in range(ruptures):
        for channel in range(columns):
            for lane in range(width):
                found += 1 if lanes.severity[rupture, channel, lane] < 0.0 else 0
    return found > 0


@kernel_function
def set_gains_apart(problem: Problem, workspace: Work) -> None:
    """Move demand above the baseline from ``unavailable``, where it is negative, to ``extra``, as money."""
    width = workspace.extra.shape[-1]
    partners, channels = problem.baseline.shape
    for partner in range(partners):
        for channel in range(channels):
            flow = problem.baseline[partner, channel]
            for lane in range(width):
                unavailable = workspace.unavailable[partner, channel, lane]
                workspace.extra[partner * channels + channel, lane] = flow * max(0.0, -unavailable)
                workspace.unavailable[partner, channel, lane] = max(0.0, unavailable)


@kernel_function
def place_gains(problem: Problem, plan: Plan, workspace: Work) -> bool:
    """Limit ``extra`` to the spare capacity of its corridors; return whether there is any in any lane."""
    exposures, width = workspace.extra.shape
    for exposure in range(exposures):
        for lane in range(width):
            workspace.unmet[exposure, lane] = workspace.extra[exposure, lane] if plan.has_legs[exposure] else 0.0
    reroute(problem, plan, workspace)
    found = 0
    for exposure in range(exposures):
        for lane in range(width):
            placed = max(0.0, workspace.extra[exposure, lane] - workspace.unmet[exposure, lane])
            workspace.extra[exposure, lane] = placed
            found += 1 if placed > 0.0 else 0
    return found > 0


@kernel_function
def book_gains(plan: Plan, workspace: Work, month: int) -> None:
    """Subtract the gains from the month's losses, and from the parts of the partners that caused them."""
    lost, parts = workspace.lost[month], workspace.parts[month % workspace.parts.shape[0]]
    channels, width = lost.shape
    for exposure in range(workspace.extra.shape[0]):
        partner, channel = exposure // channels, exposure % channels
        per_unit = 1.0 / plan.sizes[channel] if plan.sizes[channel] > 0.0 else 0.0
        for lane in range(width):
            gain = workspace.extra[exposure, lane] * per_unit
            lost[channel, lane] -= gain
            parts[partner, channel, lane] -= gain


@kernel_function
def respond_in_price(lanes: Lanes, workspace: Work, month: int) -> None:
    """Scale each channel's loss and its parts by the rise in price of what is still delivered."""
    lost, parts = workspace.lost[month], workspace.parts[month % workspace.parts.shape[0]]
    sources, channels, width = parts.shape
    for channel in range(channels):
        for lane in range(width):
            share = lost[channel, lane]
            scale = 1.0 - lanes.price[channel, lane] * (1.0 - share) if share > 0.0 else 1.0
            lost[channel, lane] = scale * share
            workspace.seen[lane] = scale
        for source in range(sources):
            for lane in range(width):
                parts[source, channel, lane] *= workspace.seen[lane]
