"""The chart of a ranking: the effect of each measure per unit of money, its interval, and ties.

A bar is the expected shortfall bought per unit of money, at the mean cost; its thick whisker is the Monte Carlo
interval, the thin line the range when the cost follows its law. A bracket at the right joins neighbours that cannot be
distinguished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.display.money import money
from multivector_sim.display.palette import TONES
from multivector_sim.display.plotting import legend_below, new_axes
from multivector_sim.display.wording import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.questions.rank_result import Rank, Ranked

__all__ = ["WHY", "rank_bars"]

WHY = {
    "draws": "the draws are too few",
    "costs": "their costs are too uncertain",
    "same": "they are the same in every draw",
}
"""Why two neighbours cannot be distinguished."""

CHOSEN, OTHER = TONES["blue"][0], TONES["grey"][0]
LONGEST = 34
MARGIN = 1.04
GAP = 0.12


def rank_bars(result: Rank, ax: Axes | None = None) -> Axes:
    """Draw what each measure buys for its money.

    Parameters
    ----------
    result
        A ranking.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        The best on top; measures of the best set are filled and named so. What is free has no bar, only its name.
    """
    rows = result.measures
    axes = new_axes(ax, (8.0, 1.8 + 0.6 * len(rows)))
    if result.note:
        axes.set_axis_off()
        axes.text(0.5, 0.5, capital(result.note), ha="center", va="center", wrap=True, transform=axes.transAxes)
        return axes
    inside = () if result.best is None else result.best.measures
    labelled: set[str] = set()
    for number, row in enumerate(rows):
        _draw_row(axes, -number, row, labelled, chosen=row.name in inside)
    axes.axvline(0.0, color="black", linewidth=0.8)
    labels = [
        f"{number}  {_shortened(row.title)}\n{_price(row, result.currency)}" for number, row in enumerate(rows, 1)
    ]
    axes.set_yticks([-number for number in range(len(rows))], labels, fontsize="small")
    axes.set(xlabel=f"{result.bought_in} of expected shortfall bought for one {result.currency}")
    for number, row in enumerate(rows):
        if row.tie:
            _bracket(axes, -number, row.tie)
    what = f"{result.column.capitalize()}, ES {100 * result.level:g} %: what each measure buys for its money"
    axes.set_title(what, loc="left", fontsize="medium")
    if labelled:
        legend_below(axes)
    return axes


def _draw_row(axes: Axes, place: int, row: Ranked, labelled: set[str], *, chosen: bool) -> None:
    """Draw one measure."""
    if row.per_money is None:
        axes.annotate("free", (0.0, place), (4, 0), textcoords="offset points", va="center", fontsize="small")
        return
    value, (low, high) = row.per_money.value, row.per_money.plotted
    name = "in the best set" if chosen else "alone"
    colour, hatch = (CHOSEN, "") if chosen else (OTHER, "///")
    if row.per_money_range is not None and row.cost_range is not None:
        name_of = "range of its cost" if "range of its cost" not in labelled else None
        axes.plot(row.per_money_range, [place, place], color="black", linewidth=0.8, label=name_of, zorder=3)
        labelled.add("range of its cost")
    label = None if name in labelled else name
    axes.barh(place, value, height=0.55, color=colour, hatch=hatch, edgecolor="white", alpha=0.8, label=label)
    axes.plot([low, high], [place, place], color="black", linewidth=3.0, solid_capstyle="butt", zorder=4)
    labelled.add(name)


def _bracket(axes: Axes, place: int, reason: str) -> None:
    """Join a measure with the next one."""
    side = axes.get_yaxis_transform()
    ends = [place - GAP, place - GAP, place - 1 + GAP, place - 1 + GAP]
    axes.plot([1.0, 1.02, 1.02, 1.0], ends, color="black", linewidth=1.0, clip_on=False, transform=side)
    why = WHY[reason].replace(" are ", " are\n")
    axes.text(MARGIN, place - 0.5, f"cannot tell:\n{why}", transform=side, va="center", fontsize="x-small")


def _price(row: Ranked, currency: str) -> str:
    """Return what a measure costs."""
    return f"{money(row.cost, currency)}{'' if row.cost_range is None else ' on average'}"


def _shortened(title: str) -> str:
    """Keep a title to the width of an axis."""
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"
