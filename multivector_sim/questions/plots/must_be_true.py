"""The chart of what must be true: by how much a claim is met over one number, or the border in two.

Over one number the margin is a line with its 95 % limits; the claim holds where it lies above nothing, and each turn is
marked with the bracket in which the draws cannot tell. Over two numbers each turn of the second is a mark with its
bracket at the value of the first; its shape and the legend say on which side the claim holds.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from multivector_sim.display.palette import TONES
from multivector_sim.display.plotting import legend_below, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.questions.must_be_true import MustBeTrue

__all__ = ["must_be_true"]

TITLE_WIDTH = 70
HOLDS, FAILS = TONES["blue"][0], TONES["orange"][0]


def must_be_true(result: MustBeTrue, ax: Axes | None = None) -> Axes:
    """Draw where a claim turns.

    Parameters
    ----------
    result
        What must be true.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        The margin over the number, or the second number over the first.
    """
    axes = new_axes(ax)
    draw = _border if result.columns else _line
    draw(result, axes)
    title = "\n".join(wrap(result.claim.title or result.name, TITLE_WIDTH))
    axes.set_title(title, loc="left", fontsize="medium")
    return axes


def _line(result: MustBeTrue, axes: Axes) -> None:
    """Draw the margin over one number."""
    turning = result.turning
    values = [value for value, _ in turning.tried or turning.scan]
    margins = [margin for _, margin in turning.tried or turning.scan]
    axes.fill_between(
        values,
        [it.plotted[0] for it in margins],
        [it.plotted[1] for it in margins],
        color=HOLDS,
        alpha=0.25,
        linewidth=0,
        label="95 % limits",
    )
    axes.plot(values, [it.value for it in margins], "o-", color=HOLDS, label="by how much the claim is met")
    axes.axhline(0.0, color="black", linewidth=0.8)
    for turn in turning.turns:
        axes.axvspan(turn.low, turn.high, facecolor="none", edgecolor=FAILS, hatch="///", linewidth=0.0)
        axes.plot(
            [turn.value],
            [0.0],
            "D",
            color="black",
            markerfacecolor="white",
            label=f"turns at {turn.value:.4g} ({turn.low:.4g} to {turn.high:.4g}): holds {turn.holds}",
        )
    axes.set(xlabel=_axis_title(result, 0), ylabel="margin: the claim holds above 0")
    legend_below(axes, 1)


def _border(result: MustBeTrue, axes: Axes) -> None:
    """Draw the turns of the second number at each value of the first."""
    _, second = result.ranges
    labelled: set[str] = set()
    marks: dict[str, str] = {"holds everywhere": "^", "holds nowhere": "v", "cannot tell": "x"}
    middle = 0.5 * (second.low + second.high)
    for column, turning in zip(result.columns, result.turnings, strict=True):
        for turn in turning.turns:
            shown = "holds above" if turn.holds == "above" else "holds below"
            axes.errorbar(
                [column],
                [turn.value],
                yerr=[[turn.value - turn.low], [turn.high - turn.value]],
                fmt="o" if turn.holds == "above" else "s",
                color=HOLDS if turn.holds == "above" else FAILS,
                capsize=3,
                label=f"turns; {shown}" if shown not in labelled else None,
            )
            labelled.add(shown)
        if turning.answer != "turns":
            label = turning.answer if turning.answer not in labelled else None
            axes.plot([column], [middle], marks[turning.answer], color="black", label=label)
            labelled.add(turning.answer)
    axes.set(xlabel=_axis_title(result, 0), ylabel=_axis_title(result, 1), ylim=(second.low, second.high))
    legend_below(axes, 3)


def _axis_title(result: MustBeTrue, number: int) -> str:
    """Return what a number means, in lines that fit an axis."""
    return "\n".join(wrap(result.ranges[number].title, TITLE_WIDTH - 20 * number))
