"""Numbers that a law may move, and where in an array they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.sampling.streams import BLOCK
from multivector_sim.sampling.tables import fast_quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multivector_sim.sampling.streams import Source
    from multivector_sim.scenario.figure import Figure
    from multivector_sim.typing import Floats, Integers

__all__ = ["Grid", "Uncertain", "grid", "uncertain"]

EVERYWHERE = slice(None)


@dataclass(frozen=True)
class Uncertain:
    """One number: its law, and the stream that moves it."""

    name: str
    kind: str
    parameters: tuple[float, ...]

    @property
    def is_fixed(self) -> bool:
        """Say whether it is the same in every draw."""
        return self.kind == "fixed"

    def sample(self, source: Source, where: slice | Integers = EVERYWHERE) -> Floats:
        """Draw one block, or those draws of it that are wanted; shape (draw,)."""
        if self.is_fixed:
            return np.full(BLOCK, self.parameters[0])[where]
        return self.at(source.uniforms(self.name)[where])

    def at(self, uniforms: Floats) -> Floats:
        """Give the values at uniform numbers that were drawn elsewhere."""
        return fast_quantile(self.kind, self.parameters, uniforms)


def uncertain(name: str, figure: Figure) -> Uncertain:
    """Take a scenario's figure under the name of its stream."""
    return Uncertain(name, figure.law.kind, figure.law.parameters)


@dataclass(frozen=True, eq=False)
class Grid:
    """An array of numbers, most of them certain.

    Parameters
    ----------
    certain
        The values where no law moves them.
    moved
        Every uncertain number with the places, as flat indices, that it goes to: one number may fill several.
    divisor
        From the scenario's unit to the array's: 12 for money a year.
    """

    certain: Floats
    moved: tuple[tuple[Uncertain, tuple[int, ...]], ...]
    divisor: float = 1.0

    def sample(self, source: Source) -> Floats:
        """Draw one block; shape (BLOCK, ...); one row that all draws share, read-only, where nothing moves."""
        shape = (BLOCK, *self.certain.shape)
        if not self.moved:
            return np.broadcast_to(self.certain / self.divisor, shape)
        drawn = np.empty((BLOCK, self.certain.size))
        drawn[:] = self.certain.ravel()
        for number, places in self.moved:
            drawn[:, places] = number.sample(source)[:, None]
        return drawn.reshape(shape) / self.divisor


def grid(shape: tuple[int, ...], entries: Iterable[tuple[tuple[int, ...], str, Figure]], divisor: float = 1.0) -> Grid:
    """Lay figures down in an array.

    Parameters
    ----------
    shape
        Of the array.
    entries
        Index, stream name and figure of each place that is not 0; a name that comes again is the same number.
    divisor
        From the scenario's unit to the array's.

    Returns
    -------
    Grid
        Ready to be sampled.
    """
    certain = np.zeros(shape)
    moved: dict[Uncertain, tuple[int, ...]] = {}
    for index, name, figure in entries:
        number = uncertain(name, figure)
        if number.is_fixed:
            certain[index] = number.parameters[0]
        else:
            place = int(np.ravel_multi_index(index, shape))
            moved[number] = (*moved.get(number, ()), place)
    return Grid(certain, tuple(moved.items()), divisor)
