"""must be true: a claim that holds in a window of which the scan sees nothing, and what is said of what was tried."""

import json

import numpy as np
import pytest

import multivector_sim as mv
from tests.engine.cases import scenario

PATH = "exposures.exports.a"


def shares():
    """Return three partners, two with 70 bn each: the HHI is least, a third, where the first has as much."""
    return scenario(
        partners={"a": {}, "b": {}, "c": {}},
        exposures={"exports": {"a": 10e9, "b": 70e9, "c": 70e9}},
        claims={"spread": {"title": "It is spread", "quantity": "concentration.exports.hhi", "at_most": 0.337}},
    )


def roots(at_most):
    """Return where (x^2 + 2 b^2) / (x + 2 b)^2 is so much, b = 70 bn."""
    return np.roots([1.0 - at_most, -4.0 * 70.0 * at_most, 2.0 * 70.0**2 - at_most * 140.0**2])


def test_a_window_of_a_concentration_is_found_where_seven_values_see_none():
    found = mv.must_be_true(shares(), PATH, "spread", 1e9, 700e9)
    assert {row["verdict"] for row in found.document()["scan"]} == {"fails"}
    low, high = sorted(roots(0.337) * 1e9)
    assert [turn.value for turn in found.turning.turns] == pytest.approx([low, high], abs=0.8e9)
    (words,) = found.words()
    assert "is between 5.5" in words
    assert words.count("between") == 1
    ((begin, end),) = found.document()["holds"]
    assert (begin, end) == pytest.approx((low, high), abs=0.8e9)


def test_what_holds_nowhere_says_how_many_values_were_tried_and_which_came_nearest():
    claim = {"quantity": "concentration.exports.hhi", "at_most": 0.3}
    found = mv.must_be_true(shares(), PATH, claim, 1e9, 700e9)
    (words,) = found.words()
    tried = found.document()["tried"]
    assert f"holds at none of the {len(tried)} values between 1e+09 and 7e+11 that were tried" in words
    value, margin = found.turning.nearest
    assert value == pytest.approx(70e9, rel=0.15)
    assert margin.value == pytest.approx(0.3 - 1 / 3, abs=2e-3)
    assert found.document()["holds"] == []
    json.dumps(found.document(), allow_nan=False)


def test_what_holds_outside_a_window_is_one_sentence():
    claim = {"quantity": "concentration.exports.hhi", "at_least": 0.337}
    found = mv.must_be_true(shares(), PATH, claim, 1e9, 700e9)
    (words,) = found.words()
    assert " is below 5.5" in words
    assert " or above 8.6" in words
    assert len(found.document()["holds"]) == 2
