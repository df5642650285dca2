"""Rupture times are exponential, ranks of ruptures uniform, severities keep their laws and are joined as stated."""

import numpy as np
import pytest

from multivector_sim.sampling.copula import Factors, Gaussian
from multivector_sim.shock.hazard import depth, rupture_months, rupture_probability
from multivector_sim.shock.severity import severity_uniforms
from tests.sampling.numbers import MOST_SIGMA, blocks, deviation

HORIZON = 60
CHANNELS = ("exports", "imports", "transit")


@pytest.mark.parametrize("intensity", [0.02, 0.5, 2.0])
def test_times_are_exponential(intensity):
    months = blocks(lambda source: rupture_months(source.uniforms("x"), np.full(1024, intensity)), 300)
    assert deviation(months / 12, 1 / intensity) < MOST_SIGMA
    for horizon in (1, 12, 36):
        exact = rupture_probability(np.array(intensity), horizon)
        assert exact == pytest.approx(1 - np.exp(-intensity * horizon / 12))
        assert deviation(months < horizon, exact) < MOST_SIGMA


def test_the_rank_of_a_rupture_is_uniform_and_rises_with_time():
    intensity = np.full(1024 * 300, 0.2)
    uniforms = blocks(lambda source: source.uniforms("x"), 300)
    ranks, months = depth(uniforms, intensity, HORIZON), rupture_months(uniforms, intensity)
    happens = ~np.isnan(ranks)
    assert (happens == (months < HORIZON)).all()
    assert deviation(ranks[happens], 0.5) < MOST_SIGMA
    assert (np.argsort(ranks[happens]) == np.argsort(months[happens])).all()


def severities(correlation, wrong_way, ruptured=0.3):
    """Draw depths of ruptures and the joined uniforms of their severities, where there is a rupture."""

    def draw(source):
        luck = Gaussian(Factors(("a",), ("",), 0.0, 0.0)).uniforms(source)[:, 0]
        ranks = np.where(luck < ruptured, luck / ruptured, np.nan)
        return np.column_stack([ranks, severity_uniforms(source, "hazard/a", CHANNELS, correlation, wrong_way, ranks)])

    drawn = blocks(draw, 1000)
    return drawn[~np.isnan(drawn[:, 0])]


@pytest.mark.parametrize(("correlation", "wrong_way"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.4), (0.5, -0.7), (1.0, 1.0)])
def test_severities_keep_their_laws_and_are_joined_as_stated(correlation, wrong_way):
    from scipy.special import ndtri

    drawn = severities(correlation, wrong_way)
    scores = ndtri(drawn)
    together = wrong_way**2 + (1 - wrong_way**2) * correlation
    for column in (1, 2, 3):
        assert deviation(drawn[:, column], 0.5) < MOST_SIGMA
        assert deviation(drawn[:, column] ** 2, 1 / 3) < MOST_SIGMA
        product = -scores[:, 0] * scores[:, column]
        assert deviation(product, wrong_way) < MOST_SIGMA or np.allclose(product, scores[:, 0] ** 2)
    joined = scores[:, 1] * scores[:, 2]
    assert deviation(joined, together) < MOST_SIGMA


def test_a_certain_rupture_has_no_wrong_way():
    def draw(source):
        return severity_uniforms(source, "stress/a/0", CHANNELS, 0.5, 0.9, None)

    def plain(source):
        return severity_uniforms(source, "stress/a/0", CHANNELS, 0.5, 0.0, None)

    assert (blocks(draw, 2) == blocks(plain, 2)).all()


def test_one_more_channel_leaves_the_others_as_they_were():
    def draw(source):
        return severity_uniforms(source, "stress/a/0", CHANNELS, 0.5, 0.0, None)

    def fewer(source):
        return severity_uniforms(source, "stress/a/0", ("transit", "exports"), 0.5, 0.0, None)

    assert (blocks(fewer, 2)[:, [1, 0]] == blocks(draw, 2)[:, [0, 2]]).all()
