"""How mistakes are worded: values on one line, hints while they are worth their time, nothing twice."""

import pytest

from multivector_sim.scenario.mistakes import MOST_HINTS, Complaints, nearest, shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (3, "3"),
        (9.5e9, "9.5e+09"),
        (0.1 + 0.2, "0.30000000000000004"),
        ("high", "'high'"),
        ("a\nb", "'a\\nb'"),
        ("x" * 100, "'" + "x" * 39 + "..."),
        (10**400, "a number too large to show"),
        ({}, "a mapping"),
        ([], "a list"),
        ((), "a list"),
    ],
)
def test_a_value_is_shown_on_one_line_and_short(value, words):
    assert shown(value) == words


def test_the_nearest_name_is_found():
    assert nearest("rusia", ["china", "russia"]) == "russia"
    assert nearest("mars", ["china", "russia"]) == nearest(3, ["3"]) == nearest("x" * 50, ["x" * 50]) == ""


def test_nothing_is_told_twice():
    complaints = Complaints()
    for _ in range(2):
        complaints.add("a", "wrong")
        complaints.unknown("b", "partner", "rusia", {"russia": 1})
    complaints.add("a", "wrong in another way")
    assert [str(it) for it in complaints.found.values()] == [
        "a: wrong",
        "b: no partner called 'rusia'; did you mean 'russia'?",
        "a: wrong in another way",
    ]


def test_few_names_are_listed_and_many_are_not():
    complaints = Complaints()
    assert complaints.hint("mars", ["a"]) == "; there is a"
    assert complaints.hint("mars", ["a", "b"]) == "; there are a, b"
    assert complaints.hint("mars", [str(n) for n in range(13)]) == complaints.hint("mars", []) == ""


def test_many_names_are_compared_a_few_times_only():
    complaints, names = Complaints(), [f"partner {n}" for n in range(15_000)]
    told = [complaints.hint("partner 1x", names) for _ in range(4)]
    assert [bool(it) for it in told] == [True, True, False, False]


def test_hints_end_and_mistakes_do_not():
    complaints = Complaints()
    for number in range(2 * MOST_HINTS):
        complaints.unknown(f"p{number}", "partner", "rusia", ["russia"])
    told = [str(it) for it in complaints.found.values()]
    assert len(told) == 2 * MOST_HINTS
    assert sum("did you mean" in it for it in told) == MOST_HINTS
