"""rank: warnings of a price above the purchase, trusts beside ratios, and the smallest set that is no worse."""

import pytest

import multivector_sim as mv
from multivector_sim.questions.rank import GRADES, effect_trust, rank, worst
from tests.questions.test_rank import DRAWS, FLOW, clauses, floor

MONTH = FLOW / 12


def certain(**costs):
    """Return three clauses whose worth is exact: 0.4, 0.1 and 0 of a month's flow for 24 months."""
    heights = {"strong": (0, 0.9), "weak": (1, 0.6), "idle": (2, 0.4)}
    return clauses({name: floor(*heights[name], cost) for name, cost in costs.items()}, severity=0.5)


def test_what_costs_more_than_it_buys_is_said():
    """The strong clause takes 0.4 x 24 months = 800 m off, the weak one 200 m; certain, so the draws can tell."""
    found = rank(certain(strong=0.4 * 24 * MONTH * 0.99, weak=0.1 * 24 * MONTH * 1.01, idle=1.0), draws=1024)
    assert {row.name: row.costs_more for row in found.measures} == {"strong": False, "weak": True, "idle": True}
    assert [row["costs_more_than_it_buys"] for row in found.document()["measures"]] == [False, True, True]


def test_a_price_within_the_interval_is_not_judged():
    case = clauses({"one": floor(0, 0.7, 1e6)})
    bought = rank(case, draws=DRAWS).measures[0].bought
    within = case.with_set({"measures.one.cost": bought.value})
    assert bought.low < bought.value < bought.high
    assert rank(within, draws=DRAWS).measures[0].costs_more is None


def test_recommended_is_the_smallest_set_not_worse_beyond_luck():
    """The idle clause is free and changes nothing: it does not belong in the set."""
    found = rank(certain(strong=2.0, weak=2.0, idle=0.0), budget=10.0, draws=1024)
    assert found.recommended.measures == ("strong", "weak"), "leaving either out is worse by a certain amount"
    assert found.recommended.less.value == pytest.approx(0.0, abs=1e-6)
    assert set(found.recommended.measures) <= set(found.best.measures)
    for row in (found.recommended, found.best):
        assert row.bought.value == pytest.approx((0.4 + 0.1) * 24 * MONTH)


def test_the_best_set_itself_takes_nothing_less_off():
    found = rank(certain(strong=1.0), budget=2.0, draws=128)
    assert found.recommended.measures == found.best.measures == ("strong",)
    assert found.recommended.less == (0.0, 0.0, 0.0)


def test_recommended_leaves_out_what_cannot_be_told_from_nothing():
    """A floor of 0.1001 where severities lie between 0.2 and 0.9 helps once in 7,000 draws; one of 0.8 always."""
    case = clauses({"large": floor(0, 0.8, 1.0), "small": floor(1, 0.1001, 1.0)})
    found = rank(case, budget=5.0, draws=DRAWS)
    assert found.best.measures in {("large", "small"), ("large",)}
    assert found.recommended.measures == ("large",)
    assert found.recommended.less.lowest <= 0.0
    document = found.document()["recommended"]
    assert document["measures"] == ["large"]
    assert document["less_than_best"]["low"] <= 0.0


@pytest.mark.parametrize("most_sets", [256, 0])
def test_recommended_is_never_larger_than_best_nor_surely_worse(most_sets):
    case = clauses({"x": floor(0, 0.8, 1.0), "y": floor(1, 0.5, 1.0), "z": floor(2, 0.3, 1.0)})
    found = rank(case, budget=2.5, draws=512, most_sets=most_sets)
    assert len(found.recommended.measures) <= len(found.best.measures)
    assert found.recommended.less.lowest <= 0.0


def test_no_recommendation_without_a_budget():
    found = rank(certain(strong=1.0), draws=1024)
    assert found.recommended is None
    assert found.document()["recommended"] is None


def test_trust_of_price_and_effect_stand_beside_the_ratio():
    case = certain(strong=1.0)
    priced = case.with_set({"measures.strong.cost": {"value": 1.0, "trust": "official", "as_of": 2024}})
    (row,) = rank(priced, draws=1024).measures
    assert (row.price_trust, row.effect_trust) == ("official", "unverified")
    sourced = priced.with_set({"measures.strong.set": {"contracts.0.floor": {"value": 0.9, "trust": "study"}}})
    (row,) = rank(sourced, draws=1024).measures
    assert (row.price_trust, row.effect_trust) == ("official", "study")


def test_the_effect_of_a_tie_is_no_better_than_its_beta():
    scenario = mv.load("kazakhstan/storms")
    path = "hazard.partners.russia.ties.culture-trade.value"
    changed = scenario.with_set({path: {"value": 1, "trust": "official", "source": "authors"}})
    betas = scenario.hazard.partners["russia"].ties["culture-trade"].beta.trust
    found = effect_trust(changed, [path])
    assert found.grade == worst(["official", betas])
    assert found.path.endswith(".beta") == (GRADES.index(betas) > 0)


def test_a_measure_that_sets_no_figure_has_no_trust():
    assert effect_trust(mv.load("two-buyers"), ["title"]) is None
