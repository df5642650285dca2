"""95 % Monte Carlo intervals: how far a measure might move with other random draws.

Three kinds of numbers need three methods:

**Means.** The mean loss is a mean; so are, but for terms that vanish faster, the variance and the expected shortfall,
each over a *score* of every draw, explained below. Losses are skewed, and the scores of a
tail much more so: with 2,000 lognormal losses the textbook interval of the ES at 99 %, value plus or minus 1.96
standard errors, covers the truth in 89 of 100 runs. Hall's transformation (1992) takes the skewness ``g`` of the scores
out of the studentised mean ``t`` ::

    h(t) = t + k/6 + k t^2/3 + k^2 t^3/27,   k = g / sqrt(N)

and is inverted in closed form; 95 of 100 then cover. The result is compared with Student's t, which matters only
when there are few draws.

**Quantiles.** The ranks that enclose the true quantile follow from a binomial distribution, whatever the losses.
The probability of a miss falls on one rank or the next; the ends are interpolated between the two (Nyblom 1992).

**Probabilities.** Clopper and Pearson (1934), exact from the binomial distribution: it covers in at least 95 of 100
runs, also for a loss that never occurred.

Each of the three is valid where many draws differ. Where few do, or none,
:mod:`multivector_sim.measure.bounded_intervals` uses the bounds of the losses to allow for what N draws may have
missed. No interval accounts for assumptions that are wrong.

**Scores.** A score is a number for each draw; the mean of the scores is the measure. For the mean loss it is the loss
itself; for other measures::

    variance   (loss - mean)^2 N/(N - 1)
    ES         VaR + max(0, loss - VaR) / (1 - a)

A score depends on the sample through the mean or the VaR, but moving those by a little changes the measure only in the
second order (both are where a convex function has its minimum). So the interval of a measure is that of a mean of
scores, and the interval of a difference between two runs with the same random numbers is that of the difference of
their scores, draw by draw.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, inf, nan, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from multivector_sim.display.wording import percent_between, with_interval
from multivector_sim.measure.selection import check_losses
from multivector_sim.measure.tail import start_of_tail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from multivector_sim.typing import Floats, Integers

__all__ = [
    "MISS",
    "Estimate",
    "around",
    "document_of",
    "hall_ends",
    "mean_interval",
    "probability_interval",
    "quantile_ranks",
    "shortfall_scores",
    "student_reach",
    "variance_scores",
]

MISS = 0.025
"""The probability that the truth lies below the interval, and that it lies above."""

STRAIGHT = 1e-6
"""A skewness (over the root of N) below which Hall's transformation is the identity."""


class _Ends(NamedTuple):
    """A value and the ends of its interval."""

    value: float
    low: float | None
    high: float | None


class Estimate(_Ends):
    """A number with its 95 % Monte Carlo interval, ``low <= value <= high``.

    Parameters
    ----------
    value
        The number, in any unit.
    low, high
        The ends; None where the draws do not determine them, and then there is a reason.
    reason
        The reason why an end is missing; empty if none is.

    Notes
    -----
    An estimate unpacks into value, low and high. The reason is an attribute beside them.

    Examples
    --------
    >>> f"{Estimate(0.2, 0.1, 0.4):.0%}"
    '20%'
    >>> Estimate(0.2, 0.1, 0.4).scaled(10.0)
    Estimate(value=2.0, low=1.0, high=4.0)
    >>> Estimate(0.2, 0.1, None, "too few draws").lowest, Estimate(0.2, 0.1, None, "too few draws").highest
    (0.1, inf)
    """

    reason: str = ""
    is_share: bool = False

    def __new__(cls, value: float, low: float | None, high: float | None, reason: str = "") -> Self:
        """Return an estimate."""
        made = super().__new__(cls, value, low, high)
        if reason:
            made.reason = reason
        return made

    def as_share(self) -> Estimate:
        """Return the same estimate, marked as a share, which :func:`str` writes in per cent."""
        made = Estimate(*self, self.reason)
        made.is_share = True
        return made

    def __str__(self) -> str:
        """Return the estimate and its interval with at most three digits, a share in per cent.

        Examples
        --------
        >>> str(Estimate(0.1462, 0.145, 0.148).as_share()), str(Estimate(5.0, 4.2, 5.8))
        ('14.6 % (14.5 to 14.8)', '5.0 (4.2 to 5.8)')
        """
        return percent_between(self) if self.is_share else with_interval(self)

    def __getnewargs__(self) -> tuple[float, float | None, float | None, str]:
        """Return the arguments from which a copy is made, including the reason."""
        return self.value, self.low, self.high, self.reason

    def __repr__(self) -> str:
        """Return the call that constructs it."""
        reason = f", reason={self.reason!r}" if self.reason else ""
        return f"Estimate(value={self.value!r}, low={self.low!r}, high={self.high!r}{reason})"

    def __format__(self, form: str) -> str:
        """Return the value in a format, as a number has it; without one the estimate as a text."""
        return format(self.value, form) if form else str(self)

    @property
    def lowest(self) -> float:
        """The low end; minus infinity where it is undetermined."""
        return -inf if self.low is None else self.low

    @property
    def highest(self) -> float:
        """The high end; infinity where it is undetermined."""
        return inf if self.high is None else self.high

    @property
    def plotted(self) -> tuple[float, float]:
        """The ends for a plot; NaN, which is not drawn, where one is missing."""
        return nan if self.low is None else self.low, nan if self.high is None else self.high

    @property
    def width(self) -> float:
        """The distance between the ends; infinite where one is missing."""
        return self.highest - self.lowest

    def scaled(self, factor: float) -> Estimate:
        """Return the estimate in another unit: multiplied by a factor that is not negative."""
        return self.mapped(lambda number: number * factor)

    def mapped(self, change: Callable[[float], float]) -> Estimate:
        """Return the estimate after an increasing transformation."""
        low, high = (None if end is None else change(end) for end in (self.low, self.high))
        return Estimate(change(self.value), low, high, self.reason)

    def from_one(self) -> Estimate:
        """Return 1 minus the estimate, such as the delivered share for a lost one; the ends are swapped."""
        return self.turned().mapped(lambda number: 1.0 + number)

    def turned(self) -> Estimate:
        """Return the estimate with the opposite sign, such as a gain for a loss; the ends are swapped."""
        low, high = (None if end is None else 0.0 - end for end in (self.high, self.low))
        return Estimate(0.0 - self.value, low, high, self.reason)

    def _asdict(self) -> dict[str, Any]:
        """Return the same as :meth:`document`."""
        return self.document()

    def document(self) -> dict[str, Any]:
        """Return the estimate as plain data: value, low and high, and a reason where an end is missing."""
        found: dict[str, Any] = {
            "value": float(self.value),
            "low": None if self.low is None else float(self.low),
            "high": None if self.high is None else float(self.high),
        }
        return found | {"reason": self.reason} if self.reason else found

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> Estimate:
        """Return the estimate that :meth:`document` wrote."""
        low, high = (None if found[end] is None else float(found[end]) for end in ("low", "high"))
        return cls(float(found["value"]), low, high, str(found.get("reason", "")))


def document_of(estimate: Estimate | None) -> dict[str, Any] | None:
    """Return an estimate that may be missing as plain data."""
    return None if estimate is None else estimate.document()


def around(value: float, low: float, high: float) -> Estimate:
    """Return an estimate whose ends enclose its value despite rounding."""
    return Estimate(float(value), float(min(low, value)), float(max(high, value)))


def mean_interval(scores: Floats, counts: Integers | None = None) -> Estimate:
    """Return a mean with its interval, corrected for skewness.

    Parameters
    ----------
    scores
        Shape (draw,), independent draws.
    counts
        The number of draws with each score; one each if left out.

    Returns
    -------
    Estimate
        Zero width for one draw, or where all are equal.

    See Also
    --------
    multivector_sim.measure.bounded_intervals.mean_estimate : covers where few draws differ, from the largest scores.

    References
    ----------
    Hall, P. (1992). On the removal of skewness by transformation. J. R. Statist. Soc. B 54, 221-228.

    Examples
    --------
    The longer side of the interval is that of the longer tail:

    >>> value, low, high = mean_interval(np.array([0.0] * 90 + [1.0] * 10))
    >>> high - value > value - low > 0.0
    True
    """
    return around(*hall_ends(scores, counts))


def hall_ends(
    scores: Floats, counts: Integers | None = None, misses: tuple[float, float] = (MISS, MISS)
) -> tuple[float, float, float]:
    """Return the mean and the ends of its interval by Hall's transformation; zero width where all scores are equal.

    ``misses`` are the probabilities that the truth lies below and above.
    """
    draws = scores.size if counts is None else int(counts.sum())
    centre = float(np.average(scores, weights=counts))
    away = scores - centre
    spread = float(np.abs(away).max())
    if draws == 1 or spread == 0.0:
        return centre, centre, centre
    away /= spread
    square = away * away
    deviation = sqrt(float(np.average(square, weights=counts)))
    skewness = float(np.average(square * away, weights=counts)) / deviation**3
    error = spread * deviation / sqrt(draws - 1)
    bend = skewness / sqrt(draws)
    below, above = (student_reach(draws - 1, miss) for miss in misses)
    return centre, centre - error * unbend(below, bend), centre - error * unbend(-above, bend)


def unbend(h: float, bend: float) -> float:
    """Return the inverse of Hall's transformation: the t with ``h(t) = h`` for ``k = bend``."""
    if abs(bend) < STRAIGHT:
        return h
    return 3.0 / bend * (float(np.cbrt(1.0 + bend * (h - bend / 6.0))) - 1.0)


@lru_cache(maxsize=1024)
def student_reach(freedom: int, miss: float = MISS) -> float:
    """Return the point that Student's t exceeds with a probability, by default 2.5 %."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1.0 - miss))


@lru_cache(maxsize=1024)
def quantile_ranks(draws: int, level: float) -> tuple[int, float, int, float]:
    """Return the ranks between which the ends of a quantile lie, and the interpolation: (low, part, high, part).

    References
    ----------
    Nyblom, J. (1992). Note on interpolated order statistics. Statistics & Probability Letters 14, 129-131.
    """
    low, inside = lower_rank(draws, level)
    mirror, mirror_inside = lower_rank(draws, 1.0 - level)
    return low, inside, draws + 1 - mirror, mirror_inside


def lower_rank(draws: int, level: float) -> tuple[int, float]:
    """Return the rank r with ``P(B < r) <= 2.5 % < P(B <= r)``, B binomial, and where 2.5 % lies between the two."""
    from scipy.special import bdtr, bdtrik

    rank = max(ceil(float(bdtrik(MISS, draws, level))), 0)
    while rank > 0 and bdtr(rank - 1, draws, level) > MISS:
        rank -= 1
    while bdtr(rank, draws, level) <= MISS:
        rank += 1
    below = float(bdtr(rank - 1, draws, level)) if rank > 0 else 0.0
    return rank, (MISS - below) / (float(bdtr(rank, draws, level)) - below)


def probability_interval(hits: int, draws: int) -> Estimate:
    """Return a share of draws as a probability, with the interval of Clopper and Pearson.

    Parameters
    ----------
    hits
        The number of draws in which the event happened.
    draws
        The number of all draws.

    Returns
    -------
    Estimate
        Covers the true probability in at least 95 of 100 runs.

    Examples
    --------
    >>> probability_interval(0, 100).high < 0.037
    True
    """
    from scipy.special import betaincinv

    low = float(betaincinv(hits, draws - hits + 1, MISS)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, draws - hits, 1.0 - MISS)) if hits < draws else 1.0
    return around(hits / draws, low, high)


def variance_scores(losses: Floats) -> Floats:
    """Return scores whose mean is the variance; zero for a single draw.

    Parameters
    ----------
    losses
        Shape (draw,).

    Returns
    -------
    array
        Shape (draw,), the unit of the losses squared.

    Examples
    --------
    >>> float(variance_scores(np.array([0.0, 2.0])).mean())
    2.0
    """
    sample = check_losses(losses)
    return np.asarray((sample - sample.mean()) ** 2 * (sample.size / max(sample.size - 1, 1)))


def shortfall_scores(losses: Floats, level: float) -> Floats:
    """Return scores whose mean is the expected shortfall.

    Parameters
    ----------
    losses
        Shape (draw,).
    level
        Between 0 and 1.

    Returns
    -------
    array
        Shape (draw,), the unit of the losses.

    Examples
    --------
    >>> float(shortfall_scores(np.arange(1.0, 101.0), 0.95).mean())
    98.0
    """
    sample = check_losses(losses)
    start, mass = start_of_tail(sample, level)
    excess = np.maximum(sample - start, 0.0)
    return np.asarray(start + excess * (sample.size / mass) if excess.any() else np.full(sample.size, start))
