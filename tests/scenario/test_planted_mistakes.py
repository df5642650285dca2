"""One mistake is planted in a shipped scenario, and its line is among those that are named.

``MULTIVECTOR_PLANTED`` sets how many are planted.
"""

import os
import random
import re
import shutil
from pathlib import Path

import pytest

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.read import load

COUNT = int(os.environ.get("MULTIVECTOR_PLANTED", "200"))
BATCHES = 4
ROOT = Path(__file__).parents[2] / "scenarios"
NUMBER = re.compile(r"^(?!\s*#|\s*as_of:|.*\bties\b)[^'\"#]*?(?:(?<=: )|(?<=\[))(?P<part>-?\d[\d.e+]*)(?=[,}\]]|\s*$)")
"""Numbers, except the strength of ties, which may be any number, and dates, which may be text."""
KEY = re.compile(
    r"^(?!\s*#)[^'\"#]*?(?<=[ {])(?P<part>title|kind|value|duration_months|half_life_months|onset_month|loadings|"
    r"global|family|lead_months|theta_months|capacity|floor|ceiling|scar|kappa|refill|buffer_months|quantity|at_most|at_least|"
    r"statement|place|intensity|channels|horizon_months)(?=:)"
)
"""Keys that the format defines: another word in their place is unknown on that line."""
WRONG = ("abc", "[abc]", "1_200", "ten", "{a: 1}", "1e999", ".nan", '""')
FEWEST = 10


def _places(lines, pattern):
    """Return the matches of a pattern, each after the number of its line, counted from 0."""
    return [(number, found) for number, line in enumerate(lines) if (found := pattern.match(line))]


FILES = [
    it.relative_to(ROOT)
    for it in sorted(ROOT.rglob("*.yaml"))
    if all(len(_places(it.read_text(encoding="utf-8").splitlines(), kind)) >= FEWEST for kind in (NUMBER, KEY))
]


def planted(lines, rng):
    """Return a file's text with one mistake in it, and the line of the mistake, counted from 1."""
    is_number = rng.random() < 0.6
    at, found = rng.choice(_places(lines, NUMBER if is_number else KEY))
    part = rng.choice(WRONG) if is_number else f"{found['part']}q"
    line = lines[at][: found.start("part")] + part + lines[at][found.end("part") :]
    return "\n".join([*lines[:at], line, *lines[at + 1 :]]) + "\n", at + 1


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_line_of_a_planted_mistake_is_named(tmp_path, batch):
    rng = random.Random(batch)  # noqa: S311 - mistakes, not secrets
    shutil.copytree(ROOT, tmp_path / "scenarios")
    assert len(FILES) > 5
    missed = []
    for _ in range(COUNT // BATCHES):
        file = tmp_path / "scenarios" / rng.choice(FILES)
        text = file.read_text(encoding="utf-8")
        wrong, line = planted(text.splitlines(), rng)
        file.write_text(wrong, encoding="utf-8")
        try:
            load(file)
            told = "no mistake"
        except ScenarioError as error:
            told = "" if line in {it.line for it in error.mistakes if it.file == str(file)} else str(error)
        if told:
            missed.append(f"{file.name}:{line}: {wrong.splitlines()[line - 1].strip()[:120]} -> {told[:300]}")
        file.write_text(text, encoding="utf-8")
    assert missed == []
