"""Running blocks of draws on this thread or on any ``concurrent.futures`` executor.

Blocks are independent and numbered, and each takes its random numbers from streams named after its number. The result
is therefore the same to the last bit, whichever worker runs which block, and when. Blocks are sent in batches large
enough to hide the cost of a task, and only a few batches are in flight at a time, so that memory grows with the results
only.

A worker keeps the cases that it last received, each under the hash of its content. A task names its case by that hash;
a worker that does not have it reports so and is sent the content once. If a worker is lost, its batches are computed
again, by the executor if it still can, otherwise in this thread; a cluster without any worker left is given up
(:mod:`multivector_sim.engine.cluster`).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import warnings
from collections import OrderedDict, deque
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from threading import Lock, current_thread
from typing import TYPE_CHECKING, TypeVar

from multivector_sim.engine.cluster import ClusterWatch, count_threads, in_a_line
from multivector_sim.engine.document import LIBRARIES, VERSION
from multivector_sim.errors import ExecutorError, MultivectorError
from multivector_sim.machine_code import source_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.kernel import Outcome

__all__ = [
    "IN_FLIGHT",
    "Parcel",
    "SerialExecutor",
    "is_worker_of",
    "local_executor",
    "map_in_order",
    "pack",
    "run_batch",
    "run_batches",
    "window",
]

S = TypeVar("S")
T = TypeVar("T")
IN_FLIGHT = 16
"""The number of batches that may be waiting, running, or done but not yet collected, unless there are more workers."""

BYTES_IN_FLIGHT = 256_000_000
"""The memory in bytes that those batches may take, unless that leaves workers idle."""

MOST_TRIES = 3


class SerialExecutor(Executor):
    """An executor that runs every call at once, in the calling thread.

    Examples
    --------
    >>> with SerialExecutor() as executor:
    ...     executor.submit(pow, 2, 5).result()
    32
    """

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        """Call the function and return its finished future."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  an executor hands every error to whoever asks for the result
            future.set_exception(error)
        return future


def run_batches(
    executor: Executor,
    parcel: Parcel,
    seed: int,
    batches: Sequence[range],
    in_flight: int = IN_FLIGHT,
) -> Iterator[Outcome]:
    """Run batches of blocks and yield their outcomes in order."""
    most = 1 if isinstance(executor, SerialExecutor) else max(1, in_flight)
    runner = _Runner(executor, parcel, seed)
    with closing(_in_flight(batches, runner.submit, most)) as submitted:
        for batch, future in submitted:
            yield runner.outcome(batch, future)


def local_executor(workers: int) -> Executor:
    """Return a new executor of this process: the calling thread for one worker, otherwise so many threads."""
    return SerialExecutor() if workers == 1 else ThreadPoolExecutor(workers)


def map_in_order(work: Callable[[S], T], items: Iterable[S], workers: int) -> Iterator[T]:
    """Yield the results of calls in the order of their arguments; what was not begun is cancelled if reading stops.

    Examples
    --------
    >>> list(map_in_order(abs, [-3, 1, -2], workers=2))
    [3, 1, 2]
    """
    with (
        local_executor(workers) as executor,
        closing(
            _in_flight(items, lambda item: executor.submit(work, item), 1 if workers == 1 else 2 * workers)
        ) as submitted,
    ):
        for _, future in submitted:
            yield future.result()


def _in_flight(
    items: Iterable[S], submit: Callable[[S], Future[T]], most: int
) -> Generator[tuple[S, Future[T]], None, None]:
    """Submit items, at most so many ahead of the reader, and yield each with its future, in order."""
    waiting: deque[tuple[S, Future[T]]] = deque()
    coming = iter(items)
    try:
        while True:
            for item in coming:
                waiting.append((item, submit(item)))
                if len(waiting) >= most:
                    break
            if not waiting:
                return
            yield waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def is_worker_of(executor: Executor) -> bool:
    """Return whether this is one of an executor's own workers, as far as its kind of executor tells.

    A worker that waits for work of its own executor waits for ever once no other worker is left.

    Examples
    --------
    >>> with ThreadPoolExecutor(1) as executor:
    ...     is_worker_of(executor), executor.submit(is_worker_of, executor).result()
    (False, True)
    """
    prefix = getattr(executor, "_thread_name_prefix", None)
    if prefix and current_thread().name.rpartition("_")[0] == prefix:
        return True  # a thread is named before it starts, but joins the executor's set of threads only afterwards
    queue = getattr(executor, "_call_queue", None)
    return bool(getattr(queue, "_opid", os.getpid()) != os.getpid())


def window(executor: Executor, size: int) -> int:
    """Return how many batches may be in flight: few enough for memory, at least two for each worker.

    Examples
    --------
    >>> window(SerialExecutor(), 1000), window(SerialExecutor(), 100_000_000)
    (16, 2)
    """
    return max(2 * count_threads(executor), min(IN_FLIGHT, BYTES_IN_FLIGHT // size))


class _Runner:
    """Sends batches to an executor, and again if they are lost.

    Parameters
    ----------
    executor, parcel, seed
        As for :func:`run_batches`.
    """

    def __init__(self, executor: Executor, parcel: Parcel, seed: int) -> None:
        self.executor = executor
        self.parcel = parcel
        self.name = parcel.without_content()
        self.seed = seed
        self.watch = ClusterWatch(executor)

    def submit(self, batch: range, *, parcel: Parcel | None = None) -> Future[Outcome | None]:
        """Submit a batch; run it in this thread if the executor accepts no more work."""
        self.watch.check()
        try:
            return self.executor.submit(run_batch, parcel or self.name, self.seed, batch, maker())
        except (BrokenExecutor, RuntimeError):
            warnings.warn("the executor accepts no more work; the rest is run in this thread", stacklevel=2)
            self.executor = SerialExecutor()
            self.watch = ClusterWatch(self.executor)
            return self.submit(batch, parcel=parcel)

    def outcome(self, batch: range, future: Future[Outcome | None]) -> Outcome:
        """Wait for a batch; send the case if the worker did not know it, and the batch again if it was lost."""
        for _ in range(MOST_TRIES):
            try:
                found = self.watch.result(future)
            except (BrokenExecutor, CancelledError):
                found = None
            except MultivectorError:
                raise
            except Exception as error:
                if isinstance(self.executor, SerialExecutor | ThreadPoolExecutor | ProcessPoolExecutor):
                    raise  # a defect of ours, with its traceback
                raise ExecutorError(f"blocks {batch.start}:{batch.stop}: {_cause(error)}") from error
            if found is not None:
                return found
            future = self.submit(batch, parcel=self.parcel)
        found = run_batch(self.parcel, self.seed, batch, maker())
        if found is None:
            raise RuntimeError("a worker did not recognise a case that came with its content")
        return found


def _cause(error: BaseException) -> str:
    """Describe what went wrong on a worker of an executor that is not ours, and what to do."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or at.__context__
    told = " ".join(f"{type(it).__name__}: {it}" for it in chain)
    here = f"multivector-sim=={VERSION}"
    if "No module named 'multivector_sim" in told:
        return f"a worker has no multivector_sim; install {here} on every worker"
    if "multivector_sim" in told and ("attribute" in told or "argument" in told):
        return f"a worker has another version of multivector_sim; install {here} on every worker"
    if "KilledWorker" in told:
        return "workers died while they computed it, again and again; give each more memory, or lower batch="
    return f"the executor failed: {in_a_line(f'{type(error).__name__}: {error}')}"


@cache
def maker() -> str:
    """Describe the code and the libraries of this process, which all workers of a run must share.

    Examples
    --------
    >>> maker().startswith("multivector_sim ")
    True
    """
    return f"multivector_sim {VERSION} (sources {(source_digest() or 'unknown')[:12]}), {LIBRARIES}"


MOST_KEPT = 4

cases: OrderedDict[str, Case] = OrderedDict()
guard = Lock()


@dataclass(frozen=True)
class Parcel:
    """A case as bytes, and the key under which a worker keeps it; without content it is only a reference.

    The content is made by the process that started the run and read by its own workers, over the channel by which their
    executor passes functions anyway; it is never read from a file.
    """

    key: str
    content: bytes | None

    def without_content(self) -> Parcel:
        """Return the reference without the content."""
        return Parcel(self.key, None)


def pack(case: Case) -> Parcel:
    """Return a case packed for the workers, and keep it in this process."""
    content = pickle.dumps(case, protocol=pickle.HIGHEST_PROTOCOL)
    parcel = Parcel(hashlib.sha256(content).hexdigest(), content)
    _keep(parcel.key, case)
    return parcel


def _keep(key: str, case: Case) -> None:
    """Keep a case, and discard the least recently used one."""
    with guard:
        cases[key] = case
        cases.move_to_end(key)
        while len(cases) > MOST_KEPT:
            cases.popitem(last=False)


def run_batch(parcel: Parcel, seed: int, blocks: range, made_by: str) -> Outcome | None:
    """Return the outcome of some blocks of a case; None if the case is unknown here.

    Other code or other libraries give other numbers without a word, so a worker first compares who made the run.
    """
    if made_by != maker():
        raise ExecutorError(
            f"worker {platform.node()}: has {maker()}, but the run was made by {made_by}; "
            "install the same on every worker"
        )
    with guard:
        case = cases.get(parcel.key)
    if case is None:
        if parcel.content is None:
            return None
        case = pickle.loads(parcel.content)  # noqa: S301  made by the process that started the run; see Parcel
        _keep(parcel.key, case)
    return case.run_blocks(seed, blocks)
