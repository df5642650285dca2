"""Severities keep their laws and are joined as stated, with wrong-way risk or without."""

import numpy as np
import pytest
from scipy.special import ndtri

import multivector_sim as mv
from multivector_sim.engine.sampler import build_sampler
from multivector_sim.sampling.copula import Factors, Gaussian
from multivector_sim.sampling.streams import PseudoRandom
from tests.engine.cases import scenario
from tests.sampling.compiled import hit, joined, quantiles
from tests.sampling.numbers import MOST_SIGMA, blocks, deviation

CHANNELS = ("exports", "imports", "transit")
EVEN = {"uniform": [0, 1]}
ALONE = joined(Gaussian(Factors(("a",), ("",), 0.0, 0.0)))


def severities(correlation, wrong_way, ruptured=0.3):
    """Draw depths of ruptures and the joined uniforms of their severities, where there is a rupture."""

    def draw(source):
        luck = ALONE(source)[:, 0]
        happens = luck < ruptured
        depths = luck[happens] / ruptured
        own = [ndtri(source.uniforms(f"hazard/a/severity/{channel}")[happens]) for channel in CHANNELS]
        common = ndtri(source.uniforms("hazard/a/severity")[happens])
        hits = [hit(scores, common, ndtri(depths), correlation, wrong_way) for scores in own]
        return np.column_stack([depths, *hits])

    return blocks(draw, 1000)


@pytest.mark.parametrize(("correlation", "wrong_way"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.4), (0.5, -0.7), (1.0, 1.0)])
def test_severities_keep_their_laws_and_are_joined_as_stated(correlation, wrong_way):
    drawn = severities(correlation, wrong_way)
    scores = ndtri(drawn)
    together = wrong_way**2 + (1 - wrong_way**2) * correlation
    for column in (1, 2, 3):
        assert deviation(drawn[:, column], 0.5) < MOST_SIGMA
        assert deviation(drawn[:, column] ** 2, 1 / 3) < MOST_SIGMA
        product = -scores[:, 0] * scores[:, column]
        assert deviation(product, wrong_way) < MOST_SIGMA or np.allclose(product, scores[:, 0] ** 2)
    joined_scores = scores[:, 1] * scores[:, 2]
    assert deviation(joined_scores, together) < MOST_SIGMA


def test_a_score_without_weight_is_not_looked_at():
    own, nothing = np.linspace(-3, 3, 7), np.full(7, np.nan)
    assert ndtri(hit(own, nothing, nothing, 0.0, 0.0)) == pytest.approx(own, abs=1e-12)
    assert not np.isnan(hit(own, own, nothing, 0.5, 0.0)).any()
    assert not np.isnan(hit(own, nothing, own, 0.0, 0.5)).any()


def test_full_correlation_is_one_fate_and_uniforms_stay_off_both_ends():
    own, common = np.array([-3.0, 0.0, 3.0]), np.array([-60.0, 0.5, 60.0])
    one, other = hit(own, common, own, 1.0, 0.0), hit(-own, common, own, 1.0, 0.0)
    assert (one == other).all()
    assert (one[0], one[2]) == (np.finfo(float).tiny, 1.0 - 2.0**-53)


def rupture(channels=CHANNELS, correlation=0.5):
    """Say how a rupture hits so that severities are its uniforms."""
    return {"channels": dict.fromkeys(channels, EVEN), "severity_correlation": correlation, "duration_months": 1}


def drawn_of(stress=(), hazard=None, count=2):
    """Draw severities (draw, rupture, channel) and onsets of partner a, from its stresses and its hazard."""
    case = scenario(
        channels={"exports": {"kind": "trade"}, "imports": {"kind": "trade"}},
        stress=[{"partner": "a"} | it for it in stress],
        **({} if hazard is None else {"hazard": {"partners": {"a": hazard}}}),
    )
    sampler = build_sampler(case)
    both = [sampler.sample(PseudoRandom(1, block)) for block in range(count)]
    return tuple(np.concatenate([getattr(it, name) for it in both]) for name in ("severity", "onset"))


def test_a_certain_rupture_has_no_wrong_way():
    with pytest.raises(mv.ScenarioError, match="wrong_way"):
        drawn_of([rupture() | {"wrong_way": 0.9}])
    plain, _ = drawn_of([rupture()])
    beside, _ = drawn_of([rupture()], rupture() | {"intensity": 0.3, "wrong_way": 0.9})
    assert (beside[:, 0] == plain[:, 0]).all()
    own, common = (
        blocks(lambda source, name=name: quantiles(source.uniforms(name)), 2)
        for name in ("stress/a/0/severity/exports", "stress/a/0/severity")
    )
    assert (plain[:, 0, 0] == hit(own, common, np.full(own.size, np.nan), 0.5, 0.0)).all()


@pytest.mark.parametrize("wrong_way", [0.0, 0.6])
def test_one_more_channel_leaves_the_others_as_they_were(wrong_way):
    all_of_them, _ = drawn_of([rupture()], rupture() | {"intensity": 0.3, "wrong_way": wrong_way})
    few = rupture(("transit", "exports"))
    fewer, _ = drawn_of([few], few | {"intensity": 0.3, "wrong_way": wrong_way})
    assert (fewer[:, :, [0, 2]] == all_of_them[:, :, [0, 2]]).all()
    assert (fewer[:, :, 1] == 0.0).all()
    assert (all_of_them[:, 0, 1] > 0.0).all()


@pytest.mark.parametrize("wrong_way", [-0.6, 0.6, 1.0])
def test_a_rupture_in_worse_luck_is_a_harder_one_and_severities_keep_their_laws(wrong_way):
    severity, onset = drawn_of((), rupture() | {"intensity": 0.3, "wrong_way": wrong_way}, 100)
    happens = np.isfinite(onset[:, 0])
    ranks = -np.expm1(-0.3 * onset[happens, 0] / 12) / -np.expm1(-0.3 * 5)
    scores = ndtri(severity[happens, 0])
    for column in range(3):
        product = -ndtri(ranks) * scores[:, column]
        assert deviation(product, wrong_way) < MOST_SIGMA or np.allclose(scores[:, column], -ndtri(ranks), atol=1e-6)
        assert deviation(severity[happens, 0, column], 0.5) < MOST_SIGMA
        assert deviation(severity[happens, 0, column] ** 2, 1 / 3) < MOST_SIGMA
    assert deviation(scores[:, 0] * scores[:, 2], wrong_way**2 + (1 - wrong_way**2) * 0.5) < MOST_SIGMA
    assert (severity[~happens] == 0.0).all()
