"""Partners by colour: who counts as one on a dashboard.

A dashboard that paints Russia red, China blue and the West green asks how much of a channel is green, whichever of the
West's countries it goes to. Partners with one colour, as it is written, are a group. A partner without a colour goes
with its bloc; one with neither is a group of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["colour_groups", "over_colours"]


def colour_groups(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Name the groups of partners, in the order of the scenario.

    Parameters
    ----------
    scenario
        A scenario.

    Returns
    -------
    dict
        The partners of each group by its colour, its bloc, or the partner's own name.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> colour_groups(mv.load("kazakhstan"))["green"]
    ('italy', 'netherlands', 'france', 'eu27', 'usa')
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name, partner in scenario.partners.items():
        key = partner.colour or partner.bloc or name
        groups[key] = (*groups.get(key, ()), name)
    return groups


def over_colours(scenario: Scenario, flows: Mapping[str, float]) -> dict[str, Any]:
    """Measure a flow over the groups at its other end.

    Parameters
    ----------
    scenario
        A scenario.
    flows
        Money by partner, not all of it 0.

    Returns
    -------
    dict
        ``colours``, the share of each group that has one; and ``largest_colour`` (colour and share), the first one
        where several are the largest. Residual partners are shown and never counted towards the largest; None where
        there is nobody else.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> over_colours(mv.load("two-buyers"), {"russia": 1.0, "china": 3.0, "eu": 0.0})
    {'colours': {'red': 0.25, 'blue': 0.75}, 'largest_colour': {'colour': 'blue', 'share': 0.75}}
    """
    whole = sum(flows.values())
    shares = {
        group: sum(flows.get(member, 0.0) for member in members) / whole
        for group, members in colour_groups(scenario).items()
    }
    present = {group: share for group, share in shares.items() if share > 0.0}
    named = {
        group: sum(flows.get(member, 0.0) for member in members if not scenario.partners[member].residual) / whole
        for group, members in colour_groups(scenario).items()
    }
    first = max(named, key=lambda group: named[group])
    largest = {"colour": first, "share": named[first]} if named[first] > 0.0 else None
    return {"colours": present, "largest_colour": largest}
