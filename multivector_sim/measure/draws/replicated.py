"""Draws that come in a few independent sequences, each spread evenly over what can happen.

Within a sequence draws are not independent: that is what makes them good. So the value of a measure is taken over all
draws, and its interval from how the sequences differ, each taken for itself (Owen 1997): with ``R`` of them ::

    value +- t[R - 1, 97.5 %] sd(measure of each sequence) / sqrt(R)

The interval is centred on the value. For a tail, of which one sequence sees only a part, it is a little wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure import estimates, tail
from multivector_sim.measure.estimates import Curve
from multivector_sim.measure.intervals import Estimate, around, student_reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.typing import Floats

__all__ = ["ReplicatedDraws"]

FEWEST = 2


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

    Examples
    --------
    >>> values = np.array([0.0, 1.0, 2.0, 3.0])
    >>> ReplicatedDraws(values, replicates=2, block=1).mean().value
    1.5
    """

    values: Floats
    replicates: int
    block: int

    @property
    def size(self) -> int:
        """How many draws there are."""
        return int(self.values.size)

    def sequences(self) -> list[Floats]:
        """Give the draws of each sequence that has any."""
        whose = np.arange(self.size) // self.block % self.replicates
        return [self.values[whose == number] for number in range(min(self.replicates, int(whose.max()) + 1))]

    def measured(self, measure: Callable[[Floats], float]) -> Estimate:
        """Take a measure over all draws, and its interval from the sequences."""
        value = measure(self.values)
        parts = [measure(part) for part in self.sequences()]
        if len(parts) < FEWEST:
            return Estimate(value, value, value)
        reach = student_reach(len(parts) - 1) * float(np.std(parts, ddof=1)) / sqrt(len(parts))
        return around(value, value - reach, value + reach)

    def mean(self) -> Estimate:
        """Give the mean."""
        return self.measured(tail.mean)

    def sd(self) -> Estimate:
        """Give the standard deviation."""
        return self.measured(tail.sd)

    def var(self, level: float) -> Estimate:
        """Give the value at risk."""
        return self.measured(partial(tail.value_at_risk, level=level))

    def es(self, level: float) -> Estimate:
        """Give the expected shortfall."""
        return self.measured(partial(tail.expected_shortfall, level=level))

    def exceedance(self, threshold: float) -> Estimate:
        """Give the probability of more than the threshold."""
        if np.isnan(threshold):
            raise UsageError("threshold: NaN is not a loss; give a number")
        value, low, high = self.measured(partial(tail.exceedance, threshold=threshold))
        return Estimate(value, max(0.0, low), min(1.0, high))

    def return_period(self, threshold: float) -> Estimate:
        """Give among how many draws one exceeds the threshold."""
        value, low, high = (1.0 / share if share > 0.0 else np.inf for share in self.exceedance(threshold))
        return around(value, high, low)

    def curve(self, points: int = 200) -> Curve:
        """Give the exceedance curve with its band."""
        loss = estimates.exceedance_curve(self.values, points).loss
        found = np.array([self.exceedance(float(one)) for one in loss])
        return Curve(loss, found[:, 0], found[:, 1], found[:, 2])
