"""Contributions of the parts of a loss to its measures: the Euler allocation (Tasche 1999).

The loss of a draw is the sum of its parts, by partner, channel or corridor. Mean, standard deviation and expected
shortfall double when all losses double. For such measures there is one allocation that is consistent with the marginal
effect of each part::

    mean   mean of the part
    sd     covariance of the part with the whole, over the sd of the whole
    ES     mean of the part over the worst (1 - a) N draws of the whole, weighted as in ES

Each set of contributions adds up to the measure of the whole. For ES the weights are those of
:func:`~multivector_sim.measure.tail.tail_weights`: draws tied at the boundary share its weight, so nothing is left
over and identical partners get identical parts, even where fixed severities make a tenth of all draws lose the same.

Every contribution is a mean of scores, one for each draw, and its interval is that of a mean. The score of a draw in
the tail is its part less the part *at* the boundary, since one more draw in the tail pushes a boundary draw out; the
latter is estimated from the draws tied at the boundary, or the nearest ones.

A contribution may be negative: a part that gains when the whole loses. NaN in the parts is refused.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import FEW, UNKNOWN, Bounds, few, mean_estimate
from multivector_sim.measure.intervals import Estimate, around, hall_ends
from multivector_sim.measure.selection import boundary, check_losses, order_statistics
from multivector_sim.measure.tail import sd, split, tail_weights

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = [
    "es_contributions",
    "estimate_es_contributions",
    "estimate_mean_contributions",
    "estimate_sd_contributions",
    "mean_contributions",
    "sd_contributions",
]

NEAR = 0.1
"""The draws on each side of the boundary that represent it, as a share of those in the tail."""


def whole(parts: Floats) -> Floats:
    """Return the sum of the parts of each draw, shape (draw, part), after checking the shape."""
    if parts.ndim != 2 or parts.shape[1] == 0:  # noqa: PLR2004  draws and parts
        raise UsageError("parts: give one row for each draw and one column for each part")
    return check_losses(parts.sum(axis=1))


def mean_contributions(parts: Floats) -> Floats:
    """Return the contribution of each part to the mean.

    Parameters
    ----------
    parts
        Shape (draw, part), any unit; a draw's loss is the sum of its row.

    Returns
    -------
    array
        Shape (part,).
    """
    whole(parts)
    return np.asarray(parts.mean(axis=0))


def sd_contributions(parts: Floats) -> Floats:
    """Return the contribution of each part to the standard deviation; zeros where it is zero.

    Parameters
    ----------
    parts
        As for :func:`mean_contributions`.

    Returns
    -------
    array
        Shape (part,), summing to the standard deviation of the whole.

    Examples
    --------
    >>> sd_contributions(np.array([[0.0, 1.0], [2.0, 1.0]]))
    array([1.41421356, 0.        ])
    """
    losses = whole(parts)
    deviation = sd(losses)
    if deviation == 0.0:
        return np.zeros(parts.shape[1])
    away = losses - losses.mean()
    return np.asarray(away @ (parts - parts.mean(axis=0)) / ((losses.size - 1) * deviation))


def es_contributions(parts: Floats, level: float) -> Floats:
    """Return the contribution of each part to the expected shortfall.

    Parameters
    ----------
    parts
        As for :func:`mean_contributions`.
    level
        Between 0 and 1.

    Returns
    -------
    array
        Shape (part,), summing to the expected shortfall of the whole up to rounding.

    Raises
    ------
    UsageError
        If the level or the parts make no sense.

    Examples
    --------
    The worst draw of four, for which three are tied; each partner causes the loss in one of the three:

    >>> es_contributions(np.array([[3.0, 0, 0], [0, 3.0, 0], [0, 0, 3.0], [0, 0, 0]]), 0.75)
    array([1., 1., 1.])
    """
    weights = tail_weights(whole(parts), level)
    counted = weights > 0.0
    return np.asarray(weights[counted] @ parts[counted])


def estimate_mean_contributions(parts: Floats, bounds: Bounds = UNKNOWN) -> list[Estimate]:
    """Estimate the contributions to the mean, with intervals; parameters as for :func:`mean_contributions`.

    ``bounds`` limit a part of a draw; without them a part has no interval where fewer than 30 draws differ.
    """
    whole(parts)
    return [mean_estimate(column, bounds) for column in parts.T]


def estimate_sd_contributions(parts: Floats) -> list[Estimate]:
    """Estimate the contributions to the standard deviation; parameters as for :func:`mean_contributions`."""
    losses = whole(parts)
    values, deviation = sd_contributions(parts), sd(losses)
    if few(losses):
        return [Estimate(float(value), None, None, f"fewer than {FEW} draws differ") for value in values]
    away = (losses - losses.mean()) / deviation
    estimates = []
    for value, column in zip(values, parts.T, strict=True):
        scores = away * (column - column.mean()) - 0.5 * value * (away * away - 1.0)
        middle, low, high = hall_ends(scores)
        estimates.append(around(value, low + value - middle, high + value - middle))
    return estimates


def estimate_es_contributions(parts: Floats, level: float, bounds: Bounds = UNKNOWN) -> list[Estimate]:
    """Estimate the contributions to the expected shortfall, with intervals.

    Parameters
    ----------
    parts, level
        As for :func:`es_contributions`.
    bounds
        The limits of a part of a draw; without them a part has no interval where its tail holds fewer than 30
        different draws.

    Returns
    -------
    list of Estimate
        One for each part; the values sum to the expected shortfall.
    """
    losses = whole(parts)
    values, weights = es_contributions(parts, level), tail_weights(losses, level)
    counts = weights * losses.size
    at_boundary = boundary_parts(parts, losses, level)
    estimates = []
    for value, start, column in zip(values, at_boundary, parts.T, strict=True):
        low, high = (start + (end - start) / (1.0 - level) for end in bounds)
        estimates.append(mean_estimate(start + counts * (column - start), Bounds(low, high), value=float(value)))
    return estimates


def boundary_parts(parts: Floats, losses: Floats, level: float) -> Floats:
    """Return the mean parts of the draws at the boundary of the tail, tied with it or nearest to it; (part,)."""
    rank, mass = boundary(level, losses.size)
    reach = ceil(NEAR * mass)
    around_it = np.clip([rank - reach, rank, rank + reach], 1, losses.size)
    low, start, high = order_statistics(losses, around_it)
    _, near = split(losses, start)
    if np.count_nonzero(near) < 2 * reach:
        near = (losses >= low) & (losses <= high)
    return np.asarray(parts[near].mean(axis=0))
