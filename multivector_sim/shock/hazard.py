"""The time of a rupture: exponential times from correlated uniforms, with intensities that ties can lower.

``tau = -ln(1 - U) / lambda`` years, with ``lambda = lambda0 exp(-beta . (ties - ties0))``. Within a horizon of T years
a partner ruptures with probability ``1 - exp(-lambda T)``, at most once.

Each function works on one draw; compiled code calls them draw by draw.
"""

from math import expm1, inf, log1p

__all__ = ["depth", "rupture_month", "rupture_probability"]

MONTHS = 12.0


def rupture_month(uniform: float, intensity: float) -> float:
    """Return the month of a rupture.

    Examples
    --------
    >>> from math import log
    >>> rupture_month(0.5, log(2.0)), rupture_month(0.5, 0.0)
    (12.0, inf)
    """
    return MONTHS * (-log1p(-uniform) / intensity) if intensity > 0.0 else inf


def rupture_probability(intensity: float, months: float) -> float:
    """Return the probability of a rupture within a number of months.

    Examples
    --------
    >>> from math import log
    >>> rupture_probability(log(2.0), 12.0), rupture_probability(0.0, 12.0)
    (0.5, 0.0)
    """
    return -expm1(-intensity * (months / MONTHS))


def depth(uniform: float, probability: float) -> float:
    """Return the rank of a rupture among all ruptures within the horizon: near 0 for the earliest.

    Examples
    --------
    >>> depth(0.25, 0.5)
    0.5
    """
    return uniform / probability
