"""Losses by cause, and the effect of removing one: partners, channels, corridors and hosts of corridors.

**By cause.** The kernel attributes the loss of each draw to the rows of the finer of its two ledgers
(:mod:`multivector_sim.response.arrays`): one row for each partner's own flows, one for each corridor and host that
closed it, and one for each corridor whose capacity was too small. Sums of these rows divide the same loss in four
ways::

    by partner    the partner that ruptured or closed a corridor; ``no rupture`` for insufficient capacity
    by channel    the channel that was not delivered
    by corridor   the corridor that cut the flow off; ``direct`` if a partner stopped trading
    by host       the country whose territory was closed; ``direct``; ``no rupture`` for insufficient capacity

In each of them the parts add up to the loss in every draw.

**Removing a part.** An Euler contribution is a marginal effect: the change of the risk with a small change of one part.
The effect of removing a part entirely is a different quantity, and there are two versions of it::

    calm      its cause is removed: a partner never ruptures, a host never closes transit,
              or a corridor has ample capacity and cannot be closed
    without   its exposure is removed: nothing flows to or from the partner, or in the channel

Both are run with the same draws. The marginal is the expected shortfall with the part minus that without it, in money,
from paired scores. It is smaller than the Euler contribution if another cause would have had the same effect, larger if
the part aggravated others, and negative for an exposure to which other flows were diverted. Without an exposure the
country has less trade; its loss is therefore measured in money, not as a share.

Draws in which the part had no effect are not run again; their results are bit-identical.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.problem import column_channels
from multivector_sim.engine.question_work import map_tasks
from multivector_sim.engine.xarray_dataset import NOBODY
from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import UNKNOWN, Bounds
from multivector_sim.questions.paired_runs import shortfall_difference
from multivector_sim.response.arrays import by_cause
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.simulate import Progress
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.response.arrays import Draws, Problem
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["GROUPS", "Causes", "find_causes", "marginals", "members", "removals"]

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
    work = partial(_attribute_block, case, seed, inside)
    parts = list(in_order(work, blocks_of(draws), workers, progress))
    rows, channels, losses = (np.concatenate(arrays)[:draws] for arrays in zip(*parts, strict=True))
    return Causes(losses, _share_out(scenario, case.problem, rows, channels, inside))


def _attribute_block(case: Case, seed: int, inside: Bools, block: int) -> tuple[Floats, ...]:
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


WIDE = 1000.0
"""A corridor with this multiple of the total baseline as its capacity never limits a flow."""


@dataclass(frozen=True)
class Removal:
    """One part that is removed.

    Parameters
    ----------
    group, name
        Which part.
    kind
        ``calm`` or ``without``.
    change
        Returns the problem and the draws without it.
    touched
        Returns a mask of the draws that it may change, shape (draw,).
    """

    group: str
    name: str
    kind: str
    change: Callable[[Problem, Draws], tuple[Problem, Draws]]
    touched: Callable[[Problem, Draws], Bools]


def removals(scenario: Scenario, groups: Sequence[str], column: str) -> Iterator[Removal]:
    """Yield every part that can be removed."""
    hosts = {host for it in scenario.corridors.values() for host, share in it.hosts.items() if share > 0.0}
    for place, name in enumerate(scenario.partners):
        if "partner" in groups:
            yield Removal("partner", name, "calm", partial(_without_partner, place), partial(_ruptures_of, place))
            yield Removal("partner", name, "without", partial(_without_flows, np.s_[place, :]), _everything)
        if "host" in groups and name in hosts:
            yield Removal("host", name, "calm", partial(_without_host, place), partial(_ruptures_of, place))
    if "channel" in groups:
        for place, (name, counted) in enumerate(zip(scenario.channels, members(scenario, column), strict=True)):
            if counted:
                yield Removal("channel", name, "without", partial(_without_flows, np.s_[:, place]), _everything)
    if "corridor" in groups:
        for place, name in enumerate(scenario.corridors):
            yield Removal("corridor", name, "calm", partial(_without_corridor, place), _everything)


def _without_partner(partner: int, problem: Problem, draws: Draws) -> tuple[Problem, Draws]:
    """Return the problem and draws in which a partner never ruptures."""
    return problem, draws._replace(onset=np.where(problem.rupture_partner == partner, np.inf, draws.onset))


def _without_host(host: int, problem: Problem, draws: Draws) -> tuple[Problem, Draws]:
    """Return the problem and draws in which a host never closes transit."""
    severity = draws.severity.copy()
    severity[:, problem.rupture_partner == host, -1] = 0.0
    return problem, draws._replace(severity=severity)


def _without_corridor(corridor: int, problem: Problem, draws: Draws) -> tuple[Problem, Draws]:
    """Return the problem and draws in which a corridor has ample capacity and cannot be closed."""
    closes, capacity = problem.transit_share.copy(), draws.capacity.copy()
    closes[corridor] = 0.0
    capacity[:, corridor] = WIDE * problem.baseline.sum()
    return problem._replace(transit_share=closes), draws._replace(capacity=capacity)


def _without_flows(place: tuple[int | slice, ...], problem: Problem, draws: Draws) -> tuple[Problem, Draws]:
    """Return the problem with zero flows at an index of the baseline."""
    baseline = problem.baseline.copy()
    baseline[place] = 0.0
    return problem._replace(baseline=baseline), draws


def _ruptures_of(partner: int, problem: Problem, draws: Draws) -> Bools:
    """Return a mask of the draws in which a partner ruptures."""
    inside = draws.onset[:, problem.rupture_partner == partner] < problem.months
    return np.asarray(inside.any(axis=1))


def _everything(problem: Problem, draws: Draws) -> Bools:
    """Return a mask of all draws."""
    del problem
    return np.ones(draws.ceiling.shape[0], dtype=bool)


def marginals(
    found: Sequence[Removal],
    case: Case,
    inside: Bools,
    losses: Floats,
    level: float,
    seed: int,
    workers: int,
    progress: Progress,
    bounds: Bounds = UNKNOWN,
) -> dict[tuple[str, str, str], Estimate]:
    """Return the marginal effect of every removal."""
    blocks, estimates = blocks_of(losses.size), {}
    work = partial(_remove_in_block, found, case, seed, inside, losses)
    parts = list(in_order(work, blocks, workers, progress)) if found else []
    for it, *rests in zip(found, *parts, strict=True):
        rest = np.concatenate(rests)
        estimates[it.group, it.name, it.kind] = shortfall_difference(rest, losses, level, (bounds, bounds)).estimate
    return estimates


def _remove_in_block(
    found: Sequence[Removal], case: Case, seed: int, inside: Bools, losses: Floats, block: int
) -> tuple[Floats, ...]:
    """Return the losses of one block without each part, money; draws without its effect keep their losses.

    The block is drawn once for all parts, because with many partners drawing takes as long as the response.
    """
    losses = losses[block * BLOCK : (block + 1) * BLOCK]
    drawn = case.sampler.sample(case.scheme.source(seed, block))
    rests = []
    for it in found:
        rest = losses.copy()
        touched = np.flatnonzero(it.touched(case.problem, drawn)[: rest.size])
        if touched.size:
            problem, changed = it.change(case.problem, _some_draws(drawn, touched))
            rest[touched] = money_lost(problem, case.respond(changed, problem).loss_share, inside)
        rests.append(rest)
    return tuple(rests)


def _some_draws(drawn: Draws, which: Integers) -> Draws:
    """Return some of the draws; rows that all draws share remain one row in memory, which saves most of it.

    Examples
    --------
    >>> from multivector_sim.response.arrays import Draws
    >>> rows = np.broadcast_to(np.zeros(3), (8, 3))
    >>> some = _some_draws(Draws(*[rows] * len(Draws._fields)), np.array([1, 4])).kappa
    >>> some.shape, some.strides[0]
    ((2, 3), 0)
    """
    return type(drawn)(
        *(
            np.broadcast_to(array[:1], (which.size, *array.shape[1:])) if array.strides[0] == 0 else array[which]
            for array in drawn
        )
    )
