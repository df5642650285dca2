"""Buffers: stocks fill what is still missing until they are empty, and refill slowly when nothing is."""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import NEGLIGIBLE, Lanes, Plan, Work

__all__ = ["draw_down"]


@step
def draw_down(plan: Plan, lanes: Lanes, desk: Work, month: int) -> None:
    """Take from each channel's stock what is missing; write the month's share of the baseline that is ``lost``.

    What is missing by less than rounding counts as nothing missing.
    """
    channels, width = desk.stock.shape
    for channel in range(channels):
        size = plan.sizes[channel]
        per_unit = 1.0 / size if size > 0.0 else 0.0
        missing, stock, lost = desk.missing[channel], desk.stock[channel], desk.lost[month, channel]
        full, refill = lanes.full[channel], lanes.refill[channel]
        for lane in range(width):
            gap = missing[lane] if missing[lane] > NEGLIGIBLE * size else 0.0
            used = min(stock[lane], gap)
            refilled = min(refill[lane], full[lane] - stock[lane])
            stock[lane] = stock[lane] - used if gap > 0.0 else stock[lane] + refilled
            lost[lane] = (gap - used) * per_unit
