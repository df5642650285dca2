"""Plots of a scenario and of a result: the names of the plots, and the register of what draws them.

A scenario and a result stand on floors below the report, whose charts they offer as ``scenario.plot`` and
``result.plot``. They therefore ask this register, and the top-level package, which stands above all floors, has put the
report's drawing functions into it. Axes are made here too, alike for every plot of the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

__all__ = ["SIZE", "ResultPlots", "ScenarioPlots", "new_axes", "register_renderer"]

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


def _renderer(name: str) -> Callable[..., Any]:
    """Return the function that was registered under a name.

    Raises
    ------
    KeyError
        If nothing was.
    """
    return _RENDERERS[name]()


def new_axes(ax: Axes | None, size: tuple[float, float] = SIZE) -> Axes:
    """Return the axes given, or new ones on a figure of their own."""
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    axes: Axes = Figure(figsize=size, layout="constrained").add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return axes


@dataclass(frozen=True)
class ScenarioPlots:
    """Plots of one scenario; every method takes ``ax`` and returns it, or makes new axes."""

    scenario: Any

    def concentration(self, ax: Axes | None = None) -> Axes:
        """Draw how few partners, and how few hosts, carry each channel."""
        axes: Axes = _renderer("scenario.concentration")(self.scenario, ax=ax)
        return axes


@dataclass(frozen=True)
class ResultPlots:
    """Plots of one result; every method takes ``ax`` and returns it, or makes new axes."""

    result: Any

    def fan(self, **options: Any) -> Axes:  # noqa: ANN401  passed on as they are
        """Draw how much is delivered month by month, with the spread over draws."""
        return self._draw("fan", options)

    def exceedance(self, **options: Any) -> Axes:  # noqa: ANN401  passed on as they are
        """Draw how likely a loss greater than each size is."""
        return self._draw("exceedance", options)

    def attribution(self, **options: Any) -> Axes:  # noqa: ANN401  passed on as they are
        """Draw whose rupture the mean loss came from."""
        return self._draw("attribution", options)

    def _draw(self, name: str, options: dict[str, Any]) -> Axes:
        axes: Axes = _renderer(f"result.{name}")(self.result, **options)
        return axes
