"""frontier: the table, the document, the picture, and bad usage in words."""

import pytest

import multivector_sim as mv
from tests.cli.running import run, run_json

QUICK = ("--points", 3, "--draws", 1024, "--resamples", 5)


def test_the_table_shows_today_the_points_and_the_named_mixes():
    outcome = run("frontier", "two-buyers", "--channel", "exports", *QUICK)
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout.startswith("Mixes of exports, judged by the loss of exports")
    for word in ("today", "article", "ES, full model", "verdict", "Shares, %", "1,024 draws of seed 1 chose"):
        assert word in outcome.stdout


def test_the_document_is_that_of_the_library():
    words = ("--channel", "exports", "--bound", "china=:0.25", "--cost", "eu=0.02", "--change", "0.01", "--years", 6)
    document = run_json("frontier", "two-buyers", *words, *QUICK, "--seed", 4)
    found = mv.frontier(
        mv.load("two-buyers"),
        3,
        channel="exports",
        bounds={"china": (0, 0.25)},
        cost={"eu": 0.02},
        change_per_year=0.01,
        years=6,
        draws=1024,
        resamples=5,
        seed=4,
    )
    assert document == found.document()
    assert document["change_per_year"] == 0.01
    assert document["cost"]["exports"]["eu"] == 0.02
    assert max(point["mix"]["exports"]["china"] for point in document["points"]) <= 0.25 + 1e-9


@pytest.mark.parametrize("name", ["frontier.png", "frontier.svg"])
def test_the_picture_is_drawn(tmp_path, name):
    picture = tmp_path / name
    outcome = run("frontier", "two-buyers", "--channel", "exports", "--change", "none", *QUICK, "--plot", picture)
    assert outcome.exit_code == 0, outcome.output
    assert f"Drawn in {picture}" in outcome.stdout
    assert picture.stat().st_size > 10_000
    assert list(tmp_path.iterdir()) == [picture]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--bound", "china"), "write NAME=LOW:HIGH"),
        (("--bound", "china=a:1"), "'a' is not a number"),
        (("--bound", "china=0:1", "--bound", "china=0:1"), "each name once"),
        (("--bound", "chna=0:1"), "did you mean 'china'?"),
        (("--cost", "0.1", "--cost", "eu=0.1"), "write one share for all"),
        (("--change", "much"), "'much' is not a number"),
        (("--channel", "exports", "--bound", "russia=0.5:1"), "it takes 18 years"),
        (("--level", "2"), "level: 2.0 is not a level"),
        (("--plot", "there-is-no-such-folder/a.png"), "there is no folder"),
    ],
)
def test_bad_usage_is_one_line_and_code_2(words, said):
    outcome = run("frontier", "two-buyers", *words, *QUICK)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    (line,) = [line for line in outcome.stderr.splitlines() if not line.startswith("note:")]
    assert said in line
