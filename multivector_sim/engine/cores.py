"""How many cores this process may use, which is how many threads a run takes unless it is told otherwise."""

import os

__all__ = ["CORES"]


def _cores() -> int:
    """Return the number of cores that the operating system lets this process run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


CORES = _cores()
"""At least 1. The answer of a run does not depend on it."""
