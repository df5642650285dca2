"""What a command does while code is compiled: a line on the terminal, and a second process that compiles as well.

The compiler of one process works on one function at a time. The two large functions of a run take most of the wait of
a first run. So when the first of them is about to be compiled, a second process begins with the other and keeps its
machine code; this one takes it from there. Whatever goes wrong with that process, this one compiles for itself, as
it does where there is one core, or where no machine code is kept. :func:`compile_everything` serves
``multivector cache --warm``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

__all__ = ["SideBySide", "compile_everything", "compile_response", "notice_of_compiling", "two_processes"]

DRAWING, RESPONSE = "draw_block", "run_groups"
"""The compiled functions that take longest, in the order in which a run calls them."""

CHILD = "import sys; sys.path[:] = {path!r}; import multivector_sim.cli.compiling as it; it.compile_response()"


MESSAGE = "compiling for this machine, once, about 15 s"
WITHOUT_CACHE = "compiling for this machine, about 20 s; machine code is not kept (see multivector cache --where)"


class CompilingNotice:
    """Shows a spinner on stderr from the first function that is compiled to the last; called by the compiler."""

    def __init__(self) -> None:
        self._shown: Status | None = None

    def __call__(self, begins: bool) -> None:  # noqa: FBT001  what a watcher is called with
        """Show the line when a function is about to be compiled, and take it away when it is."""
        if not begins:
            self.stop()
        elif self._shown is None:
            from rich.console import Console

            from multivector_sim.cache_folder import cache_folder, obstacle

            folder = cache_folder()
            is_kept = folder is not None and obstacle(folder) is None
            self._shown = Console(stderr=True).status(MESSAGE if is_kept else WITHOUT_CACHE)
            self._shown.start()

    def stop(self) -> None:
        """Take the line away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


@contextmanager
def notice_of_compiling() -> Iterator[None]:
    """Show the notice whenever code is compiled, if stderr is a terminal; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from multivector_sim.machine_code import watched

    notice = CompilingNotice()
    with watched(notice):
        try:
            yield
        finally:
            notice.stop()


@contextmanager
def two_processes() -> Iterator[None]:
    """Compile in two processes whatever has to be compiled, where that helps."""
    from multivector_sim.machine_code import helped

    helper = SideBySide()
    with helped(helper):
        try:
            yield
        finally:
            helper.stop()


class SideBySide:
    """Compiles the response in a second process; what :func:`multivector_sim.machine_code.helped` asks."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, name: str) -> bool:
        """Begin when drawing is about to be compiled; wait for the end when the response is, and return True."""
        if name == DRAWING and self._process is None and _can_help():
            self._process = _start()
        if name != RESPONSE or self._process is None:
            return False
        return self._process.wait() == 0

    def stop(self) -> None:
        """End the process, if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _can_help() -> bool:
    """Return whether there are two cores, a folder to keep code in, and a Python to start."""
    from multivector_sim.cache_folder import cache_folder, obstacle
    from multivector_sim.engine.cores import CORES

    folder = cache_folder()
    is_python = bool(sys.executable) and not getattr(sys, "frozen", False)
    return CORES > 1 and is_python and folder is not None and obstacle(folder) is None


def _start() -> subprocess.Popen[bytes]:
    """Start a process that compiles the response and says nothing."""
    return subprocess.Popen(  # noqa: S603  this Python, and code of ours
        [sys.executable, "-c", CHILD.format(path=[os.path.abspath(path) for path in sys.path])],  # noqa: PTH100  "" is here
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def compile_response() -> None:
    """Run a scenario whose numbers were drawn without the compiler."""
    from multivector_sim.engine.case import build_case
    from multivector_sim.engine.kernel import respond
    from multivector_sim.scenario.read import load

    case = build_case(load("one-or-many"), engine="numpy")
    respond(case.problem, case.assume(1, range(1)))


def compile_everything() -> None:
    """Call every compiled function that Python calls, so that its machine code is kept."""
    import numpy as np

    from multivector_sim.engine.random_quantities import put_rows
    from multivector_sim.engine.simulate import simulate
    from multivector_sim.questions.frontier.cutting_planes import TailPlane
    from multivector_sim.sampling.numbers import fast_quantile
    from multivector_sim.scenario.read import load
    from multivector_sim.shock.envelope import monthly_means

    simulate(load("one-or-many"), draws=1)
    first = np.zeros(1, dtype=np.int64)
    put_rows(np.ones((1, 1)), first, first, 12.0, np.empty((1, 1)))
    fast_quantile("uniform", (0.0, 1.0), np.array([0.5]))
    TailPlane(np.ones((2, 2)), 0.5)(np.array([0.5, 0.5]))
    monthly_means(0.0, 0.0, 1.0, 0.0, 0.0, np.empty(2))
