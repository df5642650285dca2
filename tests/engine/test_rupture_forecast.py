"""The chance of a rupture: the exact formula, with ties, and averaged over laws."""

import numpy as np
import pytest
from scipy import integrate, stats

import multivector_sim as mv
from multivector_sim.engine.rupture_forecast import rupture_forecast


def chances(**terms):
    settings = {f"hazard.partners.china.{key}": value for key, value in terms.items()}
    found = rupture_forecast(mv.load("two-buyers").with_set(settings))["china"]
    return {years: chance.value for years, chance in found.items()}


def test_a_certain_intensity_gives_the_exact_formula():
    assert chances(intensity=0.3, ties=None) == {t: pytest.approx(1 - np.exp(-0.3 * t), rel=1e-14) for t in (1, 2, 5)}


def test_ties_lower_it():
    tie = {"value": 2, "baseline": 1, "beta": 0.5}
    assert chances(intensity=0.3, ties=tie)[5] == pytest.approx(1 - np.exp(-0.3 * np.exp(-0.5) * 5), rel=1e-12)


def test_a_law_is_averaged():
    law = stats.gamma(4.0, scale=0.05)
    exact = integrate.quad(lambda x: (1 - np.exp(-2 * x)) * law.pdf(x), 0, np.inf)[0]
    assert chances(intensity={"gamma": {"mean": 0.2, "sd": 0.1}}, ties=None)[2] == pytest.approx(exact, rel=1e-6)


def test_two_laws_are_averaged_together():
    tie = {"value": {"uniform": [0, 2]}, "baseline": 1, "beta": 0.5}
    exact = integrate.dblquad(lambda v, x: (1 - np.exp(-x * np.exp(-0.5 * (v - 1)))) / 0.4, 0.1, 0.3, 0, 2)[0]
    assert chances(intensity={"uniform": [0.1, 0.3]}, ties=tie)[1] == pytest.approx(exact, rel=1e-3)


def test_a_scenario_without_hazard_has_none_and_bounds_are_the_value():
    assert rupture_forecast(mv.load("one-or-many").with_set({"hazard": None})) == {}
    chance = rupture_forecast(mv.load("two-buyers"))["china"][1]
    assert chance.low == chance.value == chance.high


def test_it_is_in_the_result_the_document_and_near_the_share_of_draws():
    result = mv.simulate(mv.load("two-buyers"), draws=4096, seed=1)
    document = result.document()["forecast"]
    assert document["china"]["5"]["value"] == result.forecast["china"][5].value
    assert set(document["china"]) == {"1", "2", "5"}
