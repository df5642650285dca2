"""The exceptions of this library, as a tree.

::

    MultivectorError                 everything this library raises on purpose
    ├── ScenarioError                a scenario that cannot be used; carries every problem found, each with its place
    ├── FlowsError                   a file of flows that cannot be used; names the place
    ├── UsageError                   an argument that makes no sense: an unknown name, a level outside (0, 1)
    │   └── ExecutorError            an executor whose workers are gone, or are not fit for the run
    └── StoreError                   a saved run that cannot be written, or cannot be trusted when read

A :class:`Notice` is a warning that does not stop anything.

A message names the place, the problem, and what to do next. Any other exception is a defect of the library.
"""

from dataclasses import dataclass
from typing import Self

__all__ = [
    "ExecutorError",
    "FlowsError",
    "Mistake",
    "MultivectorError",
    "Notice",
    "ScenarioError",
    "StoreError",
    "UsageError",
]


class MultivectorError(Exception):
    """The base of all exceptions that this library raises on purpose.

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
    """A file of flows that cannot be used, or that does not hold the requested data.

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
        """Pickle the error with its place, so that it can cross between processes."""
        return type(self), (self.message, self.file, self.line)


class UsageError(MultivectorError):
    """An argument that makes no sense: an unknown name, a level outside (0, 1), an impossible loss.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> mv.load("two-buyers").with_measure("caspian-prt")
    Traceback (most recent call last):
    multivector_sim.errors.UsageError: no measure called 'caspian-prt'; did you mean 'caspian-port'?
    """


class ExecutorError(UsageError):
    """An executor that cannot compute a run: its workers are gone, have other code, or fail again and again.

    Examples
    --------
    >>> issubclass(ExecutorError, UsageError)
    True
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
    """A warning that stops nothing; the command line prints it as a note on stderr."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One problem of a scenario, and its place.

    Parameters
    ----------
    path
        The place in the document, dotted: ``exposures.exports.rusia``; empty for the whole.
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
        """Return the one line that is shown to the user."""
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
        All problems, in the order of the file, without repetitions.

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
