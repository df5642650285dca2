"""The assumptions that drive the result, for the report: distributions by variance, fixed numbers by effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.display.wording import number, percent_between, with_interval

if TYPE_CHECKING:
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.sensitivity import Sensitivity, Swing

__all__ = ["DriverRow", "SwingRow", "driver_rows", "how_moved", "swing_rows"]

MOST = 10
PER_CENT = 100.0
MOVED_BY = {
    "stated range": "over its stated range",
    "quarter": "by a quarter",
    "quarter of its share": "by a quarter of its share",
}


class DriverRow(NamedTuple):
    """A distribution, or several that depend on each other, and its share of the variance."""

    title: str
    path: str
    law: str
    total: str
    first: str


class SwingRow(NamedTuple):
    """A fixed number moved one way: the step, and the change of the mean and of the worst 5 %."""

    title: str
    path: str
    step: str
    mean: str
    worst: str


def driver_rows(found: Sensitivity) -> list[DriverRow]:
    """Return the inputs that explain most of the variance, the greatest first."""
    inputs = [it for it in found.inputs if it.total.value != 0.0][:MOST]
    return [
        DriverRow(found.title_of(it.label), it.label, it.law, percent_between(it.total), percent_between(it.first))
        for it in inputs
    ]


def swing_rows(found: Sensitivity) -> list[SwingRow]:
    """Return the fixed numbers that move the worst 5 % most, each direction in a row of its own."""
    rows = []
    for swing in found.swings[:MOST]:
        ways = ((swing.low_value, swing.low, swing.low_tail), (swing.high_value, swing.high, swing.high_tail))
        for value, mean, worst in ways:
            if value is not None and mean is not None and worst is not None and (mean.value or worst.value):
                step = f"{number(swing.value)} to {number(value)}, {how_moved(swing)}"
                rows.append(SwingRow(found.title_of(swing.path), swing.path, step, _points(mean), _points(worst)))
    return rows


def how_moved(swing: Swing) -> str:
    """Return how far a fixed number is moved, in words.

    Examples
    --------
    >>> from multivector_sim.questions.sensitivity import Swing
    >>> how_moved(Swing("channels.exports.refill", 0.05, None, None, None, None, None, None, "quarter"))
    'by a quarter'
    """
    return MOVED_BY[swing.moved_by]


def _points(change: Estimate) -> str:
    """Write a change in percentage points with its interval."""
    return with_interval(change, PER_CENT)
