"""The fan on the page: where each band, line, tick and label of it lies.

The paper is 400 wide, so that the same drawing fits a phone and half a desk. The quantiles are named at their right
ends; names that would cover one another are moved apart and tied to their curve by a thin line.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.report.curves import LEVELS
from multivector_sim.report.scale import Scale, line, round_ticks, spread, tick_label
from multivector_sim.report.words import percent

if TYPE_CHECKING:
    from multivector_sim.report.curves import Fan
    from multivector_sim.typing import Floats

__all__ = ["BOTTOM", "HEIGHT", "WIDTH", "FanChart", "Tick", "draw_fan"]

WIDTH, HEIGHT = 400, 262
LEFT, RIGHT, TOP, BOTTOM = 48, 336, 14, 216
APART = 16.0
YEAR = 12
MOST_TICKS = 6
NAMES = ("5th", "25th", "median", "75th", "95th")
ROOM_BELOW = 0.95
TOO_THIN = 5e-4
"""Shares that differ by less look the same with one decimal of a per cent."""


class Tick(NamedTuple):
    """A place beside an axis, what is written there, and where the thing named lies."""

    at: float
    label: str
    origin: float = 0.0


class FanChart(NamedTuple):
    """Everything that the template draws; ``rows`` are the same in words."""

    outer: str
    inner: str
    edges: tuple[str, ...]
    median: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    baseline: float
    x_title: str
    description: str
    rows: tuple[tuple[str, ...], ...]


def draw_fan(fan: Fan) -> FanChart:
    """Lay a fan out.

    Parameters
    ----------
    fan
        Quantiles by month.

    Returns
    -------
    FanChart
        For the template.
    """
    shares = fan.quantiles
    months = shares.shape[1]
    ticks = round_ticks(min(float(shares.min()), ROOM_BELOW), max(float(shares.max()), 1.0))
    x = Scale(0.0, months, LEFT, RIGHT)
    y = Scale(ticks[0], ticks[-1], BOTTOM, TOP)
    xs = [x(month) for month in fan.months.tolist()]
    curves = [[y(share) for share in row] for row in shares.tolist()]
    low, lower, middle, upper, high = (line(xs, ys) for ys in curves)
    ends = [ys[-1] for ys in reversed(curves)]
    places = spread(ends, APART, TOP, BOTTOM)
    return FanChart(
        outer=area(xs, curves[0], curves[4]),
        inner=area(xs, curves[1], curves[3]),
        edges=(low, lower, upper, high),
        median=middle,
        x_ticks=tuple(Tick(round(x(month), 1), label) for month, label in time_ticks(months)),
        y_ticks=tuple(Tick(round(y(tick), 1), tick_label(tick, ticks)) for tick in ticks),
        labels=tuple(
            Tick(round(place, 1), name, round(end, 1))
            for place, name, end in zip(places, reversed(NAMES), ends, strict=True)
        ),
        baseline=round(y(1.0), 1),
        x_title="years from the start" if months > 2 * YEAR else "months from the start",
        description=describe(fan),
        rows=tuple(table(fan)),
    )


def area(xs: list[float], low: list[float], high: list[float]) -> str:
    """Close the band between two curves."""
    return line([*xs, *reversed(xs)], [*low, *reversed(high)]) + "Z"


def time_ticks(months: int) -> list[tuple[int, str]]:
    """Choose whole years, or months where the horizon is short, at most seven."""
    if months > 2 * YEAR:
        step = YEAR * math.ceil(months / YEAR / MOST_TICKS)
        return [(month, str(month // YEAR)) for month in range(0, months + 1, step)]
    step = math.ceil(months / MOST_TICKS)
    return [(month, str(month)) for month in range(0, months + 1, step)]


def describe(fan: Fan) -> str:
    """Say in a sentence or two what the chart shows."""
    worst = fan.quantiles[0]
    said = f"In the median draw {in_the_median(fan.quantiles[LEVELS.index(0.5)])}."
    if float(worst.min()) >= 1.0 - TOO_THIN:
        return f"{said} In no month is anything missing in more than one draw in twenty."
    return f"{said} In the hardest month one draw in twenty is at or under {percent(float(worst.min()))}."


def in_the_median(median: Floats) -> str:
    """Say how low the line in the middle gets, and when, unless it is flat."""
    lowest = int(median.argmin())
    least, most = float(median[lowest]), float(median.max())
    if most - least < TOO_THIN:
        is_whole = abs(least - 1.0) < TOO_THIN
        return "nothing is missing in any month" if is_whole else f"{percent(least)} is delivered in every month"
    return (
        f"{percent(least)} of the baseline is delivered in month {lowest + 1}, the lowest, "
        f"and {percent(float(median[-1]))} in the last"
    )


def table(fan: Fan) -> list[tuple[str, ...]]:
    """Give the quantiles in words, about every twelfth part of the horizon."""
    months = fan.quantiles.shape[1]
    step = max(1, math.ceil(months / 12))
    chosen = sorted({*range(step - 1, months, step), 0, months - 1})
    return [(str(month + 1), *(percent(float(share)) for share in fan.quantiles[:, month])) for month in chosen]
