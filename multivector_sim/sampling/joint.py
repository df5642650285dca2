"""A copula as arrays, drawn inside compiled code.

Latent numbers are worked out for all draws of a block, a row of 1,024 for each factor and each partner, because every
draw needs them. Probabilities are asked for only where a latent number is low enough to matter: whoever asks compares
the latent number with :func:`latent_limit` first.
"""

from collections.abc import Callable
from math import isinf, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

from multivector_sim.compiled import step, stretch
from multivector_sim.sampling.copula import Copula
from multivector_sim.sampling.normal import normal_cdf, normal_quantiles
from multivector_sim.sampling.numbers import Law
from multivector_sim.sampling.streams import BLOCK, LARGEST, SMALLEST
from multivector_sim.sampling.student import student_cdf, student_table
from multivector_sim.typing import Floats, Integers

__all__ = [
    "EVEN",
    "Joint",
    "Scratch",
    "inside",
    "join_latent",
    "latent_limit",
    "lay_joint",
    "luck_of",
    "new_scratch",
]

MIXING = "copula/mixing"
EVEN: Law = ("uniform", (0.0, 1.0))
WIDER, MORE = 1.0 + 1e-6, 1e-7
"""How much more than needed a limit lets through, so that no rounding of the table keeps a rupture out."""


class Joint(NamedTuple):
    """A copula of P partners.

    ``factor`` (F,), the uniform number behind each factor; partner p bears ``loading[first[p]:first[p + 1]]`` of the
    factors ``which[first[p]:first[p + 1]]``; ``nu``, 0 for the Gaussian family; ``mixing``, its chi-square; ``nodes``,
    the table of the t distribution. Uniform numbers and chi-square are named by their rows among what is drawn for
    everyone.
    """

    factor: Integers
    first: Integers
    which: Integers
    loading: Floats
    nu: float
    mixing: int
    nodes: Floats


class Scratch(NamedTuple):
    """What joining writes: ``factors`` (F, BLOCK), normal scores; ``latent`` (P, BLOCK)."""

    factors: Floats
    latent: Floats


def chi_square(nu: float) -> Law:
    """Give the law of the chi-square behind a t copula, as a gamma by its mean and standard deviation."""
    return ("gamma", (nu, sqrt(2.0 * nu)))


def lay_joint(copula: Copula, loose_number: Callable[[str, Law], int]) -> Joint:
    """Lay a copula down as arrays.

    Parameters
    ----------
    copula
        Which one.
    loose_number
        Enters a number that is drawn for everyone, by its stream and its law, and gives its row.

    Returns
    -------
    Joint
        Ready to be drawn.
    """
    factors, loadings = copula.dependence.factors, copula.dependence.loadings
    normal = isinf(copula.nu)
    mixing = -1 if normal else loose_number(MIXING, chi_square(copula.nu))
    return Joint(
        factor=np.array([loose_number(name, EVEN) for name in factors], dtype=np.int64),
        first=np.cumsum([0, *map(len, loadings)], dtype=np.int64),
        which=np.array([factors.index(name) for row in loadings for name, _ in row], dtype=np.int64),
        loading=np.array([loading for row in loadings for _, loading in row], dtype=np.float64),
        nu=0.0 if normal else copula.nu,
        mixing=mixing,
        nodes=np.zeros((0, 2)) if normal else student_table(copula.nu),
    )


def latent_limit(nu: float, probability: float) -> float:
    """Give a latent number above which the uniform is certainly above a probability.

    Parameters
    ----------
    nu
        As in :class:`Joint`.
    probability
        Between 0 and 1.

    Returns
    -------
    float
        Infinite where the probability is all but 1.

    Examples
    --------
    >>> round(latent_limit(0.0, 0.05), 3), latent_limit(4.0, 1.0)
    (-1.645, inf)
    """
    enough = probability * WIDER + MORE
    if enough >= 1.0:
        return np.inf
    return float(ndtri(enough) if nu == 0.0 else stdtrit(nu, enough))


def new_scratch(joint: Joint) -> Scratch:
    """Make room for one block."""
    return Scratch(np.zeros((joint.factor.size, BLOCK)), np.zeros((joint.first.size - 1, BLOCK)))


@stretch
def join_latent(joint: Joint, loose: Floats, tails: Integers, scratch: Scratch) -> None:
    """Make a block's latent numbers (P, BLOCK) of its uniform numbers and chi-squares, rows of ``loose`` (n, BLOCK).

    These rows are used up; ``tails`` (BLOCK,) is scratch.
    """
    for factor in range(joint.factor.size):
        normal_quantiles(loose[joint.factor[factor]], loose.shape[1], tails, scratch.factors[factor])
    for partner in range(joint.first.size - 1):
        for place in range(BLOCK):
            scratch.latent[partner, place] = 0.0
        for at in range(joint.first[partner], joint.first[partner + 1]):
            bear(scratch.latent[partner], joint.loading[at], scratch.factors[joint.which[at]])
    if joint.nu > 0.0:
        spread(scratch.latent, joint.nu, loose[joint.mixing])


@step
def bear(latent: Floats, loading: float, factor: Floats) -> None:
    """Add a factor to a row of latent numbers."""
    for place in range(BLOCK):
        latent[place] += loading * factor[place]


@step
def spread(latent: Floats, nu: float, chi_square: Floats) -> None:
    """Make Student's t of normals: times ``sqrt(nu / chi-square)``; the chi-squares are overwritten."""
    for place in range(BLOCK):
        chi_square[place] = sqrt(nu / max(chi_square[place], SMALLEST))
    for partner in range(latent.shape[0]):
        for place in range(BLOCK):
            latent[partner, place] *= chi_square[place]


@step
def luck_of(nu: float, nodes: Floats, values: Floats, count: int) -> None:
    """Turn latent numbers ``values[:count]`` into uniform ones; low is bad luck. ``nu``, ``nodes``: as in the joint."""
    for place in range(count):
        value = values[place]
        values[place] = inside(normal_cdf(value) if nu == 0.0 else student_cdf(nu, nodes, value))


@step
def inside(uniform: float) -> float:
    """Keep a uniform off 0 and 1, where a rounding may have put it."""
    return min(max(uniform, SMALLEST), LARGEST)
