"""Months in two bytes and the attribution without its zeros: the same bits when unpacked, and far less memory."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import multivector_sim as mv
from multivector_sim.engine.accumulate import NO_MONTHS, GrowingOutput, PackedMoney, PackedOutcome
from multivector_sim.engine.kernel import Outcome, new_output_buffer
from multivector_sim.scenario.models import LONGEST_HORIZON

ROWS, CHANNELS = 3, 2
MONTHS = [2, 4, 5]
"""The places of months to recover, below and followed among a draw's figures."""
NUMBERS = st.sampled_from([0.0, 0.0, 0.0, -0.0, 1.5, -2.0, 5e-324, np.inf, np.nan])
BATCHES = st.lists(
    st.integers(0, 5).flatmap(lambda n: arrays(np.float64, (n, ROWS, CHANNELS), elements=NUMBERS)), max_size=5
)


def bits(array):
    return np.ascontiguousarray(array).tobytes()


@given(BATCHES, st.integers(0, 25), st.integers(0, 25))
def test_every_bit_comes_back_from_any_part(batches, first, last):
    packed = PackedMoney(ROWS, CHANNELS)
    for batch in batches:
        packed.append(batch)
    whole = np.concatenate([np.zeros((0, ROWS, CHANNELS)), *batches])
    assert packed.draws == len(whole)
    assert bits(packed.unpack(first, last)) == bits(whole[first:last])


def outcome(draws, seed):
    room = new_output_buffer(draws, CHANNELS, ROWS)
    random = np.random.Generator(np.random.Philox(seed))
    room.figures[:] = random.random(room.figures.shape)
    room.figures[:, MONTHS] = random.integers(0, 1201, (draws, len(MONTHS), room.figures.shape[2]))
    room.figures[:, :, 1] = np.nan  # a column without any flow
    room.attribution[:] = np.where(random.random(room.attribution.shape) < 0.2, random.random(), 0.0)
    room.ruptures[:] = random.integers(0, 3, draws)
    return room.outcome()


def same(one, other):
    return all(bits(getattr(one, name)) == bits(getattr(other, name)) for name in Outcome._fields)


def test_draws_grow_and_what_was_given_out_stays():
    first, second = outcome(5, 1), outcome(9, 2)
    kept = GrowingOutput(ROWS - 1, CHANNELS)
    kept.append(first)
    before = kept.outcome()
    kept.append(second)
    assert same(before, first)
    assert same(kept.outcome().part(5, 14), second)
    both = [np.concatenate([getattr(it, name) for it in (first, second)]) for name in Outcome._fields]
    assert same(kept.outcome(), Outcome(*both))
    assert all(bits(one) == bits(other) for one, other in zip(kept.outcome(), both, strict=True))


def test_a_column_is_that_of_the_whole():
    kept = GrowingOutput(ROWS - 1, CHANNELS)
    kept.append(outcome(7, 4))
    for name in set(Outcome._fields) - {"attribution", "ruptures"}:
        for place in range(CHANNELS + 3):
            assert bits(kept.outcome().column(name, place)) == bits(getattr(kept.outcome(), name)[:, place])
            assert bits(outcome(7, 4).column(name, place)) == bits(kept.outcome().column(name, place))


def test_the_longest_horizon_fits_into_two_bytes():
    assert LONGEST_HORIZON < NO_MONTHS


def test_an_outcome_travels_as_a_full_one():
    kept = GrowingOutput(ROWS - 1, CHANNELS)
    kept.append(outcome(7, 3))
    arrived = pickle.loads(pickle.dumps(kept.outcome()))  # noqa: S301  our own
    assert isinstance(kept.outcome(), PackedOutcome)
    assert type(arrived) is Outcome
    assert same(arrived, kept.outcome())


@pytest.fixture(scope="module")
def result():
    return mv.simulate(mv.load("kazakhstan"), draws=20_000, seed=3)


def test_the_total_is_the_last_column_of_the_attribution(result):
    assert bits(result.total_attribution()) == bits(result.attribution[:, :, 2])


def test_most_of_it_is_zero_and_takes_no_memory(result):
    money = result.outcome._money
    packed = sum(places.nbytes + values.nbytes for places, values in money._batches)
    assert packed < 0.3 * result.outcome.attribution.nbytes
