"""Which version of this library is running."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["VERSION"]


def installed() -> str:
    """Give the version that is installed; ``unknown`` for a bare copy of the code."""
    try:
        return version("multivector-sim")
    except PackageNotFoundError:
        return "unknown"


VERSION = installed()
