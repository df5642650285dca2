"""The version of the library that is installed."""

from __future__ import annotations

from functools import cache

__all__ = ["installed_version"]


@cache
def installed_version() -> str:
    """Return the installed version; ``unknown`` for a copy of the code that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("multivector-sim")
    except PackageNotFoundError:
        return "unknown"
