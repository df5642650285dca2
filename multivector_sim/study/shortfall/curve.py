"""A frontier: the mixes that nobody betters in both, from the least ES to the greatest value.

The first point has the least ES and, among such mixes, the greatest value; the last has the greatest value and, among
such, the least ES; the others lie at equal steps of value between them. Planes are kept from point to point. Where one
mix is best in both, the frontier is that one point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.study.shortfall.planes import CuttingPlanes

if TYPE_CHECKING:
    from multivector_sim.study.shortfall.planes import Optimum
    from multivector_sim.study.shortfall.program import Program

__all__ = ["trace"]

LOOSE = 1e-6
"""By how much the first point's ES may be above the least, relative to it, for the sake of its value."""

ALIKE = 1e-9
"""Values that differ by less are the same."""


def trace(program: Program, points: int) -> list[Optimum]:
    """Work out a frontier.

    Parameters
    ----------
    program
        What is asked.
    points
        How many points, 1 or more; 1 is the mix with the least ES.

    Returns
    -------
    list
        By rising value, which is by rising ES; fewer where the two ends meet.

    Raises
    ------
    UsageError
        If no mix meets the constraints.

    Examples
    --------
    >>> from multivector_sim.study.shortfall.program import portfolio
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
