"""The picture of a study: one panel for each question that has a plot."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from multivector_sim.display.plotting import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.questions.study import Finding, Study

__all__ = ["main_panel", "panels"]

COLUMNS = 2
PANEL = (9.0, 7.5)
TITLE_WIDTH = 48
RUN, CONCENTRATION = "run", "concentration"


def main_panel(found: Study, ax: Axes | None = None) -> Axes:
    """Draw what is delivered month by month in the study's main run."""
    axes: Axes = found[RUN].plot.fan(ax=ax)
    return axes


def panels(found: Study) -> Figure:
    """Draw every question that has a plot, in the order of the findings, each below its question."""
    asked = [it for it in found.findings if it.question == RUN or callable(getattr(it.answer, "plot", None))]
    rows = -(-len(asked) // COLUMNS)
    figure = new_figure((PANEL[0] * COLUMNS, PANEL[1] * rows))
    grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for finding, axes in zip(asked, grid, strict=False):
        _draw(finding, found, axes)
    for axes in grid[len(asked) :]:
        axes.set_axis_off()
    return figure


def _draw(finding: Finding, found: Study, axes: Axes) -> None:
    """Draw one panel."""
    if finding.question == RUN:
        main_panel(found, axes)
        axes.set_ylabel(axes.get_title(loc="left"))
    else:
        finding.answer.plot(ax=axes)
    for side in ("center", "right"):
        axes.set_title("", loc=side)
    axes.set_title("\n".join(wrap(finding.title, TITLE_WIDTH)), loc="left", fontweight="bold")
