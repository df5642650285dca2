"""The question behind a frontier, checked: what is shared out, whose loss counts, what moving costs, how far it may go.

A question whose limits clash is refused at once, before anything is drawn, with the names of those that clash; where it
is the limit on change that cannot be kept, with the years that it would take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.ranks import check_level
from multivector_sim.study.mixes.space import MixSpace, build_space, mix_space_channels, near
from multivector_sim.study.mixes.way import years_needed
from multivector_sim.study.mixes.worlds import column_size, counted_columns
from multivector_sim.study.shortfall.clashes import CHANGE, find_clash, least_moved
from multivector_sim.study.shortfall.program import Program

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Question", "pose"]

MONTHS = 12


@dataclass(frozen=True, eq=False)
class Question:
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
        """Give the program for losses of units, shape (draw, asset); its values are 1 less their means."""
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
        """Give what moving to a mix costs, as a share of the column."""
        return float(self.cost @ np.maximum(shares - self.space.today, 0.0)) * self.scale

    def moved(self, shares: Floats) -> float:
        """Give how much moves on the way to a mix."""
        return float(np.maximum(shares - self.space.today, 0.0).sum())

    def prices(self) -> dict[str, dict[str, float]]:
        """Give the cost of a unit by channel and partner."""
        found: dict[str, dict[str, float]] = {channel: {} for channel in self.space.channels}
        for asset, cost in zip(self.space.assets, self.cost, strict=True):
            found[asset.channel][asset.partner] = float(cost)
        return found


def pose(
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
) -> Question:
    """Check a question; parameters as for :func:`multivector_sim.frontier`.

    Returns
    -------
    Question
        At least one mix answers it.

    Raises
    ------
    UsageError
        If an argument makes no sense, or the limits clash.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> rest = dict.fromkeys(("cost", "channel", "column", "years"))
    >>> caps = {"russia": (0.5, 1), "china": (0.6, 1)}
    >>> pose(mv.load("two-buyers"), level=0.95, bounds=caps, change_per_year=None, corridors=False, **rest)
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
    question = Question(space, columns, check_level(level), limit, float(horizon), costs(space, cost), scale)
    refuse_clash(question)
    return question


def costs(space: MixSpace, cost: float | Mapping[str, float] | None) -> Floats:
    """Give the cost of a unit moved to each asset, as a share of the unit."""
    scenario = space.scenario
    if isinstance(cost, Mapping):
        for name in cost:
            if name not in scenario.partners:
                raise UsageError(f"cost: no partner called '{name}'{near(name, list(scenario.partners))}")
    found = []
    for asset in space.assets:
        usual = scenario.channels[asset.channel].haircut.law.mean
        given = cost.get(asset.partner) if isinstance(cost, Mapping) else cost
        found.append(usual if given is None else float(given))
    prices = np.array(found)
    if not (np.isfinite(prices).all() and prices.min() >= 0.0):
        raise UsageError("cost: give shares of a unit of 0 or more")
    return prices


def refuse_clash(question: Question) -> None:
    """Refuse limits that no mix can keep, in words."""
    program = question.program(np.zeros((1, len(question.space.assets))))
    clash = find_clash(program)
    if clash is None:
        return
    names = list(clash.names)
    said = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    moved = least_moved(program)
    if CHANGE in names and isfinite(moved) and question.limit > 0.0:
        needed = years_needed(moved, question.limit)
        raise UsageError(
            f"frontier: these limits clash: {said}: {100 * moved:.3g} % has to move and {100 * program.budget:.3g} % "
            f"may in {question.years:g} years; at {100 * question.limit:.3g} % a year it takes {needed} years"
        )
    raise UsageError(
        f"frontier: these limits clash: {said}; together they miss by {100 * clash.missing:.3g} % of the flow, "
        "so one of them has to give"
    )
