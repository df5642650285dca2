"""What a calibration found, and how a scenario uses it.

A :class:`Calibration` is data: estimates with 95 % intervals, the definition behind them, and what was *not* estimated.
It can be written as JSON and read again, which is how the shipped one is kept: a small table of estimates, not the data
behind it. The tables of ruptures, holes and borders come with it where it was made from data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.evidence.annual_aggregation import Course
from multivector_sim.evidence.hazard_estimation import HazardFit, Rate
from multivector_sim.evidence.level_after_trough import Laws, Volatility
from multivector_sim.evidence.rupture_definition import Definition
from multivector_sim.evidence.severity import BetaLaw, FittedLaw
from multivector_sim.measure.intervals import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from multivector_sim.evidence.plots import CalibrationPlots

__all__ = ["NOT_ESTIMATED", "SCHEMA", "Calibration"]

SCHEMA = "multivector/calibrate/1"
NOT_ESTIMATED = {
    "nu": "the tail of a t copula; two counterparts show too few joint ruptures",
    "ceiling": "the share of a gap that other partners can take; not visible in the flows of one pair of countries",
    "theta_months": "the speed at which that builds up; not visible in annual data of one pair",
    "kappa": "how much more one partner can take; likewise",
    "entry": "how much new partners take; likewise",
    "haircut": "the value lost by diverted trade; needs prices",
    "eta": "spillover from trade to investment; needs investment by partner",
}
"""What trade of one pair of countries cannot show, and why."""

SOURCE_NAME = "calibration"
SAME = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class Calibration:
    """What real ruptures were like.

    Parameters
    ----------
    definition
        What counts as a rupture.
    source
        The data, with its title and years.
    version
        Of the calibration: a name and a date, or empty.
    span
        First and last year at risk.
    counterparts, countries
        Whose imports, and how many countries sold to them.
    hazard
        Ruptures a year of a flow at risk.
    by_period, by_size, by_counterpart
        The same by class.
    fit
        The regression on size, period and counterpart.
    severity_mean, severity_sd
        Of the loss at the trough.
    candidates
        Laws of the severity, each with its distance from the data.
    laws
        Severity, scar, course and ordinary volatility, as the model takes them.
    level
        Mean delivered share in the years 0 to 10 after the trough.
    touches_half, above_half
        The share of ruptures whose flow touches half of its base within five years of the trough, and that is above
        half in the tenth.
    path_error
        Root mean square distance of the fitted course from the mean levels.
    shown
        The share of the model's ruptures that annual data would show.
    correlation
        Of the Gaussian copula over five years, within a country and within a partner.
    grid
        The main estimates under other definitions.
    seed, resamples
        Of the bootstrap.
    episodes, holes, borders
        Tables; empty where the calibration was read from a file.
    """

    definition: Definition
    source: str
    version: str
    span: tuple[int, int]
    counterparts: tuple[str, ...]
    countries: int
    hazard: Rate
    by_period: tuple[Rate, ...]
    by_size: tuple[Rate, ...]
    by_counterpart: tuple[Rate, ...]
    fit: HazardFit
    severity_mean: Estimate
    severity_sd: Estimate
    candidates: tuple[FittedLaw, ...]
    laws: Laws
    level: tuple[Estimate, ...]
    touches_half: Estimate
    above_half: Estimate
    path_error: float
    shown: float
    correlation: dict[str, Estimate]
    grid: tuple[dict[str, Any], ...]
    seed: int
    resamples: int
    episodes: tuple[dict[str, Any], ...] = field(default=())
    holes: tuple[dict[str, Any], ...] = field(default=())
    borders: tuple[dict[str, Any], ...] = field(default=())

    @property
    def ruptures(self) -> int:
        """How many ruptures it rests on."""
        return self.hazard.ruptures

    @property
    def not_estimated(self) -> dict[str, str]:
        """What was not estimated, and why."""
        return dict(NOT_ESTIMATED)

    @property
    def basis(self) -> str:
        """What it rests on, in a line: for notes beside figures."""
        return f"estimated from {self.ruptures} ruptures, {self.span[0]}-{self.span[1]}"

    def hazard_for(self, share: float, period: str | None = None) -> Estimate:
        """Return ruptures a year of a flow, as annual data show them.

        Parameters
        ----------
        share
            The flow's share of the partner's imports, in (0, 1]. Below the definition's floor the floor is taken:
            nothing smaller was looked at.
        period
            One of the periods of the data; None stands for their mean.

        Returns
        -------
        Estimate
            With a 95 % interval for a counterpart that was not in the data.

        Raises
        ------
        UsageError
            If there is no such period, or the share is not in (0, 1].

        Examples
        --------
        >>> from multivector_sim.evidence.shipped import shipped_calibration
        >>> calibration = shipped_calibration()
        >>> calibration.hazard_for(0.001).value > 3 * calibration.hazard_for(0.02).value
        True
        """
        if not 0.0 < share <= 1.0:
            raise UsageError(f"share must lie between 0 and 1, not {share:g}")
        return self.fit.predict(max(share, self.definition.floor), period)

    def intensity_for(self, share: float, period: str | None = None) -> Estimate:
        """Return ruptures a year for the monthly model: :meth:`hazard_for` over the share that annual data show."""
        found = self.hazard_for(share, period)
        return Estimate(found.value / self.shown, found.lowest / self.shown, found.highest / self.shown)

    def to_scenario(
        self,
        shares: Mapping[str, float] | None = None,
        channels: tuple[str, ...] = ("exports",),
        period: str | None = None,
    ) -> dict[str, Any]:
        """Return a ``hazard`` fragment of a scenario, with its source.

        Parameters
        ----------
        shares
            By partner's name, the flow's share of the partner's imports; one partner of 1 % by default.
        channels
            The channels that a rupture strikes, all with the same severity.
        period
            As for :meth:`hazard_for`.

        Returns
        -------
        dict
            ``sources`` and ``hazard``; every number in it is a figure with source, date and the trust ``estimated`` or
            ``assumption``.
        """
        shares = {"partner": 0.01} if shares is None else dict(shares)
        correlation = self.correlation["within_country"].value
        loading = float(np.sqrt(correlation)) if np.isfinite(correlation) else 0.0
        known = np.isfinite(correlation)
        copula = {
            "family": "gaussian",
            "loadings": {
                "global": self._figure(round(loading, 4), "root of the correlation within a country, over five years")
                if known
                else self._assumed(0.0, "one partner alone shows no correlation"),
                "bloc": self._assumed(0.0, "not estimated: ruptures were not told apart by bloc"),
            },
        }
        partners = {name: self._rupture(share, channels, period) for name, share in shares.items()}
        return {"sources": {SOURCE_NAME: self.source_entry()}, "hazard": {"copula": copula, "partners": partners}}

    def source_entry(self) -> dict[str, str]:
        """Return the entry for the section ``sources`` of a scenario."""
        title = f"multivector calibration {self.version}".strip() + f": {self.basis}"
        return {"title": title, "where": self.source}

    def _rupture(self, share: float, channels: tuple[str, ...], period: str | None) -> dict[str, Any]:
        """Return what is written for one partner."""
        found = self.intensity_for(share, period)
        course = self.laws.course
        note = (
            f"a flow of {100 * share:.3g} % of the partner's imports, {period or 'mean of the periods'}; "
            f"95 % interval {found.low:.4f} to {found.high:.4f}; {self.shown:.2f} of ruptures show in annual data"
        )
        seen = share >= self.definition.floor
        note += (
            "" if seen else f"; below {100 * self.definition.floor:g} % nothing was looked at, and that size is taken"
        )
        return {
            "intensity": self._figure(round(found.value, 6), note)
            if seen
            else self._assumed(round(found.value, 6), note),
            "channels": {
                name: self._figure(self.laws.severity.rounded().written(), "loss at the trough") for name in channels
            },
            "severity_correlation": self._assumed(1.0, "one rupture strikes all channels alike; not estimated"),
            "ramp_months": self._figure(_up_to(course.ramp_months), "fitted to mean annual levels"),
            "duration_months": self._figure(_up_to(course.duration_months), "fitted to mean annual levels"),
            "half_life_months": self._figure(course.half_life_months, "fitted to mean annual levels"),
            "scar": self._figure(
                self.laws.scar.rounded().written(), "part of the loss still missing three to ten years on"
            ),
        }

    def _figure(self, value: object, note: str) -> dict[str, Any]:
        """Return an estimated figure."""
        return {"value": value, "source": SOURCE_NAME, "as_of": self.span[1], "trust": "estimated", "note": note}

    def _assumed(self, value: float, note: str) -> dict[str, Any]:
        """Return a figure that nothing was estimated for."""
        return {"value": value, "source": SOURCE_NAME, "as_of": self.span[1], "trust": "assumption", "note": note}

    def document(self) -> dict[str, Any]:
        """Return what ``multivector calibrate --json`` prints."""
        return {
            "schema": SCHEMA,
            "source": self.source,
            "version": self.version,
            "years": list(self.span),
            "counterparts": list(self.counterparts),
            "countries": self.countries,
            "seed": self.seed,
            "resamples": self.resamples,
            "definition": self.definition.document(),
            "hazard": self.hazard.document("of"),
            "by_period": [rate.document("period") for rate in self.by_period],
            "by_size": [rate.document("size") for rate in self.by_size],
            "by_counterpart": [rate.document("counterpart") for rate in self.by_counterpart],
            "regression": self.fit.document(),
            "severity": {
                "mean": _plain(self.severity_mean),
                "sd": _plain(self.severity_sd),
                "law": self.laws.severity.written(),
                "candidates": [law.document() for law in self.candidates],
            },
            "scar": {"law": self.laws.scar.written()},
            "course": {
                "ramp_months": _up_to(self.laws.course.ramp_months),
                "duration_months": _up_to(self.laws.course.duration_months),
                "half_life_months": self.laws.course.half_life_months,
                "path_error": self.path_error,
                "shown_in_annual_data": self.shown,
            },
            "volatility": None if self.laws.volatility is None else self.laws.volatility.document(),
            "level": [{"year": year, **_plain(estimate)} for year, estimate in enumerate(self.level)],
            "touches_half_within_5_years": _plain(self.touches_half),
            "above_half_in_year_10": _plain(self.above_half),
            "correlation": {name: _plain(estimate) for name, estimate in self.correlation.items()},
            "not_estimated": list(NOT_ESTIMATED),
            "grid": list(self.grid),
            "episodes": list(self.episodes),
            "holes": list(self.holes),
            "borders": list(self.borders),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Calibration:
        """Return the calibration that :meth:`document` described.

        Raises
        ------
        UsageError
            If it is none.
        """
        if document.get("schema") != SCHEMA:
            raise UsageError(f"not a calibration: schema must be {SCHEMA}, not {document.get('schema')}")
        try:
            return cls(**_read(document))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"not a calibration: {type(error).__name__}: {error}") from error

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number: ``what, of, value, low, high``."""
        import pandas as pd

        rows: list[tuple[str, str, Estimate]] = [("hazard", "all", self.hazard.hazard)]
        for what, group in (("period", self.by_period), ("size", self.by_size), ("counterpart", self.by_counterpart)):
            rows += [(f"hazard by {what}", rate.name, rate.hazard) for rate in group]
        rows += [("severity", "mean", self.severity_mean), ("severity", "sd", self.severity_sd)]
        rows += [("level", f"year {year}", estimate) for year, estimate in enumerate(self.level)]
        rows += [("touches half", "5 years", self.touches_half), ("above half", "year 10", self.above_half)]
        rows += [("correlation", name, estimate) for name, estimate in self.correlation.items()]
        return pd.DataFrame(
            [(what, of, *estimate) for what, of, estimate in rows], columns=["what", "of", "value", "low", "high"]
        )

    def summary(self) -> str:
        """Return what was found, in lines for people."""
        severity, level = self.severity_mean, self.level
        within, alone = self.correlation["within_country"], self.correlation["within_country_lone"]
        periods = "; ".join(f"{rate.name} {100 * rate.hazard.value:.2f}" for rate in self.by_period)
        sizes = "; ".join(f"{rate.name} {100 * rate.hazard.value:.2f}" for rate in self.by_size)
        of = f"of {self.countries} countries selling to {', '.join(self.counterparts)}"
        after = ", ".join(f"{level[year].value:.2f} in year {year}" for year in (1, 5, 10))
        partner = _interval(self.correlation["within_partner"])
        half = f"above half in year 10: {100 * self.above_half.value:.0f} %"
        clustering = (
            f"within a country {_interval(within)}, lone ruptures {_interval(alone)}, within a partner {partner}"
        )
        lines = [
            f"{self.ruptures} ruptures in {self.hazard.years:,} country-years, {self.span[0]}-{self.span[1]}, {of}",
            f"  rupture: {self.definition.words()}",
            f"  hazard {_percent(self.hazard.hazard)} a year; {periods}",
            f"  by size {sizes}",
            f"  severity at the trough: mean {_interval(severity)}, sd {self.severity_sd.value:.2f}",
            f"  delivered after the trough: {after}; {half}",
            f"  clustering {clustering}",
            f"  looked like ruptures but are not: {len(self.holes)} holes, {len(self.borders)} moved borders",
            f"  not estimated: {', '.join(NOT_ESTIMATED)}",
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return it in two lines."""
        return (
            f"Calibration({self.basis}: hazard {_percent(self.hazard.hazard)} a year,\n"
            f"  severity {_interval(self.severity_mean)}, still delivered after ten years {_interval(self.level[10])})"
        )

    def _repr_html_(self) -> str:
        """Return a card for notebooks."""
        import html

        return f"<pre>{html.escape(self.summary())}</pre>"

    @property
    def plot(self) -> CalibrationPlots:
        """Its plots: ``plot.hazard()``, ``plot.severity()``, ``plot.level()``; called itself, all three."""
        from multivector_sim.evidence.plots import CalibrationPlots

        return CalibrationPlots(self)


def _up_to(longest: Any) -> Any:  # noqa: ANN401 - a number or a law
    """Return the law from 0 to the longest as a scenario writes it."""
    return 0.0 if longest == 0.0 else {"uniform": [0.0, float(longest)]}


def _longest(written: Any) -> float:  # noqa: ANN401 - a number or a law
    """Return the longest of what :func:`_up_to` wrote."""
    return float(written["uniform"][1]) if isinstance(written, dict) else float(written)


def _plain(estimate: Estimate) -> dict[str, float | None]:
    """Return an estimate as plain data, null where it is unknown."""
    return {
        name: value if value is not None and np.isfinite(value) else None for name, value in estimate._asdict().items()
    }


def _estimate(document: Mapping[str, Any]) -> Estimate:
    """Return the estimate that :func:`_plain` wrote."""
    value, low, high = (
        np.nan if document[name] is None else float(document[name]) for name in ("value", "low", "high")
    )
    return Estimate(value, low, high)


def _rate(document: Mapping[str, Any], key: str) -> Rate:
    """Return the rate that a document describes."""
    return Rate(document[key], _estimate(document), document["ruptures"], document["years_at_risk"])


def _read(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a calibration from its document."""
    hazard = _rate(document["hazard"], "of")
    course, volatility = document["course"], document["volatility"]
    laws = Laws(
        BetaLaw.from_written(document["severity"]["law"]),
        BetaLaw.from_written(document["scar"]["law"]),
        Course(_longest(course["ramp_months"]), _longest(course["duration_months"]), float(course["half_life_months"])),
        None if volatility is None else Volatility.from_document(volatility),
    )
    _check_severity(document["severity"], laws.severity)
    return {
        "definition": Definition.from_document(document["definition"]),
        "source": document["source"],
        "version": document["version"],
        "span": tuple(document["years"]),
        "counterparts": tuple(document["counterparts"]),
        "countries": document["countries"],
        "hazard": hazard,
        "by_period": tuple(_rate(it, "period") for it in document["by_period"]),
        "by_size": tuple(_rate(it, "size") for it in document["by_size"]),
        "by_counterpart": tuple(_rate(it, "counterpart") for it in document["by_counterpart"]),
        "fit": HazardFit.from_document(document["regression"], hazard.hazard),
        "severity_mean": _estimate(document["severity"]["mean"]),
        "severity_sd": _estimate(document["severity"]["sd"]),
        "candidates": tuple(
            FittedLaw(it["law"], it["ks"], it["p"], it["p_refitted"]) for it in document["severity"]["candidates"]
        ),
        "laws": laws,
        "level": tuple(_estimate(it) for it in document["level"]),
        "touches_half": _estimate(document["touches_half_within_5_years"]),
        "above_half": _estimate(document["above_half_in_year_10"]),
        "path_error": float(course["path_error"]),
        "shown": float(course["shown_in_annual_data"]),
        "correlation": {name: _estimate(it) for name, it in document["correlation"].items()},
        "grid": tuple(document["grid"]),
        "seed": document["seed"],
        "resamples": document["resamples"],
        "episodes": tuple(document["episodes"]),
        "holes": tuple(document["holes"]),
        "borders": tuple(document["borders"]),
    }


def _check_severity(document: Mapping[str, Any], law: BetaLaw) -> None:
    """Refuse a document whose law is not that of its mean: somebody changed one of the two."""
    if abs(document["mean"]["value"] - law.mean) > SAME:
        raise UsageError(
            f"not a calibration: severity has mean {document['mean']['value']:.4g}, its law {law.mean:.4g}; change both"
        )


def _percent(estimate: Estimate) -> str:
    """Return an estimate in per cent, with its interval."""
    return f"{100 * estimate.value:.2f} % [{100 * estimate.lowest:.2f}, {100 * estimate.highest:.2f}]"


def _interval(estimate: Estimate) -> str:
    """Return an estimate with its interval."""
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"
