"""Where the runs of a question are computed, how much memory they may take, and where they are kept.

A question makes many runs of the model, deep inside its functions. Which executor computes them and in which folder
they are kept is the same for all of them and changes no number, so it is stated once, around the question, and read
by :func:`~multivector_sim.engine.simulate.simulate` and :func:`~multivector_sim.engine.tasks.map_tasks`.

The setting belongs to the thread that asks. The workers of an executor do not see it, so that a task never waits for
its own executor.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from multivector_sim.engine.executors import is_worker_of
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from multivector_sim.engine.kept_work import KeptWork

__all__ = ["Resources", "check_executor", "current_resources", "on_executor", "use_resources"]

P = ParamSpec("P")
Found = TypeVar("Found")


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


def on_executor(question: Callable[P, Found]) -> Callable[P, Found]:
    """Return a question whose argument ``executor``, where given, computes all its runs, and which uses all draws."""

    @wraps(question)
    def asked(*args: P.args, **given: P.kwargs) -> Found:
        executor = given.get("executor")
        if executor is not None:
            check_executor(executor)
        with use_resources(executor, whole=True):  # type: ignore[arg-type]  # checked above
            return question(*args, **given)

    return asked
