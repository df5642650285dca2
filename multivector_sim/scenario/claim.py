"""Claims: what somebody says, to be held against the model or a better source.

There are three kinds. About the *model*: a ``quantity`` of a run, and what is said of it. About a *figure* of the
scenario: its path, and the number that is said. About a *fact* that the scenario does not need: the number that is
said, and, where there is one, the ``evidence`` of a better source, which is a figure like any other.

What a verdict can be worth depends on what it rests on, so every claim has a ``kind``: *evidence* (a better source was
asked, and may have been found), *model* (the verdict follows from the assumptions of a scenario) or *definition*
(arithmetic on given figures; nothing about behaviour is assumed). Where a file does not say, a figure or a fact is a
matter of evidence, a concentration one of definition, and any other quantity one of the model.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema

from multivector_sim.scenario.figure import Figure
from multivector_sim.scenario.part import Entries, Fixed, Name, Part, Text, number, said
from multivector_sim.scenario.words import shown

__all__ = ["CERTAIN", "KINDS", "Claim", "ClaimKind"]

ClaimKind: TypeAlias = Literal["evidence", "model", "definition"]
KINDS: tuple[ClaimKind, ...] = ("evidence", "model", "definition")
"""What a verdict may rest on."""

CERTAIN = "concentration."
"""How a quantity begins that needs no draws."""

Number: TypeAlias = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number"})]


def span(value: object) -> tuple[float, float]:
    """Take a range: two numbers, the lower one first."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:  # noqa: PLR2004  a range has two ends
        raise said(f"must be a range of two numbers, [low, high], not {shown(value)}")
    low, high = number(value[0]), number(value[1])
    if low >= high:
        raise said(f"{shown(value[0])} to {shown(value[1])} is no range; give low below high")
    return low, high


Span: TypeAlias = Annotated[
    tuple[float, float],
    PlainValidator(span),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]


class Claim(Part):
    """A claim about the model (``quantity``), about a figure (``figure``), or about a fact (neither).

    Examples
    --------
    >>> Claim.model_validate({"title": "40 % to China", "figure": "exposures.energy.china.share", "says": 0.4}).says
    0.4
    >>> Claim.model_validate({"title": "Stable", "at_least": 0, "evidence": {"value": 0.18, "source": "bank"}}).at_least
    0.0
    """

    title: Text = Field(description="for people; the name where left out")
    quantity: Name | None = Field(default=None, description="a path into the run document, or ruptures.expected")
    under: Name | None = Field(
        default=None, description="today, mixes.NAME, measures.NAME, overrides.NAME or scenarios.NAME"
    )
    against: Name | None = Field(default=None, description="what the change is measured against; today if left out")
    change: Number | None = Field(default=None, description="the change, as a share: -0.65 is 65 % less")
    at_least: Number | None = None
    at_most: Number | None = None
    figure: Name | None = Field(default=None, description="the path of a figure, or exposures.CHANNEL.PARTNER.share")
    says: Number | None = Field(default=None, description="the number that is said")
    evidence: Figure | None = Field(default=None, description="what a better source has; for a claim about a fact")
    source: Name | None = Field(default=None, description="who says it: a name from the section sources")
    place: Text | None = Field(default=None, description="where the source says it: heading and paragraph, or page")
    kind: ClaimKind | None = Field(
        default=None, description="what a verdict rests on; by what the claim is about where left out"
    )
    carried_by: Entries[Span] = Field(
        default=Fixed(), description="the numbers that carry a verdict of the model: path, and the range to search"
    )
    note: Text | None = Field(default=None, description="what else a reader should know")

    @property
    def rests_on(self) -> ClaimKind:
        """What a verdict on it rests on: its ``kind``, or, where left out, what the claim is about.

        Examples
        --------
        >>> Claim.model_validate({"title": "40 %", "figure": "exposures.energy.china.share", "says": 0.4}).rests_on
        'evidence'
        >>> Claim.model_validate({"title": "Even", "quantity": "concentration.exports.hhi", "at_most": 0.25}).rests_on
        'definition'
        >>> Claim.model_validate({"title": "Calm", "quantity": "ruptures.expected", "at_most": 1}).rests_on
        'model'
        """
        if self.kind is not None:
            return self.kind
        if self.quantity is None:
            return "evidence"
        return "definition" if self.quantity.startswith(CERTAIN) else "model"
