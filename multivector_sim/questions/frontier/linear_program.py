"""The linear program of a frontier: shares of a flow with the least expected shortfall for a required value.

A mix is a row of shares ``w``, one for each asset (a partner in a channel). In each of N equally likely draws a unit of
asset j loses ``L[i, j]``, and the mix loses ``L w``. With today's mix ``s`` and the gains ``u = max(0, w - s)``::

    minimise    ES(L w)
    such that   v w - c u >= required          expected value, less the cost of moving
                sum u <= budget                how much may move
                low <= w <= high
                low[r] <= a[r] w <= high[r]    named rows: totals, partners, blocs, corridors

ES is convex and piecewise linear in ``w`` (Rockafellar and Uryasev 2000), so this is a linear program, but a large one,
with a row for each draw. :mod:`~multivector_sim.questions.frontier.cutting_planes` solves it without those rows.

**A limit on change.** If at most ``d`` may move in a year, ``k`` years reach exactly the mixes with ``sum u <= k d``,
by equal steps on the straight path, and the convex constraints hold on the way if they hold at both ends. A path of
years therefore costs one row.

**The frontier** runs from the mix with the least ES (and among those the greatest value) to the mix with the greatest
value (and among those the least ES), at equal steps of value. If one mix is best in both, it is that one point.

**Infeasible limits.** Every constraint but the totals is made elastic, and the sum of the violations is minimised. If
it is 0 there is a mix. Otherwise the constraints with a dual value at this minimum are those that contradict each other
(Farkas 1902; Chinneck 2008).

References
----------
Chinneck, J. (2008). Feasibility and infeasibility in optimization. Springer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.selection import check_level
from multivector_sim.questions.frontier.cutting_planes import CuttingPlanes

if TYPE_CHECKING:
    from multivector_sim.questions.frontier.cutting_planes import Optimum
    from multivector_sim.typing import Floats

__all__ = ["CHANGE", "Clash", "Program", "Row", "find_clash", "least_moved", "portfolio", "trace"]


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
        """Return what each asset gains on today's mix, shape (asset,)."""
        return np.maximum(shares - self.start, 0.0)

    def moved(self, shares: Floats) -> float:
        """Return how much has moved: the sum of gains."""
        return float(self.gains(shares).sum())

    def value(self, shares: Floats) -> float:
        """Return the expected value of a mix, less what moving to it costs."""
        return float(self.values @ shares - self.cost @ self.gains(shares))

    def resampled(self, draws: Floats, values: Floats) -> Program:
        """Return the same with other scenarios, shape (draw, asset), and the values that follow from them."""
        return replace(self, losses=draws, values=values)


def portfolio(losses: Floats, values: Floats, level: float = 0.95) -> Program:
    """Make the textbook program: shares from 0 to 1 that sum to 1, nothing else.

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


LOOSE = 1e-6
"""By how much the first point's ES may be above the least, relative to it, for the sake of its value."""

ALIKE = 1e-9
"""Values that differ by less are the same."""


def trace(program: Program, points: int) -> list[Optimum]:
    """Work out a frontier.

    Examples
    --------
    >>> from multivector_sim.questions.frontier.linear_program import portfolio
    >>> losses = np.array([[0.0, 1.0], [0.5, 0.0], [0.0, 0.0], [0.0, 0.0]])
    >>> [round(float(it.shares[1]), 3) for it in trace(portfolio(losses, np.array([0.8, 1.0]), 0.75), 3)]
    [0.333, 0.667, 1.0]
    """
    solver = CuttingPlanes(program)
    least = solver.least_shortfall()
    first = solver.greatest_value(least.shortfall + LOOSE * max(abs(least.shortfall), solver.scale * LOOSE))
    top = program.value(solver.richest)
    if points == 1 or top - first.value <= ALIKE * max(abs(top), ALIKE):
        return [first]
    steps = np.linspace(first.value, top, points)[1:]
    return [first, *(solver.least_shortfall(float(required)) for required in steps)]


CHANGE = "the limit on change"
"""The name under which the budget stands among the clashing constraints."""

PRICED = 1e-9
MISSED = 1e-9


class Clash(NamedTuple):
    """Names of the constraints that cannot hold together, and the least sum by which they are missed."""

    names: tuple[str, ...]
    missing: float


def find_clash(program: Program) -> Clash | None:
    """Find the constraints that clash.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from multivector_sim.questions.frontier.linear_program import portfolio
    >>> program = portfolio(np.eye(3), np.zeros(3))
    >>> caps = tuple(Row(f"share {n} at most 0.3", np.eye(3)[n], high=0.3) for n in range(3))
    >>> find_clash(replace(program, rows=program.rows + caps)).names
    ('share 0 at most 0.3', 'share 1 at most 0.3', 'share 2 at most 0.3')
    >>> find_clash(program) is None
    True
    """
    rows = _elastic_rows(program)
    missing, prices = _solve(program, rows, elastic=True)
    if missing <= MISSED:
        return None
    return Clash(tuple(row.name for row, price in zip(rows, prices, strict=True) if abs(price) > PRICED), missing)


def least_moved(program: Program) -> float:
    """Return the least that has to move to meet all constraints but the limit on change; infinite if nothing does."""
    rows = [row for row in _elastic_rows(program) if row.name != CHANGE]
    return _solve(program, rows, elastic=False)[0]


def _elastic_rows(program: Program) -> list[Row]:
    """Return every constraint that may give as ``weights (w, u) <= high``."""
    rows = []
    count = program.assets
    for row in program.rows:
        if row.low == row.high:
            continue
        wide = np.concatenate([row.weights, np.zeros(count)])
        if row.high < inf:
            rows.append(Row(row.name, wide, high=row.high))
        if row.low > -inf:
            rows.append(Row(row.name, -wide, high=-row.low))
    if program.budget < inf:
        rows.append(Row(CHANGE, np.concatenate([np.zeros(count), np.ones(count)]), high=program.budget))
    return rows


def _solve(program: Program, rows: list[Row], *, elastic: bool) -> tuple[float, Floats]:
    """Minimise what is missed if rows are elastic, else what moves; give it and the prices of the rows."""
    from scipy.optimize import linprog

    count, size = program.assets, len(rows)
    slack = size if elastic else 0
    totals = [row for row in program.rows if row.low == row.high]
    costs = np.concatenate([np.zeros(count), np.full(count, 0.0 if elastic else 1.0), np.ones(slack)])
    weights = np.array([row.weights for row in rows]).reshape(size, 2 * count)
    tie = np.hstack([np.eye(count), -np.eye(count), np.zeros((count, slack))])
    found = linprog(
        costs,
        A_ub=np.concatenate([np.hstack([weights, -np.eye(size)[:, :slack]]), tie]),
        b_ub=np.concatenate([[row.high for row in rows], program.start]),
        A_eq=np.array([np.concatenate([row.weights, np.zeros(count + slack)]) for row in totals]) if totals else None,
        b_eq=np.array([row.high for row in totals]) if totals else None,
        bounds=[*zip(program.low, program.high, strict=True), *[(0.0, None)] * (count + slack)],
        method="highs",
    )
    if found.status != 0 or found.fun is None:
        return inf, np.zeros(size)
    return float(found.fun), np.asarray(found.ineqlin.marginals)[:size]
