"""Draws that were too many to keep, and were counted in bins.

Every draw of a bin is taken for the bin's mean, so a value at risk is off by less than the width of a bin, and so is an
expected shortfall, whose draws beyond that one bin are counted exactly. Mean and standard deviation are exact. The
intervals are those of independent draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.estimates import Curve, TailDraws, curve_ranks, period, probability_band
from multivector_sim.measure.few import quantile_estimate, sd_estimate, shortfall_estimate
from multivector_sim.measure.intervals import Estimate, probability_interval
from multivector_sim.measure.ranks import boundary, check_level
from multivector_sim.measure.unseen import UNKNOWN, Bounds, distinct, mean_estimate

if TYPE_CHECKING:
    from multivector_sim.measure.bins import Bins
    from multivector_sim.typing import Floats, Integers

__all__ = ["BinnedDraws"]


@dataclass(frozen=True, eq=False)
class BinnedDraws:
    """One figure of all draws, counted.

    Examples
    --------
    >>> from multivector_sim.measure.bins import Bins
    >>> bins = Bins(0.0, 1.0, 1000)
    >>> bins.add(np.linspace(0.0, 1.0, 10_001))
    >>> binned = BinnedDraws(bins)
    >>> round(binned.mean().value, 6), abs(binned.var(0.95).value - 0.95) < bins.width
    (0.5, True)
    """

    bins: Bins
    bounds: Bounds = UNKNOWN

    @cached_property
    def filled(self) -> tuple[Floats, Integers]:
        """The mean and the count of every bin that is not empty."""
        return self.bins.filled()

    @cached_property
    def ends(self) -> Integers:
        """The rank of the last draw of every bin that is not empty."""
        return np.cumsum(self.filled[1])

    @property
    def size(self) -> int:
        """How many draws there are."""
        return self.bins.draws

    def at(self, ranks: Integers) -> Floats:
        """Give the losses of ranks, counted from the smallest, which is 1."""
        return np.asarray(self.filled[0][np.searchsorted(self.ends, ranks)])

    def mean(self) -> Estimate:
        """Give the mean."""
        values, counts = self.filled
        return mean_estimate(values, self.bounds, counts, value=self.bins.mean)

    def sd(self) -> Estimate:
        """Give the standard deviation."""
        values, counts = self.filled
        spread = self.size / max(1, self.size - 1)
        value = sqrt(self.bins.squares / max(1, self.size - 1))
        return sd_estimate(value, values, (values - self.bins.mean) ** 2 * spread, self.bounds, counts)

    def var(self, level: float) -> Estimate:
        """Give the value at risk."""
        value = float(self.at(np.array([boundary(level, self.size).rank]))[0])
        values = self.filled[0]
        enough = min(distinct(values[values > value]), distinct(values[values < value]))
        return quantile_estimate(value, self.size, check_level(level), self.at, enough, self.bounds)

    def es(self, level: float) -> Estimate:
        """Give the expected shortfall."""
        values, counts = self.filled
        rank, mass = boundary(level, self.size)
        start = float(self.at(np.array([rank]))[0])
        scores = start + np.maximum(values - start, 0.0) * (self.size / mass)
        value = float(np.average(scores, weights=counts))
        return shortfall_estimate(value, start, values, scores, level, self.bounds, counts)

    def tail_draws(self, level: float) -> TailDraws:
        """Return how many draws lie in the tail, and how many of them differ."""
        values, counts = self.filled
        beyond = values > self.at(np.array([boundary(level, self.size).rank]))[0]
        return TailDraws(int(counts[beyond].sum()), distinct(values[beyond]))

    def exceedance(self, threshold: float) -> Estimate:
        """Give the probability of more than the threshold."""
        if np.isnan(threshold):
            raise UsageError("threshold: NaN is not a loss; give a number")
        values, counts = self.filled
        return probability_interval(int(counts[values > threshold].sum()), self.size)

    def return_period(self, threshold: float) -> Estimate:
        """Give among how many draws one exceeds the threshold."""
        return period(self.exceedance(threshold))

    def curve(self, points: int = 200) -> Curve:
        """Give the exceedance curve with its band."""
        loss = np.unique(self.at(curve_ranks(self.size, points)))
        hits = self.size - self.ends[np.searchsorted(self.filled[0], loss, side="right") - 1]
        return Curve(loss, hits / self.size, *probability_band(hits, self.size))
