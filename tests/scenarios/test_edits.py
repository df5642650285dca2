"""A reader takes a case and changes three numbers: there is an answer, or an error that says where and what."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import multivector_sim as mv

FOLDER = Path(__file__).parents[2] / "scenarios" / "kazakhstan"

ANSWERED = {
    "portfolio": [("value: 40,", "value: 55,"), ("value: 60,", "value: 10,"), ("[0.0, 0.3, 0.7]", "[0.2, 0.6, 1.4]")],
    "peers-2022": [("value: 0.197,", "value: 0.4,"), ("value: 12,", "value: 9,"), ("lag_months: 3", "lag_months: 0")],
    "corridors": [("value: 6,", "value: 2.5,"), ("value: 150,", "value: 100,"), ("value: 30,", "value: 0,")],
    "gas-contract": [("value: 0.7,", "value: 1,"), ("value: 0.6,", "value: 0.8,"), ("median: 12", "median: 36")],
    "technology": [("value: 75,", "value: 149,"), ("[6, 12, 24]", "[0, 0, 1]"), ("median: 24", "median: 3")],
    "rebalancing": [  # three shares of the first year, which still sum to 1
        ("russia: 0.225975", "russia: 0.300975"),
        ("china: 0.341115", "china: 0.241115"),
        ("italy: 0.138189", "italy: 0.163189"),
    ],
}

REFUSED = {
    "subsidy": (
        [("[0.307, 0.557, 0.907]", "[0.307, 0.257, 0.907]"), ("value: 4.265e9", "value: -4.265e9"), ("7.435e9", "7e9")],
        ["channels.exports.ceiling", "exposures.investment.eu27", "must be 0 or more"],
    ),
    "logistics": (
        [("value: 4.16e9", "value: .nan"), ("[34.1e9, 42.3e9, 67.2e9]", "fifty"), ("10.2e9", "10e9")],
        ["corridors.northern.capacity", "'fifty'", ".nan is not finite"],
    ),
    "interlock": (
        [("south-east: 0.7", "south-east: 0.8"), ("russia: 1.0, china", "russia: 1.2, china"), ("1.6e9", "2e9")],
        ["legs.imports.china", "shares sum to 1.1", "corridors.interlock.hosts.russia"],
    ),
    "outreach": (
        [("value: 40,", "value: 40 .,"), ("value: 30,", "value: 25,"), ("[0.0, 0.012, 0.03]", "[0.0, 0.02, 0.03]")],
        ["outreach.yaml:", "40 ."],
    ),
}


def edited(name, edits, folder):
    """Copy the folder and change the first place where each number stands."""
    shutil.copytree(FOLDER, folder / "kazakhstan", ignore=shutil.ignore_patterns("*.md"))
    path = folder / "kazakhstan" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


def test_ten_edits_of_three_numbers():
    assert len(ANSWERED) + len(REFUSED) == 10
    assert {len(edits) for edits in [*ANSWERED.values(), *(edits for edits, _ in REFUSED.values())]} == {3}


@pytest.mark.parametrize("name", ANSWERED)
def test_three_changed_numbers_get_an_answer(name, tmp_path):
    scenario = mv.load(edited(name, ANSWERED[name], tmp_path))
    before = mv.load(f"kazakhstan/{name}")
    assert scenario != before
    if name == "rebalancing":
        scenario, before = scenario.with_mix("year-01"), before.with_mix("year-01")
    new, old = (mv.simulate(case, draws=512, seed=1) for case in (scenario, before))
    assert np.isfinite(new.losses).all()
    assert not np.array_equal(new.losses, old.losses)


@pytest.mark.parametrize("name", REFUSED)
def test_three_changed_numbers_get_a_clear_error(name, tmp_path):
    edits, said = REFUSED[name]
    with pytest.raises(mv.ScenarioError) as caught:
        mv.load(edited(name, edits, tmp_path))
    message = str(caught.value)
    for words in said:
        assert words in message
    assert f"{name}.yaml:" in message  # with line and column
