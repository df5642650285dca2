"""rank: the table, the ties, the best set, the document, the picture."""

import pytest

from tests.cli.running import run, run_json

DRAWS = ("--draws", 2048)


def test_the_table_and_the_best_set():
    outcome = run("rank", "kazakhstan", *DRAWS, "--budget", "5e9", env={"COLUMNS": "200"})
    assert outcome.exit_code == 0, outcome.output
    for words in (
        "What each measure alone buys",
        "USD bought per USD",
        "Best set for USD 5 bn: caspian-20 and stocks",
        "beyond the sum of its members alone",
        "The probability that it costs more than the budget is ",
        "Every set within the budget was run",
    ):
        assert words in outcome.stdout


def test_the_document_says_the_same():
    document = run_json("rank", "kazakhstan", *DRAWS, "--budget", "5e9")
    assert document["schema"] == "multivector/rank/1"
    assert [row["measure"] for row in document["measures"]] == ["caspian-20", "stocks"]
    first = document["measures"][0]
    assert first["per_money"]["value"] == pytest.approx(first["bought"]["value"] / first["cost"])
    assert first["cost_range"][0] < first["cost"] < first["cost_range"][1]
    assert document["best_set"]["measures"] == ["caspian-20", "stocks"]
    assert document["best_set"]["exact"] is True
    assert document["ties"] == []


def test_a_search_says_its_bound():
    outcome = run("rank", "kazakhstan", *DRAWS, "--budget", "5e9", "--most-sets", 0)
    assert "Found by a search that ran" in outcome.stdout
    assert "No set buys more than USD " in outcome.stdout


def test_ties_are_said(tmp_path):
    file = tmp_path / "pair.yaml"
    file.write_text(PAIR)
    outcome = run("rank", file, *DRAWS, "--budget", 5)
    assert outcome.exit_code == 0, outcome.output
    assert "Cannot tell 1 and 2 apart: the draws are too few." in outcome.stdout
    assert "2 may have no effect at all." not in outcome.stdout
    assert "3 may have no effect at all." in outcome.stdout
    assert "More than the budget: dear (USD 9)." in outcome.stdout
    assert "Not taken together: one and none; both set contracts.0.floor." in outcome.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("kazakhstan", "--budget", 0),
            "A budget of USD 0 buys nothing: the cheapest measure, stocks, costs USD 2,000",
        ),
        (("one-or-many",), "The scenario has no measures: nothing is ranked"),
    ],
)
def test_where_there_is_nothing_to_rank_it_says_so_and_is_done(words, told):
    outcome = run("rank", *words, env={"COLUMNS": "200"})
    assert outcome.exit_code == 0
    assert told in outcome.stdout
    assert run_json("rank", *words)["measures"] == []


def test_a_picture_is_drawn(tmp_path):
    for name, start in (("rank.png", b"\x89PNG"), ("rank.svg", b"<?xml")):
        outcome = run("rank", "two-buyers", *DRAWS, "--plot", tmp_path / name)
        assert f"Drawn in {tmp_path / name}" in outcome.stdout
        assert (tmp_path / name).read_bytes().startswith(start)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rank.png", "rank.svg"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--budget", "-1"), "not an amount of money"),
        (("--level", "2"), "level"),
        (("--column", "oil"), "no column called 'oil'"),
        (("--plot", "rank.txt"), "not a known image format"),
        (("--plot", "none/rank.png"), "there is no folder"),
    ],
)
def test_bad_usage_is_one_line_and_two(words, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run("rank", "two-buyers", *words)
    assert outcome.exit_code == 2
    assert told in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert outcome.stdout == ""
    assert list(tmp_path.iterdir()) == []


PAIR = """
format: multivector/1
name: pair
title: A pair of equal measures
country: anywhere
currency: USD
price_year: 2024
horizon_months: 60
partners: {a: {}, b: {}}
channels: {exports: {kind: trade}}
exposures: {exports: {a: 1e9, b: 1e9}}
stress:
  - {partner: a, channels: {exports: {uniform: [0.2, 0.9]}}, duration_months: 24}
  - {partner: b, channels: {exports: {uniform: [0.2, 0.9]}}, duration_months: 24}
contracts:
  - {name: first, partner: a, channel: exports, honoured: 1, floor: 0}
  - {name: second, partner: b, channel: exports, honoured: 1, floor: 0}
measures:
  one: {title: First clause, cost: 2, set: {contracts.0.floor: 0.7}}
  other: {title: Second clause, cost: 2, set: {contracts.1.floor: 0.7}}
  none: {title: No clause, cost: 1, set: {contracts.0.floor: 0.05}}
  dear: {title: A dear clause, cost: 9, set: {contracts.1.floor: 0.8}}
"""
