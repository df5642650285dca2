"""Everything that a run takes from a scenario, entered once: its streams of random numbers and all of its numbers.

A sampler is built on a register. Compiled code knows streams and numbers by their places in it; the order in which they
are entered is the order of the dimensions of low-discrepancy points.

Whoever wants to know what a run depends on, as ``sensitivity`` does, reads it here: every number of the scenario is an
:class:`Assumption`, whether a law moves it or it is certain, and what the copula or a correlation joins is noted too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multivector_sim.sampling.numbers import Numbers, lay_down

if TYPE_CHECKING:
    from multivector_sim.engine.uncertain import Uncertain

__all__ = ["Assumption", "Joined", "Register"]

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
        self.loose: list[int] = []
        self.known: dict[Uncertain, int] = {}
        self._assumptions: dict[str, Assumption] = {}
        self._joined: dict[str, list[str]] = {}
        self._luck: list[str] = []
        self._hard: list[str] = []

    def stream(self, name: str) -> int:
        """Give the place of a stream, a new one if the name is new."""
        return self.streams.setdefault(name, len(self.streams))

    def number(self, number: Uncertain, *, stream: str | None = None) -> int:
        """Enter a number and give its place; it is moved by the stream of its own name unless another is named."""
        unmoved = number.is_fixed and stream is None
        self.uncertain.append(number)
        if number.path:
            self.assume(number.path, () if number.is_fixed else (stream or number.name,), number.words)
        self.moved_by.append(-1 if unmoved else self.stream(stream or number.name))
        return len(self.uncertain) - 1

    def loose_number(self, number: Uncertain) -> int:
        """Enter a number that has nothing to do with a rupture, once; give its place among those."""
        if number not in self.known:
            self.known[number] = len(self.loose)
            self.loose.append(self.number(number))
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
        luck = (Joined(label, tuple(self._luck), is_luck=True),) if self._luck else ()
        return (*luck, *(Joined(name, tuple(streams)) for name, streams in self._joined.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """Name all streams in their order."""
        return tuple(self.streams)

    def numbers(self) -> Numbers:
        """Lay all numbers down as arrays."""
        return lay_down([(it.kind, it.parameters) for it in self.uncertain], self.moved_by)
