"""Without a compiler the model gives the same losses, to 1e-10, and everything else that a result holds."""

import json
import subprocess
import sys
import warnings
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim import compiled
from multivector_sim.engine import engine_choice, kernel, numpy_engine
from multivector_sim.engine.case import build_case
from multivector_sim.errors import Notice
from multivector_sim.questions.frontier.cutting_planes import TailPlane, vectorised_plane
from multivector_sim.response.arrays import Draws, by_cause
from multivector_sim.response.numpy_engine import WIDTH
from multivector_sim.sampling.numbers import fast_quantile, pack_numbers
from multivector_sim.sampling.numpy_engine import follow
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import PseudoRandom
from multivector_sim.scenario import files as bundled
from tests.engine.cases import SHARE
from tests.engine.chance_cases import chancy
from tests.engine.sealing import write_sealed_manifest
from tests.strategies import case

CASES, CHUNK, FEW = 300, 30, 40
CLOSE = 1e-10


def agree(found, expected, what):
    """Hold every figure of two outcomes against each other; money as a share of the greatest amount."""
    for name in kernel.Outcome._fields:
        one, other = getattr(found, name), getattr(expected, name)
        scale = max(1.0, np.nanmax(np.abs(other), initial=0.0)) if name == "attribution" else 1.0
        np.testing.assert_allclose(one / scale, other / scale, 0.0, CLOSE, err_msg=f"{name} of {what}")


@pytest.mark.parametrize("first", range(0, int(SHARE * CASES), CHUNK))
def test_the_response_agrees_with_every_feature_on_at_once(first):
    for seed in range(first, first + CHUNK):
        problem, draws = case(seed, 5)
        agree(numpy_engine.respond(problem, draws), kernel.respond(problem, draws), f"case {seed}")
        rows = by_cause(problem)
        found, expected = numpy_engine.respond(problem, draws, rows), kernel.respond(problem, draws, rows)
        agree(found, expected, f"causes of case {seed}")
        months = numpy_engine.paths(problem, draws)
        np.testing.assert_allclose(months, kernel.paths(problem, draws), 0.0, CLOSE, err_msg=f"paths of case {seed}")


def both(scenario, source, draws):
    """Draw a block and run its first draws with either engine."""
    outcomes = []
    for engine in engine_choice.ENGINES:
        made = build_case(scenario, engine=engine)
        drawn = made.sampler.sample(source)
        outcomes.append((drawn, made.respond(Draws(*(array[:draws] for array in drawn)))))
    return outcomes


@pytest.mark.parametrize("first", range(0, int(SHARE * CASES), CHUNK))
def test_generated_scenarios_agree_from_their_laws_to_their_losses(first):
    for seed in range(first, first + CHUNK):
        (expected, losses), (found, others) = both(chancy(seed), PseudoRandom(seed, seed % 7), FEW)
        for field in Draws._fields:
            one, other = getattr(found, field), getattr(expected, field)
            np.testing.assert_allclose(one, other, CLOSE, CLOSE, err_msg=f"{field} of {seed}")
        agree(others, losses, f"case {seed}")


def test_the_generated_scenarios_hold_every_part_of_the_model():
    """Many cases of each, so that an engine that leaves one out cannot agree by luck."""
    found = Counter()
    for seed in range(CASES):
        sampler = build_case(chancy(seed), engine="numpy").sampler
        table, draws = sampler.rupture_table, sampler.sample(PseudoRandom(seed, seed % 7))
        again = table.further >= 0
        found["further ruptures"] += bool(np.isfinite(draws.onset[:FEW, again]).any())
        found["clauses that fail together"] += bool((table.clause >= 0).any())
        found["gains"] += bool((draws.severity[:FEW] < 0.0).any())
        found["new partners"] += bool(draws.entry[:FEW].any())
        found["their own haircut"] += bool((draws.entry_haircut != draws.haircut)[:FEW].any())
        found["prices"] += bool(draws.price[:FEW].any())
    assert min(found.values()) > CASES / 5, found


@pytest.mark.parametrize("name", bundled.names())
def test_every_shipped_scenario_agrees(name):
    (_, expected), (_, found) = both(mv.load(name), PseudoRandom(1, 0), 200)
    agree(found, expected, name)


def test_results_of_either_engine_hold_the_same():
    scenario = mv.load("two-buyers")
    expected, found = (mv.simulate(scenario, 1100, engine=engine) for engine in engine_choice.ENGINES)
    agree(found.outcome, expected.outcome, "two-buyers")
    np.testing.assert_allclose(found.paths(50), expected.paths(50), 0.0, CLOSE)
    np.testing.assert_allclose(found.attribution, expected.attribution, 1e-9, 1.0)


LAWS = (
    ("fixed", (0.4,)),
    ("uniform", (-1.0, 2.0)),
    ("triangular", (0.0, 0.2, 1.0)),
    ("pert", (0.1, 0.4, 0.9)),
    ("pert", (0.0, 0.0, 1.0)),
    ("beta", (0.4, 0.2)),
    ("beta", (0.5, 0.4999)),
    ("lognormal", (6.0, 0.6)),
    ("gamma", (12.0, 6.0)),
    ("gamma", (1.0, 50.0)),
    ("loguniform", (0.1, 1000.0)),
    ("empirical", (0.9, 0.1, 0.4, 0.4)),
)


@pytest.mark.parametrize(("kind", "parameters"), LAWS)
def test_every_distribution_follows_its_numbers_as_compiled_code_does(kind, parameters):
    tails = [1e-300, 1e-18, 1e-12, 9.99e-4, 1e-3, 0.5, 0.999, 0.9990001, 1.0 - 1e-12, 1.0 - 2.0**-53]
    numbers = np.array([*tails, *np.random.default_rng(3).random(5000), np.nan])
    expected = fast_quantile(kind, parameters, numbers)
    found = follow(pack_numbers([(kind, parameters)], [0]), 0, numbers)
    np.testing.assert_allclose(found, expected, 1e-13, 1e-14)


def test_points_that_are_given_agree_too():
    (_, expected), (_, found) = both(mv.load("kazakhstan"), Sobol(4).prepared(names()).source(3, 5), 100)
    agree(found, expected, "Sobol points")


def names():
    return build_case(mv.load("kazakhstan")).sampler.names


def test_a_draw_has_the_same_bits_whoever_stands_beside_it():
    made = build_case(mv.load("kazakhstan"), engine="numpy")
    drawn = made.assume(1, range(1))
    together = made.respond(drawn)
    for which in ([5], [900, 5, 31], np.arange(1023, 0, -3)):
        alone = made.respond(Draws(*(array[which] for array in drawn)))
        np.testing.assert_array_equal(alone.loss_share, together.loss_share[which])
        np.testing.assert_array_equal(alone.attribution, together.attribution[which])
    runs = [mv.simulate(mv.load("two-buyers"), 5000, engine="numpy", **how) for how in WAYS]
    assert len({run.fingerprint for run in runs}) == 1


WAYS = ({}, {"workers": 3}, {"batch": 1}, {"batch": 3, "workers": 2})


def test_nothing_shocked_is_nothing_lost_to_the_last_bit():
    scenario = mv.load("two-buyers").with_set({"stress": None, "hazard": None})
    result = mv.simulate(scenario, 1024, engine="numpy")
    assert not result.losses.any()
    assert not result.attribution.any()
    assert (result.outcome.trough[:, :3] == 1.0).all()


def test_parts_add_up_to_the_loss():
    result = mv.simulate(mv.load("kazakhstan"), WIDTH + 1, engine="numpy")
    money = result.total.loss_share * result.total.baseline
    np.testing.assert_allclose(result.attribution[:, :, 2].sum(axis=1), money, 1e-9)


def test_a_result_says_what_computed_it():
    scenario = mv.load("one-or-many")
    found, other = (mv.simulate(scenario, 1024, engine=engine) for engine in ("numpy", None))
    assert (found.engine, other.engine) == ("numpy", "numba")
    assert (found.document()["engine"], other.document()["engine"]) == ("numpy", "numba")
    assert found.fingerprint != other.fingerprint


def test_a_run_is_kept_and_opened_with_its_engine(tmp_path):
    result = mv.simulate(mv.load("one-or-many"), 2048, engine="numpy", checkpoint=tmp_path / "run")
    opened = mv.Result.open(tmp_path / "run")
    assert (opened.engine, opened.fingerprint) == ("numpy", result.fingerprint)
    opened.save(tmp_path / "again")
    assert mv.Result.open(tmp_path / "again").engine == "numpy"


def test_engines_are_not_mixed_in_one_run(tmp_path):
    scenario = mv.load("one-or-many")
    mv.simulate(scenario, 2048, engine="numpy", checkpoint=tmp_path)
    with pytest.raises(mv.StoreError, match="was begun with engine numpy, not numba; give another folder"):
        mv.simulate(scenario, 4096, checkpoint=tmp_path, resume=True)
    more = mv.simulate(scenario, 4096, engine="numpy", checkpoint=tmp_path, resume=True)
    assert more.fingerprint == mv.simulate(scenario, 4096, engine="numpy").fingerprint


def test_a_folder_of_an_unknown_engine_is_refused_and_one_without_a_name_is_compiled_code(tmp_path):
    mv.simulate(mv.load("one-or-many"), 1024, checkpoint=tmp_path)
    manifest = tmp_path / "manifest.json"
    document = json.loads(manifest.read_text())
    write_sealed_manifest(tmp_path, document | {"engine": "abacus"})
    with pytest.raises(mv.StoreError, match="made by the engine 'abacus'"):
        mv.Result.open(tmp_path)
    del document["engine"]
    write_sealed_manifest(tmp_path, document)
    assert mv.Result.open(tmp_path).engine == "numba"


def test_an_engine_that_is_not_there_is_refused():
    with pytest.raises(mv.UsageError, match="no engine called 'abacus'; there are numba and numpy"):
        mv.simulate(mv.load("one-or-many"), 1024, engine="abacus")


def test_without_a_compiler_numpy_is_taken_with_one_notice(monkeypatch):
    monkeypatch.setattr(compiled, "COMPILER", False)
    engine_choice._note_no_compiler.cache_clear()
    with pytest.warns(Notice, match="numba cannot be imported") as seen:
        assert [engine_choice.choose_engine(), engine_choice.choose_engine()] == ["numpy", "numpy"]
    assert len(seen) == 1
    with pytest.raises(mv.UsageError, match="numba cannot be imported; pip install numba, or use numpy"):
        mv.simulate(mv.load("one-or-many"), 1024, engine="numba")
    engine_choice._note_no_compiler.cache_clear()


def test_paths_of_a_compiled_run_are_worked_out_in_numpy_where_there_is_no_compiler(monkeypatch):
    result = mv.simulate(mv.load("one-or-many"), 1024)
    expected = result.paths(20)
    monkeypatch.setattr(compiled, "COMPILER", False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Notice)
        np.testing.assert_allclose(replace(result).paths(20), expected, 0.0, CLOSE)


def test_the_plane_of_a_tail_is_the_same_without_a_compiler():
    random = np.random.default_rng(5)
    for level in (0.05, 0.5, 0.95, 0.999):
        losses = np.round(random.standard_normal((200, 4)), 1)
        shares = random.dirichlet(np.ones(4))
        find = TailPlane(losses, level)
        shortfall, plane = find(shares)
        other = np.empty(4)
        vectorised_plane(find.by_asset, shares, find.worst, find.mass, other)
        np.testing.assert_allclose(other, plane, 0.0, 1e-12)
        np.testing.assert_allclose(other @ shares, shortfall, 0.0, 1e-12)


ALONE = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numba", "llvmlite"):
            raise ImportError(f"no {name}")

sys.meta_path.insert(0, Missing())

from click.testing import CliRunner
from multivector_sim.cli import main

import json
answers = []
for words in json.loads(sys.argv[1]):
    outcome = CliRunner().invoke(main, words, prog_name="multivector")
    answers.append([outcome.exit_code, outcome.stdout, outcome.stderr])
assert not {"numba", "llvmlite"} & set(sys.modules)
print(json.dumps(answers))
"""
NOTICE = "note: numba cannot be imported, so the model runs in NumPy"


def test_a_whole_scenario_runs_with_numba_unimportable(tmp_path):
    report = tmp_path / "page.html"
    questions = [
        ["run", "two-buyers", "--draws", "1024", "--json", "--report", str(report)],
        ["compare", "two-buyers", "--draws", "1024", "--json"],
        ["contribute", "two-buyers", "--draws", "1024", "--json"],
        ["sensitivity", "two-buyers", "--draws", "128", "--json"],
        ["rank", "two-buyers", "--draws", "1024", "--json"],
        ["frontier", "two-buyers", "--draws", "1024", "--points", "2", "--json"],
        ["claims", "two-buyers", "--draws", "1024", "--json"],
        ["run", "two-buyers", "--draws", "1024", "--engine", "numba"],
    ]
    ended = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(questions)], capture_output=True, text=True, check=True
    )
    *answers, (code, _, refused) = json.loads(ended.stdout)
    for words, (exit_code, _, stderr) in zip(questions, answers, strict=False):
        assert exit_code == 0, (words, stderr)
    assert sum(NOTICE in stderr for _, _, stderr in answers) == 1
    assert (code, refused.count("\n")) == (2, 1)
    assert "engine: numba cannot be imported; pip install numba, or use numpy" in refused
    alone, here = json.loads(answers[0][1]), mv.simulate(mv.load("two-buyers"), 1024).document()
    assert alone["engine"] == "numpy"
    assert alone["command"].endswith("--engine numpy")
    assert "NumPy (no compiler)" in report.read_text()
    same(alone["measures"], here["measures"])
    today = json.loads(answers[1][1])["compared"]["today"]["columns"]["total"]["mean"]
    same(today, here["measures"]["total"]["loss_share"]["mean"])


def same(found, expected):
    """Hold two documents against each other: the same shape, numbers to 1e-9."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            same(found[key], value)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-10)
    else:
        assert found == expected
