"""A progress bar on a terminal, for work that takes more than two seconds."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress, TaskID

__all__ = ["ProgressBar"]

PATIENCE = 2.0


class ProgressBar:
    """Shows how far a run has come, on stderr; call it with what is done and what there is to do.

    Parameters
    ----------
    title
        What is being done.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.began = time.monotonic()
        self.shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        """Start the clock."""
        self.began = time.monotonic()
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show what is done, once it has taken a while."""
        if self.shown is None:
            if not sys.stderr.isatty() or time.monotonic() - self.began < PATIENCE:
                return
            self.shown = self.show(total)
        bar, task = self.shown
        bar.update(task, completed=done, total=total)

    def show(self, total: int) -> tuple[Progress, TaskID]:
        """Draw the bar for the first time."""
        from rich.console import Console
        from rich.progress import Progress

        bar = Progress(console=Console(stderr=True), transient=True)
        task = bar.add_task(self.title, total=total)
        bar.start()
        return bar, task

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self.shown is not None:
            self.shown[0].stop()
