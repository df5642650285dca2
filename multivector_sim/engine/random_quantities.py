"""The register of all random quantities of a scenario: streams by name, uncertain numbers by their distribution.

A sampler is built on a register. Compiled code knows streams and numbers by their positions in it; the order in which
they are registered is the order of the dimensions of low-discrepancy points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.compiled import kernel_entry
from multivector_sim.sampling.numbers import Numbers, fast_quantile, pack_numbers
from multivector_sim.sampling.streams import BLOCK, PseudoRandom

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from multivector_sim.response.arrays import Maker
    from multivector_sim.scenario.figure import Figure
    from multivector_sim.typing import Floats, Integers

__all__ = ["Assumption", "Grid", "Joined", "Register", "Uncertain", "grid", "put_rows", "uncertain"]

OCCURRENCE = "who ruptures when"


@dataclass(frozen=True)
class Assumption:
    """A number of the scenario that a run depends on.

    Parameters
    ----------
    path
        Its path, as ``--set`` takes it; or a short description for what is not a number of the scenario.
    streams
        The streams that move it, usually one; none if it is certain.
    words
        What is random about it, where that is not the distribution at its path.
    graded
        Whether a higher uniform number gives a higher number of the scenario, and not only one outcome of two.
    """

    path: str
    streams: tuple[str, ...] = ()
    words: str = ""
    graded: bool = True


@dataclass(frozen=True)
class Joined:
    """Streams whose numbers depend on each other, so that a study must move them together.

    ``is_copula`` marks those that the copula joins.
    """

    label: str
    streams: tuple[str, ...]
    is_copula: bool = False


class Register:
    """Assigns positions to streams and numbers.

    Attributes
    ----------
    streams
        The position of each stream, by name.
    uncertain
        The numbers, in order.
    moved_by
        The position of each number's stream, -1 if nothing moves it.
    free
        The numbers, by their positions, that are drawn in every draw and belong to no rupture.
    """

    # The data for sensitivity: assumptions by their path, sets of streams by their label, the streams
    # of the copula, and the partners whose severities depend on it.

    def __init__(self) -> None:
        self.streams: dict[str, int] = {}
        self.uncertain: list[Uncertain] = []
        self.moved_by: list[int] = []
        self.free: list[int] = []
        self.known: dict[Uncertain, int] = {}
        self._assumptions: dict[str, Assumption] = {}
        self._joined: dict[str, list[str]] = {}
        self._copula: list[str] = []
        self._hard: list[str] = []

    def stream(self, name: str) -> int:
        """Return the position of a stream; a new name gets a new one."""
        return self.streams.setdefault(name, len(self.streams))

    def number(self, number: Uncertain, *, stream: str | None = None) -> int:
        """Register a number and return its position; by default it is moved by the stream of its own name."""
        unmoved = number.is_fixed and stream is None
        self.uncertain.append(number)
        if number.path:
            self.assume(number.path, () if number.is_fixed else (stream or number.name,), number.words)
        self.moved_by.append(-1 if unmoved else self.stream(stream or number.name))
        return len(self.uncertain) - 1

    def free_number(self, number: Uncertain) -> int:
        """Register a number that belongs to no rupture, once; return its position among those."""
        if number not in self.known:
            self.known[number] = len(self.free)
            self.free.append(self.number(number))
        return self.known[number]

    def assume(self, path: str, streams: tuple[str, ...] = (), words: str = "") -> None:
        """Register a number of the scenario that the run depends on; a repeated one may be moved by further streams."""
        known = self._assumptions.get(path)
        if known is None:
            self._assumptions[path] = Assumption(path, streams, words, graded=not words)
        else:
            more = tuple(name for name in streams if name not in known.streams)
            self._assumptions[path] = replace(known, streams=known.streams + more)

    def join(self, label: str, streams: tuple[str, ...]) -> None:
        """Register streams whose numbers depend on each other."""
        self._joined.setdefault(label, []).extend(streams)

    def join_copula(self, streams: tuple[str, ...], hard: str = "") -> None:
        """Register streams that the copula joins: its own, or severities that are ``hard`` in early ruptures."""
        self._copula.extend(streams)
        if hard and hard not in self._hard:
            self._hard.append(hard)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Every number that the run depends on, in the order of registration."""
        return tuple(self._assumptions.values())

    @property
    def joined(self) -> tuple[Joined, ...]:
        """All sets of streams that depend on each other; none overlap."""
        label = f"{OCCURRENCE}, and how hard: {', '.join(self._hard)}" if self._hard else OCCURRENCE
        copula = (Joined(label, tuple(self._copula), is_copula=True),) if self._copula else ()
        return (*copula, *(Joined(name, tuple(streams)) for name, streams in self._joined.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all streams in order."""
        return tuple(self.streams)

    def numbers(self) -> Numbers:
        """Return all numbers as arrays."""
        return pack_numbers([(it.kind, it.parameters) for it in self.uncertain], self.moved_by)


@dataclass(frozen=True)
class Uncertain:
    """One number: its distribution, and the stream that moves it.

    ``path`` is its place in the scenario, empty for what is not a number of it; ``words`` describe what is random about
    it where that is not the distribution at the path.
    """

    name: str
    kind: str
    parameters: tuple[float, ...]
    path: str = ""
    words: str = ""

    @property
    def is_fixed(self) -> bool:
        """Return whether it is the same in every draw."""
        return self.kind == "fixed"

    def sample(self, source: PseudoRandom) -> Floats:
        """Return one block of this number alone; shape (BLOCK,)."""
        if self.is_fixed:
            return np.full(BLOCK, self.parameters[0])
        return self.at(source.uniforms(self.name))

    def at(self, uniforms: Floats) -> Floats:
        """Return the values at given uniform numbers."""
        return fast_quantile(self.kind, self.parameters, uniforms)


def uncertain(name: str, figure: Figure, path: str = "") -> Uncertain:
    """Return a figure of a scenario under the name of its stream; by default a name with dots is also its path."""
    return Uncertain(name, figure.law.kind, figure.law.parameters, path or ("" if "/" in name else name))


@dataclass(frozen=True, eq=False)
class Grid:
    """An array of numbers, most of them certain.

    Parameters
    ----------
    certain
        The values where no distribution moves them.
    number, place
        Shape (n,): the register's free numbers and their positions, as flat indices; one may go to several.
    divisor
        The divisor from the scenario's unit to the array's: 12 for money a year.
    """

    certain: Floats
    number: Integers
    place: Integers
    divisor: float = 1.0

    def buffer(self, name: str, draws: int, make: Maker) -> Floats:
        """Return an array of so many draws, or one row that all draws share, read-only, where nothing moves."""
        one = np.ascontiguousarray(self.certain / self.divisor)
        rows = np.ndarray((draws, *one.shape), np.float64, one.data, strides=(0, *one.strides))
        if self.number.size:
            own = make(name, rows.shape)
            own[...] = rows
            return own
        rows.flags.writeable = False
        return rows


def grid(
    register: Register,
    shape: tuple[int, ...],
    entries: Iterable[tuple[tuple[int, ...], str, Figure]],
    divisor: float = 1.0,
    paths: Mapping[str, str] | None = None,
) -> Grid:
    """Return figures as the grid of an array."""
    certain = np.zeros(shape)
    moved: dict[Uncertain, list[int]] = {}
    for index, name, figure in entries:
        number = uncertain(name, figure, (paths or {}).get(name, ""))
        if number.is_fixed:
            certain[index] = number.parameters[0]
            register.assume(number.path)
        else:
            moved.setdefault(number, []).append(int(np.ravel_multi_index(index, shape)))
    numbered = [(register.free_number(number), places) for number, places in moved.items()]
    number_of = [at for at, places in numbered for _ in places]
    place_of = [place for _, places in numbered for place in places]
    return Grid(certain, np.array(number_of, dtype=np.int64), np.array(place_of, dtype=np.int64), divisor)


@kernel_entry
def put_rows(free: Floats, number: Integers, place: Integers, divisor: float, rows: Floats) -> None:
    """Write numbers (number, BLOCK) to their positions in ``rows`` (BLOCK, place)."""
    for at in range(number.size):
        for one in range(rows.shape[0]):
            rows[one, place[at]] = free[number[at], one] / divisor
