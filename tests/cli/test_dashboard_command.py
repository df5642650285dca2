"""``multivector dashboard``: shares by colour, alarms by the file's thresholds, exit code 3 when asked."""

import json
import re

import pytest

import multivector_sim as mv
from multivector_sim.cli.dashboard_command import STYLES, WIDTH, cells, patterns
from multivector_sim.display.palette import TONES
from multivector_sim.engine.concentration import concentration
from tests.cli.running import run, run_json

GREEN = ("italy", "netherlands", "france", "eu27", "usa")


def sectors(*words):
    return {sector["name"]: sector for sector in run_json("dashboard", *words)["sectors"]}


def test_shares_of_colours_are_those_of_their_partners():
    scenario = mv.load("kazakhstan")
    for name, sector in sectors("kazakhstan").items():
        members = [name] if name in scenario.channels else ["exports", "energy", "imports"]
        flows = [(who, flow.value) for it in members for who, flow in scenario.exposures[it].items()]
        whole = sum(flow for _, flow in flows)
        shares = {entry["colour"]: entry["share"] for entry in sector["colours"]}
        assert sum(shares.values()) == pytest.approx(1.0)
        assert shares["green"] == pytest.approx(sum(flow for who, flow in flows if who in GREEN) / whole)
        assert shares.get("red", 0.0) == pytest.approx(sum(flow for who, flow in flows if who == "russia") / whole)
        assert sector["flow"] == pytest.approx(whole)


def test_the_document_says_which_threshold_is_passed_by_whom():
    document = run_json("dashboard", "kazakhstan")
    assert document["schema"] == "multivector/dashboard/1"
    assert document["thresholds"] == {"dependence": 0.5, "hhi": 0.25, "largest": 0.5, "hosts": 0.5, "colour": 0.5}
    energy = next(it for it in document["sectors"] if it["name"] == "energy")
    assert [(it["of"], it["who"], round(it["value"], 2)) for it in energy["alarms"]] == [
        ("dependence", "Russia", 0.94),
        ("hosts", "Russia", 0.94),
        ("colour", "green", 0.66),
    ]
    assert document["alarms"] == sum(len(it["alarms"]) for it in document["sectors"]) == 8


@pytest.mark.parametrize(
    ("settings", "alarmed"),
    [
        ({"hhi": 1, "largest": 1, "hosts": 1, "dependence": 1}, {}),
        ({"hhi": 1, "largest": 1, "hosts": 1, "dependence": 0.65}, {"energy": ["dependence"], "trade": ["dependence"]}),
        ({"hhi": 1, "largest": 1, "hosts": 1, "dependence": 1, "colour": 0.65}, {"energy": ["colour"]}),
        ({"hhi": 1, "largest": 1, "hosts": 1, "dependence": 1, "colour": 0.66}, {}),
        ({"hhi": 1, "largest": 1, "hosts": 0.9, "dependence": 1}, {"energy": ["hosts"]}),
        ({"hhi": 1, "largest": 0.32, "hosts": 1, "dependence": 1}, {"exports": ["largest"], "energy": ["largest"]}),
        ({"hhi": 0.17, "largest": 1, "hosts": 1, "dependence": 1}, {"exports": ["hhi"]}),
    ],
)
def test_an_alarm_sounds_exactly_above_the_threshold_of_the_file(settings, alarmed):
    found = sectors("kazakhstan", "--set", f"alarms={json.dumps(settings)}")
    assert {
        name: [it["of"] for it in sector["alarms"]] for name, sector in found.items() if sector["alarms"]
    } == alarmed


def test_the_alarm_of_colour_is_off_unless_the_file_sets_it():
    document = mv.load("two-buyers").document()
    document["partners"] = {name: entry | {"colour": "red"} for name, entry in document["partners"].items()}
    entry = concentration(mv.Scenario.model_validate(document))["exports"]
    assert entry["largest_colour"] == {"colour": "red", "share": pytest.approx(1.0)}
    assert "colour" not in entry["alarms"]
    document["alarms"] = {"colour": 0.99}
    assert "colour" in concentration(mv.Scenario.model_validate(document))["exports"]["alarms"]


def test_who_has_no_colour_goes_with_the_bloc_or_alone():
    document = mv.load("two-buyers").document()
    document["partners"] = {"russia": {"bloc": "east"}, "china": {"bloc": "east"}, "eu": {}}
    entry = concentration(mv.Scenario.model_validate(document))["imports"]
    assert set(entry["colours"]) == {"east", "eu"}
    assert entry["colours"]["east"] == pytest.approx(33 / 45)


def test_fail_on_alarm_leaves_with_three_and_says_why():
    calm = ["--set", 'alarms={"hhi": 1, "largest": 1, "hosts": 1, "colour": 1, "dependence": 1}']
    assert run("dashboard", "kazakhstan").exit_code == 0
    assert run("dashboard", "kazakhstan", "--fail-on-alarm", *calm).exit_code == 0
    for extra in ([], ["--json"]):
        outcome = run("dashboard", "kazakhstan", "--fail-on-alarm", *extra)
        assert outcome.exit_code == 3
        assert "alarm: Crude oil: 94 % crosses Russia, above 50 %" in outcome.stderr
    assert json.loads(outcome.stdout)["alarms"] == 8


def test_every_colour_has_a_word_and_a_pattern_of_its_own_without_colours():
    said = run("dashboard", "kazakhstan", env={"NO_COLOR": "1"}).stdout
    assert "\x1b" not in said
    scenario = mv.load("kazakhstan")
    signs = patterns(scenario)
    assert len(set(signs.values())) == len(signs) == 5
    bars = re.findall(r"^  \[(.*)\]$", said, re.MULTILINE)
    assert len(bars) == 5
    for bar, sector in zip(bars, sectors("kazakhstan").values(), strict=True):
        assert len(bar) == WIDTH
        for entry in sector["colours"]:
            assert abs(bar.count(signs[entry["colour"]]) - WIDTH * entry["share"]) <= 2
            assert re.search(
                rf"^  {re.escape(signs[entry['colour']])} +\d+ %  {entry['colour']} \(", said, re.MULTILINE
            )
    assert said.count("ALARM ") == 8


def test_the_document_names_scenario_and_version():
    document = run_json("dashboard", "kazakhstan")
    scenario = mv.load("kazakhstan")
    assert (document["scenario"], document["title"]) == (scenario.name, scenario.title)
    assert document["version"] == mv.__version__


def test_the_parts_of_a_dependence_add_up_as_they_are_printed():
    said = re.findall(r"(\d+) % \((\d+) % traded with it, (\d+) % in transit\)", run("dashboard", "kazakhstan").stdout)
    assert said
    assert all(int(own) + int(transit) == int(whole) for whole, own, transit in said)


def test_a_mix_is_shown_instead_of_today():
    exports = sectors("kazakhstan", "--mix", "article")["exports"]
    assert {it["colour"]: round(it["share"], 2) for it in exports["colours"]} == {
        "blue": 0.47,
        "red": 0.28,
        "green": 0.25,
    }
    assert [it["of"] for it in exports["alarms"]] == ["dependence", "hhi"]
    outcome = run("dashboard", "kazakhstan", "--mix", "artcle")
    assert outcome.exit_code == 2


def test_the_cells_of_a_bar_add_up_and_nobody_vanishes():
    for shares in ([1.0], [0.5, 0.5], [0.97, 0.01, 0.01, 0.01], [0.34, 0.33, 0.33], [0.9] + [0.01] * 10):
        counts = cells(shares)
        assert sum(counts) == WIDTH
        assert min(counts) >= 1


def test_the_report_shows_colours_and_their_alarm():
    from multivector_sim.report.page import render

    page = render(mv.simulate(mv.load("kazakhstan"), draws=1024))
    assert page.count("<strong>By colour</strong>") == 5
    assert "partners of one colour have more than" in page
    assert re.search(r"green \(Italy, Netherlands, France and Rest of the EU27\) has 66", page)
    calm = render(mv.simulate(mv.load("one-or-many"), draws=1024))
    assert "By colour" not in calm


def test_every_colour_has_a_style_on_the_terminal():
    assert set(STYLES) == set(TONES)
    assert len(set(STYLES.values())) == len(STYLES)


@pytest.mark.parametrize("name", sorted(mv.scenarios()))
def test_every_shipped_scenario_is_printed(name):
    outcome = run("dashboard", name)
    assert outcome.exit_code == 0, outcome.output
    assert "alarms in" in outcome.stdout
