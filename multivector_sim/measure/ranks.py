"""Samples, levels and ranks: where the tail of a sample begins, and which losses have which rank.

``a N`` is taken at its decimal face value: a level of 0.57 and 100 draws make 57, not the 56.99999999999999 of the
machine. A sample is one row of finite numbers; NaN, infinity and an empty sample are refused.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.selection import NO_SAMPLE, SMALL, bracket, check_finite, in_order, losses_at, sift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.typing import Floats, Integers

__all__ = ["Boundary", "boundary", "check_level", "check_losses", "one_row", "order_statistics"]


class Boundary(NamedTuple):
    """Where the tail begins.

    ``rank`` of the boundary draw, counted from the smallest, which is 1; ``mass``, how many draws the tail holds,
    ``(1 - a) N``, not a whole number in general.
    """

    rank: int
    mass: float


def check_level(level: float) -> float:
    """Refuse what is not a level.

    Parameters
    ----------
    level
        A number between 0 and 1, neither of them.

    Returns
    -------
    float
        The same.

    Raises
    ------
    UsageError
        If it is anything else.
    """
    if not 0.0 < level < 1.0:
        raise UsageError(f"level: {level} is not a level; give a number between 0 and 1, such as 0.95")
    return float(level)


def check_losses(losses: Floats) -> Floats:
    """Refuse what is not a sample of losses.

    Parameters
    ----------
    losses
        Shape (draw,).

    Returns
    -------
    array
        The same, as doubles.

    Raises
    ------
    UsageError
        If it has another shape, no draw, NaN or infinity.
    """
    sample = one_row(losses)
    check_finite(sample)
    return sample


def one_row(losses: Floats) -> Floats:
    """Refuse what is not one row of one or more doubles; a sweep that looks for NaN needs no more."""
    sample = np.asarray(losses, dtype=np.float64)
    if sample.ndim != 1 or sample.size == 0:
        raise UsageError(NO_SAMPLE)
    return sample


def boundary(level: float, draws: int) -> Boundary:
    """Say where the tail of a sample begins.

    Parameters
    ----------
    level
        Between 0 and 1.
    draws
        How many draws the sample has.

    Returns
    -------
    Boundary
        Rank and mass.

    Examples
    --------
    >>> boundary(0.95, 100)
    Boundary(rank=95, mass=5.0)
    >>> boundary(0.57, 100), 0.57 * 100
    (Boundary(rank=57, mass=43.0), 56.99999999999999)
    >>> boundary(0.95, 10).rank
    10
    """
    below = check_level(level) * draws
    whole = round(below)
    if abs(below - whole) <= 4.0 * np.finfo(float).eps * draws:
        below = float(whole)
    return Boundary(min(max(ceil(below), 1), draws), draws - below)


def order_statistics(losses: Floats, ranks: Sequence[int] | Integers) -> Floats:
    """Give the losses of given ranks, by selection (:mod:`multivector_sim.measure.selection`).

    Parameters
    ----------
    losses
        Shape (draw,).
    ranks
        Counted from the smallest loss, which is 1. The closer together they are, the less has to be put in order.

    Returns
    -------
    array
        One loss for each rank.

    Raises
    ------
    UsageError
        If a loss is NaN or infinite.

    Examples
    --------
    >>> order_statistics(np.array([3.0, 1.0, 2.0, 5.0]), [2, 4])
    array([2., 5.])
    """
    places = np.asarray(ranks, dtype=np.int64) - 1
    if losses.size <= SMALL:
        return in_order(check_losses(losses), places)
    low, high = bracket(losses, int(places.min()), int(places.max()))
    return losses_at(losses, sift(losses, low, high), places)
