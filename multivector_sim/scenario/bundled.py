"""The scenarios that are shipped: in the wheel, or beside the package in a clone.

A folder's ``scenario.yaml`` goes by the folder's name, any other file in it by both: ``kazakhstan``,
``kazakhstan/2022``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from multivector_sim.errors import UsageError
from multivector_sim.scenario.words import nearest

__all__ = ["names", "path_of", "place"]

PACKAGE = Path(__file__).parents[1]
PLACES = (PACKAGE / "scenarios", PACKAGE.parent / "scenarios")
MAIN = "scenario"


@cache
def files() -> dict[str, Path]:
    """Find them all, each by its name."""
    found = {
        file.parent.name if file.stem == MAIN else f"{file.parent.name}/{file.stem}": file
        for file in place().glob("*/*.yaml")
    }
    return dict(sorted(found.items()))


def place() -> Path:
    """Give the folder that holds them all.

    Examples
    --------
    >>> place().name
    'scenarios'
    """
    return next((place for place in PLACES if any(place.glob("*/*.yaml"))), PLACES[0])


def names() -> tuple[str, ...]:
    """Name the shipped scenarios, in alphabetical order.

    Examples
    --------
    >>> names()[0]
    'kazakhstan'
    """
    return tuple(files())


def path_of(name: str) -> Path:
    """Give the file of a shipped scenario.

    Parameters
    ----------
    name
        One of :func:`names`.

    Returns
    -------
    Path
        Its file.

    Raises
    ------
    UsageError
        If there is no such scenario.

    Examples
    --------
    >>> path_of("two-buyers").name
    'scenario.yaml'
    """
    if name not in files():
        near = nearest(name, names())
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(names())}"
        raise UsageError(f"no scenario called '{name}'; {hint}")
    return files()[name]
