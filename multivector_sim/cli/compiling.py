"""What a command does while code is compiled: a line on the terminal, and a second process that compiles as well."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

__all__ = ["CompilingNotice", "notice_of_compiling", "two_processes"]

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
    from multivector_sim.cli.side_by_side import SideBySide
    from multivector_sim.machine_code import helped

    helper = SideBySide()
    with helped(helper):
        try:
            yield
        finally:
            helper.stop()
