"""The effect of removing one part, with the same draws.

An Euler contribution is a marginal effect: the change of the risk with a small change of one part. The effect of
removing a part entirely is a different quantity, and there are two versions of it::

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

from multivector_sim.measure.unseen_losses import UNKNOWN, Bounds
from multivector_sim.questions.causes import blocks_of, in_order, members, money_lost
from multivector_sim.questions.paired import shortfall_difference
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.simulate import Progress
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.response.arrays import Draws, Problem
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["Removal", "marginals", "removals"]

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
    work = partial(_run_block, found, case, seed, inside, losses)
    parts = list(in_order(work, blocks, workers, progress)) if found else []
    for it, *rests in zip(found, *parts, strict=True):
        rest = np.concatenate(rests)
        estimates[it.group, it.name, it.kind] = shortfall_difference(rest, losses, level, (bounds, bounds)).estimate
    return estimates


def _run_block(
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
