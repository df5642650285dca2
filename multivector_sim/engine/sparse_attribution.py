"""The money that each draw loses, by partner and channel, stored without its zeros.

Most partners do not rupture in most draws, so most of the attribution is zero: six sevenths of it in the reference
case. As a full array of doubles it is more than half of the memory of a run. Here only those numbers are kept whose
bits are not all zero, with their positions; unpacked arrays are identical to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from multivector_sim.engine.kernel import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from multivector_sim.typing import Floats

__all__ = ["PackedMoney", "PackedOutcome"]


class PackedMoney:
    """Arrays (draw, row, channel), concatenated along the draws and stored without their zeros.

    Parameters
    ----------
    rows, channels
        The shape of every array, without the draws.

    Examples
    --------
    >>> packed = PackedMoney(rows=2, channels=1)
    >>> packed.append(np.array([[[0.0], [3.0]], [[0.0], [0.0]]]))
    >>> packed.append(np.array([[[1.0], [0.0]]]))
    >>> packed.unpack(0, 3)[:, :, 0].tolist()
    [[0.0, 3.0], [0.0, 0.0], [1.0, 0.0]]
    """

    def __init__(self, rows: int, channels: int) -> None:
        self._shape = (rows, channels)
        self._starts = [0]
        self._batches: list[tuple[npt.NDArray[np.uint32], Floats]] = []

    @property
    def draws(self) -> int:
        """The number of draws."""
        return self._starts[-1]

    def append(self, money: Floats) -> None:
        """Append draws, at most some ten million numbers at a time."""
        flat = np.ascontiguousarray(money).reshape(-1)
        places = np.flatnonzero(flat.view(np.uint64)).astype(np.uint32)
        self._batches.append((places, flat[places]))
        self._starts.append(self.draws + money.shape[0])

    def frozen(self) -> PackedMoney:
        """Return the present state; later appends do not change it."""
        copy = PackedMoney(*self._shape)
        copy._starts, copy._batches = list(self._starts), list(self._batches)
        return copy

    def unpack(self, first: int, last: int) -> Floats:
        """Return the draws from ``first`` up to ``last`` as a full array (draw, row, channel)."""
        last = min(last, self.draws)
        found = np.zeros((max(0, last - first), *self._shape))
        for start, stop, (places, values) in zip(self._starts, self._starts[1:], self._batches, strict=False):
            if start < last and stop > first:
                batch = np.zeros((stop - start, *self._shape))
                batch.reshape(-1)[places] = values
                found[max(start, first) - first : min(stop, last) - first] = batch[
                    max(first - start, 0) : min(last, stop) - start
                ]
        return found


class PackedOutcome(Outcome):
    """An outcome whose attribution is unpacked at each access; use parts of it where memory matters."""

    __slots__ = ()

    @classmethod
    def pack(cls, outcome: Outcome, money: PackedMoney) -> PackedOutcome:
        """Return an outcome with this attribution in place of its own."""
        others = {name: getattr(outcome, name) for name in Outcome._fields if name != "attribution"}
        return cls(attribution=cast("Floats", money), **others)  # the property below unpacks it

    @property
    def attribution(self) -> Floats:
        """Shape (n, P + 1, C), as in :class:`~multivector_sim.engine.kernel.Outcome`: a new array each time."""
        return self._money.unpack(0, self.ruptures.size)

    @property
    def _money(self) -> PackedMoney:
        """The packed array that is stored in place of the attribution."""
        money = tuple.__getitem__(self, Outcome._fields.index("attribution"))
        assert isinstance(money, PackedMoney)  # noqa: S101  for the type checker; pack() is the only maker
        return money

    def part(self, first: int, last: int) -> Outcome:
        """Return the draws from ``first`` up to ``last``, with a full attribution of these draws alone."""
        others = {name: getattr(self, name)[first:last] for name in Outcome._fields if name != "attribution"}
        return Outcome(attribution=self._money.unpack(first, last), **others)

    def __iter__(self) -> Iterator[Floats]:
        """Yield the arrays in their order, with the attribution unpacked."""
        return iter([getattr(self, name) for name in Outcome._fields])

    def __reduce__(self) -> tuple[type[Outcome], tuple[Floats, ...]]:
        """Pickle the outcome with a full attribution."""
        return Outcome, tuple(iter(self))
