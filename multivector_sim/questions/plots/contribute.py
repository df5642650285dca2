"""The chart of contributions: what each part adds to the expected shortfall, and how much smaller it is without it.

Bars add up to the expected shortfall; thin lines are 95 % intervals. A hollow diamond is what is spared where the cause
is taken away, a hollow square where the exposure is; these do not add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.display.money import quantity, size_of, unit_of
from multivector_sim.display.palette import NEUTRAL, inks
from multivector_sim.display.plotting import label_rows, legend_below, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.display.palette import Ink
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.contribute import Contributions, Part

__all__ = ["draw"]

MARKS = {"calm": ("D", "without its rupture"), "without": ("s", "without the exposure")}
MOST = 14
NEGLIGIBLE = 1e-9


def draw(found: Contributions, ax: Axes | None = None, *, by: str = "partner") -> Axes:
    """Draw the parts of one group, the greatest on top.

    Parameters
    ----------
    found
        Contributions.
    ax
        Where to draw; new axes by default.
    by
        ``partner``, ``channel``, ``corridor`` or ``host``.

    Returns
    -------
    Axes
        Money over the horizon.

    Raises
    ------
    UsageError
        If there is no such group.
    """
    parts = sorted(found.group(by), key=lambda part: -_greatest(part))
    parts = [part for part in parts if _greatest(part) > NEGLIGIBLE * found.es.value][:MOST]
    size, unit = size_of(found.es.value)
    axes = new_axes(ax, (7.6, 1.6 + 0.45 * max(len(parts), 2)))
    known = inks(found.scenario) if by in {"partner", "host"} else {}
    for place, part in enumerate(parts):
        _draw_part(axes, -place, part, known.get(part.name, NEUTRAL), size)
    axes.axvline(0.0, color="black", linewidth=0.8)
    label_rows(axes, [-place for place in range(len(parts))], [found.title(by, part.name) for part in parts])
    axes.margins(x=0.06)
    counted = unit_of(found.scenario, found.column) or f"{found.scenario.currency}{unit}"
    axes.set(xlabel=f"{counted} over the horizon")
    whole = quantity(found.es.value, found.scenario, found.column)
    axes.set_title(
        f"{found.column.capitalize()}, by {by}: parts of the ES {100 * found.level:g} % of {whole}",
        loc="left",
        fontsize="medium",
    )
    if any(getattr(part, kind) is not None for part in parts for kind in MARKS):
        legend_below(axes)
    return axes


def _greatest(part: Part) -> float:
    """Return the greatest of a part's numbers."""
    return max(abs(it.value) for it in (part.es, part.calm, part.without) if it is not None)


def _draw_part(axes: Axes, y: float, part: Part, ink: Ink, size: float) -> None:
    """Draw one part: its bar, its interval, and the reduction without it."""
    label = "contribution" if y == 0 else None
    axes.barh(
        y, part.es.value / size, height=0.5, color=ink.tone, hatch=ink.hatch, edgecolor="white", label=label, alpha=0.85
    )
    _between(axes, y, part.es, size)
    for offset, (kind, (marker, name)) in zip((0.32, -0.32), MARKS.items(), strict=True):
        estimate: Estimate | None = getattr(part, kind)
        if estimate is None:
            continue
        _between(axes, y + offset, estimate, size)
        label = name if name not in axes.get_legend_handles_labels()[1] else None
        at = estimate.value / size
        axes.plot([at], [y + offset], marker, label=label, color="black", markerfacecolor="white", markersize=5.0)


def _between(axes: Axes, y: float, estimate: Estimate, size: float) -> None:
    """Draw an interval."""
    low, high = estimate.plotted
    axes.plot([low / size, high / size], [y, y], color="black", linewidth=1.0)
