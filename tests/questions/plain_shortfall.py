"""The same program with a row for each draw, as Rockafellar and Uryasev (2000) write it: slow, and beyond doubt.

::

    minimise    t + sum over draws of y[i] / ((1 - a) N)
    such that   y[i] >= L[i] w - t,   y >= 0,   and the constraints of the program

It shares nothing with the fast solver but the program. Tests and the benchmark hold one against the other.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.selection import boundary

if TYPE_CHECKING:
    from multivector_sim.questions.frontier.linear_program import Program
    from multivector_sim.typing import Floats

__all__ = ["plain_shortfall"]


def plain_shortfall(program: Program, required: float = -inf) -> tuple[Floats, float]:
    """Find the mix with the least ES among those with the required value.

    Examples
    --------
    >>> from multivector_sim.questions.frontier.linear_program import portfolio
    >>> shares, shortfall = plain_shortfall(portfolio(np.eye(2), np.zeros(2), 0.5))
    >>> round(shortfall, 9)
    0.5
    """
    from scipy import sparse
    from scipy.optimize import linprog

    draws, assets = program.losses.shape
    mass = boundary(program.level, draws).mass
    columns = {"w": assets, "u": assets, "t": 1, "y": draws}
    costs = np.concatenate([np.zeros(2 * assets), [1.0], np.full(draws, 1.0 / mass)])
    bounds = np.concatenate(
        [
            np.stack([program.low, program.high], axis=1),
            np.tile([0.0, np.inf], (assets, 1)),
            [[-np.inf, np.inf]],
            np.tile([0.0, np.inf], (draws, 1)),
        ]
    )
    one = sparse.identity
    parts: list[tuple[dict[str, Any], Floats]] = [
        ({"w": program.losses, "t": -np.ones((draws, 1)), "y": -one(draws)}, np.zeros(draws)),
        ({"w": one(assets), "u": -one(assets)}, program.start),
    ]
    if required > -inf:
        parts.append(({"w": -program.values[None], "u": program.cost[None]}, np.array([-required])))
    if program.budget < inf:
        parts.append(({"u": np.ones((1, assets))}, np.array([program.budget])))
    for row in program.rows:
        parts += [({"w": row.weights[None]}, np.array([row.high]))] if row.high < inf else []
        parts += [({"w": -row.weights[None]}, np.array([-row.low]))] if row.low > -inf else []
    blocks = [
        [
            sparse.csr_array(given[name]) if name in given else sparse.csr_array((right.size, width))
            for name, width in columns.items()
        ]
        for given, right in parts
    ]
    found = linprog(  # type: ignore[call-overload]  # SciPy takes arrays as bounds; its stubs do not know
        costs,
        A_ub=sparse.block_array(blocks, format="csr"),
        b_ub=np.concatenate([right for _, right in parts]),
        bounds=bounds,
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if found.status != 0:
        raise UsageError(f"no mix meets all constraints: {found.message}")
    return np.asarray(found.x[:assets]), float(found.fun)
