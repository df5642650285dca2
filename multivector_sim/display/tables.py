"""A table for people: texts in columns, drawn on a terminal, in ``summary()`` and in a notebook's card.

Numbers are already words when they come here (:mod:`multivector_sim.display.rounding`). A table fits 80 columns; on a
narrower screen texts wrap between words, and numbers are never cut.
"""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as RichTable

__all__ = ["WIDTH", "Table"]

WIDTH = 80
BETWEEN = 3
"""Columns of the screen that part two columns of a table."""


class Table(NamedTuple):
    """Columns and rows of text; the first ``left`` columns are left-aligned, the others are numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1

    def drawn(self) -> RichTable:
        """Return it for rich's console; square brackets in names are text."""
        from rich import box
        from rich.table import Table as RichTable
        from rich.text import Text

        made = RichTable(
            title=Text(self.title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, title_style="bold"
        )
        for number, column in enumerate(self.columns):
            made.add_column(Text(column), justify="left" if number < self.left else "right", overflow="fold")
        for row in self.rows:
            made.add_row(*(Text(cell) for cell in row))
        return made

    def text(self, width: int = WIDTH) -> str:
        """Return it as plain text, no wider than given.

        Examples
        --------
        >>> print(Table("", ("partner", "share"), [("China", "25.0 %")]).text())
        <BLANKLINE>
         partner    share
         ────────────────
         China     25.0 %
        """
        from rich.console import Console

        paper = io.StringIO()
        page = Console(
            file=paper,
            width=width,
            highlight=False,
            markup=False,
            emoji=False,
            color_system=None,
            no_color=True,
        )
        page.print((self if self._natural_width() <= width else self._with_intervals_below()).drawn())
        return "\n".join(line.rstrip() for line in paper.getvalue().splitlines()).rstrip()

    def _natural_width(self) -> int:
        """Return the width at which no cell wraps."""
        columns = zip(self.columns, *self.rows, strict=True)
        return sum(max(len(cell) for cell in cells) + BETWEEN for cells in columns)

    def _with_intervals_below(self) -> Table:
        """Return the table with each interval in brackets on a line of its own, below its value."""
        rows = [[*row[: self.left], *(cell.replace(" (", "\n(") for cell in row[self.left :])] for row in self.rows]
        return self._replace(rows=rows)

    def html(self) -> str:
        """Return it as an HTML table; everything in it is escaped."""
        sides = ["" if number < self.left else ' class="n"' for number in range(len(self.columns))]
        heads = "".join(
            f'<th{side} scope="col">{escape(it)}</th>' if it else f"<td{side}></td>"
            for side, it in zip(sides, self.columns, strict=True)
        )
        lines = (
            "".join(f"<td{side}>{escape(cell)}</td>" for side, cell in zip(sides, row, strict=True))
            for row in self.rows
        )
        body = "".join(f"<tr>{line}</tr>" for line in lines)
        caption = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
