"""The register of everything in a scenario that chance moves: streams by name, uncertain numbers by their distribution.

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

LUCK = "who ruptures when"


@dataclass(frozen=True)
class Assumption:
    """A number of the scenario that a run depends on.

    Parameters
    ----------
    path
        Where it stands, as ``--set`` takes it; or a few words, for what is no number of the scenario.
    streams
        The streams that move it, usually one; none if it is certain.
    words
        What is random about it, where that is not the law at its path.
    graded
        Whether a higher uniform number is a higher number of the scenario, and not only one side of a coin.
    """

    path: str
    streams: tuple[str, ...] = ()
    words: str = ""
    graded: bool = True


@dataclass(frozen=True)
class Joined:
    """Streams whose numbers depend on each other, so that a study must move them together.

    ``is_luck`` marks those that the copula joins.
    """

    label: str
    streams: tuple[str, ...]
    is_luck: bool = False


class Register:
    """Gives out places.

    Attributes
    ----------
    streams
        The place of each stream, by name.
    uncertain
        The numbers, in their order.
    moved_by
        The place of each number's stream, -1 where nothing moves it.
    loose
        The numbers, by their places, that are drawn for everyone and belong to no rupture.
    """

    # What sensitivity asks for stands in these: assumptions by their path, sets of streams by their label, the streams
    # of the copula, and the partners whose severities go with it.

    def __init__(self) -> None:
        self.streams: dict[str, int] = {}
        self.uncertain: list[Uncertain] = []
        self.moved_by: list[int] = []
        self.free: list[int] = []
        self.known: dict[Uncertain, int] = {}
        self._assumptions: dict[str, Assumption] = {}
        self._joined: dict[str, list[str]] = {}
        self._luck: list[str] = []
        self._hard: list[str] = []

    def stream(self, name: str) -> int:
        """Return the place of a stream, a new one if the name is new."""
        return self.streams.setdefault(name, len(self.streams))

    def number(self, number: Uncertain, *, stream: str | None = None) -> int:
        """Enter a number and give its place; it is moved by the stream of its own name unless another is named."""
        unmoved = number.is_fixed and stream is None
        self.uncertain.append(number)
        if number.path:
            self.assume(number.path, () if number.is_fixed else (stream or number.name,), number.words)
        self.moved_by.append(-1 if unmoved else self.stream(stream or number.name))
        return len(self.uncertain) - 1

    def free_number(self, number: Uncertain) -> int:
        """Enter a number that has nothing to do with a rupture, once; give its place among those."""
        if number not in self.known:
            self.known[number] = len(self.free)
            self.free.append(self.number(number))
        return self.known[number]

    def assume(self, path: str, streams: tuple[str, ...] = (), words: str = "") -> None:
        """Note a number of the scenario that the run depends on; one that comes again may be moved by more streams."""
        known = self._assumptions.get(path)
        if known is None:
            self._assumptions[path] = Assumption(path, streams, words, graded=not words)
        else:
            more = tuple(name for name in streams if name not in known.streams)
            self._assumptions[path] = replace(known, streams=known.streams + more)

    def join(self, label: str, streams: tuple[str, ...]) -> None:
        """Note that numbers depend on each other."""
        self._joined.setdefault(label, []).extend(streams)

    def join_luck(self, streams: tuple[str, ...], hard: str = "") -> None:
        """Note what the copula joins: its own streams, or severities of a partner that are ``hard`` in bad luck."""
        self._luck.extend(streams)
        if hard and hard not in self._hard:
            self._hard.append(hard)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Every number that the run depends on, in the order in which they were entered."""
        return tuple(self._assumptions.values())

    @property
    def joined(self) -> tuple[Joined, ...]:
        """Every set of streams that depend on each other; none overlap."""
        label = f"{LUCK}, and how hard: {', '.join(self._hard)}" if self._hard else LUCK
        random_source = (Joined(label, tuple(self._luck), is_luck=True),) if self._luck else ()
        return (*random_source, *(Joined(name, tuple(streams)) for name, streams in self._joined.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """Name all streams in their order."""
        return tuple(self.streams)

    def numbers(self) -> Numbers:
        """Lay all numbers down as arrays."""
        return pack_numbers([(it.kind, it.parameters) for it in self.uncertain], self.moved_by)


@dataclass(frozen=True)
class Uncertain:
    """One number: its law, and the stream that moves it.

    ``path`` is where it stands in the scenario, empty for what is no number of it; ``words`` say what is random about
    it where that is not the law at the path.
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
        """Draw one block of this number alone; shape (BLOCK,)."""
        if self.is_fixed:
            return np.full(BLOCK, self.parameters[0])
        return self.at(source.uniforms(self.name))

    def at(self, uniforms: Floats) -> Floats:
        """Return the values at uniform numbers that were drawn elsewhere."""
        return fast_quantile(self.kind, self.parameters, uniforms)


def uncertain(name: str, figure: Figure, path: str = "") -> Uncertain:
    """Return a scenario's figure under the name of its stream; a name with dots is its path unless another is given."""
    return Uncertain(name, figure.law.kind, figure.law.parameters, path or ("" if "/" in name else name))


@dataclass(frozen=True, eq=False)
class Grid:
    """An array of numbers, most of them certain.

    Parameters
    ----------
    certain
        The values where no law moves them.
    number, place
        Shape (n,): which of the register's loose numbers go to which places, as flat indices; one may go to several.
    divisor
        From the scenario's unit to the array's: 12 for money a year.
    """

    certain: Floats
    number: Integers
    place: Integers
    divisor: float = 1.0

    def room(self, name: str, draws: int, make: Maker) -> Floats:
        """Make an array of so many draws; one row that all draws share, read-only, where nothing moves."""
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
    """Lay figures down in an array."""
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
    """Put numbers (number, BLOCK) where they go in ``rows`` (BLOCK, place)."""
    for at in range(number.size):
        for one in range(rows.shape[0]):
            rows[one, place[at]] = free[number[at], one] / divisor
