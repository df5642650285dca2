"""The way from one mix to another, year by year, where only so much may move in a year.

No way is shorter than the straight one, so it takes ``moved / limit`` years, rounded up, and moves the same each year.
Linear limits that both ends keep are kept on every step.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["way", "years_needed"]

ROUNDING = 1e-9
MOST_YEARS = 10_000


def years_needed(moved: float, limit: float) -> int | None:
    """Say how many whole years it takes to move so much; None for never.

    Parameters
    ----------
    moved
        The share that has to move in all.
    limit
        The share that may move in a year, 0 or more; infinite for no limit.

    Returns
    -------
    int or None
        0 where nothing moves, 1 where there is no limit.

    Examples
    --------
    >>> years_needed(0.23, 0.02), years_needed(0.06, 0.02), years_needed(0.5, float("inf")), years_needed(0.1, 0.0)
    (12, 3, 1, None)
    """
    if moved <= ROUNDING:
        return 0
    return max(ceil(moved / limit - ROUNDING), 1) if limit > 0.0 else None


def way(start: Floats, end: Floats, limit: float) -> Floats:
    """Give the mix of each year.

    Parameters
    ----------
    start, end
        Shares, shape (asset,), of the same sum.
    limit
        The share that may move in a year.

    Returns
    -------
    array
        Shape (years + 1, asset), from ``start`` to ``end``.

    Raises
    ------
    UsageError
        If it takes more than 10,000 years.

    Examples
    --------
    >>> way(np.array([0.5, 0.5]), np.array([0.3, 0.7]), 0.1)
    array([[0.5, 0.5],
           [0.4, 0.6],
           [0.3, 0.7]])
    """
    years = years_needed(float(np.maximum(end - start, 0.0).sum()), limit)
    if years is None or years > MOST_YEARS:
        raise UsageError(f"change: at {limit:g} a year it takes over {MOST_YEARS:,} years; give a greater limit")
    steps = np.linspace(0.0, 1.0, years + 1)[:, None]
    return np.asarray(start + steps * (end - start))
