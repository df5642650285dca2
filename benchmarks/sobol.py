"""Claim: on the Kazakhstan stress case, evenly spread draws give the mean five times more exactly than chance does.

The error at random is known: the standard deviation of a draw over the root of their number. That of evenly spread
draws is measured, as the root mean square of the differences between runs of several seeds, and held against what their
own intervals say. The least error comes from few sequences; sixteen, which is what a run takes, give surer intervals.
"""

import time

import numpy as np

import multivector_sim as mv
from multivector_sim.sampling.sobol import Sobol

DRAWS, SEEDS, TARGET = 2**14, 8, 5.0


def width(estimate) -> float:
    return estimate.high - estimate.low


def main() -> None:
    scenario = mv.load("kazakhstan")
    plain = mv.simulate(scenario, draws=DRAWS)
    by_chance = plain.total.sd().value / np.sqrt(DRAWS)
    print(f"{DRAWS:,} draws at random: error {by_chance:.2e} of a mean loss of {plain.total.mean().value:.4f}")
    for sequences in (2, 16):
        started = time.process_time()
        runs = [mv.simulate(scenario, draws=DRAWS, seed=seed, sampling=Sobol(sequences)) for seed in range(SEEDS)]
        taken = time.process_time() - started
        means = np.array([run.total.mean() for run in runs])
        error = means[:, 0].std(ddof=1)
        narrower = width(plain.total.mean()) / np.mean(means[:, 2] - means[:, 1])
        tail = width(plain.total.es(0.95)) / np.mean([width(run.total.es(0.95)) for run in runs])
        print(
            f"{sequences} sequences: {1e6 * taken / (SEEDS * DRAWS):.0f} microseconds a draw; interval of the mean "
            f"{narrower:.1f} times narrower, of ES 95 % {tail:.1f} times"
        )
        better = f"{by_chance / error:.1f}"
        print(f"claim: error of the mean at random over {sequences} even sequences (target {TARGET:.0f}): {better}")


if __name__ == "__main__":
    main()
