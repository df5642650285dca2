"""Plug-ins: packages that extend this one, found by their entry points and loaded before they may be needed.

A package names a function in its ``pyproject.toml``::

    [project.entry-points."multivector_sim.plugins"]
    my_laws = "my_package:register"

The function takes nothing and calls ``register_law`` and ``register_measure``. It is called once, before the first
scenario is read. A plug-in that fails raises an error that names it: a run must not depend on whether a
package happened to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "load_plugins"]

GROUP = "multivector_sim.plugins"
"""The group of entry points under which plug-ins register."""

_loaded: set[str] = set()


def load_plugins() -> None:
    """Load every installed plug-in that is not loaded yet."""
    if GROUP in _loaded:
        return
    from importlib.metadata import entry_points

    _loaded.add(GROUP)  # a plug-in that queries the registers must not start this again
    try:
        for found in entry_points(group=GROUP):
            if found.value not in _loaded:
                _load(found)
                _loaded.add(found.value)
    except UsageError:
        _loaded.discard(GROUP)
        raise


def _load(found: EntryPoint) -> None:
    """Load one plug-in."""
    try:
        register = found.load()
        if callable(register):
            register()
    except Exception as error:
        package = f" of {found.dist.name} {found.dist.version}" if found.dist is not None else ""
        raise UsageError(
            f"plug-in '{found.name}'{package} failed: {type(error).__name__}: {error}; fix it or uninstall its package"
        ) from error
