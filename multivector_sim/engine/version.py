"""Which version of this library is running, and beside which others.

Equal draws need more than an equal version of this library. SciPy 1.17 computes Student's t and the incomplete beta
function by other code than SciPy 1.15 did, and the last bits of the result differ; so they may with another NumPy (the
tables of quantiles) or another numba (the compiler, which brings its own exponential).
"""

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

__all__ = ["LIBRARIES", "VERSION"]

COMPUTING = ("scipy", "numpy", "numba")


def installed() -> str:
    """Give the version that is installed; ``unknown`` for a bare copy of the code."""
    try:
        return version("multivector-sim")
    except PackageNotFoundError:
        return "unknown"


VERSION = installed()


def beside() -> str:
    """Return the versions of the libraries that compute draws, such as ``scipy 1.17.1, numpy 2.4.6, numba 0.68.1``."""
    found = []
    for name in COMPUTING:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return ", ".join(found)


LIBRARIES = beside()
