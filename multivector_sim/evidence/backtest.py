"""Tests of a calibration on data that it was not fitted to.

The split is by counterpart (fitted on the flows to all but one, asked about those), by country (halves of the
countries), or by period (fitted up to a year, asked about what follows). The model's ruptures are observed as annual
data would show them, with the volatility of calm flows after the trough, and held against the ruptures of the part left
out. How many there are is forecast with the sizes of the flows, an assumed frailty of the counterpart, and the common
variation of years found in the training part.

Each of these numbers is forecast twice: before the onset, and once a part of the rupture has been seen
(:mod:`multivector_sim.evidence.forecast_updating`).

A calibration given takes the place of the fitted one; the split then only says where the climatology is from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.evidence.backtest_result import Backtest, Count, Criterion, judge
from multivector_sim.evidence.episodes import calm_changes, find_episodes
from multivector_sim.evidence.forecast_scores import christoffersen, kupiec, score_event, score_number
from multivector_sim.evidence.forecast_updating import UPDATES, UpdateFold, known_of, score_update
from multivector_sim.evidence.hazard_estimation import fit_hazard, period_of, rates
from multivector_sim.evidence.level_after_trough import fit_laws, fit_volatility, simulate_paths
from multivector_sim.evidence.panel import Panel, build_panel
from multivector_sim.evidence.resampling import make_resamples
from multivector_sim.evidence.rupture_definition import Definition
from multivector_sim.scenario.mistakes import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multivector_sim.evidence.annual_aggregation import Paths
    from multivector_sim.evidence.calibration import Calibration
    from multivector_sim.evidence.episodes import Episodes
    from multivector_sim.evidence.forecast_scores import Event, Number
    from multivector_sim.evidence.forecast_updating import Update
    from multivector_sim.evidence.hazard_estimation import HazardFit
    from multivector_sim.evidence.level_after_trough import Laws
    from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["LEVEL_YEARS", "SPLITS", "WITHIN", "backtest"]

SPLITS = ("counterpart", "country", "period")
LEVEL_YEARS = (1, 2, 5, 10)
WITHIN = (1, 2, 5)
SAMPLE = 4096
COUNT_DRAWS = 2000
FEWEST = 10
BAND = 0.9


@dataclass(frozen=True, eq=False)
class _Fold:
    """One part left out: its name, what is known, and what is asked."""

    name: str
    laws: Laws
    fit: HazardFit
    past: Episodes
    asked: Episodes
    last: int


def backtest(
    flows: object,
    calibration: Calibration | None = None,
    split: str = "counterpart",
    seed: int = 1,
    *,
    definition: Definition | None = None,
    fail_under: float | None = None,
) -> Backtest:
    """Test a calibration, or one fitted on a part of the data, on another part.

    Parameters
    ----------
    flows
        As for :func:`multivector_sim.calibrate`.
    calibration
        Whose forecasts to judge; None fits one on each training part.
    split
        ``counterpart``, ``country`` or ``period``.
    seed
        Of draws and of the halves of countries.
    definition
        What counts as a rupture; the calibration's, or the default.
    fail_under
        The least coverage of a 90 % band that passes; None judges each number as :class:`Backtest` says.

    Returns
    -------
    Backtest
        Coverage, PIT, CRPS, counts, Brier scores, and whether all criteria are met.

    Raises
    ------
    UsageError
        If there is no such split, or a part has too few ruptures.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> from multivector_sim.evidence.made_up import make_panel
    >>> result = mv.backtest(make_panel(seed=3), split="counterpart")
    >>> sorted(result.coverage["level"])
    ['1', '10', '2', '5']
    """
    if split not in SPLITS:
        near = nearest(split, SPLITS)
        raise UsageError(f"no split by '{split}'; " + (f"did you mean '{near}'?" if near else f"{', '.join(SPLITS)}"))
    if fail_under is not None and not 0.0 < fail_under < 1.0:
        raise UsageError(f"fail_under must lie between 0 and 1, not {fail_under:g}")
    rule = definition or (calibration.definition if calibration is not None else Definition())
    panel = build_panel(flows)
    folds = [_fit(part, calibration, seed) for part in _PARTS[split](panel, rule, seed)]
    if not folds:
        raise UsageError(f"backtest: the data cannot be split by {split}; too few counterparts, countries or periods")
    rng = np.random.default_rng([seed, 0xBAC])
    paths = [simulate_paths(fold.laws, fold.past.definition, SAMPLE, seed) for fold in folds]
    numbers = _numbers(folds, paths, rng)
    counts, yearly, misses = _counts(folds, rng)
    events = tuple(_event(folds, within) for within in WITHIN)
    updates = _updates(folds, paths, np.random.default_rng([seed, 0x0BD]))
    criteria: tuple[Criterion, ...] = judge(numbers, updates, counts[-1], fail_under)
    return Backtest(
        split=split,
        given="" if calibration is None else (calibration.version or calibration.basis),
        source=str(getattr(flows, "title", "") or "a table of flows"),
        seed=seed,
        folds=tuple(fold.name for fold in folds),
        numbers=numbers,
        updates=updates,
        yearly_cover=yearly,
        kupiec=kupiec(misses, 1.0 - BAND),
        christoffersen=christoffersen(misses),
        counts=counts,
        events=events,
        criteria=criteria,
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """One part left out, before anything is fitted: its name, the panel known, and the ruptures in both."""

    name: str
    known: Panel
    past: Episodes
    asked: Episodes
    last: int


def _by_counterpart(panel: Panel, rule: Definition, _seed: int) -> list[_Part]:
    """Leave out the flows to one counterpart after the other."""
    parts = []
    for partner in panel.partners if len(panel.partners) > 1 else ():
        known = panel.only(partners=tuple(it for it in panel.partners if it != partner))
        past, asked = find_episodes(known, rule), find_episodes(panel.only(partners=(partner,)), rule)
        parts.append(_Part(f"to {partner}", known, past, asked, panel.last))
    return parts


def _by_country(panel: Panel, rule: Definition, seed: int) -> list[_Part]:
    """Leave out one half of the countries, then the other; totals of partners are those of all."""
    every = find_episodes(panel, rule)
    codes = np.array(panel.countries)
    half = np.random.default_rng([seed, 0x5917]).permutation(codes.size) < codes.size // 2
    parts = []
    for name, chosen in (("first half of countries", half), ("second half of countries", ~half)):
        asked, past = _members(every, codes[chosen]), _members(every, codes[~chosen])
        known = panel.only(countries=tuple(codes[~chosen].tolist()))
        parts.append(_Part(name, known, past, asked, panel.last))
    return parts


def _by_period(panel: Panel, rule: Definition, _seed: int) -> list[_Part]:
    """Fit on all years before each period, and ask about the period; nothing later is known."""
    every, parts = find_episodes(panel, rule), []
    starts = [start for start in rule.periods[1:] if start <= panel.last]
    for start, end in zip(starts, [*starts[1:], panel.last + 1], strict=True):
        before = panel.years < start
        known = Panel(
            panel.countries, panel.partners, panel.years[before], panel.values[..., before], panel.sides[..., before]
        )
        when, at_risk = every.table["year"].to_numpy(), every.risk["year"].to_numpy()
        asked = every.only((when >= start) & (when < end), (at_risk >= start) & (at_risk < end))
        parts.append(_Part(f"{start}-{end - 1}", known, find_episodes(known, rule), asked, start - 1))
    return parts


_PARTS = {"counterpart": _by_counterpart, "country": _by_country, "period": _by_period}


def _members(every: Episodes, codes: Iterable[str]) -> Episodes:
    """Return the ruptures and years at risk of some countries."""
    return every.only(every.table["country"].isin(codes).to_numpy(), every.risk["country"].isin(codes).to_numpy())


def _fit(part: _Part, calibration: Calibration | None, seed: int) -> _Fold:
    """Fit laws and hazard on what is known, or take those of the calibration given."""
    past = part.past
    if calibration is not None:
        return _Fold(part.name, calibration.laws, calibration.fit, past, part.asked, part.last)
    if len(past.table) < FEWEST:
        few = f"{len(past.table)} ruptures are too few to fit with '{part.name}' left out"
        raise UsageError(f"backtest: {few}; {FEWEST} or more are needed")
    drawn = make_resamples(past.risk["country"], FEWEST, seed)
    overall = rates(past.risk, np.zeros(len(past.risk), dtype=np.int64), ["all"], drawn)[0]
    fit = fit_hazard(past.risk, past.definition, part.last, overall)
    volatility = fit_volatility(calm_changes(part.known, past.definition, past.table))
    return _Fold(part.name, fit_laws(past, volatility, seed), fit, past, part.asked, part.last)


def _numbers(folds: list[_Fold], paths: list[Paths], rng: np.random.Generator) -> dict[str, Number]:
    """Score severity, losses and levels."""
    grid = (np.arange(SAMPLE) + 0.5) / SAMPLE
    longest = folds[0].past.definition.longest
    samples = {
        "severity": [fold.laws.severity.quantile(grid) for fold in folds],
        "first_year_loss": [1.0 - it.onward[:, 0] for it in paths],
        "five_year_loss": [1.0 - it.onward[:, :longest].mean(axis=1) for it in paths],
    } | {f"level {year}": [it.level[:, year] for it in paths] for year in LEVEL_YEARS}
    found = {}
    for name, drawn in samples.items():
        parts = [
            (it, _finite(known_of(fold.asked, name)), _finite(known_of(fold.past, name)))
            for it, fold in zip(drawn, folds, strict=True)
        ]
        if any(seen.size and past.size for _, seen, past in parts):
            found[name] = score_number(name, parts, rng)
    return found


def _finite(values: Floats) -> Floats:
    """Return the known values."""
    return np.asarray(values[np.isfinite(values)])


def _updates(folds: list[_Fold], paths: list[Paths], rng: np.random.Generator) -> tuple[Update, ...]:
    """Score the same numbers once a part of each rupture has been seen."""
    parts = [UpdateFold(drawn, fold.past, fold.asked) for drawn, fold in zip(paths, folds, strict=True)]
    found = [score_update(name, given, parts, rng) for name, given in UPDATES]
    return tuple(it for it in found if it is not None)


def _periods(fold: _Fold) -> list[str | None]:
    """Return for each row at risk the period whose hazard is taken: its own, or the last known before it."""
    rule, known = fold.past.definition, fold.fit.periods
    names = rule.period_names(fold.last)
    years = np.minimum(fold.asked.risk["year"].to_numpy(dtype=np.int64), fold.last)
    starts = {name.split("-")[0]: name for name in known}
    wanted = [names[place].split("-")[0] for place in period_of(years, rule)]
    return [starts.get(start, known[-1] if known else None) for start in wanted]


def _counts(folds: list[_Fold], rng: np.random.Generator) -> tuple[tuple[Count, ...], dict[str, float], Bools]:
    """Forecast how many ruptures there are, year by year and in all; the pooled count comes last."""
    found, ranks, pooled, observed = [], [], np.zeros(COUNT_DRAWS), 0
    for fold in folds:
        risk = fold.asked.risk
        drawn = fold.fit.draw_totals(risk["share"].to_numpy(dtype=np.float64), _periods(fold), COUNT_DRAWS, rng)
        cells = risk["year"].to_numpy(dtype=np.int64)
        years, places = np.unique(cells, return_inverse=True)
        sums = np.stack([drawn[:, places == number].sum(axis=1) for number in range(years.size)], axis=1)
        shape = fold.fit.yearly_shape
        common = rng.gamma(shape, 1.0 / shape, size=sums.shape) if np.isfinite(shape) else np.ones(sums.shape)
        counts = rng.poisson(sums * common)
        seen: Integers = np.bincount(places, risk["hit"].to_numpy(dtype=np.float64)).astype(np.int64)
        below, up_to = (counts < seen).mean(axis=0), (counts <= seen).mean(axis=0)
        ranks.append(below + rng.random(seen.size) * (up_to - below))
        total = counts.sum(axis=1)
        found.append(Count.of(fold.name, int(seen.sum()), total))
        pooled, observed = pooled + total, observed + int(seen.sum())
    every = np.concatenate(ranks)
    cover = {f"{band:g}": float(np.mean(np.abs(every - 0.5) <= 0.5 * band)) for band in (0.5, 0.8, BAND)}
    return (*found, Count.of("all", observed, pooled)), cover, np.abs(every - 0.5) > 0.5 * BAND


def _event(folds: list[_Fold], within: int) -> Event:
    """Score the probability that a flow at risk ruptures within so many years."""
    chances, happened, rates = [], [], []
    for fold in folds:
        risk = fold.asked.risk
        years = risk["year"].to_numpy(dtype=np.int64)
        known = years + within - 1 <= int(years.max())
        names, share = np.array([name or "" for name in _periods(fold)]), risk["share"].to_numpy(dtype=np.float64)
        hazard = np.empty(share.size)
        for name in np.unique(names):
            where = names == name
            hazard[where] = fold.fit.means(share[where], str(name) or None)
        hits = fold.asked.table[["country", "partner", "year"]].itertuples(index=False, name=None)
        struck = {(country, partner, int(year) - ahead) for country, partner, year in hits for ahead in range(within)}
        rows = zip(risk["country"], risk["partner"], years.tolist(), strict=True)
        chances.append(-np.expm1(-within * hazard[known]))
        happened.append(np.array([row in struck for row in rows], dtype=bool)[known])
        rate = float(fold.past.risk["hit"].mean())
        rates.append(np.full(int(known.sum()), -np.expm1(-within * rate)))
    return score_event(within, np.concatenate(chances), np.concatenate(happened), np.concatenate(rates))
