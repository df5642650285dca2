"""What a scenario can lose at the most: never exceeded by a draw, reached where it can be, and 0 only where it is."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.loss_bounds import loss_bounds
from multivector_sim.engine.simulate import simulate
from multivector_sim.scenario import files as bundled
from tests.engine.cases import equal_partners, scenario
from tests.engine.chance_cases import chancy

ROUNDING = 1e-9


def held(it, draws=512, seed=1):
    """Run a scenario and hold every figure of every draw against its bounds; return the loss bounds."""
    result = simulate(it, draws, seed)
    bounds, outcome = result.bounds, result.outcome
    for place, (over, month) in enumerate(zip(bounds.horizon, bounds.month, strict=True)):
        loss, gap, last = outcome.loss_share[:, place], 1 - outcome.trough[:, place], outcome.unrecovered[:, place]
        if np.isnan(loss).any():
            continue
        for figure, low, high in ((loss, *over), (gap, *month), (last, *month)):
            assert figure.min() >= low - ROUNDING
            assert figure.max() <= high + ROUNDING
    assert bounds.ruptures.low <= result.ruptures.min() <= result.ruptures.max() <= bounds.ruptures.high
    return bounds


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_no_draw_of_a_generated_scenario_lies_outside(first):
    for seed in range(first, first + 20):
        held(chancy(seed))


@pytest.mark.parametrize("name", bundled.names())
def test_no_draw_of_a_shipped_scenario_lies_outside(name):
    held(mv.load(name), 1024)


def stress(**more):
    """Return a scenario with a stress of half of the exports to one of two partners for a year in five."""
    entry = {"partner": "a", "channels": {"exports": 0.5}, "duration_months": 12} | more
    return scenario(stress=[entry])


def test_a_bound_is_reached_where_nothing_is_by_chance():
    bounds = held(stress(), 1)
    assert bounds.horizon[-1] == pytest.approx((0.0, 0.5 * 0.5 * 12 / 60))
    assert bounds.month[-1] == pytest.approx((0.0, 0.25))
    assert float(simulate(stress(), 1).total.loss_share[0]) == pytest.approx(bounds.horizon[-1].high, rel=1e-12)


@pytest.mark.parametrize(
    ("more", "share"),
    [
        ({"ramp_months": 6}, 15 / 60),
        ({"onset_month": 50}, 10 / 60),
        ({"scar": 0.1}, 1.0),
        ({"half_life_months": 1}, 1.0),
        ({"duration_months": {"lognormal": {"median": 6, "sigma": 0.5}}}, 1.0),
        ({"channels": {"exports": {"pert": [0.1, 0.2, 0.5]}}}, 12 / 60),
    ],
)
def test_a_rupture_counts_no_longer_than_its_course(more, share):
    assert held(stress(**more)).horizon[-1].high == pytest.approx(0.25 * share)


def test_an_elasticity_below_nothing_bounds_the_gain():
    channels = {"exports": {"kind": "trade"}, "investment": {"kind": "investment"}}
    exposures = {"exports": {"a": 1e9, "b": 1e9}, "investment": {"a": 1e9}}
    entry = {"partner": "a", "channels": {"exports": 0.5}, "duration_months": 12}
    terms = [{"from": "trade", "to": "investment", "eta": -0.4}]
    bounds = held(scenario(channels=channels, exposures=exposures, stress=[entry], spillover=terms))
    assert bounds.month[1] == pytest.approx((-0.4 * 0.25, 0.0))
    assert bounds.horizon[1] == pytest.approx((-0.4 * 0.05, 0.0))


def test_only_what_is_never_struck_cannot_lose():
    assert loss_bounds(scenario()).horizon[-1] == (0.0, 0.0)
    assert loss_bounds(equal_partners(4, 0.0)).horizon[-1] == (0.0, 0.0)
    assert loss_bounds(equal_partners(4, 1e-9)).horizon[-1] == (0.0, 1.0)
    assert loss_bounds(equal_partners(4, 1e-9)).ruptures == (0.0, 4.0)
    assert simulate(scenario(), 10).total.cannot_lose
    assert not simulate(equal_partners(4, 1e-9), 10).total.cannot_lose


def test_where_nothing_is_by_chance_one_draw_is_as_good_as_all():
    result = simulate(stress(), 1)
    assert result.is_certain
    assert tuple(result.total.mean()) == pytest.approx((0.05, 0.05, 0.05), rel=1e-12)
    assert not simulate(stress(duration_months={"uniform": [1, 2]}), 1).is_certain
    assert not simulate(equal_partners(2, 1e-9), 1).is_certain
    assert simulate(equal_partners(2, 0.0), 1).is_certain
