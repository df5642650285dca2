"""A scenario as a function of latent standard normals, one for every uncertain number.

Every stream of a sampler (a factor of the copula, a severity, a duration, a ceiling) yields uniform numbers. With ``u =
Phi(z)`` the loss is a function of a point z of independent standard normals, one coordinate for each stream. The
density of a point decreases with its distance from the origin, where every number has its median, so that the
likelihoods of all points are comparable. Points may be supplied instead of drawn; the kernel treats them alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from multivector_sim.engine.case import Case, build_case
from multivector_sim.engine.columns import column_place
from multivector_sim.engine.executors import map_in_order
from multivector_sim.engine.tasks import map_tasks
from multivector_sim.sampling.streams import BLOCK, LARGEST, SMALLEST, PseudoRandom, given

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.response.arrays import Draws
    from multivector_sim.sampling.streams import RandomSource
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Latent", "Losses", "given_draws", "latent", "standard_normals"]

Losses: TypeAlias = "Callable[[Floats], Floats]"
"""Losses (n,) of points (n, dimension)."""


FEW_POINTS = 256
"""Up to this many points are computed faster than threads start."""


@dataclass(frozen=True, eq=False)
class _Given:
    """One block of supplied uniform numbers: ``values`` is (BLOCK, name)."""

    places: dict[str, int]
    values: Floats

    def random_source(self, names: tuple[str, ...]) -> RandomSource:
        """Return the block's numbers of the named streams."""
        return given(self.values[:, [self.places[name] for name in names]])


@dataclass(frozen=True)
class Latent:
    """The loss of one column of a scenario, as a function of latent normals.

    Parameters
    ----------
    case
        The scenario, ready to run.
    names
        The streams, one for each coordinate.
    column, place
        The column's name and its place in the kernel's figures.
    workers
        The number of threads.
    """

    case: Case
    names: tuple[str, ...]
    column: str
    place: int
    workers: int = 1

    @property
    def dimensions(self) -> int:
        """The number of coordinates of a point."""
        return len(self.names)

    def __call__(self, points: Floats) -> Floats:
        """Return the losses at points."""
        if points.shape[0] == 0:
            return np.zeros(0)
        if points.shape[0] <= FEW_POINTS:
            return self.block(points)
        # To send the case for one block would take longer than the block. Parts that may be kept in a folder do not
        # depend on the workers, whose number may be another when the work is resumed.
        is_small = points.shape[0] <= BLOCK
        size = -(-points.shape[0] // self.workers) if is_small else BLOCK
        parts = [points[start : start + size] for start in range(0, points.shape[0], size)]
        return np.concatenate(list((map_in_order if is_small else map_tasks)(self.block, parts, self.workers)))

    def block(self, points: Floats) -> Floats:
        """Return the losses at no more than 1,024 points."""
        drawn = given_draws(self.case, self.names, points)
        return np.ascontiguousarray(self.case.respond(drawn).loss_share[:, self.place])


def given_draws(case: Case, names: tuple[str, ...], points: Floats) -> Draws:
    """Return the draws that correspond to points, at most one block of them."""
    from scipy.special import ndtr

    count = points.shape[0]
    filled = np.full((BLOCK, len(names)), 0.5)
    filled[:count] = np.clip(ndtr(points), SMALLEST, LARGEST)
    drawn = case.sampler.sample(_Given({name: place for place, name in enumerate(names)}, filled))
    return type(drawn)(*(array[:count] for array in drawn))


def latent(scenario: Scenario, column: str, workers: int = 1) -> Latent:
    """Return a scenario's loss as a function of latent normals.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> loss = latent(mv.load("two-buyers"), "exports")
    >>> loss(np.zeros((1, loss.dimensions))).shape
    (1,)
    """
    case = build_case(scenario)
    place = column_place(case.problem, scenario.channels, column)
    return Latent(case, case.sampler.names, column, place, workers)


def standard_normals(seed: int, block: int, names: tuple[str, ...]) -> Floats:
    """Draw one block of standard normals from the streams of a seed, shape (BLOCK, name).

    With the names of a scenario's own streams, these are the draws that
    :func:`~multivector_sim.engine.simulate.simulate` makes.

    Examples
    --------
    >>> standard_normals(1, 0, ("a", "b")).shape
    (1024, 2)
    """
    from scipy.special import ndtri

    source = PseudoRandom(seed, block)
    return np.stack([ndtri(source.uniforms(name)) for name in names], axis=1) if names else np.zeros((BLOCK, 0))
