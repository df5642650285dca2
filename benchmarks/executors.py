"""Claims: two threads do 1.8 times what one does, and under a twentieth of the time goes to anything but the kernel.

The reference case, from its scenario to its expected shortfall. Threads are timed by the clock, one and two in turns,
the best of the rounds: this needs two idle cores. Where the time of a million draws goes is counted in processor time
of one thread, which a busy machine changes little: in the kernel, which is compiled code (drawing what is assumed,
laying it out in lanes, the response, and writing what came of it to where it stays), and in the rest, which is
preparing, counting, sealing every draw into the fingerprint, and measuring.
"""

import time

from reference import reference_scenario

import multivector_sim as mv
from multivector_sim.engine import engine_choice, kernel, random_quantities
from multivector_sim.response import vector_lanes
from multivector_sim.shock import ruptures as rupture_table

DRAWS, SHARE_DRAWS, ROUNDS = 204_800, 1_000_000, 3
FASTER, OUTSIDE = 1.8, 0.05
COMPILED = {
    "drawing": [(rupture_table, "draw_block"), (random_quantities, "put_rows")],
    "laying out": [(vector_lanes, "seat"), (vector_lanes, "unseat")],
    "response": [(kernel, "run_groups")],
}


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


def answer(scenario, draws, workers=1):
    """Go from the scenario to the expected shortfall."""
    return mv.simulate(scenario, draws=draws, workers=workers).total.es(0.95)


def shares(scenario):
    """Give the time of a run, and of each part of it that was compiled code."""
    meters = {part: [Meter(getattr(*place)) for place in places] for part, places in COMPILED.items()}
    swap(meters)
    try:
        started = time.thread_time()
        answer(scenario, SHARE_DRAWS)
        whole = time.thread_time() - started
    finally:
        swap({part: [meter.function for meter in both] for part, both in meters.items()})
    return whole, {part: sum(meter.seconds for meter in both) for part, both in meters.items()}


def swap(functions):
    """Put functions where the compiled ones are, and let the engine find them anew."""
    engine_choice._compiled.cache_clear()  # noqa: SLF001
    for part, places in COMPILED.items():
        for (module, name), function in zip(places, functions[part], strict=True):
            setattr(module, name, function)


def main() -> None:
    scenario = reference_scenario()
    answer(scenario, 4096)
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(ROUNDS):
        for workers in (1, 2):
            started = time.perf_counter()
            answer(scenario, DRAWS, workers)
            best[workers] = min(best[workers], time.perf_counter() - started)
    print(f"one thread {1e6 * best[1] / DRAWS:.1f} microseconds a draw, two {1e6 * best[2] / DRAWS:.1f}")
    print(f"claim: two threads over one (target {FASTER}): {best[1] / best[2]:.2f}")
    whole, parts = shares(scenario)
    told = ", ".join(f"{part} {seconds / whole:.1%}" for part, seconds in parts.items())
    print(f"{SHARE_DRAWS:,} draws: {1e6 * whole / SHARE_DRAWS:.1f} microseconds a draw of processor time; {told}")
    outside = 1 - sum(parts.values()) / whole
    print(f"claim: share of the time outside of the kernel (target {OUTSIDE}): {outside:.3f}")


if __name__ == "__main__":
    main()
