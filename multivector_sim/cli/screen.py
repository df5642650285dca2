"""The screen: where tables are printed, and how they begin.

This stands apart from :mod:`multivector_sim.cli.output` because rich takes a tenth of a second to import, for which
help and validation do not wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Screen", "begin_table", "open_screen"]

PLAIN_WIDTH = 120


class Screen(Console):
    """A console that leaves a broken pipe to the command group."""

    def on_broken_pipe(self) -> None:
        """Raise again what rich would turn into an exit with 1."""
        raise BrokenPipeError


def open_screen(width: int = PLAIN_WIDTH) -> Screen:
    """Open stdout: as wide as the terminal, or as wide as given where there is none.

    Square brackets and colons in names are text, never markup or pictures.
    """
    screen = Screen(highlight=False, soft_wrap=False, markup=False, emoji=False)
    return screen if screen.is_terminal else Screen(highlight=False, width=width, markup=False, emoji=False)


def begin_table(title: str, columns: Sequence[str], left: int = 1) -> Table:
    """Return an empty table whose first ``left`` columns are left-aligned."""
    begun = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, title_style="bold")
    for number, column in enumerate(columns):
        begun.add_column(column, justify="right" if number >= left else "left", overflow="fold")
    return begun
