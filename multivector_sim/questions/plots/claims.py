"""The chart of verdicts: how many claims of each kind hold, fail, or cannot be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.display.palette import TONES
from multivector_sim.display.plotting import legend_below, new_axes
from multivector_sim.display.wording import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.questions.claims import Claims

__all__ = ["verdict_bars"]

COLOURS = {
    "holds": TONES["blue"][0],
    "agrees": TONES["teal"][0],
    "cannot tell": TONES["grey"][0],
    "no better source": TONES["purple"][0],
    "fails": TONES["red"][0],
    "contradicted": TONES["orange"][0],
}


def verdict_bars(found: Claims, ax: Axes | None = None) -> Axes:
    """Draw a bar for each kind of claim, divided by verdict.

    Parameters
    ----------
    found
        Judged claims.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        The number of claims in each part is written into it.
    """
    from matplotlib.ticker import MaxNLocator

    kinds = found.counts_by_kind
    axes = new_axes(ax, (8.0, 2.0 + 0.6 * len(kinds)))
    if not kinds:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "This scenario makes no claims", ha="center", va="center", transform=axes.transAxes)
        return axes
    names = [capital(kind) for kind in kinds]
    ends = [0] * len(names)
    for verdict in found.counts:
        counts = [it.get(verdict, 0) for it in kinds.values()]
        bars = axes.barh(names, counts, left=ends, color=COLOURS[verdict], edgecolor="white", label=capital(verdict))
        axes.bar_label(bars, [str(count or "") for count in counts], label_type="center", color="white")
        ends = [end + count for end, count in zip(ends, counts, strict=True)]
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("claims")
    legend_below(axes)
    return axes
