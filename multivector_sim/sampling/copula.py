"""Copulas: how ruptures of different partners are correlated (Li 2000).

A copula has two parts. The *dependence* gives latent normals ``Z ~ N(0, R)``: from factor loadings (a global factor,
one for each bloc, and each partner's own) or from a full matrix. The *family* turns them into uniforms: Gaussian by ``U
= Phi(Z)``, Student t by ``U = F_nu(Z sqrt(nu / W))`` with one chi-square ``W`` for all partners, which makes extremes
occur together.

A low uniform is an early rupture. Every factor and every partner's own part has its own stream, so adding or removing a
partner leaves the random numbers of all others unchanged. (With a full matrix this holds for partners added at the end,
or uncorrelated with the others.)

Latent numbers are computed for all draws of a block, one row of 1,024 for each factor and partner, because every draw
needs them. Probabilities are computed only where a latent number is low enough to matter: callers compare it with
:func:`latent_limit` first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf, sqrt
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np
from scipy.special import ndtri, stdtrit

from multivector_sim.compiled import inline, kernel_function
from multivector_sim.sampling.special import normal_cdf, normal_quantiles, student_cdf, student_table
from multivector_sim.sampling.streams import BLOCK, LARGEST, SMALLEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.sampling.numbers import Law
    from multivector_sim.typing import Floats, Integers

    Loadings: TypeAlias = list[tuple[str, float]]

__all__ = [
    "EVEN",
    "Copula",
    "Dependence",
    "Factors",
    "Gaussian",
    "Joint",
    "Matrix",
    "Scratch",
    "Student",
    "factor",
    "inside",
    "join_latent",
    "latent_limit",
    "latent_uniforms",
    "new_scratch",
    "pack_copula",
]

SMALLEST_PIVOT = 1e-10
WORLD = "copula/global"


class Dependence(Protocol):
    """Combines independent standard normals, the factors, into correlated ones."""

    @property
    def factors(self) -> tuple[str, ...]:
        """Return the names of the factors' streams."""
        ...

    @property
    def loadings(self) -> list[Loadings]:
        """Return the factors of each partner and its loading on each; the squared loadings sum to 1."""
        ...


class Copula(Protocol):
    """Combines uniforms."""

    @property
    def dependence(self) -> Dependence:
        """Return the dependence of the normals."""
        ...

    @property
    def nu(self) -> float:
        """Return the degrees of freedom; infinite for the Gaussian family."""
        ...


@dataclass(frozen=True)
class Factors:
    """A global factor, one factor for each bloc, and one for each partner.

    ``R[p, q] = global^2``, plus ``bloc^2`` within a bloc. A partner without a bloc shares only the global factor.

    Parameters
    ----------
    partners, blocs
        Names of the partners, and of their blocs (empty for none).
    global_loading, bloc_loading
        Loadings whose squares sum to at most 1.

    Examples
    --------
    >>> Factors(("a", "b"), ("east", ""), 0.6, 0.8).loadings[1]
    [('copula/global', 0.6), ('copula/partner/b', 0.8)]
    """

    partners: tuple[str, ...]
    blocs: tuple[str, ...]
    global_loading: float
    bloc_loading: float

    @property
    def factors(self) -> tuple[str, ...]:
        """Return the names of the factors' streams."""
        blocs = sorted(set(self.blocs) - {""})
        return (WORLD, *map(_of_bloc, blocs), *map(_of_partner, self.partners))

    @property
    def loadings(self) -> list[Loadings]:
        """Return the factors of each partner."""
        found = []
        for partner, bloc in zip(self.partners, self.blocs, strict=True):
            shared = self.global_loading**2 + (self.bloc_loading**2 if bloc else 0.0)
            own = [(WORLD, self.global_loading), (_of_partner(partner), sqrt(max(0.0, 1.0 - shared)))]
            found.append([*own, (_of_bloc(bloc), self.bloc_loading)] if bloc else own)
        return found


@dataclass(frozen=True, eq=False)
class Matrix:
    """A full correlation matrix.

    Parameters
    ----------
    partners
        Names of the partners.
    correlation
        Shape (partner, partner), positive semidefinite with ones on the diagonal.
    """

    partners: tuple[str, ...]
    correlation: Floats

    @property
    def factors(self) -> tuple[str, ...]:
        """Return the names of the factors' streams."""
        return tuple(map(_of_partner, self.partners))

    @property
    def loadings(self) -> list[Loadings]:
        """Return the factors of each partner: itself and those before it."""
        lower = factor(self.correlation)
        return [
            [(name, float(lower[row, column])) for column, name in enumerate(self.factors[: row + 1])]
            for row in range(len(self.partners))
        ]


@dataclass(frozen=True)
class Gaussian:
    """The Gaussian copula: its extremes are asymptotically independent unless the correlation is full."""

    dependence: Dependence

    @property
    def nu(self) -> float:
        """Return infinitely many degrees of freedom."""
        return inf


@dataclass(frozen=True)
class Student:
    """The t copula with ``nu`` degrees of freedom: the fewer, the more often extremes coincide."""

    dependence: Dependence
    nu: float


def _of_bloc(bloc: str) -> str:
    """Return the name of the stream of a bloc's factor."""
    return f"copula/bloc/{bloc}"


def _of_partner(partner: str) -> str:
    """Return the name of the stream of a partner's own factor."""
    return f"copula/partner/{partner}"


def factor(correlation: Floats) -> Floats:
    """Factor a positive semidefinite matrix into ``L L'`` with L lower triangular, zeros where it is singular.

    Examples
    --------
    >>> factor(np.array([[1.0, 1.0], [1.0, 1.0]])).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    size = correlation.shape[0]
    lower = np.zeros((size, size))
    for column in range(size):
        left = correlation[column:, column] - lower[column:, :column] @ lower[column, :column]
        if left[0] > SMALLEST_PIVOT:
            lower[column:, column] = left / np.sqrt(left[0])
    return lower


MIXING = "copula/mixing"
EVEN: Law = ("uniform", (0.0, 1.0))
WIDER, MORE = 1.0 + 1e-6, 1e-7
"""A margin by which a limit is relaxed, so that rounding in the table never excludes a rupture."""


class Joint(NamedTuple):
    """A copula of P partners.

    ``factor`` (F,) are the uniform numbers behind the factors; the loadings of partner p are
    ``loading[first[p]:first[p + 1]]`` on the factors ``which[first[p]:first[p + 1]]``; ``nu`` is 0 for the Gaussian
    family; ``mixing`` is the chi-square of the t family, ``nodes`` the table of its distribution. Uniform numbers and
    chi-square are given as rows among the numbers drawn for every draw.
    """

    factor: Integers
    first: Integers
    which: Integers
    loading: Floats
    nu: float
    mixing: int
    nodes: Floats


class Scratch(NamedTuple):
    """Scratch memory of :func:`join_latent`: ``factors`` (F, BLOCK), normal scores; ``latent`` (P, BLOCK)."""

    factors: Floats
    latent: Floats


def _chi_square(nu: float) -> Law:
    """Return the distribution of the chi-square behind a t copula, as a gamma by its mean and standard deviation."""
    return ("gamma", (nu, sqrt(2.0 * nu)))


def pack_copula(copula: Copula, free_number: Callable[[str, Law], int]) -> Joint:
    """Return a copula as arrays."""
    factors, loadings = copula.dependence.factors, copula.dependence.loadings
    normal = isinf(copula.nu)
    mixing = -1 if normal else free_number(MIXING, _chi_square(copula.nu))
    return Joint(
        factor=np.array([free_number(name, EVEN) for name in factors], dtype=np.int64),
        first=np.cumsum([0, *map(len, loadings)], dtype=np.int64),
        which=np.array([factors.index(name) for row in loadings for name, _ in row], dtype=np.int64),
        loading=np.array([loading for row in loadings for _, loading in row], dtype=np.float64),
        nu=0.0 if normal else copula.nu,
        mixing=mixing,
        nodes=np.zeros((0, 2)) if normal else student_table(copula.nu),
    )


def latent_limit(nu: float, probability: float) -> float:
    """Return a latent number above which the uniform certainly exceeds a probability.

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
    """Return scratch memory for one block."""
    return Scratch(np.zeros((joint.factor.size, BLOCK)), np.zeros((joint.first.size - 1, BLOCK)))


@inline
def join_latent(joint: Joint, free: Floats, tails: Integers, scratch: Scratch) -> None:
    """Compute a block's latent numbers (P, BLOCK) from uniform numbers and chi-squares, rows of ``free`` (n, BLOCK).

    These rows are overwritten; ``tails`` (BLOCK,) is scratch.
    """
    for factor in range(joint.factor.size):
        normal_quantiles(free[joint.factor[factor]], free.shape[1], tails, scratch.factors[factor])
    for partner in range(joint.first.size - 1):
        for place in range(BLOCK):
            scratch.latent[partner, place] = 0.0
        for at in range(joint.first[partner], joint.first[partner + 1]):
            _apply_loading(scratch.latent[partner], joint.loading[at], scratch.factors[joint.which[at]])
    if joint.nu > 0.0:
        _spread(scratch.latent, joint.nu, free[joint.mixing])


@kernel_function
def _apply_loading(latent: Floats, loading: float, factor: Floats) -> None:
    """Add a factor, times its loading, to a row of latent numbers."""
    for place in range(BLOCK):
        latent[place] += loading * factor[place]


@kernel_function
def _spread(latent: Floats, nu: float, chi_square: Floats) -> None:
    """Turn normals into Student's t: multiply by ``sqrt(nu / chi-square)``; the chi-squares are overwritten."""
    for place in range(BLOCK):
        chi_square[place] = sqrt(nu / max(chi_square[place], SMALLEST))
    for partner in range(latent.shape[0]):
        for place in range(BLOCK):
            latent[partner, place] *= chi_square[place]


@kernel_function
def latent_uniforms(nu: float, nodes: Floats, values: Floats, count: int) -> None:
    """Turn latent numbers ``values[:count]`` into uniform ones; ``nu`` and ``nodes`` are as in :class:`Joint`."""
    for place in range(count):
        value = values[place]
        values[place] = inside(normal_cdf(value) if nu == 0.0 else student_cdf(nu, nodes, value))


@kernel_function
def inside(uniform: float) -> float:
    """Return a uniform number moved off 0 and 1, where rounding may have put it."""
    return min(max(uniform, SMALLEST), LARGEST)
