"""How far out a loss is reached: from the origin along given directions, to the nearest point that costs enough.

The region of points that cost at least X is what a search for the likeliest one has to touch. Along a direction
nothing needs to be smooth: a grid of distances finds the first one that costs enough, a finer grid and a straight line
inside the last step come closer. Whatever is handed out costs at least X: a distance is rounded outwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.study.latent import Losses
    from multivector_sim.typing import Floats

__all__ = ["gradients", "reach", "unit"]

STEPS = 8
NEAREST = 0.3
"""The least part of the known distance that a grid begins with."""

NUDGES = (1e-6, 0.02)
"""How far beyond where a straight line meets the threshold to look, as a part of the step, first and second."""

STRIDE = 0.01
KINK = 0.5
"""Slopes to the two sides that differ by more than this share of the steeper one are those of a kink."""


def unit(vectors: Floats) -> Floats:
    """Give rows of length 1; a row of zeros stays one.

    Examples
    --------
    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
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
    """Find how far along each direction the threshold is first met.

    Parameters
    ----------
    loss
        Losses of points.
    threshold
        The loss that must be met.
    bases
        Shape (n, dimension): where each direction begins.
    directions
        Shape (n, dimension), of length 1.
    furthest
        Shape (n,): how far to look.
    nearest
        Where to begin to look, as a part of the furthest; what is met nearer is found there.

    Returns
    -------
    array
        Shape (n,): distances at which the loss is at least the threshold; infinite where none was found.

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
        values = at_distances(loss, bases, directions, grid)
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
    return closer(loss, threshold, (bases, directions), (low, value_low), (high, value_high))


def closer(
    loss: Losses,
    threshold: float,
    rays: tuple[Floats, Floats],
    below: tuple[Floats, Floats],
    above: tuple[Floats, Floats],
) -> Floats:
    """Go straight from the last distance that costs too little to the first that costs enough, and once more."""
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


def at_distances(loss: Losses, bases: Floats, directions: Floats, grid: Floats) -> Floats:
    """Give losses at distances (n, step) along directions (n, dimension) from bases (n, dimension)."""
    points = bases[:, None, :] + grid[:, :, None] * directions[:, None, :]
    return loss(points.reshape(-1, directions.shape[1])).reshape(grid.shape)


def gradients(loss: Losses, points: Floats) -> Floats:
    """Give the slopes of the loss at points; shape (n, dimension).

    They are central differences. Where the slopes to the two sides differ too much for that, at a kink or beside a
    jump, it is the flatter of the two, or 0 where one goes up and the other down: a jump is no slope.

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
