"""Channels: what flows between a country and its partners, and what can be done when it does not."""

from typing import Literal, Self, TypeAlias, get_args

from pydantic import Field, model_validator

from multivector_sim.scenario.figure import AtLeastZero, Fraction, certain
from multivector_sim.scenario.part import Entries, Fixed, Part, Text, refuse

__all__ = ["CHANNEL_KINDS", "Channel", "Kind"]

Kind: TypeAlias = Literal["trade", "investment", "ties"]
CHANNEL_KINDS: tuple[str, ...] = get_args(Kind)
"""The kinds of channels, in the order of the numbers that arrays have for them."""


class Channel(Part):
    """One kind of flow, and how it responds to a gap.

    Examples
    --------
    >>> channel = Channel.model_validate({"title": "Exports", "kind": "trade", "ceiling": 0.6})
    >>> channel.ceiling.value, channel.haircut.value, channel.refill.value
    (0.6, 0.0, 0.05)
    >>> Channel.model_validate({"title": "Research", "kind": "ties", "unit": "projects"}).unit
    'projects'
    """

    kind: Kind = Field(description="trade, investment or ties; ties are reported but never added in")
    title: Text = Field(description="for people; the name where left out")
    unit: Text | None = Field(
        default=None, description="what ties are counted in: projects, points; money where left out"
    )
    ceiling: Fraction = Field(default=certain(0.0), description="the part of a gap that others can take in the end")
    theta_months: AtLeastZero = Field(default=certain(0.0), description="how fast that ability builds; 0 is at once")
    haircut: Fraction = Field(default=certain(0.0), description="what a diverted unit loses in value")
    kappa: AtLeastZero = Field(
        default=certain(0.0), description="how much more than its baseline a partner takes, as a share of it"
    )
    kappa_by_partner: Entries[AtLeastZero] = Field(default=Fixed(), description="the same for single partners")
    buffer_months: AtLeastZero = Field(default=certain(0.0), description="stocks, in months of the baseline")
    refill: AtLeastZero = Field(
        default=certain(0.05), description="how fast stocks fill again, in months of the baseline a month"
    )
    entry: AtLeastZero = Field(
        default=certain(0.0), description="what new partners take of a gap in the end, as a share of the baseline"
    )
    entry_theta_months: AtLeastZero = Field(
        default=certain(0.0), description="how fast new partners are found; 0 is at once"
    )
    entry_haircut: Fraction | None = Field(
        default=None, description="what a unit with new partners loses in value; the haircut where left out"
    )
    price: Fraction = Field(
        default=certain(0.0), description="how much more what is delivered fetches, for each part lost"
    )

    @model_validator(mode="after")
    def _unit_of_ties(self) -> Self:
        """Refuse a unit where flows are added up, which only money can be."""
        if self.unit is not None and self.kind != "ties":
            refuse((("unit",), f"only for ties; {self.kind} is added up, so it is money in the scenario's currency"))
        return self
