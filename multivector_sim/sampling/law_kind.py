"""One entry of the table of probability distributions in :mod:`multivector_sim.sampling.laws`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from multivector_sim.typing import Floats

    Parameters: TypeAlias = tuple[float, ...]
    Form: TypeAlias = tuple[int, Parameters]

__all__ = [
    "BETA",
    "EMPIRICAL",
    "FIXED",
    "GAMMA",
    "LOGNORMAL",
    "TABLED",
    "TRIANGULAR",
    "UNIFORM",
    "LawKind",
    "no_problem",
]

FIXED, UNIFORM, TRIANGULAR, LOGNORMAL, BETA, GAMMA, EMPIRICAL, TABLED = range(8)
"""How compiled code draws a number; see :mod:`multivector_sim.sampling.numbers` for the shape of each."""

MOST_SHOWN = 5
SPELLED_OUT = {"sd": "standard deviation"}


def no_problem(*_: float) -> str:
    """Return an empty message."""
    return ""


def _by_table(*_: float) -> Form:
    """Return the form of a distribution that is drawn from a table of its quantile function."""
    return TABLED, ()


@dataclass(frozen=True, eq=False)
class LawKind:
    """The definition of one distribution.

    Parameters
    ----------
    name
        The key under which a scenario writes it.
    parameters
        The names of its parameters in order. All functions below take parameters in this order.
    quantile
        Takes uniform numbers, an array of any shape, and the parameters; returns values that never decrease as the
        numbers increase.
    support, mean
        Take the parameters; return the least and the greatest value (infinite where unlimited), and the exact mean.
    check
        Takes the parameters, finite numbers; returns what is wrong with them, or an empty text.
    written
        The notation: a ``list`` of all parameters, a mapping with their names as ``keys``, any number of ``values``,
        or a bare ``number``.
    defaults
        Defaults of the last parameters, where a scenario may leave them out; only for distributions written with keys.
    form
        Takes the parameters; returns how compiled code draws it, and the numbers that this form needs. By default it is
        drawn from a table.
    sd, density
        Take the parameters; ``density`` takes values before them. They make a table more exact; without them the slopes
        of the quantile function are estimated.
    title
        Its name in a sentence; ``name`` by default.
    phrase
        Its description in the report, with the names of parameters in braces; by default made from title and names.
    plain
        The parameters that are pure numbers even where the figure is an amount of money.
    """

    name: str
    parameters: tuple[str, ...]
    quantile: Callable[..., Floats]
    support: Callable[..., tuple[float, float]]
    mean: Callable[..., float]
    check: Callable[..., str] = no_problem
    written: Literal["list", "keys", "values", "number"] = "list"
    defaults: Mapping[str, float] = field(default_factory=dict)
    form: Callable[..., Form] = _by_table
    sd: Callable[..., float] | None = None
    density: Callable[..., Floats] | None = None
    title: str = ""
    phrase: str = ""
    plain: frozenset[str] = frozenset()

    @property
    def needed(self) -> tuple[str, ...]:
        """The parameters that a scenario must give."""
        return tuple(name for name in self.parameters if name not in self.defaults)

    def shortened(self, parameters: Parameters) -> Parameters:
        """Return the parameters without optional ones that are all at their defaults, so equal ones compare equal."""
        rest = tuple(self.defaults[name] for name in self.parameters if name in self.defaults)
        whole = len(parameters) == len(self.parameters)
        return parameters[: len(self.needed)] if rest and whole and parameters[-len(rest) :] == rest else parameters

    def named(self, parameters: Parameters) -> dict[str, float]:
        """Return the parameters by name, as many as there are."""
        return dict(zip(self.parameters, parameters, strict=False))

    def in_short(self, numbers: Sequence[str]) -> str:
        """Return a short description for a table or a message, given its parameters as texts."""
        if self.written == "number":
            return numbers[0]
        title = self.title or self.name
        if self.written == "keys":
            return f"{title} " + ", ".join(f"{key} {it}" for key, it in zip(self.parameters, numbers, strict=False))
        if len(numbers) > MOST_SHOWN:
            numbers = [*numbers[: MOST_SHOWN - 1], f"... ({len(numbers)} values)"]
        return f"{title} {', '.join(numbers)}"

    def in_words(self, parameters: Parameters, shown: Callable[[float], str], number: Callable[[float], str]) -> str:
        """Return a description for a sentence; ``shown`` formats values in the figure's unit, ``number`` pure ones."""
        if self.written == "number":
            return shown(parameters[0])
        if self.written == "values":
            return f"one of {len(parameters)} values, {shown(min(parameters))} to {shown(max(parameters))}"
        texts = {key: (number if key in self.plain else shown)(it) for key, it in self.named(parameters).items()}
        if self.phrase:
            return self.phrase.format(**texts)
        return f"{self.title or self.name}: " + ", ".join(
            f"{SPELLED_OUT.get(key, key)} {it}" for key, it in texts.items()
        )
