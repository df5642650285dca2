"""Where chance comes from: streams of uniform numbers, each with a name, cut into blocks.

Everything that is left to chance has a name, such as ``hazard/russia/onset`` or ``channels.exports.ceiling``, and draws
its numbers from a stream of that name alone. So whatever is added to a scenario, all other things meet the same luck
as before; two scenarios under one seed differ only where they differ; and hazard and damage never share numbers.

A stream is cut into blocks of 1,024 draws. A block's numbers depend on the seed, the name and the block's number, and
not on which blocks were drawn before: the generator is counter-based (Philox, Salmon et al. 2011), its key is a hash
of seed and name, and the block's number is a part of its counter.
"""

import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from multivector_sim.typing import Floats, Words

__all__ = ["BLOCK", "Luck", "PseudoRandom", "Source", "given"]

BLOCK = 1024
"""How many draws a block holds."""

HALF_STEP = 2.0**-54
SMALLEST, LARGEST = float(np.finfo(np.float64).tiny), 1.0 - 2.0**-53
"""Uniform numbers stay off 0 and 1 by so much, where a rounding may have put them."""


class Luck(NamedTuple):
    """The luck of one block as compiled code takes it: where the numbers of every stream come from.

    ``keys`` (stream, 2) and ``block`` say how to generate them (:mod:`multivector_sim.sampling.deal`); ``given``
    (stream, BLOCK) are the numbers themselves where somebody chose them, and has no row where nobody did.
    """

    keys: Words
    block: int
    given: Floats


class Source(Protocol):
    """Gives one block of uniform numbers, strictly between 0 and 1, for every name."""

    def luck(self, names: tuple[str, ...]) -> Luck:
        """Say where the block's numbers of the named streams come from, a row each."""
        ...


@dataclass(frozen=True)
class PseudoRandom:
    """One block of every pseudo-random stream of a seed.

    Parameters
    ----------
    seed
        A whole number from 0.
    block
        The block's number, from 0.

    Examples
    --------
    >>> first, again = (PseudoRandom(1, 7).uniforms("onset") for _ in range(2))
    >>> bool((first == again).all()), bool((first == PseudoRandom(1, 8).uniforms("onset")).any())
    (True, False)
    """

    seed: int
    block: int

    def uniforms(self, name: str) -> Floats:
        """Give the block's numbers of one stream.

        Parameters
        ----------
        name
            The stream.

        Returns
        -------
        array
            Shape (BLOCK,), independent and uniform, strictly between 0 and 1.
        """
        numbers = own.dealer.deal(key(self.seed, name), self.block)
        numbers += HALF_STEP
        return np.minimum(numbers, LARGEST, out=numbers)

    def luck(self, names: tuple[str, ...]) -> Luck:
        """Say where the block's numbers of the named streams come from: compiled code makes them of these keys."""
        return Luck(keys(self.seed, names), self.block, NONE_GIVEN)


def given(columns: Floats) -> Luck:
    """Take numbers (BLOCK, stream) that somebody chose as a block's luck."""
    return Luck(NO_KEYS, 0, np.ascontiguousarray(columns.T))


class Dealer:
    """One of NumPy's generators, set to the beginning of a block again and again: making a new one costs more."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(key=0)
        self.generator = np.random.Generator(self.bits)
        self.state = self.bits.state

    def deal(self, key: Words, block: int) -> Floats:
        """Give the numbers of one block of one stream, from 0 up to 1."""
        self.state["state"] = {"counter": np.array([0, 0, block, 0], dtype=np.uint64), "key": key}
        self.bits.state = self.state
        return self.generator.random(BLOCK)


class Own(threading.local):
    """Every thread has a dealer of its own."""

    def __init__(self) -> None:
        self.dealer = Dealer()


own = Own()
NONE_GIVEN = np.zeros((0, BLOCK))
NO_KEYS = np.zeros((0, 2), dtype=np.uint64)


@lru_cache(maxsize=1 << 16)
def key(seed: int, name: str) -> Words:
    """Give the generator's 128-bit key for a stream, as two words."""
    return np.frombuffer(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:16], dtype="<u8").astype(np.uint64)


@lru_cache(maxsize=64)
def keys(seed: int, names: tuple[str, ...]) -> Words:
    """Give the keys of several streams, a row each."""
    return np.stack([key(seed, name) for name in names]) if names else NO_KEYS
