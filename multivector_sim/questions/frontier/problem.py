"""The problem behind a frontier, checked: what is shared out, whose loss counts, what moving costs, how far it may go.

A problem whose limits contradict each other is refused before anything is drawn, with the names of those limits; if it
is the limit on change that cannot be kept, with the number of years that it would take.

No path from one mix to another is shorter than the straight one, so with a limit on change a year it takes
``moved / limit`` years, rounded up, in equal steps. Linear limits that hold at both ends hold on every step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.selection import check_level
from multivector_sim.questions.frontier.linear_program import CHANGE, Program, find_clash, least_moved
from multivector_sim.questions.frontier.loss_scenarios import column_size, counted_columns
from multivector_sim.questions.frontier.mix_space import MixSpace, build_space, mix_space_channels
from multivector_sim.scenario.mistakes import nearest_or_all

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["MixProblem", "adjustment_path", "build_mix_problem", "years_needed"]

MONTHS = 12


@dataclass(frozen=True, eq=False)
class MixProblem:
    """What is asked.

    Parameters
    ----------
    space
        What may be chosen.
    columns
        Whose loss counts, and whose is watched beside it.
    level
        Of ES.
    limit, years
        How much of all that is shared out may move in a year, infinite for no limit, and for how many years.
    cost
        Shape (asset,): what a unit moved to an asset costs, as a share of the unit.
    scale
        All that is shared out, as a share of the column.
    """

    space: MixSpace
    columns: tuple[str, str]
    level: float
    limit: float
    years: float
    cost: Floats
    scale: float

    def program(self, losses: Floats) -> Program:
        """Return the program for losses of units, shape (draw, asset); its values are 1 less their means."""
        space = self.space
        return Program(
            losses=losses,
            values=1.0 - losses.mean(axis=0),
            level=self.level,
            low=np.zeros(len(space.assets)),
            high=space.parts,
            rows=space.rows,
            start=space.today,
            cost=self.cost * self.scale,
            budget=self.limit * self.years if isfinite(self.limit) else inf,
        )

    def paid(self, shares: Floats) -> float:
        """Return what moving to a mix costs, as a share of the column."""
        return float(self.cost @ np.maximum(shares - self.space.today, 0.0)) * self.scale

    def moved(self, shares: Floats) -> float:
        """Return how much moves on the way to a mix."""
        return float(np.maximum(shares - self.space.today, 0.0).sum())

    def prices(self) -> dict[str, dict[str, float]]:
        """Return the cost of a unit by channel and partner."""
        found: dict[str, dict[str, float]] = {channel: {} for channel in self.space.channels}
        for asset, cost in zip(self.space.assets, self.cost, strict=True):
            found[asset.channel][asset.partner] = float(cost)
        return found


def build_mix_problem(
    scenario: Scenario,
    *,
    channel: str | None,
    column: str | None,
    level: float,
    bounds: Mapping[str, tuple[float, float]] | None,
    cost: float | Mapping[str, float] | None,
    change_per_year: float | None,
    years: float | None,
    corridors: bool,
) -> MixProblem:
    """Check a question; parameters as for :func:`multivector_sim.frontier`.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> rest = dict.fromkeys(("cost", "channel", "column", "years"))
    >>> caps = {"russia": (0.5, 1), "china": (0.6, 1)}
    >>> build_mix_problem(mv.load("two-buyers"), level=0.95, bounds=caps, change_per_year=None, corridors=False, **rest)
    Traceback (most recent call last):
    multivector_sim.errors.UsageError: frontier: these limits clash: Russia at least 50 % and China at least 60 %; ...
    """
    channels = mix_space_channels(scenario, channel)
    space = build_space(scenario, channels, bounds or {}, corridors=corridors)
    columns = counted_columns(scenario, channels, column)
    limit = inf if change_per_year is None else change_per_year
    horizon = scenario.horizon_months / MONTHS if years is None else years
    for name, number in (("change", limit), ("years", horizon)):
        if not number >= 0.0:
            raise UsageError(f"{name}: {number:g} makes no sense; give 0 or more")
    scale = space.size / column_size(scenario, columns[0])
    problem = MixProblem(space, columns, check_level(level), limit, float(horizon), _costs(space, cost), scale)
    _refuse_clash(problem)
    return problem


def _costs(space: MixSpace, cost: float | Mapping[str, float] | None) -> Floats:
    """Return the cost of a unit moved to each asset, as a share of the unit."""
    scenario = space.scenario
    if isinstance(cost, Mapping):
        for name in cost:
            if name not in scenario.partners:
                raise UsageError(f"cost: no partner called '{name}'{nearest_or_all(name, scenario.partners)}")
    found = []
    for asset in space.assets:
        usual = scenario.channels[asset.channel].haircut.law.mean
        given = cost.get(asset.partner) if isinstance(cost, Mapping) else cost
        found.append(usual if given is None else float(given))
    prices = np.array(found)
    if not (np.isfinite(prices).all() and prices.min() >= 0.0):
        raise UsageError("cost: give shares of a unit of 0 or more")
    return prices


def _refuse_clash(problem: MixProblem) -> None:
    """Refuse limits that no mix can keep, in words."""
    program = problem.program(np.zeros((1, len(problem.space.assets))))
    clash = find_clash(program)
    if clash is None:
        return
    names = list(clash.names)
    said = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    moved = least_moved(program)
    if CHANGE in names and isfinite(moved) and problem.limit > 0.0:
        needed = years_needed(moved, problem.limit)
        raise UsageError(
            f"frontier: these limits clash: {said}: {100 * moved:.3g} % has to move and {100 * program.budget:.3g} % "
            f"may in {problem.years:g} years; at {100 * problem.limit:.3g} % a year it takes {needed} years"
        )
    raise UsageError(
        f"frontier: these limits clash: {said}; together they miss by {100 * clash.missing:.3g} % of the flow, "
        "so one of them has to give"
    )


ROUNDING = 1e-9
MOST_YEARS = 10_000


def years_needed(moved: float, limit: float) -> int | None:
    """Return how many whole years it takes to move so much; None for never.

    Examples
    --------
    >>> years_needed(0.23, 0.02), years_needed(0.06, 0.02), years_needed(0.5, float("inf")), years_needed(0.1, 0.0)
    (12, 3, 1, None)
    """
    if moved <= ROUNDING:
        return 0
    return max(ceil(moved / limit - ROUNDING), 1) if limit > 0.0 else None


def adjustment_path(start: Floats, end: Floats, limit: float) -> Floats:
    """Return the mix of each year.

    Examples
    --------
    >>> adjustment_path(np.array([0.5, 0.5]), np.array([0.3, 0.7]), 0.1)
    array([[0.5, 0.5],
           [0.4, 0.6],
           [0.3, 0.7]])
    """
    years = years_needed(float(np.maximum(end - start, 0.0).sum()), limit)
    if years is None or years > MOST_YEARS:
        raise UsageError(f"change: at {limit:g} a year it takes over {MOST_YEARS:,} years; give a greater limit")
    steps = np.linspace(0.0, 1.0, years + 1)[:, None]
    return np.asarray(start + steps * (end - start))
