"""A scenario as a plain document, and back: mappings, lists, texts and numbers, as JSON has them.

Values passed in from Python may hold numpy numbers, tuples, figures and distributions; :func:`normal` makes them plain.
:func:`written` writes a scenario with exactly the keys that were given, so that it reads back as an equal
scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from multivector_sim.errors import Mistake, ScenarioError
from multivector_sim.scenario.figure import Figure
from multivector_sim.scenario.law import Law
from multivector_sim.scenario.mistakes import shown
from multivector_sim.scenario.part import Part
from multivector_sim.scenario.place import Node, Place
from multivector_sim.scenario.unicode_text import composed

__all__ = ["normal", "tree", "written"]

DEEPEST = 40
TIES = "ties"
NOWHERE = Place("")


def normal(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - whatever a person hands in
    """Return a value as plain data; unknown types stay as they are, for the checks to refuse.

    Examples
    --------
    >>> normal({"a": (1, 2.5), "b": Law("pert", (0.0, 1.0, 2.0))})
    {'a': [1, 2.5], 'b': {'pert': [0.0, 1.0, 2.0]}}
    """
    if depth > DEEPEST:
        raise ScenarioError((Mistake("", f"nested more than {DEEPEST} deep"),))
    if value is None or type(value) in (str, float, int, bool):
        return composed(value) if type(value) is str else value
    if isinstance(value, Mapping):
        names = {composed(str(key)): normal(part, depth + 1) for key, part in value.items()}
        if len(names) < len(value):
            raise ScenarioError((Mistake("", f"a name is given twice among {', '.join(map(shown, names))}"),))
        return names
    if isinstance(value, (list, tuple)):
        return [normal(part, depth + 1) for part in value]
    if isinstance(value, (Part, Law)):
        return written(value)
    if isinstance(value, Real) and not isinstance(value, bool):
        return int(value) if isinstance(value, Integral) else float(value)
    return value


def written(value: Any) -> Any:  # noqa: ANN401 - any part of a scenario
    """Return a part of a scenario as plain data, with the keys that were given.

    Examples
    --------
    >>> from multivector_sim.scenario.models import Spillover
    >>> written(Spillover.model_validate({"from": "trade", "to": "investment", "eta": 0.3}))
    {'from': 'trade', 'to': 'investment', 'eta': 0.3}
    """
    if isinstance(value, (Figure, Law)):
        return value.written()
    if isinstance(value, Part):
        given = [(name, field) for name, field in type(value).model_fields.items() if name in value.model_fields_set]
        return {field.alias or name: written(_unnamed(name, getattr(value, name))) for name, field in given}
    if isinstance(value, Mapping):
        return {key: written(part) for key, part in value.items()}
    return [written(part) for part in value] if isinstance(value, (list, tuple)) else value


def _unnamed(name: str, value: Any) -> Any:  # noqa: ANN401 - any part of a scenario
    """Return a single tie in its written form, without a name of its own."""
    return value[TIES] if name == TIES and tuple(value) == (TIES,) else value


def tree(value: Any) -> Node:  # noqa: ANN401 - any part of a document
    """Return a document as a tree whose parts have no place in a file."""
    if isinstance(value, dict):
        return Node({key: tree(part) for key, part in value.items()}, NOWHERE)
    return Node([tree(part) for part in value] if isinstance(value, list) else value, NOWHERE)
