"""A process that compiles once and forks children, each of which runs a checkpointed run and is killed in the midst.

``python kill_server.py FOLDER KILLS`` prints a JSON object: how many children were killed, how many died before the
manifest was there, how many files the last one found, and the two fingerprints. A child is killed by SIGKILL a random
moment after a random number of new files; the moment counts from a file and not from the clock, so that a slow machine
changes nothing. The last child is left alone.
"""

import json
import random
import signal
import sys
import time
from pathlib import Path

import multivector_sim as mv
from multivector_sim.engine.store import is_store
from multivector_sim.sampling.streams import BLOCK
from tests.engine.cases import equal_partners
from tests.engine.forking import begin, end, kill

DRAWS = 260 * BLOCK + 100
SCENARIO = equal_partners(2, intensity=0.2, months=12)
PATIENCE = 60.0


def batches(folder):
    """Count the batches that are there."""
    return len(list(folder.glob("batch-*.npy")))


def work(folder):
    """Run, or go on where a run was begun."""
    mv.simulate(SCENARIO, draws=DRAWS, seed=3, checkpoint=folder, resume=is_store(folder), batch=2)


def killed(folder, chance):
    """Start a child, wait for a number of new files, and kill it; give what became of it."""
    before, more, delay = batches(folder), chance.choice((0, 1, 2)), chance.uniform(0.0, 0.01)
    child = begin(work, folder)
    deadline = time.monotonic() + PATIENCE
    while batches(folder) < before + more and time.monotonic() < deadline:
        time.sleep(0.0005)
    time.sleep(delay)
    return kill(child)


def main():
    """Kill, go on, and compare."""
    folder, kills, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(7)  # noqa: S311
    whole = mv.simulate(SCENARIO, draws=DRAWS, seed=3)
    codes, bare = [], 0
    for _ in range(kills):
        bare += not is_store(folder)
        codes.append(killed(folder, chance))
    found = batches(folder)
    last = end(begin(work, folder))
    resumed = mv.Result.open(folder)
    print(  # noqa: T201
        json.dumps(
            {
                "killed": codes.count(-signal.SIGKILL),
                "found": found,
                "bare": bare,
                "batches": batches(folder),
                "last": last,
                "same": resumed.document() == whole.document(),
                "fingerprints": [whole.fingerprint, resumed.fingerprint],
            }
        )
    )


if __name__ == "__main__":
    main()
