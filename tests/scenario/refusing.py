"""The good scenario as a document, and what is said when it, or its file, is damaged."""

import pytest

import multivector_sim as mv
from multivector_sim.scenario.place import plain
from multivector_sim.scenario.read import load
from multivector_sim.scenario.yaml_tree import read_yaml
from tests.scenario.good import GOOD

DOCUMENT = plain(read_yaml(GOOD, "good.yaml").root)


def mistakes(call, *arguments):
    with pytest.raises(mv.ScenarioError) as caught:
        call(*arguments)
    assert all(mistake.file is None for mistake in caught.value.mistakes)
    return {mistake.path: mistake.message for mistake in caught.value.mistakes}


def without(*keys):
    return {key: part for key, part in DOCUMENT.items() if key not in keys}


def broken(folder, text):
    """Write a file that is wrong, and give what is said about it."""
    file = folder / "scenario.yaml"
    file.write_text(text.replace("§", ""), encoding="utf-8")
    return mistakes_of(file)


def mistakes_of(file, **layers):
    with pytest.raises(mv.ScenarioError) as caught:
        load(file, **layers)
    mistakes = caught.value.mistakes
    assert len(set(map(str, mistakes))) == len(mistakes) > 0
    return mistakes
