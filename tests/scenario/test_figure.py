"""Figures: a number or a law, bare or with its origin; what range each place allows."""

import pytest
from pydantic import TypeAdapter, ValidationError

from multivector_sim.errors import UsageError
from multivector_sim.scenario import figure as figures
from multivector_sim.scenario.figure import Figure, certain

SUPPORTS = {
    "0 to 1": [0, 1, 0.5, {"uniform": [0, 1]}, {"beta": {"mean": 0.5, "sd": 0.1}}, {"empirical": [0.2, 1]}],
    "above 1": [1.5, {"uniform": [0, 1.5]}, {"lognormal": {"median": 1e-6, "sigma": 0.1}}, {"empirical": [0, 2]}],
    "below 0": [-0.5, {"pert": [-0.5, 0, 1]}, {"empirical": [-0.1, 0.5]}],
}
ALLOWED = {
    "Figure": {"0 to 1", "above 1", "below 0"},
    "AtLeastZero": {"0 to 1", "above 1"},
    "Fraction": {"0 to 1"},
}


def allows(kind, raw):
    try:
        TypeAdapter(getattr(figures, kind)).validate_python(raw)
    except ValidationError as error:
        (entry,) = error.errors()
        assert entry["type"] == "said"
        return False
    return True


@pytest.mark.parametrize("kind", ALLOWED)
@pytest.mark.parametrize("group", SUPPORTS)
def test_a_law_is_held_to_the_range_by_its_support(kind, group):
    assert {allows(kind, raw) for raw in SUPPORTS[group]} == {group in ALLOWED[kind]}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("CertainAmount", [0, 1e12], [-1, {"uniform": [0, 1]}]),
        ("CertainFraction", [0, 1], [-0.1, 1.1, {"uniform": [0, 1]}]),
        ("Correlation", [-1, 1], [-1.1, 1.1, {"uniform": [0, 1]}]),
        ("Positive", [1e-9], [0, -1, {"uniform": [1, 2]}]),
        ("Freedom", [0.1, 4, 1e6], [0, -4, 1e7, {"uniform": [1, 2]}]),
    ],
)
def test_where_only_a_certain_number_makes_sense_a_law_is_refused(kind, good, bad):
    assert all(allows(kind, raw) for raw in good)
    assert not any(allows(kind, raw) for raw in bad)


def test_a_bare_number_a_law_and_a_value_with_an_origin():
    assert Figure.model_validate(3) == Figure.model_validate({"value": 3}) == certain(3.0)
    figure = Figure.model_validate({"value": {"pert": [1, 2, 3]}, "source": "wb", "as_of": 2024, "trust": "study"})
    assert (figure.law.kind, figure.source, figure.as_of, figure.trust, figure.note) == (
        "pert",
        "wb",
        2024,
        "study",
        None,
    )
    assert Figure.model_validate({"value": 1, "as_of": "March 2024"}).as_of == "March 2024"
    assert Figure.model_validate({"value": 1, "as_of": 2024.0}).as_of == 2024


def test_a_law_has_no_single_value():
    figure = Figure.model_validate({"uniform": [0, 1]})
    assert not figure.is_fixed
    with pytest.raises(UsageError, match="uniform 0, 1 is a law"):
        _ = figure.value


@pytest.mark.parametrize(
    "raw",
    [
        3,
        2.5,
        {"uniform": [0.0, 1.0]},
        {"value": 3.0, "source": "wb"},
        {"value": {"beta": {"mean": 0.4, "sd": 0.2}}, "trust": "official", "note": "x"},
        {"value": 1.0, "trust": "unverified"},
    ],
)
def test_a_figure_is_written_as_it_was_given(raw):
    written = Figure.model_validate(raw).written()
    assert written == raw
    assert Figure.model_validate(written) == Figure.model_validate(raw)


def test_a_value_that_was_written_as_a_mapping_stays_one_so_that_paths_into_it_hold():
    assert Figure.model_validate({"value": 1.0}).written() == {"value": 1.0, "trust": "unverified"}


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({"value": 1, "trst": "official"}, ("trst",)),
        ({"source": "wb"}, ("value",)),
        ({"value": 1, "trust": "oficial"}, ("trust",)),
        ({"value": {"value": 1}}, ("value", "value")),
        ({"value": 1, "as_of": []}, ("as_of",)),
        ({"value": 1, "source": ""}, ("source",)),
        ({"value": 1, "note": 3}, ("note",)),
        ({"value": None}, ("value",)),
    ],
)
def test_what_is_no_figure_is_refused_at_its_place(raw, place):
    with pytest.raises(ValidationError) as caught:
        Figure.model_validate(raw)
    assert [entry["loc"] for entry in caught.value.errors()] == [place]
