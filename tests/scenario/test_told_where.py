"""Where a mistake is told: at the file, line and column that a person has to change, and no second time elsewhere."""

import pytest

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.read import load
from tests.scenario.good import GOOD
from tests.scenario.refusing import broken, mistakes_of


@pytest.mark.parametrize(
    "edit",
    [
        ("    kind: trade\n", "    <<: *base\n"),
        ("    russia: 9.5e9\n", "    <<: {russia: 9.5e9, eu: .nan}\n"),
        ("  russia: {title: Russia, bloc: east, colour: red}", "  russia: {<<: *base}"),
        ("currency: USD\n", "<<: *base\n"),
        ("  - partner: russia\n", "  - <<: [*a, *b]\n"),
    ],
)
def test_what_would_be_merged_is_told_once(tmp_path, edit):
    (mistake,) = broken(tmp_path, GOOD.replace(*edit))
    assert "merge keys are not read" in mistake.message


def test_what_is_wrong_beside_a_merge_key_is_told(tmp_path):
    mistakes = broken(tmp_path, GOOD.replace("    kind: trade\n    ceiling: 0.6", "    <<: *base\n    ceiling: 6"))
    assert [mistake.line for mistake in mistakes] == [17, 18]


@pytest.mark.parametrize("number", ["1e400", "1e31", "-1e31", ".nan"])
def test_a_number_past_reckoning_lies_where_its_key_is(tmp_path, number):
    (mistake,) = broken(tmp_path, GOOD.replace("{title: Caspian ports, capacity: 6e9,", f"{{capacity: {number},"))
    assert (mistake.line, mistake.column) == (35, 13)


def test_signs_that_nobody_sees_are_told_at_their_place_also_from_escapes(tmp_path):
    text = GOOD.replace("title: Caspian ports", 'title: "A\\e[31m"').replace("currency: USD", 'currency: "\\u202e"')
    mistakes = broken(tmp_path, text)
    assert [(it.path, it.line, it.column) for it in mistakes] == [
        ("currency", 5, 1),
        ("corridors.caspian.title", 35, 13),
    ]
    assert mistakes[1].message == "holds U+001B, a control character; remove it"


@pytest.mark.parametrize(
    ("layers", "path", "origin"),
    [
        ({"settings": ["horizon_months="]}, "horizon_months", "--set: "),
        ({"settings": {"channels.exports.kind": None}}, "channels.exports.kind", "--set: "),
        ({"override": ["bare"]}, "horizon_months", "FILE:80:5: "),
        ({"override": ["bare"], "settings": ["horizon_months=0"]}, "horizon_months", "--set: "),
    ],
)
def test_what_was_taken_away_is_told_where_it_was_taken(tmp_path, layers, path, origin):
    file = tmp_path / "scenario.yaml"
    file.write_text(GOOD + "  bare:\n    horizon_months: null\n")
    with pytest.raises(ScenarioError) as caught:
        load(file, **layers)
    assert any(str(it).startswith(f"{origin.replace('FILE', str(file))}{path}: ") for it in caught.value.mistakes)
    assert not any(str(it).startswith(f"{file}:1:1") for it in caught.value.mistakes)


def test_a_missing_key_is_told_at_its_parent(tmp_path):
    mistakes = broken(tmp_path, GOOD.replace("    kind: trade\n", ""))
    assert [(mistake.path, mistake.line) for mistake in mistakes] == [("channels.exports.kind", 16)]


def test_mistakes_in_a_base_name_the_base(tmp_path):
    (tmp_path / "base.yaml").write_text(GOOD.replace("ceiling: 0.6", "ceiling: 6"))
    file = tmp_path / "top.yaml"
    file.write_text("extends: base.yaml\nscenarios: 1\n")
    mistakes = mistakes_of(file)
    assert [(mistake.file, mistake.line) for mistake in mistakes] == [(str(file), 2), (str(tmp_path / "base.yaml"), 18)]


def test_mistakes_in_settings_and_overrides_name_them(tmp_path):
    file = tmp_path / "top.yaml"
    file.write_text(GOOD.replace("channels.exports.ceiling: 0.3", "channels.exports.ceiling: 3"))
    mistakes = mistakes_of(file, override=["weak"], settings=["horizon_months=-1", "gdp.valu=2"])
    told = [str(mistake).split(" ")[0] for mistake in mistakes]
    assert told[0].startswith(f"{file}:")
    assert told[1:].count("--set:") == 2
