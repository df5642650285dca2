"""Draws that are too many to keep: the same answers to within a bin, in memory that does not grow."""

import json
import tracemalloc

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.accumulate import FINE_BINS, LOSS_BINS, Reducer, Sketch
from multivector_sim.engine.kernel import Outcome
from multivector_sim.errors import UsageError
from multivector_sim.report.page import render
from multivector_sim.sampling.sobol import Independent
from multivector_sim.sampling.streams import BLOCK
from tests.cli.running import run
from tests.engine.cases import equal_partners

DRAWS = 20 * BLOCK + 77
MEMORY = 2e6
WIDTHS = {
    "loss_share": 1 / LOSS_BINS,
    "loss_money": 1 / LOSS_BINS,
    "loss_share_of_gdp": 1 / LOSS_BINS,
    "resilience": 1 / LOSS_BINS,
    "trough": 1 / FINE_BINS,
    "unrecovered": 1 / FINE_BINS,
    "months_to_recover": 1e-2,
    "months_below": 1e-2,  # ends of an interval may lie between two whole months
}
OF_THOSE_THAT_FELL = ("recovered_share", "months_to_recover_km")
"""Single numbers, of the draws that fell; they are counted exactly."""


@pytest.fixture(scope="module")
def two_buyers():
    return mv.load("two-buyers")


@pytest.fixture(scope="module")
def exact(two_buyers):
    return mv.simulate(two_buyers, draws=DRAWS, seed=1)


@pytest.fixture(scope="module")
def counted(two_buyers):
    return mv.simulate(two_buyers, draws=DRAWS, seed=1, memory=MEMORY)


def test_only_the_first_draws_are_kept(exact, counted):
    assert exact.kept == exact.draws == counted.draws == DRAWS
    assert BLOCK < counted.kept < DRAWS / 2
    assert np.array_equal(counted.losses, exact.losses[: counted.kept])
    assert counted.total.draws == DRAWS


def test_the_fingerprint_is_that_of_all_draws(exact, counted):
    assert counted.fingerprint == exact.fingerprint


def columns(document):
    measures = document["measures"]
    return {name: measures[name] for name in ("total", "trade", "investment")} | measures["channels"]


def differences(measure, other, moments):
    """Give by how much two measures of one figure differ: of values, and of ends of intervals."""
    pairs = [(measure[key], other[key]) for key in moments if "value" in measure[key]]
    pairs += [
        (one, other[key][level])
        for key in moments
        if "value" not in measure[key]
        for level, one in measure[key].items()
    ]
    values = max(abs(one["value"] - two["value"]) for one, two in pairs)
    return values, max(abs(one[end] - two[end]) for one, two in pairs for end in ("low", "high"))


def test_the_document_is_that_of_all_draws_to_within_a_bin(exact, counted):
    whole, sketched = exact.document(), counted.document()
    assert set(whole) == set(sketched)
    for name, column in columns(whole).items():
        for figure, measure in column.items():
            other, unit = columns(sketched)[name][figure], 1.0
            if figure in OF_THOSE_THAT_FELL:
                assert other["value"] == pytest.approx(measure["value"], rel=1e-9)
                continue
            if figure in ("loss_money", "loss_share_of_gdp"):
                unit = measure["mean"]["value"] / column["loss_share"]["mean"]["value"]
            value, end = differences(measure, other, ("mean", "sd"))
            assert value < 1e-12 * unit * max(1.0, measure["mean"]["value"] / unit)
            assert end < WIDTHS[figure] * unit
            value, end = differences(measure, other, ("var", "es"))
            assert value < WIDTHS[figure] * unit
            assert end < 2 * WIDTHS[figure] * unit
    for key in ("schema", "scenario", "seed", "draws", "fingerprint", "concentration"):
        assert sketched[key] == whole[key]
    for key, estimate in whole["ruptures"].items():
        assert sketched["ruptures"][key] == pytest.approx(estimate, rel=1e-9)
    json.dumps(sketched, allow_nan=False)


def test_causes_are_those_of_all_draws(exact, counted):
    """The draws of the one bin at the edge of the tail count alike; that is all by which a cause may be off."""
    whole, sketched = exact.document()["attribution"], counted.document()["attribution"]
    assert list(whole) == list(sketched)
    bins = counted.sketch.figures["loss_share"][-1]
    greatest = np.abs(exact.attribution[:, :, 2]).max()
    for level, share in (("0.95", 0.05), ("0.99", 0.01)):
        edge = bins.places(np.array([exact.total.var(float(level)).value]))[0]
        bound = greatest * bins.counts[edge] / (share * DRAWS)
        for name, cause in whole.items():
            assert abs(sketched[name]["es"][level] - cause["es"][level]) <= bound
        parts = sum(cause["es"][level] for cause in sketched.values())
        assert parts == pytest.approx(counted.total.es(float(level)).value * exact.total.baseline, rel=1e-9)
    for name, cause in whole.items():
        assert sketched[name]["mean"] == pytest.approx(cause["mean"], rel=1e-9, abs=1e-6)
        for interval in (sketched[name]["intervals"]["mean"], *sketched[name]["intervals"]["es"].values()):
            assert interval["low"] <= interval["value"] <= interval["high"]
    widest = max(whole, key=lambda name: whole[name]["mean"])
    here, there = (run_[widest]["intervals"]["mean"] for run_ in (whole, sketched))
    assert (there["high"] - there["low"]) / (here["high"] - here["low"]) == pytest.approx(1.0, abs=0.15)


def test_probabilities_and_curves_are_of_all_draws(exact, counted):
    for loss in (0.0, 0.05, 0.11, 0.3):
        width = 1 / LOSS_BINS
        low, high = (np.mean(exact.trade.loss_share > loss + away) for away in (width, -width))
        assert low <= counted.trade.exceedance(loss).value <= high
    first, second = exact.trade.curve(), counted.trade.curve()
    assert np.interp(second.loss, first.loss, first.probability) == pytest.approx(second.probability, abs=0.01)


@pytest.mark.parametrize("batch", [1, 4, 16, 21])
def test_whatever_the_batches_it_is_the_same_to_the_last_digits(two_buyers, counted, batch):
    other = mv.simulate(two_buyers, draws=DRAWS, seed=1, memory=MEMORY, batch=batch)
    assert other.fingerprint == counted.fingerprint
    for level in (0.5, 0.95, 0.99):
        assert other.total.var(level) == pytest.approx(counted.total.var(level), rel=1e-12)
        assert other.total.es(level) == pytest.approx(counted.total.es(level), rel=1e-9)


def test_almost_no_memory_is_enough(two_buyers, exact):
    least = mv.simulate(two_buyers, draws=DRAWS, seed=1, memory=1.0)
    assert least.kept == 1
    assert least.fingerprint == exact.fingerprint
    assert least.total.mean().value == pytest.approx(exact.total.mean().value, rel=1e-12)
    json.dumps(least.document(), allow_nan=False)


@pytest.mark.parametrize("memory", [0.0, -1.0, float("nan"), float("inf")])
def test_memory_that_makes_no_sense_is_refused(two_buyers, memory):
    with pytest.raises(UsageError, match="memory"):
        mv.simulate(two_buyers, memory=memory)


def test_it_cannot_be_saved_afterwards_and_says_what_to_do(counted, tmp_path):
    with pytest.raises(UsageError, match="checkpoint=PATH"):
        counted.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_what_was_kept_on_the_way_is_opened_in_little_memory(two_buyers, counted, tmp_path):
    from multivector_sim.engine.checkpoint import open_run

    mv.simulate(two_buyers, draws=DRAWS, seed=1, memory=MEMORY, checkpoint=tmp_path / "run")
    again = open_run(tmp_path / "run", memory=MEMORY)
    assert again.kept == counted.kept
    assert again.document() == counted.document()
    assert mv.Result.open(tmp_path / "run").kept == DRAWS


def test_the_report_says_what_its_charts_rest_on(exact, counted):
    page = " ".join(render(counted).split())
    assert f"use the {counted.kept:,} draws that were kept" in page
    assert f"{DRAWS:,}" in page
    assert "draws that were kept" not in render(exact)


def test_the_dataset_is_of_the_draws_kept(counted):
    pytest.importorskip("xarray", reason="xarray is an extra: pip install multivector-sim[xarray]")
    dataset = counted.to_xarray()
    assert dataset.sizes["draw"] == counted.kept
    assert (dataset.ruptures.to_numpy() == counted.ruptures).all()


def test_paths_go_as_far_as_the_draws_do(exact, counted):
    beyond = counted.kept + 5
    assert (counted.paths(beyond) == exact.paths(beyond)).all()


def test_the_command_line_takes_gigabytes():
    words = ("run", "two-buyers", "--draws", DRAWS, "--json")
    counted, kept = run(*words, "--memory", MEMORY / 1e9), run(*words)
    assert counted.exit_code == kept.exit_code == 0
    assert json.loads(counted.stdout)["fingerprint"] == json.loads(kept.stdout)["fingerprint"]
    assert counted.stdout != kept.stdout
    for wrong in ("0", "-1", "much", "nan", "inf"):
        outcome = run(*words, "--memory", wrong)
        assert outcome.exit_code == 2, wrong
        assert len(outcome.stderr.strip().splitlines()) == 1


CASE = equal_partners(2, intensity=0.1)
STEP = 16 * BLOCK


def invented(number):
    """Give a batch of outcomes that nobody simulated."""
    random = np.random.default_rng(number)
    loss = random.beta(2, 5, (STEP, 4))
    loss[:, 2] = np.nan
    months = np.rint(60 * loss)
    parts, ruptures = random.random((STEP, 3, 1)), random.integers(0, 3, STEP)
    return Outcome(loss, 1 - loss, months, loss / 2, months, months, parts, ruptures)


def peak(batches, memory):
    """Give the greatest memory that a run of invented batches takes, and its result."""
    tracemalloc.start()
    reducer = Reducer(CASE, 1, Independent(), memory, "numba")
    for number in range(batches):
        reducer.add(invented(number), STEP)
    result = reducer.result()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most, result


def test_the_memory_of_millions_is_that_of_few():
    few, _ = peak(8, 5e6)
    many, result = peak(96, 5e6)
    assert result.draws == 96 * STEP > 1_500_000
    assert result.kept < 32_000
    assert many < 1.1 * few
    assert result["exports"].mean().value == pytest.approx(2 / 7, abs=1e-3)
    assert result["exports"].es(0.99).value == pytest.approx(0.75, abs=0.02)


def test_a_sketch_made_in_parts_counts_what_one_counts():
    batch = invented(1)
    whole, parts = Sketch(CASE), Sketch(CASE)
    whole.add(batch)
    for first in range(0, STEP, 999):
        parts.add(batch.part(first, first + 999))
    assert parts.draws == whole.draws == STEP
    for name, bins in whole.figures.items():
        for one, other in zip(bins, parts.figures[name], strict=True):
            assert (one.counts == other.counts).all()
    assert np.allclose(parts.parts, whole.parts, rtol=1e-12, atol=0.0)
    assert parts.mean_parts() == pytest.approx(batch.attribution[:, :, 0].mean(axis=0), rel=1e-12)
