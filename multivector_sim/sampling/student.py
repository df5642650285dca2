"""The distribution function of Student's t, for whole degrees of freedom in closed form.

With ``c^2 = nu / (nu + t^2)`` and ``s = t / sqrt(nu + t^2)`` (Abramowitz and Stegun 26.7.3 and 26.7.4)::

    nu even:  F = 1/2 + s/2 (1 + 1/2 c^2 + (1 3)/(2 4) c^4 + ... up to c^(nu - 2))
    nu odd:   F = 1/2 + 1/pi (atan(t / sqrt(nu)) + s (c + 2/3 c^3 + ... up to c^(nu - 2)))

which costs a few nanoseconds where the general function costs two hundred. Other degrees, and more than thirty, are
left to the general function.
"""

from math import atan, pi, sqrt

import numpy as np
from scipy.special import stdtr

from multivector_sim.compiled import entry, step
from multivector_sim.typing import Floats

__all__ = ["student_cdf"]

MOST_TERMS = 30
FARTHEST = 1e100
"""Beyond it the square of a value would be too large for a number, and the probability is 0 or 1."""


def student_cdf(nu: float, values: Floats) -> Floats:
    """Give the probability of a smaller value.

    Parameters
    ----------
    nu
        Degrees of freedom, above 0.
    values
        Any shape; NaN gives NaN.

    Returns
    -------
    array
        The same shape, between 0 and 1, within 1e-15.

    Examples
    --------
    >>> student_cdf(1.0, np.array([0.0, 1.0])).tolist()
    [0.5, 0.75]
    """
    if nu != int(nu) or nu > MOST_TERMS:
        return np.asarray(stdtr(nu, values), dtype=np.float64)
    found = np.empty(values.shape)
    fill(int(nu), np.ascontiguousarray(values).reshape(-1), found.reshape(-1))
    return found


@entry
def fill(nu: int, values: Floats, found: Floats) -> None:
    """Write the probabilities of a row of values."""
    even = nu % 2 == 0
    for place in range(values.size):
        value = min(max(values[place], -FARTHEST), FARTHEST) if values[place] == values[place] else values[place]
        found[place] = even_cdf(nu, value) if even else odd_cdf(nu, value)


@step
def even_cdf(nu: int, value: float) -> float:
    """Sum the series for an even number of degrees."""
    square = nu / (nu + value * value)
    term, whole = 1.0, 1.0
    for number in range(1, nu // 2):
        term *= square * (2 * number - 1) / (2 * number)
        whole += term
    return 0.5 + 0.5 * whole * value / sqrt(nu + value * value)


@step
def odd_cdf(nu: int, value: float) -> float:
    """Sum the series for an odd number of degrees."""
    square = nu / (nu + value * value)
    term, whole = sqrt(square), 0.0
    for number in range(1, (nu + 1) // 2):
        whole += term
        term *= square * (2 * number) / (2 * number + 1)
    return 0.5 + (atan(value / sqrt(nu)) + whole * value / sqrt(nu + value * value)) / pi
