"""Streams of uniform random numbers, each with a name, cut into blocks.

Every random quantity has a name, such as ``hazard/russia/onset`` or ``channels.exports.ceiling``, and takes
its numbers from a stream of that name alone. If anything is added to a scenario, all else keeps its random numbers;
two scenarios under one seed differ only where the scenarios differ; and hazard and damage never share numbers.

A block has 1,024 draws. Its numbers depend on the seed, the name and the number of the block, not on which blocks were
drawn before: the generator is counter-based (Philox, Salmon et al. 2011), its key is a hash of seed and name, and the
block number is part of its counter.
"""

import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from multivector_sim.typing import Floats, Words

__all__ = ["BLOCK", "PseudoRandom", "RandomSource", "Source", "given"]

BLOCK = 1024
"""The number of draws in a block."""

HALF_STEP = 2.0**-54
SMALLEST, LARGEST = float(np.finfo(np.float64).tiny), 1.0 - 2.0**-53
"""The distance of uniform numbers from 0 and 1, where rounding may have put them."""


class RandomSource(NamedTuple):
    """The random numbers of one block in the form that compiled code takes.

    ``keys`` (stream, 2) and ``block`` generate them (:mod:`multivector_sim.sampling.philox`); ``given``
    (stream, BLOCK) are the numbers themselves if they are prescribed, and has no row otherwise.
    """

    keys: Words
    block: int
    given: Floats


class Source(Protocol):
    """Provides one block of uniform numbers, strictly between 0 and 1, for every name."""

    def random_source(self, names: tuple[str, ...]) -> RandomSource:
        """Return the source of the block's numbers for the named streams, a row each."""
        ...


@dataclass(frozen=True)
class PseudoRandom:
    """One block of every pseudo-random stream of a seed.

    Parameters
    ----------
    seed
        A whole number from 0.
    block
        The number of the block, from 0.

    Examples
    --------
    >>> first, again = (PseudoRandom(1, 7).uniforms("onset") for _ in range(2))
    >>> bool((first == again).all()), bool((first == PseudoRandom(1, 8).uniforms("onset")).any())
    (True, False)
    """

    seed: int
    block: int

    def uniforms(self, name: str) -> Floats:
        """Return the block's numbers of one stream.

        Parameters
        ----------
        name
            The stream.

        Returns
        -------
        array
            Shape (BLOCK,), independent and uniform, strictly between 0 and 1.
        """
        numbers = own.philox.fill_uniforms(_key(self.seed, name), self.block)
        numbers += HALF_STEP
        return np.minimum(numbers, LARGEST, out=numbers)

    def random_source(self, names: tuple[str, ...]) -> RandomSource:
        """Return the source of the block's numbers for the named streams: the keys of compiled code's generator."""
        return RandomSource(_keys(self.seed, names), self.block, NONE_GIVEN)


def given(columns: Floats) -> RandomSource:
    """Return prescribed numbers (BLOCK, stream) as the random source of a block."""
    return RandomSource(NO_KEYS, 0, np.ascontiguousarray(columns.T))


class _Philox:
    """A NumPy generator that is set to the beginning of one block after another, which is cheaper than a new one."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(key=0)
        self.generator = np.random.Generator(self.bits)
        self.state = self.bits.state

    def fill_uniforms(self, key: Words, block: int) -> Floats:
        """Return the numbers of one block of one stream, from 0 up to 1."""
        self.state["state"] = {"counter": np.array([0, 0, block, 0], dtype=np.uint64), "key": key}
        self.bits.state = self.state
        return self.generator.random(BLOCK)


class _Own(threading.local):
    """The generator of one thread."""

    def __init__(self) -> None:
        self.philox = _Philox()


own = _Own()
NONE_GIVEN = np.zeros((0, BLOCK))
NO_KEYS = np.zeros((0, 2), dtype=np.uint64)


@lru_cache(maxsize=1 << 16)
def _key(seed: int, name: str) -> Words:
    """Return the generator's 128-bit key for a stream, as two words."""
    return np.frombuffer(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:16], dtype="<u8").astype(np.uint64)


@lru_cache(maxsize=64)
def _keys(seed: int, names: tuple[str, ...]) -> Words:
    """Return the keys of several streams, a row each."""
    return np.stack([_key(seed, name) for name in names]) if names else NO_KEYS
