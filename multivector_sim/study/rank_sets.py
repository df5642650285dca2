"""The best set of measures under a budget: every set while they are few, a greedy search with swaps when they are many.

*Every set.* All sets whose mean cost is within the budget and whose members do not clash are run, as long as there are
no more of them than :data:`MOST_SETS`.

*Greedy, then swaps.* Beginning with nothing, the measure that adds most per unit of money to the set so far is added,
until nothing that can be paid adds anything; beginning with everything, the one that is missed least per unit of money
is given up, until the rest can be paid; and the best single measure is taken. From the best of the three, one member is
exchanged for one other, taken away or added, while that buys more. Every set on the way is run.

*The bound.* With ``L(S)`` the loss under a set and ``Q`` the draws that are the worst under some set ``R``, a coherent
measure of risk gives ``ES(L(S)) >= mean of L(S) over Q``, and for ``S = R`` it is equal. So no set buys more than ::

    bought(R) + mean over Q of (L(R) - L(S))

As long as no set saves more than its members alone do, draw by draw, this is linear in the members, and the best
fractional filling of the budget by what each saves over ``Q`` bounds every set. It is worked out for today's worst
draws and for those of the set that was found, and the smaller is given. Where measures help each other (one is of no
use without the other), it is no bound; whether they were seen to is told with it.

The expected shortfall bought is not bounded by the sum of what members buy alone: two measures against independent
ruptures buy more together than alone, because each alone leaves the tail of the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from multivector_sim.errors import ScenarioError
from multivector_sim.study.rank_result import Clash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multivector_sim.study.rank_costs import Costs
    from multivector_sim.study.rank_runs import Shop

__all__ = ["MOST_SETS", "Search", "fractional_bound"]

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

    shop: Shop
    costs: Costs
    budget: float
    names: Sequence[str]
    clashes: Sequence[Clash]
    impossible: dict[Chosen, str] = field(default_factory=dict)

    def allowed(self, chosen: Chosen) -> bool:
        """Say whether a set can be paid and taken together."""
        clash = any(chosen.issuperset(it.measures) for it in self.clashes)
        return not clash and self.costs.fits(chosen, self.budget)

    def amount(self, chosen: Chosen) -> float:
        """Run a set and say what it buys; nothing to be had from one that makes no scenario."""
        if chosen in self.impossible:
            return LEAST
        try:
            return self.shop.amount(chosen)
        except ScenarioError as error:
            self.impossible[chosen] = "".join(f": {mistake}" for mistake in error.mistakes[:1])
            return LEAST

    def merit(self, chosen: Chosen) -> tuple[float, float, int]:
        """Order sets: what they buy, then the cheaper, then the smaller."""
        return self.amount(chosen), -self.costs.mean(chosen), -len(chosen)

    def sets(self, limit: int) -> list[Chosen] | None:
        """List every set that is allowed, the empty one among them; None where there are more than a limit."""
        found: list[Chosen] = []
        for chosen in self.grow(NOTHING, 0):
            found.append(chosen)
            if len(found) > limit:
                return None
        return found

    def grow(self, chosen: Chosen, place: int) -> Iterator[Chosen]:
        """Go through a set and all that add later measures to it; what cannot be paid is not followed further."""
        yield chosen
        for number in range(place, len(self.names)):
            larger = chosen | {self.names[number]}
            if self.allowed(larger):
                yield from self.grow(larger, number + 1)

    def exact(self, sets: Sequence[Chosen]) -> Chosen:
        """Run every set and give the best."""
        return max(sets, key=self.merit)

    def greedy(self) -> Chosen:
        """Give the best set that the heuristic finds."""
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
        """Give up what is missed least per unit of money, until the rest can be paid."""
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
        """Order additions; what costs nothing comes first."""
        cost = self.costs.mean([name])
        return cost == 0.0, gain / cost if cost > 0.0 else gain

    def swapped(self, chosen: Chosen) -> Chosen:
        """Exchange a member for another, take one away or add one, while that buys more."""
        while True:
            smaller = [chosen - {name} for name in chosen]
            others = [it | {name} for it in (*smaller, chosen) for name in self.names if name not in chosen]
            best = max([chosen, *smaller, *filter(self.allowed, others)], key=self.merit)
            if self.amount(best) <= self.amount(chosen):
                return chosen
            chosen = best

    def bound(self, chosen: Chosen) -> float:
        """Give what no set buys more than, as long as no set saves more than its members alone, draw by draw."""
        names = [name for name in self.names if self.allowed(frozenset({name}))]
        bounds = []
        for known in (NOTHING, chosen):
            items = [(self.shop.saved(frozenset({name}), known), self.costs.mean([name])) for name in names]
            own = self.amount(known) - self.shop.saved(known, known)
            bounds.append(own + fractional_bound(items, self.budget))
        return min(bounds)

    def no_scenario(self) -> tuple[Clash, ...]:
        """Name the sets that turned out to make no scenario."""
        return tuple(
            Clash(tuple(name for name in self.names if name in it), f"together they make no scenario{why}")
            for it, why in sorted(self.impossible.items(), key=lambda entry: (len(entry[0]), sorted(entry[0])))
            if not any(smaller < it for smaller in self.impossible)
        )


def fractional_bound(items: Sequence[tuple[float, float]], budget: float) -> float:
    """Fill a budget with parts of items, the best per unit of money first.

    Parameters
    ----------
    items
        Gain and cost of each, costs not negative; what gains nothing is left out.
    budget
        Money.

    Returns
    -------
    float
        Never less than what any whole items within the budget gain together.

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
