"""A mix on its way: it loses what a country loses that moves there month by month, and what moving costs is counted."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.case import build_case
from multivector_sim.questions.frontier.frontier import certain_notes, choose_channel
from multivector_sim.questions.frontier.loss_scenarios import LossScenarios, losses_on_the_way, part_moved
from multivector_sim.questions.frontier.mix_space import build_space
from multivector_sim.questions.frontier.result import Way, judge
from tests.questions.frontier_cases import independent

QUICK = {"draws": 1024, "resamples": 0}


def certain(severity=0.5):
    """Return three partners of which the first, with 0.3 of the flow, is gone by half for the whole horizon."""
    case = independent(shares=(0.3, 0.4, 0.3)).document()
    del case["hazard"]
    stress = [{"partner": "p0", "channels": {"goods": severity}, "duration_months": 60}]
    return mv.Scenario.model_validate(case | {"stress": stress})


@pytest.mark.parametrize("years", [1, 3, 5, 8])
def test_the_part_that_has_moved_is_the_mean_of_a_straight_line_within_each_month(years):
    fine = (np.arange(60 * 1000) + 0.5) / 1000
    expected = np.minimum(fine / (12 * years), 1.0).reshape(60, 1000).mean(axis=1)
    assert part_moved(60, years, 0.02) == pytest.approx(expected, abs=1e-9)


def test_a_change_that_takes_the_horizon_takes_half_as_much_off():
    """0.3 to 0.2 of a partner that is gone by half: ES 0.15 to 0.10, two thirds; evenly moved 0.125, five sixths."""
    found = mv.frontier(certain(), 1, change_per_year=0.02, cost=0.0, **QUICK)
    (point,) = found.points
    assert point.moved == pytest.approx(0.1)
    assert found.today.es.value == pytest.approx(0.15)
    assert point.es.value == pytest.approx(0.15 * 2 / 3)
    assert point.es_on_the_way.value == pytest.approx(0.15 * 5 / 6)
    assert point.way_change.estimate.value == pytest.approx(-0.15 / 6)
    document = point.document()
    assert document["es_on_the_way"]["value"] == point.es_on_the_way.value
    assert document["against_today"]["es_on_the_way"]["verdict"] == point.way_change.verdict


def test_what_has_moved_is_paid_for_on_the_way():
    """On average half of the 0.1 that moves has moved, at a fifth of its value: 0.01 on top."""
    found = mv.frontier(certain(), 1, change_per_year=0.02, cost=0.2, **QUICK)
    (point,) = found.points
    assert point.es_on_the_way.value == pytest.approx(0.125 + 0.5 * 0.1 * 0.2)
    assert point.es.value == pytest.approx(0.1), "the old key is of the mix alone"


def test_a_mix_that_costs_more_than_the_tail_it_saves_is_not_called_safer():
    today = np.random.default_rng(3).gamma(1.0, size=(1, 2000)) / 20
    saved = judge(0.9 * today, today, 0.001, 0.95)
    dear = judge(0.9 * today, today, 0.05, 0.95)
    assert saved.verdict in ("better", "safer at a price")
    assert dear.es_change.verdict == "better"
    assert (dear.way_change.verdict, dear.verdict) == ("worse", "worse")


def test_the_way_decides_and_not_the_mix_that_is_never_there():
    today = np.random.default_rng(4).gamma(1.0, size=(1, 2000)) / 20
    judged = judge(0.5 * today, today, 0.0, 0.95, way=Way(1.1 * today[0], 0.0))
    assert (judged.es_change.verdict, judged.way_change.verdict) == ("better", "worse")
    assert judged.verdict == "riskier but worth more"


def test_where_nothing_bends_the_way_is_exact_in_every_draw():
    """Against months of two runs of the whole scenario, mixed month by month by hand."""
    scenario = independent()
    space = build_space(scenario, ("goods",), {})
    end = np.array([0.1, 0.2, 0.7])
    part = part_moved(60, 4, 0.15)
    found = losses_on_the_way(LossScenarios(space, ("goods", "trade"), 1024, 5), [end], [part])
    there = scenario.with_mix({"goods": dict(zip(scenario.partners, end.tolist(), strict=True))})
    today, last = (1.0 - build_case(it).follow_block(5, 0)[:, :, 0] for it in (scenario, there))
    assert found[0, 0] == pytest.approx(((1.0 - part) * today + part * last).mean(axis=1), abs=1e-12)
    assert found[1] == pytest.approx(found[0], abs=1e-12)


def test_a_way_that_is_done_at_once_is_the_mix_itself_however_it_bends():
    scenario = mv.load("kazakhstan")
    space = build_space(scenario, ("exports",), {})
    end = space.shares(scenario.mixes["article"])
    loss_scenarios = LossScenarios(space, ("exports", "trade"), 1024, 5)
    found = losses_on_the_way(loss_scenarios, [end, space.today], [np.ones(60), np.zeros(60)])
    assert found == pytest.approx(loss_scenarios.losses([end, space.today]), abs=1e-12)


def test_without_a_limit_only_the_cost_is_between_the_two():
    found = mv.frontier(certain(), 2, change_per_year=None, cost=0.01, **QUICK)
    for point in found.points:
        assert point.es_on_the_way.value == pytest.approx(point.es.value + 0.01 * point.moved)


def test_what_never_moves_has_no_way():
    found = mv.frontier(mv.load("two-buyers"), channel="exports", change_per_year=0.0, **QUICK)
    assert found.find("article").es_on_the_way is None
    assert found.document()["mixes"][0]["es_on_the_way"] is None
    assert found.today.es_on_the_way == found.today.es


def two_channels(shocked):
    case = independent().document()
    case["channels"] = {"small": {"kind": "trade"}, "large": {"kind": "trade"}}
    case["exposures"] = {"small": {"p0": 1e9, "p1": 1e9}, "large": {"p1": 9e9, "p2": 9e9}}
    for name, hazard in case["hazard"]["partners"].items():
        hazard["channels"] = {shocked: 0.9}
        hazard["intensity"] = 0.1 if name == "p1" else 0.0
    return mv.Scenario.model_validate(case)


@pytest.mark.parametrize("shocked", ["small", "large"])
def test_the_channel_is_the_one_with_most_to_lose_and_that_is_said(shocked):
    found = mv.frontier(two_channels(shocked), 1, **QUICK)
    assert found.channels == (shocked,)
    assert any(note.startswith(f"{shocked} is the channel of trade with the most to lose") for note in found.notes)
    assert choose_channel(two_channels(shocked), "small", 0.95, 1) == ("small", "")


def test_one_partner_shocked_for_certain_is_said_to_have_one_answer():
    (note,) = certain_notes(certain())
    assert "every answer is to leave P0" in note
    assert "hazard" in note
    assert note in mv.frontier(certain(), 1, **QUICK).notes
    assert list(certain_notes(independent())) == []
