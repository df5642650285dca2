"""The laws that an uncertain number can follow, as people write them.

Each is written as a mapping of one key, ``{pert: [0.2, 0.5, 0.9]}``, except the certain number, which is just written.
Here a law is data: its kind, its parameters, the range that it can reach and its exact mean. Drawing from it is a
matter of its quantile function, in :mod:`multivector_sim.sampling`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError, core_schema

from multivector_sim.errors import UsageError
from multivector_sim.scenario.part import number, refuse
from multivector_sim.scenario.words import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

__all__ = ["KINDS", "Law"]

LISTED = {"uniform": ("low", "high"), "triangular": ("low", "likely", "high"), "pert": ("low", "likely", "high")}
KEYED = {"beta": ("mean", "sd"), "lognormal": ("median", "sigma"), "gamma": ("mean", "sd")}
KINDS = ("fixed", *LISTED, *KEYED, "empirical")
WIDEST_SIGMA = 20.0
WIDEST_GAMMA = 100.0
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Law:
    """A law, or a certain number.

    Parameters
    ----------
    kind
        ``fixed``, ``uniform``, ``triangular``, ``pert``, ``beta``, ``lognormal``, ``gamma`` or ``empirical``.
    parameters
        In this order: fixed (value); uniform (low, high); triangular and pert (low, likely, high); beta and gamma
        (mean, sd); lognormal (median, sigma); empirical all its values, each equally likely.

    Raises
    ------
    UsageError
        If there is no such law.

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
        """Refuse what is no law."""
        object.__setattr__(self, "parameters", tuple(map(float, self.parameters)))
        if self.kind not in KINDS:
            raise UsageError(f"no law called '{self.kind}'; there are {', '.join(KINDS)}")
        wanted = len(LISTED.get(self.kind) or KEYED.get(self.kind) or (1,))
        if (self.kind == "empirical" and not self.parameters) or (
            self.kind != "empirical" and len(self.parameters) != wanted
        ):
            raise UsageError(f"{self.kind}: takes {wanted} numbers, not {len(self.parameters)}")
        wrong = problem(self.kind, self.parameters)
        if wrong or not all(math.isfinite(value) for value in self.parameters):
            raise UsageError(f"{self.kind}: {wrong or 'not a finite number'}")

    @property
    def values(self) -> tuple[float, ...]:
        """The values of an empirical law; the same as its parameters."""
        return self.parameters

    @property
    def is_fixed(self) -> bool:
        """Whether it is a certain number."""
        return self.kind == "fixed"

    @property
    def support(self) -> tuple[float, float]:
        """The least and the greatest value that it can give; infinity where there is none."""
        if self.kind == "beta":
            return 0.0, 1.0
        if self.kind in ("lognormal", "gamma"):
            return 0.0, math.inf
        return min(self.parameters), max(self.parameters)

    @property
    def mean(self) -> float:
        """The exact mean."""
        first = self.parameters[0]
        if self.kind == "pert":
            return (first + 4.0 * self.parameters[1] + self.parameters[2]) / 6.0
        if self.kind == "lognormal":
            return first * math.exp(self.parameters[1] ** 2 / 2.0)
        if self.kind in ("beta", "gamma"):
            return first
        return math.fsum(self.parameters) / len(self.parameters)

    def __str__(self) -> str:
        """Show it to people."""
        numbers = [f"{value:.6g}" for value in self.parameters]
        if self.kind == "fixed":
            return numbers[0]
        if self.kind in KEYED:
            named = zip(KEYED[self.kind], numbers, strict=True)
            return f"{self.kind} " + ", ".join(f"{key} {value}" for key, value in named)
        if len(numbers) > MOST_SHOWN:
            numbers = [*numbers[: MOST_SHOWN - 1], f"... ({len(numbers)} values)"]
        return f"{'PERT' if self.kind == 'pert' else self.kind} {', '.join(numbers)}"

    def written(self) -> float | dict[str, Any]:
        """Give it as a document has it.

        Examples
        --------
        >>> Law("gamma", (12.0, 6.0)).written(), Law("fixed", (3.0,)).written()
        ({'gamma': {'mean': 12.0, 'sd': 6.0}}, 3.0)
        """
        if self.kind == "fixed":
            return self.parameters[0]
        if self.kind in KEYED:
            return {self.kind: dict(zip(KEYED[self.kind], self.parameters, strict=True))}
        return {self.kind: list(self.parameters)}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Let pydantic read a law."""
        return core_schema.no_info_plain_validator_function(
            parse, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the ways to write a law."""
        return {"oneOf": [{"type": "number", "title": "a certain number"}, *map(one_law, KINDS[1:])]}


def one_law(kind: str) -> dict[str, Any]:
    """Describe one law for editors."""
    numbers: dict[str, Any] = {"type": "number"}
    if kind in KEYED:
        keys = KEYED[kind]
        inner: dict[str, Any] = {"type": "object", "properties": dict.fromkeys(keys, numbers), "required": list(keys)}
        inner["additionalProperties"] = False
    elif kind in LISTED:
        count = len(LISTED[kind])
        inner = {"type": "array", "items": numbers, "minItems": count, "maxItems": count}
        inner["description"] = f"[{', '.join(LISTED[kind])}]"
    else:
        column: dict[str, Any] = {
            "type": "object",
            "properties": {"csv": {"type": "string"}, "column": {"type": "string"}},
        }
        column |= {"required": ["csv", "column"], "additionalProperties": False}
        inner = {"oneOf": [{"type": "array", "items": numbers, "minItems": 1}, column]}
    entry = {"type": "object", "title": kind, "properties": {kind: inner}, "required": [kind]}
    return entry | {"additionalProperties": False}


def problem(kind: str, parameters: tuple[float, ...]) -> str:
    """Say what is wrong with the parameters of a law; empty when nothing is."""
    if kind in LISTED:
        if list(parameters) != sorted(parameters):
            return f"must be in order, [{', '.join(LISTED[kind])}]"
        return "low and high are the same; write the number itself" if parameters[0] == parameters[-1] else ""
    return PROBLEMS[kind](*parameters) if kind in PROBLEMS else ""


def beta_problem(mean: float, sd: float) -> str:
    """Say what is wrong with a beta law."""
    if not 0.0 < mean < 1.0:
        return f"mean must lie between 0 and 1, not {shown(mean)}"
    if sd <= 0.0:
        return f"sd must be above 0, not {shown(sd)}"
    widest = math.sqrt(mean * (1.0 - mean))
    return (
        "" if sd < widest else f"sd {shown(sd)} is too wide for a mean of {shown(mean)}; it must be below {widest:.4g}"
    )


def lognormal_problem(median: float, sigma: float) -> str:
    """Say what is wrong with a lognormal law."""
    if median <= 0.0:
        return f"median must be above 0, not {shown(median)}"
    return "" if 0.0 < sigma <= WIDEST_SIGMA else f"sigma must lie between 0 and {WIDEST_SIGMA:g}, not {shown(sigma)}"


def gamma_problem(mean: float, sd: float) -> str:
    """Say what is wrong with a gamma law."""
    if mean <= 0.0:
        return f"mean must be above 0, not {shown(mean)}"
    widest = WIDEST_GAMMA * mean
    return "" if 0.0 < sd <= widest else f"sd must lie between 0 and {widest:g}, not {shown(sd)}"


PROBLEMS: dict[str, Callable[[float, float], str]] = {
    "beta": beta_problem,
    "lognormal": lognormal_problem,
    "gamma": gamma_problem,
}


def parse(raw: object) -> Law:
    """Read a law from a document."""
    if isinstance(raw, Law):
        return raw
    if not isinstance(raw, dict):
        return Law("fixed", (number(raw),))
    if len(raw) != 1:
        given = f"not {len(raw)} keys" if raw else "not an empty mapping"
        refuse(((), f"must be a number or one law, as {{pert: [low, likely, high]}}, {given}"))
    ((kind, inner),) = raw.items()
    if kind == "fixed":
        refuse((("fixed",), "a certain number is written as it is, without a key"))
    if kind not in KINDS:
        near = nearest(kind, KINDS[1:])
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(KINDS[1:])}"
        refuse(((kind,), f"no law called {shown(kind)}; {hint}"))
    parameters = keyed(kind, inner) if kind in KEYED else listed(kind, inner)
    wrong = problem(kind, parameters)
    if wrong:
        refuse(((kind,), wrong))
    return Law(kind, parameters)


def listed(kind: str, inner: object) -> tuple[float, ...]:
    """Read the parameters of a law that are a list."""
    names = LISTED.get(kind, ())
    form = f"[{', '.join(names)}]" if names else "a list of numbers"
    if not isinstance(inner, list) or (names and len(inner) != len(names)) or not inner:
        count = len(inner) if isinstance(inner, list) else None
        given = shown(inner) if count is None else f"a list of {count}" if count else "an empty list"
        refuse(((kind,), f"{kind} takes {form}, not {given}"))
    return numbers({index: ((kind, index), item) for index, item in enumerate(inner)})


def keyed(kind: str, inner: object) -> tuple[float, ...]:
    """Read the parameters of a law that have names."""
    names = KEYED[kind]
    if not isinstance(inner, dict):
        refuse(((kind,), f"{kind} takes {{{names[0]}: .., {names[1]}: ..}}, not {shown(inner)}"))
    wrong: list[tuple[tuple[str | int, ...], str]]
    wrong = [((kind, key), f"not known here; {kind} takes {' and '.join(names)}") for key in inner if key not in names]
    wrong += [((kind,), f"{key} is missing; {kind} takes {' and '.join(names)}") for key in names if key not in inner]
    if wrong:
        refuse(*wrong)
    return numbers({key: ((kind, key), inner[key]) for key in names})


def numbers(entries: dict[Any, tuple[tuple[str | int, ...], object]]) -> tuple[float, ...]:
    """Read several numbers; everything that is none is told."""
    taken, wrong = [], []
    for place, item in entries.values():
        try:
            taken.append(number(item))
        except PydanticCustomError as error:
            wrong.append((place, error.message()))
    if wrong:
        refuse(*wrong)
    return tuple(taken)
