"""The course after the trough, by levels and not by first passages.

A flow that *touches* half of its base again within five years often *is* not above half in the tenth year, so times of
first passage flatter the recovery. Fitted are the mean delivered shares, year by year, capped at the base: what is sold
beyond the base is growth and no recovery.

The model's course (ramp, duration, half-life, scar) is fitted so that its annual means run through those levels. Two
things are apart on purpose: the **scar**, the part of the loss at the trough that is still missing in the years three
to ten, is a law, since some come back and most do not; and **ordinary volatility**, a t law of the changes of flows
that did not rupture, which is no part of the model and is laid over it only when it is held against data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.evidence.annual_aggregation import MONTHS, STARTS, Course, annual_delivered, observe
from multivector_sim.evidence.episodes import HORIZON
from multivector_sim.evidence.severity import BetaLaw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.evidence.annual_aggregation import Paths
    from multivector_sim.evidence.episodes import Episodes
    from multivector_sim.evidence.rupture_definition import Definition
    from multivector_sim.typing import Floats

__all__ = ["Laws", "Volatility", "fit_laws", "fit_volatility", "scars", "simulate_paths"]

PLATEAU = slice(3, HORIZON + 1)
RAMPS = (0.0, 12.0, 24.0, 36.0, 48.0)
DURATIONS = (0.0, 6.0, 12.0, 24.0, 36.0, 48.0)
HALF_LIVES = (0.0, 3.0, 6.0, 12.0, 24.0)
FITTED_WITH = 2000
DECILES = np.linspace(0.1, 0.9, 9)
BAND = 0.9
FACTORS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
FEWEST_CHANGES = 50
MOST_CHANGES = 2000
WIDEST = 4.0


@dataclass(frozen=True)
class Volatility:
    """A t law of the change of the log of a calm flow over k years.

    The scale grows as a power of the years; degrees of freedom and drift move straight between the first and
    the last.

    Parameters
    ----------
    scale, growth
        The scale over one year, and the power.
    freedom, drift
        Over one year and over :data:`HORIZON` years.
    factor
        How many times the calm scale a flow moves after its rupture: the one by which 90 % bands come nearest to
        holding 90 % of the levels that it was fitted to.
    """

    scale: float
    growth: float
    freedom: tuple[float, float]
    drift: tuple[float, float]
    factor: float = 1.0

    def changes(self, numbers: Floats) -> Floats:
        """Return changes of the log over 0, 1, ... years; shape (path, year).

        Parameters
        ----------
        numbers
            Shape (path,), uniform: one moves a whole path.
        """
        from scipy.stats import t

        years = np.arange(HORIZON + 1)
        weight = np.clip((years - 1.0) / (HORIZON - 1.0), 0.0, 1.0)
        freedom = self.freedom[0] + weight * (self.freedom[1] - self.freedom[0])
        drift = self.drift[0] + weight * (self.drift[1] - self.drift[0])
        drawn = t.ppf(numbers[:, None], freedom) * self.factor * self.scale * years**self.growth + drift * (years > 0)
        return np.asarray(np.clip(drawn, -WIDEST, WIDEST))

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "scale": self.scale,
            "growth": self.growth,
            "freedom": list(self.freedom),
            "drift": list(self.drift),
            "factor_after_rupture": self.factor,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Volatility:
        """Return the law that :meth:`document` described."""
        freedom, drift = document["freedom"], document["drift"]
        ends = ((freedom[0], freedom[1]), (drift[0], drift[1]))
        return cls(document["scale"], document["growth"], *ends, document["factor_after_rupture"])


@dataclass(frozen=True)
class Laws:
    """What a rupture of the model is like.

    Parameters
    ----------
    severity
        The law of the loss at the trough.
    scar
        The law of the part of it that stays.
    course
        Longest ramp, longest duration, and half-life; ramp and duration are uniform from 0 to the longest.
    volatility
        Ordinary changes; None lays none over the model.
    """

    severity: BetaLaw
    scar: BetaLaw
    course: Course
    volatility: Volatility | None


def scars(episodes: Episodes) -> Floats:
    """Return for each rupture the part of the loss at the trough that is missing in years 3 to 10; NaN if unknown."""
    known = np.isfinite(episodes.level[:, PLATEAU])
    count = known.sum(axis=1)
    later = np.where(known, episodes.level[:, PLATEAU], 0.0).sum(axis=1)
    mean = np.divide(later, count, out=np.full(count.size, np.nan), where=count > 0)
    return np.asarray(np.clip((1.0 - mean) / episodes.table["severity"].to_numpy(dtype=np.float64), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Ruptures drawn from laws, before their course: onsets, ramps and durations are uniform numbers."""

    onset: Floats
    severity: Floats
    scar: Floats
    ramp: Floats
    duration: Floats
    changes: Floats | None

    def observe(self, course: Course, definition: Definition) -> Paths:
        """Return what annual data would show of them on a course."""
        years = HORIZON + definition.trough_years + STARTS
        own = Course(course.ramp_months * self.ramp, course.duration_months * self.duration, course.half_life_months)
        delivered = annual_delivered(MONTHS * self.onset, self.severity, self.scar, own, years)
        return observe(delivered, definition.threshold, definition.trough_years, HORIZON, self.changes)


def simulate_paths(laws: Laws, definition: Definition, count: int, seed: int) -> Paths:
    """Return what annual data would show of the model's ruptures, with ordinary volatility after the trough.

    Parameters
    ----------
    laws
        What a rupture is like.
    definition
        What annual data call a rupture.
    count
        How many ruptures.
    seed
        The same seed gives the same uniform numbers, whatever the laws.
    """
    return _draw(laws.severity, laws.scar, laws.volatility, count, seed).observe(laws.course, definition)


def _draw(severity: BetaLaw, scar: BetaLaw, volatility: Volatility | None, count: int, seed: int) -> _Drawn:
    """Draw ruptures with scrambled Sobol numbers."""
    from scipy.stats.qmc import Sobol

    numbers = Sobol(6, rng=np.random.default_rng([seed, 0x9A7]))
    u = np.clip(numbers.random_base2(int(np.ceil(np.log2(count)))), 1e-9, 1.0 - 1e-9)
    changes = None if volatility is None else volatility.changes(u[:, 4])
    return _Drawn(u[:, 0], severity.quantile(u[:, 1]), scar.quantile(u[:, 2]), u[:, 3], u[:, 5], changes)


def fit_laws(episodes: Episodes, volatility: Volatility | None, seed: int) -> Laws:
    """Fit severity, scar and course to ruptures.

    Parameters
    ----------
    episodes
        At least three ruptures.
    volatility
        Laid over the model while its course is fitted.
    seed
        Of the simulated ruptures.

    Returns
    -------
    Laws
        The course is the best of a grid by the squared distance from the mean delivered shares, counted from the onset
        and from the trough, and from the deciles of the first year's.
    """
    rule = episodes.definition
    severity = BetaLaw.fit(episodes.table["severity"].to_numpy(dtype=np.float64), 1.0 - rule.threshold)
    known = scars(episodes)
    scar = BetaLaw.fit(known[np.isfinite(known)])
    seen = _moments(episodes.onward, episodes.level)
    drawn = _draw(severity, scar, volatility, FITTED_WITH, seed)
    best, least = Course(0.0, 12.0, 0.0), np.inf
    for ramp, duration, half in product(RAMPS, DURATIONS, HALF_LIVES):
        course = Course(ramp, duration, half)
        paths = drawn.observe(course, rule)
        if not paths.severity.size:
            continue
        error = float(((_moments(paths.onward, paths.level) - seen) ** 2).sum())
        if error < least:
            best, least = course, error
    if volatility is None:
        return Laws(severity, scar, best, None)
    options = [Laws(severity, scar, best, replace(volatility, factor=factor)) for factor in FACTORS]
    gaps = [_coverage_gap(simulate_paths(laws, rule, FITTED_WITH, seed), episodes.level) for laws in options]
    return options[int(np.argmin(gaps))]


def _coverage_gap(paths: Paths, level: Floats) -> float:
    """Return by how much 90 % bands miss 90 % of the delivered shares after the trough, mean over the years."""
    gaps = []
    for year in range(1, HORIZON + 1):
        seen = level[np.isfinite(level[:, year]), year]
        low, high = np.quantile(paths.level[:, year], [0.05, 0.95])
        if seen.size:
            gaps.append(abs(float(np.mean((seen >= low) & (seen <= high))) - BAND))
    return float(np.mean(gaps))


def _moments(onward: Floats, level: Floats) -> Floats:
    """Return mean delivered shares from the onset and from the trough, and the deciles of the first year's."""
    return np.concatenate(
        [np.nanmean(onward, axis=0), np.nanmean(level, axis=0), np.nanquantile(onward[:, 0], DECILES)]
    )


def fit_volatility(changes: Mapping[int, Floats]) -> Volatility | None:
    """Fit t laws to the changes of calm flows.

    Parameters
    ----------
    changes
        Changes of the log over 1 and over :data:`HORIZON` years, from flows that did not rupture on the way.

    Returns
    -------
    Volatility or None
        None where there are too few.
    """
    from scipy.stats import t

    first, last = changes[1], changes[HORIZON]
    if min(first.size, last.size) < FEWEST_CHANGES:
        return None
    fits = [t.fit(values[:: max(1, values.size // MOST_CHANGES)]) for values in (first, last)]
    (freedom, drift, scale), (freedom_last, drift_last, scale_last) = ([float(it) for it in fit] for fit in fits)
    growth = float(np.log(scale_last / scale) / np.log(HORIZON))
    return Volatility(scale, max(growth, 0.0), (freedom, freedom_last), (drift, drift_last))
