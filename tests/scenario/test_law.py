"""Laws as people write them: read, refused, shown, and their exact means."""

import math
import pickle

import numpy as np
import pytest
from pydantic import ValidationError

from multivector_sim.errors import UsageError
from multivector_sim.scenario.figure import Figure
from multivector_sim.scenario.law import Law

GOOD = {
    "fixed": (0.4, (0.4,), (0.4, 0.4), 0.4, "0.4"),
    "uniform": ({"uniform": [1, 4]}, (1, 4), (1, 4), 2.5, "uniform 1, 4"),
    "triangular": ({"triangular": [1, 2, 6]}, (1, 2, 6), (1, 6), 3.0, "triangular 1, 2, 6"),
    "pert": ({"pert": [0.2, 0.5, 0.9]}, (0.2, 0.5, 0.9), (0.2, 0.9), 3.1 / 6, "PERT 0.2, 0.5, 0.9"),
    "beta": ({"beta": {"mean": 0.4, "sd": 0.2}}, (0.4, 0.2), (0, 1), 0.4, "beta mean 0.4, sd 0.2"),
    "loguniform": (
        {"loguniform": [1, 100]},
        (1, 100),
        (1, 100),
        99 / math.log(100),
        "loguniform 1, 100",
    ),
    "lognormal": (
        {"lognormal": {"sigma": 0.6, "median": 18}},
        (18, 0.6),
        (0, math.inf),
        18 * math.exp(0.18),
        "lognormal median 18, sigma 0.6",
    ),
    "gamma": ({"gamma": {"mean": 12, "sd": 6}}, (12, 6), (0, math.inf), 12, "gamma mean 12, sd 6"),
    "empirical": ({"empirical": [9, 3, 3, 5]}, (9, 3, 3, 5), (3, 9), 5.0, "empirical 9, 3, 3, 5"),
}


def read(raw):
    return Figure.model_validate(raw).law


def refusals(raw):
    with pytest.raises(ValidationError) as caught:
        read(raw)
    return [(entry["loc"], entry["msg"]) for entry in caught.value.errors()]


@pytest.mark.parametrize("kind", GOOD)
def test_every_law_reads_shows_and_writes_itself(kind):
    raw, parameters, support, mean, words = GOOD[kind]
    law = read(raw)
    assert (law.kind, law.parameters, law.support, str(law)) == (kind, parameters, support, words)
    assert law.mean == pytest.approx(mean, rel=1e-15)
    assert all(type(value) is float for value in law.parameters)
    assert law.written() == raw
    assert read(law.written()) == law == pickle.loads(pickle.dumps(law))  # noqa: S301 - our own
    assert law.is_fixed is (kind == "fixed")


def test_pert_and_triangular_may_lean_against_an_end():
    assert read({"pert": [0, 0, 1]}).mean == pytest.approx(1 / 6)
    assert read({"triangular": [0, 1, 1]}).mean == pytest.approx(2 / 3)


def test_a_beta_may_lie_between_any_two_ends():
    raw = {"beta": {"mean": -0.2, "sd": 0.1, "low": -1.0, "high": 0.5}}
    law = read(raw)
    assert (law.parameters, law.support, law.mean) == ((-0.2, 0.1, -1.0, 0.5), (-1.0, 0.5), -0.2)
    assert (law.written(), str(law)) == (raw, "beta mean -0.2, sd 0.1, low -1, high 0.5")
    assert read(law.written()) == law
    assert read({"beta": {"mean": 3, "sd": 1, "high": 12}}).support == (0, 12)
    same = read({"beta": {"mean": 0.4, "sd": 0.2, "low": 0, "high": 1}})
    assert same == read({"beta": {"mean": 0.4, "sd": 0.2}})
    assert same == Law("beta", (0.4, 0.2, 0, 1))


def test_an_empirical_law_gives_its_values_as_written():
    assert read({"empirical": [7, 3.5]}).values == (7.0, 3.5)
    assert str(read({"empirical": list(range(10))})) == "empirical 0, 1, 2, 3, ... (10 values)"


@pytest.mark.parametrize(
    ("raw", "place", "words"),
    [
        ({"uniform": [4, 1]}, ("uniform",), "in order"),
        ({"uniform": [1, 1]}, ("uniform",), "the same"),
        ({"uniform": [1]}, ("uniform",), "[low, high], not a list of 1"),
        ({"uniform": {"low": 1}}, ("uniform",), "not a mapping"),
        ({"triangular": [1, 7, 6]}, ("triangular",), "in order"),
        ({"pert": [2, 1, 3]}, ("pert",), "in order"),
        ({"pert": [0, 0, 0]}, ("pert",), "write the number itself"),
        ({"pert": [1, "2", 3]}, ("pert", 1), "must be a number, not '2'"),
        ({"pert": [1, None, 3]}, ("pert", 1), "must be a number, not nothing"),
        ({"pert": [1, True, 3]}, ("pert", 1), "must be a number, not true"),
        ({"pert": [1, math.nan, 3]}, ("pert", 1), "beyond the largest supported value"),
        ({"pert": [1, 2, 1e31]}, ("pert", 2), "beyond the largest supported value"),
        ({"pert": [1, 2, 10**400]}, ("pert", 2), "beyond the largest supported value"),
        ({"beta": {"mean": 0, "sd": 0.1}}, ("beta",), "between 0 and 1"),
        ({"beta": {"mean": 0.5, "sd": 0.5}}, ("beta",), "below 0.5"),
        ({"beta": {"mean": 0.5, "sd": 0}}, ("beta",), "above 0"),
        ({"beta": [0.5, 0.1]}, ("beta",), "{mean: .., sd: ..}"),
        ({"beta": {"mean": 0.5}}, ("beta",), "sd is missing"),
        ({"beta": {"mean": 0.5, "sd": 0.1, "mode": 1}}, ("beta", "mode"), "mean and sd"),
        ({"beta": {"mean": 0.5, "sd": 0.1, "low": 0.6}}, ("beta",), "mean must lie between 0.6 and 1, not 0.5"),
        ({"beta": {"mean": 0.5, "sd": 0.1, "high": 0}}, ("beta",), "low must be below high"),
        ({"beta": {"mean": 0, "sd": 1, "low": -1, "high": 1}}, ("beta",), "below 1"),
        ({"beta": {"mean": 0.5, "sd": 0.1, "low": "a"}}, ("beta", "low"), "must be a number"),
        ({"beta": {"mean": 0.5, "low": 0}}, ("beta",), "sd is missing; beta takes mean and sd, and may have low and"),
        ({"loguniform": [0, 1]}, ("loguniform",), "low must be above 0"),
        ({"lognormal": {"median": 0, "sigma": 1}}, ("lognormal",), "above 0"),
        ({"lognormal": {"median": 1, "sigma": 0}}, ("lognormal",), "between 0 and 20"),
        ({"lognormal": {"median": 1, "sigma": 21}}, ("lognormal",), "between 0 and 20"),
        ({"gamma": {"mean": 0, "sd": 1}}, ("gamma",), "above 0"),
        ({"gamma": {"mean": 1, "sd": 101}}, ("gamma",), "between 0 and 100"),
        ({"empirical": []}, ("empirical",), "a list of numbers, not an empty list"),
        ({"empirical": 3}, ("empirical",), "a list of numbers, not 3"),
        ({"fixed": 3}, ("fixed",), "without a key"),
        ({"prt": [1, 2, 3]}, ("prt",), "did you mean 'pert'?"),
        ({"zipf": [1]}, ("zipf",), "there are uniform"),
        ({"pert": [1, 2, 3], "uniform": [1, 2]}, (), "one law"),
        ({}, (), "one law"),
        ([1, 2], (), "must be a number, not a list"),
        ("3", (), "must be a number, not '3'"),
        (True, (), "must be a number, not true"),
    ],
)
def test_what_is_no_law_is_refused_at_its_place(raw, place, words):
    ((where, message),) = refusals(raw)
    assert where == ("value", *place)
    assert words in message


def test_all_that_is_wrong_with_a_law_is_told():
    assert [place for place, _ in refusals({"pert": ["a", 2, None]})] == [("value", "pert", 0), ("value", "pert", 2)]
    assert len(refusals({"gamma": {"x": 1}})) == 3


def test_a_beta_law_may_be_as_wide_as_it_can_but_no_wider():
    mean = 0.3
    widest = math.sqrt(mean * (1 - mean))
    assert read({"beta": {"mean": mean, "sd": 0.999 * widest}}).parameters[1] < widest
    assert refusals({"beta": {"mean": mean, "sd": widest}})


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("zipf", (1.0,)),
        ("pert", (1.0, 2.0)),
        ("pert", (2.0, 1.0, 3.0)),
        ("fixed", (math.nan,)),
        ("uniform", (0.0, math.inf)),
        ("empirical", ()),
        ("beta", (0.5, 0.9)),
    ],
)
def test_a_law_made_in_python_is_held_to_the_same(kind, parameters):
    with pytest.raises(UsageError):
        Law(kind, parameters)


def test_a_law_takes_whatever_numbers_python_has():
    assert Law("uniform", np.array([1, 2])) == Law("uniform", (1.0, 2.0))
    assert len({Law("uniform", [1, 2]), Law("uniform", (1.0, 2.0))}) == 1
