"""Design points: the most likely combinations of assumptions that cause at least a given loss.

A design point solves ``min |z| such that loss(z) >= X`` over latent standard normals; its distance from the origin is
the reliability index ``beta``. The search is that of Hasofer and Lind (1974) and Rackwitz and Fiessler (1978), adapted
to losses with kinks and jumps.

*Starting points.* Standard normal draws come first, then draws with a larger variance, since a rare loss is far from
the origin. Points with a sufficient loss are classified by the partners that rupture in them, and the search starts at
least once from each class. If no point has a sufficient loss, the worst points climb along the gradient; if that fails
too, the loss is reported as not reached.

*Search.* In every round the direction is rotated towards the gradient of the loss, fully (their step) and partly. Along
each candidate direction the nearest point with a sufficient loss is found on a grid of distances, then on a finer one,
and rounded outwards. A point therefore never moves away from the origin and always keeps a sufficient loss. At the end
each coordinate is moved on its own, so that coordinates without an effect return to their medians. Then coordinates are
moved in pairs: if a rupture lasts until the end of the horizon, neither a longer duration nor an earlier onset alone
increases the loss, but both together do.

The result is a local optimum. It is more credible, though not certain, if several starts end at the same point; if they
end at several points, there are several ways to lose X.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.questions.latent_space import Losses
    from multivector_sim.typing import Floats, Integers

__all__ = ["DesignPoint", "Explored", "design_points", "explore", "gradients", "kinds_of_ruptures", "merged", "reach"]

TURNS = np.array([1.0, 0.5, 0.25, 0.12, 0.05, 0.02])
ROUNDS = 14
STALLED = 2e-3
"""A round that brings no start closer by more than this share is the last."""

SAME = 0.25
"""Two points are one if no further apart than this share of the nearest distance."""

FURTHER = 1.5
"""A point this much further out than the nearest is too unlikely by comparison to be reported."""

MOST = 4
POLLS = (0.2, 0.07)
PAIRS = (0.15, 0.05, 0.015, 0.005)
MOST_PAIRED = 12
MOST_FELT = 10
NEARER = 0.999
LAST = (0.97, 0.999)
FLAT = 1e-7


@dataclass(frozen=True, eq=False)
class DesignPoint:
    """One of the most likely points with a sufficient loss.

    Parameters
    ----------
    point
        Shape (dimension,), latent normals.
    loss
        What it costs.
    alignment
        The cosine between the point and the gradient of the loss there: 1 if the first-order condition of an optimum
        holds, less at a kink.
    starts
        The number of starts that ended here.
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

    Examples
    --------
    >>> slopes = np.array([3.0, 4.0])
    >>> (found,) = design_points(lambda points: points @ slopes, 10.0, np.array([[9.0, 0.0], [0.0, 5.0]]))
    >>> round(found.beta, 4), found.point.round(3).tolist(), found.starts
    (2.0, [1.2, 1.6], 2)
    """
    points, origins = _ends(loss, threshold, starts)
    first = _kinds_of(points)
    points = _polished(loss, threshold, np.stack([points[members[0]] for members in first]))
    points = np.stack([_paired(loss, threshold, point) for point in points])
    found = []
    for members in _kinds_of(points):
        point = points[members[0]]
        slope = gradients(loss, point[None])[0]
        alignment = float(_unit(slope[None])[0] @ _unit(point[None])[0])
        begun = {int(origins[place]) for member in members for place in first[member]}
        found.append(DesignPoint(point, float(loss(point[None])[0]), alignment, len(begun)))
    return found[:MOST]


def _ends(loss: Losses, threshold: float, starts: Floats) -> tuple[Floats, Integers]:
    """Return the end points and their starts of descents from every start, repeated with an anchor if needed."""
    origins = np.arange(starts.shape[0])
    points = _descend(loss, threshold, starts, anchored=False)
    held = _anchors(loss, threshold, starts, gradients(loss, starts))[1].any(axis=1)
    if not held.any():
        return points, origins
    others = _descend(loss, threshold, starts[held], anchored=True)
    return np.concatenate([points, others]), np.concatenate([origins, origins[held]])


def _descend(loss: Losses, threshold: float, starts: Floats, *, anchored: bool, rounds: int = ROUNDS) -> Floats:
    """Move every start towards the origin, round by round."""
    points = starts.copy()
    for _ in range(rounds):
        before = np.linalg.norm(points, axis=1)
        points = _rotated(loss, threshold, points, anchored=anchored)
        if np.all(np.linalg.norm(points, axis=1) > (1.0 - STALLED) * before):
            break
    return points


def _rotated(loss: Losses, threshold: float, points: Floats, *, anchored: bool) -> Floats:
    """Rotate each point towards the gradient as far as this helps; anchored coordinates stay fixed."""
    slopes = gradients(loss, points)
    bases = np.zeros_like(points)
    if anchored:
        points, bases = _anchors(loss, threshold, points, slopes)
    aims = _unit(np.where(bases == 0.0, slopes, 0.0))
    here = _unit(points - bases)
    turns = TURNS[None, :, None]
    tried = _unit((1.0 - turns) * here[:, None] + turns * aims[:, None])
    return _nearest(loss, threshold, points, bases, np.concatenate([tried, here[:, None]], axis=1))


def _nearest(loss: Losses, threshold: float, points: Floats, bases: Floats, directions: Floats) -> Floats:
    """Return the nearest sufficient point in each one's directions (n, candidate, dimension), or the point itself."""
    count, candidates, size = directions.shape
    lengths = np.linalg.norm(points - bases, axis=1)
    flat, begin = directions.reshape(-1, size), np.repeat(bases, candidates, axis=0)
    distances = reach(loss, threshold, begin, flat, np.repeat(lengths, candidates)).reshape(count, candidates)
    rows, best = np.arange(count), np.argmin(distances, axis=1)
    closer = distances[rows, best] < lengths
    moved = bases + directions[rows, best] * np.where(closer, distances[rows, best], 0.0)[:, None]
    return np.where(closer[:, None], moved, points)


def _anchors(loss: Losses, threshold: float, points: Floats, slopes: Floats) -> tuple[Floats, Floats]:
    """Return anchors: coordinates with a zero gradient that are needed nevertheless, as the cause of a jump.

    The result is the points with every flat coordinate at its median, or as near to it as possible, and the needed
    coordinates alone.
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
            trial[place] = _contracted(loss, threshold, trial, place)
        points[row] = trial
        bases[row, needed] = trial[needed]
    return points, bases


def _contracted(loss: Losses, threshold: float, point: Floats, place: int) -> float:
    """Move one coordinate as close to its median as possible."""
    base, direction = point.copy(), np.zeros_like(point)
    base[place], direction[place] = 0.0, np.sign(point[place])
    far = np.array([abs(point[place])])
    distance = reach(loss, threshold, base[None], direction[None], far, nearest=0.0)[0]
    return float(direction[place] * min(distance, far[0]))


def _polished(loss: Losses, threshold: float, points: Floats) -> Floats:
    """Move each coordinate on its own, and rotate again; the order of points is unchanged."""
    for share in POLLS:
        points = np.stack([_polled(loss, threshold, point, share) for point in points])
        points = _descend(loss, threshold, points, anchored=True, rounds=3)
    for part in LAST:
        here, lengths = _unit(points), np.linalg.norm(points, axis=1)
        distances = reach(loss, threshold, np.zeros_like(points), here, lengths, part)
        points = here * np.minimum(distances, lengths)[:, None]
    return points


def _polled(loss: Losses, threshold: float, point: Floats, share: float) -> Floats:
    """Move one coordinate up, down or to its median if that is closer; the others are scaled together."""
    length, size = float(np.linalg.norm(point)), point.size
    step = share * length * np.eye(size)
    without = np.where(np.eye(size, dtype=bool), 0.0, point)
    directions = _unit(np.concatenate([point + step, point - step, without]))
    directions = directions[loss(NEARER * length * directions) >= threshold]
    if directions.shape[0] == 0:
        return point
    return np.asarray(_nearest(loss, threshold, point[None], np.zeros((1, size)), directions[None])[0])


def _paired(loss: Losses, threshold: float, point: Floats) -> Floats:
    """Move pairs of coordinates in both directions by decreasing steps, while that brings the point closer.

    Only coordinates away from their medians, or with an effect on the loss in at least one direction, can help.
    """
    for share in PAIRS:
        for _ in range(MOST_PAIRED):
            length = float(np.linalg.norm(point))
            step = share * length
            if length == 0.0:
                return point
            felt = _felt(loss, point, step)
            moves = _pair_moves(felt, point.size, step)
            directions = _unit(point + moves)
            directions = directions[loss(NEARER * length * directions) >= threshold]
            if directions.shape[0] == 0:
                break
            nearer = _nearest(loss, threshold, point[None], np.zeros((1, point.size)), directions[None])[0]
            if float(np.linalg.norm(nearer)) >= length:
                break
            point = np.asarray(nearer)
    return point


def _felt(loss: Losses, point: Floats, step: float) -> Integers:
    """Return a few coordinates that differ from their medians or affect the loss, the furthest first."""
    moves = step * np.eye(point.size)
    values = loss(np.concatenate([point[None], point + moves, point - moves]))
    here, up, down = values[0], values[1 : point.size + 1], values[point.size + 1 :]
    change = np.maximum(np.abs(up - here), np.abs(down - here))
    matters = (np.abs(point) > 0.0) | (change > 0.0)
    order = np.argsort(-(change / max(float(change.max()), 1e-300) + np.abs(point)), kind="stable")
    return np.asarray([place for place in order if matters[place]][:MOST_FELT], dtype=np.int64)


def _pair_moves(places: Integers, size: int, step: float) -> Floats:
    """Return the moves of all pairs of some coordinates, up and down; shape (move, size)."""
    rows = []
    for first, one in enumerate(places.tolist()):
        for other in places[first + 1 :].tolist():
            for sign_one, sign_other in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                row = np.zeros(size)
                row[one], row[other] = sign_one * step, sign_other * step
                rows.append(row)
    return np.array(rows).reshape(-1, size)


def _kinds_of(points: Floats) -> list[list[int]]:
    """Merge coinciding points, the nearest first; omit those that are too unlikely to report."""
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


def merged(points: list[DesignPoint]) -> list[DesignPoint]:
    """Merge coinciding points, the nearest first; their starts add up."""
    kinds = _kinds_of(np.stack([it.point for it in points]))
    return [replace(points[members[0]], starts=sum(points[member].starts for member in members)) for members in kinds]


SPREADS = (1.0, 1.0, 1.0, 1.5, 2.0, 3.0)
FURTHEST = 8.0
STRIDES = np.array([0.25, 1.0, 3.0, 9.0])
CLIMBS = 10
CLIMBERS = 8
MOST_STARTS = 10
FEWEST_GAIN = 1e-6
POOL = 500
"""From so many of the nearest points of a kind starts are chosen."""


class Explored(NamedTuple):
    """``starts`` (n, dimension) are points with a sufficient loss, if any; ``largest`` is the largest loss found."""

    starts: Floats
    largest: float


def explore(
    loss: Losses, threshold: float, normals: Callable[[int], Floats], kinds: Callable[[Floats], Floats]
) -> Explored:
    """Search for points with a sufficient loss."""
    points = np.concatenate([spread * normals(block) for block, spread in enumerate(SPREADS)])
    points = np.clip(points, -FURTHEST, FURTHEST)
    losses = loss(points)
    enough = losses >= threshold
    if not enough.any():
        worst = points[np.argsort(-losses, kind="stable")[:CLIMBERS]]
        points, losses = _climbed(loss, np.concatenate([worst, np.zeros((1, points.shape[1]))]))
        enough = losses >= threshold
    hits = points[enough]
    return Explored(_chosen(hits, kinds(hits)) if hits.size else hits, float(losses.max()))


def _climbed(loss: Losses, points: Floats) -> tuple[Floats, Floats]:
    """Return points uphill along the gradient, by steps and at the ends of all distributions, and their losses."""
    values = loss(points)
    for _ in range(CLIMBS):
        slopes = gradients(loss, points)
        steps = points[:, None] + STRIDES[None, :, None] * _unit(slopes)[:, None]
        ends = np.where(np.abs(slopes) > FEWEST_GAIN, np.sign(slopes) * FURTHEST, points)[:, None]
        tried = np.clip(np.concatenate([steps, ends, points[:, None]], axis=1), -FURTHEST, FURTHEST)
        found = loss(tried.reshape(-1, points.shape[1])).reshape(tried.shape[:2])
        rows, best = np.arange(points.shape[0]), np.argmax(found, axis=1)
        gained = found[rows, best] - values
        points, values = tried[rows, best], found[rows, best]
        if gained.max() < FEWEST_GAIN:
            break
    return points, values


def _chosen(hits: Floats, kinds: Floats) -> Floats:
    """Choose starts from every class in turn, the class nearest to the origin first."""
    lengths = np.linalg.norm(hits, axis=1)
    _, kind = np.unique(kinds, axis=0, return_inverse=True)
    by_kind: dict[int, list[int]] = {}
    for place in np.argsort(lengths, kind="stable").tolist():
        by_kind.setdefault(int(kind.ravel()[place]), []).append(place)
    orders = [_apart(hits, places[:POOL]) for places in by_kind.values()]
    turns = [places[turn] for turn in range(MOST_STARTS) for places in orders if turn < len(places)]
    return hits[turns[:MOST_STARTS]]


def _apart(hits: Floats, places: list[int]) -> list[int]:
    """Order the points of a class: the nearest first, then near ones in directions different from earlier ones."""
    pool = hits[places]
    lengths, directions = np.linalg.norm(pool, axis=1), _unit(pool)
    order = [0]
    likeness = np.maximum(directions @ directions[0], 0.0)
    while len(order) < min(MOST_STARTS, len(places)):
        score = lengths * (1.0 + likeness)
        score[order] = np.inf
        order.append(int(np.argmin(score)))
        likeness = np.maximum(likeness, directions @ directions[order[-1]])
    return [places[place] for place in order]


def kinds_of_ruptures(onset: Floats, months: int) -> Floats:
    """Return which ruptures happen within the horizon; shape (n, rupture), zeros and ones.

    Examples
    --------
    >>> kinds_of_ruptures(np.array([[3.0, np.inf]]), 60).tolist()
    [[1.0, 0.0]]
    """
    return np.asarray(onset < months, dtype=np.float64)


STEPS = 8
NEAREST = 0.3
"""The least part of the known distance that a grid begins with."""

NUDGES = (1e-6, 0.02)
"""How far beyond where a straight line meets the threshold to look, as a part of the step, first and second."""

STRIDE = 0.01
KINK = 0.5
"""Slopes to the two sides that differ by more than this share of the steeper one are those of a kink."""


def _unit(vectors: Floats) -> Floats:
    """Return rows scaled to length 1; rows of zeros are unchanged.

    Examples
    --------
    >>> _unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0.0))


def reach(
    loss: Losses,
    threshold: float,
    bases: Floats,
    directions: Floats,
    furthest: Floats,
    nearest: float = NEAREST,
) -> Floats:
    """Return the distance along each direction at which the threshold is first reached.

    Examples
    --------
    >>> directions, furthest = np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([2.0, 2.0])
    >>> reach(lambda points: points[:, 0], 1.0, np.zeros((2, 2)), directions, furthest).round(4).tolist()
    [1.0, 1.6667]
    """
    count = directions.shape[0]
    low, high = nearest * furthest, np.full(count, np.inf)
    value_low, value_high = np.full(count, -np.inf), np.full(count, -np.inf)
    grid = low[:, None] + (furthest - low)[:, None] * np.linspace(0.0, 1.0, STEPS + 1)
    for _ in range(2):
        values = _at_distances(loss, bases, directions, grid)
        met = values >= threshold
        found = met.any(axis=1)
        first = np.argmax(met, axis=1)
        rows = np.flatnonzero(found)
        high[rows], value_high[rows] = grid[rows, first[rows]], values[rows, first[rows]]
        inner = rows[first[rows] > 0]
        low[inner], value_low[inner] = grid[inner, first[inner] - 1], values[inner, first[inner] - 1]
        outer = rows[first[rows] == 0]
        low[outer] = np.minimum(low[outer], high[outer])
        bounded = np.where(np.isfinite(high), high, low)
        grid = low[:, None] + (bounded - low)[:, None] * np.linspace(0.0, 1.0, STEPS + 1)[None, 1:]
    return _closer(loss, threshold, (bases, directions), (low, value_low), (high, value_high))


def _closer(
    loss: Losses,
    threshold: float,
    rays: tuple[Floats, Floats],
    below: tuple[Floats, Floats],
    above: tuple[Floats, Floats],
) -> Floats:
    """Interpolate twice between the last distance with an insufficient loss and the first with a sufficient one."""
    (bases, directions), (low, value_low), (high, value_high) = rays, below, above
    for nudge in NUDGES:
        rows = np.flatnonzero(np.isfinite(high) & np.isfinite(value_low) & (value_high > value_low))
        part = (threshold - value_low[rows]) / (value_high[rows] - value_low[rows])
        guess = low[rows] + np.minimum(part + nudge, 1.0) * (high[rows] - low[rows])
        value = loss(bases[rows] + directions[rows] * guess[:, None])
        met = value >= threshold
        high[rows[met]], value_high[rows[met]] = guess[met], value[met]
        low[rows[~met]], value_low[rows[~met]] = guess[~met], value[~met]
    return high


def _at_distances(loss: Losses, bases: Floats, directions: Floats, grid: Floats) -> Floats:
    """Return losses at distances (n, step) along directions (n, dimension) from bases (n, dimension)."""
    points = bases[:, None, :] + grid[:, :, None] * directions[:, None, :]
    return loss(points.reshape(-1, directions.shape[1])).reshape(grid.shape)


def gradients(loss: Losses, points: Floats) -> Floats:
    """Return the slopes of the loss at points; shape (n, dimension).

    They are central differences. If the one-sided slopes differ too much, at a kink or near a jump, the flatter of the
    two is used, or 0 if they have opposite signs.

    Examples
    --------
    >>> gradients(lambda points: points @ np.array([2.0, -1.0]), np.zeros((1, 2))).round(9).tolist()
    [[2.0, -1.0]]
    >>> gradients(lambda points: 5.0 * (points[:, 0] > 0.0), np.array([[0.005]])).tolist()
    [[0.0]]
    """
    count, size = points.shape
    moves = STRIDE * np.concatenate([np.eye(size), -np.eye(size), np.zeros((1, size))])
    values = loss((points[:, None, :] + moves[None]).reshape(-1, size)).reshape(count, 2 * size + 1)
    here = values[:, -1:]
    up, down = (values[:, :size] - here) / STRIDE, (here - values[:, size:-1]) / STRIDE
    steeper, flatter = np.maximum(np.abs(up), np.abs(down)), np.minimum(np.abs(up), np.abs(down))
    limited = np.where(up * down > 0.0, np.sign(up) * flatter, 0.0)
    return np.where(np.abs(up - down) > KINK * steeper, limited, 0.5 * (up + down))
