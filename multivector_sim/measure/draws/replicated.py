"""Draws that come in a few independent sequences, each spread evenly over what can happen.

Within a sequence draws are not independent: that is what makes them good. So the value of a measure is taken over all
draws, and its interval from how the sequences differ, each taken for itself (Owen 1997): with ``R`` of them ::

    value +- t[R - 1, 97.5 %] sd(measure of each sequence) / sqrt(R)

A measure of a sequence is the mean of its draws' scores, with the mean and the value at risk of all draws, so that a
sequence is not biased for being short. What this needs to be true:

- **The sequences differ.** A probability is counted in steps of one draw, and all sequences may count alike although
  the truth lies between two steps. Each sequence then counts one of the two, and ``R`` of them that agree leave it open
  how near the truth is to the other: the interval reaches ``(1 - 0.025^(1/R)) / n`` of a sequence of ``n`` draws.
- **Enough draws were hit.** Fewer than 30 different losses make sequences that differ by single draws, and a mean, a
  standard deviation or an expected shortfall has no interval then. A probability that few draws hit, or miss, has at
  least that of Clopper and Pearson, which would hold for independent draws and is wider than evenly spread ones need.
- **A quantile** is where the interval of the probability of exceeding it holds the level, so that it holds whatever
  ties; it says nothing of how the sequences' own quantiles differ, which for a discrete law they do not.

The variance is divided by N, not N - 1: the mean of evenly spread draws is so near the truth that nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure import estimates, tail
from multivector_sim.measure.estimates import Curve, TailDraws
from multivector_sim.measure.few import beyond
from multivector_sim.measure.intervals import MISS, Estimate, around, probability_interval, student_reach
from multivector_sim.measure.ranks import check_level, check_losses
from multivector_sim.measure.scores import shortfall_scores
from multivector_sim.measure.unseen import FEW, UNKNOWN, Bounds, distinct, few

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.typing import Floats

__all__ = ["ReplicatedDraws"]

FEWEST = 2
ONE = "one sequence of evenly spread draws does not show its own error; two or more do"
TOO_FEW = f"fewer than {FEW} draws differ, and evenly spread draws are not independent"


@dataclass(frozen=True, eq=False)
class ReplicatedDraws:
    """One figure of every draw, and how the draws fall into sequences.

    Parameters
    ----------
    values
        Shape (draw,).
    replicates
        How many sequences there are.
    block
        How many draws in a row belong to one sequence, before the next one's turn.
    bounds
        What a draw can be.

    Examples
    --------
    >>> values = np.array([0.0, 1.0, 2.0, 3.0])
    >>> ReplicatedDraws(values, replicates=2, block=1).mean().value
    1.5
    """

    values: Floats
    replicates: int
    block: int
    bounds: Bounds = UNKNOWN

    @property
    def size(self) -> int:
        """How many draws there are."""
        return int(self.values.size)

    def sequences(self) -> list[Floats]:
        """Give the draws of each sequence that has any."""
        whose = np.arange(self.size) // self.block % self.replicates
        return [self.values[whose == number] for number in range(min(self.replicates, int(whose.max()) + 1))]

    @cached_property
    def _sorted(self) -> list[Floats]:
        """The draws of each sequence, rising."""
        return [np.sort(part) for part in self.sequences()]

    @property
    def _certain(self) -> bool:
        """Whether every draw that there can be is the same."""
        return self.bounds.span == 0.0

    def _between(self, value: float, scores: Floats, *, enough: bool) -> Estimate:
        """Return the value with the interval of the sequences' mean scores."""
        if self._certain:
            return Estimate(value, value, value)
        parts = [float(part.mean()) for part in ReplicatedDraws(scores, self.replicates, self.block).sequences()]
        if len(parts) < FEWEST:
            return Estimate(value, None, None, ONE)
        if not enough:
            return Estimate(value, None, None, TOO_FEW)
        reach = student_reach(len(parts) - 1) * float(np.std(parts, ddof=1)) / sqrt(len(parts))
        return around(value, value - reach, value + reach)

    def mean(self) -> Estimate:
        """Give the mean."""
        sample = check_losses(self.values)
        return self._between(tail.mean(sample), sample, enough=not few(sample))

    def sd(self) -> Estimate:
        """Give the standard deviation, with N under the root."""
        sample = check_losses(self.values)
        scores = (sample - sample.mean()) ** 2
        found = self._between(float(scores.mean()), scores, enough=not few(sample))
        return found.mapped(lambda variance: sqrt(max(variance, 0.0)))

    def var(self, level: float) -> Estimate:
        """Give the value at risk."""
        value, share = tail.value_at_risk(self.values, level), 1.0 - check_level(level)
        if self._certain:
            return Estimate(value, value, value)
        if len(self._sorted) < FEWEST:
            return Estimate(value, None, None, ONE)
        losses = np.unique(self.values)
        low = _first(losses, lambda loss: self._band(loss)[0] <= share)
        high = _first(losses, lambda loss: self._band(loss)[1] <= share)
        ends = self.bounds.around(float(losses[0]), float(losses[-1]))
        return beyond(value, ends.low if low is None else low, ends.high if high is None else high)

    def es(self, level: float) -> Estimate:
        """Give the expected shortfall."""
        found = tail.tail(self.values, level)
        sample = check_losses(self.values)
        enough = distinct(sample[sample > found.value_at_risk]) >= FEW
        return self._between(found.expected_shortfall, shortfall_scores(sample, level), enough=enough)

    def tail_draws(self, level: float) -> TailDraws:
        """Return how many draws lie in the tail, and how many of them differ."""
        return estimates.count_tail(self.values, level)

    def _band(self, threshold: float) -> tuple[float, float]:
        """Return the ends of the interval of the probability of more than the threshold, of two or more sequences."""
        over = np.array([part.size - np.searchsorted(part, threshold, side="right") for part in self._sorted])
        sizes = np.array([part.size for part in self._sorted])
        hits = int(over.sum())
        value, count = hits / self.size, sizes.size
        step = (1.0 - MISS ** (1.0 / count)) / sizes.min()
        reach = max(student_reach(count - 1) * float(np.std(over / sizes, ddof=1)) / sqrt(count), step)
        low, high = max(value - reach, 0.0), min(value + reach, 1.0)
        if min(hits, self.size - hits) < FEW:
            exact = probability_interval(hits, self.size)
            low, high = min(low, exact.lowest), max(high, exact.highest)
        return low, high

    def exceedance(self, threshold: float) -> Estimate:
        """Give the probability of more than the threshold."""
        if np.isnan(threshold):
            raise UsageError("threshold: NaN is not a loss; give a number")
        value = tail.exceedance(self.values, threshold)
        if self._certain or not self.bounds.low <= threshold < self.bounds.high:
            return Estimate(value, value, value)
        if len(self._sorted) < FEWEST:
            return Estimate(value, None, None, ONE)
        return around(value, *self._band(threshold))

    def return_period(self, threshold: float) -> Estimate:
        """Give among how many draws one exceeds the threshold."""
        return estimates.period(self.exceedance(threshold))

    def curve(self, points: int = 200) -> Curve:
        """Give the exceedance curve with its band; of one sequence, that of independent draws."""
        curve = estimates.exceedance_curve(self.values, points)
        if len(self._sorted) < FEWEST:
            return curve
        low, high = np.array([self._band(float(one)) for one in curve.loss]).T
        return Curve(curve.loss, curve.probability, np.minimum(low, curve.probability), high)


def _first(losses: Floats, holds: Callable[[float], bool]) -> float | None:
    """Return the first of rising losses for which something holds that goes on holding; None where it never does."""
    low, high = 0, losses.size
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(float(losses[middle])) else (middle + 1, high)
    return float(losses[low]) if low < losses.size else None
