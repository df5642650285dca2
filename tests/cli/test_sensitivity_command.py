"""sensitivity: the sentence, the tables, the document, the pictures."""

import pytest

import multivector_sim as mv
from tests.cli.running import run, run_json

DRAWS = ("--draws", 512)


def test_the_answer_comes_first_in_a_sentence():
    outcome = run("sensitivity", "two-buyers", *DRAWS, env={"COLUMNS": "200"})
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout.startswith("The loss share of total (mean ")
    for words in (
        "Shock to Russia: severities of all channels",
        "first order, %",
        "Fixed numbers, moved one at a time",
        "Indices are not clipped",
    ):
        assert words in outcome.stdout


def test_the_document_says_the_same():
    document = run_json("sensitivity", "two-buyers", *DRAWS, "--seed", 3)
    assert document == mv.sensitivity(mv.load("two-buyers"), draws=512, seed=3).document()
    assert document["schema"] == "multivector/sensitivity/1"
    totals = [row["total"]["value"] for row in document["inputs"]]
    assert totals == sorted(totals, reverse=True)
    for row in document["inputs"]:
        for index in (row["first_order"], row["total"]):
            assert index["low"] <= index["value"] <= index["high"]


def test_sections_make_fewer_inputs():
    laws, sections = (
        run_json("sensitivity", "kazakhstan", "--draws", 128, *more) for more in ((), ("--groups", "section"))
    )
    assert len(sections["inputs"]) < len(laws["inputs"])
    assert {"stress.0", "corridors", "channels.exports", "spillover"} <= {row["input"] for row in sections["inputs"]}
    assert sections["runs"] < laws["runs"]


def test_layers_and_columns_reach_the_study():
    document = run_json("sensitivity", "kazakhstan", "--draws", 128, "--override", "no-spillover", "--column", "trade")
    assert document["column"] == "trade"
    assert not any("spillover" in row["input"] for row in document["inputs"])


def test_months_are_told_in_months():
    outcome = run("sensitivity", "two-buyers", *DRAWS, "--measure", "months_to_recover")
    assert "The months to recover of total (mean " in outcome.stdout
    assert "change of the mean in the extreme fifths, months" in outcome.stdout


def test_where_nothing_is_left_to_chance_it_says_so(tmp_path):
    file = tmp_path / "sure.yaml"
    file.write_text(SURE)
    outcome = run("sensitivity", file, *DRAWS)
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("This scenario has no randomness")


def test_a_range_is_stated_on_the_command_line():
    document = run_json("sensitivity", "two-buyers", "--draws", 128, "--range", "horizon_months=36:84")
    (row,) = (it for it in document["swings"] if it["path"] == "horizon_months")
    assert (row["down_to"], row["up_to"], row["moved_by"], row["draws"]) == (36, 84, "stated range", 128)


def test_a_picture_is_drawn(tmp_path):
    outcome = run("sensitivity", "two-buyers", *DRAWS, "--plot", tmp_path / "tornado.svg", "--json")
    assert outcome.exit_code == 0
    assert (tmp_path / "tornado.svg").read_bytes().rstrip().endswith(b"</svg>")
    assert [path.name for path in tmp_path.iterdir()] == ["tornado.svg"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--draws", "7"), "7 is not in the range"),
        (("--column", "oil"), "no column called 'oil'"),
        (("--measure", "mean"), "'mean' is not one of"),
        (("--plot", "tornado.txt"), "not a known image format"),
        (("--range", "horizon_months=36"), "write PATH=LOW:HIGH"),
        (("--range", "horizon_months=36:a"), "write PATH=LOW:HIGH"),
        (("--range", "horizon=36:84"), "no run depends on this number"),
    ],
)
def test_bad_usage_is_one_line_and_two(words, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run("sensitivity", "two-buyers", *words)
    assert outcome.exit_code == 2
    assert told in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert outcome.stdout == ""
    assert list(tmp_path.iterdir()) == []


SURE = """
format: multivector/1
name: sure
title: Nothing is left to chance
country: anywhere
currency: USD
price_year: 2024
horizon_months: 60
partners: {a: {}}
channels: {exports: {kind: trade}}
exposures: {exports: {a: 1e9}}
stress: [{partner: a, channels: {exports: 0.5}, duration_months: 24}]
"""
