"""Each mechanism of the article matters: switched off, the answer moves the way its page says, under the same luck."""

import csv
import gzip
import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import multivector_sim as mv
from multivector_sim.questions.frontier.frontier import choose_channel
from multivector_sim.questions.paired_runs import BETTER, SAME, WORSE, difference, shortfall_difference
from tests.scenarios.article_text import PANEL
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
    ("peers-2022", WRITTEN, "override routes-closed", "investment", WORSE),
    ("corridors", WRITTEN, "override no-spare", "energy", WORSE),
    ("corridors", WRITTEN, "override nothing-stalls", "energy", BETTER),
    ("corridors", WRITTEN, "override fibre-russia-stalls", "data", WORSE),
    ("gas-contract", WRITTEN, "override without-clause", "gas", WORSE),
    ("partner-table", WRITTEN, "override without-finance", "trade", WORSE),
    ("partner-table", WRITTEN, "override only-china-builds", "trade", WORSE),
    ("partner-table", WRITTEN, "override china-stops-paying", "infrastructure", WORSE),
    ("partner-table", WRITTEN, "override five-years-on", "trade", WORSE),
    ("partner-table", WRITTEN, "override buyers-only", "energy", BETTER),
    ("partner-table", WRITTEN, "mix article-table", "energy", WORSE),
    ("dutch-holding", WRITTEN, "override on-paper", "investment", BETTER),
    ("dutch-holding", WRITTEN, "override on-paper", "stock", BETTER),
    ("technology", WRITTEN, "override one-source", "technology", WORSE),
    ("technology", WRITTEN, "override no-takeover", "technology", WORSE),
    ("technology", WRITTEN, "override one-source", "exports", WORSE),
    ("technology", WRITTEN, "override linked-to-nothing", "exports", BETTER),
    ("security", WRITTEN, "override without-ties", "total", WORSE),
    ("security", WRITTEN, "override without-weapons", "trade", WORSE),
    ("security", WRITTEN, "override without-exercises", "trade", BETTER),
    ("security", WRITTEN, "override without-exercises", "investment", WORSE),
    ("security", WRITTEN, "override one-supplier", "military", WORSE),
    ("security", WRITTEN, "override one-supplier", "cooperation", WORSE),
    ("security", WRITTEN, "override no-second-source", "cooperation", WORSE),
    ("soft-power", WRITTEN, "override without-soft-power", "investment", WORSE),
    ("subsidy", WRITTEN, "override without-subsidy", "exports", WORSE),
    ("subsidy", WRITTEN, "override a-year", "exports", BETTER),
    ("subsidy", "override substitute", "override without-subsidy", "exports", SAME),
    ("subsidy", "override substitute", "override replaces-russia", "investment", BETTER),
    ("rebalancing", "mix year-12", WRITTEN, "exports", BETTER),
    ("rebalancing", "mix year-12", "mix article-with-crude", "energy", WORSE),
    ("outreach", WRITTEN, "override as-before", "trade", BETTER),
    ("outreach", WRITTEN, "override as-before", "investment", WORSE),
    ("outreach", WRITTEN, "override as-before", "total", WORSE),
    ("outreach", "override same-everywhere", "override same-everywhere-as-before", "total", BETTER),
    ("logistics", WRITTEN, "override without-programme", "trade", WORSE),
    ("logistics", WRITTEN, "override all-across-the-caspian", "trade", BETTER),
    ("logistics", WRITTEN, "override exposed-in-moscow", "military", WORSE),
    ("storms", "override balanced", WRITTEN, "total", WORSE),
    ("storms", "override balanced", "override only-trade", "total", WORSE),
    ("storms", "override balanced", "measure culture-moscow", "total", WORSE),
    ("interlock", WRITTEN, "override without-interlock", "investment", BETTER),
    ("interlock", WRITTEN, "override without-interlock", "imports", BETTER),
    ("interlock", WRITTEN, "override without-interlock", "total", BETTER),
    ("mistake-pick-side", WRITTEN, "mistake-pick-side-undone", "trade", BETTER),
    ("mistake-western-aid", WRITTEN, "mistake-western-aid-undone", "total", BETTER),
    ("mistake-culture", WRITTEN, "mistake-culture-undone", "investment", BETTER),
    ("lesson-corridors", WRITTEN, "lesson-corridors-undone", "trade", WORSE),
    ("lesson-sum", WRITTEN, "lesson-sum-undone", "trade", WORSE),
    ("balanced-diet", "mix diet-of-exports", WRITTEN, "exports", WORSE),
    ("2022", WRITTEN, "override six-days-of-tanks", "energy", BETTER),
]


def losses(name, case, column):
    return run(name, case).column(column).loss_share


def bounds(name, case, column):
    return run(name, case).column(column).loss_bounds


@pytest.mark.parametrize(("name", "on", "off", "column", "verdict"), SWITCHES)
def test_switching_a_mechanism_off_moves_the_answer(name, on, off, column, verdict):
    first, second = losses(name, on, column), losses(name, off, column)
    if verdict == SAME:
        assert first.any()
        np.testing.assert_allclose(second, first, rtol=0, atol=1e-12)
        return
    limits = (bounds(name, on, column), bounds(name, off, column))
    assert difference(first, second, limits).verdict == verdict


def expected_ruptures(scenario):
    """Give the expected number where every number is certain: sum of 1 - exp(-5 lambda exp(-beta value))."""
    total = 0.0
    for partner in scenario.hazard.partners.values():
        held_back = sum(tie.beta.value * (tie.value.value - tie.baseline.value) for tie in partner.ties.values())
        total += -math.expm1(-YEARS * partner.intensity.value * math.exp(-held_back))
    return total


def test_sixty_five_percent_fewer_ruptures_take_three_betas_of_0_367():
    certain = {"hazard.partners.russia.intensity": (0.024 + 4 * 0.04 + 0.1) / 6}  # the mean of its law
    today = expected_ruptures(loaded("storms").with_set({**certain, **no_betas(loaded("storms"))}))
    needed = expected_ruptures(variant("storms", "override what-it-takes").with_set(certain))
    assert needed / today - 1.0 == pytest.approx(-0.65, abs=0.001)
    before, after = (run("storms", case).ruptures for case in (WRITTEN, "override what-it-takes"))
    assert abs(after.mean() - needed) < 4.5 * after.std() / math.sqrt(after.size)
    assert abs(before.mean() - today) < 4.5 * before.std() / math.sqrt(before.size)


def no_betas(scenario):
    return {
        f"hazard.partners.{name}.ties.{tie}.beta": 0
        for name, partner in scenario.hazard.partners.items()
        for tie in partner.ties
    }


def test_balanced_and_lopsided_culture_are_as_many_engagements():
    efforts = [
        sum(tie.value.value for it in variant("storms", case).hazard.partners.values() for tie in it.ties.values())
        for case in ("override balanced", "override lopsided")
    ]
    assert efforts == [15.0, 15.0]
    balanced, lopsided = (run("storms", f"override {name}").ruptures.astype(float) for name in ("balanced", "lopsided"))
    assert difference(balanced, lopsided).verdict == WORSE


def test_the_chances_of_pairs_are_those_of_the_page():
    text = (Path(mv.__file__).parents[1] / "scenarios" / "kazakhstan" / "cases" / "storms.md").read_text("utf-8")
    said = [float(it) for it in re.findall(r"\|[^|]+\| \| ([\d.]+) \| [\d.]+ \|", text)]
    random, nu, draws = np.random.default_rng(11), 4, 1_000_000
    russia = 0.024 + 0.076 * random.beta(1 + 4 * 0.016 / 0.076, 1 + 4 * 0.06 / 0.076, draws)
    chance = {"russia": -np.expm1(-YEARS * russia), "other": -math.expm1(-YEARS * 0.024)}
    for (first, same_bloc), expected in zip(
        (("russia", True), ("russia", False), ("other", False), ("other", True)), said, strict=True
    ):
        rho = 0.09 + 0.25 * same_bloc
        normal, scale = random.standard_normal((2, draws)), np.sqrt(nu / random.chisquare(nu, draws))
        one, two = normal[0] * scale, (rho * normal[0] + math.sqrt(1 - rho**2) * normal[1]) * scale
        both = (stats.t(nu).cdf(one) < chance[first]) & (stats.t(nu).cdf(two) < chance["other"])
        assert abs(both.mean() - expected / 100) < 0.0005 + 4.5 * both.std() / math.sqrt(draws)


@pytest.mark.skipif(not PANEL.exists(), reason="the Comtrade panel, comtrade_1964_2016.csv.gz, lies beside the project")
def test_the_rate_of_storms_is_scored_against_history_as_the_page_says():
    flows = panel()
    rate = -math.expm1(-4 * 0.024)
    found = {}
    for side in (0, 1):
        steps = [
            values.get(year + 4, 0.0) < 0.5 * values[year]
            for pair, values in flows.items()
            if pair[side] == "KAZ"
            for year in (1996, 2000, 2004, 2008, 2012)
            if values.get(year, 0.0) >= 10e6
        ]
        share = np.mean(steps)
        found[side] = (sum(steps), len(steps), round((rate - share) ** 2 + share * (1 - share), 2))
    assert found == {0: (99, 237, 0.35), 1: (38, 202, 0.16)}
    assert f"{100 * rate:.1f}" == "9.2"


def panel():
    flows = {}
    with gzip.open(PANEL, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            flows.setdefault((row["exporter"], row["importer"]), {})[int(row["year"])] = float(row["exports_usd"])
    return flows


@pytest.mark.skipif(not PANEL.exists(), reason="the Comtrade panel, comtrade_1964_2016.csv.gz, lies beside the project")
def test_the_main_case_is_held_against_what_happened_between_2012_and_2016():
    flows = panel()
    (shock,) = mv.load("kazakhstan").stress
    for pair, channel, fell in ((("KAZ", "RUS"), "exports", 48), (("RUS", "KAZ"), "imports", 30)):
        share = 1.0 - flows[pair][2016] / flows[pair][2012]
        assert round(100 * share) == fell
        figure = shock.channels[channel]
        low, high = figure.law.support
        assert low < share < high
        assert f"{fell} % (Kazakhstan itself, 2012 to 2016, comtrade)" in figure.note


def test_the_stop_of_2022_costs_what_was_reported_and_six_days_of_tanks_would_hide_it():
    lost, hidden = (
        run("2022", case).document()["measures"]["channels"]["energy"]["loss_money"]["mean"]["value"]
        for case in (WRITTEN, "override six-days-of-tanks")
    )
    assert 0.22e9 < lost < 0.33e9
    assert hidden < 0.05e9
    assert -0.05 < run("2022").column("exports").mean().value < -0.01  # sales to Russia rose by 22 %: a gain


def test_doubt_about_the_northern_road_is_in_the_answer():
    narrow, wide = (run_main(f"override northern-{it}").trade.mean().value for it in ("full", "wide"))
    written = run_main(WRITTEN).trade.mean().value
    assert wide < written < narrow
    assert narrow - wide > 0.015
    free, closed = (run_main(f"override own-trade-{it}").trade.mean().value for it in ("free", "closed"))
    assert free <= written < closed


def run_main(case):
    scenario = mv.load("kazakhstan")
    if case != WRITTEN:
        scenario = scenario.with_override(case.split()[1])
    return mv.simulate(scenario, draws=2048, seed=1)


def test_a_mix_changes_what_ruptures_cost_and_not_whether_they_come():
    today, mixed = run("storms"), run("storms", "mix article")
    assert np.array_equal(today.ruptures, mixed.ruptures)
    assert not np.array_equal(today.trade.loss_share, mixed.trade.loss_share)


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("security", "override without-ties"),
        ("security", "override without-weapons"),
        ("soft-power", "override without-soft-power"),
        ("portfolio", "override without-ties"),
        ("outreach", "override as-before"),
    ],
)
def test_ties_make_ruptures_rarer(name, case):
    fewer, more = run(name).ruptures, run(name, case).ruptures
    assert difference(fewer.astype(float), more.astype(float)).verdict == WORSE


def test_cyber_readiness_does_nothing_where_its_sign_is_not_known():
    today, without = (run("security", case).ruptures.astype(float) for case in (WRITTEN, "override without-cyber"))
    assert abs(today.mean() - without.mean()) < 0.005


def test_ties_are_beside_the_money():
    plain = loaded("security")
    counted = run("security", "override added-to-money")
    by_hazard = run("by-hazard")
    assert run("security").total.baseline == by_hazard.total.baseline
    assert counted.total.baseline - by_hazard.total.baseline == pytest.approx(4.3e9 * plain.horizon_months / 12)
    assert run("security").column("military").mean().value > 0.0


def test_a_pair_differs_by_its_mistake_alone():
    for name in ("mistake-pick-side", "mistake-western-aid", "mistake-culture"):
        assert run(name, "override undone").fingerprint == run(name, f"{name}-undone").fingerprint


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


def test_a_peer_loses_more_in_either_world_and_the_worlds_differ_in_sign():
    peers = run("peers-2022", "mix peers").investment.loss_share
    few = run("peers-2022", "mix peers-few-investors").investment.loss_share
    assert difference(few, peers).verdict == WORSE
    shunned = run("peers-2022", "mix peers, override investors-shun").investment
    sought = run("peers-2022", "mix peers, override investors-come").investment
    assert shunned.mean().low > peers.mean()
    assert sought.mean().high < 0.0


def test_only_four_routes_cost_anything_when_they_stall_alone():
    stalls = [name for name in loaded("corridors").overrides if name.endswith("-stalls") and name != "nothing-stalls"]
    costly = {name for name in stalls if run("corridors", f"override {name}").trade.mean().value > 0.0}
    assert len(stalls) == 10
    assert costly >= {"northern-stalls", "south-east-stalls", "border-stalls"}
    small = costly - {"northern-stalls", "south-east-stalls", "border-stalls"}
    assert all(run("corridors", f"override {name}").trade.mean().value < 1e-4 for name in small)
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
    alone, joined = (run(name) for name in ("lesson-independence", "lesson-independence-undone"))
    tails = [result.investment.loss_share for result in (alone, joined)]
    assert shortfall_difference(*tails, 0.95).verdict == WORSE
    apart = joined.ruptures.mean() - alone.ruptures.mean()
    assert abs(apart) < 4.5 * math.hypot(alone.ruptures.std(), joined.ruptures.std()) / math.sqrt(alone.draws)


def test_the_second_of_a_pair_is_the_case_it_stands_for():
    for name, like in {
        "lesson-corridors-undone": "transit-closed",
        "lesson-independence-undone": "by-hazard",
        "mistake-pick-side-undone": "portfolio",
        "mistake-culture-undone": "soft-power",
    }.items():
        assert run(name).fingerprint == run(like).fingerprint


def test_soft_power_pays_from_where_the_page_says():
    claim = "soft-power-pays"
    west = ("netherlands", "eu27", "usa")
    verdicts = [
        mv.claims(
            loaded("soft-power").with_set({f"hazard.partners.{it}.ties.soft-power.beta": beta for it in west}),
            (claim,),
            draws=2048,
        ).verdicts[claim]
        for beta in (0.12, 0.4)
    ]
    assert verdicts == ["fails", "holds"]
    without = run("soft-power", "override without-soft-power")
    partners = list(without.scenario.partners)
    lost = sum(without.attribution[:, partners.index(it), 2].mean() for it in west)
    assert lost == pytest.approx(3.4e9, abs=0.05e9)
    whole = without.total.loss_share.mean() * without.total.baseline
    assert 0.63e9 / whole == pytest.approx(0.0713, abs=0.0005)
    more = 5 * sum(
        loaded("soft-power").exposures["exports"][it].value - loaded("by-hazard").exposures["exports"][it].value
        for it in ("italy", "netherlands", "france", "eu27", "usa")
    )
    assert more == pytest.approx(5 * 1.99e9, abs=0.05e9)


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
    assert choose_channel(scenario, "exports", 0.95, 1).channel == "exports"
