"""Draws that are independent and all here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multivector_sim.measure import estimates
from multivector_sim.measure.unseen import UNKNOWN, Bounds

if TYPE_CHECKING:
    from multivector_sim.measure.estimates import Curve, TailDraws
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.typing import Floats

__all__ = ["IndependentDraws"]


@dataclass(frozen=True, eq=False)
class IndependentDraws:
    """One figure of every draw, shape (draw,), and its bounds; see :mod:`multivector_sim.measure.estimates`.

    Examples
    --------
    >>> import numpy as np
    >>> IndependentDraws(np.arange(1.0, 101.0)).es(0.95).value
    98.0
    """

    values: Floats
    bounds: Bounds = UNKNOWN

    @property
    def size(self) -> int:
        """How many draws there are."""
        return int(self.values.size)

    def mean(self) -> Estimate:
        """Give the mean."""
        return estimates.estimate_mean(self.values, self.bounds)

    def sd(self) -> Estimate:
        """Give the standard deviation."""
        return estimates.estimate_sd(self.values, self.bounds)

    def var(self, level: float) -> Estimate:
        """Give the value at risk."""
        return estimates.estimate_var(self.values, level, self.bounds)

    def es(self, level: float) -> Estimate:
        """Give the expected shortfall."""
        return estimates.estimate_es(self.values, level, self.bounds)

    def tail_draws(self, level: float) -> TailDraws:
        """Return how many draws lie in the tail, and how many of them differ."""
        return estimates.count_tail(self.values, level)

    def exceedance(self, threshold: float) -> Estimate:
        """Give the probability of more than the threshold."""
        return estimates.estimate_exceedance(self.values, threshold)

    def return_period(self, threshold: float) -> Estimate:
        """Give among how many draws one exceeds the threshold."""
        return estimates.estimate_return_period(self.values, threshold)

    def curve(self, points: int = 200) -> Curve:
        """Give the exceedance curve with its band."""
        return estimates.exceedance_curve(self.values, points)
