"""The effect of a set of measures: a run of the scenario with all of them, with the random numbers of today's run.

The effect of a set is simulated, never summed: two measures may be redundant, or each may have no effect without the
other. All runs share their seed, so an effect is a paired difference of scores
(:mod:`multivector_sim.measure.intervals`), and so is the difference of two effects. Every set is run once.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.cores import CORES
from multivector_sim.engine.simulate import Progress, silent, simulate
from multivector_sim.measure.estimates import estimate_es
from multivector_sim.measure.intervals import Estimate, hall_ends, mean_interval, shortfall_scores
from multivector_sim.measure.tail import tail_weights, value_at_risk
from multivector_sim.measure.unseen_losses import FEW, Bounds, difference_estimate, distinct, few
from multivector_sim.questions.paired import shortfall_difference
from multivector_sim.questions.rank_result import Clash
from multivector_sim.questions.variants import bare_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["MeasureRuns", "find_clashes", "with_measures"]

NOTHING: frozenset[str] = frozenset()


class MeasureRuns:
    """Computes the effect of sets of measures on the expected shortfall.

    Parameters
    ----------
    scenario, column, level
        What is measured.
    draws, seed, workers
        As for :func:`~multivector_sim.engine.simulate.simulate`.
    progress
        Called with the draws done and expected, over all runs so far.
    """

    def __init__(
        self,
        scenario: Scenario,
        column: str,
        level: float,
        draws: int,
        seed: int,
        workers: int = CORES,
        progress: Progress = silent,
    ) -> None:
        self.scenario = scenario
        self.column = column
        self.level = level
        self.draws = draws
        self.seed = seed
        self.workers = workers
        self.progress = progress
        self.expected = 1
        self.known: dict[frozenset[str], Floats] = {}
        self.bounds: dict[frozenset[str], Bounds] = {}
        self.scored: dict[frozenset[str], Floats] = {}

    @property
    def sets(self) -> tuple[frozenset[str], ...]:
        """Every set that was run; the empty one is today."""
        return tuple(self.known)

    def losses(self, names: Iterable[str]) -> Floats:
        """Return the losses with a set, shape (draw,), money; every set is run once."""
        chosen = frozenset(names)
        if chosen not in self.known:
            done = len(self.known)
            self.expected = max(self.expected, done + 1)

            def report_progress(draws: int, of: int) -> None:
                self.progress(done * of + draws, self.expected * of)

            changed = with_measures(self.scenario, chosen)
            result = simulate(changed, self.draws, self.seed, workers=self.workers, progress=report_progress)
            sample = result.column(self.column)
            self.known[chosen] = sample.loss_money
            self.bounds[chosen] = sample.loss_bounds.scaled(sample.baseline)
        return self.known[chosen]

    def scores(self, names: Iterable[str]) -> Floats:
        """Return scores whose mean is the expected shortfall with these measures; shape (draw,), money."""
        chosen = frozenset(names)
        if chosen not in self.scored:
            self.scored[chosen] = shortfall_scores(self.losses(chosen), self.level)
        return self.scored[chosen]

    def bought(self, names: Iterable[str]) -> Floats:
        """Return scores whose mean is by how much the expected shortfall falls; shape (draw,), money."""
        return np.asarray(self.scores(NOTHING) - self.scores(names))

    def today(self) -> Estimate:
        """Return the expected shortfall without any measure, money."""
        return estimate_es(self.losses(NOTHING), self.level, self.bounds[NOTHING])

    def purchase(self, names: Iterable[str], other: Iterable[str] = NOTHING) -> Estimate:
        """Return by how much a set takes the expected shortfall below that of another, today's if left out; money."""
        first, second = frozenset(other), frozenset(names)
        before, after = self.losses(first), self.losses(second)
        bounds = self.bounds[first], self.bounds[second]
        return shortfall_difference(before, after, self.level, bounds).estimate.turned()

    def score_reach(self, names: Iterable[str]) -> float:
        """Return by how much the score of a draw of a set may differ from that of today, money."""
        chosen = frozenset(names)
        self.losses(chosen)
        return max(self.bounds[NOTHING].span, self.bounds[chosen].span) / (1.0 - self.level)

    def amount(self, names: Iterable[str]) -> float:
        """Return by how much the expected shortfall falls, money."""
        return float(self.bought(names).mean())

    def saved(self, names: Iterable[str], tail: Iterable[str]) -> float:
        """Return what a set saves on average, in money, in the draws that are worst under another set."""
        weights = tail_weights(self.losses(tail), self.level)
        return float(weights @ (self.losses(NOTHING) - self.losses(names)))

    def helping(self, names: Iterable[str]) -> Estimate:
        """Return what a set saves in today's worst draws beyond what its members save there alone, money."""
        today, chosen = self.losses(NOTHING), frozenset(names)
        alone = sum((today - self.losses([name]) for name in sorted(chosen)), np.zeros(today.shape))
        more = today - self.losses(chosen) - alone
        return mean_interval(tail_weights(today, self.level) * today.size * more)

    def interaction(self, names: Iterable[str]) -> Estimate:
        """Return what a set buys beyond the sum of its members alone."""
        chosen = sorted(names)
        if len(chosen) <= 1:
            return Estimate(0.0, 0.0, 0.0)
        alone = sum((self.bought([name]) for name in chosen), np.zeros(self.scores(NOTHING).shape))
        reach = self.score_reach(chosen) + sum(self.score_reach([name]) for name in chosen)
        return difference_estimate(self.bought(chosen) - alone, Bounds(-reach, reach))

    def share(self, names: Iterable[str]) -> Estimate | None:
        """Return what a set buys as a share of today's expected shortfall; None where that is not above 0."""
        today, bought = self.scores(NOTHING), self.bought(names)
        whole = float(today.mean())
        if whole <= 0.0:
            return None
        value = float(bought.mean()) / whole
        scores = (bought - value * today) / whole
        losses = self.losses(NOTHING)
        if few(scores) or distinct(losses[losses > value_at_risk(losses, self.level)]) < FEW:
            return _share_of(self.purchase(names), self.today(), value)
        _, low, high = hall_ends(scores)
        return Estimate(value, value + min(low - scores.mean(), 0.0), value + max(high - scores.mean(), 0.0))


def _share_of(bought: Estimate, today: Estimate, value: float) -> Estimate:
    """Return a purchase as a share of today's shortfall, at the worst that both intervals allow."""
    if today.lowest <= 0.0:
        return Estimate(value, None, None, f"fewer than {FEW} draws lie in the tail, and today's may be 0")
    low = bought.lowest / (today.highest if bought.lowest > 0.0 else today.lowest)
    high = bought.highest / (today.lowest if bought.highest > 0.0 else today.highest)
    return Estimate(value, min(low, value), max(min(high, 1.0), value))


def with_measures(scenario: Scenario, names: Iterable[str]) -> Scenario:
    """Return the scenario with several measures, in the order of the file."""
    chosen = set(names)
    settings: dict[str, Any] = {}
    for name, measure in scenario.measures.items():
        if name in chosen:
            settings |= measure.set
    return bare_with(scenario, settings)


def find_clashes(scenario: Scenario, names: Sequence[str]) -> tuple[Clash, ...]:
    """Find pairs of measures that cannot be taken together."""
    found = []
    for one, other in combinations(names, 2):
        paths = [
            longer
            for first in scenario.measures[one].set
            for second in scenario.measures[other].set
            for shorter, longer in [sorted((first, second), key=len)]
            if longer == shorter or longer.startswith(f"{shorter}.")
        ]
        if paths:
            found.append(Clash((one, other), f"both set {paths[0]}"))
    return tuple(found)
