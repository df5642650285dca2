"""The expected shortfall of a mix, and the plane that touches it there, in one compiled pass.

ES is convex and grows in proportion, so the mean of the tail's rows ::

    g = sum over draws of q[i] L[i],   q the tail weights at w

gives both: ``ES(L w) = g w``, and ``ES(L w') >= g w'`` for every other mix ``w'``. A pass adds the losses up, keeps the
draws above a floor that is somewhat below the last tail's boundary, and selects the new boundary among those alone; if
the floor turns out too high, among all. Draws tied at the boundary share its weight equally.
"""

import numpy as np

from multivector_sim.compiled import COMPILER, entry, step
from multivector_sim.measure.ranks import boundary
from multivector_sim.typing import Floats, Integers

__all__ = ["TailPlane"]

UNDER = 0.2
"""How far below the last boundary the floor lies, as a share of ES less VaR."""


class TailPlane:
    """Finds ES and its plane, again and again for one set of scenarios.

    Parameters
    ----------
    losses
        Shape (draw, asset).
    level
        Between 0 and 1.

    Examples
    --------
    >>> find = TailPlane(np.array([[0.0, 1.0], [4.0, 0.0], [0.0, 2.0], [0.0, 0.0]]), 0.5)
    >>> shortfall, plane = find(np.array([0.5, 0.5]))
    >>> shortfall, plane
    (1.5, array([2., 1.]))
    """

    def __init__(self, losses: Floats, level: float) -> None:
        draws, assets = losses.shape
        self.by_asset = np.array(losses.T, dtype=np.float64, order="C")
        rank, self.mass = boundary(level, draws)
        self.worst = draws - rank
        self.floor = -np.inf
        self.desk = (np.empty(draws), np.empty(draws), np.empty(draws + 1, dtype=np.int64))
        self.assets = assets

    def __call__(self, shares: Floats) -> tuple[float, Floats]:
        """Give ES and the plane, shape (asset,)."""
        plane = np.empty(self.assets)
        if not COMPILER:
            vectorised_plane(self.by_asset, shares, self.worst, self.mass, plane)
            return float(plane @ shares), plane
        start = tail_plane(self.by_asset, shares, self.worst, self.mass, self.floor, *self.desk, plane)
        shortfall = float(plane @ shares)
        self.floor = start - UNDER * abs(shortfall - start)
        return shortfall, plane


def vectorised_plane(by_asset: Floats, shares: Floats, worst: int, mass: float, plane: Floats) -> None:
    """Fill ``plane`` (A,) without a compiler."""
    losses = shares @ by_asset
    start = np.partition(losses, losses.size - 1 - worst)[losses.size - 1 - worst]
    beyond, tied = losses > start, losses == start
    left = max(mass - np.count_nonzero(beyond), 0.0) / mass if mass > 0.0 else 1.0
    inside = 1.0 / mass if mass > 0.0 else 0.0
    plane[:] = by_asset @ np.where(beyond, inside, np.where(tied, left / np.count_nonzero(tied), 0.0))


@entry
def tail_plane(
    by_asset: Floats,
    shares: Floats,
    worst: int,
    mass: float,
    floor: float,
    losses: Floats,
    kept: Floats,
    which: Integers,
    plane: Floats,
) -> float:
    """Fill ``plane`` (A,) and give the boundary loss; ``losses``, ``kept`` (N,) and ``which`` (N + 1,) are scratch."""
    add_up(by_asset, shares, losses)
    count = above(losses, floor, which)
    if count <= worst:
        count = above(losses, -np.inf, which)
    for place in range(count):
        kept[place] = losses[which[place]]
    start = select(kept, count, worst)
    weigh(losses, start, mass, which, count, kept)
    for asset in range(plane.size):
        row, total = by_asset[asset], 0.0
        for place in range(count):
            if kept[place] > 0.0:
                total += kept[place] * row[which[place]]
        plane[asset] = total
    return start


@step
def add_up(by_asset: Floats, shares: Floats, losses: Floats) -> None:
    """Add up the losses of a mix, asset by asset."""
    for draw in range(losses.size):
        losses[draw] = 0.0
    for asset in range(shares.size):
        share, row = shares[asset], by_asset[asset]
        if share != 0.0:
            for draw in range(losses.size):
                losses[draw] += share * row[draw]


@step
def above(losses: Floats, floor: float, which: Integers) -> int:
    """Note which draws lose at least the floor; say how many."""
    count = 0
    for draw in range(losses.size):
        which[count] = draw
        count += losses[draw] >= floor
    return count


@step
def weigh(losses: Floats, start: float, mass: float, which: Integers, count: int, weights: Floats) -> None:
    """Give each draw kept its weight in the tail; those tied at the boundary share what is left of it."""
    beyond, tied = 0, 0
    for place in range(count):
        loss = losses[which[place]]
        beyond += loss > start
        tied += loss == start
    at_boundary = max(mass - beyond, 0.0) / (mass * tied) if mass > 0.0 else 1.0 / tied
    for place in range(count):
        loss = losses[which[place]]
        inside = 1.0 / mass if mass > 0.0 else 0.0
        weights[place] = inside if loss > start else at_boundary if loss == start else 0.0


@step
def select(values: Floats, count: int, place: int) -> float:
    """Find the value of a place (from 0) among ``count``, the greatest first, by Hoare's quickselect; sorts a part."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while values[left] > pivot:
                left += 1
            while values[right] < pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if place <= right:
            high = right
        elif place >= left:
            low = left
        else:
            return float(values[place])
    return float(values[place])
