"""Every number in the document of a question has a unit."""

import pytest

from tests.cli.running import run_json

FEW = ("--draws", 128)
COMMANDS = {
    "contribute": (*FEW, "--marginal-draws", 32),
    "rank": ("--budget", "5e9", *FEW),
    "sensitivity": ("--draws", 100),
    "compare": ("article", "one", *FEW),
    "frontier": ("--points", 2, "--resamples", 2, *FEW),
    "reverse-stress": ("--loss", "10%", "--draws", 256),
    "must-be-true": (
        *("--path", "channels.exports.ceiling", "--claim", "storms"),
        *("--low", 0.1, "--high", 0.9, "--points", 2, *FEW),
    ),
    "claims": FEW,
    "dashboard": (),
}


def numbers(part, path=()):
    """Yield the path of every number; those in lists have the path of the list."""
    for key, value in part.items() if isinstance(part, dict) else ((None, it) for it in part):
        here = path if key is None else (*path, key)
        if isinstance(value, (dict, list)):
            yield from numbers(value, here)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield here


@pytest.mark.parametrize("command", COMMANDS)
def test_every_number_has_a_unit(command):
    document = run_json(command, "two-buyers", *COMMANDS[command])
    units = document["measured_in"]
    found = set(numbers(document))
    assert len(found) > 5
    assert sorted(".".join(path) for path in found if not set(path) & set(units)) == []
    used = {key for path in found for key in path}
    assert "draws" not in used or units["draws"] == "number of them"
    assert all(text for text in units.values())


def test_units_of_money_and_counts():
    document = run_json("contribute", "kazakhstan/technology", "--column", "technology", *FEW, "--marginal-draws", 16)
    assert document["measured_in"]["es"] == "projects over the horizon"
    document = run_json("contribute", "two-buyers", *FEW, "--marginal-draws", 16)
    assert document["measured_in"]["es"] == "USD over the horizon"
