"""list, new, validate, resolve, schema."""

import json
from pathlib import Path

import pytest

from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.read import load
from multivector_sim.scenario.schema import schema
from tests.cli.running import run, run_json
from tests.scenario.good import GOOD


@pytest.fixture
def good(tmp_path):
    file = tmp_path / "good.yaml"
    file.write_text(GOOD)
    return file


def test_list_names_what_is_shipped():
    text = run("list").stdout
    listed = run_json("list")["scenarios"]
    assert [entry["name"] for entry in listed] == list(bundled.names())
    for entry in listed:
        assert entry["title"]
        assert f"{entry['name']} " in text
        assert entry["title"] in text


@pytest.mark.parametrize("start", ["two-buyers", "one-or-many", "kazakhstan", "kazakhstan/2022"])
def test_new_gives_a_scenario_that_is_valid(tmp_path, start):
    outcome = run("new", tmp_path / "mine", "--from", start)
    assert outcome.exit_code == 0
    file = tmp_path / "mine" / "scenario.yaml"
    assert str(file) in outcome.stdout
    assert load(file).name == "mine"
    assert load(file).exposures == load(start).exposures
    assert run("validate", file).exit_code == 0


def test_new_may_begin_from_a_file_of_ones_own(good, tmp_path):
    document = run_json("new", tmp_path / "other.yaml", "--from", good)
    assert Path(document["file"]) == tmp_path / "other.yaml"
    assert load(tmp_path / "other.yaml").name == "other"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["new", "good.yaml"], "is there already"),
        (["new", "x.toml"], "ends in .yaml"),
        (["new", "x", "--from", "two-byers"], "did you mean 'two-buyers'?"),
        (["new", "good.yaml/x"], "cannot be made"),
    ],
)
def test_new_leaves_everything_as_it_was_when_it_cannot(good, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    outcome = run(*words)
    assert outcome.exit_code == 2
    assert told in outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["good.yaml"]
    assert good.read_text() == GOOD


def test_validate_says_every_mistake_of_every_file(good, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(GOOD.replace("ceiling: 0.6", "cieling: 0.6").replace("russia: 9.5e9", "rusia: 9.5e9"))
    outcome = run("validate", good, bad)
    assert outcome.exit_code == 2
    assert f"{good}: good" in outcome.stdout
    lines = outcome.stderr.strip().splitlines()
    assert [line.split(":")[1] for line in lines if str(bad) in line] == ["18", "26"]


def test_validate_as_json(good, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(GOOD.replace("ceiling: 0.6", "cieling: 0.6"))
    outcome = run("validate", good, bad, "--json")
    document = json.loads(outcome.stdout)
    assert (outcome.exit_code, document["valid"]) == (2, False)
    first, second = document["files"]
    assert (first["valid"], first["mistakes"]) == (True, [])
    (mistake,) = second["mistakes"]
    assert (mistake["file"], mistake["line"], mistake["column"]) == (str(bad), 18, 5)
    assert mistake["path"] == "channels.exports.cieling"


@pytest.mark.parametrize("name", ["two-buyers", "kazakhstan", "kazakhstan/by-hazard"])
def test_what_resolve_prints_is_the_same_scenario(tmp_path, name):
    outcome = run("resolve", name, "--set", "horizon_months=24")
    file = tmp_path / "resolved.yaml"
    file.write_text(outcome.stdout)
    assert load(file) == load(name, settings={"horizon_months": 24})
    assert "horizon_months: 24  # --set" in outcome.stdout


def test_resolve_says_where_each_value_came_from(good):
    document = run_json("resolve", good, "--override", "weak", "--set", "gdp=1e9")
    assert document["origins"]["gdp"] == "--set"
    assert document["origins"]["channels.exports.ceiling"].startswith(f"override weak ({good}:")
    assert document["document"]["channels"]["exports"]["ceiling"] == 0.3
    assert set(document["origins"].values())


def test_what_is_shipped_is_shown_by_its_name_not_by_where_it_is_installed():
    text = run("resolve", "kazakhstan", "--override", "no-spillover").stdout
    assert str(bundled.place()) not in text
    assert "name: kazakhstan  # kazakhstan/scenario.yaml:7:1\n" in text
    assert "# override no-spillover (kazakhstan/scenario.yaml:" in text
    assert "# kazakhstan/scenario.yaml:" in run("resolve", "kazakhstan/2022").stdout


def test_a_file_of_ones_own_is_shown_as_it_was_named(good):
    assert f"name: two-buyers  # {good}:2:1\n" in run("resolve", good).stdout


@pytest.mark.parametrize("start", ["two-buyers", "kazakhstan"])
def test_new_speaks_of_no_file_that_it_did_not_copy(tmp_path, start):
    run("new", tmp_path, "--from", start)
    text = (tmp_path / "scenario.yaml").read_text()
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert not any("README" in line or "language-server" in line for line in comments)
    assert "\nformat: multivector/1\n" in f"\n{text}"


def test_schema_is_the_one_of_the_library():
    assert run_json("schema") == schema() == json.loads(run("schema").stdout)
