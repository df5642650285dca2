"""One tree laid over another: a base that is extended, named overrides, single values set.

A mapping is laid over a mapping key by key; a list, a number or a whole figure (a law, or a value with its source)
takes the place of what was there, and nothing (``null``) takes it away. A single value is set by its dotted path, whose
last step may be new, while everything before it must be there; a section that may be left out counts as there.
"""

from __future__ import annotations

from difflib import get_close_matches

from multivector_sim.sampling.laws import known_laws
from multivector_sim.scenario.place import Node

__all__ = ["NoSuchPathError", "laid_over", "with_value"]

SECTIONS = frozenset({"sources", "corridors", "legs", "hazard", "mixes", "measures", "claims", "overrides", "alarms"})
FIGURE = frozenset({"value", "source", "as_of", "trust", "note"})


class NoSuchPathError(Exception):
    """A dotted path that leads nowhere; says where it stops."""


def is_figure(entries: dict[str, Node]) -> bool:
    """Tell whether a mapping is one figure, to be taken as a whole."""
    if len(entries) == 1 and known_laws().keys() >= entries.keys():
        return all(isinstance(part.value, (dict, list)) for part in entries.values())
    return "value" in entries and FIGURE.issuperset(entries)


def laid_over(base: Node, top: Node) -> Node:
    """Lay one tree over another.

    Parameters
    ----------
    base
        What is below.
    top
        What wins.

    Returns
    -------
    Node
        The two as one; every part keeps the place it came from.

    Examples
    --------
    >>> from multivector_sim.scenario.place import plain
    >>> from multivector_sim.scenario.yaml_tree import read_yaml
    >>> below = read_yaml("{a: 1, b: {c: 2, d: {pert: [0, 1, 2]}}, e: 3}", "base.yaml").root
    >>> above = read_yaml("{b: {d: {uniform: [0, 1]}}, e: null}", "top.yaml").root
    >>> plain(laid_over(below, above))
    {'a': 1, 'b': {'c': 2, 'd': {'uniform': [0, 1]}}}
    """
    if not isinstance(base.value, dict) or not isinstance(top.value, dict):
        return top
    if is_figure(base.value) or is_figure(top.value):
        return top
    entries = dict(base.value)
    for key, part in top.value.items():
        if key not in entries:
            entries[key] = part
        elif part.value is None:
            del entries[key]
        else:
            entries[key] = laid_over(entries[key], part)
    return Node(entries, top.place)


def with_value(root: Node, path: str, value: Node) -> Node:
    """Set one value.

    Parameters
    ----------
    root
        The tree, which stays as it is.
    path
        A dotted path; items of a list go by number, from 0.
    value
        What to put there; nothing (None) takes away what is there.

    Returns
    -------
    Node
        A tree with the value in it.

    Raises
    ------
    NoSuchPathError
        If the path leads nowhere.

    Examples
    --------
    >>> from multivector_sim.scenario.place import Place, plain
    >>> from multivector_sim.scenario.yaml_tree import read_yaml
    >>> tree = read_yaml("channels: {exports: {ceiling: 0.6}}", "a.yaml").root
    >>> plain(with_value(tree, "channels.exports.ceiling", Node(0.7, Place("--set"))))
    {'channels': {'exports': {'ceiling': 0.7}}}
    >>> with_value(tree, "channels.export.ceiling", Node(0.7, Place("--set")))
    Traceback (most recent call last):
    multivector_sim.scenario.layers.NoSuchPathError: no 'export' in channels; did you mean 'exports'?
    """
    steps = path.split(".")
    if not all(steps):
        raise NoSuchPathError("not a path; write names with dots between them")
    return replaced(root, steps, value, "")


def replaced(node: Node, steps: list[str], value: Node, behind: str) -> Node:
    """Go one step down and set the value there."""
    if isinstance(node.value, list):
        return replaced_item(node.value, node, steps, value, behind)
    if not isinstance(node.value, dict):
        raise NoSuchPathError(f"{behind} has no parts; set {behind} itself")
    key, rest = first_key(node.value, steps)
    inner = f"{behind}.{key}" if behind else key
    entries = dict(node.value)
    if rest:
        if not behind and key in SECTIONS:
            entries.setdefault(key, Node({}, value.place))
        if key not in entries:
            raise NoSuchPathError(unknown(key, entries, behind))
        entries[key] = replaced(entries[key], rest, value, inner)
    elif value.value is None:
        entries.pop(key, None)
    else:
        entries[key] = value
    return Node(entries, node.place)


def replaced_item(items: list[Node], node: Node, steps: list[str], value: Node, behind: str) -> Node:
    """Go one step down into a list."""
    number, rest = steps[0], steps[1:]
    if number not in map(str, range(len(items))):
        raise NoSuchPathError(
            f"no item {number} in {behind}; " + (f"0 to {len(items) - 1}" if items else "it is empty")
        )
    at = int(number)
    item = replaced(items[at], rest, value, f"{behind}.{number}") if rest else value
    return Node([*items[:at], item, *items[at + 1 :]], node.place)


def first_key(entries: dict[str, Node], steps: list[str]) -> tuple[str, list[str]]:
    """Take the first step, which may be a name that has dots in it."""
    for count in range(1, len(steps) + 1):
        key = ".".join(steps[:count])
        if key in entries:
            return key, steps[count:]
    return steps[0], steps[1:]


def unknown(key: str, entries: dict[str, Node], behind: str) -> str:
    """Say that a name is not there, and which one is near."""
    near = get_close_matches(key, entries, 1)
    return f"no '{key}' in {behind or 'the scenario'}" + (f"; did you mean '{near[0]}'?" if near else "")
