"""Draws that come in batches and end up in one piece: room is made once, and each batch is written into its place.

The attribution is kept apart, without its zeros (:mod:`multivector_sim.engine.packed`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.kernel import Room, new_room
from multivector_sim.engine.packed import PackedMoney, PackedOutcome

if TYPE_CHECKING:
    from multivector_sim.engine.kernel import Outcome

__all__ = ["Growing"]


class Growing:
    """An outcome that grows.

    Parameters
    ----------
    partners, channels
        How many there are.
    """

    def __init__(self, partners: int, channels: int) -> None:
        self.rows = partners + 1
        self.channels = channels
        self.draws = 0
        self.money = PackedMoney(self.rows, channels)
        self.kept = self.make(0)

    def make(self, draws: int) -> Room:
        """Make new room for all but the attribution."""
        return new_room(draws, self.channels, 0)

    @property
    def size(self) -> int:
        """For how many draws there is room."""
        return int(self.kept.ruptures.size)

    def reserve(self, draws: int) -> None:
        """Make room for so many draws in all; what there is moves along."""
        if draws > self.size:
            roomier = self.make(draws)
            for old, new in zip(self.kept, roomier, strict=True):
                new[: self.draws] = old[: self.draws]
            self.kept = roomier

    def room(self, first: int, last: int) -> Room:
        """Return the room where draws stay, and memory for their attribution until it is packed."""
        part = self.kept.part(first, last)
        return part._replace(attribution=np.empty((last - first, self.rows, self.channels)))

    def append(self, outcome: Outcome) -> None:
        """Take draws in behind the others; those that were written into their place are not copied."""
        after = self.draws + outcome.ruptures.size
        if after > self.size:
            self.reserve(max(after, 2 * self.draws))
        place = self.kept.part(self.draws, after).outcome()
        if not np.may_share_memory(place.ruptures, outcome.ruptures):
            for name in ("loss_share", "trough", "months_to_recover", "unrecovered", "ruptures"):
                getattr(place, name)[:] = getattr(outcome, name)
        self.money.append(outcome.attribution)
        self.draws = after

    def outcome(self) -> Outcome:
        """Give what there is so far; draws that come later do not change it."""
        return PackedOutcome.pack(self.kept.part(0, self.draws).outcome(), self.money.frozen())
