"""Other packages that add to this one: found by their entry points, loaded when something of theirs may be needed.

A package names a function in its ``pyproject.toml``::

    [project.entry-points."multivector_sim.plugins"]
    my_laws = "my_package:register"

The function takes nothing and calls ``register_law`` and ``register_measure``. It is called once, before the first
scenario is read. A plug-in that fails is named, and nothing goes on without it: a run must not depend on whether a
package happened to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "load_plugins"]

GROUP = "multivector_sim.plugins"
"""The group of entry points in which plug-ins name themselves."""

_loaded: set[str] = set()


def load_plugins() -> None:
    """Load every plug-in that is installed and not loaded yet."""
    if GROUP in _loaded:
        return
    from importlib.metadata import entry_points

    _loaded.add(GROUP)  # a plug-in that asks what is known already must not start this again
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
            f"plug-in '{found.name}'{package} failed: {type(error).__name__}: {error}; mend it or uninstall its package"
        ) from error
