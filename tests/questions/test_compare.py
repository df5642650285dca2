"""Comparisons of whole scenarios: closed forms, verdicts, and what common random numbers are worth."""

import json
from math import exp, hypot, sqrt

import pytest

import multivector_sim as mv
from multivector_sim.measure.estimates import estimate_es, estimate_mean
from multivector_sim.questions.compare import compare
from tests.engine.cases import equal_partners, scenario

DRAWS = 8192


@pytest.fixture(scope="module")
def kazakhstan():
    return compare([mv.load("kazakhstan"), "article", "imports-2016"], draws=DRAWS)


def width(estimate):
    return estimate.high - estimate.low


@pytest.mark.parametrize("mix", ["article", "imports-2016"])
def test_the_same_luck_makes_differences_at_least_five_times_narrower(kazakhstan, mix):
    """Against a second run with luck of its own, whose difference has the two intervals' widths together."""
    pair = kazakhstan.pair("today", mix).main
    today = kazakhstan.result("today").total.loss_share
    apart = mv.simulate(kazakhstan.result(mix).scenario, draws=DRAWS, seed=2).total.loss_share
    for estimate, found in (
        (estimate_mean, pair.mean),
        (lambda losses: estimate_es(losses, 0.95), pair.es[0.95]),
    ):
        independent = hypot(width(estimate(today)), width(estimate(apart)))
        assert independent > 5.0 * width(found.estimate)


def test_a_mix_may_be_worse_on_average_and_better_in_the_tail(kazakhstan):
    pair = kazakhstan.pair("today", "article")
    assert (pair.main.mean.verdict, pair.verdict) == ("worse", "better")
    assert pair.sentence == "article is better than today in the bad tail; on average it is worse"


def test_every_pair_comes_once_and_its_numbers_are_those_of_the_runs(kazakhstan):
    assert [(it.first, it.second) for it in kazakhstan.pairs] == [
        ("today", "article"),
        ("today", "imports-2016"),
        ("article", "imports-2016"),
    ]
    for pair in kazakhstan.pairs:
        assert list(pair.columns) == ["total", "trade", "investment"]
        for name, column in pair.columns.items():
            first, second = (kazakhstan.result(label).column(name) for label in (pair.first, pair.second))
            assert column.mean.estimate.value == pytest.approx(second.mean().value - first.mean().value, abs=1e-12)
            for level, found in column.es.items():
                exact = second.es(level).value - first.es(level).value
                assert found.estimate.value == pytest.approx(exact, abs=1e-12)
            chances = column.chances
            assert chances.less.value + chances.alike.value + chances.more.value == pytest.approx(1.0)


def test_the_variance_of_one_partner_against_many_is_the_closed_form():
    """Independent ruptures for the whole horizon: q(1 - q)/N, so the ratio of the parts to the whole is sqrt(N)."""
    case = equal_partners(9, 0.05)
    found = compare([case, "one"], draws=40_960, seed=3)
    q = 1 - exp(-0.05 * 5)
    loss = found.result("today").total.loss_share
    assert loss.std() == pytest.approx(sqrt(_variance(q) / 9), rel=0.02)
    ratio = found.ratios["today"].sd
    assert ratio.low < 3.0 < ratio.high
    assert width(ratio) < 0.08
    assert found.ratios["one:p0"].sd.value == pytest.approx(1.0)
    assert found.pair("today", "one:p0").main.mean.verdict == "cannot tell"
    assert found.pair("today", "one:p0").verdict == "worse"
    assert found.benefits["today"].es_share[0.95].value > 0.2


def _variance(q):
    """Variance of the loss share of a partner that ruptures at an exponential time and stays away."""
    rate, years = 0.05, 5.0
    first = 1 - (1 - exp(-rate * years)) / (rate * years)
    second = 2 / years**2 * (years**2 / 2 - years / rate + (1 - exp(-rate * years)) / rate**2)
    assert first < q
    return second - first**2


def test_alike_scenarios_are_the_same_and_a_certain_loss_is_worse():
    base = scenario(stress=[{"partner": "a", "channels": {"exports": 0.5}, "duration_months": 12}])
    harder = base.with_set({"stress.0.channels.exports": 0.6})
    found = compare([base, base, harder], draws=1024)
    labels = found.labels
    same, worse = found.pair(labels[0], labels[1]), found.pair(labels[0], labels[2])
    assert same.verdict == "the same"
    assert same.main.chances.alike.value == 1.0
    assert same.sentence.endswith("loses as much as today")
    assert worse.verdict == "worse"
    assert worse.main.mean.estimate == pytest.approx((0.01, 0.01, 0.01), rel=1e-9)
    assert worse.main.chances.more.value == 1.0


def test_different_totals_and_horizons_are_said():
    base = scenario()
    larger = base.with_set({"exposures.exports.a": 2e9})
    shorter = base.with_set({"horizon_months": 12})
    notes = compare([base, larger, shorter], draws=1024).notes
    assert sum("different totals" in note for note in notes) == 1
    assert sum("different horizons" in note for note in notes) == 1


def test_the_document_is_plain_and_whole(kazakhstan):
    document = json.loads(json.dumps(kazakhstan.document(), allow_nan=False))
    assert document["schema"] == "multivector/compare/1"
    assert list(document["compared"]) == ["today", "article", "imports-2016"]
    assert len(document["pairs"]) == 3
    assert document["pairs"][0]["columns"]["total"]["es"]["0.95"]["verdict"] == "better"
    assert document["diversification"] == {"one": None, "benefit": {}}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"draws": 0}, "draws: 0"),
        ({"levels": []}, "levels: give one or more"),
        ({"levels": [1.5]}, "level: 1.5"),
        ({"workers": 0}, "workers: 0"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(arguments, words):
    with pytest.raises(mv.UsageError, match=words):
        compare([scenario(), "one"], **arguments)


def test_a_label_that_is_not_there_and_columns_that_nobody_shares(kazakhstan):
    with pytest.raises(mv.UsageError, match="no scenario called 'zzz'"):
        kazakhstan.pair("today", "zzz")
    ties = scenario(channels={"exports": {"kind": "ties"}}, name="ties")
    with pytest.raises(mv.UsageError, match="no column in common"):
        compare([scenario(), ties], draws=1024)


def test_threads_and_progress_change_nothing(kazakhstan):
    told = []
    again = compare(
        [mv.load("kazakhstan"), "article", "imports-2016"],
        draws=DRAWS,
        workers=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert again.document() == kazakhstan.document()
    assert told[-1] == (3 * DRAWS, 3 * DRAWS)
    assert told == sorted(told)


def test_the_rows_have_the_diversification_ratios_of_every_scenario_and_statistic():
    """With one partner, the parts are the whole: the ratio is 1."""
    found = compare([equal_partners(2, 0.2), "one"], draws=256)
    rows = [row for row in found.rows() if row.measure == "diversification_ratio"]
    statistics = ["sd", "es_0.95", "es_0.99"]
    assert [row.of for row in rows] == [
        {"scenario": label, "statistic": statistic} for label in ("today", "one:p0") for statistic in statistics
    ]
    assert [row.value for row in rows[3:]] == pytest.approx([1.0, 1.0, 1.0])
    today = found.ratios["today"]
    assert (rows[0].value, rows[0].low, rows[0].high) == (today.sd.value, today.sd.low, today.sd.high)
    assert [row.value for row in rows[1:3]] == [today.es[0.95].value, today.es[0.99].value]
