"""Numbers of a document that must fit together: shares that sum to 1, a copula that can be.

As with names, the plain document is read, and only what has the right shape is held to anything.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from multivector_sim.scenario.correlation import check_correlation
from multivector_sim.scenario.part import is_number
from multivector_sim.scenario.references import keyed

if TYPE_CHECKING:
    from multivector_sim.scenario.words import Complaints

__all__ = ["check_copula", "check_mix", "check_sums", "figure_number"]

TOLERANCE = 1e-6


def figure_number(figure: object) -> float | None:
    """Give the certain number of a figure as written; None where it is none."""
    value = figure.get("value") if isinstance(figure, dict) else figure
    return float(value) if is_number(value) and abs(value) < math.inf else None


def check_sums(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that shares sum to 1, and that there is something to share."""
    check_something(document, complaints)
    for channel, partners in keyed(document, "legs").items():
        for partner, legs in keyed(partners).items():
            check_sum(legs, f"legs.{channel}.{partner}", "corridor", complaints)
    for name, mix in keyed(document, "mixes").items():
        check_mix(document, keyed(mix), f"mixes.{name}", complaints)


def check_something(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that there is somebody, something that flows, and some of it."""
    for section in ("partners", "channels"):
        if document.get(section) == {}:
            complaints.say(section, "names nothing; give at least one")
    exposures = document.get("exposures")
    if isinstance(exposures, dict):
        flows = [figure_number(flow) for by_partner in exposures.values() for flow in keyed(by_partner).values()]
        if not any(flow is None or flow > 0.0 for flow in flows):
            complaints.say("exposures", "nothing flows; give at least one exposure above 0")


def check_mix(document: dict[str, Any], mix: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check that the shares of a mix sum to 1, and that there is a total to share."""
    for channel, shares in mix.items():
        check_sum(shares, f"{path}.{channel}", "partner", complaints)
        flows = [figure_number(flow) for flow in keyed(document, "exposures", channel).values()]
        if channel in keyed(document, "channels") and not any(flow is None or flow > 0.0 for flow in flows):
            complaints.say(f"{path}.{channel}", f"{channel} has no exposure to share out")


def check_sum(shares: object, path: str, kind: str, complaints: Complaints) -> None:
    """Check that the shares of one mapping sum to 1."""
    if not isinstance(shares, dict):
        return
    if not shares:
        complaints.say(path, f"names no {kind}; give shares that sum to 1, or leave it out")
    if shares and all(is_number(it) and 0.0 <= it <= 1.0 for it in shares.values()):
        total = math.fsum(shares.values())
        if abs(total - 1.0) > TOLERANCE:
            complaints.say(path, f"shares sum to {total:.7g}; they must sum to 1")


def check_copula(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that the parts of the copula go together."""
    copula = keyed(document, "hazard", "copula")
    path = "hazard.copula"
    if copula.get("family") == "t" and copula.get("nu") is None:
        complaints.say(f"{path}.nu", "missing; family t needs its degrees of freedom, nu")
    if copula.get("family", "gaussian") == "gaussian" and copula.get("nu") is not None:
        complaints.say(f"{path}.nu", "only for family t; take it away, or write family: t")
    if copula.get("loadings") is not None and copula.get("correlation"):
        complaints.say(f"{path}.correlation", "either loadings or correlation, not both")
    loadings = keyed(copula, "loadings")
    parts = [figure_number(loadings.get(key, 0.0)) for key in ("global", "bloc")]
    if all(part is not None and 0.0 <= part <= 1.0 for part in parts):
        total = math.fsum(part * part for part in parts if part is not None)
        if total > 1.0 + 1e-12:
            complaints.say(f"{path}.loadings", f"global^2 + bloc^2 is {total:.4g}; it must be 1 or less")
    check_correlation(keyed(copula, "correlation"), f"{path}.correlation", complaints)
