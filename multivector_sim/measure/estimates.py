"""The measures of a sample, each with its 95 % Monte Carlo interval.

Values are those of :mod:`multivector_sim.measure.tail`, intervals those of :mod:`multivector_sim.measure.intervals`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import (
    FEW,
    UNKNOWN,
    Bounds,
    distinct,
    mean_estimate,
    quantile_estimate,
    sd_estimate,
    shortfall_estimate,
)
from multivector_sim.measure.intervals import Estimate, probability_interval, shortfall_scores, variance_scores
from multivector_sim.measure.selection import check_level, check_losses, order_statistics
from multivector_sim.measure.tail import sd, tail, value_at_risk

if TYPE_CHECKING:
    from multivector_sim.typing import Floats, Integers

__all__ = [
    "Curve",
    "TailDraws",
    "count_tail",
    "curve_ranks",
    "estimate_es",
    "estimate_exceedance",
    "estimate_mean",
    "estimate_return_period",
    "estimate_sd",
    "estimate_var",
    "exceedance_curve",
    "probability_band",
]


class Curve(NamedTuple):
    """A loss-exceedance curve: arrays of equal length, the loss rising.

    ``probability`` is the share of draws that lose more than ``loss``; ``low`` and ``high`` are the ends of its
    interval, point by point.
    """

    loss: Floats
    probability: Floats
    low: Floats
    high: Floats


class TailDraws(NamedTuple):
    """The size of a tail: ``draws`` are worse than the value at risk, with ``distinct`` different losses among them.

    ``distinct`` is counted up to 30, from which the usual intervals hold.
    """

    draws: int
    distinct: int

    @property
    def is_few(self) -> bool:
        """Whether so few draws differ that intervals must allow for events that the draws missed."""
        return self.distinct < FEW


def count_tail(losses: Floats, level: float) -> TailDraws:
    """Return the number of draws that are worse than the value at risk.

    Examples
    --------
    >>> count_tail(np.arange(1000.0), 0.95), count_tail(np.zeros(1000), 0.95)
    (TailDraws(draws=50, distinct=30), TailDraws(draws=0, distinct=0))
    """
    sample = check_losses(losses)
    beyond = sample[sample > value_at_risk(sample, level)]
    return TailDraws(beyond.size, distinct(beyond))


def estimate_mean(losses: Floats, bounds: Bounds = UNKNOWN) -> Estimate:
    """Estimate the mean loss.

    Parameters
    ----------
    losses
        Shape (draw,), any unit.
    bounds
        The least and the greatest possible loss; without them an end is None where fewer than 30 draws differ.

    Returns
    -------
    Estimate
        In the unit of the losses.

    Raises
    ------
    UsageError
        If the sample is empty or holds NaN or infinity.

    Examples
    --------
    >>> estimate_mean(np.zeros(1000), Bounds(0.0, 0.25)).high < 0.001
    True
    """
    return mean_estimate(check_losses(losses), bounds)


def estimate_sd(losses: Floats, bounds: Bounds = UNKNOWN) -> Estimate:
    """Estimate the standard deviation; parameters and errors as for :func:`estimate_mean`."""
    sample = check_losses(losses)
    return sd_estimate(sd(sample), sample, variance_scores(sample), bounds)


def estimate_var(losses: Floats, level: float, bounds: Bounds = UNKNOWN) -> Estimate:
    """Estimate the value at risk.

    Parameters
    ----------
    losses
        Shape (draw,), any unit.
    level
        Between 0 and 1.
    bounds
        The least and the greatest possible loss; without them an end beyond the sample is None.

    Returns
    -------
    Estimate
        In the unit of the losses.

    Raises
    ------
    UsageError
        If the level or the sample makes no sense.

    Examples
    --------
    >>> estimate_var(np.arange(1.0, 1001.0), 0.95).value
    950.0
    """
    value = value_at_risk(losses, level)
    sample, share = check_losses(losses), check_level(level)
    enough = min(distinct(sample[sample > value]), distinct(sample[sample < value]))
    return quantile_estimate(value, sample.size, share, partial(order_statistics, sample), enough, bounds)


def estimate_es(losses: Floats, level: float, bounds: Bounds = UNKNOWN) -> Estimate:
    """Estimate the expected shortfall; parameters and errors as for :func:`estimate_var`.

    Examples
    --------
    >>> estimate_es(np.arange(1.0, 1001.0), 0.95).value
    975.5
    """
    start, value = tail(losses, level)
    sample = check_losses(losses)
    return shortfall_estimate(value, start, sample, shortfall_scores(sample, level), level, bounds)


def estimate_exceedance(losses: Floats, threshold: float) -> Estimate:
    """Estimate the probability of losing more than a threshold.

    Parameters
    ----------
    losses
        Shape (draw,), any unit.
    threshold
        In the same unit.

    Returns
    -------
    Estimate
        Between 0 and 1.

    Raises
    ------
    UsageError
        If the threshold is NaN, or the sample makes no sense.
    """
    if np.isnan(threshold):
        raise UsageError("threshold: NaN is not a loss; give a number")
    sample = check_losses(losses)
    return probability_interval(int(np.count_nonzero(sample > threshold)), sample.size)


def estimate_return_period(losses: Floats, threshold: float) -> Estimate:
    """Estimate the number of draws, each a whole horizon, among which one loses more than a threshold.

    Parameters and errors as for :func:`estimate_exceedance`. Value and high end are infinite where no draw lost more.

    Examples
    --------
    >>> estimate_return_period(np.zeros(100), 0.5).high
    inf
    """
    return period(estimate_exceedance(losses, threshold))


def period(probability: Estimate) -> Estimate:
    """Return the reciprocal of a probability; its ends are swapped."""
    value, low, high = (None if share is None else 1.0 / share if share > 0.0 else np.inf for share in probability)
    return Estimate(np.inf if value is None else value, high, low, probability.reason)


def exceedance_curve(losses: Floats, points: int = 200) -> Curve:
    """Return the probability of a greater loss for a range of losses.

    Parameters
    ----------
    losses
        Shape (draw,), any unit.
    points
        The approximate greatest number of losses listed: half of them evenly over the draws, half increasingly dense
        towards the worst draw.

    Returns
    -------
    Curve
        Losses of the sample, rising, without repetition; the last is the greatest, which no draw exceeds.

    Raises
    ------
    UsageError
        If fewer than two points are asked for, or the sample makes no sense.

    Examples
    --------
    >>> exceedance_curve(np.array([0.0, 0.0, 0.1, 0.3])).probability
    array([0.5 , 0.25, 0.  ])
    """
    if points < 2:  # noqa: PLR2004  a curve needs two ends
        raise UsageError(f"points: {points} is not a number of points; give 2 or more")
    sample = check_losses(losses)
    ordered = order_statistics(sample, np.arange(1, sample.size + 1))
    loss = np.unique(ordered[curve_ranks(sample.size, points) - 1])
    hits = sample.size - np.searchsorted(ordered, loss, side="right")
    return Curve(loss, hits / sample.size, *probability_band(hits, sample.size))


def probability_band(hits: Integers, draws: int) -> tuple[Floats, Floats]:
    """Return the ends of the interval of Clopper and Pearson for each of several counts of hits."""
    from scipy.special import betaincinv

    misses = draws - hits
    low = np.where(hits > 0, betaincinv(np.maximum(hits, 1), misses + 1, 0.025), 0.0)
    high = np.where(misses > 0, betaincinv(hits + 1, np.maximum(misses, 1), 0.975), 1.0)
    return low, high


def curve_ranks(draws: int, points: int) -> Integers:
    """Return the ranks at which a curve is evaluated; all of them when there are few draws."""
    if draws <= points:
        return np.arange(1, draws + 1)
    half = points // 2
    even = np.linspace(1, draws, points - half)
    towards_the_worst = draws + 1 - np.geomspace(1, draws, half)
    return np.unique(np.rint(np.concatenate([even, towards_the_worst])).astype(np.int64))
