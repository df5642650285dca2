"""The wording and collection of mistakes.

A message names the problem and what to do about it. For an unknown name it suggests the nearest known one. The search
takes time, so only the first mistakes get such a hint; a file with thousands of wrong names still gets its messages.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from multivector_sim.errors import Mistake
from multivector_sim.scenario.unicode_text import name_unseen

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Complaints", "nearest", "nearest_or", "nearest_or_all", "shown"]

MOST_HINTS = 40
MOST_COMPARED = 20_000
MOST_LISTED = 12
LONGEST = 40


def shown(value: object) -> str:
    """Return a value as a message shows it: as in YAML, on one line, not too long.

    Examples
    --------
    >>> [shown(value) for value in (1.5, "high", None, True, [1, 2], {"a": 1})]
    ['1.5', "'high'", 'nothing', 'true', 'a list', 'a mapping']
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list, tuple)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        return "a number too large to show"
    text = f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else _ascii_safe(repr(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _ascii_safe(text: str) -> str:
    """Return a text on one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def nearest(name: object, known: Collection[str]) -> str:
    """Return the nearest known name; empty when none is near.

    Examples
    --------
    >>> nearest("rusia", ["russia", "china"]), nearest("mars", ["russia", "china"])
    ('russia', '')
    """
    near = get_close_matches(name, known, 1) if isinstance(name, str) and len(name) <= LONGEST else []
    return near[0] if near else ""


def nearest_or(name: object, known: Collection[str], otherwise: str = "") -> str:
    """Return the end of a message about an unknown name: the nearest known name, or other advice.

    Examples
    --------
    >>> nearest_or("rusia", ["russia", "china"]), nearest_or("mars", ["russia", "china"], "name a partner")
    ("; did you mean 'russia'?", '; name a partner')
    """
    near = nearest(name, known)
    return f"; did you mean '{near}'?" if near else f"; {otherwise}" if otherwise else ""


def nearest_or_all(name: object, known: Collection[str]) -> str:
    """Return the end of a message about an unknown name: the nearest known name, or all of them.

    Examples
    --------
    >>> nearest_or_all("mars", ["russia", "china"])
    '; there are russia, china'
    """
    return nearest_or(name, known, f"there are {', '.join(known)}" if known else "")


class Complaints:
    """The mistakes found in one document, one for each path and message."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Mistake] = {}
        self.hints = MOST_HINTS
        self.compared = 0

    def add(self, path: str, message: str) -> None:
        """Add a mistake."""
        self.found.setdefault((path, message), Mistake(path, message))

    def unknown(self, path: str, kind: str, name: object, known: Collection[str]) -> None:
        """Add a mistake about an unknown name."""
        self.add(path, f"no {kind} called {_quoted(name)}" + self.hint(name, known))

    def hint(self, name: object, known: Collection[str]) -> str:
        """Return the nearest name, or all names when they are few; empty after the first mistakes."""
        if self.hints <= 0 or self.compared > MOST_COMPARED:
            return ""
        self.hints -= 1
        self.compared += len(known)
        few = 0 < len(known) <= MOST_LISTED
        return nearest_or(name, known, f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}" if few else "")


def _quoted(name: object) -> str:
    """Show a name in quotes."""
    return shown(name) + name_unseen(name) if isinstance(name, str) else f"'{shown(name)}'"
