"""The effect of a set of measures, and the best set under a budget.

The effect of a set comes from a run of the scenario with all of them, with the random numbers of today's run. It is
simulated, never summed: two measures may be redundant, or each may have no effect without the other. All runs share
their seed, so an effect is a paired difference of scores (:mod:`multivector_sim.measure.intervals`), and so is the
difference of two effects. Every set is run once.

*All sets.* If no more than :data:`MOST_SETS` sets have a mean cost within the budget and members that can be combined,
all of them are run.

*Greedy search, then swaps.* One search adds the measure with the most reduction per unit of money until nothing more
can be paid; one starts with all measures and drops the one that is missed least; the third takes the best single
measure. From the best of the three, one member at a time is exchanged, dropped or added while that helps.

*The bound.* Let ``L(S)`` be the loss under set S and ``Q`` the worst draws under some set ``R``. A coherent risk
measure gives ``ES(L(S)) >= mean of L(S) over Q``, with equality for ``S = R``. So no set reduces ES by more than ::

    bought(R) + mean over Q of (L(R) - L(S))

As long as no set saves more than its members do alone, draw by draw, this is linear in the members, and the best
fractional use of the budget bounds every set. The smaller of the bounds for today's worst draws and for those of the
set that was found is reported. If measures help each other it is no bound; whether they were seen to do so is reported
too. The reduction of a set can exceed the sum of its members' reductions: two measures against independent ruptures do
more together, because each alone leaves the tail of the other.

*Costs.* The ratio that ranks divides the reduction by the *mean* cost, which is known exactly for every distribution,
so its interval is that of the runs alone. The uncertainty of the price is shown beside it: the cost is drawn from its
own stream, ``measures.NAME.cost``, the reduction from the normal distribution of its Monte Carlo error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.cores import CORES
from multivector_sim.engine.random_quantities import uncertain
from multivector_sim.engine.simulate import Progress, silent, simulate
from multivector_sim.errors import ScenarioError
from multivector_sim.measure.bounded_intervals import FEW, Bounds, difference_estimate, distinct, few
from multivector_sim.measure.estimates import estimate_es
from multivector_sim.measure.intervals import Estimate, hall_ends, mean_interval, shortfall_scores
from multivector_sim.measure.tail import tail_weights, value_at_risk
from multivector_sim.questions.paired_runs import shortfall_difference
from multivector_sim.questions.rank_result import Clash
from multivector_sim.questions.variants import bare_with
from multivector_sim.sampling.copula import factor
from multivector_sim.sampling.streams import PseudoRandom

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = [
    "LEAST",
    "MOST_SETS",
    "Costs",
    "MeasureRuns",
    "Search",
    "find_clashes",
    "fractional_bound",
    "ratio_draws",
    "with_measures",
]

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


MOST_SETS = 256
LEAST = -1e300
"""Less than any set buys: what is had from one that makes no scenario."""

Chosen = frozenset[str]


@dataclass
class Search:
    """A search for the best set.

    Parameters
    ----------
    shop
        Runs sets.
    costs, budget
        What sets cost, and may cost.
    names
        The measures to choose from.
    clashes
        Which cannot be taken together.
    impossible
        Sets that turned out to make no scenario, though none of their members clash, and why.
    """

    shop: MeasureRuns
    costs: Costs
    budget: float
    names: Sequence[str]
    clashes: Sequence[Clash]
    impossible: dict[Chosen, str] = field(default_factory=dict)

    def allowed(self, chosen: Chosen) -> bool:
        """Return whether a set can be paid and taken together."""
        clash = any(chosen.issuperset(it.measures) for it in self.clashes)
        return not clash and self.costs.fits(chosen, self.budget)

    def amount(self, chosen: Chosen) -> float:
        """Return the effect of a set; minus infinity if it is no valid scenario."""
        if chosen in self.impossible:
            return LEAST
        try:
            return self.shop.amount(chosen)
        except ScenarioError as error:
            self.impossible[chosen] = "".join(f": {mistake}" for mistake in error.mistakes[:1])
            return LEAST

    def merit(self, chosen: Chosen) -> tuple[float, float, int]:
        """Return the sort key of a set: its effect, then the lower cost, then the smaller size."""
        return self.amount(chosen), -self.costs.mean(chosen), -len(chosen)

    def sets(self, limit: int) -> list[Chosen] | None:
        """Return all allowed sets including the empty one; None if there are more than a limit."""
        found: list[Chosen] = []
        for chosen in self.grow(NOTHING, 0):
            found.append(chosen)
            if len(found) > limit:
                return None
        return found

    def grow(self, chosen: Chosen, place: int) -> Iterator[Chosen]:
        """Yield a set and its extensions by later measures, except those beyond the budget."""
        yield chosen
        for number in range(place, len(self.names)):
            larger = chosen | {self.names[number]}
            if self.allowed(larger):
                yield from self.grow(larger, number + 1)

    def exact(self, sets: Sequence[Chosen]) -> Chosen:
        """Return the best of all sets."""
        return max(sets, key=self.merit)

    def greedy(self) -> Chosen:
        """Return the best set that the heuristic finds."""
        singles = [single for name in self.names for single in [frozenset({name})] if self.allowed(single)]
        return self.swapped(max([self.climbed(), self.trimmed(), *singles], key=self.merit))

    def climbed(self) -> Chosen:
        """Add what buys most per unit of money, while anything adds."""
        chosen = NOTHING
        while True:
            gains = {
                name: self.amount(larger) - self.amount(chosen)
                for name in self.names
                for larger in [chosen | {name}]
                if name not in chosen and self.allowed(larger)
            }
            better = [name for name, gain in gains.items() if gain > 0.0]
            if not better:
                return chosen
            chosen |= {max(better, key=lambda name: self.per_money(gains[name], name))}

    def trimmed(self) -> Chosen:
        """Return up what is missed least per unit of money, until the rest can be paid."""
        chosen = NOTHING
        for name in sorted(
            self.names, key=lambda name: self.per_money(self.amount(frozenset({name})), name), reverse=True
        ):
            larger = chosen | {name}
            if not any(larger.issuperset(it.measures) for it in self.clashes):
                chosen = larger
        while not self.allowed(chosen):
            missed = {name: self.amount(chosen) - self.amount(chosen - {name}) for name in chosen}
            chosen -= {min(sorted(missed), key=lambda name: self.per_money(missed[name], name))}
        return chosen

    def per_money(self, gain: float, name: str) -> tuple[bool, float]:
        """Return the sort key of an addition; free ones come first."""
        cost = self.costs.mean([name])
        return cost == 0.0, gain / cost if cost > 0.0 else gain

    def swapped(self, chosen: Chosen) -> Chosen:
        """Exchange, remove or add a member while that increases the effect."""
        while True:
            smaller = [chosen - {name} for name in chosen]
            others = [it | {name} for it in (*smaller, chosen) for name in self.names if name not in chosen]
            best = max([chosen, *smaller, *filter(self.allowed, others)], key=self.merit)
            if self.amount(best) <= self.amount(chosen):
                return chosen
            chosen = best

    def bound(self, chosen: Chosen) -> float:
        """Return what no set buys more than, as long as no set saves more than its members alone, draw by draw."""
        names = [name for name in self.names if self.allowed(frozenset({name}))]
        bounds = []
        for known in (NOTHING, chosen):
            items = [(self.shop.saved(frozenset({name}), known), self.costs.mean([name])) for name in names]
            own = self.amount(known) - self.shop.saved(known, known)
            bounds.append(own + fractional_bound(items, self.budget))
        return min(bounds)

    def no_scenario(self) -> tuple[Clash, ...]:
        """Return the sets that turned out to be no valid scenario."""
        return tuple(
            Clash(tuple(name for name in self.names if name in it), f"together they make no scenario{why}")
            for it, why in sorted(self.impossible.items(), key=lambda entry: (len(entry[0]), sorted(entry[0])))
            if not any(smaller < it for smaller in self.impossible)
        )


def fractional_bound(items: Sequence[tuple[float, float]], budget: float) -> float:
    """Return the value of a budget filled with fractions of items, the best per unit of money first.

    Examples
    --------
    >>> fractional_bound([(6.0, 2.0), (5.0, 5.0), (-1.0, 1.0)], 4.5)
    8.5
    """
    free = sum(gain for gain, cost in items if gain > 0.0 and cost == 0.0)
    left, gained = budget, free
    priced = [(gain, cost) for gain, cost in items if gain > 0.0 and cost > 0.0]
    for gain, cost in sorted(priced, key=lambda item: -item[0] / item[1]):
        part = min(1.0, left / cost)
        gained += part * gain
        left -= part * cost
    return gained


BLOCKS = 4
ROUNDING = 1e-12


@dataclass(frozen=True)
class Costs:
    """The costs of a scenario's measures.

    Parameters
    ----------
    scenario, seed
        Whose measures, and the seed of their streams.
    """

    scenario: Scenario
    seed: int

    def mean(self, names: Collection[str]) -> float:
        """Return the mean cost of a set, money."""
        return float(sum(self.scenario.measures[name].cost.law.mean for name in names))

    def fits(self, names: Collection[str], budget: float) -> bool:
        """Return whether a set's mean cost is within a budget."""
        return self.mean(names) <= budget * (1.0 + ROUNDING)

    @cached_property
    def drawn(self) -> dict[str, Floats]:
        """Draws of each measure's cost; shape (4096,), money."""
        return {
            name: np.concatenate(
                [
                    uncertain(f"measures.{name}.cost", measure.cost).sample(PseudoRandom(self.seed, block))
                    for block in range(BLOCKS)
                ]
            )
            for name, measure in self.scenario.measures.items()
        }

    def range_of(self, name: str) -> tuple[float, float] | None:
        """Return the 5 % and 95 % quantile of a cost; None where it is certain."""
        if self.scenario.measures[name].cost.is_fixed:
            return None
        low, high = np.quantile(self.drawn[name], [0.05, 0.95])
        return float(low), float(high)

    def probability_over(self, names: Collection[str], budget: float) -> float:
        """Return how probable it is that a set costs more than a budget."""
        if not names:
            return 0.0
        total = np.sum([self.drawn[name] for name in names], axis=0)
        return float(np.mean(total > budget * (1.0 + ROUNDING)))


def ratio_draws(bought: Sequence[Floats], costs: Sequence[Floats], seed: int) -> Floats:
    """Draw what each of several measures buys per unit of money, neither purchase nor cost being certain.

    Examples
    --------
    >>> certain = np.full(2000, 3.0)
    >>> ratio_draws([certain], [np.full(4096, 2.0)], 1)[0, :2]
    array([1.5, 1.5])
    """
    scores, prices = np.stack(bought), np.stack(costs)
    covariance = np.atleast_2d(np.cov(scores)) / scores.shape[1]
    sizes = np.sqrt(np.diagonal(covariance))
    scaled = np.where(sizes > 0.0, sizes, 1.0)
    from scipy.special import ndtri

    uniforms = np.stack(
        [
            np.concatenate([PseudoRandom(seed, block).uniforms(f"rank/error/{row}") for block in range(BLOCKS)])
            for row in range(scores.shape[0])
        ]
    )
    errors = sizes[:, None] * (factor(covariance / np.outer(scaled, scaled)) @ ndtri(uniforms))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((scores.mean(axis=1)[:, None] + errors) / prices)
