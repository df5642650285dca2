"""Plots of a scenario and of a result: the names of the plots, and the register of what draws them.

A scenario and a result stand on floors below the report, whose charts they offer as ``scenario.plot`` and
``result.plot``. They therefore ask this register, and the top-level package, which stands above all floors, has put the
report's drawing functions into it. Axes are made here too, alike for every plot of the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

__all__ = [
    "SIZE",
    "ResultPlots",
    "ScenarioPlots",
    "draw_literally",
    "label_rows",
    "legend_below",
    "legend_label",
    "new_axes",
    "new_figure",
    "register_renderer",
    "renderer",
]

Drawn = TypeVar("Drawn", bound="Artist")
SIZE = (6.4, 4.0)
"""Width and height of a figure, in inches."""

_RENDERERS: dict[str, Callable[[], Callable[..., Any]]] = {}


def register_renderer(name: str, find: Callable[[], Callable[..., Any]]) -> None:
    """Register what draws or writes something.

    Parameters
    ----------
    name
        What is drawn, as in ``result.fan``.
    find
        Returns the function that draws it; called only when the first picture is asked for, so that it may import.
    """
    _RENDERERS[name] = find


def renderer(name: str) -> Callable[..., Any]:
    """Return the function that was registered under a name.

    Raises
    ------
    KeyError
        If nothing was.
    """
    return _RENDERERS[name]()


def draw_literally(artist: Drawn) -> Drawn:
    """Let every text below an artist be drawn as it is, without reading formulas between dollar signs."""
    from matplotlib.text import Text

    for text in artist.findobj(Text):
        if isinstance(text, Text):
            text.set_parse_math(False)
    return artist


def legend_label(title: str | None) -> str | None:
    """Return a title as a label; matplotlib leaves labels that begin with an underscore out of the legend.

    Examples
    --------
    >>> legend_label("China"), legend_label("_x")
    ('China', ' _x')
    """
    return f" {title}" if title is not None and title.startswith("_") else title


LABEL_WIDTH = 34
"""Letters of a label before it goes on in a second line."""

BELOW = 42.0
"""Points between the axes and a legend below them: room for tick labels and the axis title."""


def label_rows(axes: Axes, places: Sequence[float], labels: Sequence[str], width: int = LABEL_WIDTH) -> None:
    """Write the labels of rows, long ones in two lines and cut after them."""
    texts = ["\n".join(wrap(label, width, max_lines=2, placeholder="…")) or label for label in labels]
    axes.set_yticks(list(places), texts, fontsize="small")


def legend_below(axes: Axes, columns: int = 3) -> None:
    """Put the legend below the axes, where it covers nothing; inside them in a figure that a user has made."""
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure()
    handles, names = axes.get_legend_handles_labels()
    if not handles or figure is None:
        return
    if figure not in OWN_FIGURES:
        axes.legend(handles, names, frameon=False, fontsize="x-small", loc="best")
        return
    points = 1.0 / 72.0
    below = axes.transAxes + ScaledTranslation(0.0, -BELOW * points, figure.dpi_scale_trans)
    axes.legend(
        handles,
        names,
        frameon=False,
        fontsize="small",
        loc="upper left",
        bbox_to_anchor=(0.0, 0.0),
        bbox_transform=below,
        borderaxespad=0.0,
        ncols=columns,
    )


OWN_FIGURES: WeakSet[Figure] = WeakSet()
"""The figures that this library has made, whose margins are its own."""


def new_figure(size: tuple[float, float]) -> Figure:
    """Return a figure whose texts are drawn as they are; a dollar sign in a name begins no formula."""
    from matplotlib.figure import Figure

    class LiteralFigure(Figure):
        def draw(self, renderer: RendererBase) -> None:
            draw_literally(self)
            super().draw(renderer)

    figure = LiteralFigure(figsize=size, layout="constrained")
    OWN_FIGURES.add(figure)
    return figure


def new_axes(ax: Axes | None, size: tuple[float, float] = SIZE) -> Axes:
    """Return the axes given, or new ones on a figure of their own."""
    if ax is not None:
        return ax
    axes: Axes = new_figure(size).add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return axes


@dataclass(frozen=True)
class ScenarioPlots:
    """Plots of one scenario; every method takes ``ax`` and returns it, or makes new axes."""

    scenario: Any

    def concentration(self, ax: Axes | None = None) -> Axes:
        """Draw how few partners, and how few hosts, carry each channel."""
        axes: Axes = renderer("scenario.concentration")(self.scenario, ax=ax)
        return draw_literally(axes)


@dataclass(frozen=True)
class ResultPlots:
    """Plots of one result; every method takes ``ax`` and returns it, or makes new axes."""

    result: Any

    def fan(self, ax: Axes | None = None, *, column: str | None = None, draws: int | None = None) -> Axes:
        """Draw how much is delivered month by month, with the spread over draws.

        Parameters
        ----------
        ax
            Where to draw; new axes by default.
        column
            One of ``result.columns``; trade by default.
        draws
            How many draws to follow; 4,096 by default, or all.
        """
        return self._draw("fan", ax, column=column, draws=draws)

    def exceedance(self, ax: Axes | None = None, *, column: str | None = None) -> Axes:
        """Draw how likely a loss greater than each size is.

        Parameters
        ----------
        ax
            Where to draw; new axes by default.
        column
            One of ``result.columns``; trade by default.
        """
        return self._draw("exceedance", ax, column=column)

    def attribution(self, ax: Axes | None = None) -> Axes:
        """Draw whose rupture the mean loss came from.

        Parameters
        ----------
        ax
            Where to draw; new axes by default.
        """
        return self._draw("attribution", ax)

    def figure(self) -> Figure:
        """Draw the delivery by month, the exceedance curve and the loss by cause, side by side."""
        figure = new_figure((3 * SIZE[0], SIZE[1]))
        for draw, axes in zip((self.fan, self.exceedance, self.attribution), figure.subplots(1, 3), strict=True):
            draw(ax=axes)
        return figure

    def _draw(self, name: str, ax: Axes | None, **options: str | int | None) -> Axes:
        axes: Axes = renderer(f"result.{name}")(self.result, ax, **options)
        return draw_literally(axes)
