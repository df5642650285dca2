"""``--csv`` and ``--xlsx``: the answer of any command as a file, one tidy row a number.

The decorator adds both options to a command and remembers them in click's context; whoever prints the answer calls
:func:`write_tables`. A file can be written is checked before the work begins.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from multivector_sim.cli.output import check_writable, write_whole
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

__all__ = ["tabled", "write_lines", "write_tables"]

Command = TypeVar("Command", bound="Callable[..., Any]")
FORMATS = ("csv", "xlsx")


class _Framed(Protocol):
    """An answer that is a table."""

    def to_frame(self) -> pd.DataFrame:
        """Return it as a data frame."""
        ...


def tabled(command: Command) -> Command:
    """Add the options ``--csv`` and ``--xlsx``."""
    for name, what in zip(reversed(FORMATS), ("an Excel sheet", "CSV"), strict=True):
        option = click.option(
            f"--{name}",
            metavar=f"FILE.{name}",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_remember,
            help=f"Write the table, one row a number, as {what}.",
        )
        command = option(command)
    return command


def _remember(context: click.Context, option: click.Parameter, path: Path | None) -> None:
    """Check that a file can be written, and keep its name."""
    if path is None:
        return
    if path.suffix.lower() != f".{option.name}":
        raise UsageError(f"--{option.name} {path}: give a name that ends in .{option.name}")
    check_writable(path)
    context.meta[f"multivector.{option.name}"] = path


def _asked() -> dict[str, Path]:
    """Return the files that were asked for, by format."""
    meta = click.get_current_context().meta
    return {name: meta[f"multivector.{name}"] for name in FORMATS if f"multivector.{name}" in meta}


def write_tables(found: _Framed, title: str = "") -> list[Path]:
    """Write an answer to the files that were asked for, and return their names."""
    asked = _asked()
    if not asked:
        return []
    frame = found.to_frame()
    lines = [
        [None if cell != cell else cell.item() if hasattr(cell, "item") else cell for cell in line]  # noqa: PLR0124  NaN
        for line in frame.itertuples(index=False, name=None)
    ]
    return write_lines([str(name) for name in frame.columns], lines, title or type(found).__name__)


def write_lines(names: Sequence[str], lines: Sequence[Sequence[Any]], title: str) -> list[Path]:
    """Write a header and lines of cells to the files that were asked for, and return their names."""
    from multivector_sim.display.tidy_rows import csv_of, sheet_of

    asked = _asked()
    for name, path in asked.items():
        content = csv_of(names, lines).encode() if name == "csv" else sheet_of(names, lines, title)
        write_whole(path, content)
    return list(asked.values())
