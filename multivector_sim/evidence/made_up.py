"""Synthetic panels of flows with known parameters.

Estimators are tried on panels made by the model itself: flows that drift and jump a little, and ruptures with a known
hazard by size, a known law of severity and scar, and a known correlation within a country. The numbers are
nobody's trade.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.evidence.annual_aggregation import MONTHS, Course, annual_delivered
from multivector_sim.evidence.severity import BetaLaw

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.typing import Floats

__all__ = ["Truth", "make_panel"]

BLOCK_YEARS = 5
GROWTH = 0.05
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Truth:
    """What a made-up panel is made of.

    Parameters
    ----------
    hazard, slope
        Ruptures a year of a flow of 1 % of the partner's imports, and the power of the size.
    severity, scar, course
        Of a rupture.
    correlation
        Of the ruptures of one country's flows within five years, a Gaussian copula.
    volatility, freedom
        Scale and degrees of freedom of the yearly changes of the log of every flow.
    spread
        Sd of the log of the size.
    """

    hazard: float = 0.012
    slope: float = -0.5
    severity: BetaLaw = field(default_factory=lambda: BetaLaw(0.75, 0.12, 0.5, 1.0))
    scar: BetaLaw = field(default_factory=lambda: BetaLaw(0.75, 0.25))
    course: Course = field(default_factory=lambda: Course(0.0, 18.0, 6.0))
    correlation: float = 0.3
    volatility: float = 0.06
    freedom: float = 5.0
    spread: float = 1.2


def make_panel(
    countries: int = 120,
    partners: tuple[str, ...] = ("AAA", "BBB"),
    years: tuple[int, int] = (1947, 2014),
    truth: Truth | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Return a made-up panel.

    Parameters
    ----------
    countries
        How many sell to each partner.
    partners
        Whose imports.
    years
        First and last.
    truth
        What it is made of.
    seed
        The same seed gives the same panel.

    Returns
    -------
    DataFrame
        A tidy table of exports: ``reporter, partner, year, flow, value, unit, side, product``.
    """
    import pandas as pd

    truth = Truth() if truth is None else truth
    rng = np.random.default_rng([seed, 0x3A9E])
    span = years[1] - years[0] + 1
    shape = (countries, len(partners), span)
    size = np.exp(truth.spread * rng.standard_normal(shape[:2]))
    size /= size.sum(axis=0)
    changes = truth.volatility * rng.standard_t(truth.freedom, size=shape)
    changes[..., 0] = 0.0
    total = np.exp(GROWTH * np.arange(span) + np.cumsum(0.05 * rng.standard_normal((len(partners), span)), axis=1))
    flows = 1e9 * size[..., None] * total * np.exp(np.cumsum(changes, axis=-1)) * _delivered(size, span, truth, rng)
    codes = [_code(number) for number in range(countries)]
    rows, columns, when = (index.ravel() for index in np.indices(shape))
    return pd.DataFrame(
        {
            "reporter": np.array(codes)[rows],
            "partner": np.array(partners)[columns],
            "year": when + years[0],
            "flow": "exports",
            "value": flows.ravel(),
            "unit": "USD",
            "side": "exporter",
            "product": "TOTAL",
        }
    )


def _delivered(size: Floats, span: int, truth: Truth, rng: np.random.Generator) -> Floats:
    """Return what ruptures leave of each flow; shape (country, partner, year)."""
    from scipy.special import ndtr

    rate = truth.hazard * (size / 0.01) ** truth.slope
    left = np.ones((*size.shape, span))
    for start in range(0, span, BLOCK_YEARS):
        common = rng.standard_normal((size.shape[0], 1))
        own = rng.standard_normal(size.shape)
        u = ndtr(np.sqrt(truth.correlation) * common + np.sqrt(1.0 - truth.correlation) * own)
        when = start + -np.log1p(-u) / rate
        numbers = rng.uniform(1e-6, 1.0 - 1e-6, size=(2, *size.shape))
        severity, scar = truth.severity.quantile(numbers[0]), truth.scar.quantile(numbers[1])
        struck = when < min(start + BLOCK_YEARS, span)
        left[struck] *= annual_delivered(MONTHS * when[struck], severity[struck], scar[struck], truth.course, span)
    return left


def _code(number: int) -> str:
    """Return a made-up code of three letters, none of them a country's: it begins with Q to Z."""
    first, rest = divmod(number, 676)
    return "X" + LETTERS[rest // 26] + LETTERS[rest % 26] if first == 0 else f"{LETTERS[first]}{number:05d}"
