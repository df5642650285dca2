"""Which assumption drives the answer: scenarios whose indices are known exactly, and what belongs together."""

import json
from math import asin, pi

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.case import build_case
from multivector_sim.scenario import bundled
from multivector_sim.study.sensitivity import sensitivity
from multivector_sim.study.sensitivity_inputs import by_law, by_section, numbers
from multivector_sim.study.sensitivity_swings import levers
from tests.engine.cases import scenario
from tests.study.test_sobol_indices import holds


def streams(case):
    return build_case(case).sampler.names


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
    run = mv.simulate(case, draws=2048, seed=5).total
    found = sensitivity(case, draws=2048, seed=5)
    swing = next(it for it in found.swings if it.path == "hazard.partners.china.intensity")
    moved = mv.simulate(case.with_set({swing.path: swing.high_value}), draws=2048, seed=5).total
    assert swing.high.value == pytest.approx((moved.loss_share - run.loss_share).mean(), abs=1e-15)
    assert swing.high_tail.value == pytest.approx(moved.es(0.95).value - run.es(0.95).value, abs=1e-12)
    assert (swing.low_value, swing.high_value) == (pytest.approx(0.02 / 1.5), pytest.approx(0.03))
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
    asked = streams(case)
    for grouped in (by_law(case, asked), by_section(case, asked)):
        members = [stream for group in grouped for stream in group.streams]
        assert len(members) == len(set(members))
        left = set(asked) - set(members)
        fixed = {it for it in left if "/severity" in it}
        assert left == fixed
    assert set(numbers(case)) <= set(asked)
    assert len(by_section(case, asked)) <= len(by_law(case, asked))


def test_wrong_way_risk_joins_severities_to_the_luck_of_ruptures():
    case = mv.load("kazakhstan/by-hazard")
    first = by_law(case, streams(case))[0]
    assert first.label == "who ruptures when, and how hard: russia"
    assert "hazard/russia/severity/transit" in first.streams
    assert "hazard/china/severity/energy" not in first.streams
    apart = case.with_set({"hazard.partners.russia.wrong_way": 0})
    labels = [group.label for group in by_law(apart, streams(apart))]
    assert labels[0] == "who ruptures when"
    assert {"hazard.partners.russia.channels", "hazard.partners.russia.intensity"} <= set(labels)


def test_certain_numbers_are_moved_inside_what_is_a_scenario():
    case = mv.load("kazakhstan/by-hazard")
    found = {lever.path: lever for lever in levers(case)}
    assert {"hazard.copula.nu", "hazard.copula.loadings.global", "hazard.partners.china.intensity"} <= set(found)
    assert "hazard.partners.russia.intensity" not in found
    assert "hazard.partners.china.wrong_way" not in found
    full = case.with_set({"hazard.copula.loadings.global": 0.8, "hazard.copula.loadings.bloc": 0.55})
    bloc = next(lever for lever in levers(full) if lever.path.endswith("bloc"))
    number, _ = bloc.moved(full, 1)
    assert number == pytest.approx(0.6)
    tight = next(lever for lever in levers(full) if lever.path.endswith("global"))
    number, _ = tight.moved(full, 1)
    assert 0.8 < number < 0.9
    most = case.with_set({"hazard.partners.china.severity_correlation": 1})
    top = next(it for it in levers(most) if it.path == "hazard.partners.china.severity_correlation")
    assert top.moved(most, 1) is None
    assert top.moved(most, -1)[0] == pytest.approx(0.9)


def test_a_correlation_moves_the_tail():
    case = mv.load("one-or-many").with_set({"hazard.copula.loadings.global": 0.5})
    found = sensitivity(case, draws=6000)
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
    assert "nothing in this scenario is left to chance" in found.note
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
        ({"measure": "mean"}, "no figure of a draw called 'mean'"),
        ({"groups": "all"}, "no way to group"),
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
    assert labels[-1] == found.inputs[0].label
    assert len(labels) == len(found.inputs) + len(found.swings)
    legend = {text.get_text() for text in axes.get_legend().get_texts()}
    assert {"its lowest fifth", "its highest fifth", "a group, either way", "a certain number, moved up"} <= legend
    bars = found.plot_indices()
    assert len(bars.get_yticklabels()) == len(found.inputs)
    shown = np.concatenate([np.asarray(line.get_xdata(), dtype=float) for line in bars.lines])
    for row in found.inputs:  # also those below 0
        assert np.isclose(shown, 100 * row.first.value, rtol=0, atol=1e-9).any()
    assert len(found.figure().axes) == 2
