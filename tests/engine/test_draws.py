"""What a block of draws assumes: certain numbers stay, uncertain ones follow their laws, others' luck is left alone."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.problem import build_problem, ruptures
from multivector_sim.engine.sampler import build_sampler
from multivector_sim.response.arrays import Draws
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.shock.hazard import rupture_probability
from tests.engine.cases import scenario
from tests.sampling.numbers import MOST_SIGMA, deviation

MANY = 200


def sample(case, count=1, seed=1):
    sampler = build_sampler(case)
    blocks = [sampler.sample(PseudoRandom(seed, block)) for block in range(count)]
    return Draws(*(np.concatenate(arrays) for arrays in zip(*blocks, strict=True)))


def random_source(case):
    """Give everything that is drawn for each rupture, by the rupture's name."""
    drawn = sample(case)
    names = [name for name, _, _ in ruptures(case)]
    fields = ("onset", "ramp", "duration", "half_life", "scar", "severity")
    return {name: [getattr(drawn, field)[:, place] for field in fields] for place, name in enumerate(names)}


@pytest.fixture(scope="module")
def two_buyers():
    return mv.load("two-buyers")


def test_shapes_are_those_of_the_problem():
    case = mv.load("kazakhstan/by-hazard")
    problem, drawn = build_problem(case), sample(case)
    partners, channels = problem.baseline.shape
    corridors, count = problem.transit_share.shape[0], problem.rupture_partner.size
    assert drawn.onset.shape == (BLOCK, count)
    assert drawn.severity.shape == (BLOCK, count, channels + 1)
    assert drawn.capacity.shape == (BLOCK, corridors)
    assert drawn.kappa.shape == (BLOCK, partners, channels)
    assert all(np.isfinite(field).all() for name, field in drawn._asdict().items() if name != "onset")
    assert not np.isnan(drawn.onset).any()


def test_certain_numbers_are_the_same_in_every_draw(two_buyers):
    drawn = sample(two_buyers)
    assert (drawn.ceiling == [0.6, 0.5, 0.0]).all()
    assert (drawn.theta == [9, 6, 0]).all()
    assert (drawn.refill == 0.05).all()
    assert (drawn.stock == [0, 2, 0]).all()
    assert drawn.capacity[0] == pytest.approx([45e9 / 12, 6e9 / 12])
    assert (drawn.eta == 0.3).all()
    assert (drawn.floor == 0.6).all()


def test_certain_numbers_are_kept_once_for_all_draws(two_buyers):
    drawn = build_sampler(two_buyers).sample(PseudoRandom(1, 0))
    for field in (drawn.ceiling, drawn.capacity, drawn.eta):
        assert field.strides[0] == 0
        assert not field.flags.writeable


def test_uncertain_numbers_follow_their_laws(two_buyers):
    drawn = sample(two_buyers, MANY)
    assert deviation(drawn.onset[:, 0], 6.0) < MOST_SIGMA
    assert deviation(drawn.severity[:, 0, 0], (0.2 + 4 * 0.5 + 0.9) / 6) < MOST_SIGMA
    assert deviation(drawn.severity[:, 0, 3], 0.4) < MOST_SIGMA
    assert deviation(np.log(drawn.duration[:, 0]), np.log(18)) < MOST_SIGMA
    assert (drawn.severity[:, 0, 1] == 0.4).all()


def test_ties_lower_the_chance_of_a_rupture(two_buyers):
    for value in (1.0, 3.0):
        case = two_buyers.with_set({"hazard.partners.china.ties.value": value, "hazard.partners.china.intensity": 0.2})
        ruptured = np.isfinite(sample(case, MANY).onset[:, 1])
        exact = rupture_probability(0.2 * np.exp(-0.5 * (value - 1.0)), 60)
        assert deviation(ruptured, exact) < MOST_SIGMA


def test_a_clause_is_honoured_as_often_as_it_says(two_buyers):
    drawn = sample(two_buyers, MANY)
    assert deviation(drawn.honoured[:, 0, 0], 0.7) < MOST_SIGMA
    assert (drawn.honoured[:, 1, 0] == 0).all(), "the other partner's rupture is none of its business"


def test_one_law_for_a_whole_channel_is_one_number_a_draw():
    law = {"uniform": [0.1, 0.9]}
    channels = {"exports": {"kind": "trade", "kappa": law, "kappa_by_partner": {"b": law}}}
    drawn = sample(scenario(channels=channels, partners={key: {"title": key} for key in "abc"}))
    assert (drawn.kappa[:, 0] == drawn.kappa[:, 2]).all()
    assert (drawn.kappa[:, 0] != drawn.kappa[:, 1]).all()


def test_a_scenario_without_any_rupture_has_no_stream_and_draws_nothing():
    sampler = build_sampler(scenario())
    assert sampler.names == ()
    drawn = sampler.sample(PseudoRandom(1, 0))
    assert drawn.onset.shape == (BLOCK, 0)
    assert drawn.severity.shape == (BLOCK, 0, 2)
    assert drawn.honoured.shape == (BLOCK, 0, 0)


def test_the_same_source_gives_the_same_block_and_another_one_another(two_buyers):
    sampler = build_sampler(two_buyers)
    first, again, other = (sampler.sample(PseudoRandom(seed, 5)) for seed in (1, 1, 2))
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not np.isin(first.duration[:, 0], other.duration[:, 0]).any()


def test_nothing_of_a_rupture_is_left_where_it_does_not_happen(two_buyers):
    drawn = sample(two_buyers, 20)
    happens = np.isfinite(drawn.onset[:, 1])
    assert 0 < happens.sum() < happens.size
    assert (drawn.onset[happens, 1] < two_buyers.horizon_months).all()
    for field in (drawn.ramp, drawn.duration, drawn.half_life, drawn.scar, drawn.severity):
        assert (field[~happens, 1] == 0.0).all()


ADDITIONS = {
    "a contract": {
        "contracts": [{"name": "c", "partner": "russia", "channel": "imports", "honoured": 0.5, "floor": 0.9}]
    },
    "a measure": {"measures.more": {"title": "More", "cost": 1e9, "set": {"corridors.cpc.capacity": 50e9}}},
    "a partner first in line": {"partners": {"aaa": {"title": "New"}}},
    "a partner with a hazard": {
        "partners": {"zzz": {"title": "New", "bloc": "east"}},
        "hazard.partners.zzz": {"intensity": 0.3, "channels": {"transit": 0.5}, "duration_months": 3},
    },
    "an uncertain ceiling": {"channels.exports.ceiling": {"uniform": [0.1, 0.9]}},
}


def added(case, changes):
    document = case.document()
    for path, value in changes.items():
        target = document
        *steps, last = path.split(".")
        for step in steps:
            target = target.setdefault(step, {})
        if isinstance(value, list):
            target[last] = [*target.get(last, []), *value]
        elif last in target and isinstance(target[last], dict) and "pert" not in value and "uniform" not in value:
            target[last] = {**value, **target[last]}
        else:
            target[last] = value
    return mv.Scenario.model_validate(document)


@pytest.mark.parametrize("what", ADDITIONS)
def test_additions_leave_all_other_ruptures_as_they_were(two_buyers, what):
    before, after = random_source(two_buyers), random_source(added(two_buyers, ADDITIONS[what]))
    assert len(after) >= len(before)
    for name, arrays in before.items():
        for old, new in zip(arrays, after[name], strict=True):
            assert np.array_equal(old, new), (what, name)


def test_a_second_stress_of_a_partner_leaves_the_first(two_buyers):
    document = two_buyers.document()
    document["stress"] = [
        *document["stress"],
        {"partner": "russia", "channels": {"exports": 0.1}, "duration_months": 1},
    ]
    before, after = random_source(two_buyers), random_source(mv.Scenario.model_validate(document))
    assert all(
        np.array_equal(old, new) for old, new in zip(before["stress/russia/0"], after["stress/russia/0"], strict=True)
    )


@pytest.mark.parametrize(("value", "ruptures"), [(-1000.0, True), (1000.0, False)])
def test_ties_beyond_all_measure_are_certainty_or_nothing(two_buyers, value, ruptures):
    case = two_buyers.with_set({"hazard.partners.china.ties.value": value, "hazard.partners.china.ties.beta": 10.0})
    assert (np.isfinite(sample(case).onset[:, 1]) == ruptures).all()
