"""Memory that is used again: nothing depends on what was left in it, and nobody is given what another thread uses."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine import kernel
from multivector_sim.engine.case import build_case
from multivector_sim.response.arrays import fresh, release_memory, scratch, thread_memory
from tests.strategies import case


def poison():
    """Leave NaN wherever something was left; say where that was."""
    for row in thread_memory.rows.values():
        row[:] = np.nan
    return set(thread_memory.rows)


@pytest.fixture(autouse=True)
def nothing_left():
    release_memory()
    yield
    release_memory()


@pytest.mark.parametrize("seed", range(40))
def test_the_kernel_reads_nothing_that_it_did_not_write(seed):
    problem, draws = case(seed, 200)
    clean = kernel.respond(problem, draws)
    assert {"lanes of timing", "workspace of lost", "workspace of stock", "figures", "accounts"} <= poison()
    for before, after in zip(clean, kernel.respond(problem, draws), strict=True):
        assert np.array_equal(before, after, equal_nan=True)


@pytest.mark.parametrize("name", ["two-buyers", "kazakhstan", "kazakhstan/by-hazard"])
def test_drawing_reads_nothing_that_it_did_not_write(name):
    ready = build_case(mv.load(name))
    ready.run_blocks(2, range(4))
    clean = ready.run_blocks(1, range(5))
    assert {"timing", "severity", "contracts honoured"} <= poison()
    for before, after in zip(clean, ready.run_blocks(1, range(5)), strict=True):
        assert np.array_equal(before, after, equal_nan=True)


def test_draws_that_somebody_keeps_are_not_written_over():
    ready = build_case(mv.load("two-buyers"))
    kept = ready.assume(1, range(1))
    before = [array.copy() for array in kept]
    ready.run_blocks(2, range(4))
    assert all(np.array_equal(one, other) for one, other in zip(before, kept, strict=True))


def test_a_thread_is_given_its_own_and_gives_it_back():
    mine = scratch("x", (4,))
    assert np.shares_memory(mine, scratch("x", (2, 1)))
    assert not np.shares_memory(mine, scratch("y", (4,)))
    assert not np.shares_memory(mine, fresh("x", (4,)))
    with ThreadPoolExecutor(1) as thread:
        assert not np.shares_memory(mine, thread.submit(scratch, "x", (4,)).result())
    assert scratch("x", (5,)).shape == (5,)
    release_memory()
    assert thread_memory.rows == {}
