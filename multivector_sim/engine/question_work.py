"""Where the work of a question is computed and kept, and the work that is no run of the model.

A question makes many runs of the model, deep inside its functions. Which executor computes them and in which folder
they are kept is the same for all of them and changes no number, so it is stated once, around the question, and read
by :func:`~multivector_sim.engine.simulate.simulate` and :func:`map_tasks`.

The setting belongs to the thread that asks. The workers of an executor do not see it, so that a task never waits for
its own executor.

**Tasks** are work that is no run: marginals, swings, mixes, resamples, each a function of arrays. They are computed by
threads of this process, or by the executor that applies, which receives them like the blocks of a run: the work is sent
to a worker once and named by its hash from then on, versions are compared, and what is lost is computed again. What
differs between tasks is sent with each.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from multivector_sim.engine.executors import is_worker_of, map_in_order, pack, run_batches, window
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.question_checkpoint import Arrays, KeptWork

__all__ = ["check_executor", "current_resources", "map_tasks", "on_executor", "use_resources"]

P = ParamSpec("P")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Resources:
    """What the runs of a question share.

    Parameters
    ----------
    executor
        Where they are computed; None for threads of this process.
    memory
        The memory in bytes that the draws of one run may take; None for the usual memory.
    kept
        Where they are kept; None for nowhere.
    whole
        Whether a run of which not every draw fits in memory is refused: a question that compares draws one by one
        would otherwise answer from part of them.
    """

    executor: Executor | None = None
    memory: float | None = None
    kept: KeptWork | None = None
    whole: bool = False


_USUAL = Resources()
_CURRENT: ContextVar[Resources | None] = ContextVar("multivector_sim_resources", default=None)


def current_resources() -> Resources:
    """Return what applies in this thread.

    Examples
    --------
    >>> current_resources().executor is None
    True
    """
    return _CURRENT.get() or _USUAL


@contextmanager
def use_resources(
    executor: Executor | None = None,
    memory: float | None = None,
    kept: KeptWork | None = None,
    *,
    whole: bool | None = None,
) -> Iterator[Resources]:
    """Set what applies in this thread, for the duration of the context; None leaves a setting as it is.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as pool, use_resources(pool) as now:
    ...     now.executor is pool, pool.submit(current_resources).result().executor is None
    (True, True)
    """
    before = current_resources()
    given = {"executor": executor, "memory": memory, "kept": kept, "whole": whole}
    now = replace(before, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    token = _CURRENT.set(now)
    try:
        yield now
    finally:
        _CURRENT.reset(token)


def check_executor(executor: object) -> None:
    """Check that runs can be computed on an executor from here."""
    if not hasattr(executor, "submit"):
        raise UsageError("executor: give something with a submit method, such as a ThreadPoolExecutor")
    if is_worker_of(executor):  # type: ignore[arg-type]  # anything with a submit method
        raise UsageError("executor: is called by one of its own workers, which would wait for itself; leave it out")


def on_executor(question: Callable[P, Answer]) -> Callable[P, Answer]:
    """Return a question whose argument ``executor``, where given, computes all its runs, and which uses all draws."""

    @wraps(question)
    def asked(*args: P.args, **given: P.kwargs) -> Answer:
        executor = given.get("executor")
        if executor is not None:
            check_executor(executor)
        with use_resources(executor, whole=True):  # type: ignore[arg-type]  # checked above
            return question(*args, **given)

    return asked


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
