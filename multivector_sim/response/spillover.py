"""Spillover: investors answer lost trade, some months later.

A channel's delivered value is multiplied by one minus the spillover, so the loss becomes ``l + (1 - l) s``; a
negative elasticity is a gain. The part of the loss that spilled over is blamed on whoever caused the loss behind it.
"""

from multivector_sim.compiled import step
from multivector_sim.response.scalars import smaller
from multivector_sim.typing import Floats

__all__ = ["blame", "book", "spill"]


@step
def blame(taken: Floats, lost: Floats, push: Floats, parts: Floats) -> None:
    """Share each channel's loss ``lost`` (C, L) out into ``parts`` (P + 1, C, L).

    Pro rata to what each rupture took before the response; ``push`` is scratch, and zero afterwards.
    """
    width = lost.shape[-1]
    sources, channels = taken.shape[0], taken.shape[1]
    for channel in range(channels):
        for lane in range(width):
            push[channel, lane] = 0.0
        for source in range(sources):
            for lane in range(width):
                push[channel, lane] += taken[source, channel, lane]
        for lane in range(width):
            whole = push[channel, lane]
            push[channel, lane] = lost[channel, lane] / whole if whole > 0.0 else 0.0
        for source in range(sources):
            for lane in range(width):
                parts[source, channel, lane] = taken[source, channel, lane] * push[channel, lane]
        for lane in range(width):
            push[channel, lane] = 0.0


@step
def spill(
    shares: Floats, targets: Floats, eta: Floats, lost: Floats, parts: Floats, push: Floats, borne: Floats
) -> None:
    """Add one term: its cause's loss of an earlier month, times its elasticity.

    ``shares`` (C,) says how much of the cause each channel makes up, ``targets`` (C,) whom it hits; ``lost`` (C, L) and
    ``parts`` (P + 1, C, L) are the earlier month's; ``push`` (C, L) and ``borne`` (P + 1, C, L) grow.
    """
    width = push.shape[-1]
    for target in range(targets.size):
        if targets[target] == 0.0:
            continue
        for cause in range(shares.size):
            share = shares[cause]
            if share == 0.0:
                continue
            for lane in range(width):
                push[target, lane] += eta[lane] * share * lost[cause, lane]
            for source in range(borne.shape[0]):
                for lane in range(width):
                    borne[source, target, lane] += eta[lane] * share * parts[source, cause, lane]


@step
def book(
    sizes: Floats, lost: Floats, parts: Floats, push: Floats, borne: Floats, loss: Floats, account: Floats
) -> None:
    """Join loss and spillover into the month's ``loss`` (C, L) and book both by who caused them."""
    width = loss.shape[-1]
    for channel in range(sizes.size):
        for lane in range(width):
            left, pushed = 1.0 - lost[channel, lane], push[channel, lane]
            loss[channel, lane] = lost[channel, lane] + left * smaller(1.0, pushed)
            push[channel, lane] = left / pushed if pushed > 1.0 else left
        for source in range(account.shape[0]):
            for lane in range(width):
                spilled = borne[source, channel, lane] * push[channel, lane]
                account[source, channel, lane] += sizes[channel] * (parts[source, channel, lane] + spilled)
                borne[source, channel, lane] = 0.0
        for lane in range(width):
            push[channel, lane] = 0.0
