"""Claim: VaR and ES of ten million losses take at most three times as long as copying the losses.

Both come from one call of ``tail``; what a sort costs is printed for scale. Two samples: a continuous one, and one as
scenarios give them, in which nothing at all happens in half of the draws. All are timed in turns in one run, on one
thread, by processor time; the best of the rounds counts. The answers are first held against a full sort. What the two
functions cost when they are called one after the other, as two sweeps, is printed beside it.
"""

import os
import time

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read at NumPy's import

import numpy as np

from multivector_sim.measure.selection import boundary
from multivector_sim.measure.tail import expected_shortfall, tail, value_at_risk

LOSSES, LEVEL, ROUNDS, TARGET = 10_000_000, 0.95, 15, 3


def samples():
    """Give the two samples, by name."""
    random = np.random.default_rng(1)
    nothing = random.random(LOSSES) < 0.5
    yield "continuous", random.standard_normal(LOSSES)
    yield "half of them 0", np.where(nothing, 0.0, random.beta(2.0, 6.0, LOSSES))


def seconds(work):
    started = time.process_time()
    work()
    return time.process_time() - started


def check(losses, ordered):
    """Hold both answers against the sorted sample."""
    rank, mass = boundary(LEVEL, losses.size)
    start = ordered[rank - 1]
    value, shortfall = tail(losses, LEVEL)
    assert value == value_at_risk(losses, LEVEL) == start, f"VaR {value}, sorted {start}"
    exact = start + (ordered[rank:] - start).sum() / mass
    assert abs(shortfall - exact) < 1e-13 * abs(exact), f"ES {shortfall}, sorted {exact}"
    assert shortfall == expected_shortfall(losses, LEVEL)


def main() -> None:
    for name, losses in samples():
        started = time.process_time()
        ordered = np.sort(losses)
        sort = time.process_time() - started
        check(losses, ordered)
        del ordered
        works = {
            "copy": losses.copy,
            "tail": lambda: tail(losses, LEVEL),  # noqa: B023
            "VaR": lambda: value_at_risk(losses, LEVEL),  # noqa: B023
            "ES": lambda: expected_shortfall(losses, LEVEL),  # noqa: B023
        }
        best = dict.fromkeys(works, np.inf)
        for _ in range(ROUNDS):
            for what, work in works.items():
                best[what] = min(best[what], seconds(work))
        copy = best["copy"]
        print(
            f"{name}: copy {1e3 * copy:.1f} ms, tail {1e3 * best['tail']:.1f}, value_at_risk {1e3 * best['VaR']:.1f}, "
            f"expected_shortfall {1e3 * best['ES']:.1f}, sort {1e3 * sort:.0f}"
        )
        both = (best["VaR"] + best["ES"]) / copy
        print(f"{name}: one function after the other {both:.1f} copies, a sort {sort / copy:.0f}")
        print(
            f"claim: VaR and ES of {LOSSES:,} losses over copying them, {name}, at most (target {TARGET}): "
            f"{best['tail'] / copy:.1f}"
        )


if __name__ == "__main__":
    main()
