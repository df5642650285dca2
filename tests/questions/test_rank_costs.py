"""What measures cost: means that are exact, and ratios that carry both uncertainties."""

import numpy as np
import pytest

from multivector_sim.questions.rank_sets import Costs, ratio_draws
from tests.engine.cases import scenario

FIXED = {"title": "a", "cost": 2e6, "set": {"horizon_months": 12}}


def shop_of(**measures):
    return scenario(measures={name: FIXED | {"cost": cost} for name, cost in measures.items()})


def test_the_mean_cost_of_a_set_is_the_sum_of_exact_means():
    costs = Costs(shop_of(a=1e6, b={"pert": [1e6, 2e6, 9e6]}, c={"gamma": {"mean": 3e6, "sd": 1e6}}), 1)
    assert costs.mean(["a", "b", "c"]) == pytest.approx(1e6 + 3e6 + 3e6)
    assert costs.mean([]) == 0.0
    assert costs.fits(["a", "c"], 4e6)
    assert not costs.fits(["a", "c"], 3.99e6)


def test_a_cost_is_drawn_from_its_own_stream():
    alone = Costs(shop_of(b={"uniform": [1e6, 3e6]}), 7).drawn["b"]
    beside = Costs(shop_of(a={"uniform": [1e6, 3e6]}, b={"uniform": [1e6, 3e6]}), 7).drawn
    assert (beside["b"] == alone).all()
    assert abs(np.corrcoef(beside["a"], beside["b"])[0, 1]) < 4.5 / np.sqrt(alone.size)
    low, high = Costs(shop_of(b={"uniform": [1e6, 3e6]}), 7).range_of("b")
    assert (low, high) == (pytest.approx(1.1e6, rel=0.02), pytest.approx(2.9e6, rel=0.02))
    assert Costs(shop_of(a=1e6), 7).range_of("a") is None


def test_the_probability_of_going_over_a_budget():
    costs = Costs(shop_of(a={"uniform": [1e6, 3e6]}, b=1e6), 3)
    error = 4.5 * np.sqrt(0.25 * 0.75 / 4096)
    assert costs.probability_over(["a", "b"], 3.5e6) == pytest.approx(0.25, abs=error)
    assert costs.probability_over(["b"], 1e6) == 0.0
    assert costs.probability_over([], 0.0) == 0.0


def test_ratios_spread_as_the_purchase_and_the_cost_do():
    random = np.random.default_rng(1)
    shared = random.standard_normal(10_000)
    one, other = 10.0 + 50.0 * shared, 20.0 + 50.0 * shared
    sure, double = np.full(4096, 2.0), np.full(4096, 4.0)
    ratios = ratio_draws([one, other], [sure, double], 1)
    error = 50.0 / np.sqrt(10_000) / 2.0
    assert ratios[0].mean() == pytest.approx(one.mean() / 2.0, abs=4.5 * error / 64)
    assert ratios[0].std() == pytest.approx(error * shared.std(), rel=0.05)
    difference = ratios[1] * 4.0 - ratios[0] * 2.0
    assert np.allclose(difference, (other - one).mean(), atol=1e-6)  # their errors are the same error
    wide = ratio_draws([np.full(100, 6.0)], [random.uniform(1.0, 3.0, 4096)], 1)[0]
    assert (wide.min(), wide.max()) == (pytest.approx(2.0, rel=0.01), pytest.approx(6.0, rel=0.01))
