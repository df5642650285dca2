"""What can go wrong, as a tree.

::

    MultivectorError                 everything this library raises on purpose
    ├── ScenarioError                a scenario that cannot be used; carries every problem found, each with its place
    ├── UsageError                   an argument that makes no sense: an unknown name, a level outside (0, 1)
    └── StoreError                   a saved run that cannot be written, or cannot be trusted when read

A message says where, what is wrong, and what to do next. Anything else that escapes is a defect of the library.
"""

from dataclasses import dataclass

__all__ = ["Mistake", "MultivectorError", "ScenarioError", "StoreError", "UsageError"]


class MultivectorError(Exception):
    """Everything that this library raises on purpose."""


class UsageError(MultivectorError):
    """An argument that makes no sense: an unknown name, a level outside (0, 1), a loss that cannot be."""


class StoreError(MultivectorError):
    """A saved run that cannot be written, or cannot be trusted when it is read."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with a scenario, and where.

    Parameters
    ----------
    path
        Where in the document, dotted: ``exposures.exports.rusia``; empty for the whole.
    message
        What is wrong; what to do.
    file
        The file as the user named it, or an origin such as ``--set``; None for a scenario made in Python.
    line, column
        Counted from 1; 0 where there is none.

    Examples
    --------
    >>> str(Mistake("gdp", "not a number", "a.yaml", 3, 6))
    'a.yaml:3:6: gdp: not a number'
    """

    path: str
    message: str
    file: str | None = None
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Give the one line that a person reads."""
        place = "" if self.file is None else f"{self.file}:"
        if self.line:
            place += f"{self.line}:{self.column}:"
        line = " ".join(part for part in (place, f"{self.path}:" if self.path else "", self.message) if part)
        return "".join(letter if letter.isprintable() else "?" for letter in line)


class ScenarioError(MultivectorError):
    """A scenario that cannot be used.

    Parameters
    ----------
    mistakes
        Everything that is wrong, in the order of the file, none twice.
    """

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
