"""Partners: a country or a group of countries, and how it is shown."""

from typing import Annotated, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema

from multivector_sim.scenario.colour import is_colour
from multivector_sim.scenario.part import Name, Part, Text, said, text
from multivector_sim.scenario.words import shown

__all__ = ["Partner"]


def colour(value: object) -> str:
    """Take a colour."""
    taken = text(value)
    if not is_colour(taken):
        raise said(f"no colour called {shown(taken)}; give a name as red or lightblue, or '#rrggbb'")
    return taken


def flag(value: object) -> bool:
    """Check that a value is true or false."""
    if not isinstance(value, bool):
        raise said(f"{shown(value)} is neither true nor false; write true or false")
    return value


Flag: TypeAlias = Annotated[bool, PlainValidator(flag), WithJsonSchema({"type": "boolean"})]
Colour: TypeAlias = Annotated[str, PlainValidator(colour), WithJsonSchema({"type": "string"})]


class Partner(Part):
    """A country or a group of countries.

    Examples
    --------
    >>> Partner.model_validate({"title": "Russia", "bloc": "east", "colour": "red"}).bloc
    'east'
    """

    title: Text = Field(description="for people; the name where left out")
    bloc: Name | None = Field(default=None, description="partners of one bloc share a factor of luck")
    colour: Colour | None = Field(default=None, description="a CSS name or '#rrggbb'")
    residual: Flag = Field(
        default=False, description="'all others': many small partners, never the largest and without an alarm"
    )
