"""The engines that compute the model: compiled code, or NumPy where there is no compiler.

Both draw the same uniform numbers from the same streams and take the same steps. Their losses agree to 1e-10, which is
rounding, but not to the last bit, so a fingerprint belongs to one engine, and a run that was begun with one is not
continued with the other.

A run can name its engine (``engine="numpy"``, ``--engine numpy``). By default it is compiled code if numba can be
imported; otherwise NumPy, with one :class:`~multivector_sim.errors.Notice`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from multivector_sim.errors import Notice, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.engine.kernel import Outcome, OutputBuffer
    from multivector_sim.response.arrays import Draws, Ledger, Problem
    from multivector_sim.sampling.copula import Joint
    from multivector_sim.typing import Floats, Integers

    class Respond(Protocol):
        """Computes the outcomes of draws; see :func:`multivector_sim.engine.kernel.respond`."""

        def __call__(
            self, problem: Problem, draws: Draws, ledger: Ledger | None = None, buffer: OutputBuffer | None = None
        ) -> Outcome:
            """Return the outcome."""
            ...


__all__ = ["COMPILED", "ENGINES", "NUMPY", "Engine", "choose_engine", "get_engine", "has_compiler"]

COMPILED, NUMPY = "numba", "numpy"
ENGINES = (COMPILED, NUMPY)
NO_COMPILER = (
    "numba cannot be imported, so the model runs in NumPy: the same losses to 1e-10, several times slower; "
    "pip install numba for compiled code"
)


@dataclass(frozen=True)
class Engine:
    """The functions that compute the model.

    Parameters
    ----------
    name
        One of :data:`ENGINES`.
    new_workspace
        Returns the scratch memory that one thread needs to draw under a copula.
    draw_block
        Draws one block of ruptures and free numbers.
    put_rows
        Writes numbers (number, BLOCK) to their positions in rows (BLOCK, place).
    respond
        Computes the outcomes of draws.
    paths
        Computes draws and returns every month, shape (n, period, column).
    """

    name: str
    new_workspace: Callable[[Joint], Any]
    draw_block: Callable[..., None]
    put_rows: Callable[[Floats, Integers, Integers, float, Floats], None]
    respond: Respond
    paths: Callable[[Problem, Draws], Floats]


def has_compiler() -> bool:
    """Check whether numba can be imported."""
    from multivector_sim.compiled import COMPILER

    return COMPILER


def choose_engine(name: str | None = None) -> str:
    """Return the name of the engine to use.

    Examples
    --------
    >>> choose_engine("numpy")
    'numpy'
    """
    if name is None:
        if has_compiler():
            return COMPILED
        _note_no_compiler()
        return NUMPY
    if name not in ENGINES:
        raise UsageError(f"engine: no engine called '{name}'; there are {' and '.join(ENGINES)}")
    if name == COMPILED and not has_compiler():
        raise UsageError(f"engine: numba cannot be imported; pip install numba, or use {NUMPY}")
    return name


@cache
def _note_no_compiler() -> None:
    """Warn that NumPy computes the model, once per process."""
    warnings.warn(NO_COMPILER, Notice, stacklevel=2)


def get_engine(name: str) -> Engine:
    """Return an engine by a name from :func:`choose_engine`."""
    return _in_numpy() if choose_engine(name) == NUMPY else _compiled()


@cache
def _compiled() -> Engine:
    """Return the compiled engine."""
    from multivector_sim.engine.kernel import paths, respond
    from multivector_sim.engine.random_quantities import put_rows
    from multivector_sim.shock.ruptures import draw_block, new_workspace

    return Engine(COMPILED, new_workspace, draw_block, put_rows, respond, paths)


@cache
def _in_numpy() -> Engine:
    """Return the NumPy engine."""
    from multivector_sim.engine.numpy_engine import draw_block, paths, put_rows, respond

    return Engine(NUMPY, lambda _: None, draw_block, put_rows, respond, paths)
