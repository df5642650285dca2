"""Worse assumptions, worse outcomes, draw by draw; and the exceptions to it, which follow from the model.

With common random numbers a higher severity, a longer duration, a lower capacity or a lower ceiling never lowers a
loss,

1. for ceiling, and for a severity above 0 that does not fade with a half-life, where exposures do not compete for a
   corridor, however ability builds (a fading gap counts as one until it is rounding, which a larger one is later);
2. for any severity and for duration, where besides ability does not build (theta 0) or there is but one rupture;
3. for capacity and closed transit, through any corridors, where ability does not build;
4. for a ceiling also through corridors that serve one channel each;
5. for the whole of all channels, through any corridors, without diverting, stocks and spillover.

Spillover has to be a loss (eta at least 0) throughout, and there are no gains, prices or new partners. Three things
undo it, each shown by hand below: what was learned in one rupture helps in the next; a corridor that one flow leaves
has room for another; investment may gain.
"""

import numpy as np
import pytest

from multivector_sim.engine.kernel import respond
from multivector_sim.response.arrays import plan
from tests.judges import simple
from tests.strategies import plain_case as case

SEEDS = range(80)
DRAWS = 64
ROUNDING = 1e-13
NO_LEGS = {name: np.zeros(0, dtype=np.int64) for name in ("leg_partner", "leg_channel", "leg_corridor")}
NO_LEGS["leg_share"] = np.zeros(0)


def some(seed, like):
    return np.random.default_rng([seed, 7]).random(like.shape) < 0.4


def harder(seed, draws):
    return draws._replace(severity=np.minimum(1.0, draws.severity * (1.0 + 0.5 * some(seed, draws.severity))))


def new(seed, draws):
    return draws._replace(severity=np.minimum(1.0, draws.severity + 0.3 * some(seed, draws.severity)))


def closed(seed, draws):
    more = np.minimum(1.0, draws.severity[..., -1:] + 0.3 * some(seed, draws.severity[..., -1:]))
    return draws._replace(severity=np.concatenate([draws.severity[..., :-1], more], axis=-1))


def longer(seed, draws):
    return draws._replace(duration=draws.duration + 4.0 * some(seed, draws.duration))


def narrower(seed, draws):
    return draws._replace(capacity=draws.capacity * (1.0 - 0.4 * some(seed, draws.capacity)))


def less_able(seed, draws):
    return draws._replace(ceiling=draws.ceiling * (1.0 - 0.5 * some(seed, draws.ceiling)))


def no_gain(problem, draws):
    return problem, draws._replace(eta=abs(draws.eta))


def without_roads(problem, draws):
    return no_gain(problem._replace(**NO_LEGS), draws)


def nothing_to_learn(problem, draws):
    return no_gain(problem, draws._replace(theta=0.0 * draws.theta))


def at_once(problem, draws):
    return without_roads(problem, draws._replace(half_life=0.0 * draws.half_life))


def neither(problem, draws):
    return without_roads(*nothing_to_learn(problem, draws))


def one_rupture(problem, draws):
    onset = np.where(np.arange(draws.onset.shape[1]) > 0, np.inf, draws.onset)
    return without_roads(problem, draws._replace(onset=onset))


def corridor_for_each_channel(problem, draws):
    """Give every channel corridors of its own, as full as the joint ones."""
    channels, corridors = problem.kind.size, problem.transit_share.shape[0]
    apart = problem._replace(
        leg_corridor=problem.leg_channel * corridors + problem.leg_corridor,
        transit_share=np.tile(problem.transit_share, (channels, 1)),
    )
    load, own = plan(problem).load, plan(apart).load
    room = np.tile(draws.capacity / np.where(load > 0.0, load, 5.0), (1, channels))
    return no_gain(apart, draws._replace(capacity=room * np.where(own > 0.0, own, 2.0)))


def only_roads(problem, draws):
    off = {name: 0.0 * getattr(draws, name) for name in ("ceiling", "stock", "eta")}
    return problem, draws._replace(**off)


CLAIMS = [
    (at_once, harder),
    (without_roads, less_able),
    (neither, harder),
    (neither, new),
    (neither, longer),
    (neither, less_able),
    (one_rupture, harder),
    (one_rupture, new),
    (one_rupture, longer),
    (nothing_to_learn, narrower),
    (nothing_to_learn, closed),
    (corridor_for_each_channel, less_able),
]


def name_of(function):
    return function.__name__


@pytest.mark.parametrize(("setting", "change"), CLAIMS, ids=name_of)
def test_no_channel_loses_less(setting, change):
    moved = 0
    for seed in SEEDS:
        problem, draws = setting(*case(seed, DRAWS, months=24))
        before, after = respond(problem, draws), respond(problem, change(seed, draws))
        worse = np.nan_to_num(after.loss_share - before.loss_share)
        assert worse.min() >= -ROUNDING, f"case {seed}"
        assert np.nan_to_num(after.trough - before.trough).max() <= ROUNDING, f"case {seed}"
        moved += int((worse > 1e-6).sum())
    assert moved > 500


@pytest.mark.parametrize("change", [harder, new, closed, longer, narrower], ids=name_of)
def test_through_any_corridors_no_less_is_lost_in_all(change):
    moved = 0
    for seed in SEEDS:
        problem, draws = only_roads(*case(seed, DRAWS, months=24))
        sizes = plan(problem).sizes
        before, after = respond(problem, draws), respond(problem, change(seed, draws))
        worse = np.nan_to_num(after.loss_share - before.loss_share)[:, : sizes.size] @ sizes / sizes.sum()
        assert worse.min() >= -ROUNDING, f"case {seed}"
        moved += int((worse > 1e-6).sum())
    assert moved > 500


def loss(problem, **changes):
    return respond(problem, simple.assumptions(problem, **changes)).loss_share[0]


def test_exception_what_was_learned_in_a_small_rupture_helps_in_a_large_one():
    problem = simple.problem([[5.0], [5.0]], rupture_partner=[0, 0])
    settings = {"onset": [0.0, 12.0], "theta": 12.0, "ceiling": 1.0, "kappa": 1.0}
    none = loss(problem, severity=[[0.0, 0.0], [1.0, 0.0]], duration=[[6.0, 6.0]], **settings)
    small = loss(problem, severity=[[0.01, 0.0], [1.0, 0.0]], duration=[[6.0, 6.0]], **settings)
    longer_one = loss(problem, severity=[[0.01, 0.0], [1.0, 0.0]], duration=[[11.0, 6.0]], **settings)
    assert none[-1] > small[-1] + 0.02
    assert small[-1] > longer_one[-1] + 0.005


def test_exception_a_corridor_that_one_flow_leaves_has_room_for_another():
    """Two flows of 10 share a corridor of 10. The first falls to 5: then 10 x 10/15 of the second arrive, not 5."""
    legs = [(0, 0, 0, 1.0), (1, 1, 0, 1.0)]
    problem = simple.problem([[10.0, 0.0], [0.0, 10.0]], legs=legs)
    full, half = (loss(problem, severity=[s, 0.0, 0.0], capacity=10.0) for s in (0.0, 0.5))
    np.testing.assert_allclose(full[:2], [0.5, 0.5], rtol=1e-15)
    np.testing.assert_allclose(half[:2], [2.0 / 3.0, 1.0 / 3.0], rtol=1e-14)
    np.testing.assert_allclose(half[-1], full[-1], rtol=1e-14)


def test_exception_one_channel_diverts_into_the_corridor_that_another_needs():
    """Gaps of 10 and 10 share room for 10: 5 and 5. If the first asks for 5 only: 10/3 and 20/3."""
    legs = [(1, 0, 0, 1.0), (1, 1, 0, 1.0)]
    problem = simple.problem([[10.0, 10.0], [10.0, 10.0]], legs=legs)
    settings = {"severity": [1.0, 1.0, 0.0], "kappa": 1.0, "capacity": 30.0, "haircut": [0.9, 0.0]}
    able, less = (loss(problem, ceiling=[ceiling, 1.0], **settings) for ceiling in (1.0, 0.5))
    np.testing.assert_allclose(able[:2] * 20.0, [10.0 - 0.5, 5.0], rtol=1e-14)
    np.testing.assert_allclose(less[:2] * 20.0, [10.0 - 1.0 / 3.0, 10.0 / 3.0], rtol=1e-14)
    assert less[-1] < able[-1] - 0.03


def test_exception_investment_may_gain_from_a_loss_of_trade():
    spillover = {"spill_from": [[1.0, 0.0]], "spill_to": [[0.0, 1.0]], "spill_lag": [0], "kind": [0, 1]}
    problem = simple.problem([[1.0, 2.0]], **spillover)
    assert loss(problem, severity=[0.4, 0.0, 0.0], eta=-0.7)[-1] < loss(problem, severity=[0.3, 0.0, 0.0], eta=-0.7)[-1]
