"""The two charts of a sensitivity study: the tornado, and the indices behind it.

The *tornado* shows how far each input moves the mean: one bar to each side, for the lowest and the highest fifth of its
distribution. A group has no low and no high end; its bar extends to both sides as far as that of a single normal input
with the same first-order effect (1.4 standard deviations, the mean of a normal's highest fifth). Fixed numbers, moved
by a stated step, stand below in another pattern. The *indices* chart shows total and first-order effects.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.display.money import size_of
from multivector_sim.display.palette import TONES
from multivector_sim.display.plotting import label_rows, legend_below, new_axes, new_figure
from multivector_sim.display.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.sensitivity import Input, Sensitivity, Swing

__all__ = ["both", "index_bars", "tornado"]

MOST = 12
MOST_SWINGS = 10
ROW = 0.4
WIDTH = 44
REACH = 1.4
"""The mean of the highest fifth of a standard normal."""

LOW, HIGH, GROUP = TONES["blue"][0], TONES["orange"][0], TONES["grey"][0]
NAMES = {
    "loss_share": "share of the baseline lost, %",
    "trough": "lowest monthly delivery, % of the baseline",
    "months_to_recover": "months to recover",
    "unrecovered": "share missing in the last month, %",
}


class _Bar(NamedTuple):
    """One end of a row: where it ends, its interval, how it is filled and what that means."""

    end: float
    low: float
    high: float
    colour: str
    hatch: str
    meaning: str


def tornado(result: Sensitivity, ax: Axes | None = None) -> Axes:
    """Draw how far each input moves the mean.

    Parameters
    ----------
    result
        A study.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        Changes of the mean output; the greatest total index on top, certain numbers below.
    """
    scale = _scale_of(result)
    rows = [(result.title_of(row.label), _bars_of_input(row, result.variance)) for row in result.inputs[:MOST]]
    rows += [(_named(result, swing), _bars_of_swing(swing)) for swing in result.swings[:MOST_SWINGS]]
    axes = new_axes(ax, (8.0, 1.8 + ROW * len(rows)))
    labelled: set[str] = set()
    for place, (_, bars) in enumerate(reversed(rows)):
        for bar in bars:
            error = [[scale * (bar.end - bar.low)], [scale * (bar.high - bar.end)]]
            axes.barh(
                place,
                scale * bar.end,
                xerr=error,
                color=bar.colour,
                hatch=bar.hatch,
                edgecolor="white",
                height=0.7,
                ecolor="black",
                capsize=2.0,
                label=bar.meaning if bar.meaning not in labelled else None,
            )
            labelled.add(bar.meaning)
    label_rows(axes, range(len(rows)), [label for label, _ in reversed(rows)], WIDTH)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set(xlabel=f"change of the mean {result.measure.replace('_', ' ')}{'' if scale == 1.0 else ', points'}")
    title = f"{result.column.capitalize()}: mean {number(scale * result.mean.value)}, {NAMES[result.measure]}"
    axes.set_title(result.note or title, loc="left", fontsize="medium")
    legend_below(axes, 2)
    return axes


def _bars_of_input(row: Input, variance: float) -> list[_Bar]:
    """Return the bars of a distribution or a group."""
    if row.low is not None and row.high is not None:
        return [
            _bar(row.low, LOW, "", "lowest fifth of the distribution"),
            _bar(row.high, HIGH, "...", "highest fifth of the distribution"),
        ]
    shares = (row.first.value, *row.first.plotted)
    reach = [REACH * sqrt(variance * max(share, 0.0)) for share in shares]
    value, low, high = reach
    return [
        _Bar(
            sign * value,
            min(sign * low, sign * high),
            max(sign * low, sign * high),
            GROUP,
            "xxx",
            "a group, 1.4 sd either way",
        )
        for sign in (-1.0, 1.0)
    ]


def _bars_of_swing(swing: Swing) -> list[_Bar]:
    """Return the bars of a fixed number."""
    bars = []
    if swing.low is not None:
        bars.append(_bar(swing.low, TONES["teal"][0], "\\\\\\", "a fixed number, lowered"))
    if swing.high is not None:
        bars.append(_bar(swing.high, TONES["purple"][0], "///", "a fixed number, raised"))
    return bars


def _bar(estimate: Estimate, colour: str, hatch: str, meaning: str) -> _Bar:
    """Make a bar of an estimate."""
    return _Bar(estimate.value, *estimate.plotted, colour, hatch, meaning)


def _named(result: Sensitivity, swing: Swing) -> str:
    """Return the label of a fixed number and the values that it is moved to."""
    ends = [_short(value) for value in (swing.low_value, swing.high_value) if value is not None]
    return f"{result.title_of(swing.path)}: {_short(swing.value)} to {' or '.join(ends) or 'nothing else'}"


def _short(value: float) -> str:
    """Write a number shortly; large ones are money or counts, in billions and millions."""
    size, unit = size_of(value)
    return f"{number(value / size)}{unit}"


def index_bars(result: Sensitivity, ax: Axes | None = None) -> Axes:
    """Draw total and first-order indices with their intervals; estimates below 0 are shown as they are.

    Parameters
    ----------
    result, ax
        As for :func:`tornado`.

    Returns
    -------
    Axes
        Parts of the variance, in per cent.
    """
    rows = list(reversed(result.inputs[:MOST]))
    axes = new_axes(ax, (8.0, 1.8 + ROW * len(rows)))
    places = list(range(len(rows)))
    for estimates, shift, marker, colour, name in (
        ([row.total for row in rows], 0.12, "s", LOW, "total effect"),
        ([row.first for row in rows], -0.18, "o", HIGH, "first-order effect"),
    ):
        values = [100.0 * it.value for it in estimates]
        error = [
            [value - 100.0 * it.plotted[0] for value, it in zip(values, estimates, strict=True)],
            [100.0 * it.plotted[1] - value for value, it in zip(values, estimates, strict=True)],
        ]
        heights = [place + shift for place in places]
        if marker == "s":
            axes.barh(heights, values, height=0.3, color=colour, alpha=0.4)
        axes.errorbar(values, heights, xerr=error, fmt=marker, color=colour, markersize=4, capsize=2, label=name)
    label_rows(axes, places, [result.title_of(row.label) for row in rows], WIDTH)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set(xlabel="share of the variance, %")
    axes.set_title(result.note or f"{result.column.capitalize()}: Sobol indices", loc="left", fontsize="medium")
    legend_below(axes)
    return axes


def both(result: Sensitivity) -> Figure:
    """Draw the tornado and the indices under each other."""
    rows = min(len(result.inputs), MOST)
    below = min(len(result.swings), MOST_SWINGS)
    heights = [1.8 + ROW * (rows + below), 1.8 + ROW * rows]
    figure = new_figure((9.0, sum(heights)))
    upper, lower = figure.subplots(2, 1, height_ratios=heights)
    for axes, draw in ((upper, tornado), (lower, index_bars)):
        axes.spines[["top", "right"]].set_visible(False)
        draw(result, axes)
    return figure


def _scale_of(result: Sensitivity) -> float:
    """Return by what outputs are multiplied to be shown: shares are shown in per cent."""
    return 1.0 if result.measure == "months_to_recover" else 100.0
