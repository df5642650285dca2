"""What can go wrong, as a tree.

::

    MultivectorError                 everything this library raises on purpose
    ├── ScenarioError                a scenario that cannot be used; carries every problem found, each with its place
    ├── FlowsError                   a file of flows that cannot be used; says where
    ├── UsageError                   an argument that makes no sense: an unknown name, a level outside (0, 1)
    └── StoreError                   a saved run that cannot be written, or cannot be trusted when read
    Notice                           a warning: worth knowing, and nothing stops for it

A message says where, what is wrong, and what to do next. Anything else that escapes is a defect of the library.
"""

from dataclasses import dataclass
from typing import Self

__all__ = ["FlowsError", "Mistake", "MultivectorError", "Notice", "ScenarioError", "StoreError", "UsageError"]


class MultivectorError(Exception):
    """Everything that this library raises on purpose.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> try:
    ...     mv.load("two-byers")
    ... except mv.MultivectorError as error:
    ...     print(error)
    two-byers: no such file or shipped scenario; did you mean 'two-buyers'?
    """


class FlowsError(MultivectorError):
    """A file of flows that cannot be used, or that does not hold what is asked of it.

    Parameters
    ----------
    message
        What is wrong; what to do.
    file
        The file as the user named it, or None.
    line
        Counted from 1; 0 where there is none.

    Examples
    --------
    >>> print(FlowsError("no such file", "trade.csv")), print(FlowsError("not a number: 'x'", "trade.csv", 7))
    trade.csv: no such file
    trade.csv:7: not a number: 'x'
    (None, None)
    """

    def __init__(self, message: str, file: str | None = None, line: int = 0) -> None:
        self.message, self.file, self.line = message, file, line
        place = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__("".join(letter if letter.isprintable() else "?" for letter in place + message))

    def __reduce__(self) -> tuple[type[Self], tuple[str, str | None, int]]:
        """Let it cross from one process to another with its place."""
        return type(self), (self.message, self.file, self.line)


class UsageError(MultivectorError):
    """An argument that makes no sense: an unknown name, a level outside (0, 1), a loss that cannot be.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> mv.load("two-buyers").with_measure("caspian-prt")
    Traceback (most recent call last):
    multivector_sim.errors.UsageError: no measure called 'caspian-prt'; did you mean 'caspian-port'?
    """


class StoreError(MultivectorError):
    """A saved run that cannot be written, or cannot be trusted when it is read.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> mv.Result.open("nowhere")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    multivector_sim.errors.StoreError: nowhere: no saved run here ...
    """


class Notice(UserWarning):
    """Something worth knowing that stops nothing; the command line prints it as a note on stderr."""


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
        """Return the one line that a person reads."""
        place = "" if self.file is None else f"{self.file}:"
        if self.line:
            place += f"{self.line}:{self.column}:"
        path = f"{_cut(self.path, LONGEST_PATH)}:" if self.path else ""
        line = " ".join(part for part in (place, path, _cut(self.message, LONGEST_MESSAGE)) if part)
        return "".join(letter if letter.isprintable() else "?" for letter in line)


LONGEST_PATH, LONGEST_MESSAGE = 300, 1000


def _cut(text: str, longest: int) -> str:
    """Return a text with its middle left out where it is too long to be read.

    Examples
    --------
    >>> _cut("exposures." + "x" * 1000, 30)
    'exposures.xxxxx...xxxxxxxxxxxx'
    """
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}...{text[len(text) - half + 3 :]}"


class ScenarioError(MultivectorError):
    """A scenario that cannot be used.

    Parameters
    ----------
    mistakes
        Everything that is wrong, in the order of the file, none twice.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> try:
    ...     mv.load("two-buyers", settings=["horizon_months=0", "gdp=high"])
    ... except mv.ScenarioError as error:
    ...     for mistake in error.mistakes:
    ...         print(mistake.path, "|", mistake.message)
    horizon_months | must be a whole number between 1 and 1200, not 0
    gdp | must be a number, not 'high'
    """

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
