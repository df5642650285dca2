"""The best set of measures: found exactly where sets are few, bounded where they are many."""

from functools import partial
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector_sim.errors import ScenarioError
from multivector_sim.questions.rank_result import Clash
from multivector_sim.questions.rank_sets import Search, fractional_bound


class Counter:
    """A shop that sells by a formula and counts its runs."""

    def __init__(self, formula):
        self.formula = formula
        self.ran = {}
        self.expected = 0

    @property
    def sets(self):
        return tuple(self.ran)

    def amount(self, chosen):
        if chosen not in self.ran:
            self.ran[chosen] = self.formula(chosen)
        return self.ran[chosen]

    def saved(self, chosen, tail):
        """Where nothing is left to chance, the worst draws are all draws, whatever the set."""
        assert isinstance(tail, frozenset)
        return self.amount(chosen)


class Prices:
    """Certain costs."""

    def __init__(self, prices):
        self.prices = prices

    def mean(self, names):
        return float(sum(self.prices[name] for name in names))

    def fits(self, names, budget):
        return self.mean(names) <= budget


def search(formula, prices, budget, clashes=()):
    return Search(Counter(formula), Prices(prices), budget, list(prices), clashes)


def best_by_hand(found):
    names = found.names
    sets = [frozenset(it) for size in range(len(names) + 1) for it in combinations(names, size)]
    return max(found.shop.formula(it) for it in sets if found.allowed(it))


def coverage(weights, covers):
    """What is covered is bought once, however often: the pattern of measures that get in each other's way."""
    return lambda chosen: sum(weights[item] for item in set().union(*(covers[name] for name in chosen)))


numbers = st.integers(1, 9)
cases = st.integers(2, 7).flatmap(
    lambda count: st.tuples(
        st.lists(numbers, min_size=8, max_size=8),
        st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=4), min_size=count, max_size=count),
        st.lists(numbers, min_size=count, max_size=count),
        st.integers(1, 25),
    )
)


def from_case(case):
    weights, covered, prices, budget = case
    names = [f"m{number}" for number in range(len(prices))]
    return search(
        coverage(weights, dict(zip(names, covered, strict=True))), dict(zip(names, prices, strict=True)), budget
    )


@given(cases)
@settings(deadline=None)
def test_running_every_set_finds_the_best(case):
    found = from_case(case)
    sets = found.sets(10**6)
    assert len(sets) == len(set(sets))
    assert found.amount(found.exact(sets)) == best_by_hand(found)


@given(cases)
@settings(deadline=None)
def test_the_heuristic_pays_and_its_bound_holds_where_measures_only_get_in_each_others_way(case):
    found = from_case(case)
    chosen = found.greedy()
    best = best_by_hand(found)
    assert found.allowed(chosen)
    assert best <= found.bound(chosen) + 1e-9
    assert found.amount(chosen) >= 0.5 * (1.0 - 1.0 / np.e) * best - 1e-9  # greedy, or the best single one


def test_the_heuristic_exchanges_what_greed_took():
    values = {"cheap": 3.0, "left": 5.0, "right": 5.0}
    found = search(lambda chosen: sum(values[it] for it in chosen), {"cheap": 1.0, "left": 2.0, "right": 2.0}, 4.0)
    assert found.climbed() == {"cheap", "left"}
    assert found.greedy() == {"left", "right"}
    assert found.bound(found.greedy()) == pytest.approx(3.0 + 5.0 + 2.5)


def test_giving_up_finds_a_pair_of_which_neither_is_of_use_alone():
    def formula(chosen):
        return 9.0 * ({"lock", "key"} <= chosen) + 1.0 * ("rug" in chosen)

    found = search(formula, {"lock": 1.0, "key": 1.0, "rug": 1.5}, 2.0)
    assert found.climbed() == {"rug"}
    assert found.trimmed() == {"lock", "key"} == found.greedy()


def test_sets_are_pruned_by_cost_and_clash_and_counted():
    prices = dict.fromkeys("abcd", 1.0)
    plain = search(len, prices, 2.0)
    assert len(plain.sets(100)) == 1 + 4 + 6
    assert len(plain.sets(11)) == 11
    assert plain.sets(10) is None
    clashing = search(len, prices, 2.0, [Clash(("a", "b"), "both set x")])
    assert frozenset("ab") not in clashing.sets(100)
    assert len(clashing.sets(100)) == 10


def test_of_sets_that_buy_the_same_the_cheaper_is_taken():
    found = search(lambda chosen: 1.0 if chosen else 0.0, {"dear": 3.0, "cheap": 2.0}, 9.0)
    assert found.exact(found.sets(10)) == {"cheap"}


def test_a_measure_that_harms_is_not_in_the_best_set():
    values = {"good": 2.0, "bad": -1.0}
    found = search(lambda chosen: sum(values[it] for it in chosen), {"good": 1.0, "bad": 1.0}, 2.0)
    assert found.exact(found.sets(10)) == {"good"} == found.greedy()
    none = search(lambda chosen: -1.0 * len(chosen), {"bad": 1.0}, 2.0)
    assert none.exact(none.sets(10)) == frozenset()


def test_a_set_that_makes_no_scenario_is_left_out_and_named():
    def formula(chosen):
        if len(chosen) > 2:
            raise ScenarioError(())
        return float(len(chosen))

    found = search(formula, dict.fromkeys("abc", 1.0), 3.0)
    assert len(found.exact(found.sets(10))) == 2
    assert [it.measures for it in found.no_scenario()] == [("a", "b", "c")]


@given(st.lists(st.tuples(st.integers(-3, 9), st.integers(0, 5)), max_size=7), st.integers(0, 12))
def test_a_fractional_filling_is_never_less_than_a_whole_one(items, budget):
    whole = max(
        sum(gain for gain, _ in chosen)
        for size in range(len(items) + 1)
        for chosen in combinations(items, size)
        if sum(cost for _, cost in chosen) <= budget
    )
    assert fractional_bound([(float(gain), float(cost)) for gain, cost in items], float(budget)) >= whole - 1e-9


def test_all_sets_or_none_beyond_a_limit():
    search = SimpleNamespace(names=("a", "b"), allowed=lambda _: True)
    search.grow = partial(Search.grow, search)
    assert len(Search.sets(search, 4)) == 4
    assert Search.sets(search, 3) is None


def test_impossible_sets_are_named_in_the_order_of_their_measures():
    impossible = {frozenset("bc"): ": a", frozenset("ab"): ": z", frozenset("abd"): ": larger", frozenset("ade"): ""}
    found = Search.no_scenario(SimpleNamespace(names=tuple("abcde"), impossible=impossible))
    assert [it.measures for it in found] == [("a", "b"), ("b", "c"), ("a", "d", "e")]


def test_impossible_sets_are_named_by_size_and_then_by_their_members():
    found = search(len, dict.fromkeys("abcde", 1.0), 5.0)
    found.impossible = {frozenset("cde"): ": a", frozenset("bd"): ": a", frozenset("ac"): ": b"}
    assert [it.measures for it in found.no_scenario()] == [("a", "c"), ("b", "d"), ("c", "d", "e")]
