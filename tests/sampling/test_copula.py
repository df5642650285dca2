"""Joint ruptures against their exact probabilities; luck that stays when partners come and go."""

import numpy as np
import pytest
from scipy import stats

from multivector_sim.sampling.copula import Factors, Gaussian, Matrix, Student, factor
from multivector_sim.sampling.streams import PseudoRandom
from tests.sampling.compiled import joined, laid, latent, luck_at
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
    uniforms = blocks(joined(FAMILIES[family](DEPENDENCES[dependence])), BLOCKS)
    for column in uniforms.T:
        for level in LEVELS:
            assert deviation(column < level, level) < MOST_SIGMA


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dependence", DEPENDENCES)
@pytest.mark.parametrize("level", LEVELS)
def test_partners_rupture_together_as_often_as_they_should(family, dependence, level):
    uniforms = blocks(joined(FAMILIES[family](DEPENDENCES[dependence])), BLOCKS)
    under = uniforms < level
    for first, second in ((0, 1), (0, 2), (1, 2)):
        exact = joint(family, level, CORRELATION[first, second])
        assert deviation(under[:, first] & under[:, second], exact) < MOST_SIGMA


def test_the_t_copula_has_joint_extremes_that_the_gaussian_lacks():
    assert joint("t", 0.01, 0.25) > 2 * joint("gaussian", 0.01, 0.25)
    assert t_joint(stats.t.ppf(0.1, 4), 0.0, 4) > 0.1**2, "even without correlation"


def test_zero_correlation_is_independence_and_full_correlation_is_one_fate():
    apart = blocks(joined(Gaussian(Factors(PARTNERS, ("", "", ""), 0.0, 0.0))), BLOCKS) - 0.5
    assert deviation(apart[:, 0] * apart[:, 1], 0.0) < MOST_SIGMA
    one = joined(Gaussian(Matrix(PARTNERS, np.ones((3, 3)))))(PseudoRandom(1, 0))
    assert (one[:, :1] == one).all()
    bloc = joined(Student(Factors(PARTNERS, ("east", "east", ""), 0.6, 0.8), 4.0))(PseudoRandom(1, 0))
    assert (bloc[:, 0] == bloc[:, 1]).all()
    assert (bloc[:, 0] != bloc[:, 2]).all()


def test_sampled_correlation_equals_what_was_put_in():
    for dependence in DEPENDENCES.values():
        normals = blocks(latent(Gaussian(dependence)), BLOCKS)
        for first in range(3):
            for second in range(3):
                exact = CORRELATION[first, second]
                assert deviation(normals[:, first] * normals[:, second], exact) < MOST_SIGMA


@pytest.mark.parametrize("family", FAMILIES)
def test_a_new_partner_changes_nobody_elses_luck(family):
    before = joined(FAMILIES[family](FACTORS))(PseudoRandom(1, 0))
    wider = Factors(("x", *PARTNERS), ("east", "east", "east", ""), 0.5, 0.6)
    assert (joined(FAMILIES[family](wider))(PseudoRandom(1, 0))[:, 1:] == before).all()
    extended = np.eye(4)
    extended[:3, :3], extended[3, :3], extended[:3, 3] = CORRELATION, 0.3, 0.3
    matrix = joined(FAMILIES[family](Matrix(PARTNERS, CORRELATION)))(PseudoRandom(1, 0))
    longer = joined(FAMILIES[family](Matrix((*PARTNERS, "x"), extended)))(PseudoRandom(1, 0))
    assert longer[:, :3] == pytest.approx(matrix, abs=1e-15)


@pytest.mark.parametrize("rank", [1, 2, 3, 5])
def test_a_singular_matrix_is_factored_too(rank):
    loadings = np.random.default_rng(rank).normal(size=(5, rank))
    loadings /= np.linalg.norm(loadings, axis=1, keepdims=True)
    correlation = loadings @ loadings.T
    lower = factor(correlation)
    assert lower @ lower.T == pytest.approx(correlation, abs=1e-5)
    assert (np.triu(lower, 1) == 0).all()


@pytest.mark.parametrize("dependence", DEPENDENCES)
def test_what_a_partner_bears_of_its_factors_is_the_correlation(dependence):
    dependence = DEPENDENCES[dependence]
    borne = np.zeros((len(PARTNERS), len(dependence.factors)))
    for row, loadings in enumerate(dependence.loadings):
        for name, loading in loadings:
            borne[row, dependence.factors.index(name)] += loading
    assert borne @ borne.T == pytest.approx(CORRELATION, abs=1e-15)


def test_every_factor_has_a_stream_of_its_own_and_partners_share_one_chi_square():
    names = laid(Student(FACTORS, 4.0))[0]
    assert sorted(names) == sorted(
        ["copula/global", "copula/bloc/east", *(f"copula/partner/{it}" for it in PARTNERS), "copula/mixing"]
    )
    assert sorted(laid(Gaussian(Matrix(PARTNERS, CORRELATION)))[0]) == [f"copula/partner/{it}" for it in PARTNERS]


@pytest.mark.parametrize("nu", [0.1, 1.0, 4.0, 100.0])
def test_luck_is_off_both_ends_and_follows_the_latent_number(nu):
    copula = Student(FACTORS, nu)
    uniforms, behind = blocks(joined(copula), 5), blocks(latent(copula), 5)
    assert uniforms.min() > 0.0
    assert uniforms.max() < 1.0
    for luck, normal in zip(uniforms.T, behind.T, strict=True):
        assert (np.diff(luck[np.argsort(normal)]) >= -1e-9).all()
        assert np.abs(luck - stats.t.cdf(normal, nu)).max() <= 1e-9


@pytest.mark.parametrize("copula", [Gaussian(FACTORS), Student(FACTORS, 4.0), Student(FACTORS, 0.1)])
def test_luck_stays_off_both_ends_however_far_out_a_latent_number_is(copula):
    lowest, middle, highest = luck_at(copula, [-np.inf, 0.0, np.inf])
    assert (lowest, highest) == (np.finfo(float).tiny, 1.0 - 2.0**-53)
    assert middle == pytest.approx(0.5, abs=1e-15)
