"""Ranking measures: a known order is found, a tie is said, and nothing is ranked where there is nothing."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.measure.bounded_intervals import Bounds
from multivector_sim.measure.intervals import Estimate
from multivector_sim.questions.rank import _tie_reason, rank
from multivector_sim.questions.rank_sets import NOTHING, MeasureRuns, find_clashes, with_measures
from tests.engine.cases import scenario

DRAWS = 4000
FLOW = 1e9


def measure(cost, **settings):
    return {"title": "something", "cost": cost, "set": {path.replace("__", "."): it for path, it in settings.items()}}


def clauses(measures, severity=None, partners=("a", "b", "c"), months=(24, 24, 24)):
    """Partners hit for certain, each with a clause that holds nothing until a measure makes it hold."""
    hit = severity or {"uniform": [0.2, 0.9]}
    return scenario(
        partners={name: {} for name in partners},
        exposures={"exports": dict.fromkeys(partners, FLOW)},
        stress=[
            {"partner": name, "channels": {"exports": hit}, "duration_months": month}
            for name, month in zip(partners, months, strict=True)
        ],
        contracts=[
            {"name": f"clause {name}", "partner": name, "channel": "exports", "honoured": 1, "floor": 0}
            for name in partners
        ],
        measures=measures,
    )


def floor(place, height, cost):
    return {"title": f"clause {place}", "cost": cost, "set": {f"contracts.{place}.floor": height}}


def test_a_known_order_is_found_with_its_exact_amounts():
    """With certain severities of a half for 24 of 60 months, a floor f above a half buys (f - 1/2) x 24 months."""
    month = FLOW / 12
    case = clauses(
        {
            "weak": floor(0, 0.6, 1e6),
            "strong": floor(1, 0.9, 2e6),
            "dear": floor(2, 0.9, 8e6),
            "idle": floor(0, 0.4, 1e5),
        },
        severity=0.5,
    )
    found = rank(case, draws=1024)
    assert [row.name for row in found.measures] == ["strong", "weak", "dear", "idle"]
    for row, gain in zip(found.measures, (0.4, 0.1, 0.4, 0.0), strict=True):
        assert row.bought.value == pytest.approx(gain * 24 * month, rel=1e-9, abs=1e-3)
        assert row.per_money.value == pytest.approx(gain * 24 * month / row.cost, rel=1e-9, abs=1e-9)
        assert row.share.value == pytest.approx(gain / 1.5, rel=1e-9, abs=1e-9)
        assert row.cost_range is None
    assert found.ties == ()
    assert found.today.value == pytest.approx(3 * 0.5 * 24 * month)


def test_a_known_order_is_found_where_losses_are_uncertain():
    case = clauses({"low": floor(0, 0.4, 1e6), "high": floor(1, 0.8, 1e6), "middle": floor(2, 0.6, 1e6)})
    found = rank(case, draws=DRAWS)
    assert [row.name for row in found.measures] == ["high", "middle", "low"]
    assert found.ties == ()
    assert all(row.bought.low > 0.0 for row in found.measures)


def test_an_equal_pair_is_said_to_tie():
    case = clauses({"one": floor(0, 0.7, 1e6), "other": floor(1, 0.7, 1e6), "worse": floor(2, 0.3, 1e6)})
    found = rank(case, draws=DRAWS)
    assert {row.name for row in found.measures[:2]} == {"one", "other"}
    assert found.ties == ((1, 2),)
    assert [row.tie for row in found.measures] == ["draws", "", ""]
    assert found.document()["ties"] == [[1, 2]]


def test_equal_pairs_tie_as_often_as_their_intervals_say():
    """Two measures that are equal in law are told apart in about one run in twenty: whichever is first may be luck."""
    case = clauses({"one": floor(0, 0.7, 1e6), "other": floor(1, 0.7, 1e6)})
    told = sum(rank(case, draws=512, seed=seed).ties == () for seed in range(40))
    assert told <= 8  # 5 % of 40 is 2; 8 or fewer in all but one in 2,000


def test_the_very_same_measure_ties_with_itself_and_clashes():
    case = clauses({"one": floor(0, 0.7, 1e6), "again": floor(0, 0.7, 1e6)})
    found = rank(case, budget=5e6, draws=1024)
    assert found.ties == ((1, 2),)
    assert found.measures[0].tie == "same"
    assert [(it.measures, it.reason) for it in found.clashes] == [(("one", "again"), "both set contracts.0.floor")]
    assert len(found.best.measures) == 1
    assert len(found.best.equals) == 1


def test_costs_too_uncertain_to_tell_are_said_apart_from_too_few_draws():
    wide = {"uniform": [1e5, 3.9e6]}
    case = clauses({"sure": floor(0, 0.7, 1.6e6), "wide": floor(1, 0.7, wide)})
    found = rank(case, draws=20_000)
    assert [row.name for row in found.measures] == ["sure", "wide"]
    assert found.measures[0].tie == "costs"
    low, high = found.measures[1].per_money_range
    assert low < found.measures[1].per_money.low < found.measures[1].per_money.high < high
    assert found.measures[1].cost == pytest.approx(2e6)
    assert found.measures[1].cost_range == (pytest.approx(2.9e5, rel=0.1), pytest.approx(3.71e6, rel=0.1))


def test_the_best_set_is_run_and_not_summed():
    """Two measures that close the same gap buy together no more than one."""
    double = {"title": "both", "cost": 1e6, "set": {"channels.exports.buffer_months": 200}}
    case = clauses({"stock": double, "clause": floor(0, 0.8, 1e6)})
    found = rank(case, budget=2e6, draws=1024)
    assert found.best.exact
    assert found.best.measures == ("stock",)
    shop = MeasureRuns(case, "total", 0.95, 1024, 1)
    assert shop.interaction(("stock", "clause")).value == pytest.approx(-shop.amount(["clause"]))


def test_measures_that_need_each_other_are_found_together():
    """A clause that is never honoured and one without a floor buy nothing alone."""
    case = clauses(
        {"promise": measure(1e6, contracts__0__honoured=1), "height": measure(1e6, contracts__0__floor=0.9)}
    ).with_set({"contracts.0.honoured": 0})
    found = rank(case, budget=2e6, draws=1024)
    assert [row.bought.value for row in found.measures] == [0.0, 0.0]
    assert set(found.best.measures) == {"promise", "height"}
    assert found.best.helping
    assert found.best.interaction.value == pytest.approx(found.best.bought.value)
    fast = rank(case, budget=2e6, draws=1024, most_sets=0)
    assert not fast.best.exact
    assert fast.best.measures == found.best.measures
    assert fast.best.helping
    assert fast.best.bound < fast.best.bought.value  # which is why it is said to be no bound here


@pytest.mark.parametrize("budget", [1.0e6, 1.2e6, 2.15e6, 2.4e6, 3.3e6])
def test_the_heuristic_and_the_bound_on_a_scenario(budget):
    """Clauses with different partners save in each draw what they save alone; still they buy more than the sum."""
    measures = {name: floor(place, 0.8, 1e6 + 1e5 * place) for place, name in enumerate(("x", "y", "z"))}
    case = clauses(measures, months=(12, 24, 36))
    exact = rank(case, budget=budget, draws=1024)
    fast = rank(case, budget=budget, draws=1024, most_sets=0)
    assert exact.best.exact
    assert exact.best.bound is None
    assert fast.best.measures == exact.best.measures
    assert fast.best.bound >= exact.best.bought.value * (1.0 - 1e-12)
    assert not fast.best.helping
    if len(fast.best.measures) > 1:
        assert fast.best.interaction.low > 0.0


@pytest.mark.parametrize(("budget", "told"), [(0, "USD 0 buys nothing"), (9e5, "USD 900,000 buys nothing")])
def test_a_budget_of_nothing_ranks_nothing(budget, told):
    found = rank(clauses({"one": floor(0, 0.7, 1e6), "other": floor(1, 0.7, 2e6)}), budget=budget)
    assert found.measures == ()
    assert found.best is None
    assert told in found.note
    assert "the cheapest measure, one, costs USD 1,000,000" in found.note
    assert found.too_dear == (("one", 1e6), ("other", 2e6))
    json.dumps(found.document(), allow_nan=False)
    assert found.plot().texts[0].get_text().startswith("A budget of")


def test_a_scenario_without_measures_says_so():
    found = rank(clauses({}))
    assert found.measures == ()
    assert "has no measures" in found.note


def test_what_is_free_comes_first_and_has_no_ratio():
    case = clauses({"bought": floor(0, 0.9, 1.0), "free": floor(1, 0.4, 0), "idle": floor(2, 0.05, 0)})
    found = rank(case, budget=0, draws=1024)
    assert [row.name for row in found.measures] == ["free", "idle"]
    assert found.measures[0].per_money is None
    assert found.measures[0].per_money_range is None
    assert found.best.measures == ("free",)
    whole = rank(case, draws=1024)
    assert [row.name for row in whole.measures] == ["free", "bought", "idle"]
    json.dumps(whole.document(), allow_nan=False)


def test_measures_that_set_a_part_of_what_another_sets_clash():
    whole = {"title": "w", "cost": 1, "set": {"contracts.0": {"name": "x", "partner": "a", "channel": "exports"}}}
    whole["set"]["contracts.0"] |= {"honoured": 1, "floor": 0.5}
    case = clauses({"whole": whole, "part": floor(0, 0.7, 1), "apart": floor(1, 0.7, 1)})
    assert [it.measures for it in find_clashes(case, list(case.measures))] == [("whole", "part")]


def test_measures_that_make_no_scenario_together_are_left_out_and_said():
    """Squares of loadings that add up to more than 1: each is good alone."""
    document = mv.load("one-or-many").with_set({"hazard.copula.loadings.global": 0.6}).document()
    changes = {"low": ("global", 0.1), "more": ("bloc", 0.7), "most": ("global", 0.9)}
    measures = {
        name: {"title": name, "cost": 1, "set": {f"hazard.copula.loadings.{key}": value}}
        for name, (key, value) in changes.items()
    }
    case = mv.Scenario.model_validate(document | {"measures": measures})
    found = rank(case, budget=3, draws=1024)
    by_hand = {it.measures: it.reason for it in found.clashes}
    assert by_hand[("low", "most")] == "both set hazard.copula.loadings.global"
    assert by_hand[("more", "most")].startswith("together they make no scenario: hazard.copula.loadings")
    assert found.best.measures == ("low",)
    assert found.best.exact


def test_measures_are_taken_in_the_order_of_the_file():
    case = clauses({"one": floor(0, 0.7, 1), "two": floor(1, 0.6, 1)})
    both = with_measures(case, {"two", "one"})
    assert [contract.floor.value for contract in both.contracts] == [0.7, 0.6, 0.0]


def test_the_interval_of_a_purchase_is_paired_and_covers():
    """Over many seeds the purchase lies inside the interval of each as often as 95 % ones should."""
    case = clauses({"one": floor(0, 0.6, 1e6)})
    # 51 draws lie in the tail: with fewer than 30 the interval reaches to the bounds, and is wider than the spread.
    runs = [rank(case, draws=1024, seed=seed).measures[0].bought for seed in range(60)]
    truth = rank(case, draws=200_000, seed=999).measures[0].bought.value
    covered = np.mean([it.low <= truth <= it.high for it in runs])
    assert covered >= 0.83
    spread = np.std([it.value for it in runs])
    assert np.mean([it.high - it.low for it in runs]) / (2 * 1.96) == pytest.approx(spread, rel=0.35)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"budget": -1.0}, "budget: -1.0 is not an amount of money"),
        ({"budget": float("nan")}, "budget: nan"),
        ({"level": 1.0}, "level: 1.0"),
        ({"draws": 3}, "draws: 3"),
        ({"most_sets": -1}, "most_sets"),
        ({"column": "energy"}, "no column called 'energy'"),
    ],
)
def test_what_makes_no_sense_is_refused(options, told):
    with pytest.raises(mv.UsageError, match=told):
        rank(mv.load("two-buyers"), **options)


def test_the_plot_names_every_measure_and_every_tie():
    case = clauses(
        {"one": floor(0, 0.7, 1e6), "other": floor(1, 0.7, 1e6), "worse": floor(2, 0.3, {"uniform": [1, 3e6]})}
    )
    found = rank(case, budget=2e6, draws=1024)
    axes = found.plot()
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert [label.split()[0] for label in labels] == ["1", "2", "3"]
    said = [text.get_text() for text in axes.texts]
    assert "cannot tell:\nthe draws are\ntoo few" in said
    assert {"in the best set", "alone", "range of its cost"} == {it.get_text() for it in axes.get_legend().get_texts()}


def test_progress_ends_at_its_end():
    seen = []
    rank(clauses({"one": floor(0, 0.7, 1e6)}), budget=2e6, draws=1024, progress=lambda *it: seen.append(it))
    assert seen[-1] == (2048, 2048)


class Shop:
    """Two measures of which one may change the score of a draw by 1, the other by 3."""

    seed = 1

    def bought(self, names):
        return np.linspace(0.0, 1.0, 100) * (2.0 if names == ["a"] else 1.0)

    def losses(self, _):
        return np.linspace(0.0, 1.0, 100)

    def score_reach(self, names):
        return 1.0 if names == ["a"] else 3.0


def test_a_tie_is_judged_within_what_the_scores_can_be(monkeypatch):
    bounds = []
    monkeypatch.setitem(
        _tie_reason.__globals__, "difference_estimate", lambda _, it: bounds.append(it) or Estimate(-1.0, -1.0, -1.0)
    )
    costs = SimpleNamespace(mean=lambda names: 2.0 if names == ["a"] else 4.0)
    assert _tie_reason(Shop(), costs, "a", "b") == "draws"
    assert bounds == [Bounds(-1.25, 1.25)]


def test_a_score_reaches_as_far_as_losses_over_the_tail():
    shop = SimpleNamespace(
        losses=lambda _: None, bounds={NOTHING: Bounds(0.0, 2.0), frozenset("a"): Bounds(0.0, 3.0)}, level=0.75
    )
    assert MeasureRuns.score_reach(shop, ["a"]) == 12.0
    assert MeasureRuns.score_reach(shop, []) == 8.0


def halves(one, other, **options):
    """Rank two clauses that hold half of the flows for certain; one for the third partner holds by chance."""
    case = clauses({"one": floor(0, 0.9, one), "other": floor(1, 0.6, other)}, severity=0.5)
    return rank(case.with_set({"contracts.2.honoured": 0.5, "contracts.2.floor": 0.9}), draws=128, **options)


def test_what_few_draws_may_have_missed_can_make_a_tie_of_a_sure_difference():
    """Every draw says that one buys more; a tail of six may have missed a draw that loses all, one of 64 may not."""
    assert [row.tie for row in halves(1e6, 1e6).measures] == ["draws", ""]
    assert [row.tie for row in halves(1e6, 1e6, level=0.5).measures] == ["", ""]


def test_what_may_have_been_missed_counts_per_unit_of_money():
    """Both prices a million times as high change every ratio alike, and so no verdict."""
    assert [row.tie for row in halves(1e12, 1e12, level=0.5).measures] == ["", ""]


@pytest.mark.parametrize("level", [0.4, 0.95])
def test_the_score_of_a_draw_may_differ_by_the_whole_range_of_losses_over_the_tail(level):
    shop = MeasureRuns(clauses({}), "total", level, 128, 1)
    reach = shop.score_reach(())
    assert reach == pytest.approx(shop.bounds[frozenset()].span / (1.0 - level), rel=1e-12)
    assert reach > 0.0
