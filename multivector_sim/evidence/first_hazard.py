"""Hazards, severities and recoveries for a scenario made of data, from published first estimates.

The numbers come from yearly exports of some 200 countries to the USA and Germany, 1950-2014 (TRADHIST): a rupture is a
flow that falls under half of its mean of three years before, as a share of all the partner imports. What could not be
seen there is an assumption, and says so. Whatever has :meth:`FirstHazard.to_scenario` can stand in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from multivector_sim.scenario.law import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TYPICAL_SHARE", "FirstHazard", "HazardSource"]

SOURCE = "calibration"
LAST_YEAR = 2014
SIZES = (
    (
        0.0,
        0.0005,
        0.038,
        "below 0.05 % of the partner's imports nothing was looked at; taken as for 0.05 to 0.1 %",
        "assumption",
    ),
    (0.0005, 0.001, 0.038, "flows of 0.05 to 0.1 % of the partner's imports", "estimated"),
    (0.001, 0.01, 0.0183, "flows of all sizes, 95 % interval 0.0139 to 0.0242", "estimated"),
    (0.01, 1.01, 0.0065, "flows above 1 % of the partner's imports", "estimated"),
)
"""From, to, ruptures a year, what it was estimated on, trust."""

TYPICAL_SHARE = 0.003
"""Of a partner's imports, where the data do not tell: a flow in the middle of those that were looked at."""

SEVERITY = {"mean": 0.73, "sd": 0.15, "low": 0.5, "high": 1.0}
DELIVERED_AFTER = 0.4
CORRELATION = 0.48


class HazardSource(Protocol):
    """What gives a scenario its hazards: a calibration, or the first estimates here."""

    def to_scenario(
        self, shares: Mapping[str, float] | None = None, channels: tuple[str, ...] = ("exports",)
    ) -> dict[str, Any]:
        """Return ``sources`` and ``hazard`` of a scenario, by partners' shares of their imports."""
        ...


class FirstHazard:
    """The first estimates."""

    def hazard_for(self, share: float) -> dict[str, Any]:
        """Return ruptures a year of a flow as a figure.

        Parameters
        ----------
        share
            The flow as a share of all that the partner imports, 0 to 1.

        Returns
        -------
        dict
            ``value`` with ``source``, ``as_of``, ``trust`` and ``note``.

        Examples
        --------
        >>> FirstHazard().hazard_for(0.02)["value"], FirstHazard().hazard_for(0.0001)["trust"]
        (0.0065, 'assumption')
        """
        _, _, value, note, trust = next(row for row in SIZES if share < row[1])
        return _figure(value, f"{note}; this one has {100 * share:.2g} %", trust)

    def to_scenario(
        self, shares: Mapping[str, float] | None = None, channels: tuple[str, ...] = ("exports",)
    ) -> dict[str, Any]:
        """Return ``sources`` and ``hazard`` of a scenario.

        Parameters
        ----------
        shares
            By partner's name, the flow's share of the partner's imports; one partner of typical size by default.
        channels
            The channels that a rupture strikes.

        Returns
        -------
        dict
            Plain data, every number a figure with its source.
        """
        shares = {"partner": TYPICAL_SHARE} if shares is None else shares
        loading = _figure(
            0.69,
            f"0.69 squared is {CORRELATION}, the correlation of ruptures within a country over five years",
            "estimated",
        )
        bloc = _figure(0.0, "ruptures were not told apart by bloc", "assumption")
        scar = round((1.0 - DELIVERED_AFTER) / SEVERITY["mean"], 2)
        partners = {
            name: {
                "intensity": self.hazard_for(share),
                "channels": {
                    channel: _figure(
                        severity_law(),
                        "loss at the trough: a beta on 0.5 to 1 with mean 0.73 [0.70, 0.75] and sd 0.15",
                        "estimated",
                    )
                    for channel in channels
                },
                "severity_correlation": _figure(0.5, "between what one rupture takes from each channel", "assumption"),
                "ramp_months": _figure(6, "annual data do not show months", "assumption"),
                "duration_months": _figure(24, "the trough lies within three years", "assumption"),
                "half_life_months": _figure(
                    12, "annual data show that the level holds, not how it gets there", "assumption"
                ),
                "scar": _figure(
                    scar,
                    f"for ten years about {DELIVERED_AFTER} of the flow is delivered: (1 - {DELIVERED_AFTER}) / 0.73",
                    "estimated",
                ),
            }
            for name, share in shares.items()
        }
        title = "First estimates on yearly exports to the USA and Germany, 1950-2014, of CEPII TRADHIST"
        return {
            "sources": {SOURCE: {"title": title, "where": "cepii.fr"}},
            "hazard": {
                "copula": {"family": "gaussian", "loadings": {"global": loading, "bloc": bloc}},
                "partners": partners,
            },
        }


def severity_law() -> dict[str, Any]:
    """Return the law of severities as a document has it: the beta on 0.5 to 1, or its quantiles where there is none."""
    law = {"beta": SEVERITY}
    try:
        parse(law)
    except ValueError:
        from scipy import stats

        low, width = SEVERITY["low"], SEVERITY["high"] - SEVERITY["low"]
        mean, spread = (SEVERITY["mean"] - low) / width, SEVERITY["sd"] / width
        weight = mean * (1.0 - mean) / spread**2 - 1.0
        quantiles = stats.beta((mean * weight), ((1.0 - mean) * weight)).ppf([(at + 0.5) / 20 for at in range(20)])
        return {"empirical": [round(float(low + width * it), 3) for it in quantiles]}
    return law


def _figure(value: object, note: str, trust: str) -> dict[str, Any]:
    """Return a figure with its origin."""
    return {"value": value, "source": SOURCE, "as_of": LAST_YEAR, "trust": trust, "note": note}
