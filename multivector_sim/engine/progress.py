"""Who is told how far a run has come."""

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Progress", "silent"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the draws done and the draws asked for, from the thread that called the run."""


def silent(done: int, total: int) -> None:
    """Tell nobody.

    Examples
    --------
    >>> silent(1, 2)
    """
    del done, total
