"""Contracts: a clause that keeps a part of a flow going through a rupture, if it is honoured."""

from pydantic import Field

from multivector_sim.scenario.figure import Correlation, Fraction, certain
from multivector_sim.scenario.part import Name, Part

__all__ = ["Contract"]


class Contract(Part):
    """A stability clause.

    Examples
    --------
    >>> terms = {"name": "clause", "partner": "russia", "channel": "exports", "honoured": 0.7, "floor": 0.6}
    >>> Contract.model_validate(terms).floor.value
    0.6
    """

    name: Name = Field(description="what it is called")
    partner: Name
    channel: Name = Field(description="a channel, or transit")
    honoured: Fraction = Field(description="the probability that it is honoured for the whole rupture")
    floor: Fraction = Field(description="the part of the flow that then goes on at least")
    severity_correlation: Correlation = Field(
        default=certain(0.0), description="above 0, it fails in hard ruptures; -1 to 1"
    )
