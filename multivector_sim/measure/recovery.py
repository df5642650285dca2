"""Time to recover, with draws that have not recovered by the end of the horizon treated as censored.

A draw falls below 95 % of the baseline in some month. Either it is back by the end, and the time is known; or
the horizon ends first, and only a lower limit of the time is known. Setting such a draw to the whole
horizon, as ``months_to_recover`` does, claims more than is known and depends on the length of the horizon.

The product-limit estimate (Kaplan and Meier 1958) uses what each draw reveals. Of the draws that fell, let
``n[t]`` be those that were followed for t months or longer and ``d[t]`` those that were back after t months; the
share that takes longer than t months is ::

    S(t) = product over s <= t of (1 - d[s] / n[s])

and the mean, restricted to a horizon of T months, is its area ``S(0) + ... + S(T - 1)``: the mean of the months to
recover or T, whichever is less. Its variance is Greenwood's::

    sum over t of A(t)^2 d[t] / (n[t] (n[t] - d[t])),     A(t) = S(t) + ... + S(T - 1)

It assumes that the month in which a draw falls is independent of the time it takes, which holds if severity and
duration do not depend on the onset.

References
----------
Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations. J. Am. Statist. Assoc. 53.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.measure.bounded_intervals import FEW
from multivector_sim.measure.intervals import Estimate, around, probability_interval, student_reach

if TYPE_CHECKING:
    from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["Spells", "count_spells", "median_months", "recovered_share", "restricted_mean", "survival"]

NONE_FELL = "no draw fell under 95 % of the baseline"
TOO_FEW = f"fewer than {FEW} draws fell under 95 % of the baseline and were back by the end"
SOBOL = "evenly spread draws are not independent"


class Spells(NamedTuple):
    """Counts of the draws that fell, by months: shape (T + 1,) each; the first position, 0 months, is empty.

    ``back`` counts draws that were back after so many months; ``open`` those followed for so many and not back.
    """

    back: Integers
    open: Integers

    @property
    def fell(self) -> int:
        """The number of draws that fell."""
        return int(self.back.sum() + self.open.sum())


def count_spells(followed: Floats, still_under: Bools, months: int) -> Spells:
    """Return the counts of spells.

    Parameters
    ----------
    followed
        Shape (draw,): months from the first below to the last one below; 0 where a draw never fell.
    still_under
        Shape (draw,): whether a draw is below in the last month.
    months
        The horizon.

    Returns
    -------
    Spells
        The draws that fell.

    Examples
    --------
    >>> count_spells(np.array([0.0, 2.0, 3.0, 2.0]), np.array([False, False, True, False]), 3)
    Spells(back=array([0, 0, 2, 0]), open=array([0, 0, 0, 1]))
    """
    spans = np.rint(followed).astype(np.int64)
    fell = spans > 0
    counts = [np.bincount(spans[fell & which], minlength=months + 1) for which in (~still_under, still_under)]
    return Spells(*counts)


def survival(spells: Spells) -> Floats:
    """Return the share of the fallen draws that takes longer than 0, 1, ... T - 1 months; shape (T,).

    Examples
    --------
    Two of four are back after a month, one is last seen after two, one is back after three:

    >>> survival(Spells(np.array([0, 2, 0, 1]), np.array([0, 0, 1, 0])))
    array([1. , 0.5, 0.5])
    """
    at_risk = np.cumsum((spells.back + spells.open)[::-1])[::-1]
    share = np.where(at_risk > 0, spells.back / np.maximum(at_risk, 1), 0.0)
    return np.asarray(np.cumprod(1.0 - share)[:-1])


def restricted_mean(spells: Spells, *, independent: bool = True) -> Estimate | None:
    """Estimate the mean time until a draw that fell is back, restricted to the horizon.

    Parameters
    ----------
    spells
        The draws that fell.
    independent
        Whether the draws are independent; evenly spread ones have no interval.

    Returns
    -------
    Estimate or None
        Months; None where no draw fell, and without ends where fewer than 30 fell and were back.
    """
    if not spells.fell:
        return None
    left = survival(spells)
    value = float(left.sum())
    if not independent:
        return Estimate(value, None, None, SOBOL)
    if int(spells.back.sum()) < FEW:
        return Estimate(value, None, None, TOO_FEW)
    at_risk = np.cumsum((spells.back + spells.open)[::-1])[::-1].astype(np.float64)
    after = np.append(np.cumsum(left[::-1])[::-1], 0.0)
    rest = at_risk - spells.back
    terms = np.where(rest > 0.0, after**2 * spells.back / np.maximum(at_risk * rest, 1.0), 0.0)
    reach = student_reach(spells.fell - 1) * sqrt(float(terms.sum()))
    return around(value, max(value - reach, 1.0), min(value + reach, float(left.size)))


def recovered_share(spells: Spells, *, independent: bool = True) -> Estimate | None:
    """Estimate the share of the draws that fell which is back by the end; None where none fell."""
    if not spells.fell:
        return None
    found = probability_interval(int(spells.back.sum()), spells.fell)
    return found if independent else Estimate(found.value, None, None, SOBOL)


def median_months(spells: Spells) -> float | None:
    """Return the median months of the draws that were back by the end; None where none was.

    Examples
    --------
    >>> median_months(Spells(np.array([0, 2, 0, 1]), np.array([0, 0, 1, 0])))
    1.0
    """
    whole = int(spells.back.sum())
    if not whole:
        return None
    below = np.cumsum(spells.back)
    middle = [int(np.searchsorted(below, rank)) for rank in ((whole + 1) // 2, whole // 2 + 1)]
    return 0.5 * sum(middle)
