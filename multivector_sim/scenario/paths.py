"""Paths of a document: merging one tree over another, setting single values, and checking what claims refer to.

A mapping is merged over a mapping key by key; a list, a number or a whole figure (a distribution, or a value with its
source) replaces what was there, and ``null`` removes it. A single value is set by its dotted path, whose last step may
be new, while everything before it must exist; an optional section counts as existing.

A path must lead somewhere, and with the value set the whole must still be a scenario, so an override or a measure that
is accepted can be applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.errors import Mistake, ScenarioError
from multivector_sim.sampling.laws import known_laws
from multivector_sim.scenario.cross_references import keyed
from multivector_sim.scenario.document import tree
from multivector_sim.scenario.figure import FIGURE_KEYS
from multivector_sim.scenario.mistakes import nearest_or
from multivector_sim.scenario.part import is_number
from multivector_sim.scenario.place import Node, plain, under

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from multivector_sim.scenario.mistakes import Complaints

__all__ = ["NoSuchPathError", "changed", "check_claims", "check_paths", "check_values", "laid_over", "with_value"]

SECTIONS = frozenset({"sources", "corridors", "legs", "hazard", "mixes", "measures", "claims", "overrides", "alarms"})


class NoSuchPathError(Exception):
    """A dotted path that leads nowhere; the message names where it stops."""


def _is_figure(entries: dict[str, Node]) -> bool:
    """Return whether a mapping is one figure, which is replaced as a whole."""
    if len(entries) == 1 and known_laws().keys() >= entries.keys():
        return all(isinstance(part.value, (dict, list)) for part in entries.values())
    if "calibrated" in entries:
        return True
    return "value" in entries and FIGURE_KEYS.issuperset(entries)


def laid_over(base: Node, top: Node) -> Node:
    """Return one tree merged over another.

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
    if _is_figure(base.value) or _is_figure(top.value):
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
    """Return a tree with one value set.

    Examples
    --------
    >>> from multivector_sim.scenario.place import Place, plain
    >>> from multivector_sim.scenario.yaml_tree import read_yaml
    >>> tree = read_yaml("channels: {exports: {ceiling: 0.6}}", "a.yaml").root
    >>> plain(with_value(tree, "channels.exports.ceiling", Node(0.7, Place("--set"))))
    {'channels': {'exports': {'ceiling': 0.7}}}
    >>> with_value(tree, "channels.export.ceiling", Node(0.7, Place("--set")))
    Traceback (most recent call last):
    multivector_sim.scenario.paths.NoSuchPathError: no 'export' in channels; did you mean 'exports'?
    """
    steps = path.split(".")
    if not all(steps):
        raise NoSuchPathError("not a path; write names with dots between them")
    return _replaced(root, steps, value, "")


def _replaced(node: Node, steps: list[str], value: Node, behind: str) -> Node:
    """Return a node with a value set below it."""
    if isinstance(node.value, list):
        return _replaced_item(node.value, node, steps, value, behind)
    if not isinstance(node.value, dict):
        raise NoSuchPathError(f"{behind} has no parts; set {behind} itself")
    key, rest = _first_key(node.value, steps)
    inner = f"{behind}.{key}" if behind else key
    entries = dict(node.value)
    if rest:
        if not behind and key in SECTIONS:
            entries.setdefault(key, Node({}, value.place))
        if key not in entries:
            raise NoSuchPathError(_unknown(key, entries, behind))
        entries[key] = _replaced(entries[key], rest, value, inner)
    elif value.value is None:
        entries.pop(key, None)
    else:
        entries[key] = value
    return Node(entries, node.place)


def _replaced_item(items: list[Node], node: Node, steps: list[str], value: Node, behind: str) -> Node:
    """Return a list node with a value set below one of its items."""
    number, rest = steps[0], steps[1:]
    if number not in map(str, range(len(items))):
        raise NoSuchPathError(
            f"no item {number} in {behind}; " + (f"0 to {len(items) - 1}" if items else "it is empty")
        )
    at = int(number)
    item = _replaced(items[at], rest, value, f"{behind}.{number}") if rest else value
    return Node([*items[:at], item, *items[at + 1 :]], node.place)


def _first_key(entries: dict[str, Node], steps: list[str]) -> tuple[str, list[str]]:
    """Return the first step, which may be a name with dots in it, and the remaining steps."""
    for count in range(1, len(steps) + 1):
        key = ".".join(steps[:count])
        if key in entries:
            return key, steps[count:]
    return steps[0], steps[1:]


def _unknown(key: str, entries: dict[str, Node], behind: str) -> str:
    """Return the message that a name is unknown, with the nearest known name."""
    return f"no '{key}' in {behind or 'the scenario'}" + nearest_or(key, entries)


MOST_SETS = 100
QUANTITIES = ("ruptures", "measures", "concentration", "attribution")
TODAY = "today"
CASES = ("mixes", "measures", "overrides")
OTHERS = "scenarios"
LIMITS = ("change", "at_least", "at_most")
FACT = frozenset({"says", "at_least", "at_most", "evidence"})


def changed(document: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return a document with values set by dotted path.

    Examples
    --------
    >>> changed({"a": {"b": 1}}, {"a.b": 0})
    {'a': {'b': 0}}
    """
    return _changed(tree(document), settings)


def _changed(root: Node, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the document of a tree with values set by dotted path; the tree stays as it is."""
    for path, value in settings.items():
        root = with_value(root, path, tree(value))
    result = plain(root)
    return result if isinstance(result, dict) else {}


def _sets(document: dict[str, Any], only: Collection[str] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the settings of each override and measure, with their paths."""
    for section, inner in (("overrides", ()), ("measures", ("set",))):
        for name in keyed(document, section):
            where = f"{section}.{name}"
            if only is None or any(at == section or f"{at}.".startswith(f"{where}.") for at in only):
                yield ".".join((where, *inner)), keyed(document, section, name, *inner)


def check_paths(document: dict[str, Any], complaints: Complaints, only: Collection[str] | None = None) -> None:
    """Check that every path that is set leads somewhere."""
    for section in ("overrides", "measures"):
        if len(keyed(document, section)) > MOST_SETS:
            complaints.add(section, f"more than {MOST_SETS}; split the scenario")
            return
    sets = list(_sets(document, only))
    if not sets:
        return
    root = tree(document)
    for where, settings in sets:
        for path, value in settings.items():
            try:
                with_value(root, path, tree(value))
            except NoSuchPathError as error:
                complaints.add(f"{where}.{path}", str(error))


def check_values(
    document: dict[str, Any],
    validate: Callable[[dict[str, Any]], object],
    complaints: Complaints,
    only: Collection[str] | None = None,
) -> None:
    """Check that the scenario is still valid with each set of values."""
    sets = list(_sets(document, only))
    if not sets:
        return
    root = tree(document)
    for where, settings in sets:
        try:
            validate(_changed(root, settings))
        except NoSuchPathError as error:
            complaints.add(where, str(error))
        except ScenarioError as error:
            for mistake in error.mistakes:
                complaints.add(*_blamed(mistake, where, settings))


def _blamed(mistake: Mistake, where: str, settings: dict[str, Any]) -> tuple[str, str]:
    """Return the path and message of a mistake, traced to the setting that caused it."""
    for path in settings:
        if mistake.path == path or mistake.path.startswith(f"{path}."):
            return f"{where}.{mistake.path}", mistake.message
    return where, f"then {mistake.path}: {mistake.message}"


def check_claims(document: dict[str, Any], complaints: Complaints) -> None:
    """Check what each claim refers to."""
    for name, claim in keyed(document, "claims").items():
        path = f"claims.{name}"
        if not isinstance(claim, dict):
            continue
        said = {key: part for key, part in claim.items() if part is not None}
        if "figure" in said:
            _check_figure(document, said, path, complaints)
        elif "quantity" in said:
            _check_quantity(document, said, path, complaints)
        elif FACT.intersection(said):
            _check_fact(said, path, complaints)
        else:
            complaints.add(path, "makes no claim; give figure and says, or quantity and change, at_least or at_most")


def _check_figure(document: dict[str, Any], claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check a claim about a figure of the scenario."""
    for key in ("quantity", "under", "against", "evidence", "carried_by", *LIMITS):
        if key in claim:
            complaints.add(under(path, key), "not in a claim about a figure")
    if "says" not in claim:
        complaints.add(f"{path}.says", "missing; a claim about a figure needs a number")
    figure = claim["figure"]
    if isinstance(figure, str):
        share = figure.startswith("exposures.") and figure.endswith(".share")
        _look_up(document, figure.removesuffix(".share") if share else figure, f"{path}.figure", complaints)


def _check_fact(claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check a claim about a fact outside the scenario."""
    for key in ("under", "against", "change", "carried_by"):
        if key in claim:
            complaints.add(under(path, key), "not in a claim about a fact; give quantity, a path into the run document")
    given = [key for key in ("says", "at_least", "at_most") if key in claim]
    if len(given) != 1:
        complaints.add(path, "give one of says, at_least, at_most" + (f", not {len(given)}" if given else ""))


def _look_up(document: dict[str, Any], target: str, path: str, complaints: Complaints) -> None:
    """Check that there is a figure at a path."""
    part: Any = document
    steps = target.split(".")
    for done, step in enumerate(steps):
        names = {str(n): it for n, it in enumerate(part)} if isinstance(part, list) else keyed(part)
        if step not in names:
            complaints.unknown(path, f"part of {'.'.join(steps[:done]) or 'the scenario'}", step, names)
            return
        part = names[step]
    if not (is_number(part) or (isinstance(part, dict) and ("value" in part or known_laws().keys() >= part.keys()))):
        complaints.add(path, f"{target} is not a figure; give the path of one")


def _check_quantity(document: dict[str, Any], claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check a claim about a result of the model."""
    if "says" in claim:
        complaints.add(f"{path}.says", "not in a claim about a quantity; give change, at_least or at_most")
    if "evidence" in claim:
        complaints.add(f"{path}.evidence", "not in a claim about a quantity; the model answers it")
    given = [key for key in LIMITS if key in claim]
    if len(given) != 1:
        complaints.add(path, f"give one of {', '.join(LIMITS)}" + (f", not {len(given)}" if given else ""))
    quantity = claim["quantity"]
    if isinstance(quantity, str):
        first = quantity.split(".")[0]
        if first not in QUANTITIES:
            complaints.unknown(f"{path}.quantity", "quantity", first, QUANTITIES)
        elif first == "ruptures" and quantity != "ruptures.expected":
            complaints.unknown(f"{path}.quantity", "quantity", quantity, ("ruptures.expected",))
    _check_cases(document, claim, path, complaints)


def _check_cases(document: dict[str, Any], claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check the cases that a claim compares; other scenarios are looked for when it is judged."""
    for key in ("under", "against"):
        case = claim.get(key, TODAY)
        section, _, name = case.partition(".") if isinstance(case, str) else (TODAY, "", "")
        if case == TODAY or not isinstance(case, str) or (section == OTHERS and name):
            continue
        if section not in CASES:
            complaints.unknown(f"{path}.{key}", "case", case, (TODAY, *(f"{it}.NAME" for it in (*CASES, OTHERS))))
        elif name not in keyed(document, section):
            kind = {"mixes": "mix", "measures": "measure", "overrides": "override"}[section]
            complaints.unknown(f"{path}.{key}", kind, name, keyed(document, section))
