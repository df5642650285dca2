"""What a frontier gives: its points, today's mix and the named ones beside them, each with what the data can tell.

Three expected shortfalls stand side by side for every mix. ``fitted`` is what the optimiser saw: the straight line, on
the draws that chose the mix; it flatters. ``checked`` is the same line on draws of another seed: what is gone was luck.
``es`` is the full model on those other draws, with its interval: what changes here the straight line had missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.study.mixes.way import way
from multivector_sim.study.paired import BETTER, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.study.paired import Difference

__all__ = ["Frontier", "MixPoint"]

DRAWER = "multivector_sim.report.frontier_plot"


@dataclass(frozen=True)
class MixPoint:
    """One mix.

    Parameters
    ----------
    name
        ``today``, a mix of the scenario, or the number of a point of the frontier.
    mix
        Shares by channel and partner; those of a channel sum to 1.
    moved
        How much of all the flow has moved from today's mix.
    years
        How many years that takes: 0 where nothing moves, 1 where there is no limit on change, None for never.
    value
        Expected delivered value net of the cost of moving, a share of the column's baseline: full model, other draws.
    es, checked, fitted
        Expected shortfall of the loss, as a share of the column's baseline: see the module.
    es_change, value_change
        This less today's, paired; a value's verdict is ``better`` where it is surely more.
    whole_change
        The same for the ES of all channels of the kind together, as a share of theirs.
    verdict
        See :mod:`~multivector_sim.study.frontier_verdict`.
    spread
        Of a point of the frontier: by channel and partner, between which shares nine in ten resamples lie, and under
        the key ``es`` their fitted ES; empty for other mixes.
    beaten_by
        Of a point of the frontier: another point that surely has less ES and more value in the full model; empty for
        none. The straight line does not see this.
    """

    name: str
    mix: Mapping[str, Mapping[str, float]]
    moved: float
    years: int | None
    value: Estimate
    es: Estimate
    checked: Estimate
    fitted: float
    es_change: Difference
    value_change: Difference
    whole_change: Difference
    verdict: str
    spread: Mapping[str, Any]
    beaten_by: str = ""

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "name": self.name,
            "mix": {channel: dict(by_partner) for channel, by_partner in self.mix.items()},
            "moved": self.moved,
            "years": self.years,
            "value": plain(self.value),
            "es": {"fitted": self.fitted, "checked": plain(self.checked), "full": plain(self.es)},
            "against_today": {
                "es": self.es_change.document(),
                "value": self.value_change.document(),
                "es_of_whole": self.whole_change.document(),
            },
            "verdict": self.verdict,
            "beaten_by": self.beaten_by or None,
            "spread": dict(self.spread),
        }


@dataclass(frozen=True, eq=False)
class Frontier:
    """The mixes that nobody betters in both, and how surely.

    Parameters
    ----------
    scenario
        What was assumed.
    channels
        What is shared out.
    column, whole
        Whose loss counts, and all channels of the kind, watched beside it.
    level
        Of ES.
    draws, seed, check_seed
        How many draws chose the mixes, and as many others checked them.
    change_per_year, years
        How much may move in a year, infinite for no limit, and for how many years.
    cost
        What a unit moved costs, by channel and partner that gains it.
    today, mixes, points
        Today's mix, the scenario's own, and the frontier by rising fitted ES.
    notes
        What a reader should know, a sentence each.
    """

    scenario: Scenario
    channels: tuple[str, ...]
    column: str
    whole: str
    level: float
    draws: int
    seed: int
    check_seed: int
    change_per_year: float
    years: float
    cost: Mapping[str, Mapping[str, float]]
    today: MixPoint
    mixes: tuple[MixPoint, ...]
    points: tuple[MixPoint, ...]
    notes: tuple[str, ...]

    @property
    def better(self) -> tuple[MixPoint, ...]:
        """The points and mixes that the data show to be better than today's."""
        return tuple(point for point in (*self.points, *self.mixes) if point.verdict == BETTER)

    def find(self, name: str) -> MixPoint:
        """Give a mix by name.

        Parameters
        ----------
        name
            ``today``, a point's number, or a mix of the scenario.

        Raises
        ------
        UsageError
            If there is none.
        """
        named = {point.name: point for point in (self.today, *self.points, *self.mixes)}
        if name not in named:
            raise UsageError(f"no mix called '{name}'; there are {', '.join(named)}")
        return named[name]

    def way(self, name: str, change_per_year: float | None = None) -> list[dict[str, dict[str, float]]]:
        """Give the mixes of each year on the way from today's to another.

        Parameters
        ----------
        name
            As for :meth:`find`.
        change_per_year
            How much of all the flow may move in a year; as in the frontier by default.

        Returns
        -------
        list
            Mixes by channel and partner: today's first, the one asked for last.

        Raises
        ------
        UsageError
            If there is no such mix, or the limit is not above 0.
        """
        limit = self.change_per_year if change_per_year is None else change_per_year
        if not limit > 0.0:
            raise UsageError(f"change: {limit:g} a year leads nowhere; give a share above 0")
        point = self.find(name)
        sizes = {name: sum(f.value for f in self.scenario.exposures[name].values()) for name in self.channels}
        keys = [(channel, partner) for channel, shares in self.today.mix.items() for partner in shares]
        parts = np.array([sizes[channel] for channel, _ in keys]) / sum(sizes.values())
        ends = [np.array([it.mix[channel][partner] for channel, partner in keys]) for it in (self.today, point)]
        steps = way(parts * ends[0], parts * ends[1], limit) / parts
        found = []
        for step in steps:
            mix: dict[str, dict[str, float]] = {channel: {} for channel in self.channels}
            for (channel, partner), share in zip(keys, step, strict=True):
                mix[channel][partner] = float(share)
            found.append(mix)
        return found

    def document(self) -> dict[str, Any]:
        """Give what ``multivector frontier --json`` prints."""
        limited = np.isfinite(self.change_per_year)
        return {
            "schema": "multivector/frontier/1",
            "scenario": self.scenario.name,
            "channels": list(self.channels),
            "column": self.column,
            "whole": self.whole,
            "level": self.level,
            "draws": self.draws,
            "seed": self.seed,
            "check_seed": self.check_seed,
            "change_per_year": self.change_per_year if limited else None,
            "years": self.years if limited else None,
            "cost": {channel: dict(by_partner) for channel, by_partner in self.cost.items()},
            "today": self.today.document(),
            "mixes": [point.document() for point in self.mixes],
            "points": [point.document() for point in self.points],
            "notes": list(self.notes),
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw expected value against ES, with today's mix and the named ones."""
        axes: Axes = import_module(DRAWER).curve(self, ax)
        return axes

    def plot_shares(self, ax: Axes | None = None) -> Axes:
        """Draw of whom the mixes are made."""
        axes: Axes = import_module(DRAWER).shares(self, ax)
        return axes

    def figure(self) -> Figure:
        """Draw both, one under the other."""
        figure: Figure = import_module(DRAWER).both(self)
        return figure
