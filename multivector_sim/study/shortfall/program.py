"""What is asked: shares of a flow with the least expected shortfall for a required value.

A mix is a row of shares ``w``, one for each asset (a partner in a channel). In each of N equally likely draws a unit
with asset j loses ``L[i, j]``, and the mix loses ``L w``. With today's mix ``s`` and the gains ``u = max(0, w - s)``::

    minimise    ES(L w)
    such that   v w - c u >= required          expected value, less what moving costs
                sum u <= budget                how much may move
                low <= w <= high
                low[r] <= a[r] w <= high[r]    named rows: totals, partners, blocs, corridors

ES is convex and piecewise linear in ``w`` (Rockafellar and Uryasev 2000), so this is a linear program; it is only
large, with a row for each draw. :mod:`~multivector_sim.study.shortfall.planes` solves it without those rows,
:mod:`~multivector_sim.study.shortfall.plain` with them.

**A limit on change.** Where at most ``d`` may move in a year, ``k`` years of it reach exactly the mixes with
``sum u <= k d``: the straight way there takes equal steps, and as the constraints are convex every mix on the way
meets them if both ends do; and no way is shorter than the straight one (triangle inequality). So a path of years
costs one row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.ranks import check_level

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["Program", "Row", "portfolio"]


class Row(NamedTuple):
    """A linear constraint with a name: ``low <= weights w <= high``."""

    name: str
    weights: Floats
    low: float = -inf
    high: float = inf


@dataclass(frozen=True)
class Program:
    """Scenarios, values and constraints.

    Parameters
    ----------
    losses
        Shape (draw, asset): what a unit with each asset loses, positive when something is missing.
    values
        Shape (asset,): the expected value of a unit.
    level
        Of the expected shortfall, between 0 and 1.
    low, high
        Shape (asset,): bounds of each share.
    rows
        The other constraints.
    start
        Shape (asset,): today's shares.
    cost
        Shape (asset,): what a unit gained costs, 0 or more, in the unit of the values.
    budget
        How much may move: the greatest sum of gains.

    Raises
    ------
    UsageError
        If shapes do not fit, a number is NaN, or a cost is below 0.
    """

    losses: Floats
    values: Floats
    level: float
    low: Floats
    high: Floats
    rows: tuple[Row, ...]
    start: Floats
    cost: Floats
    budget: float = inf

    def __post_init__(self) -> None:
        """Refuse what is no program."""
        check_level(self.level)
        if self.losses.ndim != 2 or 0 in self.losses.shape:  # noqa: PLR2004  draws and assets
            raise UsageError("losses: give one row for each draw and one column for each asset")
        shape = self.losses.shape[1:]
        rows = [row.weights for row in self.rows]
        for name, array in (("values", self.values), ("start", self.start), ("cost", self.cost)):
            if array.shape != shape or not np.isfinite(array).all():
                raise UsageError(f"{name}: give one number for each of {shape[0]} assets")
        if any(array.shape != shape or np.isnan(array).any() for array in (self.low, self.high, *rows)):
            raise UsageError(f"bounds and rows: give one number for each of {shape[0]} assets")
        if not np.isfinite(self.losses).all():
            raise UsageError("losses: NaN and infinity are not losses")
        if self.cost.min() < 0.0 or not self.budget >= 0.0:
            raise UsageError("cost and budget: give numbers of 0 or more")

    @property
    def assets(self) -> int:
        """How many assets there are."""
        return int(self.losses.shape[1])

    @property
    def moves(self) -> bool:
        """Whether moving costs anything or is limited, so that gains must be counted."""
        return bool(self.cost.any()) or self.budget < inf

    def gains(self, shares: Floats) -> Floats:
        """Give what each asset gains on today's mix, shape (asset,)."""
        return np.maximum(shares - self.start, 0.0)

    def moved(self, shares: Floats) -> float:
        """Give how much has moved: the sum of gains."""
        return float(self.gains(shares).sum())

    def value(self, shares: Floats) -> float:
        """Give the expected value of a mix, less what moving to it costs."""
        return float(self.values @ shares - self.cost @ self.gains(shares))

    def resampled(self, draws: Floats, values: Floats) -> Program:
        """Give the same with other scenarios, shape (draw, asset), and the values that follow from them."""
        return replace(self, losses=draws, values=values)


def portfolio(losses: Floats, values: Floats, level: float = 0.95) -> Program:
    """Make the textbook program: shares from 0 to 1 that sum to 1, nothing else.

    Parameters
    ----------
    losses, values, level
        As in :class:`Program`.

    Returns
    -------
    Program
        With equal shares as today's mix.

    Examples
    --------
    >>> program = portfolio(np.eye(4), np.zeros(4), 0.75)
    >>> program.assets, program.moves, program.rows[0].name
    (4, False, 'shares sum to 1')
    """
    assets = losses.shape[1]
    ones, zeros = np.ones(assets), np.zeros(assets)
    total = Row("shares sum to 1", ones, 1.0, 1.0)
    return Program(losses, values, level, zeros, ones, (total,), ones / assets, zeros)
