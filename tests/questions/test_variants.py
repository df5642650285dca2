"""What a name means, what a benchmark does to shares and legs, and what is said about it."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import multivector_sim as mv
from multivector_sim.questions.variants import (
    BENCHMARKS,
    _counted_flows,
    benchmark_mix,
    labelled,
    largest_partner,
    variant,
)
from tests.engine.cases import scenario


def totals(case):
    return {name: sum(flow.value for flow in flows.values()) for name, flows in case.exposures.items()}


@pytest.mark.parametrize("name", ["one", "equal", "one:russia", "one:usa", "article", "imports-2012"])
def test_no_mix_changes_the_total_of_a_channel(name):
    base = mv.load("kazakhstan")
    assert totals(variant(base, name).scenario) == pytest.approx(totals(base), rel=1e-12)


def test_one_is_the_largest_of_trade_and_investment_together():
    base = mv.load("kazakhstan")
    sums = {
        partner: sum(flows[partner].value for flows in base.exposures.values() if partner in flows)
        for partner, it in base.partners.items()
        if not it.residual
    }
    assert "others" not in sums
    assert largest_partner(base) == max(sums, key=sums.get) == "china"
    found = variant(base, "one")
    assert found.label == "one:china"
    assert found.is_one
    for channel, flows in found.scenario.exposures.items():
        assert [who for who, flow in flows.items() if flow.value > 0] == ["china"], channel


@given(st.lists(st.just(0.0) | st.floats(1e-3, 100.0), min_size=2, max_size=6).filter(lambda it: sum(it) > 1.0))
def test_equal_shares_are_among_those_who_trade_today(flows):
    names = [f"p{number}" for number in range(len(flows))]
    case = scenario(
        partners={name: {"title": name} for name in names}, exposures={"exports": dict(zip(names, flows, strict=True))}
    )
    shares = benchmark_mix(case, "equal")["exports"]
    assert set(shares) == {name for name, flow in zip(names, flows, strict=True) if flow > 0}
    assert len(set(shares.values())) == 1
    assert sum(shares.values()) == pytest.approx(1.0)


def test_ties_are_left_as_they_are():
    case = scenario(
        channels={"exports": {"kind": "trade"}, "culture": {"kind": "ties"}},
        exposures={"exports": {"a": 3e9, "b": 1e9}, "culture": {"a": 1e6, "b": 2e6}},
    )
    assert set(benchmark_mix(case, "equal")) == set(benchmark_mix(case, "one")) == {"exports"}
    assert variant(case, "one").scenario.exposures["culture"] == case.exposures["culture"]


def test_a_flow_that_a_partner_did_not_have_needs_no_corridor_and_it_is_said():
    base = mv.load("kazakhstan")
    found = variant(base, "one:russia")
    assert "russia" not in found.scenario.legs["energy"]
    assert any("russia had no part of energy" in note for note in found.notes)


def test_a_corridor_that_is_too_small_for_a_benchmark_is_said():
    found = variant(mv.load("kazakhstan"), "equal")
    assert any("corridor 'northern' has to carry" in note for note in found.notes)
    assert all(note.startswith("equal: ") for note in found.notes)
    (note,) = variant(mv.load("kazakhstan"), "article").notes  # more trade with Russia than its roads surely carry
    assert note.startswith("article: corridor 'russian-border' has to carry")


def test_without_legs_there_is_nothing_to_say():
    base = mv.load("kazakhstan").with_set({"legs": None})
    assert variant(base, "equal").notes == variant(base, "one:russia").notes == ()


def test_the_scenarios_own_names_win_and_all_kinds_are_known():
    base = mv.load("one-or-many")
    assert variant(base, "one").label == "one"
    assert variant(base, "one").scenario == base.with_mix("one")
    assert [variant(base, name).is_one for name in ("one", "two", "equal", "today")] == [True, False, False, False]
    assert variant(base, "together").scenario == base.with_override("together")
    two = mv.load("two-buyers")
    assert variant(two, "caspian-port").scenario == two.with_measure("caspian-port")


def test_labels_tell_all_apart():
    base = mv.load("two-buyers")
    items = [base, base.with_mix("article"), base.with_measure("caspian-port"), base, "one", "one", "today"]
    assert [it.label for it in labelled(items)] == [
        "today",
        "article",
        "caspian-port",
        "two-buyers",
        "one:eu",
        "one:eu (2)",
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("artcle", "did you mean 'article'"), ("zzz", "there are article"), ("one:rusia", "did you mean 'russia'")],
)
def test_a_name_that_means_nothing_is_refused_with_a_hint(name, hint):
    with pytest.raises(mv.UsageError, match=hint):
        variant(mv.load("two-buyers"), name)


def test_a_comparison_has_two_sides_and_begins_with_a_scenario():
    base = mv.load("two-buyers")
    for items in ([base], [base, "today"], ["article", base], []):
        with pytest.raises(mv.UsageError, match="compare: "):
            labelled(items)
    assert BENCHMARKS == ("today", "one", "equal")


def test_without_trade_there_is_no_benchmark():
    case = scenario(channels={"exports": {"kind": "ties"}})
    with pytest.raises(mv.UsageError, match="no trade and no investment"):
        largest_partner(case)


def test_flows_of_less_than_one_are_flows():
    figure, empty = SimpleNamespace(value=0.5), SimpleNamespace(value=0.0)
    scenario = SimpleNamespace(
        channels=dict.fromkeys(("exports", "imports"), SimpleNamespace(kind="trade")),
        exposures={"exports": {"china": figure}, "imports": {"china": empty}},
    )
    assert _counted_flows(scenario) == {"exports": {"china": 0.5}}


def test_flows_counted_in_large_units_are_flows():
    """Billions: all of them together are less than 1."""
    case = scenario(exposures={"exports": {"a": 0.3, "b": 0.1}})
    assert largest_partner(case) == "a"
    assert benchmark_mix(case, "equal") == {"exports": {"a": 0.5, "b": 0.5}}
