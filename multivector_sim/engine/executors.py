"""Who runs the blocks: this thread, or anything with the face of ``concurrent.futures.Executor``.

Blocks are independent and numbered, and each draws its numbers from streams named after its number, so the answer is
the same to the last bit whoever runs which block, and when. Only a few blocks are in flight at a time, so that memory
does not grow with the number of draws beyond the results.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

__all__ = ["SerialExecutor", "in_order"]

T = TypeVar("T")
IN_FLIGHT = 16
"""How many blocks may be waiting or done but not yet taken; more than any small machine has cores."""


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


def in_order(executor: Executor, function: Callable[[int], T], count: int) -> Iterator[T]:
    """Run a function of a number for 0, 1, ... and yield the answers in that order.

    Parameters
    ----------
    executor
        Who runs the calls.
    function
        What is run; for processes it must be picklable.
    count
        How many numbers.

    Yields
    ------
    object
        The answers in order. When the caller stops early, calls not yet begun are cancelled.

    Examples
    --------
    >>> with SerialExecutor() as executor:
    ...     list(in_order(executor, abs, 3))
    [0, 1, 2]
    """
    waiting: deque[Future[T]] = deque()
    begun = 0
    try:
        while begun < count or waiting:
            while begun < count and len(waiting) < IN_FLIGHT:
                waiting.append(executor.submit(function, begun))
                begun += 1
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
