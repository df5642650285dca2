"""Everything of a scenario that chance moves, numbered: its streams by name, its uncertain numbers by their law.

A sampler is built on a register. Compiled code knows streams and numbers by their places in it; the order in which they
are entered is the order of the dimensions of low-discrepancy points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.sampling.numbers import Numbers, lay_down

if TYPE_CHECKING:
    from multivector_sim.engine.uncertain import Uncertain

__all__ = ["Register"]


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

    def __init__(self) -> None:
        self.streams: dict[str, int] = {}
        self.uncertain: list[Uncertain] = []
        self.moved_by: list[int] = []
        self.loose: list[int] = []
        self.known: dict[Uncertain, int] = {}

    def stream(self, name: str) -> int:
        """Give the place of a stream, a new one if the name is new."""
        return self.streams.setdefault(name, len(self.streams))

    def number(self, number: Uncertain, *, stream: str | None = None) -> int:
        """Enter a number and give its place; it is moved by the stream of its own name unless another is named."""
        unmoved = number.is_fixed and stream is None
        self.uncertain.append(number)
        self.moved_by.append(-1 if unmoved else self.stream(stream or number.name))
        return len(self.uncertain) - 1

    def loose_number(self, number: Uncertain) -> int:
        """Enter a number that has nothing to do with a rupture, once; give its place among those."""
        if number not in self.known:
            self.known[number] = len(self.loose)
            self.loose.append(self.number(number))
        return self.known[number]

    @property
    def names(self) -> tuple[str, ...]:
        """Name all streams in their order."""
        return tuple(self.streams)

    def numbers(self) -> Numbers:
        """Lay all numbers down as arrays."""
        return lay_down([(it.kind, it.parameters) for it in self.uncertain], self.moved_by)
