"""The likeliest points that cost enough: design points, where the region of great losses comes closest to the origin.

A design point solves ``min |z| such that loss(z) >= X``; its distance is the reliability index ``beta``. The search is
that of Hasofer and Lind (1974) and Rackwitz and Fiessler (1978), made safe for losses with kinks and jumps. A start is
any point that costs enough. In every round its direction is turned towards the gradient of the loss, all the way
(which is their step) and in parts; along each candidate the region is met anew
(:func:`multivector_sim.study.surface.reach`), and the nearest meeting wins. So a point never gets worse and always
costs enough. In the end each coordinate is moved by itself, which finds the way past a kink, and numbers that are
not needed go back to their medians.

What comes out is a local optimum as found. Several starts that end in one place make it more credible, not certain;
where they end in several places, there are several ways to lose X.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.study.surface import gradients, reach, unit

if TYPE_CHECKING:
    from multivector_sim.study.latent import Losses
    from multivector_sim.typing import Floats, Integers

__all__ = ["DesignPoint", "design_points"]

TURNS = np.array([1.0, 0.5, 0.25, 0.12, 0.05, 0.02])
ROUNDS = 14
STALLED = 2e-3
"""A round that brings no start closer by more than this share is the last."""

SAME = 0.25
"""Two points are one if no further apart than this share of the nearest distance."""

FURTHER = 1.5
"""A point this much further out than the nearest is too unlikely beside it to be told."""

MOST = 4
POLLS = (0.2, 0.07)
NEARER = 0.999
LAST = (0.97, 0.999)
FLAT = 1e-7


@dataclass(frozen=True, eq=False)
class DesignPoint:
    """One of the likeliest points that cost enough.

    Parameters
    ----------
    point
        Shape (dimension,), latent normals.
    loss
        What it costs.
    alignment
        The cosine between the point and the gradient of the loss there: 1 where the first-order condition of an
        optimum is met, less at a kink.
    starts
        How many starts ended here.
    """

    point: Floats
    loss: float
    alignment: float
    starts: int

    @property
    def beta(self) -> float:
        """The distance from the origin, the reliability index."""
        return float(np.linalg.norm(self.point))


def design_points(loss: Losses, threshold: float, starts: Floats) -> list[DesignPoint]:
    """Search from every start.

    Parameters
    ----------
    loss
        Losses of points.
    threshold
        The loss that must be met; the origin costs less.
    starts
        Shape (n, dimension): points that cost at least the threshold.

    Returns
    -------
    list
        The design points, the nearest first, four at most.

    Examples
    --------
    >>> slopes = np.array([3.0, 4.0])
    >>> (found,) = design_points(lambda points: points @ slopes, 10.0, np.array([[9.0, 0.0], [0.0, 5.0]]))
    >>> round(found.beta, 4), found.point.round(3).tolist(), found.starts
    (2.0, [1.2, 1.6], 2)
    """
    points, origins = ends(loss, threshold, starts)
    first = kinds_of(points)
    points = polished(loss, threshold, np.stack([points[members[0]] for members in first]))
    found = []
    for members in kinds_of(points):
        point = points[members[0]]
        slope = gradients(loss, point[None])[0]
        alignment = float(unit(slope[None])[0] @ unit(point[None])[0])
        begun = {int(origins[place]) for member in members for place in first[member]}
        found.append(DesignPoint(point, float(loss(point[None])[0]), alignment, len(begun)))
    return found[:MOST]


def ends(loss: Losses, threshold: float, starts: Floats) -> tuple[Floats, Integers]:
    """Descend from every start, and once more with an anchor where one is needed; give the ends and their starts."""
    origins = np.arange(starts.shape[0])
    points = descend(loss, threshold, starts, anchored=False)
    held = anchors(loss, threshold, starts, gradients(loss, starts))[1].any(axis=1)
    if not held.any():
        return points, origins
    others = descend(loss, threshold, starts[held], anchored=True)
    return np.concatenate([points, others]), np.concatenate([origins, origins[held]])


def descend(loss: Losses, threshold: float, starts: Floats, *, anchored: bool, rounds: int = ROUNDS) -> Floats:
    """Bring every start closer to the origin, round by round."""
    points = starts.copy()
    for _ in range(rounds):
        before = np.linalg.norm(points, axis=1)
        points = turned(loss, threshold, points, anchored=anchored)
        if np.all(np.linalg.norm(points, axis=1) > (1.0 - STALLED) * before):
            break
    return points


def turned(loss: Losses, threshold: float, points: Floats, *, anchored: bool) -> Floats:
    """Turn each point towards the gradient, as far as helps; what is anchored is held where it is."""
    slopes = gradients(loss, points)
    bases = np.zeros_like(points)
    if anchored:
        points, bases = anchors(loss, threshold, points, slopes)
    aims = unit(np.where(bases == 0.0, slopes, 0.0))
    here = unit(points - bases)
    turns = TURNS[None, :, None]
    tried = unit((1.0 - turns) * here[:, None] + turns * aims[:, None])
    return nearest(loss, threshold, points, bases, np.concatenate([tried, here[:, None]], axis=1))


def nearest(loss: Losses, threshold: float, points: Floats, bases: Floats, directions: Floats) -> Floats:
    """Give the nearest point that costs enough among each one's directions (n, candidate, dimension), or itself."""
    count, candidates, size = directions.shape
    lengths = np.linalg.norm(points - bases, axis=1)
    flat, begin = directions.reshape(-1, size), np.repeat(bases, candidates, axis=0)
    distances = reach(loss, threshold, begin, flat, np.repeat(lengths, candidates)).reshape(count, candidates)
    rows, best = np.arange(count), np.argmin(distances, axis=1)
    closer = distances[rows, best] < lengths
    moved = bases + directions[rows, best] * np.where(closer, distances[rows, best], 0.0)[:, None]
    return np.where(closer[:, None], moved, points)


def anchors(loss: Losses, threshold: float, points: Floats, slopes: Floats) -> tuple[Floats, Floats]:
    """Find the coordinates that a gradient does not see and that are needed all the same: what stands behind a jump.

    Gives the points with every flat coordinate at its median, or as near to it as may be, and the needed ones alone.
    """
    flat = (np.abs(slopes) <= FLAT * np.abs(slopes).max(axis=1, keepdims=True)) & (points != 0.0)
    points, bases = points.copy(), np.zeros_like(points)
    for row in range(points.shape[0]):
        places = np.flatnonzero(flat[row])
        without = np.repeat(points[row][None], places.size, axis=0)
        without[np.arange(places.size), places] = 0.0
        free = places[loss(without) >= threshold]
        trial = points[row].copy()
        trial[free] = 0.0
        if loss(trial[None])[0] < threshold:
            continue
        needed = np.setdiff1d(places, free)
        for place in needed.tolist():
            trial[place] = drawn_in(loss, threshold, trial, place)
        points[row] = trial
        bases[row, needed] = trial[needed]
    return points, bases


def drawn_in(loss: Losses, threshold: float, point: Floats, place: int) -> float:
    """Bring one coordinate as near to its median as may be."""
    base, direction = point.copy(), np.zeros_like(point)
    base[place], direction[place] = 0.0, np.sign(point[place])
    far = np.array([abs(point[place])])
    distance = reach(loss, threshold, base[None], direction[None], far, nearest=0.0)[0]
    return float(direction[place] * min(distance, far[0]))


def polished(loss: Losses, threshold: float, points: Floats) -> Floats:
    """Move each coordinate by itself, and turn again; every point keeps its place."""
    for share in POLLS:
        points = np.stack([polled(loss, threshold, point, share) for point in points])
        points = descend(loss, threshold, points, anchored=True, rounds=3)
    for part in LAST:
        here, lengths = unit(points), np.linalg.norm(points, axis=1)
        distances = reach(loss, threshold, np.zeros_like(points), here, lengths, part)
        points = here * np.minimum(distances, lengths)[:, None]
    return points


def polled(loss: Losses, threshold: float, point: Floats, share: float) -> Floats:
    """Move one coordinate up, down or back to its median, if that is nearer; the others give way together."""
    length, size = float(np.linalg.norm(point)), point.size
    step = share * length * np.eye(size)
    without = np.where(np.eye(size, dtype=bool), 0.0, point)
    directions = unit(np.concatenate([point + step, point - step, without]))
    directions = directions[loss(NEARER * length * directions) >= threshold]
    if directions.shape[0] == 0:
        return point
    return np.asarray(nearest(loss, threshold, point[None], np.zeros((1, size)), directions[None])[0])


def kinds_of(points: Floats) -> list[list[int]]:
    """Put points together that are one, the nearest first; leave out what is too far out to be told."""
    lengths = np.linalg.norm(points, axis=1)
    order = np.argsort(lengths, kind="stable")
    limit = SAME * lengths[order[0]]
    kinds: list[list[int]] = []
    for place in order.tolist():
        for members in kinds:
            if np.linalg.norm(points[place] - points[members[0]]) <= limit:
                members.append(place)
                break
        else:
            if lengths[place] <= lengths[order[0]] + FURTHER:
                kinds.append([place])
    return kinds
