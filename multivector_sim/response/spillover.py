"""Spillover: investors respond to lost trade, some months later.

The delivered value of a channel is multiplied by one minus the spillover, so the loss becomes ``l + (1 - l) s``; a
negative elasticity is a gain. The spilled-over part of a loss is attributed to whatever caused the loss behind it.
"""

from multivector_sim.compiled import kernel_function
from multivector_sim.response.arrays import Lanes, Plan, Problem, Work
from multivector_sim.typing import Floats

__all__ = ["blame", "book", "spill"]


@kernel_function
def blame(workspace: Work, month: int) -> None:
    """Divide each channel's loss among the month's ``parts``, in proportion to the direct loss from each rupture.

    ``workspace.push`` is scratch, and zero afterwards.
    """
    lost_directly, push, lost = workspace.lost_directly, workspace.push, workspace.lost[month]
    parts = workspace.parts[month % workspace.parts.shape[0]]
    sources, channels, width = lost_directly.shape
    for channel in range(channels):
        for lane in range(width):
            push[channel, lane] = 0.0
        for source in range(sources):
            for lane in range(width):
                push[channel, lane] += lost_directly[source, channel, lane]
        for lane in range(width):
            whole = push[channel, lane]
            push[channel, lane] = lost[channel, lane] / whole if whole > 0.0 else 0.0
        for source in range(sources):
            for lane in range(width):
                parts[source, channel, lane] = lost_directly[source, channel, lane] * push[channel, lane]
        for lane in range(width):
            push[channel, lane] = 0.0


@kernel_function
def _see_cause(shares: Floats, lost: Floats, eta: Floats, seen: Floats) -> None:
    """Write the elasticity ``eta`` to ``seen`` (L,) where the cause as a whole has a loss, else 0."""
    channels, width = lost.shape
    for lane in range(width):
        seen[lane] = 0.0
    for cause in range(channels):
        share = shares[cause]
        for lane in range(width):
            seen[lane] += share * lost[cause, lane]
    for lane in range(width):
        seen[lane] = eta[lane] if seen[lane] > 0.0 else 0.0


@kernel_function
def spill(problem: Problem, plan: Plan, lanes: Lanes, workspace: Work, term: int, earlier: int) -> None:
    """Add one term: the loss of its cause in an earlier month, times its elasticity, to ``push`` and ``borne``."""
    shares, targets, seen = plan.spill_share[term], problem.spill_to[term], workspace.seen
    push, borne, lost = workspace.push, workspace.borne, workspace.lost[earlier]
    parts = workspace.parts[earlier % workspace.parts.shape[0]]
    sources, channels, width = borne.shape
    _see_cause(shares, lost, lanes.eta[term], seen)
    for target in range(channels):
        if targets[target] == 0.0:
            continue
        for cause in range(channels):
            share = shares[cause]
            if share == 0.0:
                continue
            for lane in range(width):
                push[target, lane] += seen[lane] * share * lost[cause, lane]
            for source in range(sources):
                for lane in range(width):
                    borne[source, target, lane] += seen[lane] * share * parts[source, cause, lane]


@kernel_function
def book(plan: Plan, workspace: Work, month: int) -> None:
    """Combine loss and spillover into the month's ``loss`` and attribute both."""
    lost, loss, push, borne = workspace.lost[month], workspace.loss[month], workspace.push, workspace.borne
    parts = workspace.parts[month % workspace.parts.shape[0]]
    sources, channels, width = borne.shape
    for channel in range(channels):
        size = plan.sizes[channel]
        for lane in range(width):
            left, pushed = 1.0 - lost[channel, lane], push[channel, lane]
            loss[channel, lane] = lost[channel, lane] + left * min(1.0, pushed)
            push[channel, lane] = left / pushed if pushed > 1.0 else left
        for source in range(sources):
            for lane in range(width):
                spilled = borne[source, channel, lane] * push[channel, lane]
                workspace.account[source, channel, lane] += size * (parts[source, channel, lane] + spilled)
                borne[source, channel, lane] = 0.0
        for lane in range(width):
            push[channel, lane] = 0.0
