"""compare on the command line: what words mean, the document, the table, the picture, and what is refused."""

import json

import pytest

import multivector_sim as mv
from tests.cli.running import run, run_json

DRAWS = ("--draws", 2048)


def test_the_document_is_that_of_the_library():
    case = mv.load("two-buyers")
    document = run_json("compare", "two-buyers", "article", "one:china", *DRAWS, "--seed", 3)
    assert document == json.loads(json.dumps(mv.compare([case, "article", "one:china"], 2048, 3).document()))


def test_with_nothing_named_it_is_one_and_equal():
    outcome = run("compare", "two-buyers", *DRAWS)
    assert outcome.exit_code == 0
    assert "one:eu is " in outcome.stdout
    for heading in (
        "Loss in total",
        "Differences",
        "Loss avoided by diversification",
        "2,048 draws of each",
    ):
        assert heading in outcome.stdout
    assert "note: one:eu: corridor 'cpc' has to carry" in outcome.stderr


def test_another_scenario_by_name_and_by_file(tmp_path):
    file = tmp_path / "other.yaml"
    file.write_text(mv.load("one-or-many").with_set({"name": "mine"}).model_dump_json(by_alias=True), encoding="utf-8")
    document = run_json("compare", "two-buyers", "one-or-many", *DRAWS)
    assert list(document["compared"]) == ["two-buyers", "one-or-many"]
    assert any("different totals" in note for note in document["notes"])


def test_settings_reach_the_scenario_and_its_mixes():
    document = run_json("compare", "two-buyers", "article", *DRAWS, "--set", "stress=null", "--set", "hazard=null")
    (pair,) = document["pairs"]
    assert pair["verdict"] == "the same"


def test_levels_are_those_asked_for():
    document = run_json("compare", "two-buyers", "article", *DRAWS, "--level", 0.9, "--level", 0.5)
    assert document["levels"] == [0.5, 0.9]


@pytest.mark.parametrize("kind", [".png", ".svg"])
def test_a_picture_is_drawn(tmp_path, kind):
    place = tmp_path / f"differences{kind}"
    outcome = run("compare", "two-buyers", "article", *DRAWS, "--plot", place)
    assert outcome.exit_code == 0
    assert f"Drawn in {place}" in outcome.stdout
    assert place.stat().st_size > 5000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("artikle",), "no mix, measure, override or benchmark called 'artikle'"),
        (("one:rusia",), "did you mean 'russia'?"),
        (("today",), "compare: give two scenarios or more"),
        (("nothing.yaml",), "nothing.yaml"),
        (("article", "--level", 2), "level: 2.0"),
        (("article", "--plot", "x.gif"), "x.gif: not a known image format"),
        (("article", "--draws", 0), "--draws"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(words, said):
    outcome = run("compare", "two-buyers", *words)
    assert outcome.exit_code == 2
    assert said in outcome.stderr
    assert outcome.stdout == ""
    assert len([line for line in outcome.stderr.splitlines() if not line.startswith("note: ")]) == 1
