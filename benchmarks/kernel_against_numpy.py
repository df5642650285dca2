"""Claim: the compiled response takes at most a quarter of the time of the same model in NumPy.

Both answer the same draws on one thread, both are warm, and they are timed in turns in one run, so that a busy machine
slows both. The best of the rounds counts. The answers are compared first.

The NumPy version is the library's own engine where there is no compiler, and written for speed: draws are its last
axis, legs meet corridors in sparse sums, draws are grouped by when they first go wrong, and both sides share losses out
to those who caused them. The kernel leads because it reads and writes each number once where NumPy does so for each
operation.
"""

import os
import time

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read at NumPy's import

import numpy as np
from problems import reference_draws, reference_problem

from multivector_sim.engine import numpy_engine
from multivector_sim.engine.kernel import respond

DRAWS, BLOCK, ROUNDS = 4096, 1024, 7
TARGET = 4.0


def main() -> None:
    problem = reference_problem()
    draws = reference_draws(problem, DRAWS)
    blocks = [type(draws)(*(a[first : first + BLOCK] for a in draws)) for first in range(0, DRAWS, BLOCK)]
    channels = problem.kind.size
    compiled = np.concatenate([respond(problem, block).loss_share[:, :channels] for block in blocks])
    vectorised = np.concatenate([numpy_engine.respond(problem, block).loss_share[:, :channels] for block in blocks])
    difference = np.abs(compiled - vectorised).max()
    assert difference < 1e-10, f"the two differ by {difference}"
    assert compiled.max() > 0.05, "nothing was lost, so nothing was compared"
    kernel_time, numpy_time = np.inf, np.inf
    for _ in range(ROUNDS):
        kernel_time = min(kernel_time, seconds(lambda: [respond(problem, block) for block in blocks]))
        numpy_time = min(numpy_time, seconds(lambda: [numpy_engine.respond(problem, block) for block in blocks]))
    ratio = numpy_time / kernel_time
    print(f"kernel {1e6 * kernel_time / DRAWS:.1f} microseconds a draw, NumPy {1e6 * numpy_time / DRAWS:.1f}")
    print(f"largest difference between the two: {difference:.1e}")
    print(f"claim: NumPy over the compiled response, one thread (target {TARGET:.0f}): {ratio:.1f}")


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
