"""Answers as tables: texts in columns for people, tidy rows for programs, and the units of both.

**A table for people** is drawn on a terminal, in ``summary()`` and in a notebook's card. Numbers are already words when
they come here (:mod:`multivector_sim.display.wording`). A table fits 80 columns; on a narrower screen texts wrap
between words, and numbers are never cut.

**Tidy rows** hold one number each, with its interval, its unit and what it is a number of. Every answer yields
:class:`Row` objects; from them come the data frame, the labelled arrays, CSV and the sheet, which therefore agree.
pandas, xarray and openpyxl are imported when they are asked for.

::

    column  level  measure     value   low     high    unit
    total          mean        0.0721  0.0713  0.0729  share of the baseline
    total   0.95   es          0.1910  0.1893  0.1934  share of the baseline

**Units** of the numbers in documents are listed by key. A number's unit is that of the last key of its path that is
listed: ``parts.partner.russia.mean.low`` has the unit of ``mean``. What counts draws, runs or months is the same in
every document and is listed here once.
"""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    import xarray
    from rich.table import Table as RichTable

__all__ = [
    "OF_QUANTITY",
    "WIDTH",
    "Row",
    "Table",
    "as_csv",
    "as_dataset",
    "as_frame",
    "as_sheet",
    "csv_of",
    "horizon_amount",
    "make_row",
    "measured_in",
    "need_xarray",
    "sheet_of",
]

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


FIXED = ("measure", "value", "low", "high", "unit")
NUMBERS = ("value", "low", "high")
LONGEST_CELL = 32_767
"""Characters that a cell of a sheet holds."""


class Row(NamedTuple):
    """One number.

    ``of`` says what it is a number of, by dimension: ``{"column": "total", "level": 0.95}``. ``low`` and ``high`` are
    None where the number is exact or the draws cannot tell. ``remark`` is a word on it, if there is one: a verdict, a
    grade of trust, or why an end is missing.
    """

    of: Mapping[str, str | float | int]
    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    remark: str = ""


def make_row(measure: str, found: Any, unit: str = "", remark: str = "", **of: str | float) -> Row:  # noqa: ANN401
    """Return a row from an estimate (anything with value, low and high), a plain number, or None.

    Examples
    --------
    >>> make_row("hhi", 0.25, column="exports")
    Row(of={'column': 'exports'}, measure='hhi', value=0.25, low=None, high=None, unit='', remark='')
    """
    if found is None or not hasattr(found, "low"):
        return Row(of, measure, None if found is None else float(found), unit=unit, remark=remark)
    low, high = (None if end is None else float(end) for end in (found.low, found.high))
    return Row(of, measure, float(found.value), low, high, unit, remark or getattr(found, "reason", ""))


def header(rows: Sequence[Row]) -> list[str]:
    """Return the names of the columns: dimensions in the order in which they appear, then the number.

    Examples
    --------
    >>> header([make_row("hhi", 0.25, column="exports")])
    ['column', 'measure', 'value', 'low', 'high', 'unit']
    """
    dimensions = dict.fromkeys(name for row in rows for name in row.of)
    return [*dimensions, *FIXED, *(("remark",) if any(row.remark for row in rows) else ())]


def _cells(row: Row, names: Sequence[str]) -> list[Any]:
    """Return the cells of a row; None where it has no such dimension or number."""
    known = {**row.of, **{name: getattr(row, name) for name in (*FIXED, "remark")}}
    return [known.get(name) for name in names]


def as_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as a data frame: one row a number; NaN where a number has no interval.

    Examples
    --------
    >>> as_frame([make_row("hhi", 0.25, column="exports")]).to_dict("list")["value"]
    [0.25]
    """
    import pandas as pd

    found = list(rows)
    names = header(found)
    frame = pd.DataFrame([_cells(row, names) for row in found], columns=names)
    return frame.astype(dict.fromkeys(NUMBERS, float))


def as_dataset(rows: Iterable[Row], about: Mapping[str, str | float | int]) -> xarray.Dataset:
    """Return rows as labelled arrays: a variable for each measure, over the dimensions that it has.

    A measure with intervals has two more variables, ``MEASURE_low`` and ``MEASURE_high``. Units are in
    ``attrs["units"]``. What a measure has no number for is NaN.

    Raises
    ------
    UsageError
        If xarray is not installed.
    """
    xr = need_xarray()
    import numpy as np

    found = list(rows)
    variables: dict[str, Any] = {}
    for measure in dict.fromkeys(row.measure for row in found):
        own = [row for row in found if row.measure == measure]
        dimensions = list(dict.fromkeys(name for row in own for name in row.of))
        labels = {name: list(dict.fromkeys(row.of.get(name, "") for row in own)) for name in dimensions}
        places = [tuple(labels[name].index(row.of.get(name, "")) for name in dimensions) for row in own]
        told = {"units": " or ".join(dict.fromkeys(row.unit for row in own if row.unit))}
        with_ends = any(row.low is not None or row.high is not None for row in own)
        for name, ending in (("value", ""), *((("low", "_low"), ("high", "_high")) if with_ends else ())):
            array = np.full([len(labels[it]) for it in dimensions], np.nan)
            for place, row in zip(places, own, strict=True):
                number = getattr(row, name)
                array[place] = np.nan if number is None else number
            variables[f"{measure}{ending}"] = xr.DataArray(array, labels, dimensions, attrs=told)
    made: xarray.Dataset = xr.Dataset(variables, attrs=dict(about))
    return made


def need_xarray() -> Any:  # noqa: ANN401  a module
    """Return the module xarray, or raise with the line that installs it."""
    try:
        import xarray
    except ModuleNotFoundError as error:
        raise UsageError("xarray is not installed; pip install 'multivector-sim[xarray]'") from error
    return xarray


def as_csv(rows: Iterable[Row]) -> str:
    """Return rows as CSV (RFC 4180, decimal points, UTF-8).

    Examples
    --------
    >>> print(as_csv([make_row("hhi", 0.25, column="exports")]), end="")
    column,measure,value,low,high,unit
    exports,hhi,0.25,,,
    """
    found = list(rows)
    names = header(found)
    return csv_of(names, [_cells(row, names) for row in found])


def csv_of(names: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """Return a header and lines of cells as CSV; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(lines)
    return text.getvalue()


def as_sheet(rows: Iterable[Row], title: str) -> bytes:
    """Return rows as an Excel workbook; see :func:`sheet_of`."""
    found = list(rows)
    names = header(found)
    return sheet_of(names, [_cells(row, names) for row in found], title)


def sheet_of(names: Sequence[str], lines: Iterable[Sequence[Any]], title: str) -> bytes:
    """Return a header and lines of cells as a workbook of one sheet: numbers as numbers, texts never as formulas."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(it for it in title if it not in "[]:*?/\\'")[:31] or "answer")
    sheet.freeze_panes = "A2"
    for number, name in enumerate(names, 1):  # before the first row, or openpyxl leaves them out
        sheet.column_dimensions[get_column_letter(number)].width = 12 if name in NUMBERS else 22

    def cell(value: Any) -> Any:  # noqa: ANN401  openpyxl ships no types
        if not isinstance(value, str):
            return WriteOnlyCell(sheet, value=value)
        made = WriteOnlyCell(sheet)
        made.value = ILLEGAL_CHARACTERS_RE.sub("?", value)[:LONGEST_CELL]
        made.data_type = "s"
        return made

    headings = [cell(name) for name in names]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for line in lines:
        sheet.append([cell(value) for value in line])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


OF_QUANTITY = "the unit of the quantity in a run's document; a share where a change is claimed"
"""Of a claim."""

ALWAYS = {
    **dict.fromkeys(("draws", "marginal_draws", "runs", "starts"), "number of them"),
    **dict.fromkeys(("seed", "check_seed"), "none: where the random numbers begin"),
    **dict.fromkeys(("level", "levels"), "probability"),
    "horizon_months": "months",
}


def horizon_amount(unit: str) -> str:
    """Return the unit of an amount over the whole horizon.

    Examples
    --------
    >>> horizon_amount("USD")
    'USD over the horizon'
    """
    return f"{unit} over the horizon"


def measured_in(*groups: tuple[str, str]) -> dict[str, str]:
    """Return the units of a document: the keys of each group, parted by blanks, with their unit; then what is usual.

    Examples
    --------
    >>> measured_in(("mean es", "share of the baseline"), ("cost", "USD"))["es"]
    'share of the baseline'
    """
    return {key: unit for keys, unit in groups for key in keys.split()} | ALWAYS
