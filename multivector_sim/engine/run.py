"""One run while it is under way: batches that are kept already, batches still to do, and what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.engine.executors import run_batches, window
from multivector_sim.engine.reducers import DOUBLE, Reducer
from multivector_sim.engine.rows import width
from multivector_sim.engine.worker import pack
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.kernel import Outcome, Room
    from multivector_sim.engine.progress import Progress
    from multivector_sim.engine.result import Result
    from multivector_sim.engine.store import Store
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Run", "split"]


class Run:
    """A run that can be made longer.

    Parameters
    ----------
    scenario, case, seed
        What is run.
    executor
        Who runs it.
    store
        Where finished batches are kept, or None.
    batch
        How many blocks make a task, and a file.
    memory
        Bytes that the draws may take.
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
        """Add draws until there are so many.

        Parameters
        ----------
        draws
            How many there are to be; what is added before the last time is a multiple of the batch.
        of
            How many to name as the whole when progress is told.
        progress
            Told after each batch.
        """
        self.reducer.expect(draws)
        batches = split(self.blocks, -(-draws // BLOCK), self.batch)
        for blocks, outcome in zip(batches, self.outcomes(batches), strict=True):
            self.reducer.add(outcome, min(draws, blocks.stop * BLOCK) - blocks.start * BLOCK)
            self.blocks = blocks.stop
            progress(min(draws, blocks.stop * BLOCK), max(of, draws))
        self.draws = draws

    def outcomes(self, batches: list[range]) -> Iterator[Outcome]:
        """Give what came of each batch, in order: read back where it was kept, else run and kept."""
        store = self.store
        if store is None:
            yield from run_batches(self.executor, self.parcel, self.seed, batches, self.in_flight, self.room)
            return
        number = {blocks: blocks.start // self.batch for blocks in batches}
        there = {blocks for blocks in batches if store.holds(number[blocks], len(blocks) * BLOCK)}
        missing = [it for it in batches if it not in there]
        fresh = run_batches(self.executor, self.parcel, self.seed, missing, self.in_flight, self.room)
        for blocks in batches:
            if blocks in there:
                yield store.read(number[blocks])
            else:
                outcome = next(fresh)
                store.write(number[blocks], outcome)
                yield outcome

    def room(self, blocks: range) -> Room | None:
        """Give the room where a batch's draws stay."""
        return self.reducer.room(blocks.start * BLOCK, blocks.stop * BLOCK)

    def result(self) -> Result:
        """Give what there is so far."""
        return self.reducer.result()

    def finish(self) -> None:
        """Note in the store that the run is whole."""
        if self.store is not None:
            self.store.finish(self.draws)


def split(first: int, last: int, size: int) -> list[range]:
    """Cut the blocks from ``first`` up to ``last`` into batches that begin at multiples of ``size``.

    Examples
    --------
    >>> split(0, 5, 2), split(4, 5, 2)
    ([range(0, 2), range(2, 4), range(4, 5)], [range(4, 5)])
    """
    return [range(start, min(start + size, last)) for start in range(first, last, size)]
