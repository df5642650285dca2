"""Claim: a Dask cluster of two workers takes no more than 15 % longer than two plain processes.

The reference case through ``mv.simulate(..., executor=...)``: once by the executor of a client of a LocalCluster of two
single-threaded workers, once by a ProcessPoolExecutor of two, in turns, by the clock, the best of three rounds; of one,
if it is of more draws than usual. Workers compile the kernel at their first task, so each is warmed up first. This
needs two idle cores. The answers have to be the same to the last bit. Past what memory may keep, draws are counted in
histograms, by both alike.

Needs Dask: ``pip install multivector-sim[dask]``. The number of draws is an argument: ``python
benchmarks/dask_workers.py 10_000_000``.
"""

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # workers inherit it

from reference import reference_scenario

import multivector_sim as mv
from multivector_sim.sampling.streams import BLOCK

DRAWS, WARM, WORKERS, ROUNDS, TARGET = 400_000, 40_960, 2, 3, 1.15


def timed(scenario, draws, executor):
    """Give the seconds of a run up to its expected shortfall, and its fingerprint."""
    started = time.perf_counter()
    result = mv.simulate(scenario, draws=draws, executor=executor)
    result.total.es(0.95)
    return time.perf_counter() - started, result.fingerprint


def warm(scenario, client, executors):
    """Let every worker compile, which a few tasks handed out at will may not reach, then run a little by each way."""
    at_work = [client.submit(mv.simulate, scenario, BLOCK, workers=[it], pure=False) for it in client.nthreads()]
    for task in at_work:
        task.result()
    at_work = [executors["plain processes"].submit(mv.simulate, scenario, BLOCK) for _ in range(WORKERS)]
    for task in at_work:  # one each: a process is started for a task that no idle one takes
        task.result()
    for executor in executors.values():
        timed(scenario, WARM, executor)


def compare(scenario, draws, executors):
    """Give the best time of each executor, in turns; they have to agree to the last bit."""
    best, fingerprints = dict.fromkeys(executors, float("inf")), set()
    for _ in range(ROUNDS if draws <= DRAWS else 1):
        for name, executor in executors.items():
            seconds, fingerprint = timed(scenario, draws, executor)
            best[name] = min(best[name], seconds)
            fingerprints.add(fingerprint)
    assert len(fingerprints) == 1
    return best


def main(draws):
    from distributed import Client, LocalCluster

    spawn = multiprocessing.get_context("spawn")
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        Client(cluster, set_as_default=False) as client,
        ProcessPoolExecutor(WORKERS, mp_context=spawn) as processes,
    ):
        executors = {"Dask": client.get_executor(pure=False), "plain processes": processes}
        warm(reference_scenario(), client, executors)
        best = compare(reference_scenario(), draws, executors)
    for name, seconds in best.items():
        print(f"{name}: {seconds:.2f} s, {1e6 * seconds / draws:.1f} microseconds a draw, {draws:,} draws")
    ratio = best["Dask"] / best["plain processes"]
    print(f"claim: Dask over plain processes, at most (target {TARGET}): {ratio:.2f}")


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed; pip install multivector-sim[dask]")
