"""Spillover: what investors do when they see trade fail."""

from typing import Annotated

from pydantic import Field

from multivector_sim.scenario.figure import Elasticity
from multivector_sim.scenario.part import Name, Part, whole

__all__ = ["LONGEST_HORIZON", "Spillover"]

LONGEST_HORIZON = 1200


class Spillover(Part):
    """A loss in one channel that becomes a loss in another.

    Examples
    --------
    >>> Spillover.model_validate({"from": "trade", "to": "investment", "eta": -0.2}).from_
    'trade'
    """

    from_: Name = Field(alias="from", description="a channel or a kind")
    to: Name = Field(description="a channel or a kind")
    eta: Elasticity = Field(description="part lost for each part lost; -100 to 100; below 0 is a gain")
    lag_months: Annotated[int, whole(0, LONGEST_HORIZON)] = Field(default=0, description="how much later")
