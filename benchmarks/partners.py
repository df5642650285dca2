"""Claim: with 200 partners a question takes at most four times as long for each unit of work as with 10.

A unit of work is one leg in one draw of one run of the model. Contributions take a run for each part that is taken
away, a frontier one for each partner and for each mix that it checks, sensitivity one for each input and two for each
certain number that is moved; a run works out every draw, and a draw every leg. The reference case is made larger by
partners with eight legs each, all with the same hazard, so that no month is quiet with 200 partners and most are with
10. Processor time, one thread, both sizes in one process, machine code warm.

``python benchmarks/partners.py 50`` takes another number of partners for the larger side, and less time.
"""

import os
import sys
import time

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read at NumPy's import

from scaling import sized

import multivector_sim as mv
from multivector_sim.engine.case import build_case

FEW, MANY, DRAWS, POINTS, RESAMPLES, TARGET = 10, 200, 1024, 5, 20, 4.0


def contribute(scenario, draws):
    """Take every partner away; give the runs."""
    found = mv.contribute(scenario, draws=draws, marginal_draws=draws, marginals=("partner",))
    return 1 + sum((part.calm is not None) + (part.without is not None) for part in found.group("partner"))


def frontier(scenario, draws):
    """Find the frontier of exports; give the runs."""
    found = mv.frontier(scenario, POINTS, channel="exports", draws=draws, resamples=RESAMPLES)
    return 2 + len(found.today.mix["exports"]) + len(found.points) + len(found.mixes)


def sensitivity(scenario, draws):
    """Find what drives the loss; give the runs."""
    found = mv.sensitivity(scenario, draws, column="total")
    return found.runs // draws


def main():
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    for question in (contribute, frontier, sensitivity):
        question(sized(FEW), 128)
        took = {}
        for partners in (FEW, many):
            scenario = sized(partners)
            legs = build_case(scenario).problem.leg_share.size
            started = time.process_time()
            runs = question(scenario, DRAWS)
            seconds = time.process_time() - started
            took[partners] = seconds / (runs * DRAWS * legs)
            print(f"{question.__name__}, {partners} partners: {seconds:.1f} s, {runs} runs, {legs} legs", flush=True)
        ratio = took[many] / took[FEW]
        print(
            f"claim: {question.__name__}, a unit of work with {many} partners over one with {FEW}, at most"
            f" (target {TARGET:g}): {ratio:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
