"""The distribution function of Student's t inside compiled code, from one degree of freedom up at one price.

With ``v = (1 + t / sqrt(k + t^2)) / 2`` between 0 and 1, and ``k = min(nu, 100)``, the function is smooth in v and
close to a power of it in the tails, so it is tabled over v exactly as quantiles are over their uniform numbers
(:mod:`multivector_sim.sampling.tables`), with the exact slopes::

    dF/dv = 2 sqrt(k) f(t) (4 v (1 - v))^(-3/2),     f the density

A look-up takes a few nanoseconds where the general function takes two hundred. That one, SciPy's, is used outside of
[0.001, 0.999], and everywhere under about one degree of freedom, where no table is good enough.
"""

from functools import lru_cache
from math import sqrt

import numpy as np
from scipy.special import gammaln
from scipy.special import stdtr as exact_cdf

from multivector_sim.compiled import step
from multivector_sim.sampling.special import stdtr
from multivector_sim.sampling.tables import PIECES, TAIL, chance, in_the_middles, limited, look_up
from multivector_sim.typing import Floats

__all__ = ["CLOSE", "student_cdf", "student_table"]

CLOSE = 1e-9
"""The greatest error of a table."""

WIDEST = 100.0
FARTHEST = 1e100
"""Beyond it the square of a value would be too large for a number, and the probability is 0 or 1."""


@lru_cache(maxsize=64)
def student_table(nu: float) -> Floats:
    """Make the table of a number of degrees of freedom.

    Parameters
    ----------
    nu
        Degrees of freedom, above 0.

    Returns
    -------
    array
        Value and slope at each node, shape (PIECES + 1, 2), within :data:`CLOSE` of the truth between its tails;
        without any row where none is good enough.

    Examples
    --------
    >>> student_table(4.0).shape, student_table(0.01).shape
    ((4097, 2), (0, 2))
    """
    nodes = np.arange(PIECES + 1) / PIECES
    at = chance(nodes)
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = 2.0 * np.sqrt(width_of(nu)) * (4.0 * at * (1.0 - at)) ** -1.5
        steepness = density(nu, score(nu, at)) * stretch * 4.0 * np.minimum(nodes, 1.0 - nodes)
    values = exact(nu, at)
    made = np.stack([values, limited(values, np.nan_to_num(steepness, posinf=0.0) / PIECES)], axis=1)
    truth = exact(nu, chance(nodes[:-1] + 0.5 / PIECES))
    inner = (truth >= TAIL / 2) & (truth <= 1.0 - TAIL / 2)
    error = np.max(np.abs(in_the_middles(made) - truth)[inner], initial=0.0)
    return made if error <= CLOSE else np.zeros((0, 2))


def width_of(nu: float) -> float:
    """Give k: with very many degrees of freedom the law is all but normal, and as wide as a normal is."""
    return min(nu, WIDEST)


def score(nu: float, at: Floats) -> Floats:
    """Give t at v."""
    return np.asarray((2.0 * at - 1.0) * np.sqrt(width_of(nu) / (4.0 * at * (1.0 - at))))


def density(nu: float, scores: Floats) -> Floats:
    """Give the density at t."""
    log = gammaln((nu + 1.0) / 2.0) - gammaln(nu / 2.0) - 0.5 * np.log(nu * np.pi)
    return np.asarray(np.exp(log - 0.5 * (nu + 1.0) * np.log1p(scores**2 / nu)))


def exact(nu: float, at: Floats) -> Floats:
    """Give the distribution function over v, by SciPy."""
    with np.errstate(divide="ignore"):
        return np.asarray(exact_cdf(nu, score(nu, at)))


@step
def student_cdf(nu: float, nodes: Floats, value: float) -> float:
    """Give the probability of a smaller value; NaN gives NaN.

    ``nodes`` is what :func:`student_table` makes of ``nu``.
    """
    if nodes.shape[0] > 0 and -FARTHEST < value < FARTHEST:
        found = look_up(nodes, 0.5 + 0.5 * value / sqrt(min(nu, WIDEST) + value * value))
        if TAIL <= found <= 1.0 - TAIL:
            return found
    exact_value: float = stdtr(nu, value)
    return exact_value
