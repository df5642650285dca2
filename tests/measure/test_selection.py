"""Selection gives what a full sort gives, whatever the sample, its order and its place in memory."""

from functools import partial
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector_sim.errors import UsageError
from multivector_sim.measure import selection
from multivector_sim.measure.selection import (
    SMALL,
    STRIP,
    boundary,
    bracket,
    check_losses,
    order_statistics,
    sift,
    strips,
)
from multivector_sim.measure.tail import expected_shortfall, tail, value_at_risk

SIZES = [1, 2, SMALL, SMALL + 1, 4099, STRIP - 1, STRIP, STRIP + 1, 3 * STRIP + 7]
LEVELS = (0.0001, 0.3, 0.5, 0.95, 0.99, 0.99999)


def step(draws):
    """Say how many draws the thin sample goes on."""
    return round(draws ** (1 / 3)) | 1


def on_step(random, draws, there, elsewhere):
    return np.where(np.arange(draws) % step(draws) == 0, there, elsewhere) + random.random(draws)


SAMPLES = {
    "normal": lambda random, draws: random.standard_normal(draws),
    "all negative": lambda random, draws: -random.lognormal(size=draws),
    "heavy tail": lambda random, draws: random.pareto(0.7, draws),
    "half nothing": lambda random, draws: np.where(random.random(draws) < 0.5, 0.0, random.random(draws)),
    "nearly all nothing": lambda random, draws: (random.random(draws) < 0.002) * random.random(draws),
    "gains, nothing, losses": lambda random, draws: np.round(random.standard_normal(draws), 1),
    "two values": lambda random, draws: (random.random(draws) < 0.05) * 0.1,
    "zeros of both signs": lambda random, draws: random.choice([-0.0, 0.0], draws),
    "all alike": lambda _, draws: np.full(draws, 0.1),
    "one stands out": lambda _, draws: np.where(np.arange(draws) == draws // 3, 7.0, 0.1),
    "rising": lambda random, draws: np.sort(random.standard_normal(draws)),
    "falling": lambda random, draws: np.sort(random.standard_normal(draws))[::-1],
    "sorted halves": lambda random, draws: np.sort(random.random(draws)) * np.sign(np.arange(draws) - draws / 2),
    "bad on the step": lambda random, draws: on_step(random, draws, 5.0, 0.0),
    "good on the step": lambda random, draws: on_step(random, draws, 0.0, 5.0),
    "alike on the step": lambda random, draws: on_step(random, draws, 0.0, 0.0).round() + on_step(random, draws, 0, 1),
    "all in one strip": lambda random, draws: np.where(np.arange(draws) < STRIP, random.random(draws), 0.0),
}


def sample_of(name, draws):
    return np.ascontiguousarray(SAMPLES[name](np.random.default_rng(draws), draws))


def shortfall_of_sorted(losses, level):
    """Give the mean of the worst draws, the last in part, from a full sort."""
    ordered = np.sort(losses)
    rank, mass = boundary(level, losses.size)
    start = ordered[rank - 1]
    return start + (ordered[rank:] - start).sum() / mass if ordered[-1] > start else start


@pytest.mark.parametrize("draws", SIZES)
@pytest.mark.parametrize("name", SAMPLES)
def test_selection_is_what_a_full_sort_gives(name, draws):
    losses = sample_of(name, draws)
    before, ordered = losses.copy(), np.sort(losses)
    for level in LEVELS:
        rank = boundary(level, draws).rank
        found = tail(losses, level)
        assert found.value_at_risk == value_at_risk(losses, level) == ordered[rank - 1]
        assert found.expected_shortfall == expected_shortfall(losses, level) >= found.value_at_risk
        assert found.expected_shortfall == pytest.approx(shortfall_of_sorted(losses, level), rel=1e-13, abs=1e-15)
        if ordered[-1] == ordered[rank - 1]:
            assert found.expected_shortfall == found.value_at_risk
        some = np.clip([rank, rank - 3, rank + draws // 50, rank], 1, draws)
        assert np.array_equal(order_statistics(losses, some), ordered[some - 1])
    for ranks in ([1], [draws], [1, draws], np.arange(1, draws + 1)):
        assert np.array_equal(order_statistics(losses, ranks), ordered[np.asarray(ranks) - 1])
    assert np.array_equal(losses, before)


@given(st.data())
def test_small_strips_give_the_same(data):
    """The same with strips of seven, and guesses from five draws on: every border is met often."""
    value = st.sampled_from([-0.3, -0.0, 0.0, 0.1, 0.7]) | st.floats(-5, 5)
    losses = np.array(data.draw(st.lists(value, min_size=1, max_size=60)))
    level, sure = data.draw(st.floats(0.01, 0.99)), data.draw(st.sampled_from([0.0, 0.5, 4.0]))
    ranks = data.draw(st.lists(st.integers(1, losses.size), min_size=1, max_size=20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "STRIP", 7)
        patch.setattr(selection, "SMALL", 4)
        patch.setattr(selection, "SURE", sure)
        patch.setattr("multivector_sim.measure.selection.SMALL", 4)
        assert np.array_equal(order_statistics(losses, ranks), np.sort(losses)[np.array(ranks) - 1])
        value, shortfall = tail(losses, level)
        rank = boundary(level, losses.size).rank
        assert value == value_at_risk(losses, level) == np.sort(losses)[rank - 1]
        assert shortfall == pytest.approx(shortfall_of_sorted(losses, level), rel=1e-12, abs=1e-14)
        assert shortfall >= value


@given(st.data())
def test_any_bracket_is_a_guess_and_not_an_answer(data):
    """Whatever two losses someone guesses, the loss that is found is the right one."""
    losses = np.array(data.draw(st.lists(st.integers(-3, 3) | st.floats(-3, 3), min_size=1, max_size=40)), dtype=float)
    low, high = sorted(data.draw(st.tuples(*[st.sampled_from([*losses, -np.inf, np.inf, 0.5])] * 2)))
    places = np.array(data.draw(st.lists(st.integers(0, losses.size - 1), min_size=1, max_size=20)))
    found = selection.losses_at(losses, sift(losses, low, high), places)
    assert np.array_equal(found, np.sort(losses)[places])


def misled(_losses, _first, _last, ends):
    return ends


@pytest.mark.parametrize("ends", [(-9.0, -8.0), (8.0, 9.0), (-1.0, 0.0), (0.0, 0.0), (0.0, np.inf), (-np.inf, -9.0)])
def test_the_tail_is_right_after_a_wrong_guess(ends, monkeypatch):
    losses = sample_of("normal", 5000)
    monkeypatch.setattr("multivector_sim.measure.tail.bracket", partial(misled, ends=ends))
    for level in LEVELS:
        value, shortfall = tail(losses, level)
        assert value == np.sort(losses)[boundary(level, losses.size).rank - 1]
        assert shortfall == pytest.approx(shortfall_of_sorted(losses, level), rel=1e-13)


@pytest.mark.parametrize("name", ["half nothing", "alike on the step", "normal"])
def test_the_answer_does_not_depend_on_memory(name):
    losses = sample_of(name, 2 * STRIP + 11)
    column = np.column_stack([np.ones_like(losses), losses, losses])[:, 1]
    backwards = losses[::-1].copy()[::-1]
    swapped = losses.astype(losses.dtype.newbyteorder())
    for level in LEVELS:
        for other in (column, backwards, swapped, list(losses)):
            assert tail(other, level) == tail(losses, level)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("draws", [1, SMALL, SMALL + 1, 2 * STRIP + 1])
def test_what_is_not_finite_is_refused_wherever_it_is(bad, draws):
    for place in {0, draws // 2, draws - 1}:
        losses = np.random.default_rng(1).standard_normal(draws)
        losses[place] = bad
        for ask in (check_losses, *(partial(f, level=0.95) for f in (tail, value_at_risk, expected_shortfall))):
            with pytest.raises(UsageError, match="without NaN and infinity"):
                ask(losses)
        with pytest.raises(UsageError, match="without NaN and infinity"):
            order_statistics(losses, [1])


def test_infinities_that_cancel_are_refused():
    with pytest.raises(UsageError, match="without NaN and infinity"):
        check_losses(np.array([np.inf, 0.0, -np.inf]))


def test_losses_whose_sum_overflows_are_a_sample():
    losses = np.array([1.5e308, 1.0, 1.5e308, 1.2e308])
    assert check_losses(losses) is losses
    assert value_at_risk(losses, 0.5) == 1.2e308


@pytest.mark.parametrize("draws", [SMALL + 1, 50_000, 400_000])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_little_is_left_to_put_in_order(level, draws):
    """The bracket of a random sample holds what is sought, and no more than its guess is uncertain by."""
    losses = np.random.default_rng(5).standard_normal(draws)
    place = ceil(level * draws) - 1
    low, high = bracket(losses, place, place)
    assert low < np.sort(losses)[place] < high
    thin = draws / step(draws)
    uncertain = (9 * np.sqrt(level * (1 - level) / thin) + 6 / thin) * draws
    assert sift(losses, low, high).inside.size < 1.5 * uncertain


@pytest.mark.parametrize("power", [12, 15, 18])
def test_points_that_repeat_themselves_in_powers_of_two_do_not_mislead_the_guess(power):
    """The first coordinate of a Sobol sequence: the bits of the draw's number, mirrored."""
    draws = 1 << power
    number = np.arange(draws)
    losses = sum(((number >> bit) & 1) * 0.5 ** (bit + 1) for bit in range(power))
    for level in (0.5, 0.95):
        place = boundary(level, draws).rank - 1
        low, high = bracket(losses, place, place)
        assert low < np.sort(losses)[place] < high


def test_strips_are_the_sample():
    losses = np.random.default_rng(2).random((2 * STRIP + 5, 2))[:, 0]
    parts = list(strips(losses))
    assert [part.size for part in parts] == [STRIP, STRIP, 5]
    assert all(part.flags.c_contiguous for part in parts)
    assert np.array_equal(np.concatenate(parts), losses)
