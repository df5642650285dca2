"""The small linear program that grows by a row now and then.

Both members solve ``minimise c x`` for bounds on ``x`` and on rows, by HiGHS as SciPy ships it. :class:`WarmMaster`
keeps the solver's basis from one call to the next, so that a new row takes a few pivots; it talks to SciPy's own copy
of HiGHS, which is not part of SciPy's public face. Where that copy is not as expected, :class:`PlainMaster` does the
same by the public ``linprog``, ten times slower. Callers see one face.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["Master", "PlainMaster", "WarmMaster", "build_master"]

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
    """Begins anew at each solve, by the public face of SciPy; parameters and face as :class:`WarmMaster`."""

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
