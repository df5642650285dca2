"""Empirical distributions whose values are in a CSV file beside the scenario.

``{empirical: {csv: file, column: name}}`` is read here and becomes ``{empirical: [values]}``, so that only the code
that reads scenarios ever opens a file.
"""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.files import read_text
from multivector_sim.scenario.mistakes import nearest_or, shown
from multivector_sim.scenario.place import Node, under
from multivector_sim.scenario.unicode_text import composed, decimal_number, name_unseen

if TYPE_CHECKING:
    from multivector_sim.errors import Mistake
    from multivector_sim.scenario.files import Folder

__all__ = ["with_columns"]

WANTED = frozenset({"csv", "column"})
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
DECIMAL_COMMA = re.compile("[-+]?[0-9]+,[0-9]+")
LONGEST = 100
MOST_VALUES = 100_000


def with_columns(node: Node, beside: str, folder: Folder, mistakes: list[Mistake], path: str = "") -> Node:
    """Return a tree in which each reference to a CSV column is replaced by its values."""
    if isinstance(node.value, list):
        items = [with_columns(part, beside, folder, mistakes, under(path, n)) for n, part in enumerate(node.value)]
        return Node(items, node.place)
    if not isinstance(node.value, dict):
        return node
    entries: dict[str, Node] = {}
    for key, part in node.value.items():
        inner = under(path, key)
        if key == "empirical" and isinstance(part.value, dict) and WANTED.intersection(part.value):
            entries[key] = _column(part, beside, folder, mistakes, inner)
        else:
            entries[key] = with_columns(part, beside, folder, mistakes, inner)
    return Node(entries, node.place)


def _column(node: Node, beside: str, folder: Folder, mistakes: list[Mistake], path: str) -> Node:
    """Return a node that holds the values of one column."""
    entries = node.value if isinstance(node.value, dict) else {}
    wrong = [entries[key].place.mistake(under(path, key), "not known here") for key in entries if key not in WANTED]
    for key in sorted(WANTED):
        if key not in entries:
            wrong.append(node.place.mistake(under(path, key), f"missing; give {key}: and a name"))
        elif not isinstance(entries[key].value, str):
            wrong.append(entries[key].place.mistake(under(path, key), "must be a name"))
    if wrong:
        mistakes.extend(wrong)
        return Node(None, node.place)
    name, wanted = entries["csv"], composed(str(entries["column"].value)).strip()
    try:
        table, file = folder.inside(str(name.value), beside)
        values = _numbers(read_text(file, table), wanted)
    except ScenarioError as error:
        problems = [f"{found.message} ({found.file})" if found.file else found.message for found in error.mistakes]
        mistakes.extend(name.place.mistake(under(path, "csv"), problem) for problem in problems)
        return Node(None, node.place)
    except LookupError as error:
        mistakes.append(entries["column"].place.mistake(under(path, "column"), f"{error.args[0]} in {table}"))
        return Node(None, node.place)
    except ValueError as error:
        mistakes.append(name.place.mistake(under(path, "csv"), f"{table}, {error}"))
        return Node(None, node.place)
    return Node([Node(value, node.place) for value in values], node.place)


def _numbers(text: str, wanted: str) -> list[float]:
    r"""Return the numbers in one column of a CSV text with a header.

    Examples
    --------
    >>> _numbers("year,months\n2006,18\n2014,30.5\n", "months")
    [18.0, 30.5]
    """
    rows = csv.reader(io.StringIO(text), strict=True)
    values = []
    try:
        header = [cell.strip() for cell in next(rows, [])]
        at = _place_of(wanted, header)
        for row in rows:
            if len(row) > len(header):
                raise ValueError(
                    f"line {rows.line_num}: {len(row)} fields, but the header has {len(header)}; "
                    "write a number without a comma in it"
                )
            if row:
                values.append(_number(row[at] if at < len(row) else "", rows.line_num))
            if len(values) > MOST_VALUES:
                raise ValueError(f"line {rows.line_num}: more than {MOST_VALUES:,} values; give a sample of them")
    except csv.Error as error:
        raise ValueError(f"line {rows.line_num}: not CSV: {error}") from None
    if not values:
        raise ValueError(f"column {shown(wanted)} has no values")
    return values


def _place_of(wanted: str, header: list[str]) -> int:
    """Return the number of a column."""
    if wanted in header:
        if header.count(wanted) > 1:
            raise LookupError(f"the column {shown(wanted)} is given twice")
        return header.index(wanted)
    if len(header) == 1:
        for mark, name in OTHER_SEPARATORS.items():
            if mark in header[0]:
                raise LookupError(f"no column called {shown(wanted)}; {name} separate the columns, write commas")
    short = [it for it in header if len(it) <= LONGEST]
    raise LookupError(f"no column called {shown(wanted)}{nearest_or(wanted, short)}")


def _number(cell: str, line: int) -> float:
    """Return the number in one cell."""
    try:
        value = decimal_number(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = "; write a point for the decimals" if DECIMAL_COMMA.fullmatch(cell.strip()) else name_unseen(cell)
        raise ValueError(f"line {line}: '{cell.strip()[:40]}' is not a finite number{hint}")
    return value
