"""The base of all parts of a scenario: they are frozen, know their keys, and refuse everything else.

:class:`Part` is the base of every model. Mappings are :class:`Fixed`, lists are tuples, so that nothing in a scenario
is changed unnoticed; texts and whole numbers are taken as they are written, never converted from another type.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeAlias, TypeGuard, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from multivector_sim.scenario.mistakes import shown
from multivector_sim.scenario.unicode_text import FORBIDDEN, name_unseen

__all__ = [
    "Entries",
    "Fixed",
    "Name",
    "Part",
    "Share",
    "Text",
    "Titled",
    "frozen",
    "number",
    "refuse",
    "said",
    "whole",
]

Value = TypeVar("Value")
LONGEST_TEXT = 2000
LONGEST_NAME = 100
LARGEST = 1e30
SMALLEST = 1e-30


class Fixed(dict[str, Value]):
    """A mapping that cannot be changed.

    Examples
    --------
    >>> Fixed(a=1)["a"]
    1
    >>> Fixed(a=1).update(a=2)
    Traceback (most recent call last):
    TypeError: a scenario does not change; with_set returns a changed copy
    """

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scenario does not change; with_set returns a changed copy")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[Fixed[Value]], tuple[dict[str, Value]]]:
        return type(self), (dict(self),)


class Part(BaseModel):
    """A frozen part of a scenario, which knows its keys and refuses others."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())


def said(message: str, kind: str = "said") -> PydanticCustomError:
    """Return an error whose message is shown as it stands."""
    return PydanticCustomError(kind, "{message}", {"message": message})


def refuse(*problems: tuple[tuple[str | int, ...], str]) -> NoReturn:
    """Raise several errors at once, each with its location inside the value that is checked."""
    details = [InitErrorDetails(type=said(message), loc=place, input=None) for place, message in problems]
    raise ValidationError.from_exception_data("part", details)


def frozen(value: Any) -> Any:  # noqa: ANN401 - whatever a document holds
    """Return a value of a document in unchangeable form: mappings become fixed, lists tuples."""
    if isinstance(value, Mapping):
        return Fixed({str(key): frozen(part) for key, part in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, (list, tuple)) else value


def number(value: object) -> float:
    """Return a number as it is written; texts and truth values are refused."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise said(f"must be a number, not {shown(value)}" + (name_unseen(value) if isinstance(value, str) else ""))
    if not -LARGEST <= value <= LARGEST or math.isnan(value):
        raise said(f"{shown(value)} is beyond the largest supported value; give a number of at most 1e30")
    return float(value)


def share(value: object) -> float:
    """Return a number between 0 and 1."""
    found = number(value)
    if not 0.0 <= found <= 1.0:
        raise said(f"must lie between 0 and 1, not {shown(value)}")
    return found


def text(value: object) -> str:
    """Return a text as it is written: one line, without control characters."""
    if not isinstance(value, str):
        raise said(f"must be a text, not {shown(value)}" + ("; put it in quotes" if is_number(value) else ""))
    if len(value) > LONGEST_TEXT:
        raise said(f"longer than {LONGEST_TEXT} letters")
    hidden = FORBIDDEN.search(value)
    if hidden:
        raise said(_hidden_problem(hidden.group()))
    return value


def _hidden_problem(sign: str) -> str:
    """Return what is wrong with a control character or a character that changes the direction of text."""
    if sign in "\n\r\u2028\u2029":
        return "must be one line; YAML folds several into one after '>-'"
    kind = "control character" if sign < "\xa0" else "character that changes the direction of the text"
    if sign >= "\ud800":
        kind = "code that stands for no character"
    return f"holds U+{ord(sign):04X}, a {kind}; remove it"


def _name(value: object) -> str:
    """Take a short text that names something."""
    taken = text(value)
    if not taken.strip() or not taken.isprintable() or len(taken) > LONGEST_NAME:
        raise said(f"must be a name of 1 to {LONGEST_NAME} letters on one line, not {shown(taken)}{name_unseen(taken)}")
    return taken


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether a value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def whole(low: int, high: int) -> Any:  # noqa: ANN401 - a type for pydantic
    """Return an annotation of ``int`` for a whole number between two limits."""

    def take(value: object) -> int:
        if not is_number(value) or value != value // 1:
            raise said(f"must be a whole number, not {shown(value)}")
        if not low <= value <= high:
            raise said(f"must be a whole number between {low} and {high}, not {shown(value)}")
        return int(value)

    return PlainValidator(take, json_schema_input_type=Annotated[int, Field(ge=low, le=high)])


def _titled(value: object) -> object:
    """Return a mapping in which every entry has a title; where none is written it is the name."""
    if not isinstance(value, dict):
        return value
    return {key: {"title": key} | part if isinstance(part, dict) else part for key, part in value.items()}


Text: TypeAlias = Annotated[str, PlainValidator(text), WithJsonSchema({"type": "string"})]
Name: TypeAlias = Annotated[str, PlainValidator(_name), WithJsonSchema({"type": "string", "minLength": 1})]
Share: TypeAlias = Annotated[
    float, PlainValidator(share), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})
]
Entries: TypeAlias = Annotated[Mapping[str, Value], AfterValidator(Fixed)]
Titled: TypeAlias = Annotated[Mapping[str, Value], BeforeValidator(_titled), AfterValidator(Fixed)]
