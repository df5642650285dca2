"""The model's monthly rupture as annual data would show it.

A rupture of the model begins on some day of a year, and statistics give means over calendar years. A short or late
rupture is spread over two years and may never take a flow under half of its base in either. So a hazard found in annual
data is that of the ruptures that annual data show; the model's is that divided by the share shown.

The envelope is that of :mod:`multivector_sim.shock.envelope`, integrated here over years and for arrays of ruptures.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["MONTHS", "STARTS", "Course", "Paths", "annual_delivered", "envelope_integral", "observe"]

MONTHS = 12.0
SHORTEST = 1e-9
STARTS = 4
"""A simulated rupture is found in one of its first so many years, or never."""


@dataclass(frozen=True)
class Course:
    """How a rupture runs: months from nothing to full, at full, and the half-life of the way to the scar.

    Ramp and duration may be arrays, one value for each rupture.
    """

    ramp_months: float | Floats
    duration_months: float | Floats
    half_life_months: float


@dataclass(frozen=True, eq=False)
class Paths:
    """What annual data would show of simulated ruptures.

    Parameters
    ----------
    shown
        The share of the ruptures that take a year under the threshold.
    severity
        Shape (rupture shown,): loss at the trough.
    onward
        Shape (rupture shown, year): delivered share from the first year under the threshold on.
    level
        The same from the trough on.
    """

    shown: float
    severity: Floats
    onward: Floats
    level: Floats


def envelope_integral(elapsed: Floats, course: Course, scar: Floats) -> Floats:
    """Return the area under the envelope from the onset.

    Parameters
    ----------
    elapsed
        Months since the onset; nothing before it.
    course
        Ramp, duration and half-life.
    scar
        The part that stays for good; broadcasts with ``elapsed``.

    Returns
    -------
    array
        Months at full severity.

    Examples
    --------
    >>> envelope_integral(np.array([-1.0, 6.0, 24.0]), Course(0.0, 12.0, 0.0), np.array(0.5)).tolist()
    [0.0, 6.0, 18.0]
    """
    ramp, duration, half = np.asarray(course.ramp_months), course.duration_months, course.half_life_months
    since = np.maximum(elapsed, 0.0)
    rising = np.minimum(since, ramp) ** 2 / (2.0 * np.maximum(ramp, SHORTEST))
    full = np.clip(since - ramp, 0.0, duration)
    after = np.maximum(since - ramp - duration, 0.0)
    tail = scar * after
    if half > 0.0:
        tail = tail + (1.0 - scar) * half / log(2.0) * -np.expm1(-log(2.0) * after / half)
    return np.asarray(rising + full + tail)


def annual_delivered(onset: Floats, severity: Floats, scar: Floats, course: Course, years: int) -> Floats:
    """Return delivered shares by calendar year.

    Parameters
    ----------
    onset
        Shape (rupture,): months after the start of the first year.
    severity, scar
        Shape (rupture,), shares.
    course
        Ramp, duration and half-life.
    years
        How many years.

    Returns
    -------
    array
        Shape (rupture, year): 1 where nothing is missing.
    """
    edges = MONTHS * np.arange(years + 1)[None, :] - onset[:, None]
    own = Course(_column(course.ramp_months), _column(course.duration_months), course.half_life_months)
    area = envelope_integral(edges, own, scar[:, None])
    return np.asarray(1.0 - severity[:, None] * np.diff(area, axis=1) / MONTHS)


def _column(months: float | Floats) -> float | Floats:
    """Return months of each rupture as a column."""
    return months if isinstance(months, float) else np.asarray(months)[:, None]


def observe(
    delivered: Floats, threshold: float, trough_years: int, horizon: int, changes: Floats | None = None
) -> Paths:
    """Return what the definition finds in delivered shares.

    Parameters
    ----------
    delivered
        Shape (rupture, year), at least ``STARTS + trough_years + horizon`` years; the rupture begins in the first.
    threshold
        A year under it is the onset.
    trough_years
        The trough is the lowest of so many years.
    horizon
        Years to follow after the trough.
    changes
        Shape (rupture, horizon + 1): changes of the log since the trough, laid over what comes after it.

    Returns
    -------
    Paths
        Delivered shares are at most 1.
    """
    under = delivered[:, :STARTS] < threshold
    seen = under.any(axis=1)
    first = np.argmax(under[seen], axis=1)[:, None]
    paths = delivered[seen]
    rows = np.arange(len(paths))[:, None]
    near = paths[rows, first + np.arange(trough_years)]
    trough = np.argmin(near, axis=1)[:, None]
    steps = np.arange(horizon + 1)
    level = paths[rows, first + trough + steps]
    onward = paths[rows, first + steps]
    if changes is not None:
        level = level * np.exp(changes[seen])
        onward = np.where(steps > trough, level[rows, np.maximum(steps - trough, 0)], onward)
    return Paths(
        float(seen.mean()) if seen.size else 0.0,
        1.0 - near.min(axis=1),
        np.clip(onward, 0.0, 1.0),
        np.clip(level, 0.0, 1.0),
    )
