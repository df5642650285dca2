"""The clustering of ruptures, as the correlation of a Gaussian copula.

Flows are put into groups within windows of five years: within a country (its partners) or within a partner (all
countries that sell to it). Flow i of a group ruptures in the window with probability ``p_i``, known from
the hazard. One common factor M joins them::

    P(rupture | M) = Phi((Phi^-1(p_i) + sqrt(rho) M) / sqrt(1 - rho))

which is what a scenario's ``copula: {loadings: {global: sqrt(rho)}}`` means. ``rho`` maximises the likelihood of the
ruptures seen, integrated over M by Gauss-Hermite quadrature. Its interval is by bootstrap over countries or, within
a partner, over blocks of years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from multivector_sim.evidence.resampling import interval
from multivector_sim.measure.intervals import Estimate

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from multivector_sim.evidence.resampling import Resamples
    from multivector_sim.typing import Bools, Floats, Integers

    Words: TypeAlias = NDArray[np.str_]

__all__ = ["WINDOW", "Windows", "correlations", "factor_correlation", "make_windows"]

WINDOW = 5
NODES = 24
HIGHEST = 0.95
TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Windows:
    """Chance and outcome of each flow in each window; a window begins in every year.

    Parameters
    ----------
    country, partner, start
        Shape (member,): whose flow, and the window's first year, in which it is at risk.
    chance
        Of a rupture within :data:`WINDOW` years.
    hit
        Whether there was one.
    """

    country: Words
    partner: Words
    start: Integers
    chance: Floats
    hit: Bools


def make_windows(risk: pd.DataFrame, hazard: Floats, hits: Bools) -> Windows:
    """Return each flow's chance and outcome in each window.

    Windows that begin in every year use every alignment with the calendar; they overlap, so that their likelihood is a
    composite one, and its intervals are by bootstrap.

    Parameters
    ----------
    risk
        A row for each flow and year at risk.
    hazard
        Shape (row,): expected ruptures in the year.
    hits
        Shape (row,): where a rupture counts.
    """
    pairs = risk[["country", "partner"]].astype(str)
    names, places = np.unique((pairs["country"] + "/" + pairs["partner"]).to_numpy(dtype=str), return_inverse=True)
    years = risk["year"].to_numpy(dtype=np.int64)
    first = int(years.min())
    span = int(years.max()) - first + 1
    at_risk = np.zeros((names.size, span), dtype=bool)
    rate, hit = np.zeros((names.size, span)), np.zeros((names.size, span + WINDOW - 1), dtype=bool)
    at_risk[places, years - first], rate[places, years - first] = True, hazard
    hit[places, years - first] = hits
    within: Bools = np.asarray(np.lib.stride_tricks.sliding_window_view(hit, WINDOW, axis=1).any(axis=-1))
    at_risk[:, max(0, span - WINDOW + 1) :] = False
    rows, columns = np.nonzero(at_risk)
    split = np.array([name.split("/") for name in names.tolist()], dtype=str).reshape(-1, 2)
    chance = -np.expm1(-WINDOW * rate[rows, columns])
    return Windows(split[rows, 0], split[rows, 1], columns + first, chance, within[rows, columns])


def correlations(risk: pd.DataFrame, hazard: Floats, lone: Bools, drawn: Resamples, seed: int) -> dict[str, Estimate]:
    """Return the correlations within a country, of all and of lone ruptures, and within a partner.

    Parameters
    ----------
    risk
        A row for each flow and year at risk.
    hazard
        Shape (row,): expected ruptures in the year.
    lone
        Shape (row,): where the rupture was a lone one.
    drawn
        How many resamples, and the level of the intervals.
    seed
        Of the bootstrap.
    """
    hits = risk["hit"].to_numpy(dtype=bool)
    every = make_windows(risk, hazard * (hits.sum() / hazard.sum()), hits)
    found = {"within_country": _within(every, every.country, every.country, drawn, seed)}
    alone = make_windows(risk, hazard * (lone.sum() / hazard.sum()), lone)
    found["within_country_lone"] = _within(alone, alone.country, alone.country, drawn, seed)
    blocks = np.char.add(every.partner, (every.start // WINDOW).astype(str))
    found["within_partner"] = _within(every, every.partner, blocks, drawn, seed)
    return found


def _within(windows: Windows, by: Words, clusters: Words, drawn: Resamples, seed: int) -> Estimate:
    """Return the correlation within groups of one name and window."""
    keys, groups = np.unique(np.char.add(np.char.add(by, "/"), windows.start.astype(str)), return_inverse=True)
    if keys.size == by.size:
        return Estimate(np.nan, np.nan, np.nan)
    # A flow alone in its group says nothing about a correlation.
    together = np.bincount(groups)[groups] > 1
    _, groups = np.unique(groups[together], return_inverse=True)
    owner = np.empty(int(groups.max()) + 1, dtype=clusters.dtype)
    owner[groups] = clusters[together]
    return factor_correlation(groups, windows.chance[together], windows.hit[together], owner, drawn, seed)


def factor_correlation(
    groups: Integers, chance: Floats, hit: Bools, clusters: Words, drawn: Resamples, seed: int
) -> Estimate:
    """Return the correlation of one common factor in each group, with its interval.

    Parameters
    ----------
    groups
        Shape (member,): the group of each flow and window.
    chance, hit
        Shape (member,): the probability of a rupture and whether there was one.
    clusters
        Shape (group,): what is resampled together.
    drawn
        How many resamples, and the level of the intervals.
    seed
        Of the bootstrap.

    Returns
    -------
    Estimate
        Between 0 and 0.95.
    """
    tables = _Likelihood(groups, chance, hit)
    ones = np.ones(tables.groups)
    value = tables.maximise(ones)
    rng = np.random.default_rng([seed, 0xC0B])
    names, places = np.unique(clusters, return_inverse=True)
    counts = rng.multinomial(names.size, np.full(names.size, 1.0 / names.size), size=len(drawn.weights))
    return interval(
        value, np.array([tables.maximise(row[places].astype(np.float64)) for row in counts]), 1.0, drawn.level
    )


class _Likelihood:
    """The log likelihood of every group over a grid of correlations, and its maximum for any weights."""

    def __init__(self, groups: Integers, chance: Floats, hit: Bools) -> None:
        from scipy.special import ndtr, ndtri

        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        weights = weights / weights.sum()
        _, places = np.unique(groups, return_inverse=True)
        self.groups = int(places.max()) + 1 if places.size else 0
        limit = ndtri(np.clip(chance, TINY, 1.0 - TINY))
        self.grid = np.linspace(0.0, HIGHEST, 20)
        self.table = np.empty((self.grid.size, self.groups))
        for number, rho in enumerate(self.grid):
            inner = ndtr((limit[:, None] + np.sqrt(rho) * nodes) / np.sqrt(1.0 - rho))
            logs = np.log(np.clip(np.where(hit[:, None], inner, 1.0 - inner), TINY, 1.0))
            summed = np.zeros((self.groups, NODES))
            np.add.at(summed, places, logs)
            self.table[number] = np.log(np.maximum(np.exp(summed) @ weights, np.finfo(np.float64).tiny))

    def maximise(self, weights: Floats) -> float:
        """Return the correlation at the maximum, from a parabola through the best of the grid and its neighbours."""
        curve = self.table @ weights
        best = int(np.argmax(curve))
        if best in (0, curve.size - 1):
            return float(self.grid[best])
        below, here, above = curve[best - 1 : best + 2]
        bend = below - 2.0 * here + above
        shift = 0.5 * (below - above) / bend if bend < 0.0 else 0.0
        return float(self.grid[best] + shift * (self.grid[1] - self.grid[0]))
