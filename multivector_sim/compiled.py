"""Three ways to compile a function.

Every step of the kernel is a small function of a few arrays. A *kernel entry* can be called from Python. A *kernel
function* can only be called from compiled code, which saves converting its arguments and optimising it on its own
(:mod:`multivector_sim.kernel_pipeline`). An *inline* function is copied into its caller, so that the functions it calls
are not compiled once more.

Compiled code releases the interpreter lock, so that blocks run side by side in threads. Divisions by zero follow IEEE
rules, as in NumPy. Compiled code creates no array, so reference counting is switched off, which saves a tenth of the
compiling time. The machine code of entries is kept for later processes (:mod:`multivector_sim.machine_code`).

Importing numba takes about a second. Only modules that hold compiled code import this one, and nothing imports those
before a run starts.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from multivector_sim.machine_code import PACKAGE, KeptCode, current_key


def _load_numba() -> Any:  # noqa: ANN401  a module without types, or None
    """Return numba, or None where it is not installed or cannot be loaded."""
    try:
        import numba as found
    except (ImportError, OSError, AttributeError):  # the last two if its libraries are broken or too old
        return None
    return found


__all__ = ["COMPILER", "KEY", "inline", "kernel_entry", "kernel_function"]

numba = _load_numba()

COMPILER = numba is not None
"""Whether numba is available; without it, compiled functions are plain Python."""

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}

KEY = current_key() if COMPILER else None
"""Computed before any compiled code is imported, so that later changes of the source are noticed."""


def kernel_entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, on its first call.

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
    >>> @kernel_entry
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


def kernel_function(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only compiled functions call.

    Python must not call it, which ends the process, and it must not print.

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
    >>> @kernel_function
    ... def half(x: float) -> float:
    ...     return x / 2.0
    >>> @kernel_entry
    ... def quarter(x: float) -> float:
    ...     return half(half(x))
    >>> quarter(2.0)
    0.5
    """
    options = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return _compile(function, options | _pipeline())


def inline(function: Callable[P, R]) -> Callable[P, R]:
    """Copy a function into its compiled caller.

    The compiler translates a function together with all that it calls, so the lowest functions of a chain of calls
    are translated once for each level. An inline function adds no level: use it for long functions with one caller.

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
    >>> @inline
    ... def half(x: float) -> float:
    ...     return x / 2.0
    >>> @kernel_entry
    ... def eighth(x: float) -> float:
    ...     return half(half(half(x)))
    >>> eighth(2.0)
    0.25
    """
    return _compile(function, OPTIONS | {"inline": "always"})


@cache
def _pipeline() -> dict[str, Any]:
    """Return the option that leaves kernel functions without machine code of their own, where numba allows it."""
    if numba is None:
        return {}
    try:
        from multivector_sim.kernel_pipeline import PIPELINE
    except (ImportError, AttributeError):
        return {}
    return {} if PIPELINE is None else {"pipeline_class": PIPELINE}


def _compile(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    """Return the compiled function, or the function itself where there is no compiler."""
    return function if numba is None else cast("Callable[P, R]", numba.njit(function, **options))
