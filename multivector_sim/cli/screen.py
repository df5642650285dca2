"""The screen: where tables go, and how they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["begin_table", "open_screen"]

PLAIN_WIDTH = 120


def open_screen() -> Console:
    """Open stdout: as wide as the terminal, or wide enough where there is none."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


def begin_table(title: str, columns: Sequence[str], left: int = 1) -> Table:
    """Begin a table: so many columns of names on the left, then figures on the right."""
    begun = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, title_style="bold")
    for number, column in enumerate(columns):
        begun.add_column(column, justify="right" if number >= left else "left", overflow="fold")
    return begun
