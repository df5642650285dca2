"""Whose rupture the loss came from, as bars on the page: on average, and in the worst twentieth.

Every source has two bars, filled with its colour and pattern and named in words; a gain goes to the left of the zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.report.money import counted_in, money
from multivector_sim.report.scale import Scale
from multivector_sim.report.words import listed, percent

if TYPE_CHECKING:
    from multivector_sim.report.attribution import Part
    from multivector_sim.report.palette import Ink

__all__ = ["Bar", "BarChart", "BarGroup", "draw_bars"]

WIDTH = 400
LEFT, RIGHT = 74, 300
TOP, GROUP, PITCH, THICK = 4, 64, 20, 14
NAMES = ("mean", "worst 5 %")


class Bar(NamedTuple):
    """One bar and what stands at its two ends."""

    x: float
    y: float
    width: float
    name: str
    value: str


class BarGroup(NamedTuple):
    """The bars of one source."""

    title: str
    y: float
    ink: Ink
    bars: tuple[Bar, ...]


class BarChart(NamedTuple):
    """Everything that the template draws."""

    width: int
    height: int
    zero: float
    value_x: float
    thick: int
    groups: tuple[BarGroup, ...]
    description: str


def draw_bars(parts: list[Part], currency: str) -> BarChart:
    """Lay the bars of an attribution out.

    Parameters
    ----------
    parts
        The sources, the greatest first.
    currency
        The currency of their money.

    Returns
    -------
    BarChart
        For the template.
    """
    amounts = [amount for part in parts for amount in (part.mean, part.worst)]
    low, high = min([0.0, *amounts]), max([0.0, *amounts])
    x = Scale(low, high if high > low else low + 1.0, LEFT, RIGHT)
    groups = []
    for number, part in enumerate(parts):
        y = TOP + number * GROUP
        bars = tuple(
            bar(x, y + 22 + place * PITCH, name, amount, counted_in(amount, max(-low, high)))
            for place, (name, amount) in enumerate(zip(NAMES, (part.mean, part.worst), strict=True))
        )
        groups.append(BarGroup(part.title, y + 14, part.ink, bars))
    said = [f"{part.title} {money(part.mean, currency)} ({percent(part.mean_share, 0)})" for part in parts]
    return BarChart(
        WIDTH,
        TOP + GROUP * len(parts),
        round(x(0.0), 1),
        RIGHT + 8.0,
        THICK,
        tuple(groups),
        f"Mean loss by whose rupture caused it: {listed(said)}." if said else "Nothing is lost.",
    )


def bar(x: Scale, y: float, name: str, amount: float, said: str) -> Bar:
    """Lay one bar out; a part that is not nothing is at least a hair wide."""
    ends = sorted((x(0.0), x(amount)))
    width = max(ends[1] - ends[0], 1.0 if amount else 0.0)
    return Bar(round(ends[0], 1), y, round(width, 1), name, said)
