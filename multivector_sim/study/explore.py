"""Where to begin a search: points that cost enough, of as many kinds as there are.

Plain draws come first, then draws spread wider and wider, since a rare loss is far out. What costs enough is sorted by
kind, which partners rupture in it, so that a search begins at least once from each. Where nothing costs enough, the
worst points climb along the gradient, to the ends of the laws if need be; if even that is too little, the loss
cannot be reached, as far as was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.study.surface import gradients, unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.study.latent import Losses
    from multivector_sim.typing import Floats

__all__ = ["Explored", "explore", "kinds_of_ruptures"]

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
    """``starts`` (n, dimension) cost enough, none where nothing does; ``largest`` is the greatest loss seen."""

    starts: Floats
    largest: float


def explore(
    loss: Losses, threshold: float, normals: Callable[[int], Floats], kinds: Callable[[Floats], Floats]
) -> Explored:
    """Look for points that cost enough.

    Parameters
    ----------
    loss
        Losses of points.
    threshold
        The loss that must be met.
    normals
        Gives block i of standard normal points, shape (1024, dimension).
    kinds
        Gives the kind of each point, as rows of zeros and ones.

    Returns
    -------
    Explored
        At most ten starts, from as many kinds as possible.
    """
    points = np.concatenate([spread * normals(block) for block, spread in enumerate(SPREADS)])
    points = np.clip(points, -FURTHEST, FURTHEST)
    losses = loss(points)
    enough = losses >= threshold
    if not enough.any():
        worst = points[np.argsort(-losses, kind="stable")[:CLIMBERS]]
        points, losses = climbed(loss, np.concatenate([worst, np.zeros((1, points.shape[1]))]))
        enough = losses >= threshold
    hits = points[enough]
    return Explored(chosen(hits, kinds(hits)) if hits.size else hits, float(losses.max()))


def climbed(loss: Losses, points: Floats) -> tuple[Floats, Floats]:
    """Climb along the gradient, by steps and at once to the ends of all laws; give the points and their losses."""
    values = loss(points)
    for _ in range(CLIMBS):
        slopes = gradients(loss, points)
        steps = points[:, None] + STRIDES[None, :, None] * unit(slopes)[:, None]
        ends = np.where(np.abs(slopes) > FEWEST_GAIN, np.sign(slopes) * FURTHEST, points)[:, None]
        tried = np.clip(np.concatenate([steps, ends, points[:, None]], axis=1), -FURTHEST, FURTHEST)
        found = loss(tried.reshape(-1, points.shape[1])).reshape(tried.shape[:2])
        rows, best = np.arange(points.shape[0]), np.argmax(found, axis=1)
        gained = found[rows, best] - values
        points, values = tried[rows, best], found[rows, best]
        if gained.max() < FEWEST_GAIN:
            break
    return points, values


def chosen(hits: Floats, kinds: Floats) -> Floats:
    """Choose starts in turn from every kind, the kind that lies nearest to the origin first."""
    lengths = np.linalg.norm(hits, axis=1)
    _, kind = np.unique(kinds, axis=0, return_inverse=True)
    by_kind: dict[int, list[int]] = {}
    for place in np.argsort(lengths, kind="stable").tolist():
        by_kind.setdefault(int(kind.ravel()[place]), []).append(place)
    orders = [apart(hits, places[:POOL]) for places in by_kind.values()]
    turns = [places[turn] for turn in range(MOST_STARTS) for places in orders if turn < len(places)]
    return hits[turns[:MOST_STARTS]]


def apart(hits: Floats, places: list[int]) -> list[int]:
    """Order points of a kind: the nearest first, then near ones that lie in other directions than those before."""
    pool = hits[places]
    lengths, directions = np.linalg.norm(pool, axis=1), unit(pool)
    order = [0]
    likeness = np.maximum(directions @ directions[0], 0.0)
    while len(order) < min(MOST_STARTS, len(places)):
        score = lengths * (1.0 + likeness)
        score[order] = np.inf
        order.append(int(np.argmin(score)))
        likeness = np.maximum(likeness, directions @ directions[order[-1]])
    return [places[place] for place in order]


def kinds_of_ruptures(onset: Floats, months: int) -> Floats:
    """Say which ruptures happen within the horizon; shape (n, rupture), zeros and ones.

    Examples
    --------
    >>> kinds_of_ruptures(np.array([[3.0, np.inf]]), 60).tolist()
    [[1.0, 0.0]]
    """
    return np.asarray(onset < months, dtype=np.float64)
