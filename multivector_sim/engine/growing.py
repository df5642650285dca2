"""Draws that come in batches and end up in one piece: room is made once, and each batch is copied into its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.kernel import Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Growing"]


class Growing:
    """An outcome that grows.

    Parameters
    ----------
    room
        For how many draws to make room at once; it grows by itself when there are more.
    """

    def __init__(self, room: int = 0) -> None:
        self.room = room
        self.draws = 0
        self.arrays: list[NDArray[Any]] = []

    def append(self, outcome: Outcome) -> None:
        """Copy draws in behind the others."""
        after = self.draws + outcome.ruptures.size
        if not self.arrays or after > self.arrays[0].shape[0]:
            self.room = max(after, self.room, 2 * self.draws)
            roomier = [np.empty((self.room, *array.shape[1:]), array.dtype) for array in outcome]
            for old, new in zip(self.arrays, roomier, strict=False):
                new[: self.draws] = old[: self.draws]
            self.arrays = roomier
        for own, array in zip(self.arrays, outcome, strict=True):
            own[self.draws : after] = array
        self.draws = after

    def outcome(self) -> Outcome:
        """Give what there is so far; draws that come later do not change it."""
        return Outcome(*self.arrays).part(0, self.draws)
