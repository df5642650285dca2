"""contribute on the command line: the document, the tables, the picture, and what is refused."""

import json

import pytest

import multivector_sim as mv
from tests.cli.running import run, run_json

DRAWS = ("--draws", 2048, "--marginal-draws", 1024)


def test_the_document_is_that_of_the_library():
    case = mv.load("two-buyers")
    document = run_json("contribute", "two-buyers", *DRAWS, "--level", 0.9, "--seed", 3)
    found = mv.contribute(case, 0.9, 2048, 3, marginal_draws=1024)
    assert document == json.loads(json.dumps(found.document()))
    assert document["schema"] == "multivector/contribute/1"


def test_the_tables_name_the_parts():
    outcome = run("contribute", "two-buyers", *DRAWS, "--marginal", "host", "--marginal", "partner")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("The worst 5 % of draws lose USD ")
    for heading in ("By partner", "By channel", "By corridor", "By host", "without its rupture", "2,048 draws, seed 1"):
        assert heading in outcome.stdout
    assert "Caspian pipeline" in outcome.stdout
    assert "Caspian ports" not in outcome.stdout


def test_without_marginals_there_is_nothing_spared():
    outcome = run("contribute", "two-buyers", *DRAWS, "--marginal", "none")
    assert outcome.exit_code == 0
    assert "spared" not in outcome.stdout
    assert run_json("contribute", "two-buyers", *DRAWS, "--marginal", "none")["marginal_draws"] == 0


@pytest.mark.parametrize("by", ["partner", "channel", "corridor", "host"])
def test_a_picture_is_drawn(tmp_path, by):
    place = tmp_path / "parts.png"
    outcome = run("contribute", "two-buyers", *DRAWS, "--plot", place, "--by", by)
    assert outcome.exit_code == 0
    assert place.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--level", 1), "level: 1.0"),
        (("--column", "zzz"), "no column called 'zzz'"),
        (("--marginal", "zzz"), "'zzz' is not one of"),
        (("--plot", "nowhere/x.png"), "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(words, said):
    outcome = run("contribute", "two-buyers", *words)
    assert outcome.exit_code == 2
    assert said in outcome.stderr
    assert outcome.stdout == ""


def test_a_picture_by_what_there_is_not_is_refused(tmp_path):
    outcome = run("contribute", "one-or-many", *DRAWS, "--plot", tmp_path / "x.png", "--by", "host")
    assert outcome.exit_code == 2
    assert "no contributions by 'host'; choose from partner, channel" in outcome.stderr
    assert list(tmp_path.iterdir()) == []
