"""How the luck of partners is joined: the latent numbers behind rupture times (Li 2000).

A copula is made of two members that know nothing of each other. The *dependence* gives latent normals
``Z ~ N(0, R)``: from factor loadings (a global factor, one for each bloc, and what is a partner's own) or from a full
matrix. The *family* turns them into uniforms: the Gaussian one by ``U = Phi(Z)``, the t one by
``U = F_nu(Z sqrt(nu / W))`` with one chi-square ``W`` for all partners, which makes extremes come together.

A low uniform is bad luck: an early rupture. Every factor and every partner's own part has a stream of its own, so a
partner that comes or goes leaves the luck of all others as it was. (With a full matrix this holds for partners
added behind the others, or uncorrelated with them.)

These say which copula is meant; :mod:`multivector_sim.sampling.joint` has it as arrays, and draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

    Loadings: TypeAlias = list[tuple[str, float]]

__all__ = ["Copula", "Dependence", "Factors", "Gaussian", "Matrix", "Student", "factor"]

SMALLEST_PIVOT = 1e-10
WORLD = "copula/global"


class Dependence(Protocol):
    """Makes joined standard normals of independent ones, the factors."""

    @property
    def factors(self) -> tuple[str, ...]:
        """Name the streams of the factors."""
        ...

    @property
    def loadings(self) -> list[Loadings]:
        """Give, of each partner, its factors and how much of each it bears; squares add up to 1."""
        ...


class Copula(Protocol):
    """Joins uniforms."""

    @property
    def dependence(self) -> Dependence:
        """Give what joins the normals."""
        ...

    @property
    def nu(self) -> float:
        """Give the degrees of freedom; infinite for the Gaussian family."""
        ...


@dataclass(frozen=True)
class Factors:
    """A global factor, a factor for each bloc, and what is a partner's own.

    ``R[p, q] = global^2``, plus ``bloc^2`` within a bloc. A partner without a bloc has the global factor alone.

    Parameters
    ----------
    partners, blocs
        Names of the partners, and of each one's bloc (empty for none).
    global_loading, bloc_loading
        Loadings with squares that add up to 1 at most.

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
        """Name the streams of the factors."""
        blocs = sorted(set(self.blocs) - {""})
        return (WORLD, *map(of_bloc, blocs), *map(of_partner, self.partners))

    @property
    def loadings(self) -> list[Loadings]:
        """Give the factors of each partner."""
        found = []
        for partner, bloc in zip(self.partners, self.blocs, strict=True):
            shared = self.global_loading**2 + (self.bloc_loading**2 if bloc else 0.0)
            own = [(WORLD, self.global_loading), (of_partner(partner), sqrt(max(0.0, 1.0 - shared)))]
            found.append([*own, (of_bloc(bloc), self.bloc_loading)] if bloc else own)
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
        """Name the streams of the factors."""
        return tuple(map(of_partner, self.partners))

    @property
    def loadings(self) -> list[Loadings]:
        """Give the factors of each partner: itself and those before it."""
        lower = factor(self.correlation)
        return [
            [(name, float(lower[row, column])) for column, name in enumerate(self.factors[: row + 1])]
            for row in range(len(self.partners))
        ]


@dataclass(frozen=True)
class Gaussian:
    """The Gaussian copula: extremes do not come together unless the correlation is full."""

    dependence: Dependence

    @property
    def nu(self) -> float:
        """Have infinitely many degrees of freedom."""
        return inf


@dataclass(frozen=True)
class Student:
    """The t copula with ``nu`` degrees of freedom: the fewer, the more often extremes come together."""

    dependence: Dependence
    nu: float


def of_bloc(bloc: str) -> str:
    """Name the stream of a bloc's factor."""
    return f"copula/bloc/{bloc}"


def of_partner(partner: str) -> str:
    """Name the stream of a partner's own part."""
    return f"copula/partner/{partner}"


def factor(correlation: Floats) -> Floats:
    """Factor a positive semidefinite matrix into ``L L'`` with L lower triangular, zeros where it is singular.

    Parameters
    ----------
    correlation
        Shape (n, n).

    Returns
    -------
    array
        Shape (n, n).

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
