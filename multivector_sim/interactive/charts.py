"""Charts that are redrawn at every move of a control: SVG text, made in a millisecond.

A chart is a list of marks between two axes. Marks are data; :func:`chart` places them and returns a ``figure`` element
with the drawing, a key, and a sentence for people who do not see it. Colours are names of
:data:`multivector_sim.display.palette.TONES`, with a tone for light and one for dark paper, and every mark also differs
by its dash, shape or pattern, so that nothing depends on the hue. The drawing is 400 units wide: it fits a phone, and
half of a desktop.

>>> drawn = chart([Line([0, 1, 2], [0.0, 0.1, 0.4], "by hand")], Axis("months"), Axis("loss"), "Loss rises.")
>>> drawn.count('class="line"'), "Loss rises." in drawn, "by hand" in drawn
(2, True, True)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from multivector_sim.display.axis_scale import Scale, line, round_ticks, tick_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Area", "Axis", "Columns", "Dots", "Line", "Mark", "Rule", "bars", "chart"]

WIDTH, HEIGHT = 400.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 390.0, 12.0, 200.0
DASHES = {"solid": "", "dashed": "7 4", "dotted": "2 3"}
SHAPES = {
    "circle": "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z",
    "diamond": "M0 -5.2L5.2 0L0 5.2L-5.2 0Z",
    "triangle": "M0 -5L5 4.2L-5 4.2Z",
    "square": "M-4 -4H4V4H-4Z",
}
_NUMBERS = count(1)


@dataclass(frozen=True)
class Axis:
    """One axis: its title, and the range that it shows at least.

    Parameters
    ----------
    title
        What is measured, with its unit.
    low, high
        The range shown whatever the marks are, so that a move of a control does not move the axis.
    form
        Writes a tick, given all ticks; by default shares are written in per cent. :func:`chart` calls it.
    log
        Whether the axis is logarithmic; then ``ticks`` is needed.
    ticks
        The ticks, where round ones are not wanted.
    """

    title: str
    low: float | None = None
    high: float | None = None
    form: Callable[[float, Sequence[float]], str] = tick_label
    log: bool = False
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line through points: ``style`` is solid, dashed or dotted."""

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    colour: str = "blue"
    style: str = "solid"


@dataclass(frozen=True)
class Dots:
    """Points, each with a shape: circle, diamond, triangle or square."""

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    colour: str = "orange"
    shape: str = "circle"
    names: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Area:
    """A band between two curves over the same ``x``; a later, smaller one looks darker."""

    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    label: str = ""
    colour: str = "blue"


@dataclass(frozen=True)
class Columns:
    """Columns that stand on zero between neighbouring ``edges``, one more than ``heights``: a histogram."""

    edges: Sequence[float]
    heights: Sequence[float]
    label: str = ""
    colour: str = "blue"
    hatched: bool = False


@dataclass(frozen=True)
class Rule:
    """A straight line across the drawing at one ``x`` or one ``y``, with its name in the key."""

    label: str
    x: float | None = None
    y: float | None = None
    colour: str = "grey"
    style: str = "dashed"


Mark: TypeAlias = Line | Dots | Area | Columns | Rule


def chart(marks: Sequence[Mark], x: Axis, y: Axis, description: str, title: str = "") -> str:
    """Return a chart as HTML.

    Parameters
    ----------
    marks
        What is drawn, the first one at the bottom.
    x, y
        The axes.
    description
        What the chart shows, in a sentence with its numbers; it stands for the picture where that is not seen.
    title
        A caption above the drawing.

    Returns
    -------
    str
        A ``figure`` element.
    """
    number = next(_NUMBERS)
    xs, ys = _reach(marks)
    x_ticks, x_scale = _scale(x, xs, LEFT, RIGHT)
    y_ticks, y_scale = _scale(y, ys, BOTTOM, TOP)
    drawn = [_frame(x, x_ticks, x_scale, y, y_ticks, y_scale)]
    drawn += [_draw(mark, x_scale, y_scale, number) for mark in marks]
    return _figure(drawn, HEIGHT, description, title, _key(marks, number), number)


def _reach(marks: Sequence[Mark]) -> tuple[list[float], list[float]]:
    """Collect the values that the axes have to show."""
    xs: list[float] = []
    ys: list[float] = []
    for mark in marks:
        if isinstance(mark, Rule):
            xs += [] if mark.x is None else [mark.x]
            ys += [] if mark.y is None else [mark.y]
        elif isinstance(mark, Area):
            xs += mark.x
            ys += [*mark.low, *mark.high]
        elif isinstance(mark, Columns):
            xs += mark.edges
            ys += [0.0, *mark.heights]
        else:
            xs += mark.x
            ys += mark.y
    return xs, ys


def _scale(axis: Axis, values: list[float], start: float, end: float) -> tuple[Sequence[float], Scale]:
    """Choose the ticks of an axis and its scale."""
    low = min([*values, *([] if axis.low is None else [axis.low])])
    high = max([*values, *([] if axis.high is None else [axis.high])])
    if axis.ticks:
        ticks: Sequence[float] = axis.ticks
        low, high = min(low, ticks[0]), max(high, ticks[-1])
    else:
        ticks = round_ticks(low, high if high > low else low + 1.0)
        low, high = ticks[0], ticks[-1]
    return ticks, Scale(low, high, start, end, axis.log)


def _frame(x: Axis, x_ticks: Sequence[float], x_scale: Scale, y: Axis, y_ticks: Sequence[float], y_scale: Scale) -> str:
    """Draw the grid, the ticks and the titles of both axes."""
    parts = []
    for tick in y_ticks:
        at = y_scale(tick)
        parts.append(f'<path class="grid" d="M{LEFT:.0f} {at:.1f}H{RIGHT:.0f}"/>')
        parts.append(
            f'<text x="{LEFT - 6:.0f}" y="{at + 4:.1f}" text-anchor="end">{escape(y.form(tick, y_ticks))}</text>'
        )
    for tick in x_ticks:
        at = x_scale(tick)
        label = escape(x.form(tick, x_ticks))
        parts.append(f'<path class="axis" d="M{at:.1f} {BOTTOM:.0f}v4"/>')
        parts.append(f'<text x="{at:.1f}" y="{BOTTOM + 18:.0f}" text-anchor="middle">{label}</text>')
    parts.append(f'<path class="axis" d="M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}"/>')
    middle = (LEFT + RIGHT) / 2
    parts.append(
        f'<text class="strong" x="{middle:.0f}" y="{BOTTOM + 40:.0f}" text-anchor="middle">{escape(x.title)}</text>'
    )
    place = f"translate(12 {(TOP + BOTTOM) / 2:.0f}) rotate(-90)"
    parts.append(f'<text class="strong" transform="{place}" text-anchor="middle">{escape(y.title)}</text>')
    return "".join(parts)


def _draw(mark: Mark, x: Scale, y: Scale, number: int) -> str:
    """Draw one mark."""
    ink = f"var(--mv-{mark.colour})"
    if isinstance(mark, Line):
        path = line([x(it) for it in mark.x], [y(it) for it in mark.y])
        return f'<path class="line" stroke="{ink}" stroke-dasharray="{DASHES[mark.style]}" d="{path}"/>'
    if isinstance(mark, Rule):
        path = f"M{LEFT:.0f} {y(mark.y):.1f}H{RIGHT:.0f}" if mark.y is not None else ""
        path += f"M{x(mark.x):.1f} {TOP:.0f}V{BOTTOM:.0f}" if mark.x is not None else ""
        return f'<path class="rule" stroke="{ink}" stroke-dasharray="{DASHES[mark.style]}" d="{path}"/>'
    if isinstance(mark, Area):
        xs = [x(it) for it in mark.x]
        path = line([*xs, *reversed(xs)], [*(y(it) for it in mark.low), *(y(it) for it in reversed(mark.high))])
        return f'<path class="area" fill="{ink}" d="{path}Z"/>'
    if isinstance(mark, Columns):
        fill = f"url(#mv-hatch-{mark.colour}-{number})" if mark.hatched else ink
        return "".join(
            f'<path class="column" fill="{fill}" stroke="{ink}" d="M{x(left):.1f} {y(0.0):.1f}'
            f'V{y(height):.1f}H{x(right):.1f}V{y(0.0):.1f}Z"/>'
            for left, right, height in zip(mark.edges, mark.edges[1:], mark.heights, strict=False)
            if height
        )
    dots = [
        f'<path class="dot" fill="{ink}" d="{SHAPES[mark.shape]}" transform="translate({x(at):.1f} {y(up):.1f})"/>'
        for at, up in zip(mark.x, mark.y, strict=True)
    ]
    names = [
        f'<text x="{x(at) + 8:.1f}" y="{y(up) - 6:.1f}">{escape(name)}</text>'
        for at, up, name in zip(mark.x, mark.y, mark.names, strict=False)
    ]
    return "".join([*dots, *names])


def _key(marks: Sequence[Mark], number: int) -> str:
    """Name the marks, each beside a sample of it."""
    entries = []
    for mark in marks:
        if not mark.label:
            continue
        ink = f"var(--mv-{mark.colour})"
        if isinstance(mark, (Line, Rule)):
            sample = f'<path class="line" stroke="{ink}" stroke-dasharray="{DASHES[mark.style]}" d="M0 7H26"/>'
        elif isinstance(mark, Dots):
            sample = f'<path class="dot" fill="{ink}" d="{SHAPES[mark.shape]}" transform="translate(13 7)"/>'
        else:
            hatched = isinstance(mark, Columns) and mark.hatched
            fill = f"url(#mv-hatch-{mark.colour}-{number})" if hatched else ink
            kind = "column" if isinstance(mark, Columns) else "area"
            sample = f'<path class="{kind}" fill="{fill}" stroke="{ink}" d="M2 1H24V13H2Z"/>'
        entries.append(f'<li><svg viewBox="0 0 26 14" aria-hidden="true">{sample}</svg>{escape(mark.label)}</li>')
    return f'<ul class="key">{"".join(entries)}</ul>' if entries else ""


def _figure(drawn: list[str], height: float, description: str, title: str, key: str, number: int) -> str:
    """Put a drawing, its title and its key together."""
    hatches = "".join(
        f'<pattern id="mv-hatch-{colour}-{number}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="3" height="6" fill="var(--mv-{colour})"/></pattern>'
        for colour in ("blue", "orange", "teal", "purple", "grey")
        if any(f"mv-hatch-{colour}-{number}" in part for part in [*drawn, key])
    )
    caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    return (
        f'<figure class="mv mv-chart">{caption}<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(description, quote=True)}"><defs>{hatches}</defs>{"".join(drawn)}</svg>{key}</figure>'
    )


BAR, BAR_APART, BAR_LEFT, BAR_RIGHT = 16.0, 44.0, 4.0, 330.0


def bars(
    names: Sequence[str],
    values: Sequence[float],
    words: Sequence[str],
    description: str,
    *,
    title: str = "",
    colours: Sequence[str] = (),
    most: float | None = None,
) -> str:
    """Return horizontal bars as HTML: a name above each, its value in words at its end.

    Parameters
    ----------
    names, values, words
        One entry a bar; a negative value goes to the left of zero.
    description, title
        As for :func:`chart`.
    colours
        One a bar; blue for all by default.
    most
        The value at the right edge; by default the largest.

    Examples
    --------
    >>> drawn = bars(["Russia", "China"], [0.2, 0.1], ["20 %", "10 %"], "Russia 20 %, China 10 %.")
    >>> drawn.count('class="bar"'), "20 %" in drawn
    (2, True)
    """
    low, high = min(0.0, *values), max(0.0, *values, most or 0.0)
    scale = Scale(low, high if high > low else low + 1.0, BAR_LEFT, BAR_RIGHT)
    zero, drawn = scale(0.0), []
    for place, (name, value, said) in enumerate(zip(names, values, words, strict=True)):
        top = 18.0 + BAR_APART * place
        colour = colours[place] if colours else "blue"
        ends = sorted((zero, scale(value)))
        drawn.append(
            f'<text class="strong" x="{BAR_LEFT}" y="{top - 4:.0f}">{escape(name)}</text>'
            f'<path class="bar" fill="var(--mv-{colour})" d="M{ends[0]:.1f} {top:.1f}H{max(ends[1], ends[0] + 1):.1f}'
            f'v{BAR}H{ends[0]:.1f}Z"/><text x="{ends[1] + 6:.1f}" y="{top + 13:.0f}">{escape(said)}</text>'
        )
    height = BAR_APART * len(names) + 4.0
    drawn.append(f'<path class="axis" d="M{zero:.1f} 14V{height - 6:.0f}"/>')
    return _figure(drawn, height, description, title, "", next(_NUMBERS))
