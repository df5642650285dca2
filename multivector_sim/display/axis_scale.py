"""Scales of charts: positions of values, and round numbers for the ticks of an axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.display.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Scale", "line", "round_ticks", "spread", "tick_label"]

STEPS = (1.0, 2.0, 5.0, 10.0)


class Scale(NamedTuple):
    """A straight scale: ``low`` lies at ``start``, ``high`` at ``end``; with ``log`` its logarithm does.

    Examples
    --------
    >>> Scale(0.0, 10.0, 40.0, 140.0)(5.0)
    90.0
    >>> round(Scale(1.0, 0.01, 0.0, 100.0, log=True)(0.1), 9)
    50.0
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Place a value."""
        low, high, at = (math.log(it) if self.log else it for it in (self.low, self.high, value))
        return self.start + (at - low) / (high - low) * (self.end - self.start)


def round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Choose round numbers that cover a range.

    Examples
    --------
    >>> round_ticks(0.0, 0.23)
    [0.0, 0.05, 0.1, 0.15, 0.2, 0.25]
    """
    power = math.floor(math.log10((high - low) / most))
    for step in (factor * 10.0**exponent for exponent in (power, power + 1) for factor in STEPS):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < most:
            break
    return [round(place * step, 12) + 0.0 for place in range(first, last + 1)]


def tick_label(tick: float, ticks: Sequence[float]) -> str:
    """Write a tick in per cent, with the decimals that its neighbours need.

    Examples
    --------
    >>> tick_label(0.05, [0.0, 0.05]), tick_label(0.995, [0.995, 1.0])
    ('5 %', '99.5 %')
    """
    decimals = max(0, math.ceil(-math.log10(100.0 * (ticks[1] - ticks[0])) - 1e-9))
    return percent(tick, decimals)


def line(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Write points as the points of an SVG path.

    Examples
    --------
    >>> line([0, 1], [2, 3.14159])
    'M0.0 2.0L1.0 3.1'
    """
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))


def spread(places: Sequence[float], apart: float, top: float, bottom: float) -> list[float]:
    """Move labels apart so that none covers another, as little as may be.

    Examples
    --------
    >>> spread([10, 11, 40], 12, 0, 100)
    [10, 22, 40]
    >>> spread([95, 96], 12, 0, 100)
    [88, 100]
    """
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + apart if moved else top))
    floor = bottom
    for number in reversed(range(len(moved))):
        moved[number] = min(moved[number], floor)
        floor = moved[number] - apart
    return moved
