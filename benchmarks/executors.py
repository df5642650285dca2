"""Claims: two threads do 1.8 times what one does, and a twentieth of the time goes to neither drawing nor response.

The reference case, from its scenario to its expected shortfall. Threads are timed by the clock, one and two in turns,
the best of the rounds: this needs two idle cores. Where the time goes is counted in processor time of one thread, which
a busy machine does not change: in the response, in drawing what it is asked (streams, quantiles, the copula), and in
the rest, which is laying arrays out for the kernel, joining, and measuring.
"""

import time

from reference import reference_scenario

import multivector_sim as mv
from multivector_sim.engine import kernel
from multivector_sim.engine.draws import Sampler

DRAWS, SHARE_DRAWS, ROUNDS = 102_400, 204_800, 3
FASTER, OUTSIDE = 1.8, 0.05


class Meter:
    """Adds up the processor time that a function takes."""

    def __init__(self, function):
        self.function, self.seconds = function, 0.0

    def __call__(self, *args):
        """Call the function."""
        started = time.thread_time()
        answer = self.function(*args)
        self.seconds += time.thread_time() - started
        return answer

    def method(self):
        """Give it as a function, which a class makes a method of."""

        def measured(*args):
            return self(*args)

        return measured


def answer(scenario, draws, workers=1):
    """Go from the scenario to the expected shortfall."""
    return mv.simulate(scenario, draws=draws, workers=workers).total.es(0.95)


def shares(scenario):
    """Give the time of a run, and the parts of it that were the compiled response and the drawing."""
    response, sample = Meter(kernel.run_groups), Sampler.sample
    drawing = Meter(sample)
    kernel.run_groups, Sampler.sample = response, drawing.method()
    try:
        started = time.thread_time()
        answer(scenario, SHARE_DRAWS)
        whole = time.thread_time() - started
    finally:
        kernel.run_groups, Sampler.sample = response.function, sample
    return whole, response.seconds, drawing.seconds


def main() -> None:
    scenario = reference_scenario()
    answer(scenario, 4096)
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(ROUNDS):
        for workers in (1, 2):
            started = time.perf_counter()
            answer(scenario, DRAWS, workers)
            best[workers] = min(best[workers], time.perf_counter() - started)
    whole, response, drawing = shares(scenario)
    print(f"one thread {1e6 * best[1] / DRAWS:.1f} microseconds a draw, two {1e6 * best[2] / DRAWS:.1f}")
    print(f"claim: two threads over one (target {FASTER}): {best[1] / best[2]:.2f}")
    print(
        f"processor time a draw, {SHARE_DRAWS:,} draws: {1e6 * whole / SHARE_DRAWS:.1f} microseconds; response "
        f"{response / whole:.0%}, drawing {drawing / whole:.0%}, the rest {1 - (response + drawing) / whole:.0%}"
    )
    outside = 1 - (response + drawing) / whole
    print(f"claim: share of the time outside of drawing and response (target {OUTSIDE}): {outside:.3f}")


if __name__ == "__main__":
    main()
