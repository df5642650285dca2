"""``calibrate``, ``backtest`` and ``atlas`` as a person runs them, on made-up panels."""

import csv
import json

import pytest

from multivector_sim.evidence.made_up import make_panel
from tests.cli.running import run, run_json


@pytest.fixture(scope="module")
def flows(tmp_path_factory):
    """Return the path of a plain CSV file of made-up flows between real countries."""
    import pycountry

    codes = sorted(country.alpha_3 for country in pycountry.countries)[:80]
    table = make_panel(countries=80, partners=("USA", "DEU"), seed=3)
    names = dict(
        zip(sorted(table["reporter"].unique()), [code for code in codes if code not in ("USA", "DEU")], strict=False)
    )
    file = tmp_path_factory.mktemp("flows") / "flows.csv"
    table = table.assign(reporter=table["reporter"].map(names)).dropna(subset=["reporter"])
    table[["reporter", "partner", "year", "flow", "value", "unit", "side"]].to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def kept(flows):
    """Return the path of a calibration that the command wrote."""
    file = flows.with_name("calibration.json")
    outcome = run(
        "calibrate", flows, "--resamples", "20", "--no-grid", "--out", file, "--csv", flows.with_name("t.csv")
    )
    assert outcome.exit_code == 0, outcome.output
    assert "ruptures in" in outcome.stdout
    assert f"Written: {file}" in outcome.stdout
    return file


def test_calibrate_writes_the_document_and_the_table(kept):
    document = json.loads(kept.read_text())
    assert document["schema"] == "multivector/calibrate/1"
    assert {"hazard", "by_period", "by_size", "by_counterpart", "severity", "level", "correlation"} <= set(document)
    assert {"country", "partner", "year", "severity", "joint"} <= set(document["episodes"][0])
    rows = list(csv.DictReader(kept.with_name("t.csv").read_text().splitlines()))
    assert rows[0]["what"] == "hazard"


def test_the_definition_can_be_given(flows):
    strict = run_json("calibrate", flows, "--threshold", "0.4", "--resamples", "20", "--no-grid")
    assert strict["definition"]["threshold"] == 0.4
    assert strict["severity"]["law"]["beta"]["low"] == pytest.approx(0.6)


def test_backtest_passes_and_a_wrong_calibration_leaves_with_3(flows, kept):
    outcome = run("backtest", flows, "--calibration", kept, "--json")
    document = json.loads(outcome.stdout)
    assert document["schema"] == "multivector/backtest/1"
    assert set(document["coverage"]) >= {"severity", "first_year_loss", "five_year_loss", "level", "yearly_counts"}
    assert outcome.exit_code == (0 if document["passed"] else 3)
    wrong = json.loads(kept.read_text())
    law = wrong["severity"]["law"]["beta"]
    law["mean"], law["low"] = 0.4, 0.0
    wrong["severity"]["mean"]["value"] = 0.4
    file = kept.with_name("wrong.json")
    file.write_text(json.dumps(wrong))
    outcome = run("backtest", flows, "--calibration", file)
    assert outcome.exit_code == 3, outcome.output
    assert "failed: severity inside its 90 % band" in outcome.stdout


@pytest.fixture(scope="module")
def exports_of_all(tmp_path_factory):
    """Return the path of made-up exports of twenty countries to three."""
    table = make_panel(countries=20, partners=("USA", "DEU", "FRA"), seed=3)
    reporters = sorted(table["reporter"].unique())
    named = [
        "ARG",
        "AUS",
        "BRA",
        "CAN",
        "CHL",
        "CHN",
        "COL",
        "EGY",
        "ESP",
        "GBR",
        "GHA",
        "IDN",
        "IND",
        "ITA",
        "JPN",
        "KAZ",
        "KEN",
        "KOR",
        "MEX",
        "VNM",
    ]
    codes = dict(zip(reporters, named, strict=True))
    table = table[(table["reporter"] != reporters[0]) | (table["partner"] != "FRA")]
    table = table.assign(reporter=table["reporter"].map(codes))
    file = tmp_path_factory.mktemp("exports") / "three.csv"
    table[["reporter", "partner", "year", "flow", "value", "unit", "side"]].to_csv(file, index=False)
    return file


def test_atlas_ranks_with_the_shipped_calibration_and_draws(exports_of_all):
    document = run_json("atlas", exports_of_all, "--resamples", "5")
    assert document["schema"] == "multivector/atlas/1"
    assert document["calibration"] == "tradhist-usa-deu-1"
    assert [it["country"] for it in document["not_ranked"]] == ["ARG"]
    assert document["not_ranked"][0]["reason"] == "only 2 partners are reported"
    assert len(document["countries"]) == 19


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("calibrate", "nowhere.csv"), "nowhere.csv"),
        (("calibrate", "FLOWS", "--threshold", "2"), "threshold must lie between 0 and 1, not 2"),
        (("backtest", "FLOWS", "--split", "colour"), "no split by 'colour'"),
        (("backtest", "FLOWS", "--calibration", "nowhere.json"), "nowhere.json: cannot be read"),
        (("backtest", "FLOWS", "--calibration", "FLOWS"), "not JSON"),
        (("atlas", "FLOWS", "--year", "1066"), "no flows in 1066"),
        (("calibrate", "FLOWS", "--plot", "x.doc"), "not a known image format"),
        (("calibrate", "FLOWS", "--out", "/nowhere/x.json"), "there is no folder /nowhere"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_exit_2(flows, words, message):
    outcome = run(*(str(flows) if word == "FLOWS" else word for word in words))
    assert outcome.exit_code == 2, outcome.output
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize("width", [80, 50])
@pytest.mark.parametrize(
    "words",
    [
        ("flows", "FLOWS"),
        ("calibrate", "FLOWS", "--resamples", "20", "--no-grid"),
        ("backtest", "FLOWS"),
        ("atlas", "ALL", "--resamples", "5"),
    ],
    ids=lambda words: words[0],
)
def test_no_line_is_wider_than_the_screen(flows, exports_of_all, width, words):
    files = {"FLOWS": str(flows), "ALL": str(exports_of_all)}
    outcome = run(*(files.get(word, word) for word in words), env={"COLUMNS": str(width)})
    lines = outcome.stdout.splitlines()
    assert len(lines) > 2, outcome.output
    assert [line for line in lines if len(line) > width and str(flows) not in line] == []
