"""Reading a scenario from start to end: the same one from YAML, TOML or JSON, with the origin of every value."""

import json
from pathlib import Path

import pytest

from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.place import plain
from multivector_sim.scenario.read import load, resolve, title_of
from multivector_sim.scenario.yaml_tree import read_yaml
from tests.scenario.good import GOOD


def toml_value(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value)


@pytest.fixture
def good(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text(GOOD)
    return file


def test_yaml_json_and_toml_give_the_same_scenario(good, tmp_path):
    document = plain(read_yaml(GOOD, "x").root)
    (tmp_path / "x.json").write_text(json.dumps(document))
    (tmp_path / "x.toml").write_text("".join(f"{key} = {toml_value(value)}\n" for key, value in document.items()))
    scenario = load(good)
    assert load(tmp_path / "x.json") == scenario
    assert load(str(tmp_path / "x.toml")) == scenario


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(good, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(other) == load(good)


def test_every_value_has_an_origin(good):
    resolved = resolve(good, override=["weak"], settings={"gdp": 1e9})
    assert resolved.origins["gdp"] == "--set"
    line = GOOD[: GOOD.index("    channels.exports.ceiling")].count("\n") + 1
    assert resolved.origins["channels.exports.ceiling"] == f"override weak ({good}:{line}:5)"
    assert resolved.origins["corridors.caspian.hosts"].startswith(f"{good}:")
    assert all(
        origin.split(":")[0] in {str(good), "--set"} or "override" in origin for origin in resolved.origins.values()
    )


def test_layers_reach_the_scenario(good):
    scenario = load(good, override=["weak"], settings=["horizon_months=24"])
    assert scenario.channels["exports"].ceiling.value == 0.3
    assert scenario.horizon_months == 24


def test_what_resolve_gives_is_a_scenario_itself(good, tmp_path):
    resolved = resolve(good, override=["weak"])
    again = tmp_path / "again.json"
    again.write_text(json.dumps(resolved.document))
    assert load(again) == resolved.scenario


def test_a_base_gives_what_the_file_leaves_out(good, tmp_path):
    top = tmp_path / "top.yaml"
    top.write_text("extends: scenario.yaml\nname: short\nhorizon_months: 12\nhazard: null\n")
    scenario = load(top)
    assert (scenario.name, scenario.horizon_months, scenario.hazard) == ("short", 12, None)
    assert scenario.partners == load(good).partners


def test_an_empirical_column_reaches_the_scenario(good, tmp_path):
    (tmp_path / "past.csv").write_text("episode,severity\na,0.2\nb,0.4\n")
    scenario = load(good, settings=["stress.0.channels.imports={empirical: {csv: past.csv, column: severity}}"])
    assert scenario.stress[0].channels["imports"].law.values == (0.2, 0.4)


@pytest.mark.parametrize("name", bundled.names())
def test_every_shipped_scenario_reads(name):
    scenario = load(name)
    assert scenario.title == title_of(Path(bundled.path_of(name)))


def test_a_file_wins_over_a_shipped_name(good, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("one-or-many").write_text(GOOD)
    assert load("one-or-many").name == "two-buyers"
