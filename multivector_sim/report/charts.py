"""The charts of the page: bars of causes, the loss-exceedance curve, and the fan chart of months.

This module computes the position of each band, bar, line, tick and label; the templates draw them as SVG.

*Bars* show whose ruptures caused the loss, on average and in the worst twentieth. Each source has two bars in its
colour and pattern; gains extend to the left of zero. The *exceedance curve* has a logarithmic probability axis, because
rare losses matter most. The *fan* is 400 units wide, so that the same drawing fits a phone and half a desktop screen;
quantiles are labelled at their right ends, and labels that would overlap are moved apart.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.display.axis_scale import Scale, line, round_ticks, spread, tick_label
from multivector_sim.display.money import counted_in, money
from multivector_sim.display.wording import capital, listed, loss_axis, percent, percent_between
from multivector_sim.report.chart_data import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.display.palette import Ink
    from multivector_sim.engine.run_column import Sample
    from multivector_sim.report.attribution import Part
    from multivector_sim.report.chart_data import Exceedance, Fan
    from multivector_sim.scenario.observed import Observed
    from multivector_sim.typing import Floats

__all__ = [
    "FAN_BOTTOM",
    "FAN_HEIGHT",
    "FAN_WIDTH",
    "Bar",
    "BarChart",
    "BarGroup",
    "ExceedanceChart",
    "FanChart",
    "Mark",
    "ObservedPoint",
    "ObservedSeries",
    "Tick",
    "draw_bars",
    "draw_exceedance",
    "draw_fan",
]

BARS_WIDTH = 400
BARS_LEFT, BARS_RIGHT = 74, 300
BARS_TOP, GROUP, PITCH, THICK = 4, 64, 20, 14
BARS_NAMES = ("mean", "worst 5 %")


class Bar(NamedTuple):
    """One bar, with the labels at its two ends."""

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
    """Everything that the template draws; ``unit`` says what a bar is."""

    unit: str
    width: int
    height: int
    zero: float
    value_x: float
    thick: int
    groups: tuple[BarGroup, ...]
    description: str


def draw_bars(parts: list[Part], currency: str) -> BarChart:
    """Return the chart of an attribution."""
    amounts = [amount for part in parts for amount in (part.mean, part.worst)]
    low, high = min([0.0, *amounts]), max([0.0, *amounts])
    x = Scale(low, high if high > low else low + 1.0, BARS_LEFT, BARS_RIGHT)
    groups = []
    for number, part in enumerate(parts):
        y = BARS_TOP + number * GROUP
        bars = tuple(
            _bar(x, y + 22 + place * PITCH, name, amount, counted_in(amount, max(-low, high)))
            for place, (name, amount) in enumerate(zip(BARS_NAMES, (part.mean, part.worst), strict=True))
        )
        groups.append(BarGroup(part.title, y + 14, part.ink, bars))
    said = [f"{part.title} {money(part.mean, currency)} ({percent(part.mean_share, 0)})" for part in parts]
    return BarChart(
        f"loss over the horizon, {currency}",
        BARS_WIDTH,
        BARS_TOP + GROUP * len(parts),
        round(x(0.0), 1),
        BARS_RIGHT + 8.0,
        THICK,
        tuple(groups),
        f"Mean loss by whose rupture caused it: {listed(said)}." if said else "Nothing is lost.",
    )


def _bar(x: Scale, y: float, name: str, amount: float, said: str) -> Bar:
    """Return one bar; a part that is not zero has a minimum width."""
    ends = sorted((x(0.0), x(amount)))
    width = max(ends[1] - ends[0], 1.0 if amount else 0.0)
    return Bar(round(ends[0], 1), y, round(width, 1), name, said)


CURVE_LEFT, CURVE_RIGHT, CURVE_TOP, CURVE_BOTTOM = 54, 388, 14, 216
PROBABILITIES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
IN_TABLE = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
FEWEST = 10
LEVEL = 0.95
LABEL_ROOM = 80.0
BEYOND = 0.1
"""How far under the floor the curve is followed; the paper ends at the floor."""


class Mark(NamedTuple):
    """A labelled point of the curve."""

    x: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str


class ExceedanceChart(NamedTuple):
    """Everything that the template draws; ``rows`` are the same in words."""

    band: str
    curve: str
    var: Mark
    es: Mark
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    var_words: str
    es_words: str
    x_title: str
    description: str
    rows: tuple[tuple[str, str, str], ...]


def draw_exceedance(curve: Exceedance, sample: Sample) -> ExceedanceChart:
    """Return the chart of a curve."""
    var, es = sample.var(LEVEL), sample.es(LEVEL)
    reach = [it for it in PROBABILITIES if it * sample.loss_share.size >= FEWEST] or [1.0]
    floor = min(reach[-1], PROBABILITIES[3])
    shown = curve.probability >= floor
    furthest = max(float(curve.loss[shown].max(initial=0.0)), es.value, 0.01)
    ticks = round_ticks(min(0.0, float(curve.loss.min())), furthest, most=5)
    x = Scale(ticks[0], ticks[-1], CURVE_LEFT, CURVE_RIGHT)
    y = Scale(1.0, floor, CURVE_TOP, CURVE_BOTTOM, log=True)
    inside = curve.loss <= ticks[-1]
    xs = [x(it) for it in curve.loss[inside].tolist()]
    middle, low, high = (
        [y(max(it, BEYOND * floor)) for it in side[inside].tolist()]
        for side in (curve.probability, curve.low, curve.high)
    )
    beyond_var, beyond_es = (float((sample.loss_share > it.value).mean()) for it in (var, es))
    return ExceedanceChart(
        band=line([*xs, *reversed(xs)], [*low, *reversed(high)]) + "Z",
        curve=line(xs, middle),
        var=_mark(x(var.value), y(max(beyond_var, floor)), "VaR 95 %"),
        es=_mark(x(es.value), y(max(beyond_es, floor)), "ES 95 %"),
        x_ticks=tuple(Tick(round(x(it), 1), tick_label(it, ticks)) for it in ticks),
        y_ticks=tuple(Tick(round(y(it), 1), f"{100 * it:g} %") for it in PROBABILITIES if it >= floor),
        var_words=percent_between(var),
        es_words=percent_between(es),
        x_title=loss_axis(ticks[0]),
        description=_how_often([sample.var(1.0 - chance).value for chance, _, _ in OFTEN]),
        rows=tuple(
            (f"{100 * it:g} %", f"one in {1 / it:.0f}", percent_between(sample.var(1.0 - it))) for it in IN_TABLE
        ),
    )


OFTEN = (
    (0.5, "one draw in two", "at least half of the draws"),
    (0.1, "one in ten", "at least nine draws in ten"),
    (0.05, "one in twenty", "at least nineteen draws in twenty"),
    (0.01, "one in a hundred", "at least 99 draws in a hundred"),
)
"""Probabilities with their words, and those of the draws that are left."""


def _how_often(losses: Sequence[float]) -> str:
    """Describe the losses that one draw in two, ten, twenty and a hundred exceeds.

    Examples
    --------
    >>> _how_often([0.01, 0.05, 0.1, 0.2])
    'One draw in two loses more than 1.0 %, one in ten loses more than 5.0 %, one in twenty loses more than 10.0 %,
    one in a hundred loses more than 20.0 %.'
    >>> _how_often([0.0, 0.0, 0.1, 0.2])
    'At least nine draws in ten lose less than 0.1 %, one in twenty loses more than 10.0 %, one in a hundred loses more
    than 20.0 %.'
    >>> _how_often([-0.05, 0.0, 0.1, 0.2])
    'One draw in two gains less than 5.0 %, at least nine draws in ten lose less than 0.1 %, one in twenty loses more
    than 10.0 %, one in a hundred loses more than 20.0 %.'
    """
    small = [place for place, loss in enumerate(losses) if abs(loss) < TOO_THIN]
    said = []
    for place, (loss, (_, words, rest)) in enumerate(zip(losses, OFTEN, strict=True)):
        if place not in small:
            said.append(f"{words} {_beyond(loss)}")
        elif place == small[-1]:
            said.append(f"{rest} lose less than 0.1 %")
    return f"{capital(', '.join(said))}."


def _beyond(loss: float) -> str:
    """Describe draws worse than a loss, which is a gain if it is negative."""
    return f"gains less than {percent(-loss)}" if loss < 0.0 else f"loses more than {percent(loss)}"


def _mark(x: float, y: float, label: str) -> Mark:
    """Place a label above and to the right of its point, or below and to the left if it would not fit."""
    roomy = x + LABEL_ROOM < CURVE_RIGHT
    label_x, label_y, anchor = (x + 9, y - 5, "start") if roomy else (x - 10, y + 13, "end")
    return Mark(round(x, 1), round(y, 1), label, round(label_x, 1), round(min(label_y, CURVE_BOTTOM - 4), 1), anchor)


FAN_WIDTH, FAN_HEIGHT = 400, 262
FAN_LEFT, FAN_RIGHT, FAN_TOP, FAN_BOTTOM = 48, 336, 14, 216
APART = 16.0
YEAR = 12
MOST_TICKS = 6
FAN_NAMES = ("5th", "25th", "median", "75th", "95th")
ROOM_BELOW = 0.95
MARKS = 2
"""How many shapes of marks there are for observed series."""

PERIOD_ROOM = 28.0
TOO_THIN = 5e-4
"""Shares that differ by less look the same with one decimal of a per cent."""


class Tick(NamedTuple):
    """A position beside an axis, its label, and the position of the labelled value."""

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
    observed: tuple[ObservedSeries, ...] = ()


class ObservedPoint(NamedTuple):
    """One observation: the position of its mark, its period, whether that is a label, and both in words."""

    x: float
    y: float
    period: str
    is_named: bool
    value: str
    share: str


class ObservedSeries(NamedTuple):
    """An observed series: a title, the unit, and the marks; ``mark`` is the number of its shape."""

    title: str
    unit: str
    mark: int
    points: tuple[ObservedPoint, ...]


def draw_fan(fan: Fan, floor: float = ROOM_BELOW) -> FanChart:
    """Lay a fan out; its scale reaches down to ``floor`` at least, so that several can be compared."""
    shares = fan.quantiles
    months = shares.shape[1]
    seen = [point.share for series in fan.observed for point in series.points]
    ticks = round_ticks(min(float(shares.min()), ROOM_BELOW, floor, *seen), max(float(shares.max()), 1.0, *seen))
    x = Scale(0.0, months, FAN_LEFT, FAN_RIGHT)
    y = Scale(ticks[0], ticks[-1], FAN_BOTTOM, FAN_TOP)
    xs = [x(month) for month in fan.months.tolist()]
    curves = [[y(share) for share in row] for row in shares.tolist()]
    low, lower, middle, upper, high = (line(xs, ys) for ys in curves)
    ends = [ys[-1] for ys in reversed(curves)]
    places = spread(ends, APART, FAN_TOP, FAN_BOTTOM)
    return FanChart(
        outer=_area(xs, curves[0], curves[4]),
        inner=_area(xs, curves[1], curves[3]),
        edges=(low, lower, upper, high),
        median=middle,
        x_ticks=tuple(Tick(round(x(month), 1), label) for month, label in _time_ticks(months)),
        y_ticks=tuple(Tick(round(y(tick), 1), tick_label(tick, ticks)) for tick in ticks),
        labels=tuple(
            Tick(round(place, 1), name, round(end, 1))
            for place, name, end in zip(places, reversed(FAN_NAMES), ends, strict=True)
        ),
        baseline=round(y(1.0), 1),
        x_title="years from the start" if months > 2 * YEAR else "months from the start",
        description=_describe(fan),
        rows=tuple(_table(fan)),
        observed=tuple(_observed(series, number % MARKS, x, y) for number, series in enumerate(fan.observed)),
    )


def _observed(series: Observed, mark: int, x: Scale, y: Scale) -> ObservedSeries:
    """Return the marks of a series; periods are labels if they fit."""
    points, last = [], -math.inf
    for point, value in zip(series.points, series.in_order, strict=True):
        place = x(point.middle)
        is_named = place - last >= PERIOD_ROOM
        last = place if is_named else last
        mark_y = round(y(point.share), 1)
        points.append(ObservedPoint(round(place, 1), mark_y, point.label, is_named, f"{value:g}", percent(point.share)))
    return ObservedSeries(series.title, series.unit, mark, tuple(points))


def _area(xs: list[float], low: list[float], high: list[float]) -> str:
    """Return the closed outline of the band between two curves."""
    return line([*xs, *reversed(xs)], [*low, *reversed(high)]) + "Z"


def _time_ticks(months: int) -> list[tuple[int, str]]:
    """Choose whole years, or months where the horizon is short, at most seven."""
    if months > 2 * YEAR:
        step = YEAR * math.ceil(months / YEAR / MOST_TICKS)
        return [(month, str(month // YEAR)) for month in range(0, months + 1, step)]
    step = math.ceil(months / MOST_TICKS)
    return [(month, str(month)) for month in range(0, months + 1, step)]


def _describe(fan: Fan) -> str:
    """Describe the chart in a sentence or two."""
    worst = fan.quantiles[0]
    said = f"At the median {_in_the_median(fan.quantiles[LEVELS.index(0.5)])}."
    if float(worst.min()) >= 1.0 - TOO_THIN:
        return f"{said} In no month is anything missing in more than one draw in twenty."
    return f"{said} In the hardest month one draw in twenty is at or under {percent(float(worst.min()))}."


def _in_the_median(median: Floats) -> str:
    """Describe the lowest point of the median and its month, unless the median is flat."""
    lowest = int(median.argmin())
    least, most = float(median[lowest]), float(median.max())
    if most - least < TOO_THIN:
        is_whole = abs(least - 1.0) < TOO_THIN
        return "nothing is missing in any month" if is_whole else f"{percent(least)} is delivered in every month"
    return (
        f"{percent(least)} of the baseline is delivered in month {lowest + 1}, the lowest, "
        f"and {percent(float(median[-1]))} in the last"
    )


def _table(fan: Fan) -> list[tuple[str, ...]]:
    """Return the quantiles in words, for about twelve points of the horizon."""
    months = fan.quantiles.shape[1]
    step = max(1, math.ceil(months / 12))
    chosen = sorted({*range(step - 1, months, step), 0, months - 1})
    return [(str(month + 1), *(percent(float(share)) for share in fan.quantiles[:, month])) for month in chosen]
