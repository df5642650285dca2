"""A progress bar in notebooks, by tqdm, for work that takes more than two seconds.

The functions of the library are silent in a script. In a Jupyter kernel they show tqdm's bar where nobody passes a
``progress`` of their own and tqdm is installed (``pip install 'multivector-sim[notebook]'``). Only the outermost
function shows one.
"""

from __future__ import annotations

import sys
import warnings
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["in_notebook", "with_bar"]

P = ParamSpec("P")
Found = TypeVar("Found")
PATIENCE = 2.0
"""Seconds before a bar appears."""

_BUSY: ContextVar[bool] = ContextVar("multivector_sim_progress", default=False)


def in_notebook() -> bool:
    """Return whether this runs in a Jupyter kernel.

    Examples
    --------
    >>> in_notebook()
    False
    """
    shell = sys.modules.get("IPython")
    running = None if shell is None else shell.get_ipython()
    return type(running).__name__ == "ZMQInteractiveShell"


def with_bar(function: Callable[P, Found]) -> Callable[P, Found]:
    """Return a function that shows a bar in a notebook while it works, unless it is given its own ``progress``."""

    @wraps(function)
    def shown(*args: P.args, **given: P.kwargs) -> Found:
        if "progress" in given or _BUSY.get() or not in_notebook() or (bar := _bar(function.__name__)) is None:
            return function(*args, **given)
        token = _BUSY.set(True)
        try:
            asked: Callable[..., Found] = function
            return asked(*args, progress=_Counted(bar), **given)
        finally:
            _BUSY.reset(token)
            bar.close()

    return shown


def _bar(title: str) -> Any:  # noqa: ANN401  a bar of tqdm
    """Return tqdm's bar, or None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # without ipywidgets tqdm falls back to text, which is fine
            from tqdm.auto import tqdm

            return tqdm(desc=title.replace("_", " "), delay=PATIENCE, leave=False)
    except ImportError:
        return None


class _Counted:
    """Move a bar to the work done; called with that and the total."""

    def __init__(self, bar: Any) -> None:  # noqa: ANN401  a bar of tqdm
        self.bar = bar

    def __call__(self, done: int, total: int) -> None:
        self.bar.total = total
        self.bar.update(done - self.bar.n)
