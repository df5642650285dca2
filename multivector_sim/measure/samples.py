"""One figure over the draws of a run: draws that are all kept, counted in bins, or from Sobol sequences.

Three classes share one interface, :class:`Draws`.

**Independent draws** are all kept, and every measure is exact.

**Binned draws** were too many to keep. Bins of equal width ``w`` cover a range, and the outermost take what lies beyond
it. Mean, standard deviation (from a running sum of squares, Chan et al. 1979), smallest and greatest are exact; a
quantile is the mean of its bin, with an error below ``w``; expected shortfall is exact beyond that bin, so its error
is below ``w`` too. Two sketches of the same bins can be added in any order. Unlike sketches of ranks (KLL, t-digest)
this one is deterministic, and its error is one of losses, not of ranks, as a tail requires.

**Replicated draws** come in ``R`` independent sequences, each spread evenly. Within a sequence draws are not
independent, so a measure is taken over all draws and its interval from the differences of the sequences (Owen 1997)::

    value +- t[R - 1, 97.5 %] sd(measure of each sequence) / sqrt(R)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Protocol

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure import estimates, tail
from multivector_sim.measure.bounded_intervals import (
    FEW,
    UNKNOWN,
    Bounds,
    beyond,
    distinct,
    few,
    mean_estimate,
    quantile_estimate,
    sd_estimate,
    shortfall_estimate,
)
from multivector_sim.measure.estimates import Curve, TailDraws, curve_ranks, period, probability_band
from multivector_sim.measure.intervals import (
    MISS,
    Estimate,
    around,
    probability_interval,
    shortfall_scores,
    student_reach,
)
from multivector_sim.measure.selection import boundary, check_level, check_losses

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.typing import Floats, Integers

__all__ = ["BinnedDraws", "Bins", "Draws", "IndependentDraws", "ReplicatedDraws"]


class Draws(Protocol):
    """A figure for which greater is worse; every measure has a 95 % Monte Carlo interval.

    Levels lie between 0 and 1, thresholds are in the figure's unit; a level or threshold that makes no sense raises
    :class:`~multivector_sim.errors.UsageError`.
    """

    @property
    def size(self) -> int:
        """The number of draws."""
        ...

    def mean(self) -> Estimate:
        """Return the mean."""
        ...

    def sd(self) -> Estimate:
        """Return the standard deviation."""
        ...

    def var(self, level: float) -> Estimate:
        """Return the smallest value that at least the share ``level`` of the draws does not exceed."""
        ...

    def es(self, level: float) -> Estimate:
        """Return the mean of the worst ``(1 - level)`` of the draws."""
        ...

    def tail_draws(self, level: float) -> TailDraws:
        """Return the number of draws in the tail, and how many of them differ."""
        ...

    def exceedance(self, threshold: float) -> Estimate:
        """Return the probability of more than the threshold."""
        ...

    def return_period(self, threshold: float) -> Estimate:
        """Return the number of draws among which one exceeds the threshold; infinite for none."""
        ...

    def curve(self, points: int = 200) -> Curve:
        """Return the exceedance curve with its band."""
        ...


@dataclass(frozen=True, eq=False)
class IndependentDraws:
    """One figure of every draw, shape (draw,), with its bounds; see :mod:`multivector_sim.measure.estimates`.

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
        """The number of draws."""
        return int(self.values.size)

    def mean(self) -> Estimate:
        """Return the mean."""
        return estimates.estimate_mean(self.values, self.bounds)

    def sd(self) -> Estimate:
        """Return the standard deviation."""
        return estimates.estimate_sd(self.values, self.bounds)

    def var(self, level: float) -> Estimate:
        """Return the value at risk."""
        return estimates.estimate_var(self.values, level, self.bounds)

    def es(self, level: float) -> Estimate:
        """Return the expected shortfall."""
        return estimates.estimate_es(self.values, level, self.bounds)

    def tail_draws(self, level: float) -> TailDraws:
        """Return the number of draws in the tail, and how many of them differ."""
        return estimates.count_tail(self.values, level)

    def exceedance(self, threshold: float) -> Estimate:
        """Return the probability of more than the threshold."""
        return estimates.estimate_exceedance(self.values, threshold)

    def return_period(self, threshold: float) -> Estimate:
        """Return the number of draws among which one exceeds the threshold."""
        return estimates.estimate_return_period(self.values, threshold)

    def curve(self, points: int = 200) -> Curve:
        """Return the exceedance curve with its band."""
        return estimates.exceedance_curve(self.values, points)


@dataclass(frozen=True, eq=False)
class BinnedDraws:
    """One figure of all draws, counted in bins.

    Examples
    --------
    >>> from multivector_sim.measure.samples import Bins
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
        """The number of draws."""
        return self.bins.draws

    def at(self, ranks: Integers) -> Floats:
        """Return the losses at ranks, counted from the smallest, which is 1."""
        return np.asarray(self.filled[0][np.searchsorted(self.ends, ranks)])

    def mean(self) -> Estimate:
        """Return the mean."""
        values, counts = self.filled
        return mean_estimate(values, self.bounds, counts, value=self.bins.mean)

    def sd(self) -> Estimate:
        """Return the standard deviation."""
        values, counts = self.filled
        spread = self.size / max(1, self.size - 1)
        value = sqrt(self.bins.squares / max(1, self.size - 1))
        return sd_estimate(value, values, (values - self.bins.mean) ** 2 * spread, self.bounds, counts)

    def var(self, level: float) -> Estimate:
        """Return the value at risk."""
        value = float(self.at(np.array([boundary(level, self.size).rank]))[0])
        values = self.filled[0]
        enough = min(distinct(values[values > value]), distinct(values[values < value]))
        return quantile_estimate(value, self.size, check_level(level), self.at, enough, self.bounds)

    def es(self, level: float) -> Estimate:
        """Return the expected shortfall."""
        values, counts = self.filled
        rank, mass = boundary(level, self.size)
        start = float(self.at(np.array([rank]))[0])
        scores = start + np.maximum(values - start, 0.0) * (self.size / mass)
        value = float(np.average(scores, weights=counts))
        return shortfall_estimate(value, start, values, scores, level, self.bounds, counts)

    def tail_draws(self, level: float) -> TailDraws:
        """Return the number of draws in the tail, and how many of them differ."""
        values, counts = self.filled
        beyond = values > self.at(np.array([boundary(level, self.size).rank]))[0]
        return TailDraws(int(counts[beyond].sum()), distinct(values[beyond]))

    def exceedance(self, threshold: float) -> Estimate:
        """Return the probability of more than the threshold."""
        if np.isnan(threshold):
            raise UsageError("threshold: NaN is not a loss; give a number")
        values, counts = self.filled
        return probability_interval(int(counts[values > threshold].sum()), self.size)

    def return_period(self, threshold: float) -> Estimate:
        """Return the number of draws among which one exceeds the threshold."""
        return period(self.exceedance(threshold))

    def curve(self, points: int = 200) -> Curve:
        """Return the exceedance curve with its band."""
        loss = np.unique(self.at(curve_ranks(self.size, points)))
        hits = self.size - self.ends[np.searchsorted(self.filled[0], loss, side="right") - 1]
        return Curve(loss, hits / self.size, *probability_band(hits, self.size))


FEWEST = 2
ONE = "one sequence of evenly spread draws does not show its own error; two or more do"
TOO_FEW = f"fewer than {FEW} draws differ, and evenly spread draws are not independent"


@dataclass(frozen=True, eq=False)
class ReplicatedDraws:
    """One figure of every draw, divided into sequences.

    Parameters
    ----------
    values
        Shape (draw,).
    replicates
        The number of sequences.
    block
        The number of consecutive draws of one sequence before the next one's turn.
    bounds
        The limits of a draw.

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
        """The number of draws."""
        return int(self.values.size)

    def sequences(self) -> list[Floats]:
        """Return the draws of each sequence that is not empty."""
        whose = np.arange(self.size) // self.block % self.replicates
        return [self.values[whose == number] for number in range(min(self.replicates, int(whose.max()) + 1))]

    @cached_property
    def _sorted(self) -> list[Floats]:
        """The draws of each sequence, sorted."""
        return [np.sort(part) for part in self.sequences()]

    @property
    def _certain(self) -> bool:
        """Whether all possible draws are equal."""
        return self.bounds.span == 0.0

    def _between(self, value: float, scores: Floats, *, enough: bool) -> Estimate:
        """Return the value with the interval from the sequences' mean scores."""
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
        """Return the mean."""
        sample = check_losses(self.values)
        return self._between(tail.mean(sample), sample, enough=not few(sample))

    def sd(self) -> Estimate:
        """Return the standard deviation, with N under the root."""
        sample = check_losses(self.values)
        scores = (sample - sample.mean()) ** 2
        found = self._between(float(scores.mean()), scores, enough=not few(sample))
        return found.mapped(lambda variance: sqrt(max(variance, 0.0)))

    def var(self, level: float) -> Estimate:
        """Return the value at risk."""
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
        """Return the expected shortfall."""
        found = tail.tail(self.values, level)
        sample = check_losses(self.values)
        enough = distinct(sample[sample > found.value_at_risk]) >= FEW
        return self._between(found.expected_shortfall, shortfall_scores(sample, level), enough=enough)

    def tail_draws(self, level: float) -> TailDraws:
        """Return the number of draws in the tail, and how many of them differ."""
        return estimates.count_tail(self.values, level)

    def _band(self, threshold: float) -> tuple[float, float]:
        """Return the ends of the interval of the exceedance probability, for two or more sequences."""
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
        """Return the probability of more than the threshold."""
        if np.isnan(threshold):
            raise UsageError("threshold: NaN is not a loss; give a number")
        value = tail.exceedance(self.values, threshold)
        if self._certain or not self.bounds.low <= threshold < self.bounds.high:
            return Estimate(value, value, value)
        if len(self._sorted) < FEWEST:
            return Estimate(value, None, None, ONE)
        return around(value, *self._band(threshold))

    def return_period(self, threshold: float) -> Estimate:
        """Return the number of draws among which one exceeds the threshold."""
        return estimates.period(self.exceedance(threshold))

    def curve(self, points: int = 200) -> Curve:
        """Return the exceedance curve with its band; for one sequence, that of independent draws."""
        curve = estimates.exceedance_curve(self.values, points)
        if len(self._sorted) < FEWEST:
            return curve
        low, high = np.array([self._band(float(one)) for one in curve.loss]).T
        return Curve(curve.loss, curve.probability, np.minimum(low, curve.probability), high)


def _first(losses: Floats, holds: Callable[[float], bool]) -> float | None:
    """Return the first of rising losses that satisfies a monotone condition; None if none does."""
    low, high = 0, losses.size
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(float(losses[middle])) else (middle + 1, high)
    return float(losses[low]) if low < losses.size else None


@dataclass(eq=False)
class Bins:
    """Counts and sums of losses by bin.

    Parameters
    ----------
    low, high
        The range that is cut into bins.
    size
        The number of bins.

    Examples
    --------
    >>> bins = Bins(0.0, 1.0, 4)
    >>> bins.add(np.array([0.1, 0.15, 0.9, 1.5]))
    >>> bins.counts.tolist(), round(bins.mean, 4), bins.greatest
    ([2, 0, 0, 2], 0.6625, 1.5)
    """

    low: float
    high: float
    size: int
    draws: int = 0
    mean: float = 0.0
    squares: float = 0.0
    smallest: float = np.inf
    greatest: float = -np.inf
    counts: Integers = field(init=False)
    sums: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Set all counts to zero."""
        self.counts = np.zeros(self.size, dtype=np.int64)
        self.sums = np.zeros(self.size)

    @property
    def width(self) -> float:
        """The width of a bin, which bounds the error of a quantile."""
        return (self.high - self.low) / self.size

    def places(self, losses: Floats) -> Integers:
        """Return the bin of each loss."""
        found = np.floor((losses - self.low) / self.width)
        return np.asarray(np.clip(found, 0, self.size - 1).astype(np.int64))

    def add(self, losses: Floats) -> None:
        """Add losses to the counts.

        Parameters
        ----------
        losses
            Shape (draw,), finite; may be empty.
        """
        if losses.size == 0:
            return
        places = self.places(losses)
        np.add.at(self.counts, places, 1)
        np.add.at(self.sums, places, losses)
        centre = float(losses.mean())
        self._join(losses.size, centre, float(((losses - centre) ** 2).sum()))
        self.smallest = min(self.smallest, float(losses.min()))
        self.greatest = max(self.greatest, float(losses.max()))

    def merge(self, other: Bins) -> None:
        """Add the counts of another sketch with the same bins."""
        self.counts += other.counts
        self.sums += other.sums
        if other.draws:
            self._join(other.draws, other.mean, other.squares)
        self.smallest = min(self.smallest, other.smallest)
        self.greatest = max(self.greatest, other.greatest)

    def _join(self, draws: int, mean: float, squares: float) -> None:
        """Combine the moments with those of further draws."""
        whole = self.draws + draws
        away = mean - self.mean
        self.squares += squares + away * away * (self.draws * draws / whole)
        self.mean += away * (draws / whole)
        self.draws = whole

    def filled(self) -> tuple[Floats, Integers]:
        """Return the mean loss and the count of every bin that is not empty, losses rising."""
        there = np.flatnonzero(self.counts)
        means = np.clip(self.sums[there] / self.counts[there], self.smallest, self.greatest)
        return np.maximum.accumulate(means), self.counts[there]
