"""Runs that share some luck and not the rest: one column of the outcome, for samples made of two.

Sample ``A`` is the run of the seed itself. Sample ``B`` takes every number from a stream of another name under the
same seed. A run with the streams of one input from ``B`` and all others from ``A`` is what the indices need. Each is
cut into blocks of 1,024 draws, which any thread may work out.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.sampling.streams import BLOCK, PseudoRandom

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.progress import Progress
    from multivector_sim.sampling.streams import Luck
    from multivector_sim.typing import Floats

__all__ = ["OUTPUTS", "Blend", "Task", "run_tasks"]

OUTPUTS = ("loss_share", "trough", "months_to_recover", "unrecovered")
"""What of a draw may be explained."""

OTHER = "second/"


@dataclass(frozen=True)
class Blend:
    """One block of luck, some of it from the second sample.

    Parameters
    ----------
    seed, block
        As for :class:`~multivector_sim.sampling.streams.PseudoRandom`.
    swapped
        The streams that come from the second sample.

    Examples
    --------
    >>> first, mixed = Blend(1, 0, frozenset()), Blend(1, 0, frozenset({"a"}))
    >>> [bool((first.uniforms(name) == mixed.uniforms(name)).all()) for name in ("a", "b")]
    [False, True]
    """

    seed: int
    block: int
    swapped: frozenset[str]

    def uniforms(self, name: str) -> Floats:
        """Give the block's numbers of one stream."""
        return PseudoRandom(self.seed, self.block).uniforms(self.renamed(name))

    def luck(self, names: tuple[str, ...]) -> Luck:
        """Say where the block's numbers of the named streams come from."""
        return PseudoRandom(self.seed, self.block).luck(tuple(map(self.renamed, names)))

    def renamed(self, name: str) -> str:
        """Name the stream that stands in for one."""
        return OTHER + name if name in self.swapped else name


@dataclass(frozen=True)
class Task:
    """A case to be run with some streams from the second sample."""

    case: Case
    swapped: frozenset[str] = frozenset()

    def run(self, output: str, place: int, seed: int, block: int, draws: int) -> Floats:
        """Run the first draws of one block; shape (draws,)."""
        from multivector_sim.response.arrays import Draws

        assumed = self.case.sampler.sample(Blend(seed, block, self.swapped))
        outcome = self.case.respond(Draws(*(part[:draws] for part in assumed)))
        figures: Floats = getattr(outcome, output)[:, place]
        return figures


def run_tasks(
    tasks: Sequence[Task], output: str, place: int, draws: int, seed: int, workers: int, progress: Progress
) -> Floats:
    """Run all tasks.

    Parameters
    ----------
    tasks
        What to run.
    output, place
        Which figure of the outcome, in which column.
    draws
        How many draws of each.
    seed
        The seed of both samples.
    workers
        How many threads.
    progress
        Told the draws done and asked for, over all tasks.

    Returns
    -------
    array
        Shape (task, draw).
    """
    found = np.empty((len(tasks), draws))
    starts = range(0, draws, BLOCK)
    jobs = [(number, start) for start in starts for number in range(len(tasks))]
    waiting: deque[tuple[int, int, Future[Floats]]] = deque()
    done = 0

    def take() -> int:
        number, start, future = waiting.popleft()
        figures = future.result()
        found[number, start : start + figures.size] = figures
        return figures.size

    with ThreadPoolExecutor(workers) as pool:
        try:
            for number, start in jobs:
                size = min(BLOCK, draws - start)
                future = pool.submit(tasks[number].run, output, place, seed, start // BLOCK, size)
                waiting.append((number, start, future))
                if len(waiting) > workers:
                    done += take()
                    progress(done, found.size)
            while waiting:
                done += take()
                progress(done, found.size)
        finally:
            for _, _, future in waiting:
                future.cancel()
    return found
