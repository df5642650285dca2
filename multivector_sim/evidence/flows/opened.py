"""A file of flows, opened once: its bytes, what they are, and its tables as text.

Nothing is known here of who published it. A text file is decoded (byte order mark, UTF-8, else Windows-1252), its
separator found by counting fields, and its table parsed by pandas from the same bytes, with only the columns that a
reader asks for. A workbook or a page of HTML becomes tables of text. Every row keeps the number of its line.

A page of HTML is what some publishers name ``.xls``; each of its tables stands on its own.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import FlowsError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["LINE", "OpenedFile", "Table", "TextTable", "open_file", "plain_key"]

LINE = "_line"
EXTRA = "_extra"
LARGEST_FILE = 4_000_000_000
ENCODINGS = {
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
CHUNK = 1 << 20
BETWEEN = re.compile(rb"[\x80-\x9f]")
PREVIEW_BYTES = 200_000
PREVIEW_ROWS = 60
FEW_LINES = 30
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
OLD_WORKBOOK, ZIP, GZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"\x1f\x8b"
HTML = re.compile(rb"<(!doctype\s+html|html|table|head|div)[\s>]", re.IGNORECASE)
SEPARATORS = {"\t": "a tab", ";": "';'", "|": "'|'", ",": "','"}
LINE_END = re.compile(rb"\r\n|\n|\r")
NOT_KEY = re.compile(r"[^a-z0-9_\\%$€£]+")


def plain_key(name: str) -> str:
    """Return a column's name without spaces, dots, brackets and capitals.

    Examples
    --------
    >>> plain_key("Trade Value (US$)"), plain_key(" COUNTRY.ID "), plain_key("refYear")
    ('tradevalueus$', 'countryid', 'refyear')
    """
    return NOT_KEY.sub("", name.casefold())


@dataclass(slots=True)
class Table:
    """A table of text, of a sheet or a page.

    Parameters
    ----------
    name
        Of the sheet; empty where there is none.
    rows
        Its cells as text, row by row; for a text file only the first.
    """

    name: str
    rows: list[list[str]]

    def frame(
        self, header: int, wanted: Sequence[int], texts: Sequence[int] = (), numbers: Sequence[int] = ()
    ) -> pd.DataFrame:
        """Return the columns asked for below a row, as text.

        Parameters
        ----------
        header
            The row, from 0, that holds the names of the columns; -1 if there is none.
        wanted
            The columns, from 0.
        texts
            Those of them whose texts are nearly all different; the others are kept as categories.
        numbers
            Those that may come as numbers, NaN where a cell is blank, if every cell is one.

        Returns
        -------
        pandas.DataFrame
            One row for each row of the table, by column number; ``_line`` says where it stands.
        """
        import pandas as pd

        del texts, numbers
        body = self.rows[header + 1 :]
        columns: dict[Any, list[Any]] = {
            at: [row[at].strip() if at < len(row) else "" for row in body] for at in wanted
        }
        return pd.DataFrame(columns | {LINE: range(header + 2, header + 2 + len(body))})

    @property
    def trailing(self) -> bool:
        """Whether every row ends with a separator that its header does not have."""
        return False


@dataclass(slots=True)
class TextTable(Table):
    """The table of a text file, parsed only when a reader asks for it."""

    data: bytes
    encoding: str
    separator: str
    file: str

    @property
    def trailing(self) -> bool:
        """Whether every row ends with a separator that its header does not have."""
        wide = [len(row) for row in self.rows if len(row) > 1]
        if len(wide) < 2:  # noqa: PLR2004 - a header and a row
            return False
        rows = [row for row in self.rows if len(row) > 1]
        return all(len(row) == wide[0] + 1 and not row[-1].strip() for row in rows[1:])

    def frame(
        self, header: int, wanted: Sequence[int], texts: Sequence[int] = (), numbers: Sequence[int] = ()
    ) -> pd.DataFrame:
        """Return the columns asked for below a row, as text; see :meth:`Table.frame`.

        Raises
        ------
        FlowsError
            If a row has more fields than the header, or the last is cut off.
        """
        import pandas as pd

        width = len(self.rows[header]) if header >= 0 else max(len(row) for row in self.rows)
        names = [*map(str, range(width)), EXTRA]
        kinds: dict[Any, Any] = {str(at): str if at in texts else "category" for at in wanted if at not in numbers}
        try:
            frame = pd.read_csv(
                self._headed(header, names),
                sep=self.separator,
                encoding=self.encoding,
                header=0,
                usecols=[*map(str, wanted), EXTRA],
                index_col=False,
                dtype={**kinds, EXTRA: "category"},
                keep_default_na=False,
                na_values={str(at): [""] for at in numbers},
                skip_blank_lines=False,
                low_memory=False,
                encoding_errors="replace",
            )
        except pd.errors.EmptyDataError:
            frame = pd.DataFrame({name: pd.Series([], dtype=str) for name in [*map(str, wanted), EXTRA]})
        except (pd.errors.ParserError, csv.Error) as error:
            raise self._not_parsed(error) from None
        frame[LINE] = range(header + 2, header + 2 + len(frame))
        self._check_widths(frame, header, width)
        return frame.drop(columns=EXTRA).rename(columns={str(at): at for at in wanted})

    def _headed(self, header: int, names: list[str]) -> io.BufferedReader:
        """Return the bytes below the header, under names of our own: one more, which takes what is too long."""
        start = 0
        for _ in range(header + 1):
            found = LINE_END.search(self.data, start)
            start = len(self.data) if found is None else found.end()
        return io.BufferedReader(
            _Chained(self.separator.join(names).encode() + b"\n", memoryview(self.data)[start:]), CHUNK
        )

    def _not_parsed(self, error: Exception) -> FlowsError:
        """Return in words what the parser found wrong; it counts lines from 1, but rows with the header as 0."""
        row, line = (re.search(rf"{word} (\d+)", str(error)) for word in ("row", "line"))
        at = int(row.group(1)) + 1 if row else int(line.group(1)) if line else 0
        if "EOF inside string" in str(error):
            what = "a quotation mark opens here and none closes; the file may be cut off: download it again"
        else:
            what = str(error).split("C error: ")[-1].strip()
        return FlowsError(f"cannot be read as a table: {what}", self.file, at)

    def _check_widths(self, frame: pd.DataFrame, header: int, width: int) -> None:
        """Refuse a row that is too long, and a last row that is cut off."""
        extra = frame[EXTRA].astype("category")
        filled = [text for text in extra.cat.categories if str(text).strip()]
        if filled:
            long = frame.loc[extra.isin(filled), LINE]
            at = int(long.iloc[0])
            mark = SEPARATORS[self.separator]
            raise FlowsError(
                f"more fields than the {width} of the header; a text with {mark} in it needs quotes", self.file, at
            )
        tail = self.data.rstrip().rpartition(b"\n")[2].decode(self.encoding, "replace")
        last = next(iter(_fields(tail.splitlines()[-1:], self.separator)), [])
        if 1 < len(last) < width - 1 and last[0].strip() and self._is_regular(header, width) and not self._ends():
            line = self.data.rstrip().count(b"\n") + 1
            raise FlowsError(
                f"the last line is cut off: {len(last)} of {width} fields; download the file again", self.file, line
            )

    def _is_regular(self, header: int, width: int) -> bool:
        """Return whether the first rows, but for the last, are all as wide as the header."""
        return all(len(row) >= width for row in self.rows[header + 1 : header + FEW_LINES][:-1])

    def _ends(self) -> bool:
        """Return whether the file ends with a line end."""
        return self.data.endswith((b"\n", b"\r"))


class _Chained(io.RawIOBase):
    """Pieces of bytes read one after the other, without a copy of the whole."""

    def __init__(self, *pieces: bytes | memoryview) -> None:
        super().__init__()
        self.pieces = [memoryview(piece) for piece in pieces]

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - the face of io
        """Fill a buffer, and return how much."""
        while self.pieces and not len(self.pieces[0]):
            self.pieces.pop(0)
        if not self.pieces:
            return 0
        part = self.pieces[0][: len(buffer)]
        buffer[: len(part)] = part
        self.pieces[0] = self.pieces[0][len(part) :]
        return len(part)


@dataclass(slots=True)
class OpenedFile:
    """A file of flows and its tables.

    Parameters
    ----------
    name
        As the user named it.
    path
        Where it lies.
    kind
        ``text``, ``workbook`` or ``page``.
    tables
        One for each sheet.
    found
        What was found out, for people: the encoding, the separator.
    """

    name: str
    path: Path
    kind: str
    tables: list[Table]
    found: list[str] = field(default_factory=list)


def open_file(path: str | os.PathLike[str]) -> OpenedFile:
    """Open a file and find out what it is.

    Parameters
    ----------
    path
        A text file, a workbook or a page; gzip, or zip with one file in it, are unpacked.

    Raises
    ------
    FlowsError
        If it cannot be read, is empty, or is none of these.
    """
    name, where = str(path), Path(path)
    data = _content(where, name)
    found: list[str] = []
    if data.startswith(GZIP):
        data = _unpacked(lambda: gzip.GzipFile(fileobj=io.BytesIO(data)).read(LARGEST_FILE), name)
        found.append("unpacked by gzip")
    elif data.startswith(ZIP) and b"xl/workbook" not in data and not where.suffix.lower().startswith(".xl"):
        data = _member(data, name)
        found.append("unpacked by zip")
    if not data.strip():
        raise FlowsError("the file is empty", name)
    if data.startswith((ZIP, OLD_WORKBOOK)):
        return OpenedFile(name, where, "workbook", _sheets(data, name), [*found, "a workbook"])
    if HTML.search(data[:4096]):
        text = _decoded(data)[0]
        tables = [Table("", rows) for rows in tables_of_page(text)]
        if not tables:
            raise FlowsError("a page of HTML without a table; download the data themselves", name)
        return OpenedFile(name, where, "page", tables, [*found, "a page of HTML, whatever its name says"])
    return _text_file(data, name, where, found)


def _text_file(data: bytes, name: str, path: Path, found: list[str]) -> OpenedFile:
    """Open a text file."""
    text, encoding = _decoded(data[:PREVIEW_BYTES], data)
    said = ENCODINGS.get(encoding, "UTF-8")
    if encoding == "utf-16":
        data, encoding = data.decode(encoding).encode(), "utf-8"
    elif encoding == "utf-8-sig":
        data, encoding = data.removeprefix(codecs.BOM_UTF8), "utf-8"
    if "\x00" in text:
        raise FlowsError("neither text nor a workbook; give a CSV, TSV or Excel file", name)
    if data[:1] in b"{[" and text.lstrip()[:1] in "{[":
        raise FlowsError("JSON, not a table; download CSV", name)
    lines = text.splitlines()
    whole = lines if len(data) <= PREVIEW_BYTES else lines[:-1]
    separator = _separator(whole[:PREVIEW_ROWS])
    rows = _fields(whole[:PREVIEW_ROWS], separator)
    if not rows or max(map(len, rows)) == 1:
        raise FlowsError("no columns found; fields are separated by a comma, a semicolon, a tab or '|'", name, 1)
    found = [*found, f"{said}, separated by {SEPARATORS[separator]}"]
    return OpenedFile(name, path, "text", [TextTable("", rows, data, encoding, separator, name)], found)


def _content(path: Path, name: str) -> bytes:
    """Return the bytes of a regular file."""
    try:
        if path.is_dir():
            raise FlowsError("this is a folder; name the file in it", name)
        if path.stat().st_size > LARGEST_FILE:
            raise FlowsError(f"the file is larger than {LARGEST_FILE // 10**9} GB; take fewer columns or years", name)
        return path.read_bytes()
    except FileNotFoundError:
        raise FlowsError("no such file", name) from None
    except (OSError, ValueError) as error:
        raise FlowsError(f"cannot be read: {getattr(error, 'strerror', None) or error}", name) from None


def _unpacked(read: Any, name: str) -> bytes:  # noqa: ANN401 - a function that reads
    """Return what a packed file holds."""
    try:
        data: bytes = read()
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise FlowsError(f"cannot be unpacked, it may be cut off: {error}; download it again", name) from None
    if len(data) >= LARGEST_FILE:
        raise FlowsError(f"larger than {LARGEST_FILE // 10**9} GB when unpacked", name)
    return data


def _member(data: bytes, name: str) -> bytes:
    """Return the one file in a zip."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise FlowsError(f"cannot be unpacked, it may be cut off: {error}; download it again", name) from None
    inside = [it for it in packed.namelist() if not it.endswith("/") and "readme" not in it.casefold()]
    if len(inside) != 1:
        raise FlowsError(f"a zip with {len(inside)} files in it; unpack it and name one", name)
    return _unpacked(lambda: packed.open(inside[0]).read(LARGEST_FILE), name)


def _decoded(sample: bytes, data: bytes | None = None) -> tuple[str, str]:
    """Return a sample as text, and the encoding that fits all of the data."""
    data = sample if data is None else data
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return sample.decode(encoding, "ignore"), encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # Both agree on all letters but those between 0x80 and 0x9f, and Latin-1 is read much faster.
        encoding = "cp1252" if BETWEEN.search(data) else "latin-1"
    else:
        encoding = "utf-8"
    return sample.decode(encoding, "replace"), encoding


def _fields(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Return lines as fields; none where the lines are no table."""
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return []


def _separator(lines: Sequence[str]) -> str:
    """Return the separator by which most lines have equally many fields; a tab before ';' before ','."""
    full = [line for line in lines if line.strip()]
    best, most = ",", 0.0
    for separator in SEPARATORS:
        counts = [len(row) for row in _fields(full, separator)]
        common = max(set(counts), key=counts.count, default=1)
        share = counts.count(common) / max(len(counts), 1)
        if common > 1 and share > most + 0.25:
            best, most = separator, share
    return best


def _sheets(data: bytes, name: str) -> list[Table]:
    """Return the sheets of a workbook as text."""
    import pandas as pd

    try:
        sheets = pd.read_excel(io.BytesIO(data), sheet_name=None, header=None, engine="calamine", na_filter=False)
    except Exception as error:  # noqa: BLE001 - the libraries raise whatever a broken workbook leads them to
        raise FlowsError(f"not a workbook that can be read: {error}; save it again, or as CSV", name) from None
    tables = [
        Table(str(sheet), [[_cell(it) for it in row] for row in frame.to_numpy().tolist()])
        for sheet, frame in sheets.items()
    ]
    if not any(table.rows for table in tables):
        raise FlowsError("the workbook is empty", name)
    return [table for table in tables if table.rows]


def _cell(value: object) -> str:
    """Return a cell of a workbook as text; whole numbers without a point."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


CELLS = frozenset({"td", "th"})


class _Tables(HTMLParser):
    """Collects the rows of tables; a table inside of a cell is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[list[list[str]]] = []
        self.cells: list[list[str] | None] = []
        self.tables: list[list[list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's face
        """Begin a table, a row or a cell."""
        if tag == "table":
            self.open.append([])
            self.cells.append(None)
            self.tables.append(self.open[-1])
        elif tag == "tr" and self.open:
            self.open[-1].append([])
            self.cells[-1] = None
        elif tag in CELLS and self.open:
            if not self.open[-1]:
                self.open[-1].append([])
            self.cells[-1] = []
            self.open[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a table."""
        if tag in CELLS and self.open:
            self.cells[-1] = None
        elif tag == "table" and self.open:
            self.open.pop()
            self.cells.pop()

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        cell = self.cells[-1] if self.cells else None
        if cell is not None:
            cell.append(data)
            self.open[-1][-1][-1] = " ".join("".join(cell).split())


def tables_of_page(text: str) -> list[list[list[str]]]:
    """Return every table of a page that has more than one row.

    Parameters
    ----------
    text
        The page.

    Returns
    -------
    list of list of list of str
        Tables of rows of cells, in the order of the page.

    Examples
    --------
    >>> tables_of_page("<table><tr><th>a<th>b</tr><tr><td>1</td><td>x &amp; y</td></tr></table>")
    [[['a', 'b'], ['1', 'x & y']]]
    """
    reader = _Tables()
    reader.feed(text)
    reader.close()
    return [table for table in reader.tables if len(table) > 1]
