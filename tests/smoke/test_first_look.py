"""The first things that anybody tries work: load, run, look, and the help of every command."""

import pytest

import multivector_sim as mv
from multivector_sim.cli.group import COMMANDS
from tests.cli.running import run, run_json


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(name):
    outcome = run(name, "--help")
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout.startswith(f"Usage: multivector {name}")


def test_a_scenario_is_loaded_and_run():
    result = mv.simulate("two-buyers", draws=256, seed=1)
    assert result.losses.shape[0] == 256
    assert 0.0 < result.total.mean().value < result.total.es(0.95).value < 1.0
    assert result.summary()


def test_the_command_line_gives_the_answer_of_the_library():
    document = run_json("run", "two-buyers", "--draws", 256)
    found = mv.simulate("two-buyers", draws=256, seed=1)
    assert document["fingerprint"] == found.document()["fingerprint"]
