"""Whether one mix is more resilient than another, and whether the difference is more than noise.

All scenarios run with the same seed. Random streams go by name, so all of them meet the same random numbers as far as
they share assumptions. Differences are taken draw by draw (:mod:`multivector_sim.questions.paired_runs`), every pair
once, in trade, investment and total: of the mean, of the expected shortfall at each level, and how often the second
loses less. Losses are shares of each scenario's own baseline; mixes keep the totals, so among mixes a share is money
too.

**Diversification benefit.** The same total flow under one partner and under another mix, with the same random numbers::

    benefit = measure(one partner) - measure(mix),     and as a share of measure(one partner)

**Diversification ratio.** A draw's loss is the sum of the parts that each partner's ruptures caused::

    ratio = sum over partners of sd(part) / sd(whole),     and the same with ES in place of sd

The ratio is 1 if one partner causes everything or all rupture together. It is never below 1, because sd and ES are
subadditive, and at most the root of the number of partners for the sd of independent, equal ones. A part is what a
partner caused in the joint run (:func:`multivector_sim.engine.result.Result.attribution`), not what a run without the
others would give.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer
from multivector_sim.display.plotting import draw_literally
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import Row, Table, make_row, measured_in
from multivector_sim.display.wording import digits_for, with_interval
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent, simulate
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate, document_of, shortfall_scores
from multivector_sim.measure.selection import check_level
from multivector_sim.measure.tail import LEVELS
from multivector_sim.questions.paired_runs import (
    CANNOT_TELL,
    NO_DIFFERENCE,
    NOTHING_KNOWN,
    SAME,
    Chances,
    Difference,
    chances,
    difference,
    ratio,
    sd_scores,
    shortfall_difference,
)
from multivector_sim.questions.variants import case_text, labelled
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from matplotlib.axes import Axes

    from multivector_sim.engine.result import Result
    from multivector_sim.measure.bounded_intervals import Bounds
    from multivector_sim.questions.variants import Variant
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.typing import Floats

__all__ = ["COLUMNS", "DRAWS", "Benefit", "Comparison", "Pair", "PairColumn", "Ratios", "benefit", "compare", "ratios"]

DRAWS = 40_000
Kept = TypeVar("Kept")
SHARE = "share of the baseline"


@with_bar
@on_executor
def compare(
    scenarios: Sequence[ScenarioLike],
    draws: int = DRAWS,
    seed: int = 1,
    *,
    levels: Sequence[float] = LEVELS,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> Comparison:
    """Run several scenarios with common random numbers and return their differences.

    Parameters
    ----------
    scenarios
        Two or more, each a scenario, a name, a path or a dictionary. A text after the first is a mix, a measure or an
        override of the first, else one of the benchmarks ``one``, ``one:PARTNER`` and ``equal``
        (:mod:`multivector_sim.questions.variants`), else a shipped scenario or a file.
    draws
        Number of draws of each scenario.
    seed
        The same for all of them.
    levels
        Of ES; the lowest gives the verdict.
    workers
        How many threads to run.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with the draws done and to do, over all scenarios.

    Returns
    -------
    Comparison
        Differences below 0 mean that the second loses less.

    Raises
    ------
    UsageError
        If a name means nothing, fewer than two are given, or a number makes no sense.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> scenario = mv.load("one-or-many")
    >>> found = compare([scenario, "one", "uneven"], draws=2048)
    >>> [(pair.first, pair.second, pair.verdict) for pair in found.pairs]
    [('today', 'one', 'worse'), ('today', 'uneven', 'worse'), ('one', 'uneven', 'better')]
    """
    asked = tuple(sorted(check_level(level) for level in levels))
    if not asked:
        raise UsageError("levels: give one or more, such as 0.95")
    variants = labelled(list(scenarios))
    results = []
    for number, it in enumerate(variants):
        results.append(
            simulate(it.scenario, draws, seed, workers=workers, progress=_shifted(progress, number, len(variants)))
        )
    if not any(all(name in result.columns for result in results) for name in COLUMNS):
        raise UsageError("compare: the scenarios have no column in common; give each some trade or investment")
    return Comparison(tuple(variants), tuple(results), tuple(dict.fromkeys(asked)))


def _shifted(progress: Progress, number: int, count: int) -> Progress:
    """Return a progress callback for one of several equal runs."""
    return lambda done, total: progress(number * total + done, count * total)


COLUMNS = ("total", "trade", "investment")


@dataclass(frozen=True)
class PairColumn:
    """Two scenarios in one column: second minus first, in the mean and in the tail, and how often it is smaller."""

    mean: Difference
    es: dict[float, Difference]
    chances: Chances

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "mean": self.mean.document(),
            "es": {str(level): found.document() for level, found in self.es.items()},
            "chances": self.chances.document(),
        }


@dataclass(frozen=True)
class Pair:
    """Two scenarios, the second compared with the first.

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
        """Return the verdict on the second by the main column's ES: better, worse, the same, or cannot tell.

        A mix is meant to protect against large losses, so it is judged by ES at the lowest level.
        """
        return next(iter(self.main.es.values())).verdict

    def rows(self) -> Iterator[Row]:
        """Yield the differences of every column, second minus first, and how often each loses less."""
        for name, column in self.columns.items():
            of = {"second": self.second, "first": self.first, "column": name}
            for statistic, it in {"mean": column.mean, **_by_level(column.es)}.items():
                yield make_row("difference", it.estimate, SHARE, it.verdict, **of, statistic=statistic)
            for word, chance in (("less", column.chances.less), ("more", column.chances.more)):
                yield make_row(f"chance_of_{word}", chance, "probability", **of)

    @property
    def sentence(self) -> str:
        """The verdict in a sentence."""
        tail, average = self.verdict, self.main.mean.verdict
        if tail == average == CANNOT_TELL and self.main.chances.alike.value == 1.0:
            apart = f"{100.0 * (1.0 - self.main.chances.alike.lowest):.2g} %"
            return (
                f"{self.second} and {self.first} are identical in every draw, but may differ with a probability of "
                f"up to {apart}"
            )
        if tail == average == SAME:
            return f"{self.second} loses as much as {self.first}"
        if tail == CANNOT_TELL:
            said = f"these draws cannot tell {self.second} from {self.first} in the bad tail"
        else:
            said = f"{self.second} is {tail} than {self.first} in the bad tail".replace("the same than", "the same as")
        if average == tail:
            return f"{said}, and on average"
        on_average = "the draws cannot tell" if average == CANNOT_TELL else f"it is {average}"
        return f"{said}; on average {on_average}"

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "verdict": self.verdict,
            "columns": {name: column.document() for name, column in self.columns.items()},
        }


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Answer):
    """Several scenarios run with common random numbers.

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
        """Cautions about the comparison, one sentence each."""
        return (*(note for it in self.variants for note in it.notes), *self._apart())

    def _apart(self) -> Iterator[str]:
        """Yield notes on scenarios whose shares refer to different totals or horizons."""
        first = self.variants[0]
        for it, result in zip(self.variants[1:], self.results[1:], strict=True):
            before, after = self.results[0].column(self.columns[0]).baseline, result.column(self.columns[0]).baseline
            if it.scenario.horizon_months != first.scenario.horizon_months:
                yield f"{it.label} and {first.label} have different horizons; each loss is a share over its own"
            elif abs(after - before) > 1e-9 * before or it.scenario.currency != first.scenario.currency:
                yield f"{it.label} and {first.label} have different totals; losses are shares of the total of each"
            shocks, others = ((one.scenario.stress, one.scenario.hazard) for one in (first, it))
            if it.scenario.country != first.scenario.country and shocks != others:
                said = "a difference is one of the country and of its shock together"
                yield f"{it.label} and {first.label} have different shocks; {said}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that all scenarios have, of total, trade and investment."""
        return tuple(name for name in COLUMNS if all(name in result.columns for result in self.results))

    def result(self, label: str) -> Result:
        """Return a run by its name."""
        if label not in self.labels:
            raise UsageError(f"no scenario called '{label}' is compared; there are {', '.join(self.labels)}")
        return self.results[self.labels.index(label)]

    def pair(self, first: str, second: str) -> Pair:
        """Return the comparison of one scenario with another."""
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
        """Return whether two scenarios make the same assumptions, so that every draw is identical."""
        texts = (case_text(self.variants[self.labels.index(label)].scenario) for label in (first, second))
        return len(set(texts)) == 1

    def _no_difference(self) -> PairColumn:
        """Return the difference of a scenario from itself."""
        never, always = Estimate(0.0, 0.0, 0.0), Estimate(1.0, 1.0, 1.0)
        return PairColumn(NO_DIFFERENCE, dict.fromkeys(self.levels, NO_DIFFERENCE), Chances(never, always, never))

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair once, in the order in which the scenarios were given."""
        return tuple(self.pair(first, second) for first, second in combinations(self.labels, 2))

    @property
    def one(self) -> str | None:
        """The label of the benchmark that puts everything with one partner, if it is among them."""
        return next((it.label for it in self.variants if it.is_one), None)

    @cached_property
    def benefits(self) -> dict[str, Benefit]:
        """The loss that each other scenario avoids compared with one partner; empty without that benchmark."""
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
            label: ratios(
                result.attribution[:, :, list(AGGREGATES).index(name)] / result.column(name).baseline, self.levels
            )
            for label, result in zip(self.labels, self.results, strict=True)
        }

    def document(self) -> dict[str, Any]:
        """Return what ``multivector compare --json`` prints."""
        return {
            "schema": "multivector/compare/1",
            "scenario": self.variants[0].scenario.name,
            "seed": self.results[0].seed,
            "draws": self.results[0].draws,
            "levels": list(self.levels),
            "measured_in": measured_in(
                ("mean sd es", "share of the baseline"),
                ("baseline", "the scenario's currency, or the channel's unit, over the horizon"),
                ("chances", "probability"),
                ("diversification_ratio", "ratio"),
                ("mean_share es_share", "share of the loss with one partner"),
            ),
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
        """Return one column's own measures."""
        sample = result.column(name)
        es = {str(level): sample.es(level).document() for level in self.levels}
        return {"baseline": sample.baseline, "mean": sample.mean().document(), "sd": sample.sd().document(), "es": es}

    def _about(self) -> dict[str, str | float | int]:
        first = self.results[0]
        return {"kind": "Comparison", "scenario": first.scenario.name, "seed": first.seed, "draws": first.draws}

    def _headline(self) -> str:
        said = [pair.sentence for pair in self.pairs if pair.first == self.labels[0]]
        return f"{'; '.join(said)} ({self.results[0].draws:,} draws each, common random numbers)."

    def _rows(self) -> Iterator[Row]:
        for label, result in zip(self.labels, self.results, strict=True):
            yield from self._own_rows(label, result)
        for pair in self.pairs:
            yield from pair.rows()
        for label, spared in self.benefits.items():
            for statistic, it in {"mean": spared.mean, **_by_level(spared.es)}.items():
                turned = it.estimate.turned()
                yield make_row(
                    "diversification_benefit", turned, SHARE, it.verdict, scenario=label, statistic=statistic
                )

    def _own_rows(self, label: str, result: Result) -> Iterator[Row]:
        """Yield the losses and the diversification ratios of one scenario."""
        for name in self.columns:
            sample = result.column(name)
            found = {"mean": sample.mean(), "sd": sample.sd()} | {f"es_{it}": sample.es(it) for it in self.levels}
            for statistic, estimate in found.items():
                yield make_row("loss_share", estimate, SHARE, scenario=label, column=name, statistic=statistic)
        for statistic, times in {"sd": self.ratios[label].sd, **_by_level(self.ratios[label].es)}.items():
            yield make_row("diversification_ratio", times, "ratio", scenario=label, statistic=statistic)

    def _table(self) -> Table:
        level, name, rows = self.levels[0], self.columns[0], []
        for label, result in zip(self.labels, self.results, strict=True):
            sample = result.column(name)
            change = "" if label == self.labels[0] else self._from_first(label, level)
            digits = digits_for(result.scenario)
            found = [with_interval(it, 100.0, "", digits) for it in (sample.mean(), sample.es(level))]
            rows.append((label, *found, change))
        columns = ("", "mean", f"ES {100 * level:g} %", f"ES, change from {self.labels[0]}")
        return Table(f"Loss in {name}, % of the baseline", columns, rows)

    def _from_first(self, label: str, level: float) -> str:
        """Return the difference of a scenario's ES from that of the first, in points, with the verdict."""
        found = next(it for it in self.pairs if (it.first, it.second) == (self.labels[0], label)).main.es[level]
        return f"{with_interval(found.estimate, 100.0)}: {found.verdict}"

    def _picture(self) -> str:
        level = self.levels[0]
        pairs = [pair for pair in self.pairs if pair.first == self.labels[0]]
        found = [(it.value, it.lowest, it.highest) for it in (pair.main.es[level].estimate for pair in pairs)]
        said = f"ES {100 * level:g} % less that of {self.labels[0]}, with 95 % intervals; left of the line: loses less"
        return small_pictures.ranges([pair.second for pair in pairs], found, said)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw every scenario's difference from the first, with its interval."""
        from multivector_sim.questions.plots.compare import draw

        return draw_literally(draw(self, ax))


@dataclass(frozen=True)
class Ratios:
    """Sum of the parts over the whole, for the standard deviation and for ES by level; None where the whole is 0."""

    sd: Estimate | None
    es: dict[float, Estimate | None]

    def document(self) -> dict[str, Any]:
        """Return them as plain data."""
        return {
            "sd": document_of(self.sd),
            "es": {str(level): document_of(it) for level, it in self.es.items()},
        }


@dataclass(frozen=True)
class Benefit:
    """The loss that a mix avoids, compared with one partner only: as a loss share, and as a share of that loss.

    The verdict is that of the difference, said of the mix.
    """

    mean: Difference
    mean_share: Estimate | None
    es: dict[float, Difference]
    es_share: dict[float, Estimate | None]

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        shares = {str(level): document_of(it) for level, it in self.es_share.items()}
        return {
            "mean": _spared(self.mean),
            "mean_share": document_of(self.mean_share),
            "es": {str(level): _spared(it) for level, it in self.es.items()},
            "es_share": shares,
        }


def _by_level(found: Mapping[float, Kept]) -> dict[str, Kept]:
    """Return numbers by level under their names in a tidy frame."""
    return {f"es_{level}": it for level, it in found.items()}


def _spared(found: Difference) -> dict[str, Any]:
    """Return a difference of losses as a reduction: the sign and the ends change."""
    return {**found.estimate.turned().document(), "verdict": found.verdict}


def ratios(parts: Floats, levels: Sequence[float]) -> Ratios:
    """Return the sum of the parts' measures over the measure of the whole.

    Examples
    --------
    Two parts that always come together, and two that never do:

    >>> alike = np.repeat([[0.0, 0.0], [0.1, 0.1]], 500, axis=0)
    >>> apart = np.repeat([[0.1, 0.0], [0.0, 0.1]], 500, axis=0)
    >>> round(ratios(alike, [0.9]).es[0.9].value, 9), ratios(apart, [0.9]).es[0.9].value
    (1.0, 2.0)
    """
    columns = [np.ascontiguousarray(column) for column in parts.T if column.any()]
    if not columns:
        return Ratios(None, dict.fromkeys(levels))
    whole = parts.sum(axis=1)
    sd = ratio(np.sum([sd_scores(column) for column in columns], axis=0), sd_scores(whole))
    es = {
        level: ratio(
            np.sum([shortfall_scores(column, level) for column in columns], axis=0), shortfall_scores(whole, level)
        )
        for level in levels
    }
    return Ratios(sd, es)


def benefit(
    one: Floats, mix: Floats, levels: Sequence[float], bounds: tuple[Bounds, Bounds] = NOTHING_KNOWN
) -> Benefit:
    """Compare a mix with everything at one partner.

    Examples
    --------
    >>> losses = np.linspace(0.0, 1.0, 1001)
    >>> found = benefit(losses, 0.75 * losses, [0.95])
    >>> round(found.es_share[0.95].value, 9), found.mean.verdict
    (0.25, 'better')
    """
    tails = {level: (shortfall_scores(one, level), shortfall_scores(mix, level)) for level in levels}
    return Benefit(
        mean=difference(one, mix, bounds),
        mean_share=ratio(one - mix, one),
        es={level: shortfall_difference(one, mix, level, bounds) for level in levels},
        es_share={level: ratio(before - after, before) for level, (before, after) in tails.items()},
    )
