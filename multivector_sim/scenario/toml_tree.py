"""TOML as a tree of placed values.

The standard library reads the values, but not where they are written. A second, much simpler reader notes where each
key and each item of an array begins, assuming valid TOML; it stops quietly at what it does not understand, because the
parser proper reports what is wrong there. It also counts nesting before anything else reads the text.

The same values are refused as in YAML: NaN, infinity, nesting beyond 20. Keys given twice are errors of TOML itself. A
date is read as the text of its ISO form.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from multivector_sim.scenario.place import Node, Place, Tree, under
from multivector_sim.scenario.yaml_tree import DEEPEST, LARGEST_WHOLE, MOST_MISTAKES

if TYPE_CHECKING:
    from multivector_sim.errors import Mistake

__all__ = ["Located", "TomlPlaces", "read_toml"]

AT = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
UNCLOSED = ("Unterminated string", "Expected \"'", "Expected '\"")


def read_toml(text: str, file: str) -> Tree:
    r"""Read a TOML document.

    Examples
    --------
    >>> tree = read_toml('[gdp]\nvalue = 288e9\nas_of = 2024-12-31\n', "x.toml")
    >>> tree.root.value["gdp"].value["as_of"]
    Node(value='2024-12-31', place=Place(file='x.toml', line=3, column=1, layer=''))
    >>> print(*read_toml('a = 1\na = 2\n', "x.toml").mistakes)
    x.toml:2:6: not TOML: Cannot overwrite a value
    """
    try:
        places = TomlPlaces(text, DEEPEST)
        document = tomllib.loads(text)
    except TooDeepError as error:
        mistake = Place(file, error.line, error.column).mistake("", f"nested more than {DEEPEST} deep")
        return Tree(None, (mistake,))
    except ValueError as error:
        return Tree(None, (_syntax_mistake(str(error), text, places.position(places.at), file),))
    except RecursionError:
        return Tree(None, (Place(file, 1, 1).mistake("", f"nested more than {DEEPEST} deep"),))
    if not document:
        return Tree(None, (Place(file, 1, 1).mistake("", "the file is empty"),))
    placing = Placing(file, places.found)
    return Tree(placing.node(document, (), Place(file, 1, 1), ""), tuple(placing.mistakes[:MOST_MISTAKES]))


class Placing:
    """Joins values with their places."""

    def __init__(self, file: str, found: dict[Located, tuple[int, int]]) -> None:
        self.file, self.found = file, found
        self.mistakes: list[Mistake] = []

    def node(self, value: object, where: Located, parent: Place, path: str) -> Node:
        """Return a value with its place, or with its parent's where none was found."""
        place = Place(self.file, *self.found[where]) if where in self.found else parent
        if isinstance(value, dict):
            return Node({k: self.node(v, (*where, k), place, under(path, k)) for k, v in value.items()}, place)
        if isinstance(value, list):
            return Node([self.node(v, (*where, n), place, under(path, n)) for n, v in enumerate(value)], place)
        if isinstance(value, (dt.date, dt.time)):
            return Node(value.isoformat(), place)
        if isinstance(value, (bool, str)):
            return Node(value, place)
        return Node(self.number(value, place, path), place)

    def number(self, value: object, place: Place, path: str) -> float | None:
        """Return a finite number; refuse any other."""
        if not isinstance(value, (int, float)):
            self.mistakes.append(place.mistake(path, "this type of value is not supported in a scenario"))
            return None
        try:
            number = value if isinstance(value, int) and abs(value) <= LARGEST_WHOLE else float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
        self.mistakes.append(place.mistake(path, f"{number} is not finite; give a finite number"))
        return None


def _syntax_mistake(problem: str, text: str, stopped: tuple[int, int], file: str) -> Mistake:
    """Return a syntax error as a mistake, with the place that the parser names in words."""
    if problem.startswith(UNCLOSED):
        return Place(file, *stopped).mistake("", "this quote is never closed")
    rows = text.split("\n")
    line, column = len(rows), len(rows[-1]) + 1
    at = AT.search(problem)
    if at:
        problem = problem[: at.start()]
    if at and at.group(1):
        line, column = int(at.group(1)), int(at.group(2))
    elif not at:
        line, column = 1, 1
    return Place(file, line, column).mistake("", f"not TOML: {problem}")


Located: TypeAlias = "tuple[str | int, ...]"

BLANK = re.compile(r"[ \t]*")
SKIPPED = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' + r"|'''(?:[^']|'(?!''))*'{3,5}" + r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""",
    re.DOTALL,
)
WORD = re.compile(r"[^,\]}#\n]+")


class NotUnderstoodError(Exception):
    """The text is not valid TOML from here on."""


class TooDeepError(Exception):
    """Something is nested beyond the limit, at this line and column."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line, self.column = line, column


class TomlPlaces:
    r"""A single pass over a text that records where keys and items begin.

    Parameters
    ----------
    text
        A TOML text, its lines ended by a line feed.
    deepest
        How deep mappings and lists may nest.

    Attributes
    ----------
    found
        Line and column, from 1, by the keys and item numbers that lead to them.

    Raises
    ------
    TooDeepError
        If something is nested deeper.

    Examples
    --------
    >>> TomlPlaces("a = 1\n[[b]]\nc.d = [2, 3]\n", 20).found
    {('a',): (1, 1), ('b',): (2, 3), ('b', 0): (2, 3), ('b', 0, 'c'): (3, 1), ('b', 0, 'c', 'd'): (3, 1),
     ('b', 0, 'c', 'd', 0): (3, 8), ('b', 0, 'c', 'd', 1): (3, 11)}
    """

    def __init__(self, text: str, deepest: int) -> None:
        self.text, self.deepest, self.at = text, deepest, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.found: dict[Located, tuple[int, int]] = {}
        self.items: dict[Located, int] = {}
        with suppress(NotUnderstoodError):
            self.document()

    def position(self, at: int) -> tuple[int, int]:
        """Return the line and column of an index into the text."""
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Skip blanks."""
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        """Skip a pattern that must be here, and return it."""
        match = pattern.match(self.text, self.at)
        if match is None:
            raise NotUnderstoodError
        self.at = match.end()
        return match.group()

    def is_here(self, mark: str) -> bool:
        """Return whether a mark is next; if so, skip it."""
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def check_depth(self, depth: int) -> None:
        """Stop if the nesting is too deep."""
        if depth > self.deepest:
            raise TooDeepError(*self.position(self.at))

    def document(self) -> None:
        """Read headers and entries to the end."""
        table: Located = ()
        while True:
            self.skip(SKIPPED)
            if self.at >= len(self.text):
                return
            if self.is_here("[["):
                table = self.header(list_of_tables=True)
            elif self.is_here("["):
                table = self.header(list_of_tables=False)
            else:
                self.entry(table)

    def header(self, *, list_of_tables: bool) -> Located:
        """Return the path that a header names, and record it."""
        where, table = self.at, ()  # type: int, Located
        keys = self.keys()
        self.skip(BLANK)
        if not self.is_here("]]" if list_of_tables else "]"):
            raise NotUnderstoodError
        place = self.position(where)
        for number, key in enumerate(keys):
            table = (*table, key)
            self.found.setdefault(table, place)
            if list_of_tables and number == len(keys) - 1:
                self.items[table] = self.items.get(table, -1) + 1
            if table in self.items:
                table = (*table, self.items[table])
                self.found.setdefault(table, place)
        return table

    def keys(self) -> list[str]:
        """Return the parts of a key, dotted or not."""
        found: list[str] = []
        while True:
            self.skip(BLANK)
            self.check_depth(len(found) + 1)
            raw = self.take(KEY)
            found.append(_unquoted(raw))
            self.skip(BLANK)
            if not self.is_here("."):
                return found

    def entry(self, table: Located) -> None:
        """Read a key and its value."""
        self.skip(BLANK)
        place = self.position(self.at)
        path = table
        for key in self.keys():
            path = (*path, key)
            self.found.setdefault(path, place)
        self.check_depth(len(path))
        if not self.is_here("="):
            raise NotUnderstoodError
        self.skip(BLANK)
        self.value(path)

    def value(self, path: Located) -> None:
        """Read a value, and record its parts."""
        if self.is_here("["):
            self.check_depth(len(path) + 1)
            number = 0
            while not self.closed("]"):
                self.found[*path, number] = self.position(self.at)
                self.value((*path, number))
                number += 1
        elif self.is_here("{"):
            self.check_depth(len(path) + 1)
            while not self.closed("}"):
                self.entry(path)
        elif self.text.startswith(('"', "'"), self.at):
            self.take(TEXT)
        else:
            self.take(WORD)

    def closed(self, mark: str) -> bool:
        """Skip a separator between items, and return whether the closing mark follows."""
        self.skip(SKIPPED)
        if self.is_here(","):
            self.skip(SKIPPED)
        return self.is_here(mark)


def _unquoted(raw: str) -> str:
    """Return the key that a quoted key stands for."""
    if raw[0] not in "\"'":
        return raw
    try:
        return str(tomllib.loads(f"key = {raw}")["key"])
    except tomllib.TOMLDecodeError:
        raise NotUnderstoodError from None
