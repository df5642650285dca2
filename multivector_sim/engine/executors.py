"""Who runs the blocks: this thread, or anything with the face of ``concurrent.futures.Executor``.

Blocks are independent and numbered, and each draws its numbers from streams named after its number, so the answer is
the same to the last bit whoever runs which block, and when. They go out in batches, large enough to hide what a task
costs, and only a few batches are in flight at a time, so that memory does not grow with the number of draws beyond the
results. What a worker needs is sent once (:mod:`multivector_sim.engine.worker`). Where a worker is lost, its batches
are done again: by the executor if it still can (a Dask scheduler finds another worker), else in this thread.
"""

from __future__ import annotations

import warnings
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from multivector_sim.engine.worker import run_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from multivector_sim.engine.kernel import Outcome, Room
    from multivector_sim.engine.worker import Parcel

__all__ = ["IN_FLIGHT", "SerialExecutor", "run_batches", "window"]

T = TypeVar("T")
IN_FLIGHT = 16
"""How many batches may be waiting, running, or done but not yet taken, unless the executor has more workers."""

ROOM = 256_000_000
"""How many bytes those batches may come to, unless that leaves workers without work."""

MOST_TRIES = 3


class SerialExecutor(Executor):
    """Run every call at once, in the calling thread.

    Examples
    --------
    >>> with SerialExecutor() as executor:
    ...     executor.submit(pow, 2, 5).result()
    32
    """

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        """Call the function and hand back its finished future."""
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
    rooms: Callable[[range], Room | None] = lambda _: None,
) -> Iterator[Outcome]:
    """Run batches of blocks and give what came of them, in their order.

    Parameters
    ----------
    executor
        Who runs them; it is not shut down.
    parcel
        The case.
    seed
        The run's seed.
    batches
        The blocks of each batch.
    in_flight
        How many batches may be out at a time.
    rooms
        Gives the room where a batch's outcome is to be written; workers in this process write there, from others it
        comes back and is not there yet.

    Yields
    ------
    Outcome
        One for each batch. When the caller stops early, batches not yet begun are cancelled.
    """
    most = 1 if isinstance(executor, SerialExecutor) else max(1, in_flight)
    runner = Runner(executor, parcel, seed, rooms)
    waiting: deque[tuple[range, Future[Outcome | None]]] = deque()
    coming = iter(batches)
    try:
        while True:
            for batch in coming:
                waiting.append((batch, runner.submit(batch)))
                if len(waiting) >= most:
                    break
            if not waiting:
                return
            batch, future = waiting.popleft()
            yield runner.outcome(batch, future)
    finally:
        for _, future in waiting:
            future.cancel()


def window(executor: Executor, size: int) -> int:
    """Say how many batches may be out at a time: few enough for memory, two for each worker at the least.

    Parameters
    ----------
    executor
        Who runs them. Pools of threads and processes, and Dask's, tell how many workers they have; others are taken for
        one.
    size
        Bytes of a batch's outcome.

    Returns
    -------
    int
        At least 2.

    Examples
    --------
    >>> window(SerialExecutor(), 1000), window(SerialExecutor(), 100_000_000)
    (16, 2)
    """
    client = getattr(executor, "_client", None)
    workers = sum(client.nthreads().values()) if client is not None else getattr(executor, "_max_workers", 1)
    return max(2 * int(workers), min(IN_FLIGHT, ROOM // size))


class Runner:
    """Sends batches to an executor, again where they were lost.

    Parameters
    ----------
    executor, parcel, seed, rooms
        As for :func:`run_batches`.
    """

    def __init__(self, executor: Executor, parcel: Parcel, seed: int, rooms: Callable[[range], Room | None]) -> None:
        self.executor = executor
        self.parcel = parcel
        self.name = parcel.without_content()
        self.seed = seed
        self.rooms = rooms

    def submit(self, batch: range, *, parcel: Parcel | None = None) -> Future[Outcome | None]:
        """Send a batch out; to this thread if the executor can take no more."""
        here = isinstance(self.executor, SerialExecutor | ThreadPoolExecutor)
        room = self.rooms(batch) if here else None
        try:
            return self.executor.submit(run_batch, parcel or self.name, self.seed, batch, room)
        except (BrokenExecutor, RuntimeError):
            warnings.warn("the executor takes no more work; the rest is run in this thread", stacklevel=2)
            self.executor = SerialExecutor()
            return self.submit(batch, parcel=parcel)

    def outcome(self, batch: range, future: Future[Outcome | None]) -> Outcome:
        """Wait for a batch; send the case along if the worker did not know it, and the batch again if it was lost."""
        for _ in range(MOST_TRIES):
            try:
                found = future.result()
            except (BrokenExecutor, CancelledError):
                found = None
            if found is not None:
                return found
            future = self.submit(batch, parcel=self.parcel)
        found = run_batch(self.parcel, self.seed, batch, self.rooms(batch))
        if found is None:
            raise RuntimeError("a case with its content is always known")
        return found
