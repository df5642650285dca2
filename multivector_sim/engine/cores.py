"""The number of cores that this process may use, which is the default number of threads of a run."""

import os

__all__ = ["CORES"]


def _cores() -> int:
    """Return the number of cores that the operating system allows this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


CORES = _cores()
"""At least 1. The result of a run does not depend on it."""
