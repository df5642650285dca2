"""Joint ruptures against their exact probabilities; luck that stays when partners come and go."""

import numpy as np
import pytest
from scipy import stats

from multivector_sim.sampling.copula import Factors, Gaussian, Matrix, Student, factor
from multivector_sim.sampling.streams import PseudoRandom
from multivector_sim.sampling.student import student_cdf
from tests.sampling.numbers import MOST_SIGMA, blocks, deviation

PARTNERS = ("a", "b", "c")
FACTORS = Factors(PARTNERS, ("east", "east", ""), 0.5, 0.6)
CORRELATION = np.array([[1, 0.61, 0.25], [0.61, 1, 0.25], [0.25, 0.25, 1]])
DEPENDENCES = {"factors": FACTORS, "matrix": Matrix(PARTNERS, CORRELATION)}
FAMILIES = {"gaussian": Gaussian, "t": lambda it: Student(it, 4.0)}
BLOCKS = 400
LEVELS = (0.02, 0.1, 0.5)


def joint(family, level, correlation):
    """Give the exact probability that two partners are both under a level."""
    shape = [[1, correlation], [correlation, 1]]
    if family == "gaussian":
        return stats.multivariate_normal([0, 0], shape).cdf([stats.norm.ppf(level)] * 2)
    return t_joint(stats.t.ppf(level, 4), correlation, 4)


def t_joint(at, correlation, nu):
    """Integrate the bivariate normal over the chi-square behind a t copula."""
    grid, weights = np.polynomial.legendre.leggauss(80)
    chances = 0.5 * (grid + 1)
    scales = np.sqrt(stats.chi2.ppf(chances, nu) / nu)
    normal = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
    return float(0.5 * weights @ [normal.cdf([at * scale] * 2) for scale in scales])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dependence", DEPENDENCES)
def test_each_partner_alone_is_uniform(family, dependence):
    uniforms = blocks(FAMILIES[family](DEPENDENCES[dependence]).uniforms, BLOCKS)
    for column in uniforms.T:
        for level in LEVELS:
            assert deviation(column < level, level) < MOST_SIGMA


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dependence", DEPENDENCES)
@pytest.mark.parametrize("level", LEVELS)
def test_partners_rupture_together_as_often_as_they_should(family, dependence, level):
    uniforms = blocks(FAMILIES[family](DEPENDENCES[dependence]).uniforms, BLOCKS)
    under = uniforms < level
    for first, second in ((0, 1), (0, 2), (1, 2)):
        exact = joint(family, level, CORRELATION[first, second])
        assert deviation(under[:, first] & under[:, second], exact) < MOST_SIGMA


def test_the_t_copula_has_joint_extremes_that_the_gaussian_lacks():
    assert joint("t", 0.01, 0.25) > 2 * joint("gaussian", 0.01, 0.25)
    assert t_joint(stats.t.ppf(0.1, 4), 0.0, 4) > 0.1**2, "even without correlation"


def test_zero_correlation_is_independence_and_full_correlation_is_one_fate():
    apart = blocks(Gaussian(Factors(PARTNERS, ("", "", ""), 0.0, 0.0)).uniforms, BLOCKS) - 0.5
    assert deviation(apart[:, 0] * apart[:, 1], 0.0) < MOST_SIGMA
    one = Gaussian(Matrix(PARTNERS, np.ones((3, 3)))).uniforms(PseudoRandom(1, 0))
    assert (one[:, :1] == one).all()


def test_sampled_correlation_equals_what_was_put_in():
    for dependence in DEPENDENCES.values():
        normals = blocks(dependence.normals, BLOCKS)
        for first in range(3):
            for second in range(3):
                exact = CORRELATION[first, second]
                assert deviation(normals[:, first] * normals[:, second], exact) < MOST_SIGMA


@pytest.mark.parametrize("family", FAMILIES)
def test_a_new_partner_changes_nobody_elses_luck(family):
    before = FAMILIES[family](FACTORS).uniforms(PseudoRandom(1, 0))
    wider = Factors(("x", *PARTNERS), ("east", "east", "east", ""), 0.5, 0.6)
    assert (FAMILIES[family](wider).uniforms(PseudoRandom(1, 0))[:, 1:] == before).all()
    extended = np.eye(4)
    extended[:3, :3], extended[3, :3], extended[:3, 3] = CORRELATION, 0.3, 0.3
    matrix = FAMILIES[family](Matrix(PARTNERS, CORRELATION)).uniforms(PseudoRandom(1, 0))
    longer = FAMILIES[family](Matrix((*PARTNERS, "x"), extended)).uniforms(PseudoRandom(1, 0))
    assert longer[:, :3] == pytest.approx(matrix, abs=1e-15)


@pytest.mark.parametrize("rank", [1, 2, 3, 5])
def test_a_singular_matrix_is_factored_too(rank):
    loadings = np.random.default_rng(rank).normal(size=(5, rank))
    loadings /= np.linalg.norm(loadings, axis=1, keepdims=True)
    correlation = loadings @ loadings.T
    lower = factor(correlation)
    assert lower @ lower.T == pytest.approx(correlation, abs=1e-5)
    assert (np.triu(lower, 1) == 0).all()


@pytest.mark.parametrize("nu", [*range(1, 31), 2.5, 100.0])
def test_the_distribution_of_t_is_exact(nu):
    values = np.concatenate([np.random.default_rng(1).standard_t(2, 5000), [-1e300, -1e9, 0.0, 1e9, 1e300]])
    exact = 0.5 + np.arctan(values) / np.pi if nu == 1 else stats.t.cdf(values, nu)
    assert student_cdf(float(nu), values) == pytest.approx(exact, abs=2e-15)
    assert student_cdf(float(nu), values.reshape(-1, 5)).shape == (1001, 5)
    assert np.isnan(student_cdf(float(nu), np.array([np.nan]))).all()
