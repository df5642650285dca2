"""Why no mix is left: which constraints clash, and how much each would have to give.

Every constraint but the totals is made elastic: it may be missed, and the sum of what is missed is as small as can be.
If that is 0, there is a mix. If not, the constraints with a price (a dual value) at this least sum are those that hold
each other in the clash: without any one of them less would be missed (Farkas 1902; Chinneck 2008). Constraints without
a price have nothing to do with it and are not named.

References
----------
Chinneck, J. (2008). Feasibility and infeasibility in optimization. Springer.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.study.shortfall.program import Row

if TYPE_CHECKING:
    from multivector_sim.study.shortfall.program import Program
    from multivector_sim.typing import Floats

__all__ = ["CHANGE", "Clash", "find_clash", "least_moved"]

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

    Parameters
    ----------
    program
        What is asked; rows with ``low == high`` are totals and do not give. Bounds of single shares do not either.

    Returns
    -------
    Clash or None
        None if there is a mix.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from multivector_sim.study.shortfall.program import portfolio
    >>> program = portfolio(np.eye(3), np.zeros(3))
    >>> caps = tuple(Row(f"share {n} at most 0.3", np.eye(3)[n], high=0.3) for n in range(3))
    >>> find_clash(replace(program, rows=program.rows + caps)).names
    ('share 0 at most 0.3', 'share 1 at most 0.3', 'share 2 at most 0.3')
    >>> find_clash(program) is None
    True
    """
    rows = elastic_rows(program)
    missing, prices = solve(program, rows, elastic=True)
    if missing <= MISSED:
        return None
    return Clash(tuple(row.name for row, price in zip(rows, prices, strict=True) if abs(price) > PRICED), missing)


def least_moved(program: Program) -> float:
    """Give the least that has to move to meet all constraints but the limit on change; infinite if nothing does."""
    rows = [row for row in elastic_rows(program) if row.name != CHANGE]
    return solve(program, rows, elastic=False)[0]


def elastic_rows(program: Program) -> list[Row]:
    """Give every constraint that may give as ``weights (w, u) <= high``."""
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


def solve(program: Program, rows: list[Row], *, elastic: bool) -> tuple[float, Floats]:
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
