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
"""How compiled code draws a number; :mod:`multivector_sim.sampling.numbers` describes the shape of each."""

MOST_SHOWN = 5
SPELLED_OUT = {"sd": "standard deviation"}


def no_problem(*_: float) -> str:
    """Return an empty complaint."""
    return ""


def _by_table(*_: float) -> Form:
    """Return the form of a distribution that is drawn from a table of its quantile function."""
    return TABLED, ()


@dataclass(frozen=True, eq=False)
class LawKind:
    """Everything that is known about one distribution.

    Parameters
    ----------
    name
        The key under which a scenario writes it.
    parameters
        The names of its parameters in their order. All functions below take parameters in this order.
    quantile
        Takes uniform numbers, an array of any shape, and the parameters; returns values that never fall as the numbers
        rise.
    support, mean
        Take the parameters; return the least and the greatest value (infinite where there is none), and the exact mean.
    check
        Takes the parameters, finite numbers; returns what is wrong with them, or an empty text.
    written
        As a ``list`` of all parameters, as a mapping with their names as ``keys``, as any number of ``values``, or as a
        bare ``number``.
    defaults
        Of the last parameters, where a scenario may leave them out; only for distributions written with keys.
    form
        Takes the parameters; returns how compiled code draws it, and the numbers that this form needs. By table unless
        it is given.
    sd, density
        Take the parameters, and ``density`` values before them. They make a table more exact; without them the slopes
        of the quantile function are estimated.
    title
        Its name in a sentence; the ``name`` unless it is given.
    phrase
        Its description in the report, with the names of parameters in braces; made from title and names unless given.
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
        """The parameters that a scenario may not leave out."""
        return tuple(name for name in self.parameters if name not in self.defaults)

    def shortened(self, parameters: Parameters) -> Parameters:
        """Return the parameters without optional ones that are all at their defaults, so that equal laws are equal."""
        rest = tuple(self.defaults[name] for name in self.parameters if name in self.defaults)
        whole = len(parameters) == len(self.parameters)
        return parameters[: len(self.needed)] if rest and whole and parameters[-len(rest) :] == rest else parameters

    def named(self, parameters: Parameters) -> dict[str, float]:
        """Return parameters by name, as many as there are."""
        return dict(zip(self.parameters, parameters, strict=False))

    def in_short(self, numbers: Sequence[str]) -> str:
        """Describe it in a table or a message, given its parameters as texts."""
        if self.written == "number":
            return numbers[0]
        title = self.title or self.name
        if self.written == "keys":
            return f"{title} " + ", ".join(f"{key} {it}" for key, it in zip(self.parameters, numbers, strict=False))
        if len(numbers) > MOST_SHOWN:
            numbers = [*numbers[: MOST_SHOWN - 1], f"... ({len(numbers)} values)"]
        return f"{title} {', '.join(numbers)}"

    def in_words(self, parameters: Parameters, shown: Callable[[float], str], number: Callable[[float], str]) -> str:
        """Describe it in a sentence; ``shown`` writes what has the unit of the figure, ``number`` what has none."""
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
