"""The exposure of every country to its partners in one year: concentration, dependence, and the cost of ruptures.

For each country the shares of its partners are a portfolio. Its **dependence** is the share of the largest named
partner; the **loss if the largest ruptures** is that share times the mean loss over the horizon; its **expected
shortfall** is that of the horizon's loss when each partner ruptures by its calibrated hazard, joined by the calibrated
correlation. One hazard for all partners would only repeat the concentration; hazards by the size of the flow do not.
Both rankings are shown with their rank correlation.

Partners that are not named hide who they are: above a fifth of exports a country is not ranked; below, its
concentration has two bounds, with the unnamed part as infinitely many partners or as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.question_work import map_tasks, on_executor
from multivector_sim.errors import UsageError
from multivector_sim.evidence.flows.place_tables import UNSPECIFIED_CODES
from multivector_sim.evidence.level_after_trough import simulate_paths
from multivector_sim.evidence.panel import build_panel
from multivector_sim.evidence.shipped import shipped_calibration
from multivector_sim.measure.intervals import Estimate
from multivector_sim.scenario.mistakes import nearest

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from multivector_sim.evidence.calibration import Calibration
    from multivector_sim.evidence.panel import Panel
    from multivector_sim.evidence.plots import AtlasPlots
    from multivector_sim.typing import Floats, Integers

__all__ = ["CIF", "Atlas", "Country", "atlas"]

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


CIF = 1.06
"""What importers report over what exporters do, for insurance and freight: the IMF's factor since 2018."""

HORIZON_YEARS = 5
TAIL = 0.95
LARGEST_UNSPECIFIED = 0.2
OLDEST = 4
"""A country that did not report in the year stands with one at most so many years before."""
FEWEST_PARTNERS = 3
DRAWS = 4000
SMALLEST_SHARE = 0.001
"""Partners with less of a country's exports count at their mean loss: one of them alone moves nothing."""
KEPT = 2.5
"""Draws are kept whose uniform number lies below so many times the probability: bootstrapped hazards lie below that."""


@on_executor
def atlas(
    flows: object,
    calibration: Calibration | None = None,
    year: int | None = None,
    seed: int = 1,
    *,
    resamples: int = 100,
    period: str | None = None,
    cif: float = CIF,
    workers: int = 1,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
) -> Atlas:
    """Rank countries by the cost of their partners' ruptures.

    Parameters
    ----------
    flows
        As for :func:`multivector_sim.calibrate`; the years need not be yearly.
    calibration
        Hazards, severities and correlation; the shipped one by default.
    year
        Which; the latest by default.
    seed
        Of draws and of the bootstrap.
    resamples
        Bootstrap over the calibration's hazard and severity for the intervals of ranks; 0 leaves them out.
    period
        Whose hazard is taken; the mean of the calibration's periods by default.
    cif
        Importers' reports, divided by this, fill what exporters did not report.
    workers
        The number of threads of the bootstrap; the ranks do not depend on it.
    executor
        Where the bootstrap is computed instead, such as a Dask client's ``get_executor()``.

    Returns
    -------
    Atlas
        Countries by rank, 1 the most exposed, and those not ranked with the reason.

    Raises
    ------
    UsageError
        If there is no such year in the data, or the period is not known.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> from multivector_sim.evidence.made_up import make_panel
    >>> found = mv.atlas(make_panel(countries=30, partners=("AAA", "BBB", "CCC")), year=2014, resamples=0)
    >>> len(found.countries), found.countries[0].rank.value
    (30, 1)
    """
    if cif <= 0.0:
        raise UsageError(f"cif must be above 0, not {cif:g}")
    using = shipped_calibration() if calibration is None else calibration
    panel = build_panel(flows, cif=cif)
    when = panel.last if year is None else year
    if when not in panel.years.tolist() or not np.isfinite(panel.values[..., when - int(panel.years[0])]).any():  # noqa: PD011
        raise UsageError(f"no flows in {when}; the data have {panel.years[0]} to {panel.last}")
    book = _Book(panel, when)
    if len(book.ranked) <= 1:
        only = f"only {book.ranked[0]}" if book.ranked else "no country"
        raise UsageError(f"atlas: {only} can be ranked in {when}; give a table of all countries' exports")
    losses = _Losses(book, using, period, seed)
    value = losses.shortfalls(losses.hazard, losses.draw_loss)
    even = losses.shortfalls([np.full(it.size, using.hazard.hazard.value) for it in losses.hazard], losses.draw_loss)
    drawn = losses.resampled(resamples, workers) if resamples else value[None]
    return _assemble(book, using, losses, value, even, drawn)


class _Book:
    """The shares of every country's partners in one year."""

    def __init__(self, panel: Panel, year: int) -> None:
        first = int(panel.years[0])
        every = np.nan_to_num(panel.values)
        self.year, self.partners = year, np.array(panel.partners)
        self.years: list[int] = []
        unnamed = np.isin(self.partners, list(UNSPECIFIED_CODES))
        imports = every.sum(axis=0)
        self.ranked: list[str] = []
        self.left_out: list[dict[str, Any]] = []
        self.names: list[Any] = []
        self.shares: list[Floats] = []
        self.sizes: list[Floats] = []
        self.sides: list[str] = []
        self.unnamed: list[float] = []
        for row, code in enumerate(panel.countries):
            totals = every[row, :, max(0, year - first - OLDEST) : year - first + 1].sum(axis=0)
            if not totals.any() or code in UNSPECIFIED_CODES:
                continue
            # Who did not report in the year stands with the latest year before it, and every row says its year.
            place = year - first - int(np.argmax(totals[::-1] > 0.0))
            flow = every[row, :, place]
            total = float(flow.sum())
            hidden = float(flow[unnamed].sum()) / total
            named = (flow > 0.0) & ~unnamed
            reason = _reason(hidden, int(named.sum()))
            if reason:
                self.left_out.append({"country": code, "year": first + place, "unspecified": hidden, "reason": reason})
                continue
            order = np.argsort(-flow[named], kind="stable")
            sides = set(panel.sides[row, named, place].tolist())
            self.ranked.append(code)
            self.names.append(self.partners[named][order])
            self.shares.append(flow[named][order] / total)
            self.sizes.append((flow[named] / imports[named, place])[order])
            self.sides.append("exporter" if sides == {"E"} else "importer" if sides == {"I"} else "both")
            self.unnamed.append(hidden)
            self.years.append(first + place)


def _reason(hidden: float, partners: int) -> str:
    """Return why a country is not ranked; empty if it is."""
    if hidden > LARGEST_UNSPECIFIED:
        return f"{100 * hidden:.1f} % of exports go to unspecified partners"
    few = "partner is" if partners == 1 else "partners are"
    return f"only {partners} {few} reported" if partners < FEWEST_PARTNERS else ""


class _Losses:
    """Losses of every country, with the same latent numbers whatever the hazards.

    A partner ruptures within the horizon where its uniform number lies below the probability; only the numbers that can
    lie below are kept, so that a bootstrap costs little.
    """

    def __init__(self, book: _Book, calibration: Calibration, period: str | None, seed: int) -> None:
        from scipy.special import ndtr, ndtri

        self.book, self.calibration, self.seed, self.period = book, calibration, seed, period
        fit, floor = calibration.fit, calibration.definition.floor
        self.hazard = [fit.means(np.maximum(sizes, floor), period) for sizes in book.sizes]
        paths = simulate_paths(calibration.laws, calibration.definition, DRAWS, seed)
        self.pool = np.sort(1.0 - paths.onward[:, :HORIZON_YEARS].mean(axis=1))
        correlation = calibration.correlation["within_country"].value
        rho = correlation if np.isfinite(correlation) else 0.0
        self.rows: list[Integers] = []
        self.columns: list[Integers] = []
        self.numbers: list[Floats] = []
        self.ranks: list[Floats] = []
        for code, hazard, shares in zip(book.ranked, self.hazard, book.shares, strict=True):
            large = int((shares >= SMALLEST_SHARE).sum())
            # Each country has draws of its own name, so that adding one changes no other.
            rng = np.random.default_rng([seed, 0xA71, *code.encode()])
            common = rng.standard_normal((DRAWS, 1), dtype=np.float32)
            own = rng.standard_normal((DRAWS, large), dtype=np.float32)
            latent = np.sqrt(np.float32(rho)) * common + np.sqrt(np.float32(1.0 - rho)) * own
            limit = np.minimum(KEPT * -np.expm1(-HORIZON_YEARS * hazard[:large]), 1.0)
            rows, columns = np.nonzero(latent < ndtri(limit).astype(np.float32))
            self.rows.append(rows)
            self.columns.append(columns)
            self.numbers.append(ndtr(latent[rows, columns].astype(np.float64)))
            self.ranks.append(rng.random(rows.size))

    @property
    def draw_loss(self) -> Floats:
        """The losses over the horizon that a rupture may bring, sorted."""
        return self.pool

    @property
    def mean_loss(self) -> float:
        """The mean of them."""
        return float(self.pool.mean())

    def shortfalls(self, hazard: list[Floats], pool: Floats) -> Floats:
        """Return each country's expected shortfall; shape (country,)."""
        found = np.empty(len(hazard))
        tail = round((1.0 - TAIL) * DRAWS)
        for number, rates in enumerate(hazard):
            chance = -np.expm1(-HORIZON_YEARS * rates)
            columns = self.columns[number]
            hit = self.numbers[number] < chance[columns]
            loss = pool[(self.ranks[number][hit] * pool.size).astype(np.int64)]
            weight = self.book.shares[number][columns[hit]] * loss
            total = np.bincount(self.rows[number][hit], weight, minlength=DRAWS)
            small = self.book.shares[number] < SMALLEST_SHARE
            rest = float((self.book.shares[number][small] * chance[small]).sum() * pool.mean())
            found[number] = np.partition(total, DRAWS - tail)[DRAWS - tail :].mean() + rest
        return found

    def resampled(self, count: int, workers: int) -> Floats:
        """Return shortfalls under hazards and severities drawn from their uncertainty; shape (resample, country)."""
        fit, floor = self.calibration.fit, self.calibration.definition.floor
        severity = self.calibration.severity_mean
        sd = (severity.highest - severity.lowest) / (2.0 * 1.96)
        rng = np.random.default_rng([self.seed, 0xA72])
        coefficients = rng.multivariate_normal(fit.coefficients, fit.covariance, size=count)
        scale = 1.0 + rng.standard_normal(count) * (sd / severity.value if np.isfinite(sd) else 0.0)
        designs = [fit.row(np.maximum(sizes, floor), self.period) for sizes in self.book.sizes]
        drawn = list(zip(coefficients, scale, strict=True))
        return np.array(list(map_tasks(partial(_resample, self, designs), drawn, workers)))


def _resample(losses: _Losses, designs: list[Floats], drawn: tuple[Floats, float]) -> Floats:
    """Return shortfalls under one set of coefficients and one scale of severities; shape (country,)."""
    coefficients, factor = drawn
    hazard = [np.exp(design @ coefficients) for design in designs]
    return losses.shortfalls(hazard, np.clip(factor * losses.pool, 0.0, 1.0))


def _assemble(
    book: _Book, calibration: Calibration, losses: _Losses, value: Floats, even: Floats, drawn: Floats
) -> Atlas:
    """Return the atlas."""
    from scipy.stats import rankdata

    def places(table: Floats) -> Integers:
        """Return ranks, 1 the largest; ties share the better rank."""
        return rankdata(-table, method="min", axis=-1).astype(np.int64)

    ranks, others = places(value), places(drawn)
    low, high = np.quantile(others, [0.025, 0.975], axis=0, method="closest_observation")
    least, most = np.quantile(drawn, [0.025, 0.975], axis=0)
    concentration = np.array([float((shares**2).sum()) for shares in book.shares])
    countries = [
        Country(
            country=book.ranked[number],
            year=book.years[number],
            side=book.sides[number],
            hhi=float(concentration[number]),
            hhi_high=float(concentration[number] + book.unnamed[number] ** 2),
            partner=str(book.names[number][0]),
            share=float(book.shares[number][0]),
            loss_if_largest=float(book.shares[number][0]) * losses.mean_loss,
            es=Estimate(float(value[number]), float(least[number]), float(most[number])),
            rank=Estimate(int(ranks[number]), int(low[number]), int(high[number])),
            unspecified=book.unnamed[number],
        )
        for number in np.lexsort((np.array(book.ranked), ranks))
    ]
    agreement = {
        "one_hazard_for_all": _agreement(even, concentration),
        "hazard_by_size": _agreement(value, concentration),
    }
    return Atlas(
        year=book.year,
        seed=losses.seed,
        calibration=calibration.version or calibration.basis,
        resamples=len(drawn) if len(drawn) > 1 else 0,
        countries=tuple(countries),
        not_ranked=tuple(sorted(book.left_out, key=lambda it: (-it["unspecified"], it["country"]))),
        with_concentration=agreement,
    )


def _agreement(shortfall: Floats, concentration: Floats) -> float | None:
    """Return the rank correlation; None where one of the two is the same for all countries."""
    from scipy.stats import spearmanr

    if np.ptp(shortfall) == 0.0 or np.ptp(concentration) == 0.0:
        return None
    return float(spearmanr(shortfall, concentration).statistic)
