"""Intervals by bootstrap over countries.

Years of one country are not independent: a war or a price of oil breaks several flows at once and again. So whole
countries are drawn with replacement, each with all its flows and years (cluster bootstrap; Cameron, Gelbach and Miller
2008), and every estimate is computed from the same resamples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.measure.intervals import Estimate

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["LEVEL", "Resamples", "interval", "make_resamples"]

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Resamples:
    """How often each country stands in each resample.

    Parameters
    ----------
    countries
        Codes, sorted.
    weights
        Shape (resample, country), whole numbers; each row sums to the number of countries.
    level
        Of the intervals.
    """

    countries: tuple[str, ...]
    weights: Floats
    level: float = LEVEL

    def of(self, codes: object) -> Floats:
        """Return the weight of rows of the named countries; shape (resample, row)."""
        return np.asarray(self.weights[:, np.searchsorted(np.array(self.countries), np.asarray(codes, dtype=str))])

    def sums(self, codes: object, values: Floats) -> Floats:
        """Return sums of values in each resample; shape (resample, column).

        Parameters
        ----------
        codes
            The country of each row.
        values
            Shape (row,) or (row, column).
        """
        table = np.asarray(values, dtype=np.float64)
        table = table[:, None] if table.ndim == 1 else table
        places = np.searchsorted(np.array(self.countries), np.asarray(codes, dtype=str))
        summed = np.zeros((len(self.countries), table.shape[1]))
        np.add.at(summed, places, table)
        return np.asarray(self.weights @ summed)

    def mean(self, codes: object, values: Floats) -> Estimate:
        """Return the mean of values with its interval; NaN values are left out."""
        known = np.isfinite(values)
        kept, named = values[known], np.asarray(codes, dtype=str)[known]
        if not kept.size:
            return Estimate(np.nan, np.nan, np.nan)
        sums = self.sums(named, np.column_stack([kept, np.ones(kept.size)]))
        return interval(float(kept.mean()), sums[:, 0], sums[:, 1], self.level)


def make_resamples(countries: object, count: int, seed: int, level: float = LEVEL) -> Resamples:
    """Draw resamples of countries.

    Parameters
    ----------
    countries
        Codes, in any order, also several times.
    count
        How many resamples.
    seed
        The same seed gives the same resamples, whatever the order of the rows.
    level
        Of the intervals.
    """
    codes = np.unique(np.asarray(countries, dtype=str))
    rng = np.random.default_rng([seed, 0xB007])
    weights = rng.multinomial(codes.size, np.full(codes.size, 1.0 / codes.size), size=count)
    return Resamples(tuple(codes.tolist()), weights.astype(np.float64), level)


def interval(value: float, above: Floats, below: Floats | float = 1.0, level: float = LEVEL) -> Estimate:
    """Return a value with the percentiles of its resamples, ratios of two sums; the value itself is always inside."""
    below = np.broadcast_to(np.asarray(below, dtype=np.float64), above.shape)
    ratios = above[below > 0.0] / below[below > 0.0]
    ratios = ratios[np.isfinite(ratios)]
    if not ratios.size:
        return Estimate(value, np.nan, np.nan)
    low, high = np.quantile(ratios, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Estimate(value, min(float(low), value), max(float(high), value))
