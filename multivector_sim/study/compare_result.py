"""What a comparison says: every pair once, and what diversification is worth to each.

Losses are shares of each scenario's own baseline. Mixes keep the totals, so among them a share is money too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from itertools import combinations
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate
from multivector_sim.study.cases import case_text
from multivector_sim.study.diversification import Benefit, Ratios, benefit, ratios
from multivector_sim.study.paired import (
    CANNOT_TELL,
    NO_DIFFERENCE,
    SAME,
    Chances,
    Difference,
    chances,
    difference,
    plain,
    shortfall_difference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from multivector_sim.engine.result import Result
    from multivector_sim.study.variants import Variant

__all__ = ["COLUMNS", "Comparison", "Pair", "PairColumn"]

COLUMNS = ("total", "trade", "investment")
AGGREGATE = {"trade": 0, "investment": 1, "total": 2}


@dataclass(frozen=True)
class PairColumn:
    """Two scenarios in one column: the second less the first, on average and in the tail, and how often it is less."""

    mean: Difference
    es: dict[float, Difference]
    chances: Chances

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "mean": self.mean.document(),
            "es": {str(level): found.document() for level, found in self.es.items()},
            "chances": self.chances.document(),
        }


@dataclass(frozen=True)
class Pair:
    """Two scenarios, the second held against the first.

    Parameters
    ----------
    first, second
        Their labels.
    columns
        By column, the main one first: ``total`` where there is trade or investment.
    """

    first: str
    second: str
    columns: dict[str, PairColumn]

    @property
    def main(self) -> PairColumn:
        """The main column."""
        return next(iter(self.columns.values()))

    @property
    def verdict(self) -> str:
        """Say of the second whether it is better, worse, the same, or nobody can tell: by the main column's ES.

        The bad tail is what a mix is for; it is judged at the lowest level that was asked for.
        """
        return next(iter(self.main.es.values())).verdict

    @property
    def sentence(self) -> str:
        """Say the verdict."""
        tail, average = self.verdict, self.main.mean.verdict
        if tail == average == CANNOT_TELL and self.main.chances.alike.value == 1.0:
            apart = f"{100.0 * (1.0 - self.main.chances.alike.lowest):.2g} %"
            return (
                f"no draw tells {self.second} from {self.first}, which does not make them the same: "
                f"they may differ with a probability of up to {apart}"
            )
        if tail == average == SAME:
            return f"{self.second} loses the same as {self.first}"
        if tail == CANNOT_TELL:
            said = f"these draws cannot tell {self.second} from {self.first} in the bad tail"
        else:
            said = f"{self.second} is {tail} than {self.first} in the bad tail".replace("the same than", "the same as")
        if average == tail:
            return f"{said}, and on average"
        on_average = "nobody can tell" if average == CANNOT_TELL else f"it is {average}"
        return f"{said}; on average {on_average}"

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "verdict": self.verdict,
            "columns": {name: column.document() for name, column in self.columns.items()},
        }


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several scenarios under the same luck.

    Parameters
    ----------
    variants
        Names, scenarios and notes, in the order given.
    results
        The runs, one for each.
    levels
        Of ES, rising.
    """

    variants: tuple[Variant, ...]
    results: tuple[Result, ...]
    levels: tuple[float, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The names, in the order given."""
        return tuple(it.label for it in self.variants)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know first, a sentence each."""
        return (*(note for it in self.variants for note in it.notes), *self._apart())

    def _apart(self) -> Iterator[str]:
        """Say where shares are of different things."""
        first = self.variants[0]
        for it, result in zip(self.variants[1:], self.results[1:], strict=True):
            before, after = self.results[0].column(self.columns[0]).baseline, result.column(self.columns[0]).baseline
            if it.scenario.horizon_months != first.scenario.horizon_months:
                yield f"{it.label} and {first.label} have different horizons; losses are shares over each one's own"
            elif abs(after - before) > 1e-9 * before or it.scenario.currency != first.scenario.currency:
                yield f"{it.label} and {first.label} have different totals; losses are shares of each one's own"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that all of them have: total, trade and investment."""
        return tuple(name for name in COLUMNS if all(name in result.columns for result in self.results))

    def result(self, label: str) -> Result:
        """Give a run by its name.

        Raises
        ------
        UsageError
            If there is none.
        """
        if label not in self.labels:
            raise UsageError(f"no scenario called '{label}' is compared; there are {', '.join(self.labels)}")
        return self.results[self.labels.index(label)]

    def pair(self, first: str, second: str) -> Pair:
        """Hold one scenario against another.

        Parameters
        ----------
        first, second
            Their labels.

        Returns
        -------
        Pair
            The second less the first.

        Raises
        ------
        UsageError
            If there is no such label.
        """
        before, after = self.result(first), self.result(second)
        if self._are_one(first, second):
            return Pair(first, second, dict.fromkeys(self.columns, self._no_difference()))
        columns = {}
        for name in self.columns:
            samples = before.column(name), after.column(name)
            one, other = (it.loss_share for it in samples)
            bounds = samples[0].loss_bounds, samples[1].loss_bounds
            columns[name] = PairColumn(
                difference(one, other, bounds),
                {level: shortfall_difference(one, other, level, bounds) for level in self.levels},
                chances(one, other),
            )
        return Pair(first, second, columns)

    def _are_one(self, first: str, second: str) -> bool:
        """Return whether two scenarios assume the same, so that no draw can tell them apart."""
        texts = (case_text(self.variants[self.labels.index(label)].scenario) for label in (first, second))
        return len(set(texts)) == 1

    def _no_difference(self) -> PairColumn:
        """Return the difference of a scenario from itself."""
        never, always = Estimate(0.0, 0.0, 0.0), Estimate(1.0, 1.0, 1.0)
        return PairColumn(NO_DIFFERENCE, dict.fromkeys(self.levels, NO_DIFFERENCE), Chances(never, always, never))

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair once, the one that was named first held against the other."""
        return tuple(self.pair(first, second) for first, second in combinations(self.labels, 2))

    @property
    def one(self) -> str | None:
        """The label of the benchmark that puts everything with one partner, if it is among them."""
        return next((it.label for it in self.variants if it.is_one), None)

    @cached_property
    def benefits(self) -> dict[str, Benefit]:
        """What each of the others spares against everything with one partner; empty without that benchmark."""
        if self.one is None:
            return {}
        name, one = self.columns[0], self.result(self.one)
        base = one.column(name)
        mixes = {label: self.result(label).column(name) for label in self.labels if label != self.one}
        return {
            label: benefit(base.loss_share, mix.loss_share, self.levels, (base.loss_bounds, mix.loss_bounds))
            for label, mix in mixes.items()
        }

    @cached_property
    def ratios(self) -> dict[str, Ratios]:
        """The diversification ratio of each, over partners, in the main column."""
        name = self.columns[0]
        return {
            label: ratios(result.attribution[:, :, AGGREGATE[name]] / result.column(name).baseline, self.levels)
            for label, result in zip(self.labels, self.results, strict=True)
        }

    def document(self) -> dict[str, Any]:
        """Give what ``multivector compare --json`` prints."""
        return {
            "schema": "multivector/compare/1",
            "scenario": self.variants[0].scenario.name,
            "seed": self.results[0].seed,
            "draws": self.results[0].draws,
            "levels": list(self.levels),
            "notes": list(self.notes),
            "compared": {
                it.label: {
                    "scenario": it.scenario.name,
                    "currency": it.scenario.currency,
                    "fingerprint": result.fingerprint,
                    "columns": {name: self._measures(result, name) for name in self.columns},
                    "diversification_ratio": self.ratios[it.label].document(),
                }
                for it, result in zip(self.variants, self.results, strict=True)
            },
            "pairs": [pair.document() for pair in self.pairs],
            "diversification": {
                "one": self.one,
                "benefit": {label: found.document() for label, found in self.benefits.items()},
            },
        }

    def _measures(self, result: Result, name: str) -> dict[str, Any]:
        """Give one column's own measures."""
        sample = result.column(name)
        es = {str(level): plain(sample.es(level)) for level in self.levels}
        return {"baseline": sample.baseline, "mean": plain(sample.mean()), "sd": plain(sample.sd()), "es": es}

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw every scenario's difference from the first, with its interval."""
        axes: Axes = import_module("multivector_sim.report.compare_plot").draw(self, ax)
        return axes
