"""Buffers: stocks fill what is still missing until they are empty, and refill slowly when nothing is."""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import NEGLIGIBLE
from multivector_sim.response.scalars import smaller
from multivector_sim.typing import Floats

__all__ = ["draw_down"]


@step
def draw_down(size: float, missing: Floats, stock: Floats, full: Floats, refill: Floats, lost: Floats) -> None:
    """Take from a channel's stock what is missing, and say what share of the baseline is ``lost``; all (L,).

    What is missing by less than rounding counts as nothing missing.
    """
    width = lost.shape[-1]
    per_unit = 1.0 / size if size > 0.0 else 0.0
    for lane in range(width):
        gap = missing[lane] if missing[lane] > NEGLIGIBLE * size else 0.0
        used = smaller(stock[lane], gap)
        refilled = smaller(refill[lane], full[lane] - stock[lane])
        stock[lane] = stock[lane] - used if gap > 0.0 else stock[lane] + refilled
        lost[lane] = (gap - used) * per_unit
