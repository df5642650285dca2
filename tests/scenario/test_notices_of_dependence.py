"""What a valid scenario is told of its t copula, and of a partner that has the name of a bloc."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.scenario.notices import joint_ruptures, notices
from tests.questions.frontier_cases import independent


def told(copula):
    document = independent().document()
    document["hazard"]["copula"] = copula
    return [it for it in notices(mv.Scenario.model_validate(document)) if "t copula" in it]


def test_a_t_copula_without_loadings_is_told_not_to_be_independence():
    (words,) = told({"family": "t", "nu": 3})
    assert "is not independence" in words
    assert f"{joint_ruptures(3.0):.2g} times as many" in words


@pytest.mark.parametrize(
    "copula",
    [
        {"family": "gaussian"},
        {"family": "t", "nu": 3, "loadings": {"global": 0.2, "bloc": 0}},
        {"family": "t", "nu": 3, "correlation": {"p0": {"p1": 0.3}}},
    ],
)
def test_others_are_not(copula):
    assert told(copula) == []


def test_the_factor_is_that_of_draws():
    """Two t variables with one chi-square, 4 million draws: both below their own 1 % quantile."""
    rng = np.random.default_rng(7)
    nu, count = 3.0, 4_000_000
    scale = np.sqrt(nu / rng.chisquare(nu, count))
    pair = rng.standard_normal((2, count)) * scale
    lowest = np.quantile(pair, 0.01)
    chance = ((pair < lowest).all(axis=0)).mean()
    error = np.sqrt(chance * (1 - chance) / count)
    assert abs(chance - joint_ruptures(nu) * 1e-4) < 4.5 * error + 0.01 * chance


def test_a_partner_with_the_name_of_a_bloc_is_told():
    document = independent().document()
    document["partners"]["p0"]["bloc"] = "p1"
    words = [it for it in notices(mv.Scenario.model_validate(document)) if "is a partner and the bloc" in it]
    assert len(words) == 1
    assert words[0].startswith("'p1' is a partner and the bloc of p0;")
    assert not [it for it in notices(independent()) if "and the bloc" in it]


def test_every_kind_of_number_of_a_run_has_a_unit():
    document = mv.simulate(mv.load("two-buyers"), draws=128, seed=1).document()
    units = document["measured_in"]
    assert units["attribution"] == "USD over the horizon"
    for column in document["measures"]["channels"].values():
        assert set(column) <= set(units)
    assert {"attribution", "ruptures", "forecast", "concentration", "tail_draws"} <= set(units)
