"""The best set of measures under a budget: all sets while they are few, otherwise a greedy search with swaps.

*All sets.* If no more than :data:`MOST_SETS` sets have a mean cost within the budget and members that can be combined,
all of them are run.

*Greedy search, then swaps.* One search adds the measure with the most reduction per unit of money until nothing more
can be paid; one starts with all measures and drops the one that is missed least; the third takes the best single
measure. From the best of the three, one member at a time is exchanged, dropped or added while that helps. Every set is
run.

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
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.random_quantities import uncertain
from multivector_sim.errors import ScenarioError
from multivector_sim.questions.rank_result import Clash
from multivector_sim.sampling.copula import factor
from multivector_sim.sampling.streams import PseudoRandom

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from multivector_sim.questions.rank_runs import MeasureRuns
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["LEAST", "MOST_SETS", "Costs", "Search", "fractional_bound", "ratio_draws"]

MOST_SETS = 256
LEAST = -1e300
"""Less than any set buys: what is had from one that makes no scenario."""

Chosen = frozenset[str]
NOTHING: Chosen = frozenset()


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
