"""Sections that others add to the report: a paragraph and a table each, as plain texts.

What a section says is text on the page, never markup, as everything that a scenario says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError
from multivector_sim.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.engine.result import Result

__all__ = ["Section", "register_section", "sections_of"]


@dataclass(frozen=True)
class Section:
    """What a section shows.

    Parameters
    ----------
    text
        A paragraph.
    columns
        The titles of the table's columns; none for no table.
    rows
        The table's rows, as many texts each as there are columns.
    """

    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


_registered: dict[str, tuple[str, Callable[[Result], Section | None]]] = {}


def register_section(key: str, title: str, describe: Callable[[Result], Section | None]) -> None:
    """Add a section to the report, after all others, just before the one about how it was made.

    Examples
    --------
    >>> register_section("seed", "The seed", lambda result: Section(f"It was {result.seed}."))
    >>> _registered.pop("seed")[0]  # only an example: taken away again
    'The seed'
    """
    if not key.isidentifier():
        raise UsageError(f"register_section: '{key}' cannot be an anchor; use letters, digits and underscores")
    _registered[key] = (title, describe)


def sections_of(result: Result) -> list[tuple[str, str, Section]]:
    """Return the sections that others added for a run, each with its anchor and title."""
    load_plugins()
    found = []
    for key, (title, describe) in _registered.items():
        try:
            section = describe(result)
        except Exception as error:
            raise UsageError(f"section '{key}' of the report failed: {type(error).__name__}: {error}") from error
        if section is not None:
            found.append((f"added-{key}", title, section))
    return found
