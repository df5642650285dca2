"""A number with its origin: its value or distribution, source, date, and how far it is trusted.

A bare number or distribution is a figure without a source. The range in which a number of the scenario may lie is part
of its type: :data:`Fraction` lies between 0 and 1 with certainty, so a distribution that may exceed 1 is refused.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator

from multivector_sim.errors import UsageError
from multivector_sim.scenario.calibrated import calibrated_figure, is_calibrated
from multivector_sim.scenario.law import Law
from multivector_sim.scenario.mistakes import shown
from multivector_sim.scenario.part import SMALLEST, Name, Part, Text, is_number, number, said, text

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import core_schema

__all__ = [
    "FIGURE_KEYS",
    "AtLeastZero",
    "CertainAmount",
    "CertainFraction",
    "Correlation",
    "Elasticity",
    "Figure",
    "Fraction",
    "Freedom",
    "Positive",
    "Range",
    "Severity",
    "Trust",
    "When",
    "certain",
]

Trust: TypeAlias = Literal["official", "study", "estimated", "press", "article", "memory", "unverified", "assumption"]
FIGURE_KEYS = frozenset({"value", "source", "as_of", "trust", "note", "range"})
"""The keys that a figure with its origin may have."""


def _date(value: object) -> int | str:
    """Return a year or a date."""
    if is_number(value) and value == value // 1:
        return int(value)
    return text(value)


def _ends(value: object) -> tuple[float, float]:
    """Return a range, written as a list of its two ends."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:  # noqa: PLR2004
        raise said("must be [low, high], between which the number may lie")
    low, high = map(number, value)
    if low >= high:
        raise said(f"low must be below high, not {shown(low)} and {shown(high)}")
    return low, high


Ends: TypeAlias = Annotated[
    tuple[float, float],
    PlainValidator(_ends),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]
When: TypeAlias = Annotated[int | str, PlainValidator(_date), WithJsonSchema({"type": ["integer", "string"]})]


class Figure(Part):
    """A number or a distribution, with its origin.

    Examples
    --------
    >>> figure = Figure.model_validate({"value": {"pert": [1, 2, 4]}, "source": "wb", "trust": "official"})
    >>> str(figure.law), figure.source, figure.is_fixed
    ('PERT 1, 2, 4', 'wb', False)
    >>> Figure.model_validate(3).value, Figure.model_validate(3).trust
    (3.0, 'unverified')
    """

    law: Law = Field(alias="value", description="a number or a law")
    source: Name | None = Field(default=None, description="a name from the section sources")
    as_of: When | None = Field(default=None, description="the year or date that the figure refers to")
    trust: Trust = Field(default="unverified", description="how far it is trusted")
    note: Text | None = Field(default=None, description="how it was derived")
    range: Ends | None = Field(
        default=None, description="[low, high]: the limits of a certain number; sensitivity varies it within them"
    )

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, raw: Any) -> Any:  # noqa: ANN401 - whatever a document holds
        """Wrap a bare number or distribution in a figure; a value without an origin is unverified."""
        if is_calibrated(raw):
            return calibrated_figure(raw)
        if isinstance(raw, dict) and is_calibrated(raw.get("value")):
            return calibrated_figure(raw["value"]) | {key: part for key, part in raw.items() if key != "value"}
        if not isinstance(raw, dict) or not FIGURE_KEYS.intersection(raw):
            return {"value": raw}
        return raw | {"trust": "unverified"} if set(raw) == {"value"} else raw

    @model_validator(mode="after")
    def _range_holds_the_number(self) -> Self:
        """Refuse a range on a distribution, which has its own, and a range that excludes the number."""
        if self.range is not None:
            if not self.law.is_fixed:
                raise said(f"a law ({self.law}) has a range of its own; remove range")
            if not self.range[0] <= self.value <= self.range[1]:
                raise said(f"range must contain the number itself, {shown(self.value)}")
        return self

    @property
    def is_fixed(self) -> bool:
        """Whether it is a certain number."""
        return self.law.is_fixed

    @property
    def value(self) -> float:
        """The certain number.

        Raises
        ------
        UsageError
            If it is a distribution, which has no single value.
        """
        if not self.law.is_fixed:
            raise UsageError(f"{self.law} is a law, not a certain number; use .law")
        return self.law.parameters[0]

    def written(self) -> Any:  # noqa: ANN401 - a number or a mapping
        """Return the figure in its written form: a bare value, or the keys that were given."""
        given = self.model_fields_set - {"law"}
        if not given:
            return self.law.written()
        rest: dict[str, Any] = {key: getattr(self, key) for key in ("source", "as_of", "trust", "note") if key in given}
        if self.range is not None:
            rest["range"] = list(self.range)
        return {"value": self.law.written()} | rest

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: "core_schema.CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        """Return the JSON Schema of the three ways to write a figure."""
        written = handler.resolve_ref_schema(handler(schema))
        whole = {key: part for key, part in written.items() if key != "title"}
        inner = whole["properties"]["value"]
        return {"description": "A number, a law, or either with its origin.", "anyOf": [inner, whole]}


@dataclass(frozen=True, slots=True)
class Range:
    """The limits of a figure, which include only certain numbers where a distribution makes no sense.

    Money that is divided by shares is 0 or at least ``least``, so that no share of it vanishes.
    """

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    certain: bool = False
    least: float = 0.0

    def __call__(self, figure: Figure) -> Figure:
        """Return the figure; refuse one that lies, or may lie, outside the limits."""
        law = figure.law
        if self.certain and not law.is_fixed:
            raise said(f"must be a certain number; a law ({law}) makes no sense here")
        low, high = law.support
        if figure.range is not None and not self.low <= figure.range[0] < figure.range[1] <= self.high:
            raise said(f"range must {self.words()}")
        if low < self.low or high > self.high or (self.above and low <= self.low):
            raise said(f"must {self.words()}, " + self.outside(law, low))
        if 0.0 < low < self.least:
            raise said(f"must be {'' if self.above else '0, or '}{self.least:g} or more, not {shown(low)}")
        return figure

    def words(self) -> str:
        """Return the limits in words."""
        if math.isinf(self.high):
            return f"be above {self.low:g}" if self.above else f"be {self.low:g} or more"
        return f"lie between {self.low:g} and {self.high:g}"

    def outside(self, law: Law, low: float) -> str:
        """Return how far outside the limits a distribution reaches."""
        if law.is_fixed:
            return f"not {shown(low)}"
        limit = "without limit" if math.isinf(law.support[1]) else f"to {law.support[1]:g}"
        return f"but {law} goes down to {low:g}" if low < self.low else f"but {law} goes up {limit}"


AtLeastZero: TypeAlias = Annotated[Figure, AfterValidator(Range(0.0))]
Freedom: TypeAlias = Annotated[Figure, AfterValidator(Range(0.1, 1e6, certain=True))]
Positive: TypeAlias = Annotated[Figure, AfterValidator(Range(0.0, above=True, certain=True, least=SMALLEST))]
Fraction: TypeAlias = Annotated[Figure, AfterValidator(Range(0.0, 1.0))]
CertainAmount: TypeAlias = Annotated[Figure, AfterValidator(Range(0.0, certain=True, least=SMALLEST))]
CertainFraction: TypeAlias = Annotated[Figure, AfterValidator(Range(0.0, 1.0, certain=True))]
Correlation: TypeAlias = Annotated[Figure, AfterValidator(Range(-1.0, 1.0, certain=True))]
Severity: TypeAlias = Annotated[Figure, AfterValidator(Range(-10.0, 1.0))]
Elasticity: TypeAlias = Annotated[Figure, AfterValidator(Range(-100.0, 100.0))]


def certain(value: float) -> Figure:
    """Return a bare figure that holds a number, for defaults.

    Examples
    --------
    >>> certain(0.05).value
    0.05
    """
    return Figure.model_validate(value)
