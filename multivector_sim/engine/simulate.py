"""Run a scenario: block after block of draws, gathered in order.

The draws of block ``i`` come from streams named after ``i`` and nothing else, so the first n draws are the same however
many follow, and the answer is the same to the last bit whoever runs the blocks.
"""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.case import build_case
from multivector_sim.engine.executors import SerialExecutor, in_order
from multivector_sim.engine.kernel import Outcome
from multivector_sim.engine.progress import Progress, silent
from multivector_sim.engine.result import Result
from multivector_sim.errors import UsageError
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["simulate"]

MOST_DRAWS = 100_000_000
LARGEST_SEED = 2**63 - 1


def simulate(
    scenario: Scenario,
    draws: int = 100_000,
    seed: int = 1,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> Result:
    """Estimate what becomes of trade and investment when the scenario's channels are shocked.

    Parameters
    ----------
    scenario
        What is assumed.
    draws
        How many possible futures to draw, 1 or more.
    seed
        Any whole number from 0; the same seed gives the same draws, and two scenarios meet the same luck.
    workers
        How many threads to run, when no executor is given.
    executor
        Anything with the face of ``concurrent.futures.Executor``; it is not shut down.
    progress
        Called with draws done and draws asked for, after each block.

    Returns
    -------
    Result
        The losses of every draw, and the measures over them. Losses are positive shares of the baseline over the
        horizon; NaN never occurs in a channel that carries a flow.

    Raises
    ------
    UsageError
        If the number of draws, workers or the seed makes no sense.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("one-or-many"), draws=2048, seed=1)
    >>> result.draws, result.losses.shape[0]
    (2048, 2048)
    """
    check(draws, seed, workers)
    case = build_case(scenario)
    blocks = -(-draws // BLOCK)
    parts: list[Outcome] = []
    with running(executor, min(workers, blocks)) as runner:
        for block in in_order(runner, partial(case.run_block, seed), blocks):
            parts.append(block)
            progress(min(draws, len(parts) * BLOCK), draws)
    return Result(scenario, seed, gather(parts, draws))


def check(draws: int, seed: int, workers: int) -> None:
    """Refuse numbers that make no sense."""
    if not 1 <= draws <= MOST_DRAWS:
        raise UsageError(f"draws: {draws} is not a number of draws; give 1 to {MOST_DRAWS:,}")
    if not 0 <= seed <= LARGEST_SEED:
        raise UsageError(f"seed: {seed} is not a seed; give a whole number from 0 to 2^63 - 1")
    if workers < 1:
        raise UsageError(f"workers: {workers} is not a number of workers; give 1 or more")


@contextmanager
def running(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """Hand out the given executor, or one of our own that is shut down at the end."""
    if executor is not None:
        yield executor
        return
    own: Executor = SerialExecutor() if workers == 1 else ThreadPoolExecutor(workers)
    with own:
        yield own


def gather(parts: list[Outcome], draws: int) -> Outcome:
    """Join blocks in order and keep the first ``draws`` draws."""
    return Outcome(*(np.concatenate(arrays)[:draws] for arrays in zip(*parts, strict=True)))
