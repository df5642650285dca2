"""No line is wider than the screen: 80 columns where there is no terminal, and tables can be read on 50."""

import io
import os
import re
import subprocess
import sys

import pytest

from multivector_sim.cli.screen import Screen, begin_table, print_table
from tests.cli.running import run

FEW = ("--draws", 128)
COMMANDS = {
    "list": ("list",),
    "run": ("run", "kazakhstan/by-hazard", *FEW),
    "compare": ("compare", "kazakhstan", "article", "one", *FEW),
    "contribute": ("contribute", "kazakhstan", *FEW, "--marginal-draws", 16),
    "dashboard": ("dashboard", "kazakhstan"),
    "frontier": ("frontier", "kazakhstan", "--points", 2, "--resamples", 2, *FEW),
    "rank": ("rank", "kazakhstan", "--budget", "3e9", *FEW),
    "sensitivity": ("sensitivity", "two-buyers", "--draws", 100),
    "reverse-stress": ("reverse-stress", "two-buyers", "--loss", "10%", *FEW),
    "must-be-true": (
        *("must-be-true", "two-buyers", "--path", "channels.exports.ceiling", "--claim", "storms"),
        *("--low", 0.1, "--high", 0.9, "--points", 2, *FEW),
    ),
    "claims": ("claims", "kazakhstan", "--claim", "energy-china", "--claim", "insulated", *FEW),
    "learn": ("learn",),
    "study": ("study", "two-buyers", *FEW),
    "validate": ("validate", "kazakhstan", "two-buyers"),
}


@pytest.mark.parametrize("width", [80, 50])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_wider_than_the_screen(name, width):
    outcome = run(*COMMANDS[name], env={"COLUMNS": str(width)})
    assert outcome.exit_code == 0, outcome.output
    lines = outcome.stdout.splitlines()
    assert lines
    assert [line for line in lines if len(line) > width] == []


def test_there_are_80_columns_without_a_terminal():
    code = "from multivector_sim.cli.output import screen_width; print(screen_width())"
    bare = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    for columns, width in ((None, 80), ("50", 50)):
        env = bare if columns is None else bare | {"COLUMNS": columns}
        made = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert int(made.stdout) == width


def printed(width):
    """Print one table, and give whether its intervals had room, and its text."""
    screen = Screen(file=io.StringIO(), width=width, highlight=False, markup=False)
    sheet = begin_table("Loss", ("", "mean", "ES 95 %", "ratio"), spare=("ratio",))
    sheet.add_row("Netherlands [/b] and all the others", "3.5 % (3.3 to 3.8)", "13.6 % (12.8 to 17.3)", "1.25")
    return print_table(screen, sheet), screen.file.getvalue()


@pytest.mark.parametrize(
    ("width", "has_intervals", "whole"),
    [
        (80, True, ["3.5 % (3.3 to 3.8)", "13.6 % (12.8 to 17.3)", "1.25"]),
        (62, True, ["(3.3 to 3.8)", "(12.8 to 17.3)", "1.25"]),
        (50, True, ["3.5 %", "13.6 %", "(3.3 to 3.8)", "(12.8 to 17.3)", "No room for: ratio"]),
        (38, False, ["3.5 %", "13.6 %", "No room for: ratio"]),
        (26, False, ["3.5 %", "No room for: ratio, ES 95"]),
    ],
)
def test_a_table_gives_up_what_is_needed_least(width, has_intervals, whole):
    had, text = printed(width)
    assert had is has_intervals
    for part in whole:
        assert part in text
    assert "".join(re.findall(r"^ (\S.{0,15})", text, re.MULTILINE)).count("[/b]") == 1
    assert max(map(len, text.splitlines())) <= width
