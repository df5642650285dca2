"""Which assumption drives the answer: scenarios whose indices are known exactly, and what belongs together."""

import json
from math import asin, pi

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.case import build_case
from multivector_sim.measure.intervals import Estimate
from multivector_sim.questions.sensitivity import Input, Sensitivity, Swing, sensitivity
from multivector_sim.questions.sensitivity_runs import by_law, by_section, levers
from multivector_sim.questions.variants import bare_with
from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.figure import Figure
from multivector_sim.scenario.number_at_path import spot_at
from multivector_sim.scenario.part import Part
from tests.engine.cases import scenario
from tests.questions.test_sobol_indices import holds


def sampler(case):
    return build_case(case).sampler


def product():
    """One partner, no response: the loss is severity times duration over the horizon, of independent laws."""
    return scenario(
        partners={"a": {}},
        exposures={"exports": {"a": 1e9}},
        stress=[
            {"partner": "a", "channels": {"exports": {"uniform": [0.2, 0.8]}}, "duration_months": {"uniform": [6, 54]}}
        ],
    )


def pair(correlation):
    """Two channels of equal size, hit by severities that are joined, and by a duration."""
    return scenario(
        channels={"exports": {"kind": "trade"}, "imports": {"kind": "trade"}},
        exposures={"exports": {"a": 1e9}, "imports": {"a": 1e9}},
        stress=[
            {
                "partner": "a",
                "channels": {"exports": {"uniform": [0, 1]}, "imports": {"uniform": [0, 1]}},
                "severity_correlation": correlation,
                "duration_months": {"uniform": [12, 36]},
            }
        ],
    )


def product_indices(one, other):
    """First order and total of each factor of a product, from means and variances."""
    (m, v), (n, w) = one, other
    whole = v * n**2 + w * m**2 + v * w
    return (v * n**2 / whole, v * (n**2 + w) / whole), (w * m**2 / whole, w * (m**2 + v) / whole)


def test_a_product_of_two_laws_to_its_exact_indices():
    found = {row.label: row for row in sensitivity(product(), draws=40_000, seed=3).inputs}
    severity, duration = product_indices((0.5, 0.36 / 12), (30.0, 48.0**2 / 12))
    for label, (first, total) in (
        ("stress.0.channels.exports", severity),
        ("stress.0.duration_months", duration),
    ):
        assert holds(found[label].first, first, 0.02)
        assert holds(found[label].total, total, 0.02)
    low, high = found["stress.0.duration_months"].low, found["stress.0.duration_months"].high
    assert holds(high, 0.5 * 48 * 0.4 / 60, 0.01)
    assert holds(low, -0.5 * 48 * 0.4 / 60, 0.01)


def test_joined_severities_are_one_input_with_its_exact_indices():
    correlation = 0.6
    found = sensitivity(pair(correlation), draws=40_000, seed=4)
    joined = 6.0 / pi * asin(correlation / 2.0)
    severity, duration = product_indices((0.5, (1.0 + joined) / 24.0), (24.0, 48.0))
    rows = {row.label: row for row in found.inputs}
    assert set(rows) == {"stress.0.channels", "stress.0.duration_months"}
    for label, (first, total) in (("stress.0.channels", severity), ("stress.0.duration_months", duration)):
        assert holds(rows[label].first, first, 0.02)
        assert holds(rows[label].total, total, 0.02)
    assert rows["stress.0.channels"].low is None
    assert found.alone.high <= 1.0


def test_severities_that_are_not_joined_stand_alone():
    labels = {row.label for row in sensitivity(pair(0.0), draws=1024).inputs}
    assert labels == {"stress.0.channels.exports", "stress.0.channels.imports", "stress.0.duration_months"}


def test_the_first_sample_is_the_run_of_the_seed():
    case = mv.load("two-buyers")
    found = sensitivity(case, draws=2048, seed=5)
    swing = next(it for it in found.swings if it.path == "hazard.partners.china.intensity")
    run = mv.simulate(case, draws=swing.draws, seed=5).total
    moved = mv.simulate(case.with_set({swing.path: swing.high_value}), draws=swing.draws, seed=5).total
    assert swing.high.value == pytest.approx((moved.loss_share - run.loss_share).mean(), abs=1e-15)
    assert swing.high_tail.value == pytest.approx(moved.es(0.95).value - run.es(0.95).value, abs=1e-12)
    assert (swing.low_value, swing.high_value, swing.moved_by) == (0.015, 0.025, "quarter")
    assert swing.low.value < 0.0 < swing.high.value


def test_an_assumption_that_does_nothing_has_exactly_no_index():
    case = product().with_set({"channels.exports.theta_months": {"uniform": [1, 9]}})  # nobody to divert to
    found = {row.label: row for row in sensitivity(case, draws=1024).inputs}
    idle = found["channels.exports.theta_months"]
    assert idle.first == idle.total == idle.low == idle.high == (0.0, 0.0, 0.0)
    assert list(found)[-1] == "channels.exports.theta_months"


def test_the_same_seed_gives_the_same_answer_whoever_works():
    one, two = (sensitivity(mv.load("two-buyers"), draws=1500, seed=2, workers=count) for count in (1, 3))
    assert one.document() == two.document()
    assert one.document() != sensitivity(mv.load("two-buyers"), draws=1500, seed=3).document()


@pytest.mark.parametrize("name", bundled.names())
def test_every_stream_of_a_shipped_scenario_is_some_input_of_one_group(name):
    case = mv.load(name)
    drawn = sampler(case)
    for grouped in (by_law(case, drawn), by_section(case, drawn)):
        members = [stream for group in grouped for stream in group.streams]
        assert len(members) == len(set(members))
        left = set(drawn.names) - set(members)
        fixed = {it for it in left if "/severity" in it}
        assert left == fixed
    assert len(by_section(case, drawn)) <= len(by_law(case, drawn))


@pytest.mark.parametrize("name", bundled.names())
def test_every_number_of_a_shipped_scenario_that_a_run_depends_on_is_known_to_its_sampler(name):
    """The model of the scenario is walked through for figures, so that one added to it cannot be forgotten."""
    case = mv.load(name)
    known = {it.path for it in sampler(case).assumptions}
    unused = ("gdp", "measures.", "claims.", "mixes.", "overrides.", "alarms.")
    found = {path for path in figures_in(case, "") if not path.startswith(unused)}
    copula = {path for path in found if path.startswith("hazard.copula.")}
    lonely = case.hazard is None or len(case.hazard.partners) <= 1
    covered = {path for path in found if path.endswith(".kappa")}  # none of its partners may be left to it
    assert found - (copula if lonely else set()) - covered <= known
    for path in known:
        if " " not in path:
            spot = spot_at(case, path)
            assert spot.low <= spot.law.support[0] <= spot.law.support[1] <= spot.high


def figures_in(part, path):
    """Give the paths of all figures of a part; a single tie has no name there."""
    inner = f"{path}." if path else ""
    if path.endswith(".ties") and set(part) == {"ties"}:
        part = part["ties"]
    if isinstance(part, Figure):
        yield path
    elif isinstance(part, Part):
        for name, info in type(part).model_fields.items():
            yield from figures_in(getattr(part, name), f"{inner}{info.alias or name}")
    elif isinstance(part, dict):
        for name, entry in part.items():
            yield from figures_in(entry, f"{inner}{name}")
    elif isinstance(part, tuple):
        for number, entry in enumerate(part):
            yield from figures_in(entry, f"{inner}{number}")


def test_kazakhstan_has_all_of_its_inputs():
    case = mv.load("kazakhstan")
    assert len(by_law(case, sampler(case))) == 29
    assert len(list(levers(case))) > 90


def test_wrong_way_risk_joins_severities_to_the_luck_of_ruptures():
    case = mv.load("kazakhstan/by-hazard")
    first = by_law(case, sampler(case))[0]
    assert first.label == "who ruptures when, and how hard: russia"
    assert "hazard/russia/severity/transit" in first.streams
    assert "hazard/china/severity/energy" not in first.streams
    apart = case.with_set({"hazard.partners.russia.wrong_way": 0})
    labels = [group.label for group in by_law(apart, sampler(apart))]
    assert labels[0] == "who ruptures when"
    assert {"hazard.partners.russia.channels", "hazard.partners.russia.intensity"} <= set(labels)


def test_certain_numbers_are_moved_inside_what_is_a_scenario():
    case = mv.load("kazakhstan/by-hazard")
    found = {lever.path: lever for lever in levers(case)}
    assert "hazard.partners.china.intensity" in found
    assert "hazard.partners.russia.intensity" not in found
    words = ("nu", "loadings", "correlation", "severity_correlation", "wrong_way", "horizon_months", "lag_months")
    for path in found:
        assert not set(words) & set(path.split(".")), "only over a stated range"


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("hazard.copula.nu", 3.0, 9.0),
        ("hazard.copula.loadings.global", 0.1, 0.6),
        ("hazard.partners.china.severity_correlation", 0.0, 1.0),
    ],
)
def test_dependence_moves_over_a_stated_range(path, low, high):
    case = mv.load("kazakhstan/by-hazard")
    lever = {it.path: it for it in levers(case, {path: (low, high)})}[path]
    assert (lever.how, lever.moved(case, -1)[0], lever.moved(case, 1)[0]) == ("stated range", low, high)


def test_a_stated_range_at_whose_end_nothing_is_a_scenario_is_refused():
    case = mv.load("kazakhstan/by-hazard").with_set({"hazard.copula.loadings.bloc": 0.55})
    path = "hazard.copula.loadings.global"
    lever = {it.path: it for it in levers(case, {path: (0.1, 0.99)})}[path]
    with pytest.raises(mv.ScenarioError):
        lever.moved(case, 1)


def moved_to(case, path, direction):
    (lever,) = (it for it in levers(case) if it.path == path)
    found = lever.moved(case, direction)
    return None if found is None else found[0]


def test_certain_numbers_move_by_a_quarter_as_far_as_they_may():
    case = mv.load("two-buyers")
    assert moved_to(case, "channels.exports.ceiling", 1) == pytest.approx(0.75)
    assert moved_to(case, "channels.exports.ceiling", -1) == pytest.approx(0.45)
    assert moved_to(case, "corridors.cpc.hosts.russia", 1) is None
    assert moved_to(case, "corridors.cpc.hosts.russia", -1) == 0.75
    paths = {lever.path for lever in levers(case)}
    assert "channels.investment.haircut" not in paths, "a number that is 0 has no quarter"
    assert not {"horizon_months", "spillover.0.lag_months"} & paths
    assert "stress.0.duration_months" not in paths, "it has a distribution"
    deep = case.with_set({"channels.exports.ceiling": 0.9})
    assert moved_to(deep, "channels.exports.ceiling", 1) == 1.0


def test_exposures_and_legs_keep_their_whole():
    case = mv.load("two-buyers")
    for lever in levers(case):
        if lever.how == "quarter of its share":
            for direction in (-1, 1):
                number, moved = lever.moved(case, direction)
                settings = lever.settings(number)
                assert settings[lever.path] == number == lever.value * (1 + direction / 4) or number == lever.highest
                assert sum(settings.values()) == pytest.approx(sum(value for _, value in lever.siblings), rel=1e-12)
                assert build_case(case.with_set(settings)).problem.baseline == pytest.approx(moved.problem.baseline)
                assert moved.problem.baseline.sum() == pytest.approx(build_case(case).problem.baseline.sum())
    kinds = {lever.path.split(".")[0] for lever in levers(case) if lever.how == "quarter of its share"}
    assert kinds == {"exposures", "legs"}
    alone = scenario(partners={"a": {}}, exposures={"exports": {"a": 1e9}})
    assert not [lever for lever in levers(alone) if lever.path.startswith("exposures")]


@pytest.mark.parametrize("name", ["two-buyers", "kazakhstan/gas-contract"])
def test_what_is_moved_is_still_a_scenario(name):
    case = mv.load(name)
    for lever in levers(case):
        for direction in (-1, 1):
            moved = lever.moved(case, direction)
            if moved is not None:
                bare_with(case, lever.settings(moved[0]))


def test_a_stated_range_counts_in_the_file_and_in_the_question():
    case = mv.load("two-buyers")
    given = case.with_set({"channels.exports.haircut": {"value": 0.1, "range": [0.02, 0.4]}})
    assert (moved_to(given, "channels.exports.haircut", -1), moved_to(given, "channels.exports.haircut", 1)) == (
        0.02,
        0.4,
    )
    assert given.document()["channels"]["exports"]["haircut"] == {"value": 0.1, "range": [0.02, 0.4]}
    ranges = {"horizon_months": (36, 84), "channels.exports.haircut": (0.0, 0.2)}
    found = {it.path: it for it in sensitivity(given, draws=256, ranges=ranges).swings}
    horizon, haircut = found["horizon_months"], found["channels.exports.haircut"]
    assert (horizon.low_value, horizon.high_value, horizon.moved_by) == (36.0, 84.0, "stated range")
    assert (haircut.low_value, haircut.high_value) == (0.0, 0.2)
    shorter = mv.simulate(case.with_set({"horizon_months": 36}), draws=256, seed=1).total.mean().value
    assert horizon.low.value == pytest.approx(shorter - mv.simulate(given, draws=256, seed=1).total.mean().value)


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        ({"horizon_months": (84, 36)}, "its low end first"),
        ({"horizon_months": (0, 70)}, "between 1 and 1200"),
        ({"channels.exports.ceiling": (0.7, 0.9)}, "must contain the number itself, 0.6"),
        ({"stress.0.duration_months": (1, 9)}, "it has a distribution"),
        ({"channels.exports.ceilin": (0, 1)}, "no run depends on this number"),
        ({"gdp": (1e9, 1e12)}, "no run depends on this number"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(ranges, told):
    with pytest.raises(mv.UsageError, match=told):
        sensitivity(mv.load("two-buyers"), draws=128, ranges=ranges)


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ({"value": 0.1, "range": [0.4, 0.2]}, "low must be below high"),
        ({"value": 0.1, "range": [0.2, 0.4]}, "must contain the number itself, 0.1"),
        ({"value": 0.1, "range": [0.0, 1.4]}, "lie between 0 and 1"),
        ({"value": 0.1, "range": 0.2}, r"must be \[low, high\]"),
        ({"value": {"uniform": [0, 1]}, "range": [0, 1]}, "a range of its own"),
    ],
)
def test_a_range_in_the_file_is_held_to_its_number(figure, told):
    with pytest.raises(mv.ScenarioError, match=told):
        mv.load("two-buyers").with_set({"channels.exports.haircut": figure})


def test_a_certain_number_that_decides_much_comes_first():
    """One partner, no response: the loss is severity times duration over the horizon, so a quarter moves a quarter."""
    sure = scenario(
        partners={"a": {}, "b": {}},
        exposures={"exports": {"a": 3e9, "b": 1e9}},
        stress=[{"partner": "a", "channels": {"exports": 0.4}, "duration_months": 20}],
    )
    found = {it.path: it for it in sensitivity(sure, draws=128).swings}
    loss = 0.75 * 0.4 * 20 / 60
    for path in ("stress.0.channels.exports", "stress.0.duration_months"):
        assert found[path].low == pytest.approx((-loss / 4,) * 3)
        assert found[path].high == pytest.approx((loss / 4,) * 3)
    assert found["exposures.exports.a"].high.value == pytest.approx(loss / 4)
    assert found["exposures.exports.b"].high.value == pytest.approx(-0.0625 * 0.4 * 20 / 60)


def test_a_correlation_moves_the_tail():
    case = mv.load("one-or-many").with_set({"hazard.copula.loadings.global": 0.5})
    found = sensitivity(case, draws=6000, ranges={"hazard.copula.loadings.global": (0.4, 0.6)})
    swing = next(it for it in found.swings if it.path == "hazard.copula.loadings.global")
    assert swing.low_tail.high < 0.0 < swing.high_tail.low
    assert abs(swing.high.value) < swing.high_tail.value / 10


def test_figures_other_than_the_loss_and_other_columns():
    case = mv.load("two-buyers")
    loss, trough = (sensitivity(case, draws=512, measure=it, column="exports") for it in ("loss_share", "trough"))
    assert loss.mean.value == pytest.approx(1 - trough.mean.value, abs=1.0)
    assert trough.mean.value < 1.0
    document = trough.document()
    assert (document["column"], document["measure"]) == ("exports", "trough")
    json.dumps(document, allow_nan=False)


def test_where_nothing_is_left_to_chance_it_says_so():
    sure = scenario(stress=[{"partner": "a", "channels": {"exports": 0.5}, "duration_months": 12}])
    found = sensitivity(sure, draws=128)
    assert found.inputs == ()
    assert found.swings
    assert "this scenario has no randomness" in found.note
    assert found.plot().get_title(loc="left") == found.note
    idle = sure.with_set({"channels.exports.theta_months": {"uniform": [1, 9]}})
    still = sensitivity(idle, draws=128)
    assert still.inputs[0].total == (0.0, 0.0, 0.0)
    assert "is the same in every draw" in still.note


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"draws": 5}, "draws: 5"),
        ({"workers": 0}, "workers: 0"),
        ({"measure": "mean"}, "no outcome called 'mean'"),
        ({"groups": "all"}, "give law or section"),
        ({"column": "energy"}, "no column called 'energy'; there are exports"),
    ],
)
def test_what_makes_no_sense_is_refused(options, told):
    with pytest.raises(mv.UsageError, match=told):
        sensitivity(mv.load("two-buyers"), **options)


def test_progress_ends_where_it_should():
    seen = []
    found = sensitivity(product(), draws=2048, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (found.runs, found.runs)


def test_the_tornado_shows_every_input_and_the_certain_numbers():
    found = sensitivity(mv.load("two-buyers"), draws=512)
    axes = found.plot()
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[-1] == found.title_of(found.inputs[0].label)
    assert len(labels) == len(found.inputs) + min(len(found.swings), 10)
    legend = {text.get_text() for text in axes.get_legend().get_texts()}
    assert {
        "lowest fifth of the distribution",
        "highest fifth of the distribution",
        "a group, 1.4 sd either way",
        "a fixed number, raised",
    } <= legend
    bars = found.plot_indices()
    assert len(bars.get_yticklabels()) == len(found.inputs)
    shown = np.concatenate([np.asarray(line.get_xdata(), dtype=float) for line in bars.lines])
    for row in found.inputs:  # also those below 0
        assert np.isclose(shown, 100 * row.first.value, rtol=0, atol=1e-9).any()
    assert len(found.figure().axes) == 2


def test_the_rows_have_every_index_and_change_that_there_is_and_no_other():
    one, few = Estimate(0.5, 0.4, 0.6), Estimate(0.1, 0.0, 0.2)
    graded = Input("ceiling", "uniform", ("ceiling",), one, one, few, few)
    joined = Input("severities", "joined", ("a", "b"), one, one, None, None)
    swing = Swing("kappa", 1.0, 0.75, None, few, None, one, None)
    found = Sensitivity("x", "total", "loss_share", 128, 512, 1, one, 0.1, one, (graded, joined), (swing,))
    share, unit = "share of the variance", "share of the baseline"
    assert [(it.measure, it.value, it.unit, it.of) for it in found.rows()] == [
        ("mean", 0.5, unit, {}),
        ("first_orders_together", 0.5, share, {}),
        ("first_order", 0.5, share, {"input": "ceiling"}),
        ("total", 0.5, share, {"input": "ceiling"}),
        ("change_of_mean", 0.1, unit, {"input": "ceiling", "fifth": "lowest"}),
        ("change_of_mean", 0.1, unit, {"input": "ceiling", "fifth": "highest"}),
        ("first_order", 0.5, share, {"input": "severities"}),
        ("total", 0.5, share, {"input": "severities"}),
        ("swing_of_mean", 0.1, unit, {"number": "kappa", "direction": "down"}),
        ("swing_of_tail", 0.5, unit, {"number": "kappa", "direction": "down"}),
    ]


def test_the_tail_of_the_trough_is_where_least_is_delivered():
    """Half of all flows lose a severity uniform on 0 to 1; its worst twentieth has a mean of 0.975."""
    case = scenario(stress=[{"partner": "a", "channels": {"exports": {"uniform": [0, 1]}}, "duration_months": 12}])
    found = sensitivity(case, draws=512, measure="trough")
    swing = next(it for it in found.swings if it.path == "exposures.exports.a")
    assert swing.high.value == pytest.approx(-0.125 * 0.5, abs=0.01)
    assert swing.high_tail.value == pytest.approx(-0.125 * 0.975, abs=0.003)


def test_a_hundred_draws_are_enough_and_one_less_is_not():
    assert sensitivity(product(), draws=100).draws == 100
    with pytest.raises(mv.UsageError, match="draws: 99 are too few or too many for a variance; give 100 to 10,000,000"):
        sensitivity(product(), draws=99)


def test_only_the_section_of_the_ruptures_is_said_to_hold_the_copula():
    found = mv.sensitivity("kazakhstan/by-hazard", draws=100, groups="section")
    assert [it.label for it in found.inputs if "the copula" in it.law] == ["who ruptures when, and how hard: russia"]
    assert len(found.inputs) == 12
