"""Alarms: the thresholds above which the dashboard warns of concentration."""

from pydantic import Field

from multivector_sim.scenario.part import Part, Share

__all__ = ["Alarms"]


class Alarms(Part):
    """Thresholds of concentration; a threshold is passed when the number is above it.

    Examples
    --------
    >>> Alarms().dependence, Alarms().hhi, Alarms().largest, Alarms().hosts, Alarms().colour
    (0.5, 0.25, 0.5, 0.5, None)
    """

    dependence: Share = Field(default=0.5, description="share of a channel's flow that one country can stop")
    hhi: Share = Field(default=0.25, description="Herfindahl-Hirschman index of a channel's partners")
    largest: Share = Field(default=0.5, description="share of a channel's largest partner")
    hosts: Share = Field(default=0.5, description="share of a channel's flow that crosses one host")
    colour: Share | None = Field(
        default=None, description="share of a channel that partners of one colour have together; no alarm if left out"
    )
