"""The thin accessor behind ``scenario.plot``: it names the plots, the report draws them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["ScenarioPlots"]

DRAWER = "multivector_sim.report.plots"


@dataclass(frozen=True)
class ScenarioPlots:
    """Plots of one scenario; every method takes ``ax`` and gives it back, or makes a new one."""

    scenario: Scenario

    def concentration(self, ax: Axes | None = None) -> Axes:
        """Draw how few partners, and how few hosts, carry each channel."""
        axes: Axes = import_module(DRAWER).concentration(self.scenario, ax=ax)
        return axes
