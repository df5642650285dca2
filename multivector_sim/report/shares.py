"""How a country's flows are shared out: by partner, and by the host whose territory they cross.

A customer list can look well spread while every road runs through one country. So each channel is shown twice:
who is at the other end, and who could stop it on the way. A flow may cross several hosts in a row, so hosts' shares
need not add up to one; what crosses nobody is shown as such. The numbers are those of ``run --json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from multivector_sim.engine.colours import colour_groups
from multivector_sim.engine.concentration import concentration
from multivector_sim.report.palette import Ink, inks
from multivector_sim.report.words import capital, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["ColourShare", "FlowShares", "Share", "flow_shares", "in_words"]


class Share(NamedTuple):
    """A part of a flow, and how it is filled in."""

    title: str
    share: float
    ink: Ink
    name: str = ""


class ColourShare(NamedTuple):
    """What the partners of one colour have of a flow together; ``partners`` are those of them that have a part."""

    colour: str
    title: str
    share: float
    ink: Ink
    partners: tuple[str, ...]


class FlowShares(NamedTuple):
    """One channel, or all of trade or of investment: its partners, hosts and colours, the greatest first.

    ``size`` is money a year (or in the unit of a channel of ties), ``free`` the share that crosses nobody, and
    ``measures`` the entry of ``run --json``.
    """

    name: str
    title: str
    size: float
    partners: tuple[Share, ...]
    hosts: tuple[Share, ...]
    free: float
    measures: Mapping[str, Any]
    colours: tuple[ColourShare, ...]


def flow_shares(scenario: Scenario) -> list[FlowShares]:
    """Share out every channel that carries a flow, then trade and investment where they are several channels.

    Parameters
    ----------
    scenario
        A scenario.

    Returns
    -------
    list
        In the order of the scenario.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> energy = flow_shares(mv.load("kazakhstan"))[1]
    >>> energy.title, [(host.title, round(host.share, 2)) for host in energy.hosts], round(energy.free, 2)
    ('Crude oil', [('Russia', 0.94)], 0.06)
    """
    measured = concentration(scenario)
    shown = []
    for name, members in groups(scenario).items():
        flows = {
            partner: sum(scenario.exposures[it][partner].value for it in members if partner in scenario.exposures[it])
            for partner in scenario.partners
        }
        size = sum(flows.values())
        if name in measured and size > 0.0:
            entry = measured[name]
            title = capital(scenario.channels[name].title) if name in scenario.channels else f"All {name}"
            partners = ranked(scenario, {partner: flow / size for partner, flow in flows.items()})
            hosts = ranked(scenario, entry["hosts"])
            colours = by_colour(scenario, entry["colours"], flows)
            shown.append(FlowShares(name, title, size, partners, hosts, entry["crosses_nobody"], entry, colours))
    return shown


def groups(scenario: Scenario) -> dict[str, list[str]]:
    """Name the flows that are shown, and the channels that each is made of."""
    with_flow = [name for name in scenario.channels if name in scenario.exposures]
    named = {name: [name] for name in with_flow}
    for kind in ("trade", "investment"):
        members = [name for name in with_flow if scenario.channels[name].kind == kind]
        if len(members) > 1 and kind not in scenario.channels:
            named[kind] = members
    return named


def ranked(scenario: Scenario, shares: Mapping[str, float]) -> tuple[Share, ...]:
    """Put the greatest first; equal ones stay in the order of the scenario."""
    colours = inks(scenario)
    order = sorted((name for name in shares if shares[name] > 0.0), key=lambda name: -shares[name])
    return tuple(Share(scenario.partners[name].title, shares[name], colours[name], name) for name in order)


def by_colour(scenario: Scenario, shares: Mapping[str, float], flows: Mapping[str, float]) -> tuple[ColourShare, ...]:
    """Put the greatest colour first; each is filled as the first of its partners is."""
    colours = inks(scenario)
    found = []
    for group, members in colour_groups(scenario).items():
        if group in shares:
            inside = [scenario.partners[member].title for member in members if flows[member] > 0.0]
            title = group_title(scenario, group, members)
            found.append(ColourShare(group, title, shares[group], colours[members[0]], tuple(inside)))
    return tuple(sorted(found, key=lambda it: -it.share))


def group_title(scenario: Scenario, group: str, members: tuple[str, ...]) -> str:
    """Name a group for people: by its colour or bloc, or by the partner that is all of it."""
    return scenario.partners[group].title if members == (group,) else group


def in_words(part: ColourShare) -> str:
    """Name a group with those who are in it.

    Examples
    --------
    >>> from multivector_sim.report.palette import NEUTRAL
    >>> in_words(ColourShare("red", "red", 0.2, NEUTRAL, ("Russia",)))
    'red (Russia)'
    >>> in_words(ColourShare("japan", "Japan", 0.2, NEUTRAL, ("Japan",)))
    'Japan'
    """
    return part.title if part.partners == (part.title,) else f"{part.title} ({listed(part.partners)})"
