"""``--plot`` on every question, as a picture that is complete or is not there."""

import pytest

from tests.cli.running import run, run_json

FEW = ("--draws", 128)
WORDS = {
    "run": ("run", "two-buyers", *FEW),
    "claims": ("claims", "two-buyers", *FEW),
    "study": ("study", "two-buyers", *FEW),
}


@pytest.mark.parametrize("name", ["run", "claims"])
def test_a_question_draws_its_picture(name, tmp_path):
    file = tmp_path / "picture.png"
    outcome = run(*WORDS[name], "--plot", file)
    assert outcome.exit_code == 0, outcome.output
    assert f"Drawn in {file}" in outcome.stdout
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", WORDS)
def test_a_picture_that_cannot_be_written_is_told_before_the_work(name, tmp_path):
    outcome = run(*WORDS[name], "--plot", tmp_path / "picture.doc")
    assert outcome.exit_code == 2
    assert "not a known image format" in outcome.stderr


def test_json_stays_alone_on_stdout(tmp_path):
    file = tmp_path / "picture.svg"
    assert run_json(*WORDS["claims"], "--plot", file)["schema"] == "multivector/claims/1"
    assert b"<svg" in file.read_bytes()
