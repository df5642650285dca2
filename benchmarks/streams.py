"""Claim: that a stream has a name and begins at any block makes its numbers at most four times dearer.

A stream has a key of its own, hashed from its name; ``default_rng().random``, NumPy's fastest, has none and goes only
forwards. Both fill blocks of 1,024, warm, one thread, processor time.
"""

import time

import numpy as np

from multivector_sim.sampling.streams import BLOCK, PseudoRandom

BLOCKS, ROUNDS, TARGET = 4000, 5, 4.0


def seconds(work):
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    generator = np.random.default_rng(1)
    ours = plain = np.inf
    for _ in range(ROUNDS):
        ours = min(ours, seconds(lambda: [PseudoRandom(1, block).uniforms("hazard/x") for block in range(BLOCKS)]))
        plain = min(plain, seconds(lambda: [generator.random(BLOCK) for _ in range(BLOCKS)]))
    numbers = BLOCKS * BLOCK
    print(f"a named stream {1e9 * ours / numbers:.1f} ns a number, default_rng {1e9 * plain / numbers:.1f}")
    print(f"claim: a named stream over default_rng, at most (target {TARGET:.0f}): {ours / plain:.1f}")


if __name__ == "__main__":
    main()
