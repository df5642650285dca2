"""The answer to a reverse stress: the ways to lose so much, told, and how likely such a loss is."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.study.design_point import DesignPoint
    from multivector_sim.study.told import Rupture, Unusual
    from multivector_sim.study.weighted import WeightedSample

__all__ = ["ROUNDING", "ReverseStress", "Way"]

SCHEMA = "multivector/reverse-stress/1"
ROUNDING = 1e-12
"""A loss this much, as a share, under the one that was asked for counts as it."""


@dataclass(frozen=True, eq=False)
class Way:
    """One way to lose so much: a design point, told.

    ``latent`` gives every coordinate by the name of its stream, in standard normals from the median.
    """

    point: DesignPoint
    ruptures: tuple[Rupture, ...]
    unusual: tuple[Unusual, ...]
    latent: dict[str, float]

    @property
    def beta(self) -> float:
        """The reliability index: how far from the medians, in standard normals."""
        return self.point.beta

    @property
    def odds(self) -> float:
        """The first-order probability of what lies beyond this point alone, ``Phi(-beta)``."""
        from scipy.special import ndtr

        return float(ndtr(-self.beta))

    def words(self) -> str:
        """Say it in a few sentences."""
        said = [rupture.words() for rupture in self.ruptures] or ["Nothing ruptures"]
        if self.unusual:
            said.append("beside it: " + ", ".join(number.words() for number in self.unusual))
        return ". ".join(said) + "."

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "words": self.words(),
            "beta": self.beta,
            "first_order_probability": self.odds,
            "loss": self.point.loss,
            "alignment": self.point.alignment,
            "starts": self.point.starts,
            "ruptures": [rupture.document() for rupture in self.ruptures],
            "unusual": [number.document() for number in self.unusual],
            "latent": self.latent,
        }


@dataclass(frozen=True, eq=False)
class ReverseStress:
    """The ways to lose so much, and how likely such a loss is.

    Parameters
    ----------
    scenario, column, loss, seed
        What was asked.
    ways
        The likeliest first; local optima as found.
    starts
        From how many starts the search went.
    sample
        The weighted draws.
    exceedance
        The probability of losing at least the loss.
    beyond
        The mean loss where at least so much is lost (self-normalised); None where no draw lost it.
    warnings
        What a reader should know before trusting the numbers.
    """

    scenario: Scenario
    column: str
    loss: float
    seed: int
    ways: tuple[Way, ...]
    starts: int
    sample: WeightedSample
    exceedance: Estimate
    beyond: Estimate | None
    warnings: tuple[str, ...] = field(default=())

    @property
    def draws(self) -> int:
        """How many weighted draws there are."""
        return int(self.sample.losses.size)

    @property
    def effective(self) -> float:
        """The effective sample size of the draws that lose at least so much."""
        return self.sample.effective(self.loss * (1.0 - ROUNDING))

    @property
    def gain(self) -> float:
        """How many plain draws one of these is worth, for the probability's interval."""
        return self.sample.gain(self.loss * (1.0 - ROUNDING))

    def document(self) -> dict[str, Any]:
        """Give what ``multivector reverse-stress --json`` prints."""
        return {
            "schema": SCHEMA,
            "scenario": self.scenario.name,
            "column": self.column,
            "loss": self.loss,
            "seed": self.seed,
            "draws": self.draws,
            "starts": self.starts,
            "ways": [way.document() for way in self.ways],
            "exceedance": self.exceedance._asdict(),
            "mean_beyond": None if self.beyond is None else self.beyond._asdict(),
            "effective_sample_size": self.effective,
            "plain_draws_per_draw": self.gain,
            "warnings": list(self.warnings),
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how far from its median each number stands, way by way."""
        axes: Axes = import_module("multivector_sim.report.reverse_stress_plot").reverse_stress(self, ax)
        return axes
