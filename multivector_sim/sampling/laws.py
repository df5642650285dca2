"""The laws as quantile functions: one uniform number moves one assumption.

Each function maps numbers strictly between 0 and 1 to values, monotonically, so that common random numbers, sensitivity
analysis and low-discrepancy points work for all of them alike. A new law is a function here and a line in
:data:`QUANTILES`.

These are exact and, for the beta and gamma families, slow (about a microsecond a number);
:mod:`multivector_sim.sampling.tables` has them at a fiftieth of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.typing import Floats

    Quantile: TypeAlias = "Callable[[Floats, tuple[float, ...]], Floats]"

__all__ = ["QUANTILES", "beta_shape", "gamma_shape", "pert_shape", "quantile"]


def quantile(kind: str, parameters: tuple[float, ...], numbers: Floats) -> Floats:
    """Give the values of a law at uniform numbers.

    Parameters
    ----------
    kind
        A key of :data:`QUANTILES`.
    parameters
        What the law needs, in the order in which a scenario writes it.
    numbers
        Strictly between 0 and 1; NaN gives NaN.

    Returns
    -------
    array
        Values of the same shape, never falling as the numbers rise.

    Examples
    --------
    >>> quantile("triangular", (0.0, 1.0, 2.0), np.array([0.125, 0.5])).tolist()
    [0.5, 1.0]
    """
    return QUANTILES[kind](numbers, parameters)


def fixed(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Give the same value everywhere."""
    return np.full(numbers.shape, parameters[0])


def uniform(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Rise straight from low to high."""
    low, high = parameters
    return np.asarray(low + (high - low) * numbers)


def triangular(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Have a density that climbs straight from low to likely and falls straight to high."""
    low, likely, high = parameters
    width = high - low
    if width == 0.0:
        return np.full(numbers.shape, low)
    turn = (likely - low) / width
    rising = low + np.sqrt(numbers * width * (likely - low))
    falling = high - np.sqrt((1.0 - numbers) * width * (high - likely))
    return np.asarray(np.where(numbers < turn, rising, falling))


def pert(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Be a beta between low and high with its mean at (low + 4 likely + high) / 6 (Malcolm et al. 1959)."""
    low, likely, high = parameters
    if high == low:
        return np.full(numbers.shape, low)
    first, second = pert_shape(low, likely, high)
    return np.asarray(low + (high - low) * betaincinv(first, second, numbers))


def pert_shape(low: float, likely: float, high: float) -> tuple[float, float]:
    """Give the shape of the beta behind a PERT.

    Examples
    --------
    >>> pert_shape(0.0, 0.5, 1.0)
    (3.0, 3.0)
    """
    width = high - low
    return 1.0 + 4.0 * (likely - low) / width, 1.0 + 4.0 * (high - likely) / width


def beta(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Be a beta of the given mean and standard deviation."""
    if parameters[1] == 0.0:
        return np.full(numbers.shape, parameters[0])
    return np.asarray(betaincinv(*beta_shape(*parameters), numbers))


def beta_shape(mean: float, sd: float) -> tuple[float, float]:
    """Give the shape of a beta by its moments.

    Examples
    --------
    >>> [round(shape, 12) for shape in beta_shape(0.5, 0.05**0.5)]
    [2.0, 2.0]
    """
    weight = mean * (1.0 - mean) / sd**2 - 1.0
    return mean * weight, (1.0 - mean) * weight


def lognormal(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Be the exponential of a normal with standard deviation sigma, times the median."""
    median, sigma = parameters
    return np.asarray(median * np.exp(sigma * ndtri(numbers)))


def gamma(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Be a gamma of the given mean and standard deviation."""
    if parameters[1] == 0.0:
        return np.full(numbers.shape, parameters[0])
    shape, scale = gamma_shape(*parameters)
    return np.asarray(scale * gammaincinv(shape, numbers))


def gamma_shape(mean: float, sd: float) -> tuple[float, float]:
    """Give shape and scale of a gamma by its moments.

    Examples
    --------
    >>> gamma_shape(6.0, 3.0)
    (4.0, 1.5)
    """
    return (mean / sd) ** 2, sd**2 / mean


def empirical(numbers: Floats, parameters: tuple[float, ...]) -> Floats:
    """Take each of the given values equally often."""
    values = np.sort(np.asarray(parameters, dtype=np.float64))
    places = np.nan_to_num(numbers * values.size).astype(np.int64)
    return np.where(np.isnan(numbers), np.nan, values[np.minimum(places, values.size - 1)])


QUANTILES: dict[str, Quantile] = {
    "fixed": fixed,
    "uniform": uniform,
    "triangular": triangular,
    "pert": pert,
    "beta": beta,
    "lognormal": lognormal,
    "gamma": gamma,
    "empirical": empirical,
}
