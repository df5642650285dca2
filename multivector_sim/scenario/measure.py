"""Measures: what could be done, what it costs, and what it changes."""

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, Field

from multivector_sim.scenario.figure import AtLeastZero
from multivector_sim.scenario.part import Entries, Part, Text, frozen

__all__ = ["Measure", "Settings"]

Settings: TypeAlias = Entries[Annotated[Any, AfterValidator(frozen)]]


class Measure(Part):
    """Something that could be done.

    Examples
    --------
    >>> port = {"title": "Double the port", "cost": 1.2e9, "set": {"corridors.port.capacity": 12e9}}
    >>> Measure.model_validate(port).set["corridors.port.capacity"]
    12000000000.0
    """

    title: Text = Field(description="for people; the name where left out")
    cost: AtLeastZero = Field(description="money, once")
    set: Settings = Field(description="what it changes: value by dotted path")
