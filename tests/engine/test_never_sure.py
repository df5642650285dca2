"""What no draw has met is never called nothing: through a run, its words, a wanted precision, and questions."""

import json
import re

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.loss_bounds import loss_bounds
from multivector_sim.engine.precision import Precision
from multivector_sim.engine.simulate import simulate
from multivector_sim.measure.samples import ReplicatedDraws
from multivector_sim.questions.compare import compare
from multivector_sim.questions.rank import rank
from multivector_sim.report.answer import cautions, headline
from multivector_sim.report.page import render
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from tests.cli.running import run
from tests.engine.cases import equal_partners, scenario

RARE = equal_partners(2, 1e-9)
PILOT = 8192
RARELY = ("hazard.partners.p0.intensity", "hazard.partners.p1.intensity")


@pytest.fixture(scope="module")
def unhit():
    result = simulate(RARE, 1024)
    assert not result.ruptures.any()
    return result


def test_a_run_without_a_hit_says_how_much_it_may_have_missed(unhit):
    document = unhit.document()
    mean = document["measures"]["total"]["loss_share"]["mean"]
    assert mean["value"] == mean["low"] == 0.0
    assert 0.003 < mean["high"] < 0.004
    assert 0.0 < document["ruptures"]["any"]["high"] < 0.004
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["measures"]["total"]["recovered_share"]["value"] is None
    assert document["tail_draws"]["total"]["0.95"] == {"draws": 0, "distinct": 0}


def test_loses_nothing_is_said_only_of_what_cannot_lose(unhit):
    said = headline(unhit)
    assert "loses nothing" not in said
    assert "none of 1,024 draws lost any" in said
    assert re.search(r"at most 0\.3[3-9] % \(", said)
    assert "loses nothing" in headline(simulate(scenario(), 16))
    assert "loses nothing" in headline(simulate(equal_partners(2, 0.0), 16))


def test_the_report_and_the_summary_say_that_few_draws_lie_in_the_tail(unhit):
    (said,) = cautions(unhit, unhit.document(), "trade")
    assert said.startswith("Of 1,024 draws only 0 different losses of trade lie beyond VaR 95 %")
    assert "different losses of trade" in render(unhit)
    few = run("run", "two-buyers", "--draws", 64)
    assert "rest on what the scenario can" in " ".join(few.stdout.split())
    many = run("run", "two-buyers", "--draws", 4000)
    assert "rest on what the scenario can" not in " ".join(many.stdout.split())


def test_a_precision_without_a_hit_is_not_reached():
    result = simulate(RARE, PILOT, precision=0.5)
    assert not result.precision.is_enough
    assert (result.precision.reached, result.precision.hits) == (np.inf, 0)


def test_a_precision_of_a_tail_without_draws_is_not_reached():
    wanted = Precision(0.05, ("total.es.0.9999",))
    result = simulate(mv.load("two-buyers"), PILOT, precision=wanted)
    found = result.total.es(0.9999)
    assert found.high - found.low > 0.05 * found.value
    assert not result.precision.is_enough
    assert result.precision.hits == 1


def test_the_command_line_says_that_nothing_was_hit(tmp_path):
    file = tmp_path / "rare.yaml"
    file.write_text(json.dumps(RARE.document()))
    outcome = run("run", file, "--precision", "50%", "--draws", PILOT)
    assert outcome.exit_code == 3
    assert "none of 8,192 draws contributes to" in outcome.stderr
    assert "reached 0" not in outcome.stderr
    assert "loses nothing" not in outcome.stdout


def test_a_halved_rare_event_is_never_called_the_same():
    """Seven of thirty seeds did."""
    before = equal_partners(2, 1e-4)
    after = before.with_set(dict.fromkeys(RARELY, 5e-5))
    for seed in range(6):
        pair = compare([before, after], draws=1024, seed=seed).pairs[0]
        assert pair.verdict == "cannot tell"
        assert "the same as" not in pair.sentence
        assert pair.main.mean.estimate.low < pair.main.mean.estimate.high


def test_two_names_of_one_scenario_are_the_same():
    pair = compare([RARE, RARE], draws=64).pairs[0]
    assert pair.verdict == "the same"
    assert pair.main.mean.estimate == (0.0, 0.0, 0.0)


def test_what_a_measure_buys_is_not_nothing_where_nothing_was_hit():
    measures = {"talks": {"title": "Talks", "cost": 1e6, "set": {RARELY[0]: 1e-10}}}
    case = type(RARE).model_validate(RARE.document() | {"measures": measures})
    found = rank(case, draws=1024)
    (row,) = found.measures
    assert row.bought.value == 0.0
    assert row.bought.low < 0.0 < row.bought.high
    assert found.today.high > 0.0
    assert json.dumps(found.document(), allow_nan=False)


def test_counted_draws_know_what_they_may_have_missed():
    result = simulate(RARE, 4 * BLOCK, memory=1e5)
    assert result.sketch is not None
    mean = result.total.mean()
    assert (mean.value, mean.low) == (0.0, 0.0)
    assert 0.0 < mean.high < 0.002
    assert result.total.es(0.9999).high == pytest.approx(loss_bounds(RARE).horizon[-1].high, rel=0.01)


NAMES = ("a", "b", "c")


def test_intervals_of_evenly_spread_draws_hold_also_for_discrete_laws():
    """A probability at a step of the points, one between two, a rare one, and quantiles of a discrete law."""
    scheme, hits, runs = Sobol(8).prepared(NAMES), {}, 200
    for seed in range(runs):
        blocks = [scheme.source(seed, block) for block in range(8)]
        rows = [np.concatenate([source.random_source(NAMES).given[place] for source in blocks]) for place in range(3)]
        even = ReplicatedDraws(np.where(rows[0] > 0.3, 0.2, 0.0) + np.where(rows[1] > 0.9503, 0.5, 0.0), 8, BLOCK)
        rare = ReplicatedDraws(np.where((rows[0] > 0.97) & (rows[1] > 0.97) & (rows[2] > 0.9), 0.5, 0.0), 8, BLOCK)
        third = 0.7 + 0.3 * 0.0497
        checks = {
            "between two steps": (even.exceedance(0.1), third),
            "at the tail": (even.exceedance(0.3), 0.0497),
            "rare": (rare.exceedance(0.1), 0.03 * 0.03 * 0.1),
            "quantile at a step": (even.var(0.9503 - 1e-4), 0.2),
            "median": (even.var(0.5), 0.2),
            "low quantile": (even.var(0.2), 0.0),
        }
        for name, (found, truth) in checks.items():
            hits[name] = hits.get(name, 0) + (found.low - 1e-12 <= truth <= found.high + 1e-12)
    assert {name: count for name, count in hits.items() if count < 0.93 * runs} == {}


def test_the_spread_of_evenly_spread_draws_is_not_biased_by_one_in_n():
    """The variance of a uniform number from 64 points: divided by N - 1 it is 1.6 % too large, in every run."""
    values = (np.arange(64) + 0.5) / 64
    found = ReplicatedDraws(np.tile(values, 8), 8, 64).sd().value
    assert found == pytest.approx(np.sqrt((1 - 64.0**-2) / 12), rel=1e-12)
    assert PseudoRandom(1, 0).uniforms("a").size == BLOCK


def test_months_tell_what_is_known_of_a_recovery_that_the_horizon_cuts_off():
    entry = {"partner": "a", "channels": {"exports": 0.5}, "duration_months": {"uniform": [6, 90]}}
    case = scenario(stress=[entry])
    total = simulate(case, 4096).document()["measures"]["total"]
    back = (60 - 6) / 84
    assert total["recovered_share"]["value"] == pytest.approx(back, abs=0.03)
    assert total["recovered_share"]["low"] < back < total["recovered_share"]["high"]
    truth = 60 - 54**2 / (2 * 84)
    assert total["months_to_recover_km"]["value"] == pytest.approx(truth, abs=1.0)
    assert total["months_below"]["mean"]["value"] == pytest.approx(truth, abs=1.0)
    assert total["recovered_share"]["median_months"] == pytest.approx(33, abs=2)
