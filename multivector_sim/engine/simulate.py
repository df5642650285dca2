"""Running a scenario: batches of blocks are computed in order and collected into a result.

The draws of block ``i`` come from streams that depend on ``i`` alone. The first n draws are therefore the same
however many follow, and the result is the same to the last bit for every executor and every size of batch.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from math import gcd, inf, lcm
from numbers import Integral
from typing import TYPE_CHECKING, TypeAlias

from multivector_sim.display.progress import with_bar
from multivector_sim.engine import checkpoint as checkpoints
from multivector_sim.engine.accumulate import DOUBLE, MEMORY, Reducer
from multivector_sim.engine.case import build_case
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.document import VERSION
from multivector_sim.engine.engine_choice import choose_engine
from multivector_sim.engine.executors import local_executor, pack, run_batches, window
from multivector_sim.engine.precision import Precision
from multivector_sim.engine.question_work import check_executor, current_resources
from multivector_sim.engine.store import Manifest, width
from multivector_sim.errors import UsageError
from multivector_sim.response.arrays import release_memory
from multivector_sim.sampling.sobol import Independent, Scheme, scheme_of
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.kernel import Outcome
    from multivector_sim.engine.result import Result
    from multivector_sim.engine.store import Store
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["BATCH", "MOST_DRAWS", "Progress", "Run", "silent", "simulate", "split"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of draws done and requested, in the thread that called the run."""


def silent(done: int, total: int) -> None:
    """Report no progress.

    Examples
    --------
    >>> silent(1, 2)
    """
    del done, total


class Run:
    """A run that can be extended.

    Parameters
    ----------
    scenario, case, seed
        The scenario, its case, and the seed.
    executor
        The executor of the blocks.
    store
        The store of finished batches, or None.
    batch
        The number of blocks in a task, and in a file.
    memory
        The memory in bytes that the draws may take.
    """

    def __init__(
        self,
        scenario: Scenario,
        case: Case,
        seed: int,
        executor: Executor,
        store: Store | None,
        batch: int,
        memory: float,
    ) -> None:
        self.scenario = scenario
        self.case = case
        self.seed = seed
        self.executor = executor
        self.store = store
        self.batch = batch if store is None else store.manifest.batch
        row = DOUBLE * width(len(scenario.partners), len(scenario.channels))
        self.in_flight = window(executor, self.batch * BLOCK * row)
        self.reducer = Reducer(scenario, seed, case.scheme, memory, case.engine)
        self.parcel = pack(case)
        self.blocks = 0
        self.draws = 0

    def extend(self, draws: int, of: int, progress: Progress) -> None:
        """Extend the run to ``draws``; progress is shown out of ``of``. Only the last call may end inside a block."""
        if self.draws % BLOCK:
            raise ValueError(f"{self.draws} draws end inside of a block and cannot be added to")
        self.reducer.expect(draws)
        batches = split(self.blocks, -(-draws // BLOCK), self.batch)
        for blocks, outcome in zip(batches, self.outcomes(batches), strict=True):
            self.reducer.add(outcome, min(draws, blocks.stop * BLOCK) - blocks.start * BLOCK)
            self.blocks = blocks.stop
            progress(min(draws, blocks.stop * BLOCK), max(of, draws))
        self.draws = draws

    def outcomes(self, batches: list[range]) -> Iterator[Outcome]:
        """Yield the outcome of each batch, in order: read if it is stored, else computed and stored."""
        store = self.store
        if store is None:
            yield from run_batches(self.executor, self.parcel, self.seed, batches, self.in_flight)
            return
        number = {blocks: blocks.start // self.batch for blocks in batches}
        there = {blocks for blocks in batches if store.holds(number[blocks], len(blocks) * BLOCK)}
        missing = [it for it in batches if it not in there]
        fresh = run_batches(self.executor, self.parcel, self.seed, missing, self.in_flight)
        for blocks in batches:
            if blocks in there:
                yield store.read(number[blocks])
            else:
                outcome = next(fresh)
                store.write(number[blocks], outcome)
                yield outcome

    def result(self) -> Result:
        """Return the result of the draws so far."""
        return self.reducer.result()

    def finish(self) -> None:
        """Record in the store that the run is complete."""
        if self.store is not None:
            self.store.finish(self.draws)


def split(first: int, last: int, size: int) -> list[range]:
    """Return the blocks from ``first`` up to ``last`` in batches that begin at multiples of ``size``.

    Examples
    --------
    >>> split(0, 5, 2), split(4, 5, 2)
    ([range(0, 2), range(2, 4), range(4, 5)], [range(4, 5)])
    """
    return [range(start, min(start + size, last)) for start in range(first, last, size)]


BATCH, LARGE_BATCH = 4, 16
"""The number of blocks in a task; more in a long run, so that the overhead of tasks is negligible."""

LONG = 1_000_000
MOST_FILES = 1000
MOST_DRAWS = 100_000_000
STRIDE = 8
"""The smallest step, in blocks, of a run with a precision, whatever its batches."""

LARGEST_SEED = 2**63 - 1


@with_bar
def simulate(
    scenario: ScenarioLike,
    draws: int = 100_000,
    seed: int = 1,
    *,
    workers: int = CORES,
    executor: Executor | None = None,
    sampling: Scheme | str | None = None,
    precision: Precision | float | None = None,
    announce: Callable[[int], None] = lambda _: None,
    engine: str | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    memory: float | None = None,
    batch: int | None = None,
    command: str = "",
    progress: Progress = silent,
) -> Result:
    """Estimate the losses of trade and investment when the scenario's channels are shocked.

    Parameters
    ----------
    scenario
        The scenario.
    draws
        The number of draws, 1 or more; with a precision, the most that may be drawn.
    seed
        Any whole number from 0; the same seed gives the same draws, and scenarios with the same seed share
        their random numbers.
    workers
        The number of threads, when no executor is given; by default the number of cores.
    executor
        Any object with the interface of ``concurrent.futures.Executor``: threads, processes, a Dask client's
        ``get_executor()``; it is not shut down.
    sampling
        :class:`~multivector_sim.sampling.sobol.Independent` draws, the default, or
        :class:`~multivector_sim.sampling.sobol.Sobol` points; or a value of ``--sampling``, such as ``"sobol-16"``.
    precision
        Draw until the relative half-width of the 95 % intervals is at most this, such as 0.01, or a
        :class:`~multivector_sim.engine.precision.Precision` that names the measures. The precision reached is in
        ``result.precision``.
    announce
        With a precision, called once with the number of draws that it will take, as estimated from the first draws.
    engine
        ``"numba"``, compiled code, or ``"numpy"``, the same model without a compiler, to 1e-10 and several times
        slower; by default compiled code if numba can be imported, else NumPy with a notice.
    checkpoint
        A folder in which finished batches are stored.
    resume
        Continue the run in the folder.
    memory
        The memory in bytes that draws may take, 2e9 by default. Beyond it they are not kept: moments stay exact,
        quantiles come from a histogram, to within a stated error.
    batch
        The number of blocks of 1,024 draws in a task; with a precision, which extends a run by :data:`STRIDE` blocks
        at a time, their greatest common divisor.
    command
        The command line that starts the run, if any; the report quotes it.
    progress
        Called with the number of draws done and requested, after each batch.

    Returns
    -------
    Result
        The losses of every draw, and the measures over them. Losses are positive shares of the baseline over the
        horizon; NaN never occurs in a channel that carries a flow.

    Raises
    ------
    UsageError
        If a number makes no sense: of draws, workers, blocks or bytes, the seed, the precision; or the engine is not
        available.
    StoreError
        If the checkpoint cannot be written, or belongs to another run.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("one-or-many"), draws=2048, seed=1)
    >>> result.draws, result.losses.shape[0]
    (2048, 2048)
    """
    scenario = as_scenario(scenario)
    shared = current_resources()
    if memory is None:
        memory = shared.memory or MEMORY
    check(draws, seed, workers, batch, memory)
    executor = shared.executor if executor is None else executor
    if executor is not None:
        check_executor(executor)
    if checkpoint is None and not resume and shared.kept is not None:
        checkpoint, resume = shared.kept.next_run()
    scheme = scheme_of(sampling) if isinstance(sampling, str) else sampling or Independent()
    if scheme.replicates and draws <= BLOCK:
        raise UsageError(f"draws: {draws} are a single sequence, which has no interval; give more than {BLOCK:,}")
    wanted = Precision(precision) if isinstance(precision, (int, float)) else precision
    if wanted is not None:
        wanted.check(scenario)
    size = batch or (STRIDE if wanted is not None else blocks_a_task(draws, files=checkpoint is not None))
    chosen = choose_engine(engine)
    blocks = size if wanted is None else gcd(size, STRIDE)
    asked = Manifest(VERSION, seed, draws, scheme.label, blocks, command, chosen)
    store = _open_store(checkpoint, scenario, asked, resume=resume)
    try:
        with running(executor, workers) as runner:
            run = Run(scenario, build_case(scenario, scheme, chosen), seed, runner, store, asked.batch, memory)
            if wanted is None:
                if shared.whole:
                    check_whole(min(draws, run.reducer.most_kept), draws, memory)
                run.extend(draws, draws, progress)
                result = run.result()
            else:
                result = _until_precise(run, wanted, draws, announce, progress)
            run.finish()
            if shared.whole:
                check_whole(result.kept, result.draws, memory)
            return result.with_command(command)
    finally:
        release_memory()
        if store is not None:
            store.close()


def _until_precise(
    run: Run, wanted: Precision, most: int, announce: Callable[[int], None], progress: Progress
) -> Result:
    """Draw a first sample, then as many draws as it shows to be needed, up to a maximum."""
    step = lcm(run.batch, STRIDE) * BLOCK
    target = min(most, step)
    estimated = False
    while True:
        run.extend(target, most if estimated else target, progress)
        result = run.result()
        reached = wanted.look(result)
        if reached.is_enough or target >= most:
            return result.with_precision(reached)
        needed = max(wanted.needed(result), target + step)
        rounded = -(-needed // step) * step
        if not estimated and reached.is_telling:
            announce(rounded)
            estimated = True
        target = min(most, rounded)


def blocks_a_task(draws: int, *, files: bool) -> int:
    """Return the number of blocks in a task; where each becomes a file, large enough that files stay few.

    Examples
    --------
    >>> blocks_a_task(10_000, files=False), blocks_a_task(10**8, files=False), blocks_a_task(10**8, files=True)
    (4, 16, 98)
    """
    usual = BATCH if draws < LONG else LARGE_BATCH
    return max(usual, -(-draws // (BLOCK * MOST_FILES))) if files else usual


def _open_store(path: str | Path | None, scenario: Scenario, asked: Manifest, *, resume: bool) -> Store | None:
    """Return a new or resumed store, or None without a path."""
    if path is None:
        if resume:
            raise UsageError("resume: there is nothing to continue; name the folder with checkpoint=, or --out DIR")
        return None
    return checkpoints.resume(path, scenario, asked) if resume else checkpoints.begin(path, scenario, asked)


def check(draws: int, seed: int, workers: int, batch: int | None, memory: float = MEMORY) -> None:
    """Check the numbers of a run."""
    for name, number in (("draws", draws), ("seed", seed), ("workers", workers), ("batch", batch or 1)):
        if not isinstance(number, Integral) or isinstance(number, bool):
            raise UsageError(f"{name}: {number!r} is not a whole number")
    if not 1 <= draws <= MOST_DRAWS:
        raise UsageError(f"draws: {draws} is not a number of draws; give 1 to {MOST_DRAWS:,}")
    if not 0 <= seed <= LARGEST_SEED:
        raise UsageError(f"seed: {seed} is not a seed; give a whole number from 0 to 2^63 - 1")
    if workers < 1:
        raise UsageError(f"workers: {workers} is not a number of workers; give 1 or more")
    if batch is not None and batch < 1:
        raise UsageError(f"batch: {batch} is not a number of blocks; give 1 or more")
    if not 0.0 < memory < inf:
        raise UsageError(f"memory: {memory} is not a number of bytes; give more than 0, such as {MEMORY:g}")


def check_whole(kept: int, draws: int, memory: float) -> None:
    """Check that every draw is kept, before a question answers from part of them."""
    if kept < draws:
        raise UsageError(
            f"memory: {memory:g} bytes hold {kept:,} of {draws:,} draws, and the question needs them all; give more "
            "(--memory), or fewer draws"
        )


@contextmanager
def running(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """Yield the given executor, or a new one that is shut down at the end."""
    if executor is not None:
        yield executor
        return
    own = local_executor(workers)
    try:
        yield own
    finally:
        own.shutdown(cancel_futures=True)
