"""Values that remember where they were written.

A file is read into a tree of :class:`Node`: a plain value, or a mapping or list of further nodes, each with the
:class:`Place` it came from. Files are merged as trees, so that every value that is left at the end still has
its file, line and column; only then is the tree split into the plain document and the places of its parts, which are
named by dotted paths: ``stress.0.duration_months``. The place of a mapping's entry is that of its key; a missing
value has the place of its nearest written parent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from multivector_sim.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Node", "Place", "Plain", "Tree", "leaves", "moved", "nearest_place", "places", "plain", "under"]

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Place:
    """The place where a value was written.

    Parameters
    ----------
    file
        The file as the user named it, or ``--set``.
    line, column
        Counted from 1; 0 where there is none.
    layer
        The layer that set the value, when that is not simply the file: ``override NAME``.

    Examples
    --------
    >>> str(Place("a.yaml", 3, 6)), str(Place("a.yaml", 3, 6, "override weak")), str(Place("--set"))
    ('a.yaml:3:6', 'override weak (a.yaml:3:6)', '--set')
    """

    file: str
    line: int = 0
    column: int = 0
    layer: str = ""

    def __str__(self) -> str:
        """Return the origin as ``resolve`` shows it."""
        written = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{self.layer} ({written})" if self.layer else written

    def mistake(self, path: str, message: str) -> Mistake:
        """Return a mistake at this place."""
        return Mistake(path, message, self.file, self.line, self.column)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place; the value is a scalar, or a mapping or list of nodes."""

    value: str | float | bool | dict[str, Node] | list[Node] | None
    place: Place
    is_blank: bool = field(default=False, repr=False)
    """Whether nothing at all is written there, not even ``null``."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The content of one file: its root, None where nothing could be read, and its mistakes."""

    root: Node | None
    mistakes: tuple[Mistake, ...]


def under(path: str, key: str | int) -> str:
    """Return the path of a part below another path.

    Examples
    --------
    >>> under("stress", 0), under("", "gdp")
    ('stress.0', 'gdp')
    """
    return f"{path}.{key}" if path else str(key)


def _parts(node: Node) -> list[tuple[str | int, Node]]:
    """Return the named parts of a node; a scalar has none."""
    if isinstance(node.value, dict):
        return list(node.value.items())
    if isinstance(node.value, list):
        return list(enumerate(node.value))
    return []


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield the nodes of a tree with their paths, in written order."""
    yield path, node
    for key, part in _parts(node):
        yield from walk(part, under(path, key))


def plain(node: Node) -> Plain:
    """Return the plain value of a node, without places.

    Examples
    --------
    >>> here = Place("a.yaml", 1, 1)
    >>> plain(Node({"x": Node([Node(1, here)], here)}, here))
    {'x': [1]}
    """
    if isinstance(node.value, dict):
        return {key: plain(part) for key, part in node.value.items()}
    if isinstance(node.value, list):
        return [plain(part) for part in node.value]
    return node.value


def places(node: Node) -> dict[str, Place]:
    """Return the place of every part of a tree, by dotted path; the whole is the empty path."""
    return {path: part.place for path, part in walk(node)}


def leaves(node: Node) -> dict[str, Place]:
    """Return the places of all nodes without parts: scalars, and empty mappings and lists."""
    return {path: part.place for path, part in walk(node) if not _parts(part)}


def nearest_place(known: Mapping[str, Place], path: str) -> Place:
    """Return the place of a path, or of its nearest written parent.

    Examples
    --------
    >>> nearest_place({"": Place("a", 1, 1), "gdp": Place("a", 3, 1)}, "gdp.source").line
    3
    """
    while path and path not in known:
        path = path.rpartition(".")[0]
    return known[path]


def moved(node: Node, place: Callable[[Place], Place]) -> Node:
    """Return the same tree with other places."""
    value = node.value
    if isinstance(value, dict):
        value = {key: moved(part, place) for key, part in value.items()}
    elif isinstance(value, list):
        value = [moved(part, place) for part in value]
    return Node(value, place(node.place), node.is_blank)
