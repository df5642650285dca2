"""reverse-stress on the command line: a table, a document, a picture, errors in a line."""

import json

import multivector_sim as mv
from tests.cli.running import run, run_json

FEW = ("--draws", 1024)


def test_the_answer_is_told():
    outcome = run("reverse-stress", "two-buyers", "--loss", 0.15, *FEW)
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout.startswith("Losing 15 % or more of total: probability 0.")
    assert "Russia ruptures" in outcome.stdout
    assert "1,024 weighted draws" in outcome.stdout


def test_it_is_the_answer_of_the_library(tmp_path):
    picture = tmp_path / "ways.svg"
    document = run_json("reverse-stress", "two-buyers", "--loss", 0.15, "--seed", 3, "--plot", picture, *FEW)
    found = mv.reverse_stress(mv.load("two-buyers"), 0.15, draws=1024, seed=3)
    assert document == json.loads(json.dumps(found.document()))
    assert "<svg" in picture.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["ways.svg"]


def test_what_cannot_be_is_said_in_a_line(tmp_path):
    for words, said in (
        (("--loss", 0.9), "the largest loss that was found is 36."),
        (("--loss", 3), "not a share of the baseline"),
        (("--loss", 0.1, "--column", "none"), "no column called 'none'"),
        (("--loss", 0.1, "--plot", tmp_path / "ways.txt"), "not a known image format"),
        ((), "Missing option '--loss'"),
    ):
        outcome = run("reverse-stress", "two-buyers", *words)
        assert outcome.exit_code == 2
        errors = [line for line in outcome.stderr.splitlines() if not line.startswith("note: ")]
        assert len(errors) == 1
        assert said in errors[0]
        assert outcome.stdout == ""


def test_a_warning_goes_to_stderr():
    outcome = run("reverse-stress", "two-buyers", "--loss", 0.01, "--json", *FEW)
    assert "warning: the loss is no surprise" in outcome.stderr
    json.loads(outcome.stdout)
