"""Reading YAML: values by the core schema of YAML 1.2, each with its place; every surprise refused."""

import pytest

from multivector_sim.scenario.place import leaves, places, plain
from multivector_sim.scenario.yaml_tree import DEEPEST, MOST_MISTAKES, core_value, read_yaml

PARSER_DEEPEST = 1000  # where libyaml gives up by itself


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *(
            (word, word)
            for word in ("no", "yes", "on", "off", "y", "n", "NO", "tRUE", "nUll", "1_000", "1,000", "12:30")
        ),
        *((word, word) for word in ("2024-01-01", "0x", "0o8", "1e", "e5", ".", "+", "-", "--1", "nan", "inf", "0b1")),
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        ("12", 12),
        ("+12", 12),
        ("-12", -12),
        ("007", 7),
        ("0o17", 15),
        ("0xFf", 255),
        ("1e6", 1e6),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5E-3", -0.0015),
        ("9" * 30, 1e30),
        ("0x" + "f" * 40, float(16**40 - 1)),
    ],
)
def test_words_have_the_values_of_the_core_schema(word, value):
    found = core_value(word)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("word", [".nan", ".NaN", ".inf", "-.INF", "+.inf", "1e999", "9" * 5000, "0x" + "f" * 5000])
def test_what_is_no_finite_number_is_refused(word):
    with pytest.raises(ValueError, match=r"."):
        core_value(word)


def test_quoted_and_block_text_is_always_text():
    tree = read_yaml("a: '1'\nb: \"~\"\nc: |\n  2\nd: >-\n  no\n", "x.yaml")
    assert plain(tree.root) == {"a": "1", "b": "~", "c": "2\n", "d": "no"}


def test_keys_are_always_text():
    assert plain(read_yaml("2014: 1\nno: 2\nnull: 3\n", "x.yaml").root) == {"2014": 1, "no": 2, "null": 3}


def test_each_part_has_the_place_of_its_key_or_item():
    tree = read_yaml(
        "a: 1\nstress:\n  - partner: ru\n    channels: {exports: 0.4,\n      imports: 1}\n  - 2\n", "x.yaml"
    )
    found = {path: (place.line, place.column) for path, place in places(tree.root).items()}
    assert found == {
        "": (1, 1),
        "a": (1, 1),
        "stress": (2, 1),
        "stress.0": (3, 5),
        "stress.0.partner": (3, 5),
        "stress.0.channels": (4, 5),
        "stress.0.channels.exports": (4, 16),
        "stress.0.channels.imports": (5, 7),
        "stress.1": (6, 5),
    }
    assert list(leaves(tree.root)) == ["a", "stress.0.partner", *list(found)[6:8], "stress.1"]


def test_columns_count_characters():
    tree = read_yaml("{Türkiye: 1, 中国: 2, b: 3}", "x.yaml")
    assert places(tree.root)["b"].column == 21


@pytest.mark.parametrize("deep", [DEEPEST, DEEPEST + 1, 5000, 500_000])
def test_nesting_has_a_limit(deep):
    tree = read_yaml("[" * deep + "]" * deep, "x.yaml")
    if deep <= DEEPEST:
        assert not tree.mistakes
    else:
        (mistake,) = tree.mistakes
        assert (mistake.line, mistake.column) in {(1, DEEPEST + 1), (1, PARSER_DEEPEST + 1)}
        assert f"nested more than {DEEPEST} deep" in mistake.message


def test_all_refusals_are_found_at_once():
    text = "a: &x 1\nb: *x\nc: !!float 1\nd: .nan\nd: 2\n<<: {e: 1}\n? [1]\n: 2\n"
    lines = [mistake.line for mistake in read_yaml(text, "x.yaml").mistakes]
    assert lines == [1, 2, 3, 4, 5, 6, 7]


def test_nobody_reads_a_million_mistakes():
    tree = read_yaml("\n".join(f"k{n}: .nan" for n in range(100_000)), "x.yaml")
    assert len(tree.mistakes) == MOST_MISTAKES + 1
    assert "rest" in tree.mistakes[-1].message


def test_a_key_given_twice_keeps_its_first_value():
    tree = read_yaml("a: {b: 1, b: 2}\na: 3\n", "x.yaml")
    assert plain(tree.root) == {"a": {"b": 1}}
    assert [str(it) for it in tree.mistakes] == [
        "x.yaml:1:11: a.b: given twice; first on line 1",
        "x.yaml:2:1: a: given twice; first on line 1",
    ]
