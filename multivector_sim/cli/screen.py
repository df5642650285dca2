"""The screen: where tables are printed, and how they are made to fit.

A table that is too wide first wraps its headings and texts, then puts intervals below their values, then leaves out
the columns that are needed least, which it says, then the intervals, and at last all numbers but the first.

This stands apart from :mod:`multivector_sim.cli.output` because rich takes a tenth of a second to import, for which
help and validation do not wait.
"""

from __future__ import annotations

import io
import re
import sys
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from multivector_sim.cli.output import screen_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import JustifyMethod

__all__ = ["Screen", "Sheet", "begin_table", "open_screen", "print_table"]

LEAST_TEXT = 16
"""Columns of text are not made narrower than this, unless their texts are."""

EDGES = 2
"""Columns left free at both sides of a table."""

INTERVAL = re.compile(r" (?=[(\[])")


TRAILING_SPACES = re.compile(r"[ \t]+(?=\n)")


class _Trimmed(io.TextIOBase):
    """Text written to stdout without spaces at the ends of lines."""

    def write(self, text: str) -> int:
        """Write text, without the spaces at the ends of its lines."""
        sys.stdout.write(TRAILING_SPACES.sub("", text))
        return len(text)

    def flush(self) -> None:
        """Flush stdout."""
        sys.stdout.flush()


class Screen(Console):
    """A console that leaves a broken pipe to the command group."""

    def on_broken_pipe(self) -> None:
        """Raise again what rich would turn into an exit with 1."""
        raise BrokenPipeError


def open_screen() -> Screen:
    """Open stdout: as wide as the terminal, or 80 columns where there is none.

    Square brackets and colons in names are text, never markup or pictures.
    """
    screen = Screen(highlight=False, soft_wrap=False, markup=False, emoji=False)
    if screen.is_terminal:
        return screen
    trimmed = cast("IO[str]", _Trimmed())
    return Screen(highlight=False, width=screen_width(), markup=False, emoji=False, file=trimmed)


class Sheet:
    """A table to be printed: its texts, the columns on the left that hold words, and those that may be left out.

    Parameters
    ----------
    title
        What is printed above it.
    columns
        The headings.
    left
        How many columns hold words; the others hold numbers.
    spare
        Headings of the columns that may be left out, the least needed first.
    """

    def __init__(self, title: str, columns: Sequence[str], left: int, spare: Sequence[str]) -> None:
        self.title = title
        self.columns = tuple(columns)
        self.left = left
        self.spare = tuple(spare)
        self.rows: list[tuple[str, ...]] = []

    def add_row(self, *cells: str) -> None:
        """Add a row of texts."""
        self.rows.append(cells)


def begin_table(title: str, columns: Sequence[str], left: int = 1, spare: Sequence[str] = ()) -> Sheet:
    """Return an empty table whose first ``left`` columns hold words, and which may lose those that it can spare."""
    return Sheet(title, columns, left, spare)


def print_table(screen: Console, sheet: Sheet) -> bool:
    """Print a table in the first form that fits; return whether its intervals had room.

    Columns that had to be left out are named below it.
    """
    forms = list(_forms(sheet))
    for gone, form in forms:
        kept = [place for place, name in enumerate(sheet.columns) if name not in gone]
        columns = [_column(sheet, place, form) for place in kept]
        is_last = (gone, form) == forms[-1]
        for padding in (2, 1):
            if is_last or sum(it.least + padding for it in columns) - padding + EDGES <= screen.width:
                _print_columns(screen, sheet, columns, 1 if is_last else padding)
                if gone:
                    screen.print(Text(f"No room for: {', '.join(gone)}", style="dim"))
                return form != _VALUES
    raise AssertionError("the last form is always printed")  # pragma: no cover


_WHOLE, _BELOW, _VALUES = "interval beside its value", "interval below its value", "value only"


def _forms(sheet: Sheet) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the columns to leave out and how intervals are shown, the fullest form first."""
    for count in range(len(sheet.spare) + 1):
        yield sheet.spare[:count], _WHOLE
        yield sheet.spare[:count], _BELOW
    rest = [name for name in sheet.columns[sheet.left + 1 :] if name not in sheet.spare]
    for count in range(len(rest) + 1):
        yield (*sheet.spare, *rest[len(rest) - count :]), _VALUES


class _Column(NamedTuple):
    """A column: its heading and texts, the least width in which they can be read, and the width that it would have."""

    heading: str
    cells: list[str]
    is_text: bool
    least: int
    wanted: int


def _column(sheet: Sheet, place: int, form: str) -> _Column:
    """Return a column in a form."""
    heading, is_text = sheet.columns[place], place < sheet.left
    cells = [row[place] for row in sheet.rows]
    if form == _BELOW and not is_text:
        cells = [INTERVAL.sub("\n", cell, count=1) for cell in cells]
    if form == _VALUES and not is_text:
        cells = [INTERVAL.split(cell)[0] for cell in cells]
    longest = max((cell_len(line) for cell in cells for line in cell.split("\n")), default=0)
    word = max(map(cell_len, heading.split()), default=0)
    least = max(min(longest, LEAST_TEXT) if is_text else longest, word)
    return _Column(heading, cells, is_text, least, max(longest, cell_len(heading)))


def _print_columns(screen: Console, sheet: Sheet, columns: Sequence[_Column], padding: int) -> None:
    """Print columns, and share out the room beyond their least widths."""
    widths = [it.least for it in columns]
    spent = EDGES + sum(widths) + padding * (len(columns) - 1) - screen.width
    widths[-1] = max(1, widths[-1] - max(0, spent))  # on the narrowest screens names stay whole and a number is folded
    room = screen.width - EDGES - sum(widths) - padding * (len(columns) - 1)
    for chosen in (True, False):
        for place, column in enumerate(columns):
            if column.is_text is chosen:
                more = max(0, min(room, column.wanted - widths[place]))
                widths[place], room = widths[place] + more, room - more
    drawn = Table(
        title=Text(sheet.title),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title_style="bold",
        padding=(0, padding - 1, 0, 0),
    )
    for column, width in zip(columns, widths, strict=True):
        justify: JustifyMethod = "left" if column.is_text else "right"
        drawn.add_column(Text(column.heading), justify=justify, overflow="fold", width=width)
    for cells in zip(*(it.cells for it in columns), strict=True):
        drawn.add_row(*(Text(cell) for cell in cells))
    screen.print(drawn)
