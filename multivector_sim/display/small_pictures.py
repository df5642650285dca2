"""Small pictures for cards: inline SVG, drawn with the card's own colours, without a script or a request.

A picture is 320 by 96 units and has a text for readers who do not see it. Values may be in any unit; each picture finds
its own scale.
"""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["bars", "curve", "fan", "ranges"]

WIDE, HIGH, EDGE = 320.0, 96.0, 4.0
ROW, MOST_ROWS, LABEL, LONGEST = 16.0, 6, 104.0, 17
FLAT = 1e-300


def fan(bands: Sequence[tuple[Sequence[float], Sequence[float]]], middle: Sequence[float], said: str) -> str:
    """Return a fan: bands, the widest first, each as (lower, upper), and a line, all over the same steps.

    Examples
    --------
    >>> picture = fan([([0.8, 0.7], [1.0, 1.0])], [1.0, 0.9], "delivered, month by month")
    >>> picture.count("<path"), "month by month" in picture
    (2, True)
    """
    every = [it for lower, upper in bands for it in (*lower, *upper)] + list(middle)
    low, high = min(every), max(every)
    across = _scale(0.0, max(len(middle) - 1, 1), EDGE, WIDE - EDGE)
    up = _scale(low, high, HIGH - EDGE, EDGE)
    parts = []
    for lower, upper in bands:
        there = [f"{across(n):.1f} {up(it):.1f}" for n, it in enumerate(upper)]
        back = [f"{across(n):.1f} {up(it):.1f}" for n, it in reversed(list(enumerate(lower)))]
        parts.append(f'<path class="mv-band" d="M{"L".join([*there, *back])}Z"/>')
    parts.append(_line([across(n) for n in range(len(middle))], [up(it) for it in middle]))
    return _picture(parts, HIGH, said)


def curve(xs: Sequence[float], ys: Sequence[float], said: str, marks: Sequence[tuple[float, float]] = ()) -> str:
    """Return a line through points, and marks on or beside it.

    Examples
    --------
    >>> curve([0.0, 1.0], [1.0, 0.0], "loss exceedance").count("<path")
    1
    """
    every_x, every_y = [*xs, *(x for x, _ in marks)], [*ys, *(y for _, y in marks)]
    across = _scale(min(every_x), max(every_x), EDGE, WIDE - EDGE)
    up = _scale(min(every_y), max(every_y), HIGH - EDGE, EDGE)
    parts = [_line([across(it) for it in xs], [up(it) for it in ys])]
    parts += [f'<circle class="mv-dot" cx="{across(x):.1f}" cy="{up(y):.1f}" r="3.5"/>' for x, y in marks]
    return _picture(parts, HIGH, said)


def bars(labels: Sequence[str], values: Sequence[float], said: str) -> str:
    """Return horizontal bars from zero, one a label, the first six; a value below zero goes to the left.

    Examples
    --------
    >>> bars(["China", "Russia"], [2.0, 1.0], "contribution to ES").count("<rect")
    2
    """
    kept = list(zip(labels, values, strict=True))[:MOST_ROWS]
    across = _scale(min(0.0, *(it for _, it in kept)), max(0.0, *(it for _, it in kept)), LABEL, WIDE - EDGE)
    parts = []
    for number, (label, value) in enumerate(kept):
        start, end = sorted((across(0.0), across(value)))
        top = number * ROW + 3.0
        parts.append(_label(label, number))
        parts.append(
            f'<rect class="mv-bar" x="{start:.1f}" y="{top:.1f}" width="{max(end - start, 0.5):.1f}" height="10"/>'
        )
    return _picture(parts, ROW * len(kept) + 2.0, said)


def ranges(
    labels: Sequence[str], found: Sequence[tuple[float, float, float]], said: str, zero: float | None = 0.0
) -> str:
    """Return a dot with its interval for each label, the first six, each (value, low, high), and a line at zero.

    Examples
    --------
    >>> ranges(["a", "b"], [(1.0, 0.5, 1.5), (-1.0, -2.0, 0.5)], "difference").count("<circle")
    2
    """
    kept = list(zip(labels, found, strict=True))[:MOST_ROWS]
    every = [it for _, numbers in kept for it in numbers if isfinite(it)] + ([] if zero is None else [zero])
    across = _scale(min(every, default=0.0), max(every, default=1.0), LABEL + EDGE, WIDE - EDGE)
    height = ROW * len(kept) + 2.0
    parts = []
    if zero is not None:
        parts.append(f'<path class="mv-zero" d="M{across(zero):.1f} 0V{height:.1f}"/>')
    for number, (label, (value, low, high)) in enumerate(kept):
        middle = number * ROW + 8.0
        ends = [across(it) if isfinite(it) else edge for it, edge in ((low, LABEL + EDGE), (high, WIDE - EDGE))]
        parts.append(_label(label, number))
        parts.append(f'<path class="mv-range" d="M{ends[0]:.1f} {middle:.1f}H{ends[1]:.1f}"/>')
        parts.append(f'<circle class="mv-dot" cx="{across(value):.1f}" cy="{middle:.1f}" r="3"/>')
    return _picture(parts, height, said)


class _Scale:
    """A straight scale; a range of no width lies in the middle."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.width, self.start, self.end = low, high - low, start, end

    def __call__(self, value: float) -> float:
        share = 0.5 if self.width <= FLAT else (value - self.low) / self.width
        return self.start + share * (self.end - self.start)


_scale = _Scale


def _line(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return points as one line."""
    points = "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))
    return f'<path class="mv-line" d="M{points}"/>'


def _label(label: str, number: int) -> str:
    """Return the label of a row, cut if it is long."""
    cut = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
    return f'<text x="{LABEL - 6:.0f}" y="{number * ROW + 12:.0f}" text-anchor="end">{escape(cut)}</text>'


def _picture(parts: Sequence[str], height: float, said: str) -> str:
    """Return the parts as one picture."""
    return (
        f'<svg viewBox="0 0 {WIDE:.0f} {height:.0f}" role="img" aria-label="{escape(said)}">'
        f"<title>{escape(said)}</title>{''.join(parts)}</svg>"
    )
