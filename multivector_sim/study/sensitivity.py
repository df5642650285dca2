"""Which assumption drives the answer: Sobol indices of every law, and swings of every certain number.

A scenario is a list of guesses. The indices (:mod:`multivector_sim.study.sobol_indices`) tell which part of what is not
known about the loss comes from which of them, interactions included; so they show where a better figure would help.
Inputs that depend on each other are one (:mod:`multivector_sim.study.sensitivity_inputs`). Numbers written as certain
have no part in the variance, but may still be wrong; they are moved one at a time
(:mod:`multivector_sim.study.sensitivity_swings`). It takes ``inputs + 2`` runs of all draws, and two shorter ones for
each swing: a difference between paired draws needs fewer, and its interval shows what that costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from multivector_sim.engine.case import build_case
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.progress import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate, mean_interval
from multivector_sim.measure.scores import shortfall_scores
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.study.column import column_place
from multivector_sim.study.sensitivity_inputs import by_law, by_section
from multivector_sim.study.sensitivity_result import Input, Sensitivity, Swing
from multivector_sim.study.sensitivity_runs import OUTPUTS, Blend, Task, run_tasks
from multivector_sim.study.sensitivity_swings import levers
from multivector_sim.study.sobol_indices import indices, shift

if TYPE_CHECKING:
    from multivector_sim.engine.case import Case
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.study.sensitivity_inputs import Group
    from multivector_sim.study.sensitivity_swings import Lever, Ranges
    from multivector_sim.typing import Floats

__all__ = ["DRAWS", "sensitivity"]

DRAWS = 4096
FEWEST = 100
MOST = 10_000_000
MOST_MOVED, FEWEST_MOVED, RAREST = 50_000, 64, 0.01
"""Draws with a rupture that all swings take together; draws of each at least; the rarest rupture reckoned with."""

TAIL_LEVEL = 0.95
TROUGH = "trough"

Moved = tuple[float, "Case"]


def sensitivity(
    scenario: Scenario,
    draws: int = DRAWS,
    seed: int = 1,
    *,
    column: str = "total",
    measure: str = "loss_share",
    groups: Literal["law", "section"] = "law",
    ranges: Ranges | None = None,
    workers: int = CORES,
    progress: Progress = silent,
) -> Sensitivity:
    """Say which assumption drives the outcome.

    Parameters
    ----------
    scenario
        What is assumed.
    draws
        Draws of each sample, 100 or more.
    seed
        The first sample is the run of this seed.
    column
        A channel, or trade, investment or total.
    measure
        The figure of each draw that is explained: ``loss_share``, ``trough``, ``months_to_recover`` or ``unrecovered``.
    groups
        Whether an input is a single law, or a section of the file: fewer inputs, fewer runs.
    ranges
        Stated ranges of certain numbers, ``{path: (low, high)}``, beside those that the scenario states.
    workers
        How many threads to run.
    progress
        Called with draws done and draws asked for, over all runs.

    Returns
    -------
    Sensitivity
        Inputs and swings, the greatest first. Estimates come with 95 % Monte Carlo intervals and are not clipped.

    Raises
    ------
    UsageError
        If the column, the measure, the groups, a range or the number of draws makes no sense.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = mv.sensitivity(mv.load("two-buyers"), draws=1024, seed=1)
    >>> found.inputs[0].label
    'stress.0.channels'
    """
    check(draws, workers, measure, groups)
    case = build_case(scenario)
    at = column_place(case.problem, scenario.channels, column)
    inputs = (by_section if groups == "section" else by_law)(scenario, case.sampler)
    moves = [(lever, lever.moved(scenario, -1), lever.moved(scenario, 1)) for lever in levers(scenario, ranges)]
    every = frozenset(case.sampler.names)
    tasks = [Task(case), Task(case, every), *(Task(case, frozenset(group.streams)) for group in inputs)]
    plain = [move for move in moves if move[0].is_plain]
    few = swing_draws(case, 2 * len(plain), draws, seed)
    batches = [(tasks, draws)]
    for some, size in (([move for move in moves if not move[0].is_plain], draws), (plain, few)):
        batches.append(([Task(it[1]) for _, *both in some for it in both if it is not None], size))
    runs = sum(len(batch) * size for batch, size in batches)
    found_runs, before = [], 0
    for batch, size in batches:
        found_runs.append(run_tasks(batch, measure, at, size, seed, workers, later(progress, before, runs)))
        before += found_runs[-1].size
    outputs, others, plain_others = found_runs
    first, second, swapped = outputs[0], outputs[1], outputs[2:]
    found = indices(first, second, swapped)
    rows = [
        Input(group.label, group.law, group.streams, one, whole, *fifths(group, first, outputs[2 + place], seed))
        for place, (group, one, whole) in enumerate(zip(inputs, found.first, found.total, strict=True))
    ]
    worst = -1.0 if measure == TROUGH else 1.0
    swings = [
        *measured([move for move in moves if not move[0].is_plain], first, list(others), worst),
        *measured(plain, first[:few], list(plain_others), worst),
    ]
    return Sensitivity(
        scenario=scenario.name,
        column=column,
        measure=measure,
        draws=draws,
        runs=runs,
        seed=seed,
        mean=mean_interval(np.concatenate([first, second])),
        variance=found.variance,
        alone=found.alone,
        inputs=tuple(sorted(rows, key=lambda row: -row.total.value)),
        swings=tuple(sorted(swings, key=width, reverse=True)),
    )


def later(progress: Progress, before: int, runs: int) -> Progress:
    """Return what is told of the progress of a part of the work, so many draws of all being done before."""
    return lambda done, _: progress(before + done, runs)


def swing_draws(case: Case, runs: int, draws: int, seed: int) -> int:
    """Return the draws of each plain swing: as many as asked for, unless all of them together would take too long.

    Only draws with a rupture take time, so a scenario in which few draws have one gets more.
    """
    if runs == 0:
        return draws
    happens = np.isfinite(case.sampler.sample(PseudoRandom(seed, 0)).onset).any(axis=1).mean()
    return min(draws, max(FEWEST_MOVED, int(MOST_MOVED / (runs * max(float(happens), RAREST)))))


def check(draws: int, workers: int, measure: str, groups: str) -> None:
    """Refuse what makes no sense."""
    if not FEWEST <= draws <= MOST:
        raise UsageError(f"draws: {draws} say nothing about a variance; give {FEWEST} to {MOST:,}")
    if workers < 1:
        raise UsageError(f"workers: {workers} is not a number of workers; give 1 or more")
    if measure not in OUTPUTS:
        raise UsageError(f"measure: no figure of a draw called '{measure}'; there are {', '.join(OUTPUTS)}")
    if groups not in ("law", "section"):
        raise UsageError(f"groups: '{groups}' is no way to group; there are law and section")


def fifths(group: Group, first: Floats, swapped: Floats, seed: int) -> tuple[Estimate | None, Estimate | None]:
    """Say how far the mean output moves where one number is in its lowest fifth, and in its highest."""
    if not group.graded:
        return None, None
    (stream,) = group.streams
    blocks = range(-(-first.size // BLOCK))
    old, new = (
        np.concatenate([Blend(seed, block, names).uniforms(stream) for block in blocks])[: first.size]
        for names in (frozenset[str](), frozenset([stream]))
    )
    return shift(first, swapped, old, new)


def measured(
    moves: list[tuple[Lever, Moved | None, Moved | None]], first: Floats, outputs: list[Floats], worst: float
) -> list[Swing]:
    """Pair every moved run with the run as it is; ``worst`` is 1 where high is bad, and -1 where low is."""
    tail = shortfall_scores(worst * first, TAIL_LEVEL)
    swings = []
    for lever, down, up in moves:
        ends: list[tuple[float | None, Estimate | None, Estimate | None]] = []
        for move in (down, up):
            if move is None:
                ends.append((None, None, None))
                continue
            output = outputs.pop(0)
            change = worst * (shortfall_scores(worst * output, TAIL_LEVEL) - tail)
            ends.append((move[0], mean_interval(output - first), mean_interval(change)))
        (low_value, low, low_tail), (high_value, high, high_tail) = ends
        swings.append(
            Swing(lever.path, lever.value, low_value, high_value, low, high, low_tail, high_tail, lever.how, first.size)
        )
    return swings


def width(swing: Swing) -> float:
    """Say how far a swing moves the worst twentieth."""
    ends = [0.0, *(estimate.value for estimate in (swing.low_tail, swing.high_tail) if estimate is not None)]
    return max(ends) - min(ends)
