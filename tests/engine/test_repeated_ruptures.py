"""Several ruptures of one hazard, and clauses that fail when they are needed: closed forms of what chance does."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from multivector_sim.engine.problem import build_problem
from multivector_sim.engine.sampler import build_sampler
from multivector_sim.response.arrays import Draws
from multivector_sim.sampling.streams import PseudoRandom
from tests.engine.cases import scenario
from tests.sampling.numbers import MOST_SIGMA, deviation

MANY = 40


def sample(case, blocks=MANY):
    drawn = [build_sampler(case).sample(PseudoRandom(3, block)) for block in range(blocks)]
    return Draws(*(np.concatenate(arrays) for arrays in zip(*drawn, strict=True)))


def hazard(months=120, contracts=(), **terms):
    rupture = {"intensity": 0.5, "channels": {"exports": 0.4}, "duration_months": 0} | terms
    return scenario(horizon_months=months, hazard={"partners": {"a": rupture}}, contracts=list(contracts))


def test_instantaneous_ruptures_without_end_are_a_poisson_process():
    """Lambda T expected, and as many again in variance; each waiting time exponential."""
    case = hazard(at_most=25)
    drawn = sample(case)
    inside = drawn.onset < 120
    counts = inside.sum(axis=1)
    assert counts.max() < 25
    assert deviation(counts, 5.0) < MOST_SIGMA
    assert deviation((counts - 5.0) ** 2, 5.0) < MOST_SIGMA
    assert deviation(counts == 0, np.exp(-5.0)) < MOST_SIGMA
    early = drawn.onset[drawn.onset[:, 0] < 60]
    assert deviation(early[:, 1] - early[:, 0] < 12.0, 1.0 - np.exp(-0.5)) < MOST_SIGMA


def test_each_counts_as_one():
    from multivector_sim.engine.kernel import respond

    case = hazard(at_most=25)
    drawn = sample(case, 2)
    found = respond(build_problem(case), drawn).ruptures
    np.testing.assert_array_equal(found, (drawn.onset < 120).sum(axis=1))


def test_one_at_most_is_what_it_is_without_the_key():
    for one, other in zip(sample(hazard(), 2), sample(hazard(at_most=1), 2), strict=True):
        np.testing.assert_array_equal(one, other)


def test_further_ruptures_leave_the_first_as_it_was_and_come_after_its_course():
    terms = {"ramp_months": {"uniform": [0, 4]}, "duration_months": {"gamma": {"mean": 9, "sd": 6}}}
    terms |= {"channels": {"exports": {"uniform": [0, 1]}}, "intensity": {"uniform": [0.1, 2]}}
    once, often = sample(hazard(**terms), 4), sample(hazard(at_most=6, **terms), 4)
    for field in ("onset", "ramp", "duration", "severity"):
        np.testing.assert_array_equal(getattr(once, field)[:, 0], getattr(often, field)[:, 0])
    over = often.onset + often.ramp + often.duration
    for number in range(5):
        happens = np.isfinite(often.onset[:, number + 1])
        assert happens.sum() > 50
        assert (often.onset[happens, number + 1] >= over[happens, number]).all()
        assert np.abs(np.corrcoef(often.severity[happens, number : number + 2, 0].T)[0, 1]) < 4.5 / happens.sum() ** 0.5


def test_a_further_rupture_in_bad_luck_is_a_hard_one():
    """Wrong-way risk of 1: the severity falls as the rank of its own number rises; each keeps its law."""
    drawn = sample(hazard(at_most=3, wrong_way=1, channels={"exports": {"uniform": [0, 1]}}), 20)
    happens = np.isfinite(drawn.onset[:, 1])
    since, severity = drawn.onset[happens, 0], drawn.severity[happens, 1, 0]
    waited = drawn.onset[happens, 1] - since
    rank = -np.expm1(-0.5 / 12 * waited) / -np.expm1(-0.5 / 12 * (120 - since))
    np.testing.assert_allclose(severity, 1.0 - rank, rtol=0, atol=1e-9)
    assert deviation(severity, 0.5) < MOST_SIGMA


def clause(honoured=0.7, **terms):
    return {"name": "clause", "partner": "a", "channel": "exports", "honoured": honoured, "floor": 0.5} | terms


LAW = {"beta": {"mean": 0.4, "sd": 0.2}}


@pytest.mark.parametrize("rho", [0.6, -0.4, 1.0])
@pytest.mark.parametrize("joined", [0.0, 0.5])
def test_a_clause_that_fails_in_hard_ruptures_is_honoured_as_often_as_it_says(rho, joined):
    channels = {"exports": LAW, "transit": LAW}
    shared = {"channels": channels, "severity_correlation": joined, "wrong_way": 0.3 * (joined > 0)}
    drawn = sample(hazard(contracts=[clause(severity_correlation=rho)], at_most=2, **shared))
    for number in range(2):
        happens = np.isfinite(drawn.onset[:, number])
        honoured = drawn.honoured[happens, number, 0] > 0
        assert deviation(honoured, 0.7) < MOST_SIGMA
        severity = drawn.severity[happens, number, 0]
        # the share that is kept among the softer half: a bivariate normal of correlation rho
        soft = severity < np.quantile(severity, 0.5)
        exact = (
            0.5 if rho == 1.0 else float(multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([0.0, norm.ppf(0.7)]))
        )
        spread = 0.5 / happens.sum() ** 0.5  # the median is found from the same draws
        assert abs((honoured & soft).mean() - exact) < MOST_SIGMA * spread


def test_without_a_correlation_every_bit_is_the_same():
    one, other = (
        sample(hazard(contracts=[it], channels={"exports": LAW}), 2)
        for it in (clause(), clause(severity_correlation=0))
    )
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_certain_severity_has_no_link_and_other_things_are_left_alone():
    terms = (clause(), clause(severity_correlation=0.9))
    plain, tied = (sample(hazard(contracts=[it]), 2) for it in terms)
    np.testing.assert_array_equal(plain.honoured, tied.honoured)
    plain, tied = (sample(hazard(contracts=[it], channels={"exports": LAW}), 2) for it in terms)
    assert (plain.honoured != tied.honoured).any()
    for field in ("onset", "duration", "severity"):
        np.testing.assert_array_equal(getattr(plain, field), getattr(tied, field))
