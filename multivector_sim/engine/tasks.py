"""Tasks that are no runs: marginals, swings, mixes, resamples, each a function of arrays.

They are computed by threads of this process, or by the executor that applies
(:mod:`multivector_sim.engine.resources`), which receives them like the blocks of a run: the work is sent to a worker
once and named by its hash from then on, versions are compared, and what is lost is computed again. What differs between
tasks is sent with each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from multivector_sim.engine.executors import map_in_order, pack, run_batches, window
from multivector_sim.engine.resources import current_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.kept_work import Arrays

__all__ = ["map_tasks"]

Item = TypeVar("Item")
Found = TypeVar("Found", bound="Arrays")
BYTES_A_TASK = 10_000_000


@dataclass(frozen=True)
class _Task:
    """A number, counted as a range of one, and what the work is done to."""

    start: int
    stop: int
    item: Any


@dataclass(frozen=True)
class _Work:
    """Work with the interface of a case, in which a task stands for the blocks."""

    work: Callable[[Any], Any]

    def run_blocks(self, seed: int, blocks: _Task, buffer: object = None) -> tuple[Any]:
        """Return the result of a task."""
        del seed, buffer
        return (self.work(blocks.item),)


def map_tasks(work: Callable[[Item], Found], items: Sequence[Item], workers: int) -> Iterator[Found]:
    """Yield the results of tasks in order, as arrays; work and items must be picklable where an executor computes them.

    Examples
    --------
    >>> import numpy as np
    >>> [float(it) for it in map_tasks(np.sqrt, [4.0, 9.0], workers=1)]
    [2.0, 3.0]
    """
    now = current_resources()
    if now.kept is None:
        yield from _compute(now.executor, work, items, workers)
        return
    kept = now.kept.next_tasks()
    known = [kept.read(number) for number in range(len(items))]
    missing = [item for item, found in zip(items, known, strict=True) if found is None]
    fresh = _compute(now.executor, work, missing, workers)
    for number, found in enumerate(known):
        if found is None:
            computed = next(fresh)
            kept.write(number, computed)
            yield computed
        else:
            yield cast("Found", found)


def _compute(
    executor: Executor | None, work: Callable[[Item], Found], items: Sequence[Item], workers: int
) -> Iterator[Found]:
    """Yield the results of tasks in order."""
    if executor is None or not items:
        yield from map_in_order(work, items, workers)
        return
    parcel = pack(cast("Case", _Work(work)))
    each = cast("list[range]", [_Task(number, number + 1, item) for number, item in enumerate(items)])
    for outcome in run_batches(executor, parcel, 0, each, window(executor, BYTES_A_TASK)):
        yield cast("tuple[Found]", outcome)[0]
