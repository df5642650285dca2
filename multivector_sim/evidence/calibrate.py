"""From a panel of flows to a calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.evidence.calibration import Calibration
from multivector_sim.evidence.episodes import HORIZON, calm_changes, find_episodes
from multivector_sim.evidence.hazard_estimation import fit_hazard, period_of, rates, size_of
from multivector_sim.evidence.level_after_trough import FITTED_WITH, fit_laws, fit_volatility, simulate_paths
from multivector_sim.evidence.panel import Panel, build_panel
from multivector_sim.evidence.resampling import LEVEL, interval, make_resamples
from multivector_sim.evidence.rupture_correlation import correlations
from multivector_sim.evidence.rupture_definition import Definition
from multivector_sim.evidence.severity import compare_laws

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from multivector_sim.evidence.episodes import Episodes
    from multivector_sim.evidence.resampling import Resamples
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.typing import Bools, Floats

__all__ = ["calibrate", "calibrate_episodes"]

RESAMPLES = 500
FEWEST = 10
HALF = 0.5
TOUCH_YEARS = 5


def calibrate(
    flows: object,
    definition: Definition | None = None,
    seed: int = 1,
    *,
    resamples: int = RESAMPLES,
    grid: bool = True,
    source: str | None = None,
    level: float = LEVEL,
) -> Calibration:
    """Estimate hazard, severity and recovery of ruptures from yearly flows.

    Parameters
    ----------
    flows
        A tidy table of exports with the columns ``reporter, partner, year, flow, value``: a data frame, what
        :func:`multivector_sim.read_flows` returns, or the path of a file that it reads. Values in one unit.
    definition
        What counts as a rupture; :class:`Definition` as it is by default.
    seed
        Of the bootstrap over countries. The order of rows does not matter.
    resamples
        Of the bootstrap.
    grid
        Whether to show how the main estimates move with the definition.
    source
        What the data are, for the notes beside figures; the title of the flows by default.
    level
        Of the intervals by bootstrap.

    Returns
    -------
    Calibration
        Estimates with intervals.

    Raises
    ------
    UsageError
        If the table is none, its years are not yearly, or there are fewer than ten ruptures.

    Notes
    -----
    Fouquin and Hugot 2016 (data); Cameron, Gelbach and Miller 2008 (bootstrap over clusters); Vasicek 2002 (one
    factor).

    Examples
    --------
    >>> import multivector_sim as mv
    >>> from multivector_sim.evidence.made_up import make_panel
    >>> calibration = mv.calibrate(make_panel(seed=3), grid=False, resamples=50)
    >>> 0.5 < calibration.severity_mean.value < 1.0, "nu" in calibration.not_estimated
    (True, True)
    """
    rule = Definition() if definition is None else definition
    panel = build_panel(flows)
    found = find_episodes(panel, rule)
    changes = calm_changes(panel, rule, found.table)
    title = source or str(getattr(flows, "title", "") or "a table of flows")
    drawn = make_resamples(found.risk["country"], resamples, seed, level)
    made = calibrate_episodes(found, changes, panel.last, drawn, seed=seed, source=title)
    return _with_grid(made, panel, drawn) if grid else made


def calibrate_episodes(
    found: Episodes, changes: Mapping[int, Floats], last: int, drawn: Resamples, *, seed: int, source: str
) -> Calibration:
    """Estimate from ruptures and years at risk.

    Parameters
    ----------
    found
        Ruptures, and years at risk.
    changes
        Of calm flows.
    last
        The last year of the data.
    drawn
        Resamples of the countries.
    seed
        Of the bootstrap and of simulated ruptures.
    source
        What the data are.

    Raises
    ------
    UsageError
        If there are too few ruptures.
    """
    risk, table, rule = found.risk, found.table, found.definition
    if len(table) < FEWEST:
        raise UsageError(
            f"calibrate: {len(table)} ruptures in {len(risk):,} country-years are too few; {FEWEST} or more are needed"
        )
    everything = np.zeros(len(risk), dtype=np.int64)
    overall = rates(risk, everything, ["all"], drawn)[0]
    partners = np.unique(risk["partner"].to_numpy(dtype=str))
    counterpart = np.searchsorted(partners, risk["partner"].to_numpy(dtype=str))
    fit = fit_hazard(risk, rule, last, overall)
    periods = rule.period_names(last)
    hazard = _hazards(fit, found, periods)
    volatility = fit_volatility(changes)
    laws = fit_laws(found, volatility, seed)
    paths = simulate_paths(laws, rule, FITTED_WITH, seed)
    countries = table["country"]
    severity = table["severity"].to_numpy(dtype=np.float64)
    level = tuple(drawn.mean(countries, found.level[:, year]) for year in range(HORIZON + 1))
    fitted, seen = paths.level.mean(axis=0), np.array([estimate.value for estimate in level])
    return Calibration(
        definition=rule,
        source=source,
        version="",
        span=(int(risk["year"].min()), int(risk["year"].max())),
        counterparts=tuple(partners.tolist()),
        countries=int(risk["country"].nunique()),
        hazard=overall,
        by_period=rates(risk, period_of(risk["year"], rule), periods, drawn),
        by_size=rates(risk, size_of(risk["share"], rule), rule.size_names(), drawn),
        by_counterpart=rates(risk, counterpart, partners.tolist(), drawn),
        fit=fit,
        severity_mean=drawn.mean(countries, severity),
        severity_sd=_sd(drawn, countries, severity),
        candidates=compare_laws(severity, rule.threshold, seed),
        laws=laws,
        level=level,
        touches_half=drawn.mean(countries, _touches(found.level)),
        above_half=drawn.mean(countries, _known(found.level[:, HORIZON] > HALF, found.level[:, HORIZON])),
        path_error=float(np.sqrt(np.mean((fitted - seen) ** 2))),
        shown=paths.shown,
        correlation=correlations(risk, hazard, _lone(found), drawn, seed),
        grid=(),
        seed=seed,
        resamples=len(drawn.weights),
        episodes=_rows(table),
        holes=_rows(found.holes),
        borders=_rows(found.borders),
    )


def _with_grid(made: Calibration, panel: Panel, drawn: Resamples) -> Calibration:
    """Return a calibration with its main estimates under other definitions."""
    from dataclasses import replace

    rows = []
    for rule in made.definition.grid():
        found = find_episodes(panel, rule)
        table, risk = found.table, found.risk
        if not len(table):
            continue
        sums = _drawn_sums(drawn, risk)
        hazard = interval(len(table) / len(risk), sums[:, 0], sums[:, 1], drawn.level)
        severity = table["severity"].to_numpy(dtype=np.float64)
        later = found.level[:, TOUCH_YEARS]
        rows.append(
            {
                "threshold": rule.threshold,
                "years": rule.years,
                "floor": rule.floor,
                "deflated": rule.deflated,
                "ruptures": len(table),
                "hazard": hazard._asdict(),
                "severity": float(severity.mean()),
                "level_year_5": float(np.nanmean(later)) if np.isfinite(later).any() else None,
            }
        )
    return replace(made, grid=tuple(rows))


def _drawn_sums(drawn: Resamples, risk: pd.DataFrame) -> Floats:
    """Return ruptures and years at risk in each resample; countries that were not resampled are left out."""
    known = risk["country"].isin(drawn.countries)
    hits = risk.loc[known, "hit"].to_numpy(dtype=np.float64)
    return drawn.sums(risk.loc[known, "country"], np.column_stack([hits, np.ones(hits.size)]))


def _hazards(fit: Any, found: Episodes, periods: tuple[str, ...]) -> Floats:  # noqa: ANN401 - a HazardFit
    """Return the fitted hazard of every flow and year at risk, at the mean counterpart."""
    share = found.risk["share"].to_numpy(dtype=np.float64)
    places = period_of(found.risk["year"], found.definition)
    hazard = np.empty(share.size)
    for place in np.unique(places):
        where = places == place
        hazard[where] = fit.means(share[where], periods[place])
    return hazard


def _lone(found: Episodes) -> Bools:
    """Return for each row at risk whether a lone rupture began there."""
    alone = found.table.loc[[joint is False for joint in found.table["joint"]], ["country", "partner", "year"]]
    keys = set(alone.itertuples(index=False, name=None))
    rows = found.risk[["country", "partner", "year"]].itertuples(index=False, name=None)
    return np.array([row in keys for row in rows], dtype=bool)


def _sd(drawn: Resamples, countries: pd.Series[Any], values: Floats) -> Estimate:
    """Return the sd of values with its interval."""
    sums = drawn.sums(countries, np.column_stack([np.ones(values.size), values, values**2]))
    count = np.maximum(sums[:, 0], 1.0)
    spread = np.sqrt(np.maximum(sums[:, 2] / count - (sums[:, 1] / count) ** 2, 0.0))
    return interval(float(values.std(ddof=1)), spread, 1.0, drawn.level)


def _touches(level: Floats) -> Floats:
    """Return for each rupture whether the flow touches half of its base within five years of the trough."""
    later = level[:, 1 : TOUCH_YEARS + 1]
    known = np.isfinite(later).all(axis=1) | (np.nan_to_num(later) > HALF).any(axis=1)
    return np.where(known, (np.nan_to_num(later) > HALF).any(axis=1).astype(np.float64), np.nan)


def _known(outcome: Bools, values: Floats) -> Floats:
    """Return outcomes as numbers, NaN where a value is unknown."""
    return np.where(np.isfinite(values), outcome.astype(np.float64), np.nan)


def _rows(table: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Return a table as plain rows."""
    return tuple({str(key): _cell(value) for key, value in row.items()} for row in table.to_dict("records"))


def _cell(value: object) -> Any:  # noqa: ANN401 - plain data
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
