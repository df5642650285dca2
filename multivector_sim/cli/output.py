"""Output of the commands: lines, JSON documents, plots, files, and a progress bar.

Standard output carries the answer and nothing else; progress and warnings go to standard error. A file appears under
its name only when it is complete: it is written to a temporary file beside it and then renamed.

**Tables.** ``--csv`` and ``--xlsx`` write the answer of any command, one tidy row a number. The decorator adds both
options to a command and remembers them in click's context; whoever prints the answer calls :func:`write_tables`.
Whether the files can be written is checked before the work begins.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

import click

from multivector_sim.atomic_file import new_part, write_atomically
from multivector_sim.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    import pandas as pd
    from matplotlib.figure import Figure, SubFigure
    from rich.progress import Progress, TaskID

__all__ = [
    "PICTURE_SUFFIXES",
    "ProgressBar",
    "check_picture",
    "check_writable",
    "complain",
    "prepare_streams",
    "print_json",
    "say",
    "say_folded",
    "screen_width",
    "tabled",
    "write_lines",
    "write_picture",
    "write_tables",
    "write_whole",
]


def say(text: str) -> None:
    """Print a line of the answer."""
    click.echo(text)


PLAIN_WIDTH = 80
"""Columns where there is no terminal."""

INDENT = 4


def screen_width() -> int:
    """Return the columns of the terminal or of ``COLUMNS``, or 80 where there is neither."""
    return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns


def say_folded(text: str) -> None:
    """Print lines of the answer, each folded between words and continued with an indent; no word is broken."""
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        folded = textwrap.wrap(
            line,
            screen_width(),
            subsequent_indent=f"{indent}{' ' * INDENT}",
            break_long_words=False,
            break_on_hyphens=False,
        )
        say("\n".join(folded))


LONGEST_WORD = 400


def prepare_streams() -> None:
    r"""Let stdout and stderr take every character, whatever their encoding, and refuse a stdout that is closed.

    A character that the encoding lacks is written as an escape, such as ``\u0444``: nothing is lost, and what
    ``resolve`` prints still reads back.
    """
    if sys.stdout is None:
        raise StoreError("standard output: is closed; send it to /dev/null if it is not wanted")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _shortened(text: str) -> str:
    """Cut words that nobody reads to their ends out of a line."""
    return re.sub(
        rf"\S{{{LONGEST_WORD + 1},}}", lambda it: f"{it.group()[: LONGEST_WORD // 2]}...{it.group()[-40:]}", text
    )


def complain(text: str) -> None:
    """Print a line about the work to stderr."""
    click.echo(_shortened(text), err=True)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    encoding = str(getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "")
    click.echo(json.dumps(document, indent=2, ensure_ascii=encoding != "utf8", allow_nan=False))


def check_writable(path: Path) -> None:
    """Check that a file can be written before the work begins."""
    folder = path.parent
    try:
        if path.is_dir():
            raise StoreError(f"{path}: is a folder; name a file")
        if not folder.is_dir():
            raise StoreError(f"{path}: there is no folder {folder}; make it first")
        if not os.access(folder, os.W_OK) or (path.exists() and not path.is_file()):
            raise StoreError(f"{path}: cannot be written")
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, wholly or not at all."""
    check_writable(path)
    try:
        write_atomically(path, [content], new_part(path), path.stat().st_mode & 0o777 if path.exists() else None)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error


PICTURE_SUFFIXES = (".png", ".svg", ".pdf")


def check_picture(path: Path | None) -> None:
    """Check that a plot can be written before the work begins."""
    if path is None:
        return
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise UsageError(f"{path}: not a known image format; use a name that ends in {', '.join(PICTURE_SUFFIXES)}")
    check_writable(path)


def write_picture(path: Path, figure: Figure | SubFigure) -> None:
    """Write a plot; an existing file is replaced only when the new one is complete."""
    from matplotlib.figure import Figure

    check_picture(path)
    drawn = io.BytesIO()
    whole = figure if isinstance(figure, Figure) else figure.figure
    whole.savefig(drawn, format=path.suffix.lower()[1:], dpi=150)
    write_whole(path, drawn.getvalue())


PATIENCE = 2.0


class ProgressBar:
    """A progress bar on stderr, called with the work done and the total.

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
        """Update the bar, which appears once the work has taken a while."""
        if self.shown is None:
            if not sys.stderr.isatty() or time.monotonic() - self.began < PATIENCE:
                return
            self.shown = self.show(total)
        bar, task = self.shown
        bar.update(task, completed=done, total=total)

    def show(self, total: int) -> tuple[Progress, TaskID]:
        """Draw the bar for the first time."""
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import Progress

        bar = Progress(console=Console(stderr=True, emoji=False), transient=True)
        task = bar.add_task(escape(self.title), total=total)
        bar.start()
        return bar, task

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self.shown is not None:
            self.shown[0].stop()


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
    from multivector_sim.display.tables import csv_of, sheet_of

    asked = _asked()
    for name, path in asked.items():
        content = csv_of(names, lines).encode() if name == "csv" else sheet_of(names, lines, title)
        write_whole(path, content)
    return list(asked.values())
