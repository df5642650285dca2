"""Losses by cause: the rupturing partner, the corridor, the host of the corridor, and the channel.

The kernel attributes the loss of each draw to the rows of the finer of its two ledgers
(:mod:`multivector_sim.response.arrays`): one row for each partner's own flows, one for each corridor and host that
closed it, and one for each corridor whose capacity was too small. Sums of these rows divide the same loss in four
ways::

    by partner    the partner that ruptured or closed a corridor; ``no rupture`` for insufficient capacity
    by channel    the channel that was not delivered
    by corridor   the corridor that cut the flow off; ``direct`` if a partner stopped trading
    by host       the country whose territory was closed; ``direct``; ``no rupture`` for insufficient capacity

In each of them the parts add up to the loss in every draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.columns import column_channels
from multivector_sim.engine.dataset import NOBODY
from multivector_sim.engine.tasks import map_tasks
from multivector_sim.errors import UsageError
from multivector_sim.response.arrays import by_cause
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.simulate import Progress
    from multivector_sim.response.arrays import Problem
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Bools, Floats

__all__ = ["DIRECT", "GROUPS", "Causes", "blocks_of", "find_causes", "in_order", "members", "money_lost"]

DIRECT = "direct"
"""The part of a loss that no corridor caused: a partner stopped buying, selling or investing."""

GROUPS = ("partner", "channel", "corridor", "host")


@dataclass(frozen=True, eq=False)
class Causes:
    """The losses of every draw by cause.

    Parameters
    ----------
    losses
        Shape (draw,), money over the horizon.
    groups
        For each group, the names of the parts and their losses, shape (draw, part), money.
    """

    losses: Floats
    groups: dict[str, tuple[tuple[str, ...], Floats]]


def members(scenario: Scenario, column: str) -> Bools:
    """Return a mask of the channels of a column."""
    names = list(scenario.channels)
    columns = dict(reversed(list(column_channels(scenario))))  # a channel comes before an aggregate of the same name
    inside = columns.get(column, np.zeros(len(names), dtype=np.bool_))
    flows = {
        name: sum(figure.value for figure in scenario.exposures.get(name, {}).values())
        for name, counted in zip(names, inside, strict=True)
        if counted
    }
    if not sum(flows.values()) > 0.0:
        raise UsageError(f"no column called '{column}' with a flow; there are {', '.join([*names, *AGGREGATES])}")
    return np.asarray(inside)


def blocks_of(draws: int) -> range:
    """Return the numbers of the blocks that contain so many draws."""
    return range(-(-draws // BLOCK))


def in_order(
    work: Callable[[int], tuple[Floats, ...]], blocks: range, workers: int, progress: Progress
) -> Iterator[tuple[Floats, ...]]:
    """Yield the results of blocks in order, computed on several threads; progress counts blocks."""
    for number, done in enumerate(map_tasks(work, blocks, workers), 1):
        yield done
        progress(number, len(blocks))


def find_causes(
    scenario: Scenario, case: Case, column: str, draws: int, seed: int, workers: int, progress: Progress
) -> Causes:
    """Run a scenario and attribute its losses to their causes."""
    inside = members(scenario, column)
    work = partial(_run_block, case, seed, inside)
    parts = list(in_order(work, blocks_of(draws), workers, progress))
    rows, channels, losses = (np.concatenate(arrays)[:draws] for arrays in zip(*parts, strict=True))
    return Causes(losses, _share_out(scenario, case.problem, rows, channels, inside))


def _run_block(case: Case, seed: int, inside: Bools, block: int) -> tuple[Floats, ...]:
    """Return one block's attribution by row (draw, row) and by channel (draw, channel), and its losses (draw,)."""
    drawn = case.sampler.sample(case.scheme.source(seed, block))
    outcome = case.respond(drawn, ledger=by_cause(case.problem))
    account = outcome.attribution[:, :, inside]
    return account.sum(axis=2), account.sum(axis=1), money_lost(case.problem, outcome.loss_share, inside)


def money_lost(problem: Problem, loss_share: Floats, inside: Bools) -> Floats:
    """Return the money that some channels lose over the horizon (draw,), from loss shares (draw, column)."""
    sizes = problem.baseline.sum(axis=0) * problem.months
    lost = np.where(sizes > 0.0, loss_share[:, : sizes.size], 0.0)
    return np.asarray(lost[:, inside] @ sizes[inside])


def _share_out(
    scenario: Scenario, problem: Problem, rows: Floats, channels: Floats, inside: Bools
) -> dict[str, tuple[tuple[str, ...], Floats]]:
    """Return the sums of the rows (draw, row) by partner, channel, corridor and host."""
    corridors, partners = problem.transit_share.shape
    corridor_of, host_of = np.nonzero(problem.transit_share > 0.0)
    direct, closed = rows[:, :partners], rows[:, partners : partners + host_of.size]
    narrow = rows[:, partners + host_of.size :]
    by_host, by_corridor = np.zeros_like(direct), narrow.copy()
    for place, (corridor, host) in enumerate(zip(corridor_of, host_of, strict=True)):
        by_host[:, host] += closed[:, place]
        by_corridor[:, corridor] += closed[:, place]
    hosts = sorted(set(host_of.tolist()))
    itself, nobody = direct.sum(axis=1, keepdims=True), narrow.sum(axis=1, keepdims=True)
    names = list(scenario.partners)
    flowing = [name for name, counted in zip(scenario.channels, inside, strict=True) if counted]
    shared = {
        "partner": ((*names, NOBODY), np.hstack([direct + by_host, nobody])),
        "channel": (tuple(flowing), channels),
    }
    if corridors:
        shared["corridor"] = ((DIRECT, *scenario.corridors), np.hstack([itself, by_corridor]))
        shared["host"] = (
            (DIRECT, *(names[host] for host in hosts), NOBODY),
            np.hstack([itself, by_host[:, hosts], nobody]),
        )
    return shared
