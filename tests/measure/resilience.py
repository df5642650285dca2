"""Resilience of a path: how deep it falls, how long it stays down, and what is still missing at its end.

A path is the delivered share of the baseline by month: 1 when nothing is missing. In the figure the shaded triangle
over the horizon is the loss (Bruneau and others 2003)::

    1 |----.         .------
      |     .      .   <- unrecovered: 1 minus the last month
      |      .   .
      |       . <- trough: the lowest month
      0 +--------------------
             months to recover: from the first month under 95 % to the last one, both counted

    resilience = mean of the path = 1 - loss share

The kernel computes the same figures month by month while it runs, and stores no path; here they are functions of
paths, which the kernel is checked against.
NaN in a path makes its figures NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["RECOVERED", "loss_share", "months_to_recover", "resilience", "trough", "unrecovered"]

RECOVERED = 0.05
"""The missing share above which a month counts as below the baseline."""

ROUNDING = 1e-12


def resilience(paths: Floats, axis: int = -1) -> Floats:
    """Return the mean delivered share over the horizon.

    Parameters
    ----------
    paths
        Delivered over baseline, any shape.
    axis
        The axis of months; for the paths of a result, (draw, period, column), it is 1.

    Returns
    -------
    array
        The shape of ``paths`` without the months.

    Examples
    --------
    >>> float(resilience(np.array([1.0, 0.5, 0.75, 0.75])))
    0.75
    """
    return np.asarray(paths.mean(axis=axis))


def loss_share(paths: Floats, axis: int = -1) -> Floats:
    """Return the share of the horizon's baseline that is missing; parameters as for :func:`resilience`."""
    return np.asarray(1.0 - resilience(paths, axis))


def trough(paths: Floats, axis: int = -1) -> Floats:
    """Return the lowest monthly delivered share; parameters as for :func:`resilience`."""
    return np.asarray(paths.min(axis=axis))


def unrecovered(paths: Floats, axis: int = -1) -> Floats:
    """Return the share that is missing in the last month; parameters as for :func:`resilience`."""
    return np.asarray(1.0 - np.take(paths, -1, axis=axis))


def months_to_recover(paths: Floats, axis: int = -1) -> Floats:
    """Return the number of months from the first one below 95 % of the baseline to the last one, both included.

    Parameters
    ----------
    paths
        Delivered over baseline, any shape.
    axis
        The axis of months.

    Returns
    -------
    array
        Whole numbers: 0 if never below, the whole horizon if still below in the last month, when the time is unknown.

    Examples
    --------
    >>> float(months_to_recover(np.array([1.0, 0.9, 1.0, 0.8, 1.0, 1.0])))
    3.0
    >>> float(months_to_recover(np.array([1.0, 0.9, 1.0, 0.8])))
    4.0
    """
    by_month = np.moveaxis(np.asarray(paths), axis, -1)
    months = by_month.shape[-1]
    under = 1.0 - by_month > RECOVERED + ROUNDING
    first = np.argmax(under, axis=-1)
    after_last = months - np.argmax(under[..., ::-1], axis=-1)
    spell = np.where(under.any(axis=-1), after_last - first, 0).astype(np.float64)
    counted = np.where(under[..., -1], float(months), spell)
    return np.asarray(np.where(np.isnan(by_month).any(axis=-1), np.nan, counted))
