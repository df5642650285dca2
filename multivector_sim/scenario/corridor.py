"""Corridors: pipelines, railways, ports; how much they carry, and whose territory they cross."""

from pydantic import Field

from multivector_sim.scenario.figure import AtLeastZero
from multivector_sim.scenario.part import Entries, Fixed, Part, Share, Text

__all__ = ["Corridor"]


class Corridor(Part):
    """A way that flows take.

    Examples
    --------
    >>> pipeline = Corridor.model_validate({"title": "Pipeline", "capacity": 45e9, "hosts": {"russia": 1}})
    >>> pipeline.capacity.value, pipeline.hosts["russia"]
    (45000000000.0, 1.0)
    """

    title: Text = Field(description="for people; the name where left out")
    capacity: AtLeastZero = Field(description="money a year that it can carry")
    hosts: Entries[Share] = Field(default=Fixed(), description="the share that stops when a partner closes its transit")
