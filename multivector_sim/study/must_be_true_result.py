"""The answer to what must be true: turns, or a border, as data and in words."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import UsageError
from multivector_sim.study.ruling import verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.scenario.claim import Claim
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.study.ruling import Ruling
    from multivector_sim.study.turning import Turning

__all__ = ["MustBeTrue", "Range"]

SCHEMA = "multivector/must-be-true/1"


@dataclass(frozen=True)
class Range:
    """A number of the scenario, the range that is searched, and where the range comes from."""

    path: str
    low: float
    high: float
    origin: str

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"path": self.path, "low": self.low, "high": self.high, "origin": self.origin}


@dataclass(frozen=True)
class MustBeTrue:
    """Where a claim turns.

    Parameters
    ----------
    scenario, name, claim, draws, seed
        What was asked.
    today
        The claim's ruling with everything as the scenario has it.
    ranges
        One number, or two.
    turnings
        For one number its turns; for two, those of the second at each value of the first.
    columns
        The values of the first of two numbers; empty for one.
    """

    scenario: Scenario
    name: str
    claim: Claim
    draws: int
    seed: int
    today: Ruling
    ranges: tuple[Range, ...]
    turnings: tuple[Turning, ...]
    columns: tuple[float, ...] = ()

    @property
    def turning(self) -> Turning:
        """The turns of one number.

        Raises
        ------
        UsageError
            If two were asked for.
        """
        if self.columns:
            raise UsageError("two numbers have a border; look at .columns and .turnings")
        return self.turnings[0]

    @property
    def answer(self) -> str:
        """What there is to say in a word: ``turns``, ``holds everywhere``, ``holds nowhere`` or ``cannot tell``."""
        answers = {turning.answer for turning in self.turnings}
        if len(answers) == 1:
            return answers.pop()
        return "cannot tell" if answers == {"cannot tell", "holds everywhere"} else "turns"

    def words(self) -> tuple[str, ...]:
        """Say it, a sentence for each turn, or for each value of the first number."""
        title = self.claim.title or self.name
        if not self.columns:
            return tuple(f"{title}: {line}" for line in sentences(self.turnings[0], self.ranges[0]))
        first, second = self.ranges
        return tuple(
            f"{title}, with {first.path} at {value:.4g}: {line}"
            for value, turning in zip(self.columns, self.turnings, strict=True)
            for line in sentences(turning, second)
        )

    def document(self) -> dict[str, Any]:
        """Give what ``multivector must-be-true --json`` prints."""
        parts = [part(turning) for turning in self.turnings]
        if self.columns:
            parts = [{"at": value} | it for value, it in zip(self.columns, parts, strict=True)]
        return {
            "schema": SCHEMA,
            "scenario": self.scenario.name,
            "claim": self.today.document(),
            "draws": self.draws,
            "seed": self.seed,
            "ranges": [it.document() for it in self.ranges],
            "answer": self.answer,
            "words": list(self.words()),
            **({"border": parts} if self.columns else parts[0]),
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the margin over the number, or the border over two."""
        axes: Axes = import_module("multivector_sim.report.must_be_true_plot").must_be_true(self, ax)
        return axes


def part(turning: Turning) -> dict[str, Any]:
    """Give turns as plain data."""
    return {
        "turns": [turn.document() for turn in turning.turns],
        "monotone": turning.monotone,
        "tolerance": turning.tolerance,
        "scan": [
            {"value": value, "margin": margin._asdict(), "verdict": verdict(margin)} for value, margin in turning.scan
        ],
    }


def sentences(turning: Turning, searched: Range) -> list[str]:
    """Say where a claim turns."""
    inside = f"between {searched.low:.4g} and {searched.high:.4g}"
    if turning.answer == "holds everywhere":
        return [f"holds wherever {searched.path} lies {inside}"]
    if turning.answer == "holds nowhere":
        return [f"no value of {searched.path} {inside} makes it hold"]
    if turning.answer == "cannot tell":
        known = [(f"{value:.4g}", verdict(margin)) for value, margin in turning.scan]
        told = [
            f"{what} where {searched.path} is {', '.join(value for value, found in known if found == what)}"
            for what in ("holds", "fails")
            if any(found == what for _, found in known)
        ]
        rest = f"{'elsewhere' if told else f'with any value of {searched.path}'} {inside} the draws cannot tell"
        return ["; ".join([*told, f"{rest}; take more of them"])]
    return [
        f"holds where {searched.path} is {turn.holds} {turn.value:.4g} "
        f"(the draws cannot tell between {turn.low:.4g} and {turn.high:.4g})"
        for turn in turning.turns
    ]
