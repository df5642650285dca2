"""Draws until it is sure enough: it says what that costs, reaches it or says what it reached, and costs no luck."""

import json
import re

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.precision import Precision, relative_width
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import BLOCK
from tests.cli.running import run
from tests.engine.cases import scenario
from tests.engine.test_checkpoint import count_blocks

PILOT = 8 * BLOCK
SETTINGS = {"horizon_months": 12}
WORDS = ("run", "one-or-many", "--set", "horizon_months=12")
MOST = 400 * BLOCK


@pytest.fixture(scope="module")
def case():
    return mv.load("one-or-many", settings=SETTINGS)


def simulate(case, wanted, draws=MOST, **more):
    told = []
    result = mv.simulate(case, draws=draws, precision=wanted, announce=told.append, **{"batch": 4} | more)
    return result, told


def widths(result, names=("total.mean", "total.es.0.95")):
    found = {"total.mean": result.total.mean(), "total.es.0.95": result.total.es(0.95)}
    return {name: (found[name].high - found[name].low) / (2 * found[name].value) for name in names}


@pytest.fixture(scope="module")
def precise(case):
    return simulate(case, 0.01)


def test_it_is_as_precise_as_was_asked(precise):
    result, _ = precise
    assert result.precision.is_enough
    assert result.precision.reached == max(widths(result).values()) <= 0.01 == result.precision.asked
    assert result.precision.by == max(widths(result), key=widths(result).get)


def test_it_says_beforehand_what_it_will_cost(precise):
    result, (told,) = precise
    assert told > PILOT
    assert result.draws == pytest.approx(told, rel=0.2)


def test_it_does_not_draw_much_more_than_it_has_to(case, precise):
    result, _ = precise
    fewer = mv.simulate(case, draws=int(0.75 * result.draws))
    assert max(widths(fewer).values()) > 0.01


def test_the_draws_are_those_of_a_plain_run(case, precise):
    result, _ = precise
    plain = mv.simulate(case, draws=result.draws)
    assert plain.fingerprint == result.fingerprint
    assert plain.document() == result.document()
    assert plain.precision is None


@pytest.mark.parametrize("more", [{"workers": 2}, {"memory": 1e6}, {"draws": 2 * MOST}], ids=str)
def test_how_many_draws_it_takes_depends_on_the_draws_alone(case, precise, more):
    result, told = simulate(case, 0.01, **more)
    assert result.draws == precise[0].draws
    assert result.fingerprint == precise[0].fingerprint
    assert told == pytest.approx(precise[1], rel=1e-4)  # intervals of counted draws are off by a hair


def test_half_the_width_takes_four_times_the_draws(case, precise):
    twice, _ = simulate(case, 0.02)
    assert precise[0].draws / twice.draws == pytest.approx(4.0, rel=0.2)


def test_at_the_most_it_stops_and_says_what_was_reached(case):
    result, (told,) = simulate(case, 0.0001, draws=20 * BLOCK + 5)
    assert result.draws == 20 * BLOCK + 5
    assert told > 10**8
    assert not result.precision.is_enough
    assert result.precision.reached == max(widths(result).values()) > 0.0001


@pytest.mark.parametrize("draws", [1, 100, PILOT])
def test_the_most_may_be_less_than_a_first_look(case, draws):
    result, told = simulate(case, 0.0001, draws=draws)
    assert result.draws == draws
    assert told == []


def test_a_coarse_wish_is_met_at_the_first_look(case):
    result, told = simulate(case, 0.5)
    assert (result.draws, told) == (PILOT, [])
    assert result.precision.is_enough


def test_what_is_certain_is_precise_at_once():
    certain = scenario(stress=[{"partner": "a", "channels": {"exports": 0.5}, "duration_months": 12}])
    result, told = simulate(certain, 1e-9)
    assert (result.draws, told) == (PILOT, [])
    assert result.precision.reached < 1e-12


def test_the_measures_may_be_named(case):
    by_mean, _ = simulate(case, Precision(0.01, ("exports.mean",)))
    by_tail, _ = simulate(case, Precision(0.01, ("exports.mean", "trade.es.0.99", "trade.sd", "trade.var.0.9")))
    assert by_mean.draws < by_tail.draws
    assert widths(by_mean)["total.mean"] <= 0.01
    assert by_tail.precision.by != "exports.mean"


@pytest.mark.parametrize("wanted", [0.0, 1.0, -0.1, 1, 2.0, np.nan, np.inf, True])
def test_a_precision_that_makes_no_sense_is_refused(case, wanted):
    with pytest.raises(UsageError, match=r"precision: .* is not a precision"):
        simulate(case, wanted)


WRONG = [
    "total",
    "total.median",
    "total.es",
    "total.es.95",
    "total.es.nan",
    "total.mean.0.5",
    "total.var.x",
    "",
    ".",
    "es.0.9",
]


@pytest.mark.parametrize("name", WRONG)
def test_a_measure_that_is_none_is_refused(name):
    with pytest.raises(UsageError, match=r"is not a measure; give column\.mean"):
        Precision(0.01, (name,))


def test_a_column_that_is_none_is_refused_before_anything_is_drawn(case, tmp_path, monkeypatch):
    done = count_blocks(monkeypatch)
    with pytest.raises(UsageError, match=r"'export\.mean': no column of that name; there are exports, trade"):
        simulate(case, Precision(0.01, ("export.mean",)), checkpoint=tmp_path / "run")
    assert done == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("estimate", "width"),
    [((2.0, 1.0, 3.0), 0.5), ((-2.0, -3.0, -1.0), 0.5), ((0.0, 0.0, 0.0), 0.0), ((0.0, -1.0, 1.0), np.inf)],
)
def test_the_relative_width_of_an_interval(estimate, width):
    assert relative_width(Estimate(*estimate)) == width


def test_evenly_spread_draws_reach_it_sooner(precise, case):
    smooth = mv.load("two-buyers")
    chance, _ = simulate(smooth, Precision(0.01, ("total.mean",)))
    even, _ = simulate(smooth, Precision(0.01, ("total.mean",)), sampling=Sobol(8))
    assert even.precision.is_enough
    assert even.draws < chance.draws


def test_a_precise_run_goes_on_where_it_was_stopped(case, precise, tmp_path, monkeypatch):
    def stop(done, of):
        if done > 12 * BLOCK:
            raise KeyboardInterrupt

    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        simulate(case, 0.01, checkpoint=folder, progress=stop)
    done = count_blocks(monkeypatch)
    result, told = simulate(case, 0.01, checkpoint=folder, resume=True)
    assert min(done) == 16
    assert (result.draws, result.fingerprint, told) == (precise[0].draws, precise[0].fingerprint, precise[1])
    done.clear()
    opened = mv.Result.open(folder)
    assert (opened.draws, opened.fingerprint) == (result.draws, result.fingerprint)
    again, _ = simulate(case, 0.01, checkpoint=folder, resume=True)
    assert (again.fingerprint, done) == (result.fingerprint, [])


def test_the_command_line_reaches_it(case):
    outcome = run(*WORDS, "--precision", "2%", "--json")
    assert outcome.exit_code == 0
    told = re.fullmatch(r"this precision needs about ([\d,]+) draws\n", outcome.stderr)
    document = json.loads(outcome.stdout)
    assert document["draws"] == pytest.approx(int(told[1].replace(",", "")), rel=0.2)
    loss = document["measures"]["total"]["loss_share"]
    for found in (loss["mean"], loss["es"]["0.95"]):
        assert (found["high"] - found["low"]) / (2 * found["value"]) <= 0.02
    assert run(*WORDS, "--precision", "0.02", "--json").stdout == outcome.stdout


def test_the_command_line_says_what_was_reached_at_the_most():
    outcome = run(*WORDS, "--precision", "0.1%", "--draws", 20_000)
    assert outcome.exit_code == 3
    assert "20,000 draws, seed 1" in outcome.stdout
    cost, reached = outcome.stderr.splitlines()
    assert re.fullmatch(r"this precision needs about [\d,]+ draws", cost)
    assert re.fullmatch(r"20,000 draws reached [\d.]+ % for total\.\S+, not 0\.1 %; increase --draws", reached)


@pytest.mark.parametrize(
    "words",
    [
        ("--precision", "0"),
        ("--precision", "0%"),
        ("--precision", "100%"),
        ("--precision", "-1%"),
        ("--precision", "nan"),
        ("--precision", "inf%"),
        ("--precision", "one"),
        ("--precision", "%"),
        ("--precision", "1%%"),
        ("--precision", ""),
        ("--precision", "1%", "--precision-of", "total"),
        ("--precision", "1%", "--precision-of", "nothing.mean"),
        ("--precision-of", "total.mean"),
    ],
    ids=" ".join,
)
def test_the_command_line_refuses_nonsense(words):
    outcome = run(*WORDS, *words)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert "precision" in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
