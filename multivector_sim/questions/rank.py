"""Which measure to buy: expected shortfall bought for each unit of money, alone and in the best set under a budget.

Every measure is run alone with the random numbers of today's run; the best one reduces the expected shortfall most for
its mean cost. A rank may be due to chance, so neighbours in the ranking are compared draw by draw. If the interval of
their difference contains 0, the draws cannot distinguish them; if the draws can, but the range of their costs cannot,
that is reported too. Under a budget the best *set* is found by running sets
(:mod:`multivector_sim.questions.rank_sets`).

**Trust.** What a measure buys for its money is an effect over a price, and is no better than the worse of the two. The
price is a figure of its own. The effect rests on every figure that the measure sets, and, where it sets how much of a
tie there is, on the tie's ``beta``, which says what the tie does. A number without an origin is ``unverified``.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from multivector_sim.display.progress import with_bar
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import Bounds, difference_estimate, few
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.selection import check_level
from multivector_sim.questions.rank_result import BestSet, Rank, Ranked, RecommendedSet
from multivector_sim.questions.rank_sets import (
    LEAST,
    MOST_SETS,
    Costs,
    MeasureRuns,
    Search,
    find_clashes,
    ratio_draws,
    with_measures,
)
from multivector_sim.scenario.figure import Trust
from multivector_sim.scenario.notices import figures
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from concurrent.futures import Executor

    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["DRAWS", "GRADES", "effect_trust", "rank", "worst"]

DRAWS = 20_000
FEWEST = 100


@with_bar
@on_executor
def rank(
    scenario: ScenarioLike,
    budget: float | None = None,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
    *,
    column: str = "total",
    most_sets: int = MOST_SETS,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> Rank:
    """Rank the measures of a scenario by the expected shortfall that they buy for their money.

    Parameters
    ----------
    scenario
        With its measures.
    budget
        Money. With it only measures are ranked whose mean cost it can pay, and the best set is looked for.
    level
        Of the expected shortfall, between 0 and 1.
    draws
        Of each run, 100 or more.
    seed
        The seed of every run: all measures use the same random numbers.
    column
        A channel, or trade, investment or total.
    most_sets
        Up to how many sets are all run; beyond, the best set is found by a heuristic and comes with a bound.
    workers
        How many threads to run.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with draws done and draws expected, over all runs.

    Returns
    -------
    Rank
        The best measure first; with a note, and nothing else, where there is nothing to rank.

    Raises
    ------
    UsageError
        If the budget, the level, the column or the number of draws makes no sense.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = mv.rank(mv.load("two-buyers"), budget=1e6)
    >>> found.measures, found.note
    ((), 'a budget of USD 1,000,000 buys nothing: the cheapest measure, caspian-port, costs USD 1,200,000,000')
    """
    scenario = as_scenario(scenario)
    _check(budget, level, draws, most_sets)
    costs = Costs(scenario, seed)
    names = [name for name in scenario.measures if budget is None or costs.fits([name], budget)]
    too_dear = tuple((name, costs.mean([name])) for name in scenario.measures if name not in names)
    clashes = find_clashes(scenario, names)
    rows: list[Ranked] = []
    best = today = recommended = None
    if names:
        shop = MeasureRuns(scenario, column, level, draws, seed, workers, progress)
        search = None if budget is None else Search(shop, costs, budget, names, clashes)
        sets = None if search is None else search.sets(most_sets)
        shop.expected = 1 + len(names) if sets is None else len(sets)
        rows = _ranked(shop, costs, names)
        today = shop.today()
        if search is not None:
            chosen = search.greedy() if sets is None else search.exact(sets)
            recommended = _recommended_set(search, chosen)
            best = _best_set(search, chosen, exact=sets is not None)
            clashes += search.no_scenario()
    return Rank(
        scenario=scenario.name,
        currency=scenario.currency,
        bought_in=(scenario.channels[column].unit if column in scenario.channels else None) or scenario.currency,
        column=column,
        level=level,
        draws=draws,
        seed=seed,
        budget=budget,
        today=today,
        measures=tuple(rows),
        too_dear=too_dear,
        clashes=clashes,
        best=best,
        note="" if names else _no_measures(scenario, costs, budget),
        recommended=recommended,
    )


def _check(budget: float | None, level: float, draws: int, most_sets: int) -> None:
    """Check the arguments."""
    check_level(level)
    if budget is not None and not (isfinite(budget) and budget >= 0.0):
        raise UsageError(f"budget: {budget} is not an amount of money; give 0 or more")
    if draws < FEWEST:
        raise UsageError(f"draws: {draws} are too few for a tail; give {FEWEST} or more")
    if most_sets < 0:
        raise UsageError(f"most_sets: {most_sets} is not a number of sets; give 0 or more")


def _no_measures(scenario: Scenario, costs: Costs, budget: float | None) -> str:
    """Return why nothing is ranked."""
    if not scenario.measures:
        return "the scenario has no measures: nothing is ranked; write some under 'measures'"
    cheapest = min(scenario.measures, key=lambda name: costs.mean([name]))
    price = f"{scenario.currency} {costs.mean([cheapest]):,.0f}"
    spent = f"{scenario.currency} {budget or 0.0:,.0f}"
    return f"a budget of {spent} buys nothing: the cheapest measure, {cheapest}, costs {price}"


def _ranked(shop: MeasureRuns, costs: Costs, names: list[str]) -> list[Ranked]:
    """Run every measure alone and put them in order."""
    price = {name: costs.mean([name]) for name in names}
    order = sorted(names, key=lambda name: _worth(shop.amount([name]), price[name]), reverse=True)
    reasons = [_tie_reason(shop, costs, one, other) for one, other in pairwise(order)]
    return [
        Ranked(
            name=name,
            title=shop.scenario.measures[name].title,
            cost=price[name],
            cost_range=costs.range_of(name),
            bought=shop.purchase([name]),
            share=shop.share([name]),
            per_money=_per_money(shop, [name], price[name]),
            per_money_range=_ratio_range(shop, costs, name),
            tie=reason,
            costs_more=_costs_more(shop, [name], price[name]),
            price_trust=shop.scenario.measures[name].cost.trust,
            effect_trust=_effect_grade(shop.scenario, name),
        )
        for name, reason in zip(order, [*reasons, ""], strict=True)
    ]


def _effect_grade(scenario: Scenario, name: str) -> str | None:
    """Return the worst trust among the figures behind a measure's effect; None where it sets no figure."""
    found = effect_trust(with_measures(scenario, [name]), scenario.measures[name].set)
    return None if found is None else found.grade


def _costs_more(shop: MeasureRuns, names: Collection[str], cost: float) -> bool | None:
    """Return whether a set costs more than it takes off the shortfall; None where that is not known."""
    if shop.column in shop.scenario.channels and shop.scenario.channels[shop.column].unit is not None:
        return None
    bought = shop.purchase(names)
    if bought.highest < cost:
        return True
    return False if bought.lowest >= cost else None


def _worth(amount: float, cost: float) -> tuple[float, float]:
    """Return the sort key of a measure: its reduction per unit of money, infinite if it is free and has an effect."""
    if cost > 0.0:
        return amount / cost, amount
    return (float(np.sign(amount)) * inf if amount else 0.0), amount


def _tie_reason(shop: MeasureRuns, costs: Costs, one: str, other: str) -> str:
    """Return why a measure may be no better than the next one; empty where it is better."""
    first, second = costs.mean([one]), costs.mean([other])
    if first == 0.0 or second == 0.0:
        free = shop.purchase([one], [other]) if second == 0.0 else shop.purchase([one])
        return "draws" if free.lowest <= 0.0 else ""
    apart = shop.bought([one]) / first - shop.bought([other]) / second
    if not apart.any() and not few(shop.losses(())):
        return "same"
    reach = shop.score_reach([one]) / first + shop.score_reach([other]) / second
    if difference_estimate(apart, Bounds(-reach, reach)).lowest <= 0.0:
        return "draws"
    if costs.range_of(one) is None and costs.range_of(other) is None:
        return ""
    pair = (one, other)
    ratios = ratio_draws([shop.bought([it]) for it in pair], [costs.drawn[it] for it in pair], shop.seed)
    return "costs" if not np.quantile(ratios[0] - ratios[1], 0.025) > 0.0 else ""


def _per_money(shop: MeasureRuns, names: list[str], cost: float) -> Estimate | None:
    """Return what a set buys per unit of money; None where it is free."""
    return None if cost == 0.0 else shop.purchase(names).scaled(1.0 / cost)


def _ratio_range(shop: MeasureRuns, costs: Costs, name: str) -> tuple[float, float] | None:
    """Return the 95 % range of what a measure buys for its money when its cost follows its law."""
    if costs.drawn[name].min() <= 0.0:
        return None
    low, high = np.quantile(ratio_draws([shop.bought([name])], [costs.drawn[name]], shop.seed)[0], [0.025, 0.975])
    return float(low), float(high)


def _recommended_set(search: Search, best: frozenset[str]) -> RecommendedSet:
    """Return the smallest set that is not significantly worse than the best; the cheapest of its size."""
    shop, costs = search.shop, search.costs
    # A heuristic may never have run the smaller sets inside the best one: members are left out one by one.
    chosen = best
    while chosen:
        smaller = [it for name in sorted(chosen) for it in [chosen - {name}] if search.allowed(it)]
        as_good = [it for it in smaller if search.amount(it) > LEAST and shop.purchase(best, it).lowest <= 0.0]
        if not as_good:
            break
        chosen = min(as_good, key=lambda it: shop.purchase(best, it).value)
    level = [it for it in shop.sets if search.allowed(it) and shop.purchase(best, it).lowest <= 0.0]
    chosen = min([best, chosen, *level], key=lambda it: (len(it), costs.mean(it), -shop.amount(it), sorted(it)))
    names = tuple(name for name in search.names if name in chosen)
    return RecommendedSet(
        measures=names,
        cost=costs.mean(names),
        over_budget=costs.probability_over(names, search.budget),
        bought=shop.purchase(chosen),
        share=shop.share(chosen),
        per_money=_per_money(shop, list(names), costs.mean(names)),
        less=Estimate(0.0, 0.0, 0.0) if chosen == best else shop.purchase(best, chosen),
        costs_more=_costs_more(shop, names, costs.mean(names)),
    )


def _best_set(search: Search, chosen: frozenset[str], *, exact: bool) -> BestSet:
    """Return what is known about the best set."""
    shop, costs = search.shop, search.costs
    bound = None if exact else search.bound(chosen)
    names = tuple(name for name in search.names if name in chosen)
    equals = [
        other
        for other in shop.sets
        if other != chosen and search.allowed(other) and shop.purchase(chosen, other).lowest <= 0.0
    ]
    return BestSet(
        measures=names,
        cost=costs.mean(names),
        over_budget=costs.probability_over(names, search.budget),
        bought=shop.purchase(chosen),
        share=shop.share(chosen),
        per_money=_per_money(shop, list(names), costs.mean(names)),
        interaction=shop.interaction(chosen),
        exact=exact,
        runs=len(shop.sets),
        bound=bound,
        helping=any(_surely_above(shop.helping(it)) for it in shop.sets if search.allowed(it)),
        equals=tuple(
            tuple(name for name in search.names if name in it)
            for it in sorted(equals, key=lambda it: (costs.mean(it), sorted(it)))
        ),
        costs_more=_costs_more(shop, names, costs.mean(names)),
    )


def _surely_above(estimate: Estimate) -> bool:
    """Return whether a number exceeds 0 by twice its interval, to allow for multiple comparisons."""
    return estimate.value > 2.0 * (estimate.value - estimate.lowest) and estimate.value > 0.0


GRADES: tuple[str, ...] = get_args(Trust)
"""The grades of trust, the best first."""

TIE_VALUE = ".value"


class EffectTrust(NamedTuple):
    """The worst grade among the figures behind an effect, and the path of the first figure that has it."""

    grade: str
    path: str


def worst(grades: Iterable[str]) -> str | None:
    """Return the worst of several grades of trust; None of none.

    Examples
    --------
    >>> worst(["official", "article", "press"]), worst([])
    ('article', None)
    """
    return max(grades, key=GRADES.index, default=None)


def effect_trust(changed: Scenario, paths: Iterable[str]) -> EffectTrust | None:
    """Return the worst trust among the figures that a measure's effect rests on.

    Parameters
    ----------
    changed
        The scenario with the measure taken.
    paths
        What the measure sets.

    Returns
    -------
    EffectTrust or None
        None where it sets no figure.
    """
    wanted = tuple(paths)
    behind = [(path, figure.trust) for path, figure in figures(changed) if _is_behind(path, wanted)]
    grade = worst(trust for _, trust in behind)
    return None if grade is None else EffectTrust(grade, next(path for path, trust in behind if trust == grade))


def _is_behind(path: str, wanted: tuple[str, ...]) -> bool:
    """Check whether the figure at a path is set, lies inside what is set, or is the beta of a tie that is set."""
    return any(
        path == it
        or path.startswith(f"{it}.")
        or (".ties." in it and it.endswith(TIE_VALUE) and path == f"{it.removesuffix(TIE_VALUE)}.beta")
        for it in wanted
    )
