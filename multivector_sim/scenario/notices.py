"""Notices: points that a valid scenario leaves open and that a reader should know. None of them is an error."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from multivector_sim.scenario.figure import Figure
from multivector_sim.scenario.models import TRANSIT
from multivector_sim.scenario.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["figures", "joint_ruptures", "notices"]

MOST_PAIRS = 6
UNTRUSTED = "unverified"
PAIR, GRID = 2, 200_000


def notices(scenario: Scenario) -> tuple[str, ...]:
    """Return the notices of a scenario."""
    return (
        *_pairs_left_out(scenario),
        *_joined_by_t(scenario),
        *_two_of_a_name(scenario),
        *_narrow(scenario),
        *_idle(scenario),
        *_ambiguous(scenario),
        *_unverified(scenario),
    )


def _pairs_left_out(scenario: Scenario) -> Iterator[str]:
    """Return the correlations that are assumed to be 0 because they were left out."""
    if scenario.hazard is None or not scenario.hazard.copula.correlation:
        return
    table = scenario.hazard.copula.correlation
    given = {frozenset((one, other)) for one, others in table.items() for other in others}
    left = [f"{a} and {b}" for a, b in combinations(scenario.hazard.partners, 2) if frozenset((a, b)) not in given]
    if left:
        more = f" and {len(left) - MOST_PAIRS} more pairs" if len(left) > MOST_PAIRS else ""
        yield f"correlation left out, taken as 0: {', '.join(left[:MOST_PAIRS])}{more}"


def _joined_by_t(scenario: Scenario) -> Iterator[str]:
    """Return that a t copula joins ruptures though nothing is correlated."""
    if scenario.hazard is None or scenario.hazard.copula.family != "t" or len(scenario.hazard.partners) < PAIR:
        return
    copula = scenario.hazard.copula
    loaded = copula.loadings is not None and any(it.value for it in (copula.loadings.global_, copula.loadings.bloc))
    if loaded or any(it.value for others in copula.correlation.values() for it in others.values()):
        return
    nu = copula.nu.value if copula.nu is not None and copula.nu.is_fixed else None
    often = "" if nu is None else f": {joint_ruptures(nu):.2g} times as many at 1 % each with nu {nu:g}"
    yield (
        "a t copula without loadings or correlations is not independence: bad luck still comes to all at once, so "
        f"two partners rupture together more often than independent ones{often}; write family gaussian for independence"
    )


def joint_ruptures(nu: float, chance: float = 0.01) -> float:
    """Return how many times as often two uncorrelated partners of a t copula rupture together as independent ones.

    Both are in their lower tail where a normal is below ``t sqrt(w / nu)``, ``w`` the chi-square that they share.

    Examples
    --------
    >>> round(joint_ruptures(1e6), 2)
    1.0
    """
    import numpy as np
    from scipy.special import chdtri, ndtr, stdtrit

    shared = chdtri(nu, (np.arange(GRID) + 0.5) / GRID)
    both = ndtr(stdtrit(nu, chance) * np.sqrt(shared / nu)) ** 2
    return float(both.mean() / chance**2)


def _two_of_a_name(scenario: Scenario) -> Iterator[str]:
    """Return which partner has the name of a bloc that has others in it."""
    for name in scenario.partners:
        members = [it for it, partner in scenario.partners.items() if partner.bloc == name and it != name]
        if members:
            yield (
                f"'{name}' is a partner and the bloc of {', '.join(members)}; where a name may be either, as in bounds "
                "of a frontier, it means the partner: give the bloc another name"
            )


def _narrow(scenario: Scenario) -> Iterator[str]:
    """Return the corridors that cannot, or may not, carry their baseline."""
    flow = dict.fromkeys(scenario.corridors, 0.0)
    for channel, partners in scenario.legs.items():
        for partner, legs in partners.items():
            for name, share in legs.items():
                flow[name] += share * scenario.exposures[channel][partner].value
    for name, corridor in scenario.corridors.items():
        least = corridor.capacity.law.support[0]
        if flow[name] > least * (1.0 + 1e-9):
            yield f"corridor '{name}' has to carry {flow[name]:.4g} a year and may have room for only {least:.4g}"


def _idle(scenario: Scenario) -> Iterator[str]:
    """Return the ruptures that affect no flow."""
    hosts = {host for corridor in scenario.corridors.values() for host, share in corridor.hosts.items() if share > 0.0}
    affected = [(stress.partner, stress.channels) for stress in scenario.stress]
    if scenario.hazard is not None:
        affected += [(partner, rupture.channels) for partner, rupture in scenario.hazard.partners.items()]
    for partner, channels in dict.fromkeys((partner, tuple(channels)) for partner, channels in affected):
        for channel in channels:
            if channel == TRANSIT and partner not in hosts:
                yield f"{partner} hosts no corridor, so closing its transit has no effect"
            if channel != TRANSIT and not _carries(scenario, channel, partner):
                yield f"{partner} has no exposure in {channel}, so a rupture has no effect there"


def _carries(scenario: Scenario, channel: str, partner: str) -> bool:
    """Return whether a partner has a flow in a channel."""
    flows: Mapping[str, Figure] = scenario.exposures.get(channel, {})
    return partner in flows and flows[partner].value > 0.0


def _ambiguous(scenario: Scenario) -> Iterator[str]:
    """Return the channels that have the name of their kind without being the only one of it."""
    kinds = [channel.kind for channel in scenario.channels.values()]
    for kind in dict.fromkeys(kinds):
        if kind in scenario.channels and kinds.count(kind) > 1:
            yield f"channel '{kind}' is not the only one of its kind; a spillover from or to '{kind}' means all of them"


def _unverified(scenario: Scenario) -> Iterator[str]:
    """Return how many figures are unverified, if any other is verified."""
    found = [figure for path, figure in figures(scenario) if not path.startswith("claims.")]
    count = sum(figure.trust == UNTRUSTED for figure in found)
    if 0 < count < len(found):
        yield f"{count} of {len(found)} figures are unverified"


def figures(part: Any, path: str = "") -> Iterator[tuple[str, Figure]]:  # noqa: ANN401 - any part of a scenario
    """Go through the figures that were given, with their dotted paths.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> next(figures(load("two-buyers")))[0]
    'gdp'
    """
    if isinstance(part, Figure):
        yield path, part
    elif isinstance(part, Part):
        fields = type(part).model_fields
        for name in (name for name in fields if name in part.model_fields_set):
            yield from figures(getattr(part, name), _joined(path, fields[name].alias or name))
    elif isinstance(part, dict):
        for key, inner in part.items():
            yield from figures(inner, _joined(path, key))
    elif isinstance(part, tuple):
        for number, inner in enumerate(part):
            yield from figures(inner, _joined(path, str(number)))


def _joined(path: str, key: str) -> str:
    """Return the path of a key below another path."""
    return f"{path}.{key}" if path else key
