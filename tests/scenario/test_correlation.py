"""Which correlation matrices can be, and the nearest one that can."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.consistency import is_possible, nearest_possible
from multivector_sim.scenario.place import plain
from multivector_sim.scenario.validate import build
from multivector_sim.scenario.yaml_tree import read_yaml
from tests.scenario.good import GOOD

DOCUMENT = plain(read_yaml(GOOD, "good.yaml").root)


def with_copula(**copula):
    return DOCUMENT | {"hazard": DOCUMENT["hazard"] | {"copula": copula}}


def mistakes(**copula):
    with pytest.raises(ScenarioError) as caught:
        build(with_copula(**copula))
    return {mistake.path: mistake.message for mistake in caught.value.mistakes}


@st.composite
def symmetric(draw):
    size = draw(st.integers(2, 7))
    entries = draw(st.lists(st.floats(-1, 1), min_size=size * size, max_size=size * size))
    matrix = np.reshape(entries, (size, size))
    matrix = np.triu(matrix, 1)
    return matrix + matrix.T + np.eye(size)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(symmetric())
def test_the_nearest_possible_matrix_is_possible_as_printed(matrix):
    near = nearest_possible(matrix)
    assert np.linalg.eigvalsh(near)[0] >= -1e-9
    assert (near == near.T).all()
    assert (np.diag(near) == 1.0).all()
    assert (near == np.round(near, 2)).all()


@settings(deadline=None, max_examples=100, derandomize=True)
@given(symmetric())
def test_no_matrix_made_of_vectors_is_nearer_without_rounding(matrix):
    """Any matrix of correlations is at least as far away as the nearest one, in the Frobenius norm."""
    near = nearest_possible(matrix, decimals=9)
    rng = np.random.default_rng(1)
    best = np.linalg.norm(matrix - near)
    for _ in range(20):
        vectors = np.linalg.cholesky(near + 1e-9 * np.eye(len(near))) + 0.1 * rng.normal(size=near.shape)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        assert np.linalg.norm(matrix - vectors @ vectors.T) >= best * 0.98 - 1e-6


def test_higham_s_own_example():
    """Higham 2002, section 3: a tridiagonal matrix of ones and its nearest correlation matrix."""
    wrong = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    near = nearest_possible(wrong, decimals=4)
    assert near[0, 1] == near[1, 2] == pytest.approx(0.7607, abs=2e-4)
    assert near[0, 2] == pytest.approx(0.1573, abs=2e-4)


def test_a_possible_matrix_stays_as_it_is():
    matrix = np.array([[1.0, 0.5, 0.25], [0.5, 1.0, -0.25], [0.25, -0.25, 1.0]])
    assert (nearest_possible(matrix) == matrix).all()
    assert is_possible(np.ones((4, 4)))


def test_a_matrix_that_cannot_be_comes_with_the_nearest_one_and_that_one_is_taken():
    found = mistakes(correlation={"russia": {"china": 0.9, "eu": -0.9}, "china": {"eu": 0.9}})
    message = found["hazard.copula.correlation"]
    offered = plain(read_yaml(message.split("the nearest one is ")[1], "x").root)
    assert set(offered) == {"russia", "china"} or set(offered) == {"china", "eu"}
    assert build(with_copula(correlation=offered)).hazard.copula.correlation


@pytest.mark.parametrize(
    ("copula", "path", "words"),
    [
        ({"family": "t"}, "nu", "degrees of freedom"),
        ({"nu": 4}, "nu", "only for family t"),
        ({"family": "t", "nu": 0}, "nu", "0.1"),
        ({"family": "clayton"}, "family", "gaussian, t"),
        ({"loadings": {"global": 0.9, "bloc": 0.9}}, "loadings", "1.62"),
        ({"loadings": {"global": -0.1}}, "loadings.global", "between 0 and 1"),
        ({"loadings": {"global": {"uniform": [0, 1]}}}, "loadings.global", "certain"),
        ({"loadings": {"global": 0.1}, "correlation": {"russia": {"eu": 0}}}, "correlation", "not both"),
        ({"correlation": {"russia": {"russia": 1}}}, "correlation.russia.russia", "itself"),
        ({"correlation": {"russia": {"eu": 0.1}, "eu": {"russia": 0.2}}}, "correlation.eu.russia", "each pair once"),
        ({"correlation": {"rusia": {"eu": 0.1}}}, "correlation.rusia", "did you mean 'russia'?"),
        ({"correlation": {"russia": {"e": 0.1}}}, "correlation.russia.e", "no partner"),
        ({"correlation": {"russia": {"eu": 2}}}, "correlation.russia.eu", "between -1 and 1"),
    ],
)
def test_a_copula_that_cannot_be_is_refused(copula, path, words):
    found = mistakes(**copula)
    assert words in found[f"hazard.copula.{path}"]
    assert len(found) == 1


@pytest.mark.parametrize(
    "copula",
    [
        {},
        {"family": "gaussian"},
        {"family": "t", "nu": 4},
        {"loadings": {"global": 0.6, "bloc": 0.8}},
        {"loadings": {"bloc": 1}},
        {"correlation": {"russia": {"china": 1, "eu": 1}, "china": {"eu": 1}}},
        {"correlation": {"russia": {"eu": 0.1}, "eu": {"russia": 0.1}}},
        {"correlation": {"russia": {"eu": {"value": 0.1, "source": "wb"}}}},
    ],
)
def test_a_copula_that_can_be_is_taken(copula):
    assert build(with_copula(**copula)).hazard.copula.family in ("gaussian", "t")


def test_a_pair_left_out_is_said():
    hazard = DOCUMENT["hazard"]
    china = hazard["partners"]["china"]
    document = DOCUMENT | {
        "hazard": {
            "copula": {"correlation": {"russia": {"china": 0.3}}},
            "partners": {"china": china, "russia": china, "eu": china},
        }
    }
    (notice,) = (it for it in build(document).notices if "correlation" in it)
    assert notice == "correlation left out, taken as 0: china and eu, russia and eu"
