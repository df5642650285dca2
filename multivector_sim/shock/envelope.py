"""The course of a rupture: the exact mean of its envelope over each month.

In continuous time the envelope is 0 before the onset, rises linearly to 1 over the ramp, stays at 1 for the duration,
and then falls with a half-life to the scar, the part that never recovers::

    1 |        ________
      |       /        |_
    z |      /            `-----------
    0 |_____/
         onset  ramp  D   half-life

A month's value is the integral over that month, so a loss moves smoothly with onset and duration, and the area under a
pulse is ``ramp / 2 + D``, whatever the day on which it begins.

The two integrals are plain functions of a few numbers; compiled code calls them by their shorter names.
"""

from math import exp2, expm1, log

from multivector_sim.compiled import kernel_entry, kernel_function
from multivector_sim.typing import Floats

__all__ = ["monthly_means", "write_months"]

LOG_2 = log(2.0)


def _rising_integral(elapsed: float, ramp: float, duration: float) -> float:
    """Return the integral of the envelope from the onset over ramp and plateau.

    Examples
    --------
    >>> _rising_integral(1.0, 2.0, 3.0), _rising_integral(9.0, 2.0, 3.0)
    (0.25, 4.0)
    """
    if elapsed <= 0.0:
        return 0.0
    if elapsed < ramp:
        return 0.5 * elapsed * elapsed / ramp
    return 0.5 * ramp + min(elapsed - ramp, duration)


def _falling_integral(start: float, end: float, half_life: float, scar: float) -> float:
    """Return the integral of the envelope's tail between two times, in months after the end of the plateau.

    Examples
    --------
    >>> _falling_integral(0.0, 2.0, 0.0, 0.25)
    0.5
    """
    if end <= start:
        return 0.0
    area = scar * (end - start)
    if half_life > 0.0:
        fallen = -expm1(-LOG_2 * (end - start) / half_life)
        area += (1.0 - scar) * half_life / LOG_2 * exp2(-start / half_life) * fallen
    return area


rising, falling = kernel_function(_rising_integral), kernel_function(_falling_integral)


@kernel_entry
def monthly_means(onset: float, ramp: float, duration: float, half_life: float, scar: float, envelope: Floats) -> None:
    """Write the monthly means of one rupture's envelope, as the kernel does for each draw; for use from Python.

    Examples
    --------
    >>> import numpy as np
    >>> e = np.empty(4)
    >>> monthly_means(0.5, 1.0, 1.0, 0.0, 0.0, e)
    >>> e.tolist()
    [0.125, 0.875, 0.5, 0.0]
    """
    envelope[:] = 0.0
    if onset < envelope.shape[0]:
        write_months(onset, ramp, duration, half_life, scar, envelope)


@kernel_function
def write_months(onset: float, ramp: float, duration: float, half_life: float, scar: float, envelope: Floats) -> None:
    """Write the months of a rupture's envelope from its onset on; earlier months are left as they are."""
    months = envelope.shape[0]
    first = max(0, int(onset))
    plateau_end = ramp + duration
    before = rising(first - onset, ramp, duration)
    for month in range(first, months):
        start = month - onset - plateau_end
        after = rising(month + 1.0 - onset, ramp, duration)
        area = after - before
        before = after
        if start + 1.0 > 0.0:
            area += falling(max(0.0, start), start + 1.0, half_life, scar)
        envelope[month] = min(1.0, max(0.0, area))
