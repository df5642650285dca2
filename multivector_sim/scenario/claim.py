"""Claims: what somebody says, to be held against the model or a better source.

There are three kinds. About the *model*: a ``quantity`` of a run, and what is said of it. About a *figure* of the
scenario: its path, and the number that is said. About a *fact* that the scenario does not need: the number that is
said, and, where there is one, the ``evidence`` of a better source, which is a figure like any other.
"""

from typing import Annotated, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema

from multivector_sim.scenario.figure import Figure
from multivector_sim.scenario.part import Name, Part, Text, number

__all__ = ["Claim"]

Number: TypeAlias = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number"})]


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
    note: Text | None = Field(default=None, description="what else a reader should know")
