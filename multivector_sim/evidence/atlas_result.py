"""Countries by rank, and those not ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import UsageError
from multivector_sim.scenario.words import nearest

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.plots import AtlasPlots
    from multivector_sim.measure.intervals import Estimate

__all__ = ["Atlas", "Country"]

SCHEMA = "multivector/atlas/1"
MOST_SHOWN = 12


@dataclass(frozen=True)
class Country:
    """One country in one year.

    Parameters
    ----------
    country, year
        ISO 3166 alpha-3, and when.
    side
        Who reported its exports: ``exporter``, ``importer`` or ``both``.
    hhi, hhi_high
        Herfindahl-Hirschman index with partners that are not named as infinitely many, and as one.
    partner, share
        The largest named partner, and its share of exports.
    loss_if_largest
        The mean share of exports missing over five years if it ruptures.
    es
        Expected shortfall at 95 % of the share of exports missing over five years, with the interval of the bootstrap.
    rank
        By it, 1 the most exposed, with the interval of the bootstrap.
    unspecified
        The share of exports to partners that are not named.
    """

    country: str
    year: int
    side: str
    hhi: float
    hhi_high: float
    partner: str
    share: float
    loss_if_largest: float
    es: Estimate
    rank: Estimate
    unspecified: float

    @property
    def effective_partners(self) -> float:
        """How many equal partners would be as concentrated."""
        return 1.0 / self.hhi

    def words(self) -> str:
        """Describe it in a line."""
        place = f"{self.rank.value:>3} [{self.rank.low}, {self.rank.high}]"
        dependence = f"{self.partner} takes {100 * self.share:.0f} %; {self.effective_partners:.1f} effective partners"
        return f"  {place} {self.country}: ES {100 * self.es.value:.1f} % of exports in five years; {dependence}"

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "country": self.country,
            "year": self.year,
            "side": self.side,
            "hhi": self.hhi,
            "hhi_high": self.hhi_high,
            "effective_partners": self.effective_partners,
            "effective_partners_low": 1.0 / self.hhi_high,
            "dependence": {"partner": self.partner, "share": self.share},
            "loss_if_largest": self.loss_if_largest,
            "es": self.es._asdict(),
            "rank": self.rank._asdict(),
            "unspecified": self.unspecified,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Atlas:
    """Countries by what their partners' ruptures would cost.

    Parameters
    ----------
    year, seed
        Which year, and the seed of draws.
    calibration
        Whose hazards and severities.
    resamples
        Of the bootstrap; 0 where there was none.
    countries
        By rank.
    not_ranked
        The others, each with the reason.
    with_concentration
        Rank correlation of the expected shortfall with the HHI, under one hazard for all and under hazards by size;
        None where all are alike.
    """

    year: int
    seed: int
    calibration: str
    resamples: int
    countries: tuple[Country, ...]
    not_ranked: tuple[dict[str, Any], ...]
    with_concentration: dict[str, float | None]

    @property
    def inside(self) -> float:
        """The share of countries whose expected shortfall lies inside its own interval."""
        held = [country.es.lowest <= country.es.value <= country.es.highest for country in self.countries]
        return sum(held) / len(held)

    def of(self, country: str) -> Country:
        """Return one country.

        Raises
        ------
        UsageError
            If it is not ranked.
        """
        for found in self.countries:
            if found.country == country:
                return found
        for row in self.not_ranked:
            if row["country"] == country:
                raise UsageError(f"{country} is not ranked in {self.year}: {row['reason']}")
        near = nearest(country, [it.country for it in self.countries])
        raise UsageError(f"no country '{country}' in {self.year}" + (f"; did you mean '{near}'?" if near else ""))

    def document(self) -> dict[str, Any]:
        """Return what ``multivector atlas --json`` prints."""
        return {
            "schema": SCHEMA,
            "year": self.year,
            "seed": self.seed,
            "calibration": self.calibration,
            "resamples": self.resamples,
            "countries": [country.document() for country in self.countries],
            "not_ranked": list(self.not_ranked),
            "rank_correlation_with_hhi": self.with_concentration,
            "inside_own_interval": self.inside,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a country."""
        import pandas as pd

        rows = []
        for country in self.countries:
            plain = country.document()
            flat = {key: value for key, value in plain.items() if not isinstance(value, dict)}
            flat |= {"partner": country.partner, "share": country.share}
            flat |= {f"es_{key}".removesuffix("_value"): value for key, value in plain["es"].items()}
            flat |= {f"rank_{key}".removesuffix("_value"): value for key, value in plain["rank"].items()}
            rows.append(flat)
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return the most exposed, and what else is to know, in lines for people."""
        lines = [f"{len(self.countries)} countries in {self.year}, hazards of {self.calibration}"]
        lines += [it.words() for it in self.countries[:MOST_SHOWN]]
        reasons: dict[str, list[str]] = {}
        for row in self.not_ranked:
            reasons.setdefault(row["reason"], []).append(row["country"])
        lines += [f"  not ranked: {', '.join(countries)}, {reason}" for reason, countries in reasons.items()]
        one, size = ("none" if it is None else f"{it:.2f}" for it in self.with_concentration.values())
        lines.append(f"  rank correlation with the HHI: {one} under one hazard for all, {size} under hazards by size")
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return it in two lines."""
        first = self.countries[0]
        return (
            f"Atlas({len(self.countries)} countries in {self.year}, {len(self.not_ranked)} not ranked;\n"
            f"  most exposed {first.country}, rank {first.rank.low} to {first.rank.high})"
        )

    def _repr_html_(self) -> str:
        """Return a card for notebooks."""
        import html

        return f"<pre>{html.escape(self.summary())}</pre>"

    @property
    def plot(self) -> AtlasPlots:
        """Its plot: ``plot.ranks()``; called itself, the same."""
        from multivector_sim.evidence.plots import AtlasPlots

        return AtlasPlots(self)
