"""Each mechanism of the article matters: switched off, the answer moves the way its page says, under the same luck."""

import math
from itertools import pairwise

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.study.paired import BETTER, SAME, WORSE, difference, shortfall_difference
from tests.scenarios.case_runs import loaded, run, variant

WRITTEN = "as written"
YEARS = 5

# scenario, with the mechanism, without it, column, and what being without it is: the whole interval of the paired
# difference of mean losses has to lie on that side.
SWITCHES = [
    ("portfolio", WRITTEN, "override without-ties", "total", WORSE),
    ("portfolio", WRITTEN, "override without-moscow", "trade", WORSE),
    ("portfolio", WRITTEN, "override without-the-west", "investment", WORSE),
    ("peers-2022", "mix peers", WRITTEN, "investment", BETTER),
    ("peers-2022", WRITTEN, "override no-spillover", "investment", BETTER),
    ("corridors", WRITTEN, "override no-spare", "energy", WORSE),
    ("corridors", WRITTEN, "override nothing-stalls", "energy", BETTER),
    ("corridors", WRITTEN, "override fibre-russia-stalls", "data", WORSE),
    ("gas-contract", WRITTEN, "override without-clause", "gas", WORSE),
    ("partner-table", WRITTEN, "override buyers-only", "energy", BETTER),
    ("partner-table", WRITTEN, "mix article-table", "energy", WORSE),
    ("dutch-holding", WRITTEN, "override on-paper", "investment", BETTER),
    ("technology", WRITTEN, "override one-source", "technology", WORSE),
    ("technology", WRITTEN, "override no-takeover", "technology", WORSE),
    ("security", WRITTEN, "override without-ties", "total", WORSE),
    ("security", WRITTEN, "override without-agreements", "trade", WORSE),
    ("security", WRITTEN, "override without-exercises", "trade", BETTER),
    ("security", WRITTEN, "override without-exercises", "investment", WORSE),
    ("soft-power", WRITTEN, "override without-soft-power", "total", WORSE),
    ("subsidy", WRITTEN, "override without-subsidy", "exports", WORSE),
    ("subsidy", "override substitute", "override without-subsidy", "exports", SAME),
    ("subsidy", "override substitute", "override replaces-russia", "investment", BETTER),
    ("rebalancing", "mix year-12", WRITTEN, "exports", BETTER),
    ("outreach", WRITTEN, "override as-before", "trade", BETTER),
    ("outreach", WRITTEN, "override as-before", "investment", WORSE),
    ("outreach", WRITTEN, "override as-before", "total", BETTER),
    ("logistics", WRITTEN, "override without-programme", "trade", WORSE),
    ("logistics", WRITTEN, "override trans-caspian-instead", "trade", BETTER),
    ("storms", "override all-talks", WRITTEN, "total", WORSE),
    ("storms", "override all-talks", "measure talks-moscow", "total", WORSE),
    ("interlock", WRITTEN, "override without-interlock", "investment", BETTER),
    ("interlock", WRITTEN, "override without-interlock", "imports", BETTER),
    ("interlock", WRITTEN, "override without-interlock", "total", BETTER),
    ("mistake-customers", WRITTEN, "mistake-customers-undone", "trade", WORSE),
    ("mistake-sum", WRITTEN, "mistake-sum-undone", "trade", WORSE),
    ("balanced-diet", "mix diet-of-exports", WRITTEN, "exports", WORSE),
]


def losses(name, case, column):
    return run(name, case).column(column).loss_share


@pytest.mark.parametrize(("name", "on", "off", "column", "verdict"), SWITCHES)
def test_switching_a_mechanism_off_moves_the_answer(name, on, off, column, verdict):
    first, second = losses(name, on, column), losses(name, off, column)
    if verdict == SAME:
        assert first.any()
        np.testing.assert_allclose(second, first, rtol=0, atol=1e-12)
        return
    assert difference(first, second).verdict == verdict


def expected_ruptures(scenario):
    """Give the expected number where every number is certain: sum of 1 - exp(-5 lambda exp(-beta value))."""
    total = 0.0
    for partner in scenario.hazard.partners.values():
        held_back = sum(tie.beta.value * (tie.value.value - tie.baseline.value) for tie in partner.ties.values())
        total += -math.expm1(-YEARS * partner.intensity.value * math.exp(-held_back))
    return total


def test_sixty_five_percent_fewer_ruptures_take_a_beta_of_one_and_a_tenth():
    certain = {"hazard.partners.russia.intensity": (0.024 + 4 * 0.04 + 0.1) / 6}  # the mean of its law
    today = expected_ruptures(loaded("storms").with_set({**certain, **no_betas(loaded("storms"))}))
    needed = expected_ruptures(variant("storms", "override what-it-takes").with_set(certain))
    assert needed / today - 1.0 == pytest.approx(-0.65, abs=0.001)
    before, after = (run("storms", case).ruptures for case in (WRITTEN, "override what-it-takes"))
    assert abs(after.mean() - needed) < 4.5 * after.std() / math.sqrt(after.size)
    assert abs(before.mean() - today) < 4.5 * before.std() / math.sqrt(before.size)


def no_betas(scenario):
    return {f"hazard.partners.{name}.ties.talks.beta": 0 for name in scenario.hazard.partners}


def test_a_mix_changes_what_ruptures_cost_and_not_whether_they_come():
    today, mixed = run("storms"), run("storms", "mix article")
    assert np.array_equal(today.ruptures, mixed.ruptures)
    assert not np.array_equal(today.trade.loss_share, mixed.trade.loss_share)


def test_the_claims_about_storms_fall_as_the_page_says():
    found = mv.claims(loaded("storms"), ("storms-by-mix", "storms-by-talks"), draws=2048)
    assert found.verdicts == {"storms-by-mix": "fails", "storms-by-talks": "fails"}


@pytest.mark.parametrize(
    "case", ["override without-ties", "override without-agreements", "override without-soft-power"]
)
def test_ties_make_ruptures_rarer(case):
    name = "soft-power" if "soft-power" in case else "security"
    fewer, more = run(name).ruptures, run(name, case).ruptures
    assert difference(fewer.astype(float), more.astype(float)).verdict == WORSE


def test_ties_are_beside_the_money():
    plain = loaded("security")
    counted = run("security", "override added-to-money")
    by_hazard = run("by-hazard")
    assert run("security").total.baseline == by_hazard.total.baseline
    assert counted.total.baseline - by_hazard.total.baseline == pytest.approx(4.3e9 * plain.horizon_months / 12)
    assert run("security").column("military").mean().value > 0.0


def test_a_clause_that_fails_when_it_is_needed_is_worth_less_than_its_average():
    without, with_clause = (losses("gas-contract", case, "gas") for case in ("override without-clause", WRITTEN))
    halved = ("mild-mostly-honoured", "hard-mostly-broken")
    failing = [losses("gas-contract", f"override {case}", "gas") for case in halved]
    same = [losses("gas-contract", f"override {case}", "gas") for case in ("mild", "hard")]
    scenario = loaded("gas-contract")
    odds = [scenario.overrides[it]["contracts.0.honoured"] for it in halved]
    assert np.mean(odds) == pytest.approx(scenario.contracts[0].honoured.value)
    halves = [list(scenario.overrides[it]["stress.0.channels.gas"]["empirical"]) for it in ("mild", "hard")]
    assert halves[0] + halves[1] == list(scenario.stress[0].channels["gas"].law.values)
    whole = sum(part.mean() for part in same) / 2
    spread = math.hypot(with_clause.std(), same[0].std() / 2, same[1].std() / 2) / math.sqrt(with_clause.size)
    assert abs(whole - with_clause.mean()) < 4.5 * spread
    assert difference(sum(same) / 2, sum(failing) / 2).verdict == WORSE
    lost_worth = (sum(part.mean() for part in failing) / 2 - whole) / (without.mean() - whole)
    assert lost_worth == pytest.approx(0.26, abs=0.03)  # "a quarter of the clause's worth is gone"
    assert round(100 * sum(part.mean() for part in failing) / 2, 2) == 15.56


def test_peers_fall_by_seven_percent_in_two_ways_and_kazakhstan_holds_in_one():
    peers = run("peers-2022", "mix peers").investment
    few = run("peers-2022", "mix peers-few-investors, override strong-spillover").investment
    assert peers.mean().value == pytest.approx(0.07, abs=0.001)
    assert few.mean().value == pytest.approx(0.07, abs=0.001)
    assert run("peers-2022").investment.mean().high < 0.015
    assert run("peers-2022", "override strong-spillover").investment.mean().low > 0.04


def test_only_three_routes_cost_anything_when_they_stall_alone():
    stalls = [name for name in loaded("corridors").overrides if name.endswith("-stalls") and name != "nothing-stalls"]
    costly = {name for name in stalls if run("corridors", f"override {name}").trade.mean().value > 0.0}
    assert len(stalls) == 9
    assert costly == {"northern-stalls", "south-east-stalls"}
    assert run("corridors").trade.mean().value > 0.0  # and the Caspian Pipeline, as written


def test_what_the_article_sells_to_china_does_not_fit_into_the_pipeline():
    calm = variant("partner-table", "mix article-table").with_set({"stress": []})
    pipeline = calm.corridors["atasu-alashankou"].capacity.value + calm.corridors["rail"].capacity.law.support[1]
    assert calm.exposures["energy"]["china"].value > pipeline
    assert mv.simulate(calm, draws=256, seed=1).column("energy").mean().value > 0.05
    table = variant("partner-table", "mix article-table").exposures["energy"]
    written = variant("partner-table", "override table-by-buyers").exposures["energy"]
    assert {name: it.value for name, it in table.items() if it.value} == pytest.approx(
        {name: it.value for name, it in written.items() if it.value}
    )


def test_twelve_years_go_in_a_straight_line_from_today_to_the_articles_mix():
    scenario = loaded("rebalancing")
    flows = {name: it.value for name, it in scenario.exposures["exports"].items()}
    today = {name: flow / sum(flows.values()) for name, flow in flows.items()}
    target = scenario.mixes["article"]["exports"]
    for year in range(1, 13):
        mix = scenario.mixes[f"year-{year:02d}"]["exports"]
        line = {name: (1 - year / 12) * today[name] + year / 12 * target.get(name, 0.0) for name in today}
        assert {name: mix.get(name, 0.0) for name in today} == pytest.approx(line, abs=5e-6)


def hhi(flows):
    total = sum(it.value for it in flows.values())
    return sum((it.value / total) ** 2 for it in flows.values())


def test_every_year_of_rebalancing_costs_more_exports_than_the_last():
    cases = [WRITTEN, *(f"mix year-{year:02d}" for year in (3, 6, 12))]
    steps = [losses("rebalancing", case, "exports") for case in cases]
    verdicts = [difference(one, two).verdict for one, two in pairwise(steps)]
    assert verdicts == [WORSE] * 3
    before, after = (hhi(variant("rebalancing", case).exposures["exports"]) for case in (WRITTEN, "mix year-12"))
    assert (round(before, 2), round(after, 2)) == (0.20, 0.32)


def test_joined_ruptures_have_a_worse_tail_and_come_as_often():
    alone, joined = (run(name) for name in ("mistake-independence", "mistake-independence-undone"))
    tails = [result.investment.loss_share for result in (alone, joined)]
    assert shortfall_difference(*tails, 0.95).verdict == WORSE
    apart = joined.ruptures.mean() - alone.ruptures.mean()
    assert abs(apart) < 4.5 * math.hypot(alone.ruptures.std(), joined.ruptures.std()) / math.sqrt(alone.draws)


def test_the_second_of_a_pair_is_the_case_it_stands_for():
    for name, like in {
        "mistake-customers-undone": "transit-closed",
        "mistake-independence-undone": "by-hazard",
    }.items():
        assert run(name).fingerprint == run(like).fingerprint


def test_soft_power_pays_from_where_the_page_says():
    claim = "soft-power-pays"
    path = "hazard.partners.russia.ties.soft-power.beta"
    verdicts = [
        mv.claims(loaded("soft-power").with_set({path: beta}), (claim,), draws=2048).verdicts[claim]
        for beta in (0.11, 0.15, 0.18)
    ]
    assert verdicts == ["fails", "cannot tell", "holds"]
    without = run("soft-power", "override without-soft-power")
    lost = without.attribution[:, 0, 2].mean()
    assert lost == pytest.approx(4.4e9, abs=0.05e9)
    assert -math.log1p(-0.63e9 / lost) == pytest.approx(0.15, abs=0.01)
    assert 0.63e9 / without.total.loss_share.mean() / without.total.baseline == pytest.approx(0.0756, abs=0.0005)


def test_the_diets_are_those_of_the_frontier_and_the_articles_mix_is_worse():
    scenario = loaded("balanced-diet")
    for name, column in {"diet-of-exports": None, "diet-of-trade": "trade"}.items():
        found = mv.frontier(scenario, 5, channel="exports", column=column, years=12, draws=3072, resamples=0)
        best = min(found.points, key=lambda point: point.es.value)
        pinned = scenario.mixes[name]["exports"]
        assert {it: pinned.get(it, 0.0) for it in best.mix["exports"]} == pytest.approx(best.mix["exports"], abs=0.0011)
        assert best.moved < 0.24 + 1e-9
    today, article, diet = (
        run("balanced-diet", case, 2).column("exports").loss_share
        for case in (WRITTEN, "mix article", "mix diet-of-exports")
    )
    assert shortfall_difference(today, article, 0.95).verdict == WORSE
    assert shortfall_difference(today, diet, 0.95).verdict == BETTER
    trade, dearer = (run("balanced-diet", case, 2).trade.loss_share for case in (WRITTEN, "mix diet-of-exports"))
    assert shortfall_difference(trade, dearer, 0.95).verdict == WORSE
