"""Readers of formats: each knows a publisher's columns, and nothing else.

A reader recognises its file by the names of its columns, and returns *rows*: who reported, about whom, when, which
flow, how much. What the rows have in common (the world as a partner, months and years, products and their total) is
handled afterwards, in one place. Readers stand in a table; :func:`register_reader` adds one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from multivector_sim.errors import FlowsError, UsageError
from multivector_sim.evidence.flows.countries import SYSTEMS, nearest_country
from multivector_sim.evidence.flows.opened import LINE, plain_key
from multivector_sim.evidence.flows.units import UnitMissingError, parse_numbers, parse_unit
from multivector_sim.scenario.mistakes import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from multivector_sim.evidence.flows.opened import OpenedFile, Table
    from multivector_sim.evidence.flows.row_account import Account
    from multivector_sim.evidence.flows.units import Unit

__all__ = [
    "BOTH",
    "HEADER_ROWS",
    "TRADE",
    "ColumnReader",
    "Match",
    "Options",
    "Reader",
    "ReporterMissingError",
    "Request",
    "first_names",
    "flow_rows",
    "lookup",
    "mapped",
    "period",
    "periods",
    "places",
    "read_columns",
    "readers",
    "register_reader",
    "side_of",
    "some_of",
    "unknown",
    "unknown_names",
    "values",
    "with_nearest",
]

TRADE = ("exports", "imports")
BOTH = "both"
YEAR = re.compile(r"(\d{4})(?:\.0)?(?:\s*\[yr\d{4}\])?$")
MONTH = re.compile(r"(\d{4})[-\s]?m?(0?[1-9]|1[0-2])(?:-\d\d)?$")
WHOLE_YEAR = re.compile(r"(\d{4})52$")
QUARTER = re.compile(r"(\d{4})[-\s]?q([1-4])$")
HEADER_ROWS = 40
MOST_NAMED = 8
NO_YEAR = -1


class ReporterMissingError(FlowsError):
    """A file that does not say whose flows it holds, where nobody else said it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says about a file that the file does not say itself; None where nothing was said."""

    unit: str | None = None
    side: str | None = None
    reporter: str | None = None
    year: int | None = None
    flow: str | None = None
    product: str | None = None
    decimal: str | None = None
    countries: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Where a reader found its columns: the table, the row of the names (-1: none), and the columns by field."""

    table: Table
    header: int
    columns: Mapping[str, int]
    years: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """All that a reader needs: the opened file, where its columns are, what was said, and where to note."""

    file: OpenedFile
    match: Match
    options: Options
    account: Account

    def unit(self, known: Unit | None, hint: str) -> Unit:
        """Return the unit: the one that was given, else the one that is known.

        Raises
        ------
        UnitMissingError
            If there is neither.
        FlowsError
            If the file itself says another one.
        """
        if self.options.unit is not None:
            given = parse_unit(self.options.unit)
            other = known is not None and (known.currency, known.factor) != (given.currency, given.factor)
            if known is not None and other and known.by == "file":
                raise FlowsError(f"the file states {known}, but {given} was given; leave unit out", self.file.name)
            if known is not None and other:
                self.account.say("assumed", f"unit {given} as given; the {known.by} says {known}")
            return given
        if known is None:
            raise UnitMissingError(f"the unit is not in the file; {hint}", self.file.name)
        return known


class Reader(Protocol):
    """What reads one format."""

    @property
    def name(self) -> str:
        """Short, for ``source=`` and the command line."""
        ...

    @property
    def title(self) -> str:
        """For people, and for the source of a scenario's figures."""
        ...

    @property
    def where(self) -> str:
        """Where such files come from."""
        ...

    @property
    def trust(self) -> str:
        """How far its figures are trusted, in the words of a scenario."""
        ...

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are, None if the file is of another format."""
        ...

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit.

        Rows have the columns ``reporter, partner`` (codes, or ``WORLD``, ``GROUP``, ``UNS``, None), ``label`` (the
        partner as written), ``year``, ``every`` (A, Q or M), ``flow``, ``value``, ``product``, ``side`` and ``_line``.
        """
        ...


_READERS: dict[str, Reader] = {}


def register_reader(reader: Reader, *, before: str | None = None) -> None:
    """Add a reader of a format, or take the place of the one of that name.

    Parameters
    ----------
    reader
        Has ``name``, ``title``, ``where``, ``trust``, ``match(file)`` and ``read(request)``; see :class:`Reader`.
    before
        The name of a reader that is asked later; by default the plain table, which takes what nobody else does.

    Raises
    ------
    UsageError
        If there is no reader called ``before``.

    Examples
    --------
    >>> from multivector_sim.evidence.flows.read import readers
    >>> register_reader(readers()["baci"])
    """
    known = readers()
    later = before if before is not None else ("plain" if "plain" in known and reader.name != "plain" else None)
    if later is not None and later not in known:
        raise UsageError(f"no reader called '{later}'; there are {', '.join(known)}")
    if reader.name in known:
        _READERS[reader.name] = reader
        return
    order: dict[str, Reader] = {}
    for name, it in known.items():
        if name == later:
            order[reader.name] = reader
        order[name] = it
    order.setdefault(reader.name, reader)
    _READERS.clear()
    _READERS.update(order)


def readers() -> dict[str, Reader]:
    """Return the readers by name, in the order in which they are asked."""
    if not _READERS:
        from multivector_sim.evidence.flows.readers import EVERY

        _READERS.update({reader.name: reader for reader in EVERY})
    return dict(_READERS)


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """A reader of a long table with known columns.

    Parameters
    ----------
    fields
        The names that a column may have, as :func:`plain_key` writes them, by field.
    needed
        Fields that must be there; of a tuple, one of them.
    rows
        Makes rows of the columns: called with the request and a frame that has a column for each field found.
    """

    name: str
    title: str
    where: str
    trust: str
    fields: Mapping[str, Sequence[str]]
    needed: Sequence[str | tuple[str, ...]]
    rows: Callable[[Request, pd.DataFrame], tuple[pd.DataFrame, Unit]]
    numbers: tuple[str, ...] = ("value",)

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are, None if the file is of another format."""
        for table in file.tables:
            for number, row in enumerate(table.rows[:HEADER_ROWS]):
                columns = lookup(row, self.fields)
                if all(any(it in columns for it in (one if isinstance(one, tuple) else (one,))) for one in self.needed):
                    return Match(table, number, columns)
        return None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit."""
        return self.rows(request, read_columns(request, (), self.numbers))


def lookup(row: Sequence[str], fields: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the column of each field whose name stands in a row; the first of its names wins."""
    keys = [plain_key(cell) for cell in row]
    found = {}
    for name, known in fields.items():
        at = next((keys.index(key) for key in known if key in keys), None)
        if at is not None:
            found[name] = at
    return found


def read_columns(request: Request, texts: Sequence[str] = (), numbers: Sequence[str] = ()) -> pd.DataFrame:
    """Return the columns that were found, by field, without the lines that repeat the header."""
    import numpy as np

    match, account = request.match, request.account
    different, counted = (
        [match.columns[name] for name in names if name in match.columns] for names in (texts, numbers)
    )
    frame = match.table.frame(match.header, sorted(set(match.columns.values())), different, counted)
    if match.table.trailing:
        account.say("found", "every row ends with a separator that the header lacks; the empty last field is left out")
    data = {name: frame[at] for name, at in match.columns.items()}
    frame = type(frame)(data | {LINE: frame[LINE]})
    if match.header < 0 or not len(frame):
        return frame
    header = match.table.rows[match.header]
    again = np.ones(len(frame), dtype=bool)
    for name in list(match.columns)[:3]:
        again &= mapped(frame[name], partial(_is_text, header[match.columns[name]].strip())).astype(bool)
    return account.drop(frame, again, "the header, repeated inside of the file")


def _is_text(wanted: str, cell: str) -> bool:
    """Return whether a cell holds a text."""
    return cell.strip() == wanted


def mapped(series: pd.Series[Any], function: Callable[[str], Any]) -> npt.NDArray[Any]:
    """Return a function of each cell, called once for each different text; (rows)."""
    import numpy as np
    import pandas as pd

    if not isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype("category")
    results = np.empty(len(series.cat.categories) + 1, dtype=object)
    results[:-1] = [function(str(text)) for text in series.cat.categories]
    results[-1] = function("") if (series.cat.codes.to_numpy() < 0).any() else None
    return results[series.cat.codes.to_numpy()]


def unknown(found: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return where a function of cells found nothing, (rows)."""
    import pandas as pd

    return pd.isna(found)


def places(frame: pd.DataFrame, columns: Iterable[tuple[str, str]]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the place of each row, by the first of several columns that tells it, and the label it has in the file.

    Parameters
    ----------
    frame
        Columns by field.
    columns
        Fields, with the system of their codes; those that are not there are passed over.

    Returns
    -------
    codes, labels
        (rows); a code is None where no column tells.
    """
    import numpy as np

    codes = np.full(len(frame), None, dtype=object)
    labels = np.full(len(frame), "", dtype=object)
    for name, system in columns:
        if name not in frame:
            continue
        open_rows = unknown(codes)
        if open_rows.any():
            found = mapped(frame[name], SYSTEMS[system])
            codes[open_rows] = found[open_rows]
        blank = labels == ""
        if blank.any():
            labels[blank] = mapped(frame[name], str.strip)[blank]
    return codes, labels


def periods(
    series: pd.Series[Any], request: Request, lines: pd.Series[int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Return the year of each row, and how often it is reported: A, Q or M followed by its number.

    Raises
    ------
    FlowsError
        If a cell is no period.
    """
    import numpy as np

    years = mapped(series, lambda text: (period(text) or (NO_YEAR, ""))[0]).astype(np.int64)
    bad = years == NO_YEAR
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        cell = str(series.iloc[at]).strip()[:40]
        raise FlowsError(f"not a year or a period: '{cell}'", request.file.name, int(lines.iloc[at]))
    return years, mapped(series, lambda text: (period(text) or (NO_YEAR, ""))[1])


def period(text: str) -> tuple[int, str] | None:
    """Return year and frequency of a period.

    Examples
    --------
    >>> [period(it) for it in ("2014", "201401", "2000-M01", "2001Q3", "202352", "2017 [YR2017]", "World")]
    [(2014, 'A'), (2014, 'M1'), (2000, 'M1'), (2001, 'Q3'), (2023, 'A'), (2017, 'A'), None]
    """
    small = text.strip().casefold()
    if it := YEAR.match(small) or WHOLE_YEAR.match(small):
        return int(it[1]), "A"
    if it := MONTH.match(small):
        return int(it[1]), f"M{int(it[2])}"
    if it := QUARTER.match(small):
        return int(it[1]), f"Q{it[2]}"
    return None


def values(
    frame: pd.DataFrame, request: Request, mark: str = ".", name: str = "value", title: str = ""
) -> npt.NDArray[np.float64]:
    """Return a column as numbers, NaN where one is missing; what was missing is noted by how it was written.

    ``title`` is the column's name for people, where a file has several columns of values.
    """
    import numpy as np

    numbers, small = parse_numbers(frame[name], mark, request.file.name, frame[LINE])
    missing = np.isnan(numbers)
    if missing.any():
        for written, rows in frame[[LINE]][missing].groupby(small[missing], sort=True):
            where = f" in {title}" if title not in ("", "value") else ""
            request.account.about("dropped", rows, f"no value{where}: {'blank' if not written else repr(written)}")
    nothing = np.asarray(small == "-", dtype=bool)
    if nothing.any():
        request.account.about("assumed", frame[[LINE]][nothing], "'-' is taken for zero, not for missing")
    return numbers


def sides(flow: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return which end of each flow its reporter is, (rows)."""
    import pandas as pd

    return mapped(pd.Series(flow, dtype="category"), side_of)


def side_of(flow: str) -> str:
    """Return which end of a flow its reporter is."""
    return {"exports": "exporter", "imports": "importer"}.get(flow, "host" if "_in" in flow else "investor")


def flow_rows(
    request: Request,
    frame: pd.DataFrame,
    flow: Any,  # noqa: ANN401 - a name, or an array of them
    ends: tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]],
    **columns: Any,  # noqa: ANN401 - arrays, or one value for all rows
) -> pd.DataFrame:
    """Return rows as every reader returns them.

    Parameters
    ----------
    request
        What was asked for.
    frame
        The file's columns, under the names of this library.
    flow
        One name, or one for each row.
    ends
        The columns that name reporter and partner, each with the system of its codes.
    **columns
        What takes the place of the usual: ``value`` (the column of that name), ``label`` (what names the partner),
        ``every``, ``product`` (``TOTAL``), ``side`` (that of the flow).

    Raises
    ------
    FlowsError
        If a year or a value cannot be read.
    """
    import pandas as pd

    years, every = periods(frame["year"], request, frame[LINE])
    reporter, _ = places(frame, ends[0])
    partner, label = places(frame, ends[1])
    made = {
        "reporter": reporter,
        "partner": partner,
        "label": label,
        "year": years,
        "every": every,
        "flow": flow,
        "value": columns["value"] if "value" in columns else values(frame, request),
        "product": "TOTAL",
        "side": columns["side"] if "side" in columns else side_of(flow) if isinstance(flow, str) else sides(flow),
        LINE: frame[LINE].to_numpy(),
    }
    return pd.DataFrame(made | columns)


def with_nearest(name: str, fields: Collection[str]) -> str:
    """Return a column's name, with the known one that it nearly is.

    Examples
    --------
    >>> with_nearest("exprots", ["exports", "partner"]), with_nearest("Exports (USD)", ["exports", "partner"])
    ("exprots (did you mean 'exports'?)", 'Exports (USD)')
    """
    key = plain_key(name)
    is_right = key.startswith(tuple(fields)) or period(name) is not None
    near = "" if is_right else nearest(key, sorted(fields))
    return f"{name} (did you mean '{near}'?)" if near else name


def first_names(fields: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the usual name of each field, and the flows that a column may be called by."""
    return {names[0] for names in fields.values()} | set(TRADE)


def some_of(names: Sequence[str]) -> str:
    """Return the first names of a list, as text."""
    return ", ".join(names[:MOST_NAMED]) + (" ..." if len(names) > MOST_NAMED else "")


def unknown_names(labels: Iterable[str]) -> str:
    """Return names that nobody knows, with the nearest that is known."""
    shown = []
    for label in list(labels)[:5]:
        near = nearest_country(label)
        shown.append(f"'{label}'" + (f" (did you mean {near}?)" if near else ""))
    return ", ".join(shown)
