"""The chart of a comparison: how much more or less each scenario loses than the first, and how surely.

Left of the line it loses less. A dot is the difference of the mean, a diamond that of the expected shortfall at each
level; bars are 95 % intervals of the paired difference. The verdict stands at the right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.display.palette import TONES
from multivector_sim.display.plotting import label_rows, legend_below, legend_label, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.questions.compare import Comparison
    from multivector_sim.questions.paired_runs import Difference

__all__ = ["draw"]

INKS = (("o", TONES["blue"][0]), ("D", TONES["red"][0]), ("s", TONES["orange"][0]), ("^", TONES["purple"][0]))
SPREAD = 0.6


def draw(found: Comparison, ax: Axes | None = None) -> Axes:
    """Draw the differences from the first scenario in the main column.

    Parameters
    ----------
    found
        A comparison.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        Differences in percentage points of the baseline; the order from the top is that of the comparison.
    """
    first, *others = found.labels
    axes = new_axes(ax, (7.6, 1.6 + 0.8 * len(others)))
    axes.axvline(0.0, color="black", linewidth=0.8)
    for place, label in enumerate(others):
        main = found.pair(first, label).main
        rows = {"mean": main.mean, **{f"ES {100 * level:g} %": it for level, it in main.es.items()}}
        for number, (name, difference) in enumerate(rows.items()):
            offset = SPREAD * (0.5 - (number + 0.5) / len(rows))
            _draw_difference(axes, -place + offset, number, name if place == 0 else None, difference)
    label_rows(axes, [-place for place in range(len(others))], others)
    axes.set_ylim(0.5 - len(others), 0.5)
    axes.margins(x=0.12)
    axes.set(xlabel="percentage points of the baseline (left of the line: a smaller loss)")
    axes.set_title(f"{found.columns[0].capitalize()}: loss minus that of {first}", loc="left", fontsize="medium")
    legend_below(axes)
    return axes


def _draw_difference(axes: Axes, y: float, number: int, name: str | None, difference: Difference) -> None:
    """Draw one difference, its interval and its verdict."""
    marker, colour = INKS[min(number, len(INKS) - 1)]
    estimate = difference.estimate
    value, low, high = (100.0 * it for it in (estimate.value, *estimate.plotted))
    axes.plot([low, high], [y, y], color=colour, linewidth=2.4, solid_capstyle="butt")
    axes.plot([value], [y], marker, color=colour, markersize=6, markeredgecolor="white", label=legend_label(name))
    side = axes.get_yaxis_transform()
    axes.text(1.01, y, difference.verdict, transform=side, va="center", fontsize="x-small")
