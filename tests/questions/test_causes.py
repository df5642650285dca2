"""Losses by cause: the four ways of sharing out add up to the same loss, and name what they should."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.case import build_case
from multivector_sim.engine.simulate import silent
from multivector_sim.questions.causes import find_causes, members
from tests.engine.cases import scenario

DRAWS = 3000


def causes(case, column="total", seed=1, workers=1):
    return find_causes(case, build_case(case), column, DRAWS, seed, workers, silent)


@pytest.mark.parametrize("name", ["kazakhstan", "kazakhstan/by-hazard", "two-buyers", "one-or-many"])
def test_every_way_of_sharing_out_adds_up_to_the_loss_of_the_run(name):
    case = mv.load(name)
    result = mv.simulate(case, draws=DRAWS, seed=1)
    for column in result.columns:
        found = causes(case, column)
        sample = result.column(column)
        np.testing.assert_allclose(found.losses, sample.loss_money, rtol=1e-13, atol=1e-13 * sample.baseline)
        for names, parts in found.groups.values():
            assert parts.shape == (DRAWS, len(names))
            np.testing.assert_allclose(parts.sum(axis=1), found.losses, rtol=1e-12, atol=1e-12 * sample.baseline)


def test_by_partner_they_are_those_of_the_run():
    case = mv.load("kazakhstan/by-hazard")
    result = mv.simulate(case, draws=DRAWS, seed=1)
    for place, column in enumerate(("trade", "investment", "total")):
        names, parts = causes(case, column).groups["partner"]
        assert names == (*case.partners, "no rupture")
        expected = result.attribution[:, :, place]
        np.testing.assert_allclose(parts, expected, rtol=0, atol=1e-11 * expected.max())


def test_by_channel_they_are_the_losses_of_the_channels():
    case = mv.load("kazakhstan")
    result = mv.simulate(case, draws=DRAWS, seed=1)
    names, parts = causes(case).groups["channel"]
    assert names == tuple(case.channels)
    for name, part in zip(names, parts.T, strict=True):
        np.testing.assert_allclose(part, result.column(name).loss_money, rtol=1e-10, atol=1.0)


def test_a_scenario_without_corridors_has_no_parts_by_corridor():
    assert set(causes(mv.load("one-or-many")).groups) == {"partner", "channel"}


def test_threads_change_nothing():
    one, two = (causes(mv.load("two-buyers"), workers=count) for count in (1, 2))
    for group, (_, parts) in one.groups.items():
        np.testing.assert_array_equal(parts, two.groups[group][1])


def test_columns_are_channels_and_aggregates():
    case = mv.load("two-buyers")
    assert members(case, "trade").tolist() == [True, True, False]
    assert members(case, "imports").tolist() == [False, True, False]
    assert members(case, "investment").tolist() == [False, False, True]
    assert members(case, "total").all()


@pytest.mark.parametrize("column", ["investment", "zzz", ""])
def test_a_column_without_a_flow_is_refused(column):
    with pytest.raises(mv.UsageError, match=f"no column called '{column}'"):
        members(scenario(), column)
