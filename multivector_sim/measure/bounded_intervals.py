"""Intervals where few draws differ: what N draws may have missed, limited by the bounds of the losses.

A thousand draws without a loss do not show that losses are impossible: an event with a probability of 0.3 % may
have been missed. How much that matters depends on how large a loss can be, which a scenario bounds.

**The interval.** Let ``T`` be a measure that rises with the losses: a mean, an expected shortfall. The N draws cut the
probability of 1 into N + 1 pieces, which are distributed as N + 1 exponential numbers over their sum, whatever the
distribution of the losses (Wilks 1941). No piece exceeds the draw at its upper end, and the last one the bound.
So the measure of the sample *with one more draw at the upper bound*, under such random weights, is above the truth, and
its 97.5 % quantile is the upper end; the lower end is the 2.5 % quantile with one more draw at the lower bound. For a
loss with two values this is exactly the interval of Clopper and Pearson; for a mean it is the bound of Gaffke
(2005; see Learned-Miller and Thomas 2020), for which no distribution is known that it does not cover; a proof exists
only for some. The coverage measured here is in ``docs/theory/intervals.md``.

**When.** Where 30 or more draws differ from each other in the part that a measure depends on, the usual interval
(:mod:`multivector_sim.measure.intervals`) is narrower and has its nominal coverage. It still extends at least to what N
draws may have missed altogether: with probability 2.5 % an event of probability ``1 - 0.025^(1/N)``, 3.7/N, never
happened in N draws. Where that determines an end, the other end is made slightly narrower, so that both together
miss in 5 of 100 runs, as elsewhere.

**Without a bound** an end that would need one is None, with the reason.

**Estimates** of spread and tail choose between the two intervals; samples may be grouped or not.

References
----------
Wilks, S. S. (1941). Determination of sample sizes for setting tolerance limits. Ann. Math. Statist. 12, 91-96.
Gaffke, N. (2005). Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable.
Math. Methods Statist. 14, 451-467.
Learned-Miller, E. and Thomas, P. S. (2020). A new confidence interval for the mean of a bounded random variable.
arXiv:1905.06208.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.measure.intervals import MISS, Estimate, around, hall_ends, quantile_ranks

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.typing import Floats, Integers

__all__ = [
    "FEW",
    "KEY",
    "REPEATS",
    "UNKNOWN",
    "Bounds",
    "beyond",
    "difference_estimate",
    "distinct",
    "ends",
    "few",
    "grouped",
    "mean_estimate",
    "missed",
    "quantile_estimate",
    "sd_estimate",
    "shortfall_estimate",
    "shortfall_measure",
    "with_finite_ends",
]

FEW = 30
"""The number of different draws from which the usual interval is trusted."""

REPEATS = 2048
"""The number of random weightings that give the quantiles of an end."""

KEY = 0x6D756C7469766563
"""The seed of the random weights: fixed, so that the same sample has the same interval."""

TIED = 1e-12
"""The relative difference, compared with the largest value, below which values count as equal."""

FIRST = 4096
ENOUGH = 2**20
"""The number of draws that suffice to find out whether few differ; to search all of a larger sample would be slow."""

STRIP = 65_536
"""The number of values that are sorted at a time."""

SPLIT = (0.033, 0.017)
"""The probability that the truth lies beyond an end set by the draws, and one set by what they may have missed."""


class Bounds(NamedTuple):
    """The least and the greatest possible value of a number; infinite where unknown."""

    low: float
    high: float

    def around(self, least: float, greatest: float) -> Bounds:
        """Return the bounds widened to the observed values, for rounding."""
        return Bounds(min(self.low, least), max(self.high, greatest))

    @property
    def span(self) -> float:
        """The distance between the bounds."""
        return self.high - self.low

    def scaled(self, factor: float) -> Bounds:
        """Return the bounds in another unit; the factor is not negative."""
        return Bounds(self.low * factor, self.high * factor) if factor > 0.0 else Bounds(0.0, 0.0)

    @property
    def opposite(self) -> Bounds:
        """The bounds of a difference of two numbers within these bounds."""
        return Bounds(-self.span, self.span)


UNKNOWN = Bounds(-inf, inf)


class Groups(NamedTuple):
    """The distinct values of a sample, rising, with the number of draws that have each."""

    values: Floats
    counts: Integers

    @property
    def size(self) -> int:
        """The number of draws."""
        return int(self.counts.sum())


def grouped(values: Floats, counts: Integers | None = None) -> Groups:
    """Return a sample grouped by value; values that differ only by rounding are one.

    Parameters
    ----------
    values
        Shape (draw,), at least one.
    counts
        The number of draws with each value; one each if left out.

    Returns
    -------
    Groups
        The distinct values, each the mean of the values it represents.

    Examples
    --------
    >>> grouped(np.array([0.3, 0.0, 0.1 + 0.2, 0.0]))
    Groups(values=array([0. , 0.3]), counts=array([2, 2]))
    """
    if counts is None and values.size > STRIP:
        strips = [
            np.unique(values[first : first + STRIP], return_counts=True) for first in range(0, values.size, STRIP)
        ]
        values, counts = (np.concatenate(parts) for parts in zip(*strips, strict=True))
    order = np.argsort(values, kind="stable")
    ordered = np.asarray(values)[order]
    weights = np.ones(ordered.size, dtype=np.int64) if counts is None else counts[order]
    near = TIED * max(abs(float(ordered[0])), abs(float(ordered[-1])))
    starts = np.flatnonzero(np.concatenate([[True], np.diff(ordered) > near]))
    sizes = np.add.reduceat(weights, starts)
    return Groups(np.clip(np.add.reduceat(ordered * weights, starts) / sizes, ordered[0], ordered[-1]), sizes)


def distinct(values: Floats) -> int:
    """Return the number of different values, at most :data:`FEW`.

    Examples
    --------
    >>> distinct(np.array([0.3, 0.1 + 0.2, 0.0])), distinct(np.arange(1e6)), distinct(np.array([]))
    (2, 30, 0)
    """
    size = FIRST
    while True:
        part = np.sort(values[:size])
        if not part.size:
            return 0
        near = TIED * max(abs(float(part[0])), abs(float(part[-1])))
        found = 1 + int(np.count_nonzero(np.diff(part) > near))
        if found >= FEW or size >= min(values.size, ENOUGH):
            return min(found, FEW)
        size *= 16


def few(scores: Floats) -> bool:
    """Return whether fewer than :data:`FEW` different values occur beside the most frequent one.

    Examples
    --------
    >>> few(np.repeat([0.0, 0.4], 500)), few(np.arange(31.0)), few(np.arange(30.0))
    (True, False, True)
    """
    values, counts = np.unique(scores[:FIRST], return_counts=True)
    seen = scores[:ENOUGH]
    return distinct(seen[seen != values[np.argmax(counts)]]) < FEW


def missed(draws: int, miss: float = MISS) -> float:
    """Return the probability of an event that N draws all miss with probability ``miss``.

    Examples
    --------
    >>> round(missed(1000), 6)
    0.003682
    """
    return float(-np.expm1(np.log(miss) / draws))


def ends(
    groups: Groups,
    bounds: Bounds,
    measure: Callable[[Floats, Floats], Floats],
    misses: tuple[float, float] = (MISS, MISS),
) -> tuple[float, float]:
    """Return the ends of the interval of a measure that rises with the losses, under random weights.

    Parameters
    ----------
    groups
        The sample.
    bounds
        The limits of a draw; an end determined by an infinite bound is infinite.
    measure
        Takes values, falling, and weights of shape (repeat, value) whose rows sum to 1; returns shape (repeat,).
    misses
        The probabilities that the truth lies below and above.

    Returns
    -------
    tuple
        Low and high.

    Examples
    --------
    A loss of 1 in two draws of ten, for which Clopper and Pearson give 0.025 to 0.556:

    >>> sample = grouped(np.repeat([0.0, 1.0], [8, 2]))
    >>> low, high = ends(sample, Bounds(0.0, 1.0), lambda values, weights: weights @ values)
    >>> abs(low - 0.025) < 0.005, abs(high - 0.556) < 0.01
    (True, True)
    """
    low, high = bounds.around(float(groups.values[0]), float(groups.values[-1]))
    if low == high:
        return low, high
    found = []
    for side, bound in ((0, low), (1, high)):
        if not isfinite(bound):
            found.append(bound)
            continue
        outwards = -1 if side else 1  # from the bound inwards, so that losses with the opposite sign have mirrored ends
        one, shares = pieces(tuple(groups.counts[::outwards].tolist()))
        values = np.concatenate([[bound], groups.values[::outwards]])[::-outwards]
        weights = np.concatenate([one, shares], axis=1)[:, ::-outwards]
        level = 1.0 - misses[1] if side else misses[0]
        found.append(float(np.quantile(measure(values, weights / weights.sum(axis=1, keepdims=True)), level)))
    return found[0], found[1]


@lru_cache(maxsize=16)
def pieces(counts: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return random sizes of one more draw's piece, (repeat, 1), and of groups with these counts, (repeat, group)."""
    random = np.random.Generator(np.random.Philox(KEY))
    shares = random.standard_gamma(np.array(counts, dtype=np.float64), size=(REPEATS, len(counts)))
    return random.standard_exponential((REPEATS, 1)), shares


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Return the mean under each row of weights."""
    return np.asarray(weights @ values)


def mean_estimate(
    scores: Floats, bounds: Bounds = UNKNOWN, counts: Integers | None = None, value: float | None = None
) -> Estimate:
    """Estimate a mean of scores, whether many or few of them differ.

    Parameters
    ----------
    scores
        Shape (draw,), independent draws.
    bounds
        The limits of a score.
    counts
        The number of draws with each score; one each if left out.
    value
        The value of the measure that the scores represent; by default their mean.

    Returns
    -------
    Estimate
        In the unit of the scores; an end is None if it needs a bound that is missing.

    Examples
    --------
    >>> mean_estimate(np.zeros(1000), Bounds(0.0, 0.5)).high < 0.002
    True
    >>> mean_estimate(np.zeros(1000))
    Estimate(value=0.0, low=None, high=None, reason='fewer than 30 draws differ, and no bound is known')
    """
    centre = float(np.average(scores, weights=counts)) if value is None else value
    if few(scores) and not (known(bounds) is False and hits(scores, counts) >= FEW):
        return with_finite_ends(centre, *ends(grouped(scores, counts), bounds, weighted_mean))
    return reaching(centre, scores, counts, bounds)


def difference_estimate(scores: Floats, bounds: Bounds = UNKNOWN) -> Estimate:
    """Estimate a mean of differences, draw by draw; parameters as for :func:`mean_estimate`.

    Where 30 or more differences differ it is simply the usual interval: chance affects both runs alike and cancels, and
    an allowance for what both may have missed would hide what the draws do show.

    Examples
    --------
    >>> difference_estimate(np.zeros(1000), Bounds(-0.5, 0.5)).high < 0.002
    True
    """
    if few(scores) and not (known(bounds) is False and hits(scores, None) >= FEW):
        return mean_estimate(scores, bounds)
    return around(*hall_ends(scores))


def known(bounds: Bounds) -> bool:
    """Return whether any bound is known."""
    return isfinite(bounds.low) or isfinite(bounds.high)


def hits(scores: Floats, counts: Integers | None) -> int:
    """Return the number of draws that differ from the most frequent score."""
    groups = grouped(scores, counts)
    return groups.size - int(groups.counts.max())


def reaching(value: float, scores: Floats, counts: Integers | None, bounds: Bounds) -> Estimate:
    """Return the usual interval of a mean, extended at least to what the draws may have missed."""
    draws = scores.size if counts is None else int(counts.sum())

    def unseen(bound: float, miss: float) -> float:
        return value + missed(draws, miss) * (bound - value)

    _, low, high = hall_ends(scores, counts)
    up = isfinite(bounds.high) and unseen(bounds.high, MISS) > high
    down = isfinite(bounds.low) and unseen(bounds.low, MISS) < low
    if up and down:
        return around(value, unseen(bounds.low, MISS), unseen(bounds.high, MISS))
    if up:
        _, low, _ = hall_ends(scores, counts, SPLIT)
        high = max(high, unseen(bounds.high, SPLIT[1]))
    if down:
        _, _, high = hall_ends(scores, counts, SPLIT[::-1])
        low = min(low, unseen(bounds.low, SPLIT[1]))
    return around(value, low, high)


def with_finite_ends(value: float, low: float, high: float) -> Estimate:
    """Return an estimate whose infinite ends are None, with the reason."""
    if isfinite(low) and isfinite(high):
        return around(value, low, high)
    lower, upper = (end if isfinite(end) else None for end in (min(low, value), max(high, value)))
    return Estimate(value, lower, upper, f"fewer than {FEW} draws differ, and no bound is known")


def shortfall_measure(level: float) -> Callable[[Floats, Floats], Floats]:
    """Return a function for the expected shortfall of falling values under rows of weights."""
    tail = 1.0 - level

    def measure(values: Floats, weights: Floats) -> Floats:
        after = np.cumsum(weights, axis=1)
        counted = np.clip(tail - (after - weights), 0.0, weights)
        counted[:, -1] += np.maximum(tail - counted.sum(axis=1), 0.0)
        return np.asarray(counted @ values / tail)

    return measure


def deviation_ends(groups: Groups, bounds: Bounds) -> tuple[float, float]:
    """Return the ends of the interval of a standard deviation where few draws differ.

    One more draw is added at the farther bound for the upper end, and at the mean for the lower one.
    """
    centre = float(np.average(groups.values, weights=groups.counts))
    low, high = bounds.around(float(groups.values[0]), float(groups.values[-1]))
    farther = high if high - centre >= centre - low else low

    def spread(values: Floats, weights: Floats) -> Floats:
        away = values - centre
        return np.sqrt(np.maximum(weights @ away**2 - (weights @ away) ** 2, 0.0))

    def end(extra: float, level: float) -> float:
        if not isfinite(extra):
            return inf
        random = np.random.Generator(np.random.Philox(KEY))
        shapes = np.concatenate([[1.0], groups.counts.astype(np.float64)])
        shares = random.standard_gamma(shapes, size=(REPEATS, shapes.size))
        weights = shares / shares.sum(axis=1, keepdims=True)
        return float(np.quantile(spread(np.concatenate([[extra], groups.values]), weights), level))

    return end(centre, MISS), end(farther, 1.0 - MISS)


def top(values: Floats, counts: Integers | None, level: float) -> Groups:
    """Return the draws that may lie in the tail at a level, grouped, with all others as one group below them.

    The number of draws beyond the true quantile is uncertain; six standard deviations more than expected are kept.
    """
    draws = values.size if counts is None else int(counts.sum())
    mass = (1.0 - level) * draws
    most = min(draws, int(mass + 6.0 * sqrt(mass) + 24.0))
    if counts is None:
        kept = np.partition(values, draws - most)[draws - most :]
        groups = grouped(kept)
    else:
        whole = grouped(values, counts)
        first = int(np.searchsorted(np.cumsum(whole.counts), draws - most, side="right"))
        groups = Groups(whole.values[first:], whole.counts[first:])
    rest = draws - groups.size
    if rest <= 0:
        return groups
    return Groups(
        np.concatenate([groups.values[:1], groups.values]), np.concatenate([[rest], groups.counts]).astype(np.int64)
    )


def sd_estimate(
    value: float, values: Floats, scores: Floats, bounds: Bounds = UNKNOWN, counts: Integers | None = None
) -> Estimate:
    """Return a standard deviation as an estimate, from the draws and their scores for the variance, (draw,) both.

    ``counts`` is the number of draws with each value, one each if left out; ``bounds`` are the limits of a draw.

    Examples
    --------
    >>> sd_estimate(0.0, np.zeros(1000), np.zeros(1000), Bounds(0.0, 0.5)).high < 0.04
    True
    """
    if few(values):
        return with_finite_ends(value, *deviation_ends(grouped(values, counts), bounds))
    centre = float(np.average(values, weights=counts))
    far = max(abs(bounds.high - centre), abs(centre - bounds.low))
    _, low, high = reaching(value * value, scores, counts, Bounds(-inf, far * far))
    return around(value, sqrt(max(low or 0.0, 0.0)), sqrt(max(high or 0.0, 0.0)))


def shortfall_estimate(
    value: float,
    start: float,
    values: Floats,
    scores: Floats,
    level: float,
    bounds: Bounds = UNKNOWN,
    counts: Integers | None = None,
) -> Estimate:
    """Return an expected shortfall as an estimate; ``start`` is the value at risk, the rest as :func:`sd_estimate`.

    Examples
    --------
    Sixty-four draws contain three of the worst in a hundred; the worst of all is unknown, up to the bound:

    >>> losses = np.linspace(0.0, 0.1, 64)
    >>> found = shortfall_estimate(0.1, 0.1, losses, losses, 0.99, Bounds(0.0, 1.0))
    >>> 0.09 < found.low < 0.1, 0.9 < found.high <= 1.0
    (True, True)
    """
    if distinct(values[values > start]) < FEW:
        return with_finite_ends(value, *ends(top(values, counts, level), bounds, shortfall_measure(level)))
    return reaching(value, scores, counts, Bounds(-inf, start + max(bounds.high - start, 0.0) / (1.0 - level)))


def quantile_estimate(
    value: float, draws: int, level: float, loss_at: Callable[[Integers], Floats], enough: int, bounds: Bounds
) -> Estimate:
    """Estimate a quantile from ranks.

    Parameters
    ----------
    value
        The value for the sample.
    draws
        The number of draws.
    level
        Between 0 and 1.
    loss_at
        Takes ranks, counted from the smallest loss, which is 1; returns their losses.
    enough
        The number of different losses on the side of the quantile that has fewer: between ranks an end
        is interpolated if there are at least :data:`~multivector_sim.measure.bounded_intervals.FEW`.
    bounds
        The limits of a draw, used for an end beyond the last rank.

    Returns
    -------
    Estimate
        In the unit of the losses; an end beyond the last rank is None if there is no bound.
    """
    rank, inside, mirror, mirror_inside = quantile_ranks(draws, level)
    ranks = np.array([rank, rank + 1, mirror - 1, mirror])
    found = np.array(loss_at(np.clip(ranks, 1, draws)), dtype=np.float64)
    low, high = bounds.around(float(found.min()), float(found.max()))
    found = np.where(ranks < 1, low, np.where(ranks > draws, high, found))
    if enough < FEW or not np.isfinite(found).all():
        return beyond(value, float(found[0]), float(found[3]))
    lower = found[0] + inside * (found[1] - found[0])
    return around(value, lower, found[3] - mirror_inside * (found[3] - found[2]))


def beyond(value: float, low: float, high: float) -> Estimate:
    """Return the estimate of a quantile whose ends may lie beyond the sample."""
    if isfinite(low) and isfinite(high):
        return around(value, low, high)
    lower, upper = (end if isfinite(end) else None for end in (low, high))
    return Estimate(value, lower, upper, "too few draws lie beyond this level, and no bound is known")
