"""Reading TOML: the standard library's values, each with its place."""

import tomllib

import pytest

from multivector_sim.scenario.place import places, plain
from multivector_sim.scenario.toml_tree import read_toml
from multivector_sim.scenario.yaml_tree import DEEPEST

TEXT = '''# a comment = 1
format = "multivector/1"
"quoted key" = 'x # no comment'
a.b = 1
a . c = [1, # one
  2,
  {d = "}]", e.f = 4},
]
[gdp]
  value = 288e9   # money
  as_of = 2024-12-31

[partners.russia]
title = """Rus\\"sia
[not.a.table]
"""
note = \'\'\'
''\'\'\'
[[stress]]
partner = "russia"
[stress.channels]
exports = {pert = [0.1, 0.2, 0.3]}
[[stress]]
partner = "china"
[stress.channels]
transit = 0x1F
'''


def lines(tree):
    return {path: (place.line, place.column) for path, place in places(tree.root).items()}


def test_values_are_those_of_the_standard_library():
    document = tomllib.loads(TEXT)
    document["gdp"]["as_of"] = "2024-12-31"
    tree = read_toml(TEXT, "x.toml")
    assert plain(tree.root) == document
    assert not tree.mistakes


def test_every_part_has_its_place():
    found = lines(read_toml(TEXT, "x.toml"))
    assert found["format"] == (2, 1)
    assert found["quoted key"] == (3, 1)
    assert found["a.b"] == (4, 1)
    assert found["a.c.0"] == (5, 10)
    assert found["a.c.1"] == (6, 3)
    assert found["a.c.2.d"] == (7, 4)
    assert found["a.c.2.e.f"] == (7, 14)
    assert found["gdp.as_of"] == (11, 3)
    assert found["partners.russia.title"] == (14, 1)
    assert found["partners.russia.note"] == (17, 1)
    assert found["stress.0.partner"] == (20, 1)
    assert found["stress.0.channels.exports.pert.2"] == (22, 30)
    assert found["stress.1"] == (23, 3)
    assert found["stress.1.channels.transit"] == (26, 1)


@pytest.mark.parametrize(
    ("text", "line", "fragment"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("a = 1\nb = nan\n", 2, "finite"),
        ("a = [1,\n -inf]\n", 2, "finite"),
        ("a = 1e999\n", 1, "finite"),
        ("a = " + "9" * 400, 1, "finite"),
        ("a = " + "9" * 5000, 1, "not TOML"),
        ("a = 1\na = 2\n", 2, "overwrite"),
        ("[a]\nb = 1\n[a]\n", 3, "twice"),
        ("a = 1\nb = 'x\n", 2, "never closed"),
        ("a = 1\nb 2\n", 2, "not TOML"),
        ("a = 1\n\nb = '''x\n", 3, "never closed"),
        ('a = 1\n\nb = """x\n\n', 3, "never closed"),
        ("a = {b = 1\n", 1, "not TOML"),
        ("a = 2024-13-45\n", 1, "not TOML"),
        ('"\\ud800" = 1\n', 1, "not TOML"),
        ("a = " + "[" * 100_000, 1, "nested"),
        ("a = " + "{a = " * 100_000, 1, "nested"),
        ("a" + ".a" * 500_000 + " = 1", 1, "nested"),
        ("b = 1\n[a" + ".a" * 500_000 + "]", 2, "nested"),
        ("[" + ".".join("a" * 15) + "]\n" + ".".join("b" * 15) + " = 1", 2, "nested"),
    ],
)
def test_what_is_wrong_has_its_line(text, line, fragment):
    tree = read_toml(text, "x.toml")
    assert [mistake.line for mistake in tree.mistakes] == [line]
    assert fragment in tree.mistakes[0].message


def test_nesting_has_the_same_limit_as_in_yaml():
    inner = DEEPEST - 1
    assert not read_toml("a = " + "[" * inner + "]" * inner, "x.toml").mistakes
    assert read_toml("a = " + "[" * (inner + 1) + "]" * (inner + 1), "x.toml").mistakes
