"""Streams: the same numbers for the same name, other numbers for another, and all of them uniform."""

import hashlib

import numpy as np
import pytest

from multivector_sim.sampling.streams import BLOCK, PseudoRandom, given
from tests.sampling.numbers import MOST_SIGMA, blocks, deviation

MANY = 500


def test_a_block_is_that_of_numpys_own_generator():
    key = int.from_bytes(hashlib.sha256(b"3/onset").digest()[:16], "little")
    generator = np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 5, 0]))
    assert (PseudoRandom(3, 5).uniforms("onset") == generator.random(BLOCK) + 2.0**-54).all()


@pytest.mark.parametrize("other", [PseudoRandom(2, 0), PseudoRandom(1, 1)])
def test_other_seeds_and_blocks_share_no_number(other):
    assert not np.isin(PseudoRandom(1, 0).uniforms("a"), other.uniforms("a")).any()


def test_names_share_no_number_and_are_uncorrelated():
    first, second = (blocks(lambda source: source.uniforms(name), MANY) for name in ("a", "b"))  # noqa: B023
    assert np.intersect1d(first, second).size < 3
    assert deviation((first - 0.5) * (second - 0.5), 0.0) < MOST_SIGMA


def test_neighbouring_blocks_are_uncorrelated():
    numbers = blocks(lambda source: source.uniforms("a"), MANY)
    assert deviation((numbers[:-BLOCK] - 0.5) * (numbers[BLOCK:] - 0.5), 0.0) < MOST_SIGMA


def test_numbers_are_uniform_and_off_both_ends():
    numbers = blocks(lambda source: source.uniforms("a"), MANY)
    assert 0.0 < numbers.min() < 1e-4
    assert 1.0 > numbers.max() > 1.0 - 1e-4
    for power in (1, 2, 3):
        assert deviation(numbers**power, 1 / (power + 1)) < MOST_SIGMA
    counts = np.histogram(numbers, bins=100, range=(0, 1))[0]
    expected = numbers.size / 100
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi_square - 99) / np.sqrt(2 * 99) < MOST_SIGMA


def test_luck_names_the_key_of_every_stream_in_the_order_asked_for():
    names = ("onset", "a", "onset", "Türkiye")
    luck = PseudoRandom(3, 5).random_source(names)
    assert (luck.block, luck.given.shape, luck.keys.shape) == (5, (0, BLOCK), (4, 2))
    for name, words in zip(names, luck.keys, strict=True):
        key = int.from_bytes(hashlib.sha256(f"3/{name}".encode()).digest()[:16], "little")
        assert int(words[0]) + (int(words[1]) << 64) == key
    assert PseudoRandom(3, 5).random_source(()).keys.shape == (0, 2)


def test_numbers_that_somebody_chose_are_a_row_for_each_stream():
    columns = np.random.default_rng(1).uniform(size=(BLOCK, 3))
    luck = given(columns)
    assert (luck.given == columns.T).all()
    assert luck.given.flags.c_contiguous
    assert luck.keys.shape == (0, 2)


def test_a_name_may_hold_any_letter():
    assert PseudoRandom(1, 0).uniforms("Türkiye/中").shape == (BLOCK,)
