"""How the luck of partners is joined: the latent numbers behind rupture times (Li 2000).

A copula is made of two members that know nothing of each other. The *dependence* gives latent normals
``Z ~ N(0, R)``: from factor loadings (a global factor, one for each bloc, and what is a partner's own) or from a full
matrix. The *family* turns them into uniforms: the Gaussian one by ``U = Phi(Z)``, the t one by
``U = F_nu(Z sqrt(nu / W))`` with one chi-square ``W`` for all partners, which makes extremes come together.

A low uniform is bad luck: an early rupture. Every factor and every partner's own part has a stream of its own, so a
partner that comes or goes leaves the luck of all others as it was. (With a full matrix this holds for partners
added behind the others, or uncorrelated with them.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from multivector_sim.sampling.student import student_cdf
from multivector_sim.sampling.tables import fast_quantile

if TYPE_CHECKING:
    from multivector_sim.sampling.streams import Source
    from multivector_sim.typing import Floats

__all__ = ["Copula", "Dependence", "Factors", "Gaussian", "Matrix", "Student", "factor"]

SMALLEST_PIVOT = 1e-10


class Dependence(Protocol):
    """Gives joined standard normals."""

    def normals(self, source: Source) -> Floats:
        """Give one block, shape (BLOCK, partner)."""
        ...


class Copula(Protocol):
    """Gives joined uniforms."""

    def uniforms(self, source: Source) -> Floats:
        """Give one block, shape (BLOCK, partner), each strictly between 0 and 1; low is bad luck."""
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
    >>> from multivector_sim.sampling.streams import PseudoRandom
    >>> joined = Factors(("a", "b"), ("east", "east"), 0.6, 0.8).normals(PseudoRandom(1, 0))
    >>> float(abs(joined[:, 0] - joined[:, 1]).max())
    0.0
    """

    partners: tuple[str, ...]
    blocs: tuple[str, ...]
    global_loading: float
    bloc_loading: float

    def normals(self, source: Source) -> Floats:
        """Give one block, shape (BLOCK, partner)."""
        world = self.global_loading * normals(source, "copula/global")
        by_bloc = {
            bloc: self.bloc_loading * normals(source, f"copula/bloc/{bloc}") for bloc in sorted(set(self.blocs) - {""})
        }
        columns = []
        for partner, bloc in zip(self.partners, self.blocs, strict=True):
            shared = self.global_loading**2 + (self.bloc_loading**2 if bloc else 0.0)
            own = np.sqrt(max(0.0, 1.0 - shared)) * normals(source, f"copula/partner/{partner}")
            columns.append(world + own + by_bloc.get(bloc, 0.0))
        return np.stack(columns, axis=1)


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

    def normals(self, source: Source) -> Floats:
        """Give one block, shape (BLOCK, partner)."""
        own = np.stack([normals(source, f"copula/partner/{partner}") for partner in self.partners], axis=1)
        return np.asarray(own @ factor(self.correlation).T)


@dataclass(frozen=True)
class Gaussian:
    """The Gaussian copula: extremes do not come together unless the correlation is full."""

    dependence: Dependence

    def uniforms(self, source: Source) -> Floats:
        """Give one block, shape (BLOCK, partner)."""
        return inside(ndtr(self.dependence.normals(source)))


@dataclass(frozen=True)
class Student:
    """The t copula with ``nu`` degrees of freedom: the fewer, the more often extremes come together."""

    dependence: Dependence
    nu: float

    def uniforms(self, source: Source) -> Floats:
        """Give one block, shape (BLOCK, partner)."""
        chi_square = fast_quantile("gamma", (self.nu, np.sqrt(2.0 * self.nu)), source.uniforms("copula/mixing"))
        scale = np.sqrt(self.nu / np.maximum(chi_square, np.finfo(float).tiny))
        return inside(student_cdf(self.nu, self.dependence.normals(source) * scale[:, None]))


def normals(source: Source, name: str) -> Floats:
    """Give one block of independent standard normals."""
    return np.asarray(ndtri(source.uniforms(name)))


def inside(uniforms: Floats) -> Floats:
    """Keep uniforms off 0 and 1, where a rounding may have put them."""
    return np.asarray(np.clip(uniforms, np.finfo(float).tiny, 1.0 - 2.0**-53))


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
