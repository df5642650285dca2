"""The thin accessor behind ``result.plot``: it names the plots, the report draws them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.engine.result import Result

__all__ = ["ResultPlots"]

DRAWER = "multivector_sim.report.plots"


@dataclass(frozen=True)
class ResultPlots:
    """Plots of one result; every method takes ``ax`` and gives it back, or makes a new one."""

    result: Result

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
        axes: Axes = getattr(import_module(DRAWER), name)(self.result, **options)
        return axes
