"""A run in parts is the run of one machine; what does not belong together is refused."""

import json

import pytest

import multivector_sim as mv
from multivector_sim.engine.run_parts import merge_runs, simulate_blocks
from multivector_sim.errors import StoreError, UsageError
from tests.cli.running import run, run_json

DRAWS = 10_000  # ten blocks, the last one not full
CUTS = (range(8, 10), range(4), range(4, 8))


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    for blocks in CUTS:
        simulate_blocks("two-buyers", blocks, folder / f"{blocks.start}", DRAWS, 3)
    return [folder / f"{blocks.start}" for blocks in CUTS]


@pytest.fixture(scope="module")
def alone():
    return mv.simulate("two-buyers", draws=DRAWS, seed=3)


def test_the_parts_together_are_the_run_of_one_machine(parts, alone, tmp_path):
    whole = merge_runs(parts, tmp_path / "whole")
    assert whole.fingerprint == alone.fingerprint
    assert whole.document()["measures"] == alone.document()["measures"]
    assert mv.Result.open(tmp_path / "whole").fingerprint == alone.fingerprint


def test_the_order_and_a_part_twice_make_no_difference(parts, alone, tmp_path):
    assert merge_runs([*parts[::-1], parts[0]], tmp_path / "whole").fingerprint == alone.fingerprint


def test_sobol_sequences_come_in_parts_too(tmp_path):
    for blocks in (range(4), range(4, 8)):
        simulate_blocks("two-buyers", blocks, tmp_path / f"{blocks.start}", 8192, sampling="sobol-8")
    whole = merge_runs([tmp_path / "0", tmp_path / "4"], tmp_path / "whole")
    assert whole.fingerprint == mv.simulate("two-buyers", draws=8192, sampling="sobol-8").fingerprint


def test_missing_blocks_are_named(parts, tmp_path):
    with pytest.raises(StoreError, match="blocks 4:8 are in none of the folders"):
        merge_runs(parts[:2], tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_a_damaged_part_counts_as_missing(parts, alone, tmp_path):
    simulate_blocks("two-buyers", CUTS[0], tmp_path / "again", DRAWS, 3)
    (file,) = (tmp_path / "again").glob("batch-*.npy")
    file.write_bytes(file.read_bytes()[:-8] + bytes(8))
    with pytest.raises(StoreError, match="blocks 8:10 are in none"):
        merge_runs([tmp_path / "again", *parts[1:]], tmp_path / "whole")
    simulate_blocks("two-buyers", CUTS[0], tmp_path / "again", DRAWS, 3, resume=True)
    assert merge_runs([tmp_path / "again", *parts[1:]], tmp_path / "whole").fingerprint == alone.fingerprint


@pytest.mark.parametrize(
    ("scenario", "draws", "seed", "told"),
    [
        ("two-buyers", DRAWS, 4, "has seed 4"),
        ("two-buyers", 10_001, 3, "has draws"),
        ("teaching", DRAWS, 3, "scenario"),
    ],
)
def test_parts_of_another_run_are_refused(parts, tmp_path, scenario, draws, seed, told):
    simulate_blocks(scenario, CUTS[0], tmp_path / "other", draws, seed)
    with pytest.raises(StoreError, match=told):
        merge_runs([*parts[1:], tmp_path / "other"], tmp_path / "whole")


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        (range(3, 8), "3 is not where a file of this run ends; give a multiple of 4, or 10"),
        (range(8, 12), "8:12 are not blocks of this run; give some of 0:10"),
        (range(4, 4), "are not blocks"),
    ],
)
def test_blocks_that_are_none_are_refused(tmp_path, blocks, told):
    with pytest.raises(UsageError, match=told):
        simulate_blocks("two-buyers", blocks, tmp_path / "x", DRAWS)
    assert not (tmp_path / "x").exists()


def test_on_the_command_line(tmp_path, alone):
    words = ("run", "two-buyers", "--draws", DRAWS, "--seed", 3)
    part = run_json(*words, "--blocks", "0:8", "--out", tmp_path / "a")
    assert part == {"schema": "multivector/part/1", "blocks": [0, 8], "draws": 8192, "folder": str(tmp_path / "a")}
    outcome = run(*words, "--blocks", "8:10", "--out", tmp_path / "b")
    assert outcome.exit_code == 0
    assert "Blocks 8:10, 1,808 draws" in outcome.stdout
    merged = run("merge", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "c", "--json")
    assert json.loads(merged.stdout)["fingerprint"] == alone.fingerprint


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--blocks", "0:4"), "--blocks needs --out"),
        (("--blocks", "0-4", "--out", "x"), "are not blocks; write A:B"),
        (("--blocks", "0:4", "--out", "x", "--report", "y.html"), "--blocks goes without"),
    ],
)
def test_bad_usage_is_one_line(tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    outcome = run("run", "two-buyers", *words)
    assert outcome.exit_code == 2
    assert told in outcome.stderr


def test_what_is_no_part_is_told(tmp_path):
    outcome = run("merge", tmp_path / "nothing", "--out", tmp_path / "whole")
    assert outcome.exit_code == 2
    assert "nothing" in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
