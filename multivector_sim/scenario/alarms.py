"""Alarms: the thresholds above which the dashboard warns of concentration."""

from pydantic import Field

from multivector_sim.scenario.part import Part, Share

__all__ = ["Alarms"]


class Alarms(Part):
    """Thresholds of concentration.

    Examples
    --------
    >>> Alarms().hhi, Alarms().largest, Alarms().hosts
    (0.25, 0.5, 0.5)
    """

    hhi: Share = Field(default=0.25, description="Herfindahl-Hirschman index of a channel's partners")
    largest: Share = Field(default=0.5, description="share of a channel's largest partner")
    hosts: Share = Field(default=0.5, description="share of a channel's flow that crosses one host")
