"""Truths of portfolios that need chance: MODEL section 8, from a scenario to its measures."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

import multivector_sim as mv
from tests.engine.cases import equal_partners, scenario
from tests.sampling.numbers import MOST_SIGMA, deviation

DRAWS = 100_000
YEARS = 5.0


def at_once(count, probability, severity=1.0, **copula):
    """Give losses that do not depend on when a rupture comes: ruptured partners lose their share for good.

    The loss of a partner is its share times the severity times the part of the horizon that is left, so what is
    counted here is the last month, ``unrecovered``.
    """
    intensity = -np.log1p(-probability) / YEARS
    return mv.simulate(equal_partners(count, intensity, severity, **copula), draws=DRAWS, seed=1)


@pytest.mark.parametrize(("count", "probability"), [(1, 0.1), (4, 0.1), (25, 0.3)])
def test_independent_ruptures_have_the_binomial_variance(count, probability):
    counts = at_once(count, probability).ruptures
    lost = at_once(count, probability, severity=0.5).trade.unrecovered
    # a partner that ruptures in the very last month is down for a part of it only
    fully = np.isclose(lost / 0.5 * count, np.round(lost / 0.5 * count), rtol=0, atol=1e-9)
    assert fully.mean() > 0.85
    assert lost[fully] == pytest.approx(0.5 * counts[fully] / count)
    assert deviation(counts, count * probability) < MOST_SIGMA
    assert deviation((counts / count - probability) ** 2, probability * (1 - probability) / count) < MOST_SIGMA


def test_correlated_indicators_have_the_exchangeable_variance():
    count, probability = 6, 0.2
    result = at_once(count, probability, family="gaussian", loadings={"global": 0.7, "bloc": 0})
    ruptured = result.attribution[:, :-1, 0] > 0
    sd = np.sqrt(probability * (1 - probability))
    pairs = np.corrcoef(ruptured, rowvar=False)
    rho = (pairs.sum() - count) / (count * (count - 1))
    exact = sd**2 * (rho + (1 - rho) / count)
    assert np.var(ruptured.mean(axis=1)) == pytest.approx(exact, rel=0.02)
    joint = bivariate_normal(ndtri(probability), 0.49)
    assert rho == pytest.approx((joint - probability**2) / sd**2, abs=0.01)


def bivariate_normal(at, correlation):
    from scipy.stats import multivariate_normal

    return float(multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf([at, at]))


def test_many_partners_tend_to_vasicek():
    count, probability, rho = 250, 0.1, 0.3
    result = at_once(count, probability, family="gaussian", loadings={"global": rho**0.5, "bloc": 0})
    for alpha in (0.5, 0.9, 0.99):
        quantile = np.quantile(result.ruptures / count, alpha, method="inverted_cdf")
        limit = ndtr((ndtri(probability) + np.sqrt(rho) * ndtri(alpha)) / np.sqrt(1 - rho))
        assert quantile == pytest.approx(limit, rel=0.03, abs=0.5 / count)


def test_partners_with_one_fate_have_the_sum_of_their_tails():
    shares = {"a": 1e9, "b": 3e9, "c": 6e9}
    entry = {"intensity": 0.05, "channels": {"exports": 0.5}, "duration_months": 24}
    one_fate = {"family": "gaussian", "loadings": {"global": 1.0, "bloc": 0}}
    result = mv.simulate(
        scenario(
            partners={name: {"title": name} for name in shares},
            exposures={"exports": shares},
            hazard={"copula": one_fate, "partners": dict.fromkeys(shares, entry)},
        ),
        draws=20_000,
        seed=1,
    )
    from multivector_sim.measure.tail import expected_shortfall

    parts = [expected_shortfall(result.attribution[:, place, 0], 0.95) for place in range(3)]
    whole = expected_shortfall(result.attribution[:, :-1, 0].sum(axis=1), 0.95)
    assert whole == pytest.approx(sum(parts), rel=1e-12)
    apart = mv.simulate(result.scenario.with_set({"hazard.copula.loadings.global": 0.0}), draws=20_000, seed=1)
    assert expected_shortfall(apart.attribution[:, :-1, 0].sum(axis=1), 0.95) < 0.9 * whole


def test_spreading_never_raises_the_tail():
    mix = mv.load("one-or-many")
    tails = [mv.simulate(mix.with_mix(name), draws=20_000, seed=1).trade.es(0.95).value for name in ("one", "two")]
    tails.append(mv.simulate(mix, draws=20_000, seed=1).trade.es(0.95).value)
    assert tails[0] > tails[1] > tails[2]


def test_the_currency_changes_nothing():
    base = mv.load("two-buyers")
    document = base.document()

    def scaled(part):
        if isinstance(part, dict):
            return {key: scaled(value) for key, value in part.items()}
        return part * 480.0 if isinstance(part, (int, float)) and part > 1e6 else part

    money = {key: scaled(document[key]) for key in ("exposures", "corridors")}
    other = mv.Scenario.model_validate(document | money)
    before, after = (mv.simulate(case, draws=4096, seed=1).losses for case in (base, other))
    assert after == pytest.approx(before, abs=1e-12)
