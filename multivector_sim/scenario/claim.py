"""Claims: what somebody says, to be held against the model or a better source."""

from typing import Annotated, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema

from multivector_sim.scenario.part import Name, Part, Text, number

__all__ = ["Claim"]

Number: TypeAlias = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number"})]


class Claim(Part):
    """A claim about the model (``quantity``) or about a figure (``figure``).

    Examples
    --------
    >>> Claim.model_validate({"title": "40 % to China", "figure": "exposures.energy.china.share", "says": 0.4}).says
    0.4
    """

    title: Text = Field(description="for people; the name where left out")
    quantity: Name | None = Field(default=None, description="a path into the run document, or ruptures.expected")
    under: Name | None = Field(default=None, description="today, mixes.NAME, measures.NAME or overrides.NAME")
    against: Name | None = Field(default=None, description="what the change is measured against; today if left out")
    change: Number | None = Field(default=None, description="the change, as a share: -0.65 is 65 % less")
    at_least: Number | None = None
    at_most: Number | None = None
    figure: Name | None = Field(default=None, description="the path of a figure, or exposures.CHANNEL.PARTNER.share")
    says: Number | None = Field(default=None, description="the number that is said")
