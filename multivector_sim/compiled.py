"""The three ways in which a function is compiled.

Steps of the kernel are small functions of a few arrays. An *entry* can be called from Python; a *step* only from
compiled code, which spares the compiler the work of translating its arguments; a *stretch* is written into its caller,
which spares it the work of compiling once more all that the stretch calls. Compiled code releases the interpreter lock,
so that blocks run side by side in threads; divisions by zero follow IEEE rules as they do in NumPy; it makes no array,
only reads and writes those that it is given, so the compiler is told to leave out what keeps count of arrays, and takes
a tenth less time. The machine code of entries is kept for later processes (:mod:`multivector_sim.machine_code`).

This module imports numba, which takes about a second: only modules that hold compiled code may import it, and
nothing imports those before a run is asked for.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

from multivector_sim.machine_code import PACKAGE, KeptCode, current_key

__all__ = ["entry", "step", "stretch"]

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}

KEY = current_key()
"""Taken before any compiled code is imported, so that a source that changes from now on is noticed."""


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, at its first call.

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
    >>> @entry
    ... def twice(x: float) -> float:
    ...     return 2.0 * x
    >>> twice(21.0)
    42.0
    """
    compiled = numba.njit(function, **OPTIONS)
    if hasattr(compiled, "_cache") and Path(function.__code__.co_filename).is_relative_to(PACKAGE):
        compiled._cache = KeptCode(function, KEY)  # noqa: SLF001  numba offers no public way to bring one's own cache
    return cast("Callable[P, R]", compiled)


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only compiled functions call.

    Parameters
    ----------
    function
        A function of arrays and scalars that numba can type.

    Returns
    -------
    callable
        The same function, for use inside compiled code.

    Examples
    --------
    >>> @step
    ... def half(x: float) -> float:
    ...     return x / 2.0
    >>> @entry
    ... def quarter(x: float) -> float:
    ...     return half(half(x))
    >>> quarter(2.0)
    0.5
    """
    options = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast("Callable[P, R]", numba.njit(function, **options))


def stretch(function: Callable[P, R]) -> Callable[P, R]:
    """Write a function into its compiled caller.

    The compiler translates everything that a function calls together with it, so in a tower of functions the lowest
    are translated once a floor. A stretch is no floor of its own: it is for a function of many steps with one caller.

    Parameters
    ----------
    function
        A function of arrays and scalars that numba can type.

    Returns
    -------
    callable
        The same function, for use inside compiled code.

    Examples
    --------
    >>> @stretch
    ... def half(x: float) -> float:
    ...     return x / 2.0
    >>> @entry
    ... def eighth(x: float) -> float:
    ...     return half(half(half(x)))
    >>> eighth(2.0)
    0.25
    """
    return cast("Callable[P, R]", numba.njit(function, inline="always", **OPTIONS))
