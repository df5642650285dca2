"""What a set of measures buys: a run of the scenario with all of them taken, under the luck of today's run.

A set's effect is run, never summed: two measures may do the same work twice, or each be useless without the other. All
runs share their seed, so a purchase is a paired difference of scores (:mod:`multivector_sim.measure.scores`), and so
is the difference of two purchases. Every set is run once.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.cores import CORES
from multivector_sim.engine.progress import Progress, silent
from multivector_sim.engine.simulate import simulate
from multivector_sim.measure.intervals import Estimate, mean_interval
from multivector_sim.measure.scores import shortfall_scores
from multivector_sim.measure.tail import tail_weights
from multivector_sim.study.bare import bare_with
from multivector_sim.study.rank_result import Clash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Shop", "find_clashes", "with_measures"]

NOTHING: frozenset[str] = frozenset()


class Shop:
    """Sells sets of measures for expected shortfall.

    Parameters
    ----------
    scenario, column, level
        What is measured.
    draws, seed, workers
        As for :func:`~multivector_sim.engine.simulate.simulate`.
    progress
        Told the draws done and expected, over all runs so far.
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
        self.scored: dict[frozenset[str], Floats] = {}

    @property
    def sets(self) -> tuple[frozenset[str], ...]:
        """Every set that was run; the empty one is today."""
        return tuple(self.known)

    def losses(self, names: Iterable[str]) -> Floats:
        """Run a set, unless it was run; give its losses, shape (draw,), money."""
        chosen = frozenset(names)
        if chosen not in self.known:
            done = len(self.known)
            self.expected = max(self.expected, done + 1)

            def tell(draws: int, of: int) -> None:
                self.progress(done * of + draws, self.expected * of)

            changed = with_measures(self.scenario, chosen)
            result = simulate(changed, self.draws, self.seed, workers=self.workers, progress=tell)
            self.known[chosen] = result.column(self.column).loss_money
        return self.known[chosen]

    def scores(self, names: Iterable[str]) -> Floats:
        """Give scores whose mean is the expected shortfall with these measures; shape (draw,), money."""
        chosen = frozenset(names)
        if chosen not in self.scored:
            self.scored[chosen] = shortfall_scores(self.losses(chosen), self.level)
        return self.scored[chosen]

    def bought(self, names: Iterable[str]) -> Floats:
        """Give scores whose mean is by how much the expected shortfall falls; shape (draw,), money."""
        return np.asarray(self.scores(NOTHING) - self.scores(names))

    def amount(self, names: Iterable[str]) -> float:
        """Give by how much the expected shortfall falls, money."""
        return float(self.bought(names).mean())

    def saved(self, names: Iterable[str], tail: Iterable[str]) -> float:
        """Give what a set saves on average in the draws that are the worst with the measures of another set, money."""
        weights = tail_weights(self.losses(tail), self.level)
        return float(weights @ (self.losses(NOTHING) - self.losses(names)))

    def helping(self, names: Iterable[str]) -> Estimate:
        """Give what a set saves in today's worst draws beyond what its members save there alone, money."""
        today, chosen = self.losses(NOTHING), frozenset(names)
        alone = sum((today - self.losses([name]) for name in sorted(chosen)), np.zeros(today.shape))
        more = today - self.losses(chosen) - alone
        return mean_interval(tail_weights(today, self.level) * today.size * more)

    def interaction(self, names: Iterable[str]) -> Estimate:
        """Give what a set buys beyond the sum of its members alone."""
        chosen = sorted(names)
        alone = sum((self.bought([name]) for name in chosen), np.zeros(self.scores(NOTHING).shape))
        return mean_interval(self.bought(chosen) - alone) if len(chosen) > 1 else Estimate(0.0, 0.0, 0.0)

    def share(self, names: Iterable[str]) -> Estimate | None:
        """Give what a set buys as a share of today's expected shortfall; None where that is not above 0."""
        today, bought = self.scores(NOTHING), self.bought(names)
        whole = float(today.mean())
        if whole <= 0.0:
            return None
        value = float(bought.mean()) / whole
        around = mean_interval((bought - value * today) / whole)
        return Estimate(value, value + min(around.low, 0.0), value + max(around.high, 0.0))


def with_measures(scenario: Scenario, names: Iterable[str]) -> Scenario:
    """Take several measures, in the order of the file.

    Parameters
    ----------
    scenario
        Whose measures.
    names
        Which of them.

    Returns
    -------
    Scenario
        Without the sections that list what could be done or said: another measure need not be possible beside these.

    Raises
    ------
    ScenarioError
        If together they make no valid scenario.
    """
    chosen = set(names)
    settings: dict[str, Any] = {}
    for name, measure in scenario.measures.items():
        if name in chosen:
            settings |= measure.set
    return bare_with(scenario, settings)


def find_clashes(scenario: Scenario, names: Sequence[str]) -> tuple[Clash, ...]:
    """Find pairs of measures that cannot be taken together.

    Parameters
    ----------
    scenario
        Whose measures.
    names
        Which of them.

    Returns
    -------
    tuple
        Pairs that set the same value, or a value and a part of it, so that the second would undo the first.
    """
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
