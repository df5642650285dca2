"""Every place that the glossary names is there, and no term is named twice."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| term", "| ---"))
]
PLACES = sorted({place for row in ROWS for place in re.findall(r"`([^`]+)`", row[-1])})


def find(place):
    """Give what a dotted path under the package names: a module, then attributes, fields or annotations of it."""
    steps = place.split(".")
    for size in range(len(steps), 0, -1):
        try:
            found = import_module(".".join(["multivector_sim", *steps[:size]]))
        except ModuleNotFoundError:
            continue
        for step in steps[size:]:
            if isinstance(found, type) and issubclass(found, BaseModel) and step in found.model_fields:
                found = found.model_fields[step]
            elif isinstance(found, type) and step in getattr(found, "__dataclass_fields__", {}):
                found = found.__dataclass_fields__[step]
            else:
                found = getattr(found, step)
        return found
    raise AttributeError(place)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_of_the_glossary_exists(place):
    assert find(place) is not None


def test_a_place_that_is_not_there_would_be_noticed():
    for place in ("measure.tail.expected_shortfal", "scenario.channel.Channel.celing", "nowhere.at.all"):
        with pytest.raises(AttributeError):
            find(place)


def test_every_term_has_a_meaning_and_a_place_and_stands_once():
    assert len(ROWS) > 70
    assert all(len(row) == 3 and row[1] and "`" in row[2] for row in ROWS)
    terms = [row[0] for row in ROWS]
    assert len(set(terms)) == len(terms)


def test_every_question_and_every_measure_of_a_draw_is_explained():
    import multivector_sim as mv
    from multivector_sim.measure import concentration
    from tests.measure import resilience

    ends = {place.split(".")[-1] for place in PLACES}
    questions = {name for name in mv.__all__ if name.islower()} - {
        "load",
        "dashboard",
        "resolve",
        "scenarios",
        "register_law",
        "register_measure",
    }
    assert questions <= ends
    assert {name for name in resilience.__all__ if name.islower()} <= ends
    assert {"herfindahl", "hidden_herfindahl", "shannon"} <= set(concentration.__all__) & ends


def test_the_index_leads_to_the_glossary_and_the_claims():
    index = (PAGE.parent / "index.md").read_text(encoding="utf-8")
    assert "(glossary.md)" in index
    assert "(claims.md)" in index
