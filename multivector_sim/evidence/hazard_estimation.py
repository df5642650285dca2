"""The hazard of ruptures: rates by class, and a Poisson regression on size, period and counterpart.

With ``lambda`` the ruptures a year of a flow at risk and ``s`` its share of the partner's imports::

    log lambda = a + b log(s / 1 %) + period + counterpart

Effects of period and counterpart sum to zero, so that ``a`` stands for their mean. The covariance of the coefficients
is robust to any dependence within a country (sandwich estimator, clustered by country). Two counterparts cannot show
how much the hazard of another one differs; that frailty is an *assumption*, a gamma of mean 1 and shape 20 (sd 22 %),
and widens every prediction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.evidence.resampling import Resamples, interval
from multivector_sim.measure.intervals import Estimate
from multivector_sim.scenario.mistakes import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from multivector_sim.evidence.rupture_definition import Definition
    from multivector_sim.typing import Floats, Integers

__all__ = ["FRAILTY_SHAPE", "HazardFit", "Rate", "fit_hazard", "period_of", "rates", "size_of"]

FRAILTY_SHAPE = 20.0
"""The shape of the assumed gamma frailty of a counterpart."""

ONE_PERCENT = 0.01
NORMAL_975 = 1.959963984540054
SLOPE = 1
MOST_IRLS = 50


@dataclass(frozen=True)
class Rate:
    """Ruptures a year of a class of flows."""

    name: str
    hazard: Estimate
    ruptures: int
    years: int

    def document(self, key: str) -> dict[str, Any]:
        """Return it as plain data, its name under the key."""
        return {key: self.name, **self.hazard._asdict(), "ruptures": self.ruptures, "years_at_risk": self.years}


@dataclass(frozen=True, eq=False)
class HazardFit:
    """The regression: coefficients and their covariance.

    Parameters
    ----------
    periods, partners
        Labels, in the order of their effects; the last effect of each is minus the sum of the others.
    coefficients
        Intercept, slope, then the free effects of periods and of partners.
    covariance
        Shape (coefficient, coefficient).
    overall
        The hazard over all flows at risk.
    yearly_shape
        The gamma shape of the variation from year to year that is common to a partner's flows; infinite where the data
        show none.
    """

    periods: tuple[str, ...]
    partners: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    overall: Estimate
    yearly_shape: float

    @cached_property
    def slope(self) -> Estimate:
        """By how much the log hazard moves with the log size."""
        value, sd = float(self.coefficients[SLOPE]), sqrt(float(self.covariance[SLOPE, SLOPE]))
        return Estimate(value, value - NORMAL_975 * sd, value + NORMAL_975 * sd)

    def row(self, share: Floats, period: str | None = None) -> Floats:
        """Return the design for flows of some sizes, at the mean counterpart; shape (flow, coefficient).

        Raises
        ------
        UsageError
            If there is no such period, or a share is not between 0 and 1.
        """
        sizes = np.atleast_1d(np.asarray(share, dtype=np.float64))
        if not bool(((sizes > 0.0) & (sizes <= 1.0)).all()):
            raise UsageError(f"share must lie between 0 and 1, not {float(sizes.min()):g}")
        if period is not None and period not in self.periods:
            near = nearest(period, self.periods)
            hint = f"did you mean '{near}'?" if near else f"there are {', '.join(self.periods)}"
            raise UsageError(f"no period called '{period}'; {hint}")
        effects = np.zeros((sizes.size, self.coefficients.size))
        effects[:, 0], effects[:, SLOPE] = 1.0, np.log(sizes / ONE_PERCENT)
        free = len(self.periods) - 1
        if period is not None and free:
            effects[:, 2 : 2 + free] = _contrast(np.array([self.periods.index(period)]), len(self.periods))
        return effects

    def means(self, share: Floats, period: str | None = None) -> Floats:
        """Return ruptures a year for flows of some sizes; shape (flow,)."""
        return np.asarray(np.exp(self.row(share, period) @ self.coefficients))

    def predict(self, share: float, period: str | None = None, *, new_partner: bool = True) -> Estimate:
        """Return ruptures a year with a 95 % interval.

        Parameters
        ----------
        share
            The flow's share of the partner's imports, in (0, 1].
        period
            One of the periods; None stands for their (geometric) mean.
        new_partner
            Whether the interval includes the assumed frailty of a counterpart that was not in the data.
        """
        from scipy.special import polygamma

        row = self.row(np.array([share]), period)[0]
        variance = float(row @ self.covariance @ row)
        if new_partner:
            variance += float(polygamma(1, FRAILTY_SHAPE))
        value, reach = exp(float(row @ self.coefficients)), NORMAL_975 * sqrt(variance)
        return Estimate(value, value * exp(-reach), value * exp(reach))

    def draw_totals(self, share: Floats, period: Sequence[str | None], count: int, rng: np.random.Generator) -> Floats:
        """Draw expected ruptures of each flow and year: coefficients and one frailty a draw; shape (draw, flow)."""
        names = np.array([name or "" for name in period])
        design = np.empty((share.size, self.coefficients.size))
        for name in np.unique(names):
            where = names == name
            design[where] = self.row(share[where], str(name) or None)
        drawn = rng.multivariate_normal(self.coefficients, self.covariance, size=count)
        frailty = rng.gamma(FRAILTY_SHAPE, 1.0 / FRAILTY_SHAPE, size=(count, 1))
        return np.asarray(np.exp(drawn @ design.T) * frailty)

    def document(self) -> dict[str, Any]:
        """Return the fit as plain data."""
        return {
            "overall": self.overall.value,
            "periods": list(self.periods),
            "partners": list(self.partners),
            "coefficients": self.coefficients.tolist(),
            "covariance": self.covariance.tolist(),
            "slope": self.slope._asdict(),
            "yearly_shape": self.yearly_shape if np.isfinite(self.yearly_shape) else None,
            "frailty_shape": FRAILTY_SHAPE,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any], overall: Estimate) -> HazardFit:
        """Return the fit that :meth:`document` described.

        Where the overall hazard stands at another value than the fit's, all hazards are scaled to it.
        """
        shape = document["yearly_shape"]
        coefficients = np.array(document["coefficients"], dtype=np.float64)
        coefficients[0] += log(overall.value / document["overall"])
        return cls(
            tuple(document["periods"]),
            tuple(document["partners"]),
            coefficients,
            np.array(document["covariance"], dtype=np.float64),
            overall,
            np.inf if shape is None else float(shape),
        )


def period_of(years: object, definition: Definition) -> Integers:
    """Return the place of each year's period; years before the first count as the first."""
    places = np.searchsorted(np.array(definition.periods), np.asarray(years), side="right") - 1
    return np.maximum(places, 0)


def size_of(shares: object, definition: Definition) -> Integers:
    """Return the place of each size class; smaller flows count as the smallest."""
    places = np.searchsorted(np.array(definition.sizes), np.asarray(shares, dtype=np.float64), side="right") - 1
    return np.maximum(places, 0)


def rates(risk: pd.DataFrame, places: Integers, names: Sequence[str], resamples: Resamples) -> tuple[Rate, ...]:
    """Return the hazard of each class of flows.

    Parameters
    ----------
    risk
        A row for each flow and year at risk.
    places
        The class of each row.
    names
        The classes' names.
    resamples
        Of the countries.
    """
    member = places[:, None] == np.arange(len(names))
    hits = risk["hit"].to_numpy(dtype=np.float64)[:, None] * member
    sums = resamples.sums(risk["country"], np.hstack([hits, member.astype(np.float64)]))
    found = []
    for number, name in enumerate(names):
        ruptures, years = int(hits[:, number].sum()), int(member[:, number].sum())
        if years:
            hazard = interval(ruptures / years, sums[:, number], sums[:, len(names) + number], resamples.level)
            found.append(Rate(name, hazard, ruptures, years))
    return tuple(found)


def fit_hazard(risk: pd.DataFrame, definition: Definition, last: int, overall: Rate) -> HazardFit:
    """Fit the Poisson regression.

    Parameters
    ----------
    risk
        A row for each flow and year at risk.
    definition
        Its periods.
    last
        The last year of the data, for the label of the last period.
    overall
        The hazard over all flows.

    Raises
    ------
    UsageError
        If statsmodels is not installed.
    """
    period = period_of(risk["year"], definition)
    names = definition.period_names(last)
    kept = np.unique(period)
    periods = tuple(names[place] for place in kept)
    partners, partner = np.unique(risk["partner"].to_numpy(dtype=str), return_inverse=True)
    design = np.column_stack(
        [
            np.ones(len(risk)),
            np.log(risk["share"].to_numpy(dtype=np.float64) / ONE_PERCENT),
            _contrast(np.searchsorted(kept, period), kept.size),
            _contrast(partner, partners.size),
        ]
    )
    hits = risk["hit"].to_numpy(dtype=np.float64)
    fitted, covariance = _poisson(hits, design, risk["country"].to_numpy(dtype=str))
    expected = np.exp(design @ fitted)
    shape = _yearly_shape(hits, expected, partner * 10_000 + risk["year"].to_numpy(dtype=np.int64))
    return HazardFit(periods, tuple(partners.tolist()), fitted, covariance, overall.hazard, shape)


def _contrast(places: Integers, count: int) -> Floats:
    """Return sum-to-zero contrasts; shape (row, count - 1)."""
    free = np.eye(count)[:, : count - 1]
    free[count - 1] = -1.0
    return np.asarray(free[places])


def _poisson(hits: Floats, design: Floats, countries: Any) -> tuple[Floats, Floats]:  # noqa: ANN401 - an array of texts
    """Return the coefficients of a Poisson regression and their covariance, clustered by country."""
    try:
        import statsmodels.api as sm
    except ImportError as error:
        raise UsageError("calibrate needs statsmodels; pip install 'multivector-sim[evidence]'") from error
    groups = np.unique(countries, return_inverse=True)[1]
    model = sm.GLM(hits, design, family=sm.families.Poisson())
    fitted = model.fit(maxiter=MOST_IRLS, cov_type="cluster", cov_kwds={"groups": groups})
    return np.asarray(fitted.params, dtype=np.float64), np.asarray(fitted.cov_params(), dtype=np.float64)


def _yearly_shape(hits: Floats, expected: Floats, cells: Integers) -> float:
    """Return the gamma shape of a partner's common variation from year to year, by the method of moments."""
    _, places = np.unique(cells, return_inverse=True)
    seen, mean = np.bincount(places, hits), np.bincount(places, expected)
    extra = float((((seen - mean) ** 2) - mean).sum() / (mean**2).sum())
    return 1.0 / extra if extra > 0.0 else float("inf")
