"""Cutting planes: a linear program with one row for each draw, solved through a few dozen rows.

**The master program** is small and grows by a row now and then. Both members solve ``minimise c x`` for bounds on ``x``
and on rows, by HiGHS as SciPy ships it. :class:`WarmMaster` keeps the solver's basis from one call to the next, so that
a new row takes a few pivots; it talks to SciPy's own copy of HiGHS, which is not part of SciPy's public interface.
Where that copy is not as expected, :class:`PlainMaster` does the same by the public ``linprog``, ten times slower. Both
have the same interface.

**The planes.** ES is the maximum of planes ``g w``, far too many to write down. Kelley (1960) writes down only those
met on the way. The master program finds the least ``z`` with ``z >= g w`` for the planes so far, which never exceeds
the true least ES; the ES of the mix found is never below it; the plane of that mix is added, and the two bounds close
in. Künzi-Bay and Mayer (2006) show how well this suits ES.

ES is convex and positively homogeneous, so the mean of the tail's rows ::

    g = sum over draws of q[i] L[i],   q the tail weights at w

gives both the value, ``ES(L w) = g w``, and a plane below, ``ES(L w') >= g w'`` for every mix ``w'``. One compiled pass
adds up the losses, keeps the draws above a floor somewhat below the last tail's boundary, and selects the new boundary
among those alone, or among all if the floor was too high. Draws tied at the boundary share its weight equally.

Two things make it fast from point to point of a frontier. A plane that holds for one required value holds for all, so
planes are kept. And the mix that is evaluated lies part of the way from the best so far to the master's, which is an
extreme guess while planes are few; if that plane does not cut off the master's guess, the guess itself is evaluated, so
the method always ends. Losses are scaled, so that tolerances mean the same in every unit.

References
----------
Kelley, J. (1960). The cutting-plane method for solving convex programs. J. SIAM 8, 703-712.
Künzi-Bay, A. and Mayer, J. (2006). Computational aspects of minimizing conditional value-at-risk. Computational
Management Science 3, 3-27.
"""

from __future__ import annotations

from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from multivector_sim.compiled import COMPILER, kernel_entry, kernel_function
from multivector_sim.errors import UsageError
from multivector_sim.measure.selection import boundary

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.questions.frontier.linear_program import Program
    from multivector_sim.typing import Floats, Integers

__all__ = ["CuttingPlanes", "Optimum", "PlainMaster", "TailPlane", "WarmMaster", "build_master"]

CORE = "scipy.optimize._highspy._core"
TOLERANCE = 1e-10
"""The tightest that HiGHS takes."""


class Master(Protocol):
    """A linear program that can be changed between solves."""

    def add_row(self, weights: Floats, low: float, high: float) -> int:
        """Add ``low <= weights x <= high`` and give the row's number."""

    def bound_row(self, row: int, low: float, high: float) -> None:
        """Return a row other bounds."""

    def bound_column(self, column: int, low: float, high: float) -> None:
        """Return a variable other bounds."""

    def aim(self, costs: Floats) -> None:
        """Set what is minimised."""

    def solve(self) -> Floats | None:
        """Return a least ``x``; None if no ``x`` meets all rows."""


class WarmMaster:
    """Goes on from the last basis.

    Parameters
    ----------
    low, high
        Shape (column,): bounds of the variables; infinite for none.

    Examples
    --------
    >>> master = WarmMaster(np.zeros(2), np.full(2, np.inf))
    >>> master.aim(np.array([1.0, 2.0]))
    >>> _ = master.add_row(np.array([1.0, 1.0]), 1.0, np.inf)
    >>> master.solve()
    array([1., 0.])
    >>> _ = master.add_row(np.array([1.0, -1.0]), -np.inf, 0.5)
    >>> master.solve()
    array([0.75, 0.25])
    """

    def __init__(self, low: Floats, high: Floats) -> None:
        self.core: Any = import_module(CORE)
        self.highs = self.core._Highs()  # noqa: SLF001  the name that SciPy gives it
        for option, value in (
            ("output_flag", False),
            ("presolve", "off"),
            ("solver", "simplex"),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            self.highs.setOptionValue(option, value)
        for first, last in zip(low, high, strict=True):
            self.highs.addVar(float(first), float(last))
        self.columns = np.arange(low.size, dtype=np.int32)
        self.rows = 0

    def add_row(self, weights: Floats, low: float, high: float) -> int:
        """Add ``low <= weights x <= high`` and give the row's number."""
        self.highs.addRow(float(low), float(high), self.columns.size, self.columns, weights)
        self.rows += 1
        return self.rows - 1

    def bound_row(self, row: int, low: float, high: float) -> None:
        """Return a row other bounds."""
        self.highs.changeRowBounds(row, float(low), float(high))

    def bound_column(self, column: int, low: float, high: float) -> None:
        """Return a variable other bounds."""
        self.highs.changeColBounds(column, float(low), float(high))

    def aim(self, costs: Floats) -> None:
        """Set what is minimised."""
        for column, cost in enumerate(costs):
            self.highs.changeColCost(column, float(cost))

    def solve(self) -> Floats | None:
        """Return a least ``x``; None if no ``x`` meets all rows."""
        self.highs.run()
        status = self.highs.getModelStatus()
        known = self.core.HighsModelStatus
        if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
            return None
        if status != known.kOptimal:
            raise RuntimeError(f"HiGHS ended with {self.highs.modelStatusToString(status)}")
        return np.array(self.highs.getSolution().col_value)


class PlainMaster:
    """Begins anew at each solve, by SciPy's public interface; parameters and interface as :class:`WarmMaster`."""

    def __init__(self, low: Floats, high: Floats) -> None:
        self.bounds = np.stack([low, high], axis=1).astype(np.float64)
        self.weights: list[Floats] = []
        self.limits: list[tuple[float, float]] = []
        self.costs = np.zeros(low.size)

    def add_row(self, weights: Floats, low: float, high: float) -> int:
        """Add ``low <= weights x <= high`` and give the row's number."""
        self.weights.append(np.array(weights))
        self.limits.append((low, high))
        return len(self.weights) - 1

    def bound_row(self, row: int, low: float, high: float) -> None:
        """Return a row other bounds."""
        self.limits[row] = (low, high)

    def bound_column(self, column: int, low: float, high: float) -> None:
        """Return a variable other bounds."""
        self.bounds[column] = low, high

    def aim(self, costs: Floats) -> None:
        """Set what is minimised."""
        self.costs = np.array(costs)

    def solve(self) -> Floats | None:
        """Return a least ``x``; None if no ``x`` meets all rows."""
        from scipy.optimize import linprog

        weights = np.array(self.weights).reshape(len(self.weights), self.costs.size)
        low, high = np.array(self.limits).reshape(-1, 2).T
        upper, lower = np.isfinite(high), np.isfinite(low)
        found = linprog(  # type: ignore[call-overload]  # SciPy takes arrays as bounds; its stubs do not know
            self.costs,
            A_ub=np.concatenate([weights[upper], -weights[lower]]),
            b_ub=np.concatenate([high[upper], -low[lower]]),
            bounds=self.bounds,
            method="highs-ds",
            options={"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
        )
        if found.status == 2:  # noqa: PLR2004  linprog's number for infeasible
            return None
        if found.status != 0:
            raise RuntimeError(f"HiGHS ended with: {found.message}")
        return np.asarray(found.x)


def build_master(low: Floats, high: Floats) -> Master:
    """Make a master, a warm one where SciPy's copy of HiGHS has the calls that it takes."""
    try:
        return WarmMaster(low, high)
    except (ImportError, AttributeError, TypeError):
        return PlainMaster(low, high)


CLOSE = 1e-8
"""How far apart the two sides may be at the end, relative to ES."""

PART = 0.4
"""How far the next look goes from the best mix towards the master's."""

MOST_LOOKS = 100_000
TINY = 1e-6
SMALLEST = 0.03
"""An ES below this part of that of today's mix counts as so much: the master is no more exact than that."""


class Optimum(NamedTuple):
    """A mix with the least ES: shares (asset,), its ES, its value net of cost, and the proven lower bound of ES."""

    shares: Floats
    shortfall: float
    value: float
    bound: float


class CuttingPlanes:
    """Solves one program for one required value after another.

    Parameters
    ----------
    program
        What is asked.
    make
        How to make the master.

    Examples
    --------
    Three partners, each of which fails in a draw of its own; the third is worth less:

    >>> from multivector_sim.questions.frontier.linear_program import portfolio
    >>> solver = CuttingPlanes(portfolio(np.eye(3), np.array([1.0, 1.0, 0.7]), 2 / 3))
    >>> solver.least_shortfall().shares.round(6)
    array([0.333333, 0.333333, 0.333333])
    >>> solver.least_shortfall(0.97).shares.round(6)
    array([0.45, 0.45, 0.1 ])
    """

    def __init__(self, program: Program, make: Callable[[Floats, Floats], Master] = build_master) -> None:
        self.program = program
        count = program.assets
        gains = count if program.moves else 0
        self.width = count + gains + 1
        self.look = TailPlane(program.losses, program.level)
        start = self.look(program.start)[0]
        self.scale = max(abs(start), TINY * float(np.abs(program.losses).max(initial=0.0))) or 1.0
        self.worth = np.zeros(self.width)
        self.worth[:count] = program.values
        self.worth[count : count + gains] = -program.cost[:gains]
        low = np.concatenate([program.low, np.zeros(gains), [-inf]])
        high = np.concatenate([program.high, np.full(gains, inf), [inf]])
        self.master = make(low, high)
        self.required = self.master.add_row(self.worth, -inf, inf)
        for row in program.rows:
            self.master.add_row(self.wide(row.weights), row.low, row.high)
        if gains:
            self.count_gains()
        self.aim_at_shortfall = np.zeros(self.width)
        self.aim_at_shortfall[-1] = 1.0
        self.richest = self.find_richest()
        self.best = self.richest
        self.looks = 0
        self.add_plane(self.richest)

    def wide(self, weights: Floats) -> Floats:
        """Put zeros behind the weights of the assets."""
        row = np.zeros(self.width)
        row[: weights.size] = weights
        return row

    def count_gains(self) -> None:
        """Tie the gains to the shares: ``w - u <= s``; limit how much may move."""
        count = self.program.assets
        for asset in range(count):
            row = np.zeros(self.width)
            row[asset], row[count + asset] = 1.0, -1.0
            self.master.add_row(row, -inf, float(self.program.start[asset]))
        if self.program.budget < inf:
            row = np.zeros(self.width)
            row[count : 2 * count] = 1.0
            self.master.add_row(row, -inf, self.program.budget)

    def find_richest(self) -> Floats:
        """Find the mix with the greatest value, whatever its ES."""
        self.master.bound_column(self.width - 1, 0.0, 0.0)
        self.master.aim(-self.worth)
        found = self.master.solve()
        self.master.bound_column(self.width - 1, -inf, inf)
        if found is None:
            raise UsageError("no mix meets all constraints")
        return found[: self.program.assets]

    def add_plane(self, shares: Floats) -> tuple[float, Floats]:
        """Look at a mix: give its ES, scaled, and its plane, which the master knows from now on."""
        shortfall, plane = self.look(shares)
        self.looks += 1
        row = np.zeros(self.width)
        row[: plane.size] = plane / -self.scale
        row[-1] = 1.0
        self.master.add_row(row, 0.0, inf)
        return shortfall / self.scale, plane / self.scale

    def least_shortfall(self, required: float = -inf) -> Optimum:
        """Find the mix with the least ES among those with the required value."""
        self.master.bound_row(self.required, required, inf)
        self.master.aim(self.aim_at_shortfall)
        best = self.towards_the_richest(required)
        shortfall, _ = self.add_plane(best)
        for _ in range(MOST_LOOKS):
            found = self.master.solve()
            if found is None:
                raise UsageError(f"no mix that meets all constraints has an expected value of {required:g}")
            guess, bound = found[: best.size], float(found[-1])
            if shortfall - bound <= CLOSE * max(abs(shortfall), SMALLEST):
                self.best = best
                return Optimum(best, shortfall * self.scale, self.program.value(best), bound * self.scale)
            for near in (best + PART * (guess - best), guess):
                lower, plane = self.add_plane(near)
                if lower < shortfall:
                    best, shortfall = near, lower
                if float(plane @ guess) > bound + CLOSE * max(abs(bound), SMALLEST):
                    break
        raise RuntimeError("cutting planes do not close in")

    def towards_the_richest(self, required: float) -> Floats:
        """Go from the last best mix towards the one of the greatest value, just far enough for what is required."""
        here, there = self.program.value(self.best), self.program.value(self.richest)
        if required <= here:
            return self.best
        part = min(1.0, (required - here) / (there - here)) if there > here else 1.0
        return np.asarray(self.best + part * (self.richest - self.best))

    def greatest_value(self, shortfall: float) -> Optimum:
        """Find the mix with the greatest value among those with at most this ES."""
        allowed = shortfall / self.scale
        self.master.bound_row(self.required, -inf, inf)
        self.master.bound_column(self.width - 1, -inf, allowed)
        self.master.aim(-self.worth)
        try:
            for _ in range(MOST_LOOKS):
                found = self.master.solve()
                if found is None:
                    raise UsageError(f"no mix that meets all constraints has an expected shortfall of {shortfall:g}")
                shares = found[: self.program.assets]
                reached, _ = self.add_plane(shares)
                if reached <= allowed + CLOSE * max(abs(allowed), SMALLEST):
                    self.best = shares
                    return Optimum(shares, reached * self.scale, self.program.value(shares), shortfall)
        finally:
            self.master.bound_column(self.width - 1, -inf, inf)
        raise RuntimeError("cutting planes do not close in")


UNDER = 0.2
"""How far below the last boundary the floor lies, as a share of ES less VaR."""


class TailPlane:
    """Finds ES and its plane, again and again for one set of scenarios.

    Parameters
    ----------
    losses
        Shape (draw, asset).
    level
        Between 0 and 1.

    Examples
    --------
    >>> find = TailPlane(np.array([[0.0, 1.0], [4.0, 0.0], [0.0, 2.0], [0.0, 0.0]]), 0.5)
    >>> shortfall, plane = find(np.array([0.5, 0.5]))
    >>> shortfall, plane
    (1.5, array([2., 1.]))
    """

    def __init__(self, losses: Floats, level: float) -> None:
        draws, assets = losses.shape
        self.by_asset = np.array(losses.T, dtype=np.float64, order="C")
        rank, self.mass = boundary(level, draws)
        self.worst = draws - rank
        self.floor = -np.inf
        self.desk = (np.empty(draws), np.empty(draws), np.empty(draws + 1, dtype=np.int64))
        self.assets = assets

    def __call__(self, shares: Floats) -> tuple[float, Floats]:
        """Return ES and the plane, shape (asset,)."""
        plane = np.empty(self.assets)
        if not COMPILER:
            vectorised_plane(self.by_asset, shares, self.worst, self.mass, plane)
            return float(plane @ shares), plane
        start = _tail_plane(self.by_asset, shares, self.worst, self.mass, self.floor, *self.desk, plane)
        shortfall = float(plane @ shares)
        self.floor = start - UNDER * abs(shortfall - start)
        return shortfall, plane


def vectorised_plane(by_asset: Floats, shares: Floats, worst: int, mass: float, plane: Floats) -> None:
    """Fill ``plane`` (A,) without a compiler."""
    losses = shares @ by_asset
    start = np.partition(losses, losses.size - 1 - worst)[losses.size - 1 - worst]
    beyond, tied = losses > start, losses == start
    left = max(mass - np.count_nonzero(beyond), 0.0) / mass if mass > 0.0 else 1.0
    inside = 1.0 / mass if mass > 0.0 else 0.0
    plane[:] = by_asset @ np.where(beyond, inside, np.where(tied, left / np.count_nonzero(tied), 0.0))


@kernel_entry
def _tail_plane(
    by_asset: Floats,
    shares: Floats,
    worst: int,
    mass: float,
    floor: float,
    losses: Floats,
    kept: Floats,
    which: Integers,
    plane: Floats,
) -> float:
    """Fill ``plane`` (A,) and give the boundary loss; ``losses``, ``kept`` (N,) and ``which`` (N + 1,) are scratch."""
    _add_up(by_asset, shares, losses)
    count = _above(losses, floor, which)
    if count <= worst:
        count = _above(losses, -np.inf, which)
    for place in range(count):
        kept[place] = losses[which[place]]
    start = _select(kept, count, worst)
    _weigh(losses, start, mass, which, count, kept)
    for asset in range(plane.size):
        row, total = by_asset[asset], 0.0
        for place in range(count):
            if kept[place] > 0.0:
                total += kept[place] * row[which[place]]
        plane[asset] = total
    return start


@kernel_function
def _add_up(by_asset: Floats, shares: Floats, losses: Floats) -> None:
    """Add up the losses of a mix, asset by asset."""
    for draw in range(losses.size):
        losses[draw] = 0.0
    for asset in range(shares.size):
        share, row = shares[asset], by_asset[asset]
        if share != 0.0:
            for draw in range(losses.size):
                losses[draw] += share * row[draw]


@kernel_function
def _above(losses: Floats, floor: float, which: Integers) -> int:
    """Note which draws lose at least the floor; say how many."""
    count = 0
    for draw in range(losses.size):
        which[count] = draw
        count += losses[draw] >= floor
    return count


@kernel_function
def _weigh(losses: Floats, start: float, mass: float, which: Integers, count: int, weights: Floats) -> None:
    """Return each draw kept its weight in the tail; those tied at the boundary share what is left of it."""
    beyond, tied = 0, 0
    for place in range(count):
        loss = losses[which[place]]
        beyond += loss > start
        tied += loss == start
    at_boundary = max(mass - beyond, 0.0) / (mass * tied) if mass > 0.0 else 1.0 / tied
    for place in range(count):
        loss = losses[which[place]]
        inside = 1.0 / mass if mass > 0.0 else 0.0
        weights[place] = inside if loss > start else at_boundary if loss == start else 0.0


@kernel_function
def _select(values: Floats, count: int, place: int) -> float:
    """Find the value of a place (from 0) among ``count``, the greatest first, by Hoare's quickselect; sorts a part."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while values[left] > pivot:
                left += 1
            while values[right] < pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if place <= right:
            high = right
        elif place >= left:
            low = left
        else:
            return float(values[place])
    return float(values[place])
