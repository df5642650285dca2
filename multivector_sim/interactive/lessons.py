"""The shipped lessons: marimo notebooks, numbered, each with its title in ``app_title``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from multivector_sim.errors import UsageError

__all__ = ["Lesson", "explorer_file", "lesson", "lessons"]

PACKAGE = Path(__file__).parents[1]
PLACES = (PACKAGE / "lessons", PACKAGE.parent / "lessons")
TITLE = re.compile(r'app_title="Lesson (\d+): ([^"]+)"')


class Lesson(NamedTuple):
    """One lesson and its notebook."""

    number: int
    title: str
    file: Path

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/{self.number}"


def _folder() -> Path:
    """Return the folder of the notebooks: inside the wheel, or beside the package in a checkout."""
    return next((place for place in PLACES if any(place.glob("[0-9]*_*.py"))), PLACES[0])


def explorer_file() -> Path:
    """Return the notebook of the explorer.

    Examples
    --------
    >>> explorer_file().name
    'explorer.py'
    """
    return _folder() / "explorer.py"


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return the shipped lessons in order.

    Examples
    --------
    >>> lessons()[0].number, lessons()[0].title
    (1, 'one or many')
    """
    found = []
    for file in sorted(_folder().glob("[0-9]*_*.py")):
        named = TITLE.search(file.read_text(encoding="utf-8"))
        if named:
            found.append(Lesson(int(named[1]), named[2], file))
    return tuple(found)


def lesson(number: int) -> Lesson:
    """Return one lesson by its number.

    Raises
    ------
    UsageError
        If there is none.
    """
    for it in lessons():
        if it.number == number:
            return it
    raise UsageError(f"learn: no lesson {number}; there are 1 to {len(lessons())}")
