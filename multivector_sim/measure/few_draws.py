"""Estimates of spread and tail that hold whether many or few draws differ.

Samples may be grouped or not; the methods are those of :mod:`multivector_sim.measure.unseen_losses`.
"""

from __future__ import annotations

from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.measure.intervals import Estimate, around, quantile_ranks
from multivector_sim.measure.unseen_losses import (
    FEW,
    UNKNOWN,
    Bounds,
    deviation_ends,
    distinct,
    ends,
    few,
    grouped,
    reaching,
    shortfall_measure,
    top,
    with_finite_ends,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.typing import Floats, Integers

__all__ = ["quantile_estimate", "sd_estimate", "shortfall_estimate"]


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
        is interpolated if there are at least :data:`~multivector_sim.measure.unseen_losses.FEW`.
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
