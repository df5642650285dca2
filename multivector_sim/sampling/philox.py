"""Random numbers of named streams inside compiled code: the same bits as NumPy's Philox generator.

Philox with four words of 64 bits and ten rounds (Salmon et al. 2011) turns a counter into four random words. Nothing is
carried from one counter to the next, so compiled code computes only the counters of the draws that it needs, several at
a time: the severities of a partner that ruptures in one draw of fifty cost a fiftieth of the time.

A :class:`~multivector_sim.sampling.streams.RandomSource` holds where the numbers come from: keys, or a table
of given numbers.
"""

from typing import NamedTuple

import numpy as np

from multivector_sim.compiled import kernel_function
from multivector_sim.sampling.streams import BLOCK, HALF_STEP, LARGEST, RandomSource
from multivector_sim.typing import Floats, Integers, Words

__all__ = ["ABREAST", "Buffers", "fill_uniforms", "new_buffers"]

ROUNDS = 10
FIRST, SECOND = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
FIRST_STEP, SECOND_STEP = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
SPARE_BITS = np.uint64(11)
NONE, ONE = np.uint64(0), np.uint64(1)
UNIT = 2.0**-53

ABREAST = 4
"""The numbers that come from one counter."""


class Buffers(NamedTuple):
    """The buffers of one thread while it draws a block.

    ``everyone`` (BLOCK,) counts the draws; ``tails`` (BLOCK,) is scratch for places, ``words`` (4, BLOCK / 4) for the
    four words of each counter in use.
    """

    everyone: Integers
    tails: Integers
    words: Words


def new_buffers() -> Buffers:
    """Return the buffers that one thread needs."""
    everyone = np.arange(BLOCK, dtype=np.int64)
    return Buffers(everyone, np.zeros(BLOCK, dtype=np.int64), np.zeros((ABREAST, BLOCK // ABREAST), dtype=np.uint64))


@kernel_function
def fill_uniforms(
    random_source: RandomSource, stream: int, wanted: Integers, count: int, buffers: Buffers, numbers: Floats
) -> None:
    """Write the numbers of one stream to ``numbers[:count]``, strictly between 0 and 1.

    ``wanted[:count]`` are the draws of the block, in ascending order.
    """
    if random_source.given.shape[0] > 0:
        for place in range(count):
            numbers[place] = random_source.given[stream, wanted[place]]
    else:
        counters = _set_counters(wanted, count, random_source.block, buffers.words)
        _turn(random_source.keys[stream, 0], random_source.keys[stream, 1], counters, buffers.words)
        if count == BLOCK:
            _take_all(buffers.words, numbers)
        else:
            _take(wanted, count, buffers.words, numbers)


@kernel_function
def _set_counters(wanted: Integers, count: int, block: int, words: Words) -> int:
    """Set up the counters that the wanted draws need, each once; return how many."""
    found, last = 0, -1
    for place in range(count):
        counter = wanted[place] // ABREAST
        if counter != last:
            words[0, found], words[1, found] = np.uint64(counter) + ONE, NONE
            words[2, found], words[3, found] = np.uint64(block), NONE
            found += 1
            last = counter
    return found


@kernel_function
def _turn(key: np.uint64, other: np.uint64, counters: int, words: Words) -> None:
    """Turn counters into random words."""
    for _ in range(ROUNDS):
        for at in range(counters):
            first, third = words[0, at], words[2, at]
            words[0, at] = _upper(SECOND, third) ^ words[1, at] ^ key
            words[2, at] = _upper(FIRST, first) ^ words[3, at] ^ other
            words[1, at], words[3, at] = SECOND * third, FIRST * first
        key += FIRST_STEP
        other += SECOND_STEP


@kernel_function
def _upper(a: np.uint64, b: np.uint64) -> np.uint64:
    """Return the upper 64 bits of a product, from the four products of halves: vector units have no wider product."""
    a_low, a_high, b_low, b_high = a & LOW, a >> HALF, b & LOW, b >> HALF
    across = a_low * b_high
    middle = ((a_low * b_low) >> HALF) + (across & LOW) + a_high * b_low
    return a_high * b_high + (across >> HALF) + (middle >> HALF)


@kernel_function
def _take_all(words: Words, numbers: Floats) -> None:
    """Convert every word into a number."""
    for counter in range(BLOCK // ABREAST):
        for word in range(ABREAST):
            numbers[ABREAST * counter + word] = _number_of(words[word, counter])


@kernel_function
def _take(wanted: Integers, count: int, words: Words, numbers: Floats) -> None:
    """Convert the word of each wanted draw into a number."""
    found, last = -1, -1
    for place in range(count):
        counter = wanted[place] // ABREAST
        if counter != last:
            found += 1
            last = counter
        numbers[place] = _number_of(words[wanted[place] % ABREAST, found])


@kernel_function
def _number_of(word: np.uint64) -> float:
    """Return a word as a number, converted as in NumPy and kept off 0 and 1."""
    return min(np.float64(np.int64(word >> SPARE_BITS)) * UNIT + HALF_STEP, LARGEST)
