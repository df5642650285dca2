"""The full model under any mix, and its linear approximation.

:class:`LossScenarios` holds the draws of one seed and works out the loss of each under any mix, with common random
numbers: nothing but the flows differs. The response makes a loss crooked in the mix (corridors fill, partners take over
from each other), so a linear program cannot hold it. It gets its best straight line at today's mix, draw by draw::

    loss of a unit with asset j  =  L + D[j],   D[j] = (L(today, a little of j's channel moved to j) - L) / that little

where L is the full loss today. It counts everything that one unit more with a partner does: its own rupture, its
roads, the room that it offers when others fail, what it takes from other flows, what investors make of it. The ``D``
of a channel are centred on today's shares, so the line passes through today's loss exactly, in every draw. Where
nothing bends, the line is the model. Elsewhere it is right near today's mix and wrong far from it; so whatever is found
with it is run through the full model again, and its error is shown.

**On the way.** A mix moves month by month from today's, as fast as the limit on change allows. A change of two per cent
a year is not there in the first month. By the end of month ``m`` the part ``f(m)`` of it is done, in equal steps until
the years that it takes are over; a month counts with the mean of ``f`` within it. A mix that reaches its end exactly
with the horizon has moved by half on average.

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

from multivector_sim.engine.case import build_case
from multivector_sim.engine.engine_choice import get_engine
from multivector_sim.engine.question_work import map_tasks
from multivector_sim.errors import UsageError
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from multivector_sim.engine.case import Case
    from multivector_sim.questions.frontier.mix_space import MixSpace
    from multivector_sim.response.arrays import Draws, Problem
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["LossScenarios", "column_size", "counted_columns", "losses_on_the_way", "part_moved", "unit_losses"]

LITTLE = 0.02
"""The part of a channel that is moved to find out what moving does."""


class LossScenarios:
    """The draws of one seed, under any mix.

    Parameters
    ----------
    space
        What may be chosen.
    columns
        Whose losses are worked out: channels, or ``trade``, ``investment``, ``total``.
    draws, seed
        How many draws, of which seed; they are those of ``simulate``.
    workers
        How many threads.
    """

    def __init__(self, space: MixSpace, columns: Sequence[str], draws: int, seed: int, workers: int = 1) -> None:
        case = build_case(space.scenario)
        self.space, self.draws, self.workers = space, draws, workers
        self.case, self.problem = case, case.problem
        known = [*space.scenario.channels, *AGGREGATES]
        self.places = [known.index(column) for column in columns]
        self.blocks = DrawnBlocks(case, seed, -(-draws // BLOCK))

    def losses(self, mixes: Sequence[Floats], done: Callable[[], None] = lambda: None) -> Floats:
        """Work out the losses under several mixes."""
        problems = [self.problem._replace(baseline=self.space.baseline(shares)) for shares in mixes]
        losses = np.empty((len(self.places), len(mixes), len(self.blocks) * BLOCK))
        tasks = [(mix, block) for mix in range(len(mixes)) for block in range(len(self.blocks))]
        work = partial(_block_losses, self.blocks, problems, self.places)
        for (mix, block), found in zip(tasks, map_tasks(work, tasks, self.workers), strict=True):
            losses[:, mix, block * BLOCK : (block + 1) * BLOCK] = found.T
            if block == len(self.blocks) - 1:
                done()
        return losses[:, :, : self.draws]


class DrawnBlocks:
    """The draws of the first blocks of a seed, drawn when they are first read; they are not sent but drawn again."""

    def __init__(self, case: Case, seed: int, count: int) -> None:
        self.case, self.seed, self.count = case, seed, count
        self.drawn: dict[int, Draws] = {}

    def __len__(self) -> int:
        """Return the number of blocks."""
        return self.count

    def __getitem__(self, block: int) -> Draws:
        """Return the draws of a block."""
        if block not in self.drawn:
            self.drawn[block] = self.case.sampler.sample(self.case.scheme.source(self.seed, block))
        return self.drawn[block]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the case, seed and number of blocks alone."""
        return DrawnBlocks, (self.case, self.seed, self.count)


def _block_losses(blocks: DrawnBlocks, problems: Sequence[Problem], places: list[int], task: tuple[int, int]) -> Floats:
    """Return the losses of a block under a mix, shape (draw, column)."""
    mix, block = task
    return np.asarray(blocks.case.respond(blocks[block], problems[mix]).loss_share[:, places])


def unit_losses(loss_scenarios: LossScenarios, done: Callable[[], None] = lambda: None) -> tuple[Floats, Floats]:
    """Draw the straight line through today's losses."""
    space = loss_scenarios.space
    moved = []
    for place, asset in enumerate(space.assets):
        members = space.members(asset.channel)
        shares = space.today - LITTLE * members * space.today
        shares[place] += LITTLE * space.parts[place]
        moved.append(shares)
    losses = loss_scenarios.losses([space.today, *moved], done)
    today = losses[0, 0]
    slopes = (losses[0, 1:] - today).T / (LITTLE * space.parts)
    for channel in space.channels:
        members = space.members(channel)
        weights = members * space.today
        slopes -= np.outer(slopes @ weights / weights.sum(), members)
    return losses[:, 0], today[:, None] + slopes


def counted_columns(scenario: Scenario, channels: tuple[str, ...], column: str | None) -> tuple[str, str]:
    """Choose whose loss counts, and whose is watched beside it.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> counted_columns(mv.load("kazakhstan"), ("energy",), None)
    ('energy', 'trade')
    """
    kind = scenario.channels[channels[0]].kind
    holding = [name for name, kinds in AGGREGATES.items() if kind in kinds and name not in scenario.channels]
    allowed = [*(channels if len(channels) == 1 else ()), *holding]
    counted = allowed[0] if column is None else column
    if counted not in allowed:
        raise UsageError(f"frontier: the loss of '{counted}' does not include the mix; choose {' or '.join(allowed)}")
    return counted, holding[0] if holding and counted in channels else counted


def column_size(scenario: Scenario, column: str) -> float:
    """Return a column's baseline, money a year."""
    kinds = AGGREGATES.get(column, ()) if column not in scenario.channels else ()
    return float(
        sum(
            figure.value
            for channel, by_partner in scenario.exposures.items()
            for figure in by_partner.values()
            if channel == column or scenario.channels[channel].kind in kinds
        )
    )


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
