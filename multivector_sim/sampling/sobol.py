"""Sampling schemes: independent pseudo-random draws, or Sobol points that are spread evenly.

A scheme provides a :class:`~multivector_sim.sampling.streams.Source` for every block of a run. *Independent* draws are
pseudo-random; their intervals follow from the draws themselves. *Sobol* points fill the cube of all uniform numbers
evenly, so that averages of smooth functions converge faster than ``1/sqrt(N)``. A single sequence does not reveal its
error, so there are several, each scrambled independently (Owen 1995, by a linear scramble and a digital shift as in
Matousek 1998), and the intervals come from their differences. Block ``b`` belongs to sequence ``b mod replicates`` and
continues where that sequence stopped, so the first draws stay the same however many follow.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.sampling.streams import BLOCK, PseudoRandom, given

if TYPE_CHECKING:
    from scipy.stats import qmc

    from multivector_sim.sampling.streams import RandomSource, Source
    from multivector_sim.typing import Floats

__all__ = ["Independent", "Scheme", "Sobol", "scheme_of"]

BITS = 32
MOST_NAMES = 21_201
FEWEST, MOST = 2, 4096


class Scheme(Protocol):
    """Provides the random numbers of a run.

    ``label`` names the scheme in a saved run; ``replicates`` is the number of independent sequences of blocks, 0
    where every draw is independent.
    """

    @property
    def label(self) -> str:
        """Return the name of the scheme with its settings."""
        ...

    @property
    def replicates(self) -> int:
        """Return the number of independent sequences, 0 where the draws are independent."""
        ...

    def prepared(self, names: tuple[str, ...]) -> Scheme:
        """Return the scheme prepared for a sampler that uses these names."""
        ...

    def source(self, seed: int, block: int) -> Source:
        """Return the numbers of one block."""
        ...


@dataclass(frozen=True)
class Independent:
    """Independent pseudo-random draws."""

    label: str = field(default="pseudo-random", init=False)
    replicates: int = field(default=0, init=False)

    def prepared(self, names: tuple[str, ...]) -> Independent:
        """Return the scheme itself; it needs no preparation."""
        del names
        return self

    def source(self, seed: int, block: int) -> Source:
        """Return the numbers of one block."""
        return PseudoRandom(seed, block)


@dataclass(frozen=True)
class Sobol:
    """Scrambled Sobol points in several independent sequences.

    Parameters
    ----------
    replicates
        The number of sequences, 2 or more. With fewer, points are spread more evenly; with more, intervals are more
        reliable; a run of ``replicates`` times a power of two blocks uses the points best.
    names
        The dimensions; a run fills this in.

    Notes
    -----
    A dimension belongs to a name by its position. An addition to a scenario may therefore change all random numbers,
    which never happens with independent draws.
    """

    replicates: int = 16
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that there are enough sequences for an interval."""
        if not FEWEST <= self.replicates <= MOST:
            raise UsageError(f"sampling: {self.replicates} sequences make no sense; take {FEWEST} to {MOST:,}")

    @property
    def label(self) -> str:
        """Return the name of the scheme with its settings."""
        return f"sobol-{self.replicates}"

    def prepared(self, names: tuple[str, ...]) -> Sobol:
        """Return the scheme with a dimension for each name.

        Raises
        ------
        UsageError
            If there are more names than dimensions.
        """
        if len(names) > MOST_NAMES:
            raise UsageError(
                f"sampling: {len(names):,} uncertain numbers are more than Sobol's {MOST_NAMES:,} dimensions"
            )
        return Sobol(self.replicates, names)

    def source(self, seed: int, block: int) -> Source:
        """Return the points of one block."""
        return _Points(self.names, self.points(seed, block))

    def points(self, seed: int, block: int) -> Floats:
        """Return the points of one block, shape (BLOCK, name), strictly between 0 and 1."""
        turn, replicate = divmod(block, self.replicates)
        return own.sequences.points(seed, max(1, len(self.names)), replicate, turn)


class _Sequences:
    """The sequences that a thread has begun, of one run at a time, so that the way to a far block is made only once."""

    def __init__(self) -> None:
        self.run = (0, 0)
        self.begun: dict[int, tuple[qmc.Sobol, int]] = {}

    def points(self, seed: int, dimensions: int, replicate: int, turn: int) -> Floats:
        """Return the points of a sequence for one of its turns, shape (BLOCK, dimension), strictly between 0 and 1."""
        if self.run != (seed, dimensions):
            self.run, self.begun = (seed, dimensions), {}
        sequence, reached = self.begun.get(replicate, (None, 0))
        if sequence is None or reached > turn:
            sequence, reached = _scrambled(seed, dimensions, replicate), 0
        if reached < turn:
            sequence.fast_forward((turn - reached) * BLOCK)
        self.begun[replicate] = (sequence, turn + 1)
        return np.asarray(sequence.random(BLOCK) + 2.0 ** -(BITS + 1))


class _Own(threading.local):
    """The sequences of one thread."""

    def __init__(self) -> None:
        self.sequences = _Sequences()


own = _Own()


def _scrambled(seed: int, dimensions: int, replicate: int) -> qmc.Sobol:
    """Return a new scrambled sequence."""
    from scipy.stats import qmc

    digest = hashlib.sha256(f"{seed}/sobol/{replicate}".encode()).digest()
    scramble = np.random.default_rng(int.from_bytes(digest[:16], "little"))
    return qmc.Sobol(dimensions, scramble=True, bits=BITS, rng=scramble)


@dataclass(frozen=True, eq=False)
class _Points:
    """One block of points, with a dimension for each name."""

    names: tuple[str, ...]
    values: Floats

    def random_source(self, names: tuple[str, ...]) -> RandomSource:
        """Return the points of the named dimensions."""
        if names == self.names:
            return given(self.values)
        places = {name: place for place, name in enumerate(self.names)}
        return given(self.values[:, [places[name] for name in names]])


def scheme_of(label: str) -> Scheme:
    """Return the scheme that a label names.

    Parameters
    ----------
    label
        ``pseudo-random``, ``sobol``, or ``sobol-16`` with another number of sequences.

    Returns
    -------
    Scheme
        Not yet prepared.

    Raises
    ------
    UsageError
        If it names no scheme.

    Examples
    --------
    >>> scheme_of("sobol-8").replicates, scheme_of("pseudo-random").replicates
    (8, 0)
    """
    if label == Independent().label:
        return Independent()
    name, _, count = label.partition("-")
    if label == "sobol":
        return Sobol()
    if name == "sobol" and count.isdecimal() and len(count) <= len(str(MOST)):
        return Sobol(int(count))
    raise UsageError(f"sampling: '{label}' is not a way to sample; give pseudo-random, sobol or sobol-16")
