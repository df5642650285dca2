"""A process that forks writers, each of which writes one of two contents after the other and is killed in the midst.

``python kill_writers.py FOLDER KILLS`` kills so many writers of each kind: of saved runs, of reports and of machine
code. It prints a JSON object: for each kind how many were killed and how often what was read afterwards was neither
content, and which temporary folders a save left in the end. A writer never ends by itself, and what is waited before
the kill is up to three times what one writing takes, so every kill finds it at work, however slow the machine is.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import multivector_sim as mv
from multivector_sim.cache_folder import read_sealed, write_sealed
from multivector_sim.report import page
from tests.engine.cases import equal_partners
from tests.engine.forking import begin, kill

SCENARIO = equal_partners(2, intensity=0.2, months=12)
RUNS = [mv.simulate(SCENARIO, draws=64, seed=seed) for seed in (3, 4)]
REPORTS = [page.render(run) for run in RUNS]
CODES = [os.urandom(50_000), os.urandom(60_000)]
IDENTITY = b"the identity of a function"


def save(path, number):
    """Save one of two runs."""
    RUNS[number].save(path)


def saved(path):
    """Return which run is read."""
    return [it.fingerprint for it in RUNS].index(mv.Result.open(path).fingerprint)


def report(path, number):
    """Write one of two reports, rendered before."""
    page.render = lambda _: REPORTS[number]
    RUNS[number].report(path)


def reported(path):
    """Return which report is read."""
    return REPORTS.index(path.read_text(encoding="utf-8"))


def keep(path, number):
    """Keep one of two codes."""
    write_sealed(path, IDENTITY, CODES[number])


def kept(path):
    """Return which code is read."""
    return CODES.index(read_sealed(path, IDENTITY))


KINDS = {"run": (save, saved), "report.html": (report, reported), "function.code": (keep, kept)}


def work(write, path):
    """Write without end."""
    while True:
        for number in (0, 1):
            write(path, number)


def killed(write, path, delay):
    """Return how a writer ended that was killed after a time."""
    child = begin(work, write, path)
    time.sleep(delay)
    return kill(child)


def main():
    """Kill, and read what is there."""
    folder, kills, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(11)  # noqa: S311
    told = {}
    for name, (write, read) in KINDS.items():
        path = folder / name
        write(path, 0)
        began = time.monotonic()
        write(path, 0)
        usual = time.monotonic() - began
        ends, wrong, seen = [], 0, set()
        for _ in range(kills):
            ends.append(killed(write, path, chance.uniform(0.0, 3.0 * usual)))
            try:
                seen.add(read(path))
            except Exception:  # noqa: BLE001  whatever it is, it is counted
                wrong += 1
        write(path, 1)
        told[name] = {"killed": ends.count(-signal.SIGKILL), "wrong": wrong, "seen": len(seen), "last": read(path)}
    told["left"] = sorted(it.name for it in folder.glob(".run.*"))
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
