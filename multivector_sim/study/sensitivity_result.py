"""What a sensitivity study found: which assumption drives the answer."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.measure.intervals import Estimate

__all__ = ["Input", "Sensitivity", "Swing"]

DRAWER = "multivector_sim.report.sensitivity_plot"


@dataclass(frozen=True)
class Input:
    """One input: a law, or several that depend on each other.

    Parameters
    ----------
    label
        The path of its number, or what the group is.
    law
        In words.
    streams
        The streams that move it.
    first, total
        Its indices. They may be below 0 or above 1 where draws are few.
    low, high
        How far the mean output moves where the number is in the lowest fifth of its law, and in the highest; None
        where it is not one number that can be high or low.
    """

    label: str
    law: str
    streams: tuple[str, ...]
    first: Estimate
    total: Estimate
    low: Estimate | None
    high: Estimate | None


@dataclass(frozen=True)
class Swing:
    """One certain number, moved down and up.

    Parameters
    ----------
    path, value
        Where it stands, and what it is.
    low_value, high_value
        What it is moved to; None where it cannot move that way.
    low, high
        The change of the mean output, with the same luck; None likewise.
    low_tail, high_tail
        The change of the mean over the worst twentieth of draws, which a correlation moves more than the mean.
    moved_by
        How far it is moved: ``stated range``, ``quarter``, ``quarter of its share``, ``step`` (0.1), ``factor`` (1.5).
    draws
        How many draws its changes are estimated from, the first of those of the inputs.
    """

    path: str
    value: float
    low_value: float | None
    high_value: float | None
    low: Estimate | None
    high: Estimate | None
    low_tail: Estimate | None
    high_tail: Estimate | None
    moved_by: str = "quarter"
    draws: int = 0


@dataclass(frozen=True)
class Sensitivity:
    """Which assumption drives one column's outcome.

    Parameters
    ----------
    scenario
        Its name.
    column, measure
        The figure of each draw that is explained.
    draws, runs, seed
        Draws of each sample, draws worked out in all, and the seed.
    mean
        Of the figure.
    variance
        Of the figure over draws.
    alone
        The sum of the first orders: what inputs explain without each other.
    inputs
        The greatest total index first.
    swings
        Certain numbers, the one that moves the worst twentieth the most first.
    """

    scenario: str
    column: str
    measure: str
    draws: int
    runs: int
    seed: int
    mean: Estimate
    variance: float
    alone: Estimate
    inputs: tuple[Input, ...]
    swings: tuple[Swing, ...]

    @property
    def note(self) -> str:
        """What there is to say when there is no variance to explain; else empty."""
        if not self.inputs:
            return "nothing in this scenario is left to chance: no law makes a difference, only certain numbers could"
        if self.variance == 0.0:
            return f"the {self.measure} of {self.column} is the same in every draw: no law moves it"
        return ""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the tornado: how far each input moves the mean; see :mod:`multivector_sim.report.sensitivity_plot`."""
        axes: Axes = import_module(DRAWER).tornado(self, ax)
        return axes

    def plot_indices(self, ax: Axes | None = None) -> Axes:
        """Draw first-order and total indices with their intervals."""
        axes: Axes = import_module(DRAWER).index_bars(self, ax)
        return axes

    def figure(self) -> Figure:
        """Draw both side by side."""
        figure: Figure = import_module(DRAWER).both(self)
        return figure

    def document(self) -> dict[str, Any]:
        """Give what ``multivector sensitivity --json`` prints."""
        return {
            "schema": "multivector/sensitivity/1",
            "scenario": self.scenario,
            "column": self.column,
            "measure": self.measure,
            "draws": self.draws,
            "runs": self.runs,
            "seed": self.seed,
            "mean": self.mean._asdict(),
            "variance": self.variance,
            "first_orders_together": self.alone._asdict(),
            "inputs": [
                {
                    "input": it.label,
                    "law": it.law,
                    "streams": list(it.streams),
                    "first_order": it.first._asdict(),
                    "total": it.total._asdict(),
                    "change_in_lowest_fifth": written(it.low),
                    "change_in_highest_fifth": written(it.high),
                }
                for it in self.inputs
            ],
            "swings": [
                {
                    "path": it.path,
                    "value": it.value,
                    "down_to": it.low_value,
                    "up_to": it.high_value,
                    "change_down": written(it.low),
                    "change_up": written(it.high),
                    "tail_change_down": written(it.low_tail),
                    "tail_change_up": written(it.high_tail),
                    "moved_by": it.moved_by,
                    "draws": it.draws,
                }
                for it in self.swings
            ],
            "note": self.note,
        }


def written(estimate: Estimate | None) -> dict[str, float] | None:
    """Write an estimate that may be missing."""
    return None if estimate is None else estimate._asdict()
