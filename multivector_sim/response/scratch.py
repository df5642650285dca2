"""Memory that a thread uses again for its next draws, instead of asking the system for fresh pages each time.

A few thousand draws pass through some ten megabytes on their way. Fresh memory is handed out page by page as it is
first touched, which takes a twentieth of the time of a whole run; memory that was used a moment ago is at hand, and
often still in a cache. What lies in it is whatever was left there: who takes it writes all of it before reading any.
"""

from __future__ import annotations

import threading
from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from multivector_sim.typing import Floats

    Maker: TypeAlias = Callable[[str, tuple[int, ...]], Floats]

__all__ = ["fresh", "let_go", "scratch"]


class Shelf(threading.local):
    """Every thread has a shelf of its own: for each purpose one row of numbers, as long as the longest asked for."""

    def __init__(self) -> None:
        self.rows: dict[str, Floats] = {}


shelf = Shelf()


def scratch(purpose: str, shape: tuple[int, ...]) -> Floats:
    """Give memory for a purpose; the next call for the same purpose in this thread gives the same memory.

    Parameters
    ----------
    purpose
        Its name.
    shape
        Of the array.

    Returns
    -------
    array
        Contiguous, with anything in it.

    Examples
    --------
    >>> first, second = scratch("an example", (2, 3)), scratch("an example", (3,))
    >>> first.shape, np.shares_memory(first, second)
    ((2, 3), True)
    >>> let_go()
    """
    size = prod(shape)
    row = shelf.rows.get(purpose)
    if row is None or row.size < size:
        row = shelf.rows[purpose] = np.empty(size)
    return row[:size].reshape(shape)


def fresh(_: str, shape: tuple[int, ...]) -> Floats:
    """Give memory that nobody else will be given, with anything in it, for who keeps what is written there."""
    return np.empty(shape)


def let_go() -> None:
    """Give this thread's memory back; threads of an executor of the user's keep theirs until they end."""
    shelf.rows.clear()
