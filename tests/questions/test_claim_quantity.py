"""Quantities of a run by path, the pieces that they are means of, and their changes."""

import dataclasses

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.measure.intervals import Estimate
from multivector_sim.questions import claim_quantity
from multivector_sim.questions.claim_quantity import change, look_up, pieces
from tests.questions.simple_case import one_partner


def ends(documents, path):
    """Return what a quantity is in two documents."""
    first, second = (look_up(it, path) for it in documents)
    return first, second


@pytest.fixture(scope="module")
def run():
    result = mv.simulate(mv.load("two-buyers"), draws=4096, seed=1)
    return result, result.document()


def estimates(part, path=""):
    """Go through the paths of every estimate of a document."""
    if isinstance(part, dict):
        if {"value", "low", "high"} <= set(part) and path:
            yield path
        for name, inner in part.items():
            yield from estimates(inner, f"{path}.{name}" if path else name)


def test_every_estimate_is_found_and_is_the_mean_of_its_pieces(run):
    result, document = run
    seen = 0
    for path in estimates(document):
        found = look_up(document, path)
        assert found.low <= found.value <= found.high
        parts = pieces(result, path)
        if parts is not None:
            seen += 1
            if ".var." not in path:
                assert parts.mean() == pytest.approx(found.value, rel=1e-9, abs=1e-12)
    assert seen > 100


@pytest.mark.parametrize(
    "path", ["measures.total.loss_share.es.0.95", "ruptures.expected", "measures.channels.exports.trough.mean"]
)
def test_a_value_has_the_interval_of_its_estimate(run, path):
    _, document = run
    assert look_up(document, f"{path}.value") == look_up(document, path)


def test_certain_numbers_have_no_width(run):
    _, document = run
    hhi = look_up(document, "concentration.exports.hhi")
    assert hhi.low == hhi.value == hhi.high == document["concentration"]["exports"]["hhi"]


def test_an_attribution_has_the_interval_beside_it(run):
    _, document = run
    for path, beside in (("mean", ("mean",)), ("es.0.95", ("es", "0.95"))):
        found = look_up(document, f"attribution.russia.{path}")
        told = document["attribution"]["russia"]["intervals"]
        for step in beside:
            told = told[step]
        assert found._asdict() == told
        assert found.low < found.high


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("measures.trad.loss_share.mean", "no 'trad' in measures; did you mean 'trade'?"),
        ("measures.trade.loss_share.es.0.9", "no '0' in measures.trade.loss_share.es; .*0.95"),
        ("concentration.exports", "is not a number"),
        ("scenario", "is not a number"),
        ("ruptures.expected.mean", "no 'mean' in ruptures.expected"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_stops(run, path, words):
    with pytest.raises(mv.UsageError, match=words):
        look_up(run[1], path)


@pytest.fixture(scope="module")
def pair():
    scenario = mv.load("two-buyers")
    runs = [mv.simulate(it, draws=4096, seed=1) for it in (scenario, scenario.with_mix("article"))]
    return runs, tuple(it.document() for it in runs)


@pytest.mark.parametrize(("measure", "narrower"), [("mean", 0.6), ("sd", 0.6), ("es.0.95", 0.6), ("var.0.95", 0.85)])
def test_common_luck_makes_a_change_surer(pair, measure, narrower):
    (before, after), documents = pair
    path = f"measures.trade.loss_share.{measure}"
    moved = change(before, after, path, ends(documents, path))
    first, second = (look_up(it, path) for it in documents)
    assert moved.value == pytest.approx(second.value / first.value - 1.0)
    alone = (second.high / first.low) - (second.low / first.high)
    assert 0.0 < moved.high - moved.low < narrower * alone


def test_the_interval_of_a_change_covers():
    """Over 100 repeats, the interval of a ratio of means whose truth is known."""
    scenario = mv.load("two-buyers")
    path = "measures.trade.loss_share.mean"
    runs = [mv.simulate(it, draws=102_400, seed=3) for it in (scenario, scenario.with_mix("article"))]
    truth = runs[1].trade.mean().value / runs[0].trade.mean().value - 1.0
    covered = 0
    for part in range(100):
        slices = [
            dataclasses.replace(it, outcome=type(it.outcome)(*(a[part * 1024 : (part + 1) * 1024] for a in it.outcome)))
            for it in runs
        ]
        means = [{"measures": {"trade": {"loss_share": {"mean": it.trade.mean()._asdict()}}}} for it in slices]
        moved = change(*slices, path, ends(means, path))
        covered += moved.low <= truth <= moved.high
    assert covered >= 88


def test_what_is_no_mean_has_the_widest_interval(pair):
    (before, after), documents = pair
    path = "attribution.russia.mean"
    moved = change(before, after, path, ends(documents, path))
    first, second = (look_up(it, path) for it in documents)
    assert pieces(before, path) is None
    assert (moved.low, moved.high) == (second.low / first.high - 1.0, second.high / first.low - 1.0)


def test_a_change_of_nothing_means_nothing(pair):
    (before, after), documents = pair
    nothing, path = {"a": 0.0}, "ruptures.expected"
    assert change(before, after, "a", ends((nothing, documents[1] | nothing), "a")) is None
    assert np.isfinite(change(before, before, path, ends((documents[0],) * 2, path)).high)


def test_the_interval_of_a_change_of_ruptures_covers_and_is_narrower_than_the_extremes():
    """Over 150 repeats of 2,048 draws, where the truth is 1 - exp(-rate) for each of ten partners."""
    scenario = mv.load("one-or-many")
    rarer = scenario.with_set({f"hazard.partners.{name}.intensity": 0.03 for name in scenario.partners})
    runs = [mv.simulate(it, draws=307_200, seed=5) for it in (scenario, rarer)]
    rates = [next(iter(it.hazard.partners.values())).intensity.value for it in (scenario, rarer)]
    chances = [1.0 - np.exp(-rate * scenario.horizon_months / 12) for rate in rates]
    truth, path, covered = chances[1] / chances[0] - 1.0, "ruptures.expected", 0
    for part in range(150):
        cut = slice(part * 2048, (part + 1) * 2048)
        few = [dataclasses.replace(it, outcome=type(it.outcome)(*(array[cut] for array in it.outcome))) for it in runs]
        means = [float(it.ruptures.mean()) for it in few]
        moved = change(*few, path, tuple(Estimate(mean, mean, mean) for mean in means))
        covered += moved.low <= truth <= moved.high
        errors = [1.96 * float(it.ruptures.std()) / np.sqrt(2048) for it in few]
        apart = (means[1] + errors[1]) / (means[0] - errors[0]) - (means[1] - errors[1]) / (means[0] + errors[0])
        assert moved.width < 0.7 * apart
    assert covered >= 135


PATH = "measures.trade.loss_share.mean"


@pytest.mark.parametrize("known", [(None, None), (None, np.ones(100)), (np.ones(100), None)])
def test_a_change_of_what_is_certain_and_the_same_is_nothing(monkeypatch, known):
    """Where one of two quantities has no scores, the change follows from the ends of both."""
    given = iter(known * 2)
    monkeypatch.setattr(claim_quantity, "pieces", lambda *_: next(given))
    certain = Estimate(2.0, 2.0, 2.0)
    assert claim_quantity.change(None, None, PATH, (certain, certain)) == Estimate(0.0, 0.0, 0.0)
    found = claim_quantity.change(None, None, PATH, (certain, Estimate(3.0, 2.5, 4.0)))
    assert found == Estimate(0.5, 0.25, 1.0)


def test_losses_that_are_all_the_same_have_no_scores_of_their_sd():
    assert claim_quantity._scores_of(np.full(10, 0.5), "sd", "").tolist() == [0.0] * 10


def test_the_spread_of_losses_of_nothing_is_nothing_in_every_draw():
    calm = mv.simulate(one_partner(stress=[]), draws=64)
    assert pieces(calm, "measures.total.loss_share.sd").tolist() == [0.0] * 64


def test_where_one_run_alone_has_pieces_the_interval_is_the_widest():
    """A channel called trade stands before the total of trade, which then has no pieces of its own."""

    def run_of(channel):
        hit = {"partner": "neighbour", "channels": {channel: {"uniform": [0.2, 0.8]}}, "duration_months": 24}
        exposures = {channel: {"neighbour": 3e9, "other": 7e9}}
        return mv.simulate(one_partner(channels={channel: {"kind": "trade"}}, exposures=exposures, stress=[hit]), 256)

    path, runs = "measures.trade.loss_share.mean", (run_of("trade"), run_of("exports"))
    assert [pieces(it, path) is None for it in runs] == [True, False]
    first, second = ends([it.document() for it in runs], path)
    for two, (one, other) in ((runs, (first, second)), (runs[::-1], (second, first))):
        moved = change(*two, path, (one, other))
        assert (moved.low, moved.high) == (other.low / one.high - 1.0, other.high / one.low - 1.0)
