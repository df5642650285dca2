"""Distributions as people write them in a scenario.

Each is written as a mapping of one key, ``{pert: [0.2, 0.5, 0.9]}``; a certain number is written as it is.
Here a distribution is data, its kind and its parameters; :mod:`multivector_sim.sampling.laws` defines the kinds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import PydanticCustomError, core_schema

from multivector_sim.errors import UsageError
from multivector_sim.sampling.laws import known_laws, law_kind
from multivector_sim.scenario.calibrated import calibrated_law, calibrated_schema, is_calibrated
from multivector_sim.scenario.mistakes import nearest_or_all, shown
from multivector_sim.scenario.part import number, refuse

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

    from multivector_sim.sampling.law_kind import LawKind

__all__ = ["Law", "law_names"]

CERTAIN = "fixed"


def law_names() -> tuple[str, ...]:
    """Return the keys under which distributions are written; a certain number has none."""
    return tuple(name for name in known_laws() if name != CERTAIN)


@dataclass(frozen=True, slots=True)
class Law:
    """A distribution, or a certain number.

    Parameters
    ----------
    kind
        ``fixed``, ``uniform``, ``triangular``, ``pert``, ``beta``, ``lognormal``, ``gamma``, ``loguniform``,
        ``empirical``, or one that was registered.
    parameters
        In this order: fixed (value); uniform and loguniform (low, high); triangular and pert (low, likely, high); beta
        (mean, sd, and low and high if they are not 0 and 1); gamma (mean, sd); lognormal (median, sigma); empirical all
        its values, each equally likely.

    Raises
    ------
    UsageError
        If there is no such distribution.

    Examples
    --------
    >>> law = Law("pert", (0.2, 0.5, 0.9))
    >>> law.support, round(law.mean, 4), str(law)
    ((0.2, 0.9), 0.5167, 'PERT 0.2, 0.5, 0.9')
    >>> Law("beta", (0.4, 0.6))
    Traceback (most recent call last):
    multivector_sim.errors.UsageError: beta: sd 0.6 is too wide for a mean of 0.4; it must be below 0.4899
    """

    kind: str
    parameters: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check kind and parameters."""
        kind = law_kind(self.kind)
        parameters = tuple(map(float, self.parameters))
        least, most = len(kind.needed), len(kind.parameters)
        if (kind.written == "values" and not parameters) or (
            kind.written != "values" and not least <= len(parameters) <= most
        ):
            wanted = f"{least}" if least == most else f"{least} to {most}"
            raise UsageError(f"{self.kind}: takes {wanted} numbers, not {len(parameters)}")
        if not all(math.isfinite(value) for value in parameters):
            raise UsageError(f"{self.kind}: not a finite number")
        wrong = kind.check(*parameters)
        if wrong:
            raise UsageError(f"{self.kind}: {wrong}")
        object.__setattr__(self, "parameters", kind.shortened(parameters))

    @property
    def values(self) -> tuple[float, ...]:
        """The values of an empirical distribution; the same as its parameters."""
        return self.parameters

    @property
    def is_fixed(self) -> bool:
        """Whether it is a certain number."""
        return self.kind == "fixed"

    @property
    def support(self) -> tuple[float, float]:
        """The least and the greatest possible value; infinite where there is no limit."""
        return law_kind(self.kind).support(*self.parameters)

    @property
    def mean(self) -> float:
        """The exact mean."""
        return law_kind(self.kind).mean(*self.parameters)

    def __str__(self) -> str:
        """Return a short description for people."""
        return law_kind(self.kind).in_short([f"{value:.6g}" for value in self.parameters])

    def written(self) -> float | dict[str, Any]:
        """Return the distribution in its written form.

        Examples
        --------
        >>> Law("gamma", (12.0, 6.0)).written(), Law("fixed", (3.0,)).written()
        ({'gamma': {'mean': 12.0, 'sd': 6.0}}, 3.0)
        """
        kind = law_kind(self.kind)
        if kind.written == "number":
            return self.parameters[0]
        return {self.kind: kind.named(self.parameters) if kind.written == "keys" else list(self.parameters)}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return the schema by which pydantic reads a distribution."""
        return core_schema.no_info_plain_validator_function(
            _parse, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema of the ways to write a distribution."""
        kinds = [kind for kind in known_laws().values() if kind.written != "number"]
        return {
            "oneOf": [{"type": "number", "title": "a certain number"}, *map(_schema_of, kinds), calibrated_schema()]
        }


def _schema_of(kind: LawKind) -> dict[str, Any]:
    """Return the JSON Schema of one distribution."""
    numbers: dict[str, Any] = {"type": "number"}
    if kind.written == "keys":
        inner: dict[str, Any] = {
            "type": "object",
            "properties": dict.fromkeys(kind.parameters, numbers),
            "required": list(kind.needed),
            "additionalProperties": False,
        }
    elif kind.written == "list":
        count = len(kind.parameters)
        inner = {"type": "array", "items": numbers, "minItems": count, "maxItems": count}
        inner["description"] = f"[{', '.join(kind.parameters)}]"
    else:
        column: dict[str, Any] = {
            "type": "object",
            "properties": {"csv": {"type": "string"}, "column": {"type": "string"}},
        }
        column |= {"required": ["csv", "column"], "additionalProperties": False}
        inner = {"oneOf": [{"type": "array", "items": numbers, "minItems": 1}, column]}
    entry = {"type": "object", "title": kind.name, "properties": {kind.name: inner}, "required": [kind.name]}
    return entry | {"additionalProperties": False}


def _parse(raw: object) -> Law:
    """Return the distribution that a document describes."""
    if isinstance(raw, Law):
        return raw
    if is_calibrated(raw):
        return _parse(calibrated_law(cast("dict[str, Any]", raw)))
    if not isinstance(raw, dict):
        return Law(CERTAIN, (number(raw),))
    if len(raw) != 1:
        given = f"not {len(raw)} keys" if raw else "not an empty mapping"
        refuse(((), f"must be a number or one law, such as {{pert: [low, likely, high]}}, {given}"))
    ((name, inner),) = raw.items()
    if name == CERTAIN:
        refuse(((CERTAIN,), "a certain number is written as it is, without a key"))
    names = law_names()
    if name not in names:
        refuse(((name,), f"no law called {shown(name)}{nearest_or_all(name, names)}"))
    kind = law_kind(name)
    parameters = _keyed(kind, inner) if kind.written == "keys" else _listed(kind, inner)
    wrong = kind.check(*parameters)
    if wrong:
        refuse(((name,), wrong))
    return Law(name, parameters)


def _listed(kind: LawKind, inner: object) -> tuple[float, ...]:
    """Return the parameters of a distribution that lists them."""
    names = kind.parameters
    form = f"[{', '.join(names)}]" if names else "a list of numbers"
    if not isinstance(inner, list) or (names and len(inner) != len(names)) or not inner:
        count = len(inner) if isinstance(inner, list) else None
        given = shown(inner) if count is None else f"a list of {count}" if count else "an empty list"
        refuse(((kind.name,), f"{kind.name} takes {form}, not {given}"))
    return _numbers({index: ((kind.name, index), item) for index, item in enumerate(inner)})


def _keyed(kind: LawKind, inner: object) -> tuple[float, ...]:
    """Return the parameters of a distribution that names them; optional ones only all together."""
    name, needed = kind.name, kind.needed
    if not isinstance(inner, dict):
        form = ", ".join(f"{key}: .." for key in needed)
        refuse(((name,), f"{name} takes {{{form}}}, not {shown(inner)}"))
    takes = f"{name} takes {' and '.join(needed)}"
    if kind.defaults:
        takes += f", and may have {' and '.join(kind.defaults)}"
    wrong: list[tuple[tuple[str | int, ...], str]]
    wrong = [((name, key), f"not known here; {takes}") for key in inner if key not in kind.parameters]
    wrong += [((name,), f"{key} is missing; {takes}") for key in needed if key not in inner]
    if wrong:
        refuse(*wrong)
    given = dict(kind.defaults) | inner if any(key in inner for key in kind.defaults) else inner
    return _numbers({key: ((name, key), given[key]) for key in kind.parameters if key in given})


def _numbers(entries: dict[Any, tuple[tuple[str | int, ...], object]]) -> tuple[float, ...]:
    """Return several numbers, or refuse all values that are not numbers."""
    found, wrong = [], []
    for place, item in entries.values():
        try:
            found.append(number(item))
        except PydanticCustomError as error:
            wrong.append((place, error.message()))
    if wrong:
        refuse(*wrong)
    return tuple(found)
