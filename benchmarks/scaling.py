"""Claims: cost grows no faster than draws, months and legs; a hundred million draws take no more memory than a million.

The reference case, made larger one way at a time: more draws, more months, more partners with eight legs each. A slope
is that of the logarithm of the processor time of a run over the logarithm of the size, by least squares; 1 is linear,
and a cost that does not grow lowers it. A month in which nothing is wrong costs next to nothing, so what a larger case
costs depends on what goes wrong in it. Months and partners therefore grow in three ways, of which the first two are
claims; in the third, two things grow at once, until no month is quiet any more:

    as many ruptures   the hazard is divided by what grew: a draw has as many ruptures at any size
    never quiet        the same, and one partner is struck for the whole horizon: every month has to be worked out
    the same hazard    each partner ruptures 4 times a hundred years: ruptures grow with partners and months as well

A hundred million draws are put on paper, from the slope. Memory is the peak of a process of its own that may keep
``BUDGET`` bytes of draws, of a small scenario; both counts of draws are past that, so the rest is counted in
histograms. The larger count is an argument: ``python benchmarks/scaling.py 100_000_000`` takes the claim at its word
in some minutes; left out, it is a few million.
"""

import os
import resource
import subprocess
import sys
import time

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read at NumPy's import

import numpy as np
from reference import reference_scenario

import multivector_sim as mv

DRAWS, MONTHS, PARTNERS = (10_000, 100_000, 1_000_000), (12, 60, 120, 240), (8, 25, 50, 100, 200)
SIZED_DRAWS, ROUNDS, HAZARD, TARGET = 8192, 2, 0.04, 1.1
FEW, MANY, MOST, BUDGET = 1_000_000, 5_000_000, 100_000_000, 1e8
SMALL = ("two-buyers", {"horizon_months": 12})
WAYS = ("as many ruptures", "never quiet", "the same hazard")


def sized(partners=8, months=60, way=WAYS[2]):
    """Make the reference case larger; partners repeat its eight, corridors stay eight and grow with their load."""
    document = reference_scenario().document()
    first = list(document["partners"])
    alike = {f"p{place}": first[place % len(first)] for place in range(partners)}
    hazard = HAZARD if way == WAYS[2] else HAZARD * (8 / partners) * (60 / months)
    load = dict.fromkeys(document["corridors"], 0.0)
    for channel, sizes in document["exposures"].items():
        for partner in alike.values():
            for corridor, share in document["legs"][channel][partner].items():
                size, part = (it["value"] if isinstance(it, dict) else it for it in (sizes[partner], share))
                load[corridor] += size * part
    for name, corridor in document["corridors"].items():
        corridor["capacity"] = 1.2 * load[name]
    for part in ("exposures", "legs"):
        for channel, rows in document[part].items():
            document[part][channel] = {name: rows[old] for name, old in alike.items()}
    models = document["hazard"]["partners"]
    document["hazard"]["partners"] = {name: models[old] | {"intensity": hazard} for name, old in alike.items()}
    if way == WAYS[1]:
        struck = {"exports": 0.4, "transit": 0.4}
        document["stress"] = [{"partner": "p0", "channels": struck, "duration_months": months}]
    document |= {"horizon_months": months, "partners": {name: {"title": name} for name in alike}}
    return type(reference_scenario()).model_validate(document)


def spent(scenario, draws):
    """Give the processor time of a run up to its expected shortfall, the best of the rounds."""
    best = np.inf
    for _ in range(1 if draws > DRAWS[1] else ROUNDS):
        started = time.process_time()
        mv.simulate(scenario, draws=draws).total.es(0.95)
        best = min(best, time.process_time() - started)
    return best


def slope(sizes, seconds):
    """Give the slope, and print that of the last step."""
    print(f"  between the two largest: {np.log(seconds[-1] / seconds[-2]) / np.log(sizes[-1] / sizes[-2]):.2f}")
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def claim(what, found):
    """Print a slope as a claim."""
    print(f"claim: slope of the time over {what}, at most (target {TARGET}): {found:.2f}")


def time_draws():
    scenario = reference_scenario()
    seconds = [spent(scenario, draws) for draws in DRAWS]
    for draws, took in zip(DRAWS, seconds, strict=True):
        print(f"{draws:>9,} draws: {took:6.2f} s, {1e6 * took / draws:.1f} us a draw")
    found = slope(DRAWS, seconds)
    claim("draws", found)
    hours = seconds[-1] * (MOST / DRAWS[-1]) ** found / 3600
    print(f"  on paper, {MOST:,} draws of the reference case: {hours:.2f} hours of one core")


def time_sizes(what, sizes, make):
    """Time a case of every size, in every way."""
    for way in WAYS:
        seconds = []
        for size in sizes:
            seconds.append(spent(make(size, way), SIZED_DRAWS))
            print(f"{size:>9,} {what}, {way}: {1e6 * seconds[-1] / SIZED_DRAWS:7.1f} us a draw")
        found = slope(sizes, seconds)
        if way == WAYS[2]:
            print(f"  slope of the time over {what} and ruptures together: {found:.2f}")
        else:
            claim(f"{what}, {way}", found)
        hours = seconds[-1] / SIZED_DRAWS * MOST / 3600
        print(f"  on paper, {MOST:,} draws of the largest: {hours:.1f} hours of one core")


def peak(draws):
    """Give the peak memory of a run in a process of its own, bytes."""
    started = time.perf_counter()
    command = [sys.executable, __file__, "peak", str(draws)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  this very file
    found = int(told.stdout)
    print(f"{draws:>11,} draws: peak {found / 1e6:.0f} MB, {time.perf_counter() - started:.0f} s")
    assert found > own_peak(), "a process begins with the peak of the one that started it, so that one has to be small"
    return found


def own_peak():
    """Give the peak memory of this process, bytes; Linux counts in kilobytes, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def tell_peak(draws):
    """Run, and print the peak memory of this process, bytes."""
    total = mv.simulate(mv.load(SMALL[0], settings=SMALL[1]), draws=draws, memory=BUDGET).total
    assert total.var(0.95).value <= total.es(0.95).value
    print(own_peak())


def main(many):
    ratio = peak(many) / peak(FEW)  # first, while this process is small
    print(f"claim: peak memory at {many:,} draws over {FEW:,}, at most (target {TARGET}): {ratio:.3f}")
    spent(reference_scenario(), 4096)
    time_draws()
    time_sizes("months", MONTHS, lambda months, way: sized(months=months, way=way))
    time_sizes("legs", [8 * partners for partners in PARTNERS], lambda legs, way: sized(partners=legs // 8, way=way))


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        tell_peak(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
