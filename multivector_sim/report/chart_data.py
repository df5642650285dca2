"""The data of the charts, which the page and matplotlib share.

A fan holds the quantiles of what is delivered in each month. An exceedance curve says for each loss how probable a
greater one is, between pointwise 95 % limits; where only a few different losses occur it is one of steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.observed import Observed
    from multivector_sim.typing import Floats

__all__ = ["LEVELS", "Exceedance", "Fan", "chosen_column", "exceedance_of", "fans"]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles of a fan: nine tenths of the draws, half of them, and the median."""

MOST_PATHS = 4096
MOST_STEPS = 100


class Fan(NamedTuple):
    """What is delivered in each month: ``quantiles`` (level, month), over baseline, of ``draws`` draws.

    ``observed`` has what really happened to the same flow, where the scenario says so.
    """

    column: str
    quantiles: Floats
    draws: int
    observed: tuple[Observed, ...] = ()

    @property
    def months(self) -> Floats:
        """The middle of each month, in months from the start; a month's figure is its mean."""
        return np.arange(self.quantiles.shape[1], dtype=np.float64) + 0.5


class Exceedance(NamedTuple):
    """For rising ``loss`` (share of baseline) the probability of a greater one, and its limits."""

    column: str
    loss: Floats
    probability: Floats
    low: Floats
    high: Floats


def chosen_column(result: Result, column: str | None = None) -> str:
    """Take a column if it exists; by default trade, else what there is."""
    if column is None:
        return next(it for it in (*AGGREGATES, *result.columns) if it in result.columns)
    if column not in result.columns:
        raise UsageError(f"no column called '{column}'; there are {', '.join(result.columns)}")
    return column


def fans(result: Result, columns: Sequence[str], draws: int | None = None) -> list[Fan]:
    """Follow draws month by month and take their quantiles."""
    followed = min(MOST_PATHS, result.draws) if draws is None else draws
    paths = result.paths(followed)
    places = [result.columns.index(column) for column in columns]
    quantiles = np.quantile(paths[:, :, places], LEVELS, axis=0)
    series = result.scenario.observed.values()
    return [
        Fan(column, quantiles[:, :, number], followed, tuple(it for it in series if it.channel == column))
        for number, column in enumerate(columns)
    ]


def exceedance_of(result: Result, column: str) -> Exceedance:
    """Make the loss-exceedance curve of a column.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> curve = exceedance_of(mv.simulate(mv.load("one-or-many"), draws=2048, seed=1), "trade")
    >>> bool((curve.low <= curve.probability).all() and (curve.probability <= curve.high).all())
    True
    """
    sample = result.column(column)
    curve = sample.curve()
    if np.unique(sample.loss_share).size > MOST_STEPS:
        return Exceedance(column, curve.loss, curve.probability, curve.low, curve.high)
    loss = np.repeat(curve.loss, 2)
    return Exceedance(column, loss, *(_stairs(side) for side in (curve.probability, curve.low, curve.high)))


def _stairs(probabilities: Floats) -> Floats:
    """Make the corners of steps: certain up to the first loss, then level up to the next one.

    Examples
    --------
    >>> _stairs(np.array([0.5, 0.0])).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    return np.stack([np.concatenate([[1.0], probabilities[:-1]]), probabilities], axis=1).ravel()
