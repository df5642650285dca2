"""Changes of a document: single values, another mix, a measure, an override. Each returns a new document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import ScenarioError, UsageError
from multivector_sim.scenario.characters import composed
from multivector_sim.scenario.consistency import check_mix, figure_number
from multivector_sim.scenario.document import normal
from multivector_sim.scenario.part import SMALLEST
from multivector_sim.scenario.paths import NoSuchPathError, changed
from multivector_sim.scenario.references import keyed
from multivector_sim.scenario.words import Complaints, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["by_mix", "by_name", "by_settings"]

SECTION_WORDS = {"measures": "measure", "overrides": "override", "mixes": "mix"}


def by_settings(document: dict[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with single values set by dotted path."""
    try:
        return changed(document, normal(settings))
    except NoSuchPathError as error:
        raise UsageError(f"cannot be set: {error}") from None


def by_name(document: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    """Return a document with a measure or an override applied."""
    entry = _named(document, section, name)
    return by_settings(document, entry["set"] if section == "measures" else entry)


def by_mix(document: dict[str, Any], mix: str | Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Share the totals of channels out otherwise."""
    path = f"mixes.{composed(mix)}" if isinstance(mix, str) else "mix"
    shares = _named(document, "mixes", mix) if isinstance(mix, str) else normal(mix)
    if not isinstance(mix, str):
        _check_given(document, shares, path)
    exposures = dict(document["exposures"])
    for channel, by_partner in shares.items():
        before = exposures[channel]
        total = math.fsum(figure_number(flow) or 0.0 for flow in before.values())
        exposures[channel] = dict.fromkeys(before, 0.0) | {
            partner: _flow_of(share * total) for partner, share in by_partner.items()
        }
    return document | {"exposures": exposures}


def _flow_of(amount: float) -> float:
    """Return the flow that a share amounts to; an amount below the smallest one allowed is 0."""
    return amount if amount >= SMALLEST else 0.0


def _check_given(document: dict[str, Any], shares: object, path: str) -> None:
    """Check that shares can be those of a mix."""
    complaints = Complaints()
    for channel, by_partner in keyed(shares).items():
        if channel not in document["channels"]:
            complaints.unknown(f"{path}.{channel}", "channel", channel, document["channels"])
        for partner, share in keyed(by_partner).items():
            if partner not in document["partners"]:
                complaints.unknown(f"{path}.{channel}.{partner}", "partner", partner, document["partners"])
            if figure_number(share) is None or isinstance(share, dict) or not 0.0 <= share <= 1.0:
                complaints.add(f"{path}.{channel}.{partner}", f"must lie between 0 and 1, not {shown(share)}")
        if not isinstance(by_partner, dict):
            complaints.add(f"{path}.{channel}", f"must be a mapping (partner: share), not {shown(by_partner)}")
    check_mix(document, keyed(shares), path, complaints)
    if not isinstance(shares, dict):
        complaints.add(path, f"must be the name of a mix, or shares by channel and partner, not {shown(shares)}")
    if complaints.found:
        raise ScenarioError(tuple(complaints.found.values()))


def _named(document: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    """Return an entry of a section by name."""
    entries, name = keyed(document, section), composed(name)
    if name not in entries:
        hint = Complaints().hint(name, entries) or "; the scenario has none"
        raise UsageError(f"no {SECTION_WORDS[section]} called {shown(name)}{hint}")
    entry: dict[str, Any] = entries[name]
    return entry
