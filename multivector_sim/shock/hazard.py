"""When a partner ruptures: exponential times from joined uniforms, by intensities that ties can lower.

``tau = -ln(1 - U) / lambda`` years, with ``lambda = lambda0 exp(-beta . (ties - ties0))``. Within a horizon of T years
a partner ruptures with probability ``1 - exp(-lambda T)``, once at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["depth", "rupture_months", "rupture_probability"]

MONTHS = 12.0


def rupture_months(uniforms: Floats, intensity: Floats) -> Floats:
    """Give the times of rupture.

    Parameters
    ----------
    uniforms
        Strictly between 0 and 1; low is early.
    intensity
        Ruptures a year, not negative, of the same shape.

    Returns
    -------
    array
        Months from the start; infinite where the intensity is 0.

    Examples
    --------
    >>> rupture_months(np.array([0.5, 0.5]), np.array([np.log(2.0), 0.0])).tolist()
    [12.0, inf]
    """
    years = np.full(uniforms.shape, np.inf)
    np.divide(-np.log1p(-uniforms), intensity, out=years, where=intensity > 0.0)
    return MONTHS * years


def rupture_probability(intensity: Floats, months: float) -> Floats:
    """Give the probability of a rupture within so many months.

    Examples
    --------
    >>> rupture_probability(np.array([np.log(2.0), 0.0]), 12.0).tolist()
    [0.5, 0.0]
    """
    return np.asarray(-np.expm1(-intensity * (months / MONTHS)))


def depth(uniforms: Floats, intensity: Floats, months: float) -> Floats:
    """Give the rank of a rupture among all ruptures within the horizon: near 0 the earliest, in the worst luck.

    Parameters
    ----------
    uniforms, intensity
        As for :func:`rupture_months`.
    months
        The horizon.

    Returns
    -------
    array
        Uniform between 0 and 1 where there is a rupture within the horizon; NaN where there is none.

    Examples
    --------
    >>> depth(np.array([0.25, 0.75]), np.array([np.log(2.0), np.log(2.0)]), 12.0).tolist()
    [0.5, nan]
    """
    probability = rupture_probability(intensity, months)
    ranks = np.full(uniforms.shape, np.nan)
    np.divide(uniforms, probability, out=ranks, where=uniforms < probability)
    return ranks
