"""The three ways in which a function is compiled.

Steps of the kernel are small functions of a few arrays. An *entry* can be called from Python; a *step* only from
compiled code, which spares the compiler the work of translating its arguments; a *stretch* is written into its caller,
which spares it the work of compiling once more all that the stretch calls. Compiled code releases the interpreter lock,
so that blocks run side by side in threads; divisions by zero follow IEEE rules as they do in NumPy; it makes no array,
only reads and writes those that it is given, so the compiler is told to leave out what keeps count of arrays, and takes
a tenth less time. The machine code of entries is kept for later processes (:mod:`multivector_sim.machine_code`).

This module imports numba, which takes about a second: only modules that hold compiled code may import it, and
nothing imports those before a run is asked for.

Where numba cannot be imported (a browser's Python, a new release of Python, a rare processor) functions stay as they
are. They would be far too slow for a run, so whoever calls an entry asks for :data:`COMPILER` first and else takes the
vectorised form of the same work (:mod:`multivector_sim.engine.engines`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from multivector_sim.machine_code import PACKAGE, KeptCode, current_key


def _load_numba() -> Any:  # noqa: ANN401  a module without types, or None
    """Return numba, or None where it is not installed or cannot be loaded."""
    try:
        import numba as found
    except (ImportError, OSError, AttributeError):  # the last two where its libraries are broken or too old
        return None
    return found


__all__ = ["COMPILER", "entry", "step", "stretch"]

numba = _load_numba()

COMPILER = numba is not None
"""Whether there is a compiler; without one, compiled functions are plain Python."""

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}

KEY = current_key() if COMPILER else None
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
    if numba is None:
        return function
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
    return _compile(function, options)


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
    return _compile(function, OPTIONS | {"inline": "always"})


def _compile(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    """Return the compiled function, or the function itself where there is no compiler."""
    return function if numba is None else cast("Callable[P, R]", numba.njit(function, **options))
