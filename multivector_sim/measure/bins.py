"""A mergeable sketch of very many losses: how many fell into each of many narrow bins, and how much they came to.

Draws that are too many to keep are counted. Bins of equal width ``w`` cover a range, and those at either end take what
lies beyond it. What the sketch says of a sample:

- mean, smallest and greatest: exact; so is the standard deviation, from a running sum of squares (Chan et al. 1979);
- a quantile: the mean of its bin, off by less than ``w``, as ranks are exact at the edges of bins;
- expected shortfall: exact beyond the bin of the quantile, and so off by less than ``w``;
- a probability of exceeding: exact for a loss that is less than ``w`` away.

The outermost bins have no such bound below or above the range. Two sketches of the same bins add up, in any order, to
the same counts; kept in one order, as a run keeps it, all of it is the same to the last bit. Unlike sketches of ranks
(KLL, t-digest), it throws no dice, and its error is one of losses, not of ranks, which is what a tail needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats, Integers

__all__ = ["Bins"]


@dataclass(eq=False)
class Bins:
    """Counts and sums of losses by bin.

    Parameters
    ----------
    low, high
        The range that is cut into bins.
    size
        How many bins there are.

    Examples
    --------
    >>> bins = Bins(0.0, 1.0, 4)
    >>> bins.add(np.array([0.1, 0.15, 0.9, 1.5]))
    >>> bins.counts.tolist(), round(bins.mean, 4), bins.greatest
    ([2, 0, 0, 2], 0.6625, 1.5)
    """

    low: float
    high: float
    size: int
    draws: int = 0
    mean: float = 0.0
    squares: float = 0.0
    smallest: float = np.inf
    greatest: float = -np.inf
    counts: Integers = field(init=False)
    sums: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Begin empty."""
        self.counts = np.zeros(self.size, dtype=np.int64)
        self.sums = np.zeros(self.size)

    @property
    def width(self) -> float:
        """The width of a bin, which bounds the error of a quantile."""
        return (self.high - self.low) / self.size

    def places(self, losses: Floats) -> Integers:
        """Give the bin of each loss."""
        found = np.floor((losses - self.low) / self.width)
        return np.asarray(np.clip(found, 0, self.size - 1).astype(np.int64))

    def add(self, losses: Floats) -> None:
        """Count more losses.

        Parameters
        ----------
        losses
            Shape (draw,), finite; none is allowed.
        """
        if losses.size == 0:
            return
        places = self.places(losses)
        np.add.at(self.counts, places, 1)
        np.add.at(self.sums, places, losses)
        centre = float(losses.mean())
        self._join(losses.size, centre, float(((losses - centre) ** 2).sum()))
        self.smallest = min(self.smallest, float(losses.min()))
        self.greatest = max(self.greatest, float(losses.max()))

    def merge(self, other: Bins) -> None:
        """Count what another sketch of the same bins has counted."""
        self.counts += other.counts
        self.sums += other.sums
        if other.draws:
            self._join(other.draws, other.mean, other.squares)
        self.smallest = min(self.smallest, other.smallest)
        self.greatest = max(self.greatest, other.greatest)

    def _join(self, draws: int, mean: float, squares: float) -> None:
        """Take in the moments of further draws."""
        whole = self.draws + draws
        away = mean - self.mean
        self.squares += squares + away * away * (self.draws * draws / whole)
        self.mean += away * (draws / whole)
        self.draws = whole

    def filled(self) -> tuple[Floats, Integers]:
        """Give the mean loss and the count of every bin that is not empty, losses rising."""
        there = np.flatnonzero(self.counts)
        means = np.clip(self.sums[there] / self.counts[there], self.smallest, self.greatest)
        return np.maximum.accumulate(means), self.counts[there]
