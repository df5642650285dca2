"""list, new, validate, resolve, schema."""

import json
import re
from pathlib import Path

import pytest

from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.read import load
from multivector_sim.scenario.schema import schema
from multivector_sim.scenario.section_comments import SECTIONS
from tests.cli.running import run, run_json
from tests.scenario.good import GOOD


@pytest.fixture
def good(tmp_path):
    file = tmp_path / "good.yaml"
    file.write_text(GOOD)
    return file


def test_list_names_what_is_shipped():
    text = run("list", env={"COLUMNS": "200"}).stdout
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
        (["new", "good.yaml"], "exists already"),
        (["new", "x.json", "--from", "nothing"], "no such file"),
        (["new", "x", "--from", "two-byers"], "did you mean 'two-buyers'?"),
        (["new", "good.yaml/x"], "cannot be created"),
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
    assert not any("README" in line for line in comments)
    assert "\nformat: multivector/1\n" in f"\n{text}"


@pytest.mark.parametrize("name", ["x.yaml", "x.toml", "folder"])
def test_new_names_a_schema_that_is_there_and_explains_each_section(tmp_path, name):
    document = run_json("new", tmp_path / name)
    file = Path(document["file"])
    first, *lines = file.read_text().splitlines()
    assert first.startswith("#:schema " if name == "x.toml" else "# yaml-language-server: $schema=")
    found = file.parent / re.split(r"[ =]", first)[-1]
    assert json.loads(found.read_text())["title"] == "A scenario of multivector"
    assert load(file).document() | {"name": "it"} == load("two-buyers").document() | {"name": "it"}
    for number, line in enumerate(lines):
        key = re.fullmatch(r"\[*([a-z]+)\]*|([a-z]+):.*", line)
        if key and (key[1] or key[2]) in SECTIONS:
            assert "#" in line or lines[number - 1].startswith("# ") or "." in line, line


def test_a_new_toml_scenario_comes_from_data_too(tmp_path):
    data = Path(__file__).parents[2] / "examples" / "data" / "TradeData_made_up.csv"
    plain, toml = tmp_path / "x.yaml", tmp_path / "x.toml"
    for file in (plain, toml):
        assert run("new", file, "--from-data", data, "--country", "CHL").exit_code == 0
    whole = load(plain).document()
    assert load(toml).document() == {key: part for key, part in whole.items() if key != "overrides"}
    assert "# Left out, because TOML cannot take a value away: overrides" in toml.read_text()
    assert plain.read_text().startswith("# yaml-language-server: $schema=")


def test_a_missing_key_is_told_with_the_line_to_write(tmp_path):
    (tmp_path / "x.yaml").write_text(GOOD.replace("format: multivector/1\n", ""))
    (tmp_path / "x.toml").write_text('name = "x"\n')
    assert "format: missing; write format: multivector/1\n" in run("validate", tmp_path / "x.yaml").stderr
    told = run("validate", tmp_path / "x.toml").stderr
    assert 'format: missing; write format = "multivector/1"\n' in told
    assert "exposures: missing; write exposures = {exports = {china = 14.9e9}}" in told
    (tmp_path / "y.toml").write_text('format = "multivector/1"\n')
    assert "format: missing" not in run("validate", tmp_path / "y.toml").stderr


def test_a_comma_inside_braces_is_told_in_words(tmp_path):
    (tmp_path / "x.yaml").write_text(GOOD.replace("title: Russia", "title: Russia, the whole, of it"))
    outcome = run("validate", tmp_path / "x.yaml")
    (line,) = outcome.stderr.strip().splitlines()
    assert "partners.russia.title: inside {...} a comma ends a text; put the whole text in quotes" in line
    assert 'title: "Russia, the whole, of it"' in line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "one-or-many", "--draws", "1,000"], "'1,000' is a number with commas; write 1000"),
        (["run", "one-or-many", "--draws", "1.5"], "'1.5' is not a whole number"),
        (["run", "one-or-many", "--draws", "many"], "'many' is not a number; write it as 0.05, 5% or 1e5"),
        (["reverse-stress", "one-or-many", "--loss", "nan"], "'nan' is not a number"),
        (["frontier", "one-or-many", "--bound", "p01=:x%"], "--bound p01=:x%: 'x%' is not a number"),
        (["run", "one-or-many", "--draws", "0"], "not in the range x>=1"),
    ],
)
def test_numbers_on_the_command_line_are_told_in_words(words, told):
    outcome = run(*words)
    assert outcome.exit_code == 2
    assert told in " ".join(outcome.stderr.split())


def test_per_cents_and_exponents_are_numbers():
    assert run_json("run", "one-or-many", "--draws", "1e2", "--precision", "99%")["draws"] == 100
    assert (
        run_json("contribute", "one-or-many", "--draws", "2e2", "--level", "90%", "--marginal", "none")["level"] == 0.9
    )


def test_schema_is_the_one_of_the_library():
    assert run_json("schema") == schema() == json.loads(run("schema").stdout)
