"""The frontier of a scenario: exact where nothing bends, checked by the full model, and never surer than its draws."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.measure.tail import expected_shortfall
from multivector_sim.questions.frontier.loss_scenarios import LossScenarios, unit_losses
from multivector_sim.questions.frontier.mix_space import build_space
from multivector_sim.questions.frontier.problem import adjustment_path, build_mix_problem, years_needed
from multivector_sim.questions.frontier.result import judge, unmoved, verdict
from tests.questions.frontier_cases import independent

FREE = {"change_per_year": None, "cost": 0.0}
QUICK = {"draws": 1024, "resamples": 0}


@pytest.fixture(scope="module")
def linear():
    """Give a frontier where every loss is linear in the mix, without limits."""
    return mv.frontier(independent(), 5, draws=4096, resamples=20, **FREE)


def test_where_nothing_bends_the_line_is_the_model(linear):
    for point in (linear.today, *linear.points):
        assert point.es == pytest.approx(point.checked, abs=1e-12)


def test_the_least_shortfall_is_that_of_a_search_by_brute_force(linear):
    """Losses of pure mixes, from ``simulate``, added up over a grid of shares."""
    scenario = independent()
    pure = [mv.simulate(scenario.with_mix({"goods": {name: 1.0}}), 4096, 1) for name in scenario.partners]
    losses = np.stack([run.trade.loss_share for run in pure], axis=1)
    steps = np.arange(51)
    grid = [np.array([i, j, 50 - i - j]) / 50 for i in steps for j in steps if i + j <= 50]
    least = min(expected_shortfall(losses @ shares, 0.95) for shares in grid)
    first = linear.points[0]
    shares = np.array(list(first.mix["goods"].values()))
    assert expected_shortfall(losses @ shares, 0.95) == pytest.approx(first.fitted, rel=1e-9)
    assert least * 0.98 < first.fitted <= least * (1 + 1e-6)
    assert linear.points[-1].mix["goods"]["p2"] == pytest.approx(1.0), "the least mean loss is the greatest value"


@pytest.mark.parametrize(
    ("name", "mix"),
    [
        ("kazakhstan", {"energy": {"china": 0.3, "italy": 0.7}}),
        ("kazakhstan", {"exports": {"usa": 0.5, "russia": 0.25, "china": 0.25}}),
        ("two-buyers", {"exports": {"russia": 0.4, "china": 0.6}, "imports": {"eu": 1.0}}),
    ],
)
def test_a_mix_loses_what_the_same_mix_loses_in_a_run(name, mix):
    scenario = mv.load(name)
    space = build_space(scenario, tuple(mix), {})
    found = LossScenarios(space, ("trade", next(iter(mix))), 1500, 3).losses([space.today, space.shares(mix)])
    for place, changed in enumerate((scenario, scenario.with_mix(mix))):
        run = mv.simulate(changed, 1500, 3)
        assert found[0, place] == pytest.approx(run.trade.loss_share, abs=1e-12)
        assert found[1, place] == pytest.approx(run.column(next(iter(mix))).loss_share, abs=1e-12)


def test_a_mix_goes_there_and_back():
    space = build_space(mv.load("two-buyers"), ("exports", "imports"), {})
    mix = {"exports": {"russia": 0.4, "china": 0.6, "eu": 0.0}, "imports": {"russia": 0.0, "china": 0.0, "eu": 1.0}}
    assert space.shares(mix).sum() == pytest.approx(1.0)
    for channel, by_partner in space.mix(space.shares(mix)).items():
        assert by_partner == pytest.approx(mix[channel])
    assert space.shares({}) == pytest.approx(space.today)


def test_the_line_passes_through_todays_loss_in_every_draw():
    for channels in (("exports",), ("exports", "imports")):
        space = build_space(mv.load("two-buyers"), channels, {})
        today, units = unit_losses(LossScenarios(space, ("trade", "trade"), 1024, 1))
        assert units @ space.today == pytest.approx(today[0], abs=1e-12)
        assert np.ptp(units, axis=1).max() > 0.01


def test_the_line_is_the_slope_of_the_full_model():
    """Moving a thousandth from all to one changes each smooth draw by a thousandth of the slope."""
    space = build_space(mv.load("two-buyers"), ("exports",), {})
    loss_scenarios = LossScenarios(space, ("trade", "trade"), 1024, 1)
    _, units = unit_losses(loss_scenarios)
    for place in range(3):
        shares = space.today * 0.999
        shares[place] += 0.001
        before, after = loss_scenarios.losses([space.today, shares])[0]
        error = np.abs(units @ shares - after)
        assert np.median(error) < 0.05 * np.median(np.abs(after - before)), place


def test_limits_are_kept_by_every_point():
    scenario = mv.load("kazakhstan")
    bounds = {"russia": (0.15, 0.4), "west": (0.3, 1.0)}
    found = mv.frontier(scenario, 4, channel="exports", bounds=bounds, change_per_year=0.03, years=4, **QUICK)
    west = [name for name, partner in scenario.partners.items() if partner.bloc == "west"]
    for point in found.points:
        shares = point.mix["exports"]
        assert sum(shares.values()) == pytest.approx(1.0)
        assert 0.15 - 1e-9 <= shares["russia"] <= 0.4 + 1e-9
        assert sum(shares.get(name, 0.0) for name in west) >= 0.3 - 1e-9
        assert point.moved <= 0.12 + 1e-9
        assert point.years <= 4
    assert max(point.moved for point in found.points) > 0.05, "nothing moves, so nothing was limited"


def test_corridors_limit_what_a_partner_may_get():
    """All by one road that is full at 60 %: no mix may ask for more of it."""
    road = {
        "corridors": {"road": {"title": "Road", "capacity": 6e9, "hosts": {}}},
        "legs": {"goods": {"p2": {"road": 1}}},
    }
    scenario = independent(**road)
    held = mv.frontier(scenario, 2, **QUICK, **FREE)
    free = mv.frontier(scenario, 2, corridors=False, **QUICK, **FREE)
    assert free.points[-1].mix["goods"]["p2"] > 0.7
    assert held.points[-1].mix["goods"]["p2"] == pytest.approx(0.6)


def test_more_room_to_move_never_makes_the_fitted_shortfall_worse():
    scenario = mv.load("two-buyers")
    found = [
        mv.frontier(scenario, 1, channel="exports", change_per_year=change, **QUICK).points[0].fitted
        for change in (0.0, 0.01, 0.03, None)
    ]
    assert all(later <= earlier * (1 + 1e-5) for earlier, later in pairwise(found))
    assert found[-1] < found[0]


def test_without_room_to_move_today_is_the_frontier():
    found = mv.frontier(mv.load("two-buyers"), channel="exports", change_per_year=0.0, **QUICK)
    (point,) = found.points
    assert point.mix["exports"] == pytest.approx(found.today.mix["exports"])
    assert (point.verdict, point.years, found.better) == ("the same", 0, ())
    assert found.find("article").years is None


def test_a_verdict_is_better_only_where_the_intervals_say_so(linear):
    found = [linear, mv.frontier(mv.load("kazakhstan"), 6, channel="exports", **QUICK)]
    for frontier in found:
        for point in (*frontier.points, *frontier.mixes):
            if point.verdict == "better":
                assert point.way_change.estimate.high < 0.0 or point.way_change.verdict == "the same"
                assert point.value_change.estimate.high >= 0.0
                assert point.whole_change.estimate.high <= 0.0 or point.whole_change.verdict == "cannot tell"
            if point.way_change is not None and point.way_change.estimate.low < 0.0 < point.way_change.estimate.high:
                assert point.verdict == "cannot tell"
    assert linear.better, "partner 2 ruptures a fifth as often; not to see that is to see nothing"


def test_a_mix_that_is_no_better_is_seldom_called_so():
    """Two columns of one law, exchangeable: one in forty is called better by luck, no more."""
    rng = np.random.default_rng(11)
    repeats, called = 600, 0
    for _ in range(repeats):
        losses = rng.gamma(0.5, size=(2, 800)) + rng.gamma(0.5, size=800)
        called += judge(losses[:1], losses[1:], 0.0, 0.9).verdict == "better"
    assert called / repeats < 0.025 + 4.5 * np.sqrt(0.025 * 0.975 / repeats)


def test_what_is_better_is_found_better():
    rng = np.random.default_rng(12)
    today = rng.gamma(1.0, size=(1, 2000))
    told = judge(0.9 * today, today, 0.0, 0.95)
    assert told.verdict == "better"
    assert told.value.value == pytest.approx(1 - 0.9 * today.mean())
    assert judge(0.9 * today, today, 0.2, 0.95).verdict == "safer at a price"
    assert judge(0.9 * today, today, 0.5, 0.95).verdict == "worse", "what it costs is more than the tail that it saves"
    assert judge(1.1 * today, today, 0.0, 0.95).verdict == "worse"
    assert judge(1.1 * today, today, -0.2, 0.95).verdict == "riskier but worth more"
    assert (
        judge(np.vstack([0.9 * today, 1.1 * today]), np.vstack([today, today]), 0.0, 0.95).verdict == "shifts the risk"
    )
    assert judge(today, today, 0.0, 0.95).verdict == "cannot tell"
    assert unmoved(today, 0.95).verdict == "the same"


@pytest.mark.parametrize("risk", ["better", "worse", "the same", "cannot tell"])
@pytest.mark.parametrize("worth", ["better", "worse", "the same", "cannot tell"])
@pytest.mark.parametrize("whole", ["better", "worse", "the same", "cannot tell"])
def test_no_doubt_in_the_tail_makes_a_better_mix(risk, worth, whole):
    if verdict(risk, worth, whole) == "better":
        assert risk in ("better", "the same")
        assert worth != "worse"
        assert whole != "worse"


def test_resamples_spread_less_with_more_draws():
    wide, narrow = (
        mv.frontier(independent(), 2, draws=draws, resamples=30, **FREE).points[0].spread["es"]
        for draws in (512, 16384)
    )
    assert 0.0 < narrow[1] - narrow[0] < 0.5 * (wide[1] - wide[0])
    assert wide[0] < narrow[1]
    assert narrow[0] < wide[1]


def test_partners_that_are_alike_are_a_best_mix_that_nobody_knows():
    """Ten alike: the fitted best mix is near a tenth each, and the spread of each share says how unsure it is."""
    found = mv.frontier(mv.load("one-or-many"), 1, draws=2048, resamples=30, **FREE)
    (point,) = found.points
    assert np.abs(np.array(list(point.mix["exports"].values())) - 0.1).max() < 0.05
    widths = [high - low for low, high in point.spread["mix"]["exports"].values()]
    assert min(widths) > 0.005
    assert point.verdict != "better"


def test_the_way_takes_the_years_that_the_limit_leaves():
    found = mv.frontier(mv.load("kazakhstan"), 1, channel="exports", change_per_year=0.02, **QUICK)
    article = found.find("article")
    years = found.way("article")
    assert len(years) == article.years + 1 == years_needed(article.moved, 0.02) + 1
    assert years[0] == {"exports": pytest.approx(found.today.mix["exports"])}
    assert years[-1] == {"exports": pytest.approx(article.mix["exports"])}
    for before, after in pairwise(years):
        gains = [max(0.0, after["exports"][name] - before["exports"][name]) for name in before["exports"]]
        assert sum(gains) <= 0.02 + 1e-12
    assert len(found.way("article", article.moved / 12)) == 13
    with pytest.raises(mv.UsageError, match="no mix called 'artikle'"):
        found.way("artikle")
    with pytest.raises(mv.UsageError, match="leads nowhere"):
        found.way("article", 0.0)
    with pytest.raises(mv.UsageError, match="over 10,000 years; give a greater limit"):
        adjustment_path(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 1e-6)


def test_two_threads_and_another_batch_of_draws_change_no_bit():
    one, two = (mv.frontier(mv.load("two-buyers"), 3, workers=workers, **QUICK).document() for workers in (1, 2))
    assert one == two


def test_the_document_is_json_and_counts_what_it_says():
    done = []
    found = mv.frontier(
        mv.load("two-buyers"), 3, channel="trade", draws=1024, resamples=3, progress=lambda *it: done.append(it)
    )
    document = json.loads(json.dumps(found.document(), allow_nan=False))
    assert document["schema"] == "multivector/frontier/1"
    assert document["channels"] == ["exports", "imports"]
    assert document["cost"]["exports"] == {"russia": 0.1, "china": 0.1, "eu": 0.1}
    for point in document["points"]:
        assert set(point["es"]) == {"fitted", "checked", "full"}
        assert point["es"]["full"]["low"] <= point["es"]["full"]["value"] <= point["es"]["full"]["high"]
        for ends in point["spread"]["mix"]["imports"].values():
            assert 0.0 - 1e-9 <= ends[0] <= ends[1] <= 1.0 + 1e-9
    assert [mix["name"] for mix in document["mixes"]] == ["article"]
    assert done[-1][0] == done[-1][1]
    assert [it[0] for it in done] == sorted(it[0] for it in done)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bounds": {"chna": (0, 1)}}, "bounds: no partner or bloc called 'chna'; did you mean 'china'?"),
        ({"bounds": {"china": (0.5, 0.4)}}, "china between 0.5 and 0.4 makes no sense"),
        ({"channel": "exprts"}, "no channel called 'exprts'; did you mean 'exports'?"),
        (
            {"column": "investment"},
            "the loss of 'investment' does not include the mix; choose energy or trade or total",
        ),
        ({"cost": {"chna": 0.1}}, "cost: no partner called 'chna'"),
        ({"cost": -0.1}, "cost: give shares"),
        ({"change_per_year": -0.1}, "change: -0.1 makes no sense"),
        ({"years": float("nan")}, "years: nan makes no sense"),
        ({"points": 0}, "points: 0 is not a number of points"),
        ({"draws": 0}, "draws: 0 is not a number of draws"),
        ({"seed": -1}, "seed: -1 and 0 are not both seeds"),
        ({"check_seed": 1}, "check_seed: 1 is the seed that chooses"),
        ({"resamples": 1}, "resamples: 1 gives no spread"),
        ({"level": 1.5}, "level: 1.5 is not a level"),
    ],
)
def test_what_makes_no_sense_is_said_in_words(changes, words):
    with pytest.raises(mv.UsageError) as error:
        mv.frontier(mv.load("kazakhstan"), **changes)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_bounds_that_clash_are_named():
    bounds = {"east": (0.0, 0.3), "west": (0.0, 0.3), "turkiye": (0.0, 0.05)}
    with pytest.raises(mv.UsageError) as error:
        mv.frontier(
            mv.load("kazakhstan"), channel="exports", bounds=bounds | {"others": (0, 0.2)}, change_per_year=None
        )
    for name in ("bloc east at most 30 %", "bloc west at most 30 %", "Türkiye at most 5 %", "All others at most 20 %"):
        assert name in str(error.value)
    assert "capacity" not in str(error.value)
    assert "miss by 15 % of the flow" in str(error.value)


def test_a_target_out_of_reach_says_the_years_that_it_takes():
    """Russia from 14.75 % to at least 30 %: 15.25 % has to move, at 2 % a year eight years."""
    with pytest.raises(mv.UsageError, match=r"15\.2 % has to move and 10 % may in 5 years; .* it takes 8 years"):
        mv.frontier(mv.load("two-buyers"), channel="exports", bounds={"russia": (0.3, 1)})
    enough = mv.frontier(mv.load("two-buyers"), 1, channel="exports", bounds={"russia": (0.3, 1)}, years=8, **QUICK)
    assert enough.points[0].mix["exports"]["russia"] == pytest.approx(0.3)


def test_nothing_to_share_out_is_said():
    capital = {"channels": {"goods": {"kind": "investment"}}}
    with pytest.raises(mv.UsageError, match="no trade flows"):
        mv.frontier(independent(**capital))
    assert mv.frontier(independent(**capital), 1, channel="goods", **QUICK, **FREE).column == "goods"


def test_the_cost_is_the_haircut_unless_said():
    rest = {"column": None, "level": 0.95, "bounds": None, "change_per_year": None, "years": None, "corridors": True}
    scenario = mv.load("kazakhstan")
    usual = build_mix_problem(scenario, channel="exports", cost=None, **rest).prices()["exports"]
    assert list(usual.values()) == pytest.approx([(0.05 + 4 * 0.12 + 0.3) / 6] * 9)
    one = build_mix_problem(scenario, channel="exports", cost={"china": 0.01}, **rest)
    assert one.prices()["exports"]["china"] == 0.01
    shares = one.space.shares({"exports": {"china": 1.0}})
    assert one.paid(shares) == pytest.approx(0.01 * one.moved(shares))


def test_the_charts_name_what_they_show(linear):
    axes = linear.plot()
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert any("as fitted" in text for text in legend)
    assert {"today"} <= {text.get_text() for text in axes.texts}
    columns = linear.plot_shares()
    assert [label.get_text() for label in columns.get_xticklabels()] == ["today", "1", "2", "3", "4", "5"]
    heights = np.zeros(6)
    for container in columns.containers:
        heights += [bar.get_height() for bar in container]
    assert heights == pytest.approx([100.0] * 6)
    assert len({(bar[0].get_facecolor(), bar[0].get_hatch()) for bar in columns.containers}) == 3
    assert len(linear.figure().axes) == 2
    assert linear.plot(axes) is axes


def test_years_to_move_are_told_only_where_the_change_in_a_year_is_limited(linear):
    assert (linear.document()["change_per_year"], linear.document()["years"]) == (None, None)
    document = replace(linear, change_per_year=0.02, years=7).document()
    assert (document["change_per_year"], document["years"]) == (0.02, 7)


def test_points_are_held_against_each_other_by_the_losses_of_the_column_that_was_asked_for(monkeypatch):
    seen = []

    def note(points, losses, *_):
        seen.append((points, losses))
        return points

    monkeypatch.setattr("multivector_sim.questions.frontier.frontier._with_beaten", note)
    found = mv.frontier(mv.load("two-buyers"), 2, channel="exports", column="exports", draws=256, resamples=0)
    assert (found.column, found.whole) == ("exports", "trade")
    ((points, losses),) = seen
    assert points
    for point, lost in zip(points, losses, strict=True):
        assert expected_shortfall(lost, 0.95) == pytest.approx(point.es.value, rel=1e-12)
