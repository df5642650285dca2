"""Draws that come in batches and end up in one piece: room is made once, and each batch is written into its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.kernel import Room, new_room

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
        self.partners = partners
        self.channels = channels
        self.draws = 0
        self.room = self.make(0)

    def make(self, draws: int) -> Room:
        """Make new room."""
        return new_room(draws, self.channels, self.partners + 1)

    @property
    def size(self) -> int:
        """For how many draws there is room."""
        return int(self.room.ruptures.size)

    def reserve(self, draws: int) -> None:
        """Make room for so many draws in all; what there is moves along."""
        if draws > self.size:
            roomier = self.make(draws)
            for old, new in zip(self.room, roomier, strict=True):
                new[: self.draws] = old[: self.draws]
            self.room = roomier

    def append(self, outcome: Outcome) -> None:
        """Take draws in behind the others; those that were written into their place are not copied."""
        after = self.draws + outcome.ruptures.size
        if after > self.size:
            self.reserve(max(after, 2 * self.draws))
        place = self.room.part(self.draws, after).outcome()
        if not np.may_share_memory(place.ruptures, outcome.ruptures):
            for own, array in zip(place, outcome, strict=True):
                own[:] = array
        self.draws = after

    def outcome(self) -> Outcome:
        """Give what there is so far; draws that come later do not change it."""
        return self.room.part(0, self.draws).outcome()
