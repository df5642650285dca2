"""Reverse stress where partners are alike: every seed finds the same way, and exchanges are counted."""

import json

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.questions.interchangeable import Alike, alike_partners
from multivector_sim.questions.latent_space import latent
from multivector_sim.questions.reverse_stress import ROUNDING, _out_of_reach
from tests.questions.frontier_cases import independent

LEVEL = {"goods": {"uniform": [0.2, 0.9]}}


def three(loadings=0.3, **changes):
    """Return three partners with the same numbers, one of them other than the rest where ``changes`` are for it."""
    scenario = independent(intensity=(0.05,) * 3, severity=(0.5,) * 3, shares=(1 / 3,) * 3).document()
    for partner in scenario["partners"].values():
        partner.pop("bloc", None)
    scenario["hazard"]["copula"] = {"family": "gaussian", "loadings": {"global": loadings, "bloc": 0}}
    for hazard in scenario["hazard"]["partners"].values():
        hazard["channels"] = LEVEL
    scenario["hazard"]["partners"]["p2"] |= changes
    return mv.Scenario.model_validate(scenario)


def groups(scenario):
    loss = latent(scenario, "total")
    points = 2.0 * np.random.default_rng(1).normal(size=(64, loss.dimensions))
    return [it.partners for it in alike_partners(loss, loss.names, list(scenario.partners), points)]


def test_partners_are_alike_where_their_numbers_are():
    assert groups(three()) == [("p0", "p1", "p2")]
    assert groups(three(intensity=0.051)) == [("p0", "p1")]
    assert groups(mv.load("kazakhstan/by-hazard")) == []


@pytest.mark.parametrize("loss", [0.1, 0.25])
def test_every_seed_tells_the_same_story(loss):
    found = [mv.reverse_stress(three(), loss, draws=1024, seed=seed) for seed in range(1, 4)]
    betas = [it.ways[0].beta for it in found]
    assert max(betas) / min(betas) < 1.01
    assert len({(len(it.ways[0].ruptures), it.ways[0].equally_likely) for it in found}) == 1
    document = json.loads(json.dumps(found[0].document(), allow_nan=False))
    assert document["ways"][0]["equally_likely"] == found[0].ways[0].equally_likely
    assert document["ways_found"] == sum(way.equally_likely for way in found[0].ways)
    assert document["may_be_more"] is True


def test_one_of_three_comes_in_three_forms():
    (way, *_) = mv.reverse_stress(three(), 0.03, draws=1024).ways
    assert len(way.ruptures) == 1
    assert way.equally_likely == 3
    assert "One of 3 equally likely ways" in way.words()
    assert "P0 and P1 and P2" in way.words()


def test_a_symmetric_point_is_one_form():
    alike = Alike(("a", "b", "c"), np.array([[1], [2], [3]]))
    point = np.array([0.5, 3.0, 1.0, 1.0])
    assert alike.forms(point) == 3
    assert alike.levelled(point).tolist() == [[0.5, 2.0, 2.0, 1.0], [0.5, 5 / 3, 5 / 3, 5 / 3]]
    assert alike.ordered(np.array([0.5, 1.0, 3.0, 1.0])).tolist() == point.tolist()


@pytest.mark.parametrize(("largest", "written"), [(0.99999, "99.999"), (0.5, "50"), (1.0 - 1e-9, "99.9999999")])
def test_a_loss_just_out_of_reach_is_not_said_to_be_the_same_as_the_largest(largest, written):
    words = _out_of_reach(1.0 * (1.0 - ROUNDING), "total", largest, "as far as a search can tell")
    assert words.startswith("loss: 100 % of total cannot be reached")
    assert words.endswith(f"the largest loss that was found is {written} %")
