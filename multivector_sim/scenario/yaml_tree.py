"""YAML as a tree of placed values.

The tree is built from the parser's events, so that every key and item has its line and column. Scalars follow the
core schema of YAML 1.2: ``no`` is a string and ``1e6`` a number. Surprising features are refused: aliases and
anchors (which also rules out billion laughs), tags, keys given twice, NaN and infinity, nesting beyond 20, a second
document. All of these are reported together; only a syntax error ends the reading.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import yaml

from multivector_sim.scenario.place import Node, Place, Tree, under
from multivector_sim.scenario.unicode_text import composed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.errors import Mistake

__all__ = ["DEEPEST", "MERGE", "core_value", "read_yaml"]

DEEPEST = 20
MERGE = "<<"
MOST_MISTAKES = 100
LARGEST_WHOLE = 2**63
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULL = frozenset({"", "~", "null", "Null", "NULL"})
TRUTH = {word: word[0] in "tT" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class StopReadingError(Exception):
    """Nothing after this point can be read; the mistake is already recorded."""


def read_yaml(text: str, file: str) -> Tree:
    r"""Read the one YAML document of a file.

    Examples
    --------
    >>> from multivector_sim.scenario.place import plain
    >>> plain(read_yaml("{a: no, b: 1e6, c: 0x10, d: ~}", "x.yaml").root)
    {'a': 'no', 'b': 1000000.0, 'c': 16, 'd': None}
    >>> print(*read_yaml("a: 1\na: .nan\n", "x.yaml").mistakes, sep="\n")
    x.yaml:2:1: a: given twice; first on line 1
    x.yaml:2:1: a: .nan is not finite; give a finite number
    """
    reader = YamlReader(text, file)
    root: Node | None = None
    try:
        root = reader.document()
    except StopReadingError:
        pass
    except yaml.MarkedYAMLError as error:
        reader.mistakes.append(_syntax_mistake(error, text, file))
    except yaml.YAMLError as error:
        reader.mistakes.append(Place(file, 1, 1).mistake("", f"not YAML: {' '.join(str(error).split())}"))
    return Tree(root, tuple(reader.mistakes))


def core_value(word: str) -> str | float | bool | None:
    """Return the value of a plain word by the core schema.

    Examples
    --------
    >>> [core_value(word) for word in ("no", "true", "12", "0o17", "1_000", ".5", "1e6")]
    ['no', True, 12, 15, '1_000', 0.5, 1000000.0]
    """
    if word in NULL:
        return None
    if word in TRUTH:
        return TRUTH[word]
    if ENDLESS.fullmatch(word):
        raise ValueError(word)
    if not NUMBER.fullmatch(word) and not WHOLE.fullmatch(word):
        return word
    if word.startswith(("0x", "0o")):
        number: float = int(word[2:], 16 if word[1] == "x" else 8)
        return number if number <= LARGEST_WHOLE else _finite(word, float(number) if number < 1 << 1000 else math.inf)
    as_float = _finite(word, float(word))
    return int(word) if WHOLE.fullmatch(word) and abs(as_float) <= LARGEST_WHOLE else as_float


def _finite(word: str, number: float) -> float:
    """Return a number; refuse one that is too large for a float."""
    if math.isinf(number):
        raise ValueError(word)
    return number


COMMA = "inside {...} a comma ends a text"


class YamlReader:
    """A single pass over the events of one text."""

    def __init__(self, text: str, file: str) -> None:
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=LOADER))
        self.file = file
        self.mistakes: list[Mistake] = []

    def place(self, event: yaml.Event) -> Place:
        """Return the place where an event begins."""
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1) if mark is not None else Place(self.file, 1, 1)

    def note(self, place: Place, path: str, message: str, before: int | None = None) -> None:
        """Record a mistake, before those from a number on or at the end, up to a largest number of them."""
        self.mistakes.insert(len(self.mistakes) if before is None else before, place.mistake(path, message))
        if len(self.mistakes) >= MOST_MISTAKES:
            self.mistakes.append(place.mistake("", f"more than {MOST_MISTAKES} mistakes; the rest was not read"))
            raise StopReadingError

    def document(self) -> Node | None:
        """Read the only document; None when there is nothing in it."""
        root: Node | None = None
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                self.note(self.place(event), "", "a second document begins here; give one document a file")
                break
            root = self.node(next(self.events), "", 1)
        if root is None or (root.value is None and not self.mistakes):
            self.note(Place(self.file, 1, 1), "", "the file is empty")
            return None
        return root

    def node(self, event: yaml.Event, path: str, depth: int, place: Place | None = None) -> Node:
        """Return the value that begins with an event; an entry of a mapping passes the place of its key."""
        here = self.place(event)
        place = place or here
        if isinstance(event, yaml.AliasEvent):
            self.note(here, path, f"alias *{getattr(event, 'anchor', '')}: aliases are not read; write the value out")
            return Node(None, place)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.note(here, path, f"anchor &{anchor}: anchors are not read; remove it")
        tagged = getattr(event, "tag", None)
        if tagged is not None:
            self.note(here, path, f"tag {tagged}: tags are not read; remove it")
        if isinstance(event, yaml.ScalarEvent):
            is_blank = event.implicit[0] and event.value == "" and not tagged
            return Node(None if tagged else self.scalar(event, path, place), place, is_blank)
        if depth > DEEPEST:
            self.note(here, path, f"nested more than {DEEPEST} deep")
            raise StopReadingError
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self.sequence(path, depth), place)
        return Node(self.mapping(path, depth, is_flow=bool(getattr(event, "flow_style", False))), place)

    def scalar(self, event: yaml.ScalarEvent, path: str, place: Place) -> str | float | bool | None:
        """Return a text, a number, or None."""
        if not event.implicit[0]:
            return composed(str(event.value))
        try:
            return core_value(composed(event.value))
        except ValueError:
            word = event.value if len(event.value) < DEEPEST else f"{event.value[:DEEPEST]}..."
            self.note(place, path, f"{word} is not finite; give a finite number")
            return None

    def sequence(self, path: str, depth: int) -> list[Node]:
        """Return the items up to the end of a list."""
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, under(path, len(items)), depth + 1))
        return items

    def mapping(self, path: str, depth: int, *, is_flow: bool) -> dict[str, Node]:
        """Return the entries up to the end of a mapping; of a key given twice the first is kept.

        Inside braces a comma ends a text: ``{title: a, b}`` has an entry ``b`` without a value, which is what is told.
        """
        entries: dict[str, Node] = {}
        before = ""
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key, place = self.key(event, path, depth), self.place(event)
            inner = under(path, key) if key else path
            noted = len(self.mistakes)
            value = self.node(next(self.events), inner, depth + 1, place)
            if key == MERGE and getattr(event, "implicit", (False,))[0]:
                del self.mistakes[noted:]  # merged content is not read, so its mistakes do not count
                continue
            if is_flow and value.is_blank and before and isinstance(entries[before].value, str):
                self.note_comma(place, under(path, before), before, str(entries[before].value), key)
                entries[before] = Node(f"{entries[before].value}, {key}", entries[before].place)
                continue
            if key in entries:
                self.note(place, inner, f"given twice; first on line {entries[key].place.line}", noted)
            elif key:
                entries[key] = value
            before = key
        return entries

    def note_comma(self, place: Place, path: str, key: str, text: str, rest: str) -> None:
        """Record that a comma cut a text inside braces in two; a text with several commas is told once."""
        whole = f"{text}, {rest}"
        if self.mistakes and self.mistakes[-1].path == path and COMMA in self.mistakes[-1].message:
            self.mistakes.pop()
        self.note(place, path, f'{COMMA}; put the whole text in quotes: {key}: "{whole}"')

    def key(self, event: yaml.Event, path: str, depth: int) -> str:
        """Return a key, always a string; empty when it is not one."""
        place = self.place(event)
        if not isinstance(event, yaml.ScalarEvent):
            self.node(event, path, depth + 1)
            self.note(place, path, "a key must be a plain word")
            return ""
        word = composed(str(event.value))
        if event.anchor is not None or event.tag is not None:
            self.note(place, under(path, word), "a key takes no anchor and no tag")
        if word == MERGE and event.implicit[0]:
            self.note(place, under(path, word), "merge keys are not read; write the entries out, or use extends")
        elif not word.strip():
            self.note(place, path, "a key is empty")
            return ""
        return word


def _syntax_mistake(error: yaml.MarkedYAMLError, text: str, file: str) -> Mistake:
    """Return a syntax error as a mistake, at the place where a person would look for it."""
    problem, context = error.problem or "cannot be read", error.context or ""
    mark, opening = error.problem_mark, error.context_mark
    if opening is not None and ("quoted scalar" in context or "simple key" in context) and "escape" not in problem:
        mark = opening
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    rows = text.split("\n")
    row = rows[line] if line < len(rows) else ""
    if "quoted scalar" in context and "end of stream" in problem:
        message = "this quote is never closed"
    elif row[column : column + 1] == "\t" and "start any token" in problem:
        message = "a tab indents this line; YAML takes spaces only"
    elif "nesting depth" in problem:
        message = f"nested more than {DEEPEST} deep"
    elif "simple key" in context:
        message = f"{problem} after this; an entry is written 'key: value'"
    else:
        message = f"not YAML: {problem}" + (f", {context}" if context else "")
        if opening is not None and opening.line != line:
            message += f" that begins on line {opening.line + 1}"
    return Place(file, line + 1, column + 1).mistake("", message)
