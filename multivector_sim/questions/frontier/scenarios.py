"""The full model under any mix, and the straight line through it.

:class:`LossScenarios` holds the draws of one seed and works out the loss of each under any mix, with common random
numbers: nothing but the flows differs. The response makes a loss crooked in the mix (corridors fill, partners take over
from each other), so a linear program cannot hold it. It gets its best straight line at today's mix, draw by draw::

    loss of a unit with asset j  =  L + D[j],   D[j] = (L(today, a little of j's channel moved to j) - L) / that little

where L is the full loss today. It counts everything that one unit more with a partner does: its own rupture, its
roads, the room that it offers when others fail, what it takes from other flows, what investors make of it. The ``D``
of a channel are centred on today's shares, so the line passes through today's loss exactly, in every draw. Where
nothing bends, the line is the model. Elsewhere it is right near today's mix and wrong far from it; so whatever is found
with it is run through the full model again, and its error is shown.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.case import build_case
from multivector_sim.engine.tasks import map_tasks
from multivector_sim.errors import UsageError
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from multivector_sim.engine.case import Case
    from multivector_sim.questions.frontier.space import MixSpace
    from multivector_sim.response.arrays import Draws, Problem
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["LITTLE", "LossScenarios", "column_size", "counted_columns", "unit_losses"]

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
