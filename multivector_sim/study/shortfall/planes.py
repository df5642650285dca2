"""Cutting planes: a program with a row for each draw, solved through a few dozen rows.

ES is the upper hull of planes ``g w`` (:mod:`~multivector_sim.study.shortfall.tail_plane`), far too many to write down.
Kelley (1960) writes down only those met on the way. The master asks for the least ``z`` with ``z >= g w`` for the
planes so far, which is never above the true least ES; the ES of the mix found is never below it; the plane of that mix
is added, and the two close in. Künzi-Bay and Mayer (2006) show how well this suits ES.

Two things make it fast from point to point of a frontier. A plane that holds for one required value holds for all, so
planes are kept and each point takes a few new ones. And the mix that is looked at lies only part of the way from the
best one so far to the master's, which is an extreme guess while planes are few; where the plane found there does not
cut the master's guess off, that guess itself is looked at, so an end is always reached.

Losses are scaled, so that tolerances mean the same whatever the unit.

References
----------
Kelley, J. (1960). The cutting-plane method for solving convex programs. J. SIAM 8, 703-712.
Künzi-Bay, A. and Mayer, J. (2006). Computational aspects of minimizing conditional value-at-risk. Computational
Management Science 3, 3-27.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.study.shortfall.master import build_master
from multivector_sim.study.shortfall.tail_plane import TailPlane

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.study.shortfall.master import Master
    from multivector_sim.study.shortfall.program import Program
    from multivector_sim.typing import Floats

__all__ = ["CuttingPlanes", "Optimum"]

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

    >>> from multivector_sim.study.shortfall.program import portfolio
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
        """Find the mix with the least ES among those with the required value.

        Parameters
        ----------
        required
            The expected value, net of cost, that a mix must have; none by default.

        Returns
        -------
        Optimum
            Its ES is at most 1e-8 of itself above the least.

        Raises
        ------
        UsageError
            If no mix has the required value.
        """
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
        """Find the mix with the greatest value among those with at most this ES.

        Parameters
        ----------
        shortfall
            The ES that a mix may have.

        Returns
        -------
        Optimum
            Its ES is at most 1e-8 of itself above what is allowed.

        Raises
        ------
        UsageError
            If no mix has so little ES.
        """
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
