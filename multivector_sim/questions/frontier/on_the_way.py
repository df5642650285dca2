"""What a mix loses on its way: it moves month by month from today's, as fast as the limit on change allows.

A change of two per cent a year is not there in the first month. By the end of month ``m`` the part ``f(m)`` of it is
done, in equal steps until the years that it takes are over; a month counts with the mean of ``f`` within it. A mix that
reaches its end exactly with the horizon has moved by half on average.

The loss of a month under the mix of that month is interpolated between runs of the full model at three mixes, with the
same draws: today's, the one that the horizon ends with, and the one half-way between::

    loss(m) = sum over the three of weight(m) times their loss in month m

Where the response is linear in the mix this is exact. Elsewhere it is right to the bend between two neighbours of the
three, and leaves out one thing: stocks and diverted flows of a month are those of a country that had that mix from the
beginning.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.engines import get_engine
from multivector_sim.engine.tasks import map_tasks
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.questions.frontier.scenarios import DrawnBlocks, LossScenarios
    from multivector_sim.questions.frontier.space import MixSpace
    from multivector_sim.response.arrays import Problem
    from multivector_sim.typing import Floats

__all__ = ["losses_on_the_way", "part_moved"]

MONTHS = 12
NODES = np.array([0.0, 0.5, 1.0])
"""Where on the way the full model is run, as parts of how far the mix comes within the horizon."""


def part_moved(months: int, years: int | None, limit: float) -> Floats:
    """Return which part of a change is done in each month, on average within it; shape (month,), 0 to 1.

    Parameters
    ----------
    months
        The horizon.
    years
        How many years the change takes, in equal steps; None where it never comes.
    limit
        How much may move in a year; infinite for no limit, and then all is there from the first month.

    Examples
    --------
    Five years of a horizon of five: half of the change on average.

    >>> moved = part_moved(60, 5, 0.02)
    >>> round(float(moved.mean()), 12), round(float(part_moved(60, 1, 0.02).mean()), 12)
    (0.5, 0.9)
    >>> part_moved(2, 1, float("inf")).tolist(), part_moved(2, None, 0.0).tolist()
    ([1.0, 1.0], [0.0, 0.0])
    """
    if years is None:
        return np.zeros(months)
    if years == 0 or not np.isfinite(limit):
        return np.ones(months)
    span = float(MONTHS * years)
    ends = np.arange(months + 1.0)
    done = np.where(ends < span, ends**2 / (2.0 * span), ends - span / 2.0)
    return np.diff(done)


def losses_on_the_way(loss_scenarios: LossScenarios, mixes: Sequence[Floats], parts: Sequence[Floats]) -> Floats:
    """Return the losses of mixes that move there month by month.

    Parameters
    ----------
    loss_scenarios
        The draws.
    mixes
        Where each ends, shares of all the flow.
    parts
        Of each, shape (month,): which part of the change is done.

    Returns
    -------
    Floats
        Shape (column, mix, draw), mean share lost over the horizon.
    """
    it = loss_scenarios
    ways = [(shares, moved, float(moved.max())) for shares, moved in zip(mixes, parts, strict=True)]
    found = np.empty((len(it.places), len(mixes), len(it.blocks) * BLOCK))
    work = partial(_block_on_the_way, it.blocks, it.problem, it.space, it.places, ways)
    for block, lost in enumerate(map_tasks(work, range(len(it.blocks)), it.workers)):
        found[:, :, block * BLOCK : (block + 1) * BLOCK] = lost
    return found[:, :, : it.draws]


def _block_on_the_way(
    blocks: DrawnBlocks,
    problem: Problem,
    space: MixSpace,
    places: list[int],
    ways: Sequence[tuple[Floats, Floats, float]],
    block: int,
) -> Floats:
    """Return the losses of a block, shape (column, mix, draw)."""
    paths = get_engine(blocks.case.engine).paths
    today = space.today

    def months_lost(shares: Floats) -> Floats:
        moved = problem._replace(baseline=space.baseline(shares))
        return np.asarray(1.0 - paths(moved, blocks[block])[:, :, places])

    before = months_lost(today)
    found = np.empty((len(places), len(ways), BLOCK))
    for place, (shares, moved, furthest) in enumerate(ways):
        at_nodes = [before, *(months_lost(today + furthest * node * (shares - today)) for node in NODES[1:])]
        weights = _weights(moved / furthest if furthest > 0.0 else moved)
        lost = sum(
            (np.einsum("dmc,m->cd", months, weight) for months, weight in zip(at_nodes, weights, strict=True)),
            np.zeros((len(places), BLOCK)),
        )
        found[:, place] = lost / moved.size
    return found


def _weights(position: Floats) -> Floats:
    """Return how much each node counts in each month, for positions (month,) between 0 and 1; shape (node, month)."""
    return np.stack([np.interp(position, NODES, row) for row in np.eye(NODES.size)])
