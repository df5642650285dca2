"""A number of a scenario by its path: its distribution, its limits, and the scenario with another value in its place.

The limits of a number are part of its type, so they are looked up there, by the same dotted path that ``--set``
takes; no second list of them exists.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import AfterValidator, PlainValidator
from pydantic.fields import FieldInfo

from multivector_sim.errors import UsageError
from multivector_sim.scenario.figure import Figure, Range
from multivector_sim.scenario.law import Law
from multivector_sim.scenario.models import SINGLE_TIE
from multivector_sim.scenario.part import Fixed, Part, share

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["Spot", "spot_at", "with_numbers"]

ModelPart = TypeVar("ModelPart", bound=Part)


class Spot(NamedTuple):
    """A number of a scenario.

    ``law`` is the distribution written there, of kind ``fixed`` for a certain number; it may lie from ``low`` to
    ``high``; ``stated`` is the range that the scenario states for it, or None.
    """

    law: Law
    low: float
    high: float
    stated: tuple[float, float] | None


def spot_at(part: Part, path: str) -> Spot:
    """Return the number at a dotted path.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> spot = spot_at(load("two-buyers"), "channels.exports.ceiling")
    >>> str(spot.law), spot.low, spot.high
    ('0.6', 0.0, 1.0)
    """
    found, kind = _found(part, type(part), path.split("."))
    low, high = _limits(kind)
    if isinstance(found, Figure):
        return Spot(found.law, low, high, found.range)
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return Spot(Law("fixed", (float(found),)), low, high, None)
    raise UsageError(f"{path}: not a number; give the path of one, as --set takes it")


def with_numbers(part: ModelPart, numbers: Mapping[str, float]) -> ModelPart:
    """Return a copy with other certain numbers at dotted paths, which must lie within their limits.

    Nothing is checked, which takes a hundredth of the time of :meth:`Scenario.with_set`. It is for a study that varies
    hundreds of numbers, each within its limits, none of which affects the validity of others.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> with_numbers(load("two-buyers"), {"channels.exports.ceiling": 0.7}).channels["exports"].ceiling.value
    0.7
    """
    copy: Any = part
    for path, value in numbers.items():
        copy = _replaced(copy, path.split("."), value)
    return copy  # type: ignore[no-any-return]


def _is_within(spot: Spot, number: float) -> bool:
    """Return whether a number lies within the limits of a spot."""
    return spot.low <= number <= spot.high


def _found(part: object, kind: object, steps: list[str]) -> tuple[object, object]:
    """Follow steps through a part and its type; return an object that is no number where they lead nowhere."""
    if not steps or isinstance(part, Figure):
        return (part, kind) if not steps else (None, kind)
    inner, rest, found = _step(part, kind, steps)
    return _found(found, inner, rest)


def _step(part: object, kind: object, steps: list[str]) -> tuple[object, list[str], object]:
    """Take the first step; return the type there, the remaining steps, and the value."""
    if isinstance(part, Part):
        field = _field_name(part, steps[0])
        info = type(part).model_fields.get(field)
        return info, steps[1:], getattr(part, field, None)
    if isinstance(part, Mapping):
        key, rest = _first_key(part, steps)
        return _argument(kind, -1), rest, part.get(key)
    if isinstance(part, tuple) and steps[0].isdecimal() and int(steps[0]) < len(part):
        return _argument(kind, 0), steps[1:], part[int(steps[0])]
    return None, [], None


def _field_name(part: Part, key: str) -> str:
    """Return the attribute of a key, which may be an alias."""
    return next((name for name, info in type(part).model_fields.items() if info.alias == key), key)


def _first_key(entries: Container[Any], steps: list[str]) -> tuple[str, list[str]]:
    """Return the first step, which may be a name with dots in it, and the remaining steps.

    A single tie needs no name in a path.
    """
    for count in range(len(steps), 0, -1):
        if ".".join(steps[:count]) in entries:
            return ".".join(steps[:count]), steps[count:]
    return (SINGLE_TIE, steps) if SINGLE_TIE in entries else (steps[0], steps[1:])


def _unpacked(kind: object) -> tuple[object, tuple[object, ...]]:
    """Return a type without its annotations, and these annotations."""
    if isinstance(kind, FieldInfo):
        inner, notes = _unpacked(kind.annotation)
        return inner, (*notes, *kind.metadata)
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        plain, notes = _unpacked(inner)
        return plain, (*notes, *more)
    options = [it for it in get_args(kind) if it is not type(None)]
    if type(None) in get_args(kind) and len(options) == 1:
        return _unpacked(options[0])
    return kind, ()


def _argument(kind: object, place: int) -> object:
    """Return the type of a mapping's values, or of a tuple's items."""
    arguments = get_args(_unpacked(kind)[0])
    return arguments[place] if arguments else None


def _limits(kind: object) -> tuple[float, float]:
    """Return the limits that a type sets for a number."""
    low, high = -math.inf, math.inf
    for note in _unpacked(kind)[1]:
        if isinstance(note, AfterValidator) and isinstance(note.func, Range):
            low, high = max(low, note.func.low), min(high, note.func.high)
        elif isinstance(note, PlainValidator) and note.func is share:
            low, high = 0.0, 1.0
        elif isinstance(note, PlainValidator):
            for entry in get_args(note.json_schema_input_type):
                for mark in getattr(entry, "metadata", ()):
                    low = max(low, float(str(mark.ge))) if isinstance(mark, Ge) else low
                    high = min(high, float(str(mark.le))) if isinstance(mark, Le) else high
    return low, high


def _replaced(part: Any, steps: list[str], value: float) -> Any:  # noqa: ANN401 - a part of a scenario
    """Return a copy with another number at the end of some steps."""
    if isinstance(part, Figure):
        return Figure.model_construct(law=Law("fixed", (value,)))
    if isinstance(part, Part):
        field = _field_name(part, steps[0])
        return part.model_copy(update={field: _replaced(getattr(part, field), steps[1:], value)})
    if isinstance(part, Mapping):
        key, rest = _first_key(part, steps)
        return Fixed({**part, key: _replaced(part[key], rest, value)})
    if isinstance(part, tuple):
        at = int(steps[0])
        return (*part[:at], _replaced(part[at], steps[1:], value), *part[at + 1 :])
    return type(part)(value)
