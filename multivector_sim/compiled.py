"""The one way in which a function is compiled.

Every step of the kernel is decorated with :func:`compiled`. Compiled code releases the interpreter lock, so that
blocks run side by side in threads; divisions by zero follow IEEE rules as they do in NumPy; nothing is written
to a cache, so a read-only installation works and no stale machine code is ever run.

This module imports numba, which takes about a second: only modules that hold compiled steps may import it, and
nothing imports those before a run is asked for.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

__all__ = ["compiled"]

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function to machine code at its first call.

    Parameters
    ----------
    function
        A function of arrays and scalars that numba can type.

    Returns
    -------
    callable
        The same function, compiled; it keeps its signature for the type checker.

    Examples
    --------
    >>> @compiled
    ... def twice(x: float) -> float:
    ...     return 2.0 * x
    >>> twice(21.0)
    42.0
    """
    return cast("Callable[P, R]", numba.njit(function, nogil=True, error_model="numpy"))
