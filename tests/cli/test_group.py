"""The command as a whole: help, usage, exit codes, and how little it loads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from multivector_sim.cli.group import COMMANDS
from tests.cli.running import run, start

HEAVY = ("numba", "scipy.stats", "scipy.optimize", "scipy.special", "matplotlib", "rich", "jinja2", "xarray")


def test_help_names_every_command():
    outcome = run("--help")
    assert outcome.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in outcome.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_the_common_options(name):
    outcome = run(name, "--help")
    assert outcome.exit_code == 0
    assert "--json" in outcome.stdout
    assert "--seed" in outcome.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rn"], "no command called 'rn'; did you mean 'run'?"),
        (["xyz"], "no command called 'xyz'; there are list"),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "two-buyers", "--drws", "3"], "--drws"),
        (["run", "two-buyers", "--draws", "many"], "'many' is not a number"),
        (["run", "two-buyers", "--draws", "0"], "0 is not in the range"),
        (["run", "two-buyers", "--seed", "-1"], "-1 is not in the range"),
        (["run", "two-buyers", "--seed", str(2**63)], "seed"),
        (["run", "two-buyers", "--workers", "0"], "0 is not in the range"),
        (["run", "two-byers"], "did you mean 'two-buyers'?"),
        (["run", "none.yaml"], "no such file"),
        (["run", "two-buyers", "--set", "horizon_month=3"], "horizon_months"),
        (["run", "two-buyers", "--override", "weak"], "no override called 'weak'"),
        (["validate"], "Missing argument"),
        (["report", "nowhere", "-o", "x.html"], "no saved run here"),
        (["report", "nowhere"], "Missing option '-o'"),
    ],
    ids=" ".join,
)
def test_bad_usage_is_one_line_on_stderr_and_two(words, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run(*words)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert told in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_defect_of_ours_shows_its_traceback_and_leaves_with_one():
    broken = "import multivector_sim.scenario.files as b; b.names = lambda: 1 / 0; "
    command = [sys.executable, "-c", broken + "from multivector_sim.cli import main; main(['list'])"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 1
    assert "ZeroDivisionError" in outcome.stderr


INTERRUPTED = """
import os, signal
from multivector_sim.engine.case import Case
whole = Case.assume
def run_blocks(case, seed, blocks, make):
    if 3 in blocks:
        os.kill(os.getpid(), signal.SIGINT)
    return whole(case, seed, blocks, make)
Case.assume = run_blocks
from multivector_sim.cli import main
main(["run", "two-buyers", "--draws", "100000", "--report", "x.html"])
"""


def test_an_interrupted_run_leaves_with_130(tmp_path):
    outcome = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 130
    assert "interrupted" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert outcome.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_reader_who_goes_away_is_no_error():
    with start("schema") as process:
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ["run", "two-buyers", "--draws", "1024"],
        ["dashboard", "two-buyers"],
        ["compare", "two-buyers", "--draws", "1024"],
    ],
    ids=" ".join,
)
def test_a_reader_who_goes_away_from_a_table_is_no_error(words):
    with start(*words) as process:
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == 0
    assert all(line.startswith("note: ") for line in told.splitlines())


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import multivector_sim", HEAVY),
        ("from multivector_sim.cli import main; main(['--help'])", (*HEAVY, "numpy", "pydantic", "yaml")),
        ("from multivector_sim.cli import main; main(['validate', 'kazakhstan'])", HEAVY),
    ],
    ids=["import", "help", "validate"],
)
def test_only_what_is_needed_is_loaded(code, absent):
    loaded = f"print([name for name in {absent!r} if name in sys.modules], file=sys.stderr)"
    check = f"import sys, atexit; atexit.register(lambda: {loaded})"
    outcome = subprocess.run([sys.executable, "-c", f"{check}; {code}"], capture_output=True, text=True, check=True)
    assert outcome.stderr.strip().splitlines()[-1] == "[]"


def test_it_works_where_nothing_can_be_cached(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": "/proc/no-such-place", "HOME": "/proc/nobody"}
    process = start("run", "one-or-many", "--draws", 1024, "--json", env=environment, cwd=tmp_path)
    out, told = process.communicate(timeout=120)
    assert (process.returncode, told) == (0, "")
    assert '"fingerprint"' in out
    assert list(tmp_path.iterdir()) == []


def test_no_words_at_all_give_the_help_as_it_is():
    outcome = run()
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith("Usage: multivector [OPTIONS] COMMAND")
    assert "\n  run " in outcome.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [["list"], ["schema"], ["resolve", "kazakhstan"]], ids=" ".join)
def test_a_full_disk_behind_stdout_is_one_line(words):
    command = [sys.executable, "-c", "from multivector_sim.cli import main; main()", *words]
    with Path("/dev/full").open("w") as full:
        outcome = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert outcome.returncode == 2
    assert outcome.stderr == "standard output: cannot be written: No space left on device\n"
