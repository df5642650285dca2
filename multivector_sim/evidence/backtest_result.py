"""What a backtest found, and by which criteria it passes.

The criteria: 90 % bands hold 85 to 95 % of severities and losses and 85 to 97 % of the delivered shares after 1, 2, 5
and 10 years, as far as so few outcomes can tell (a coverage is only called too low or too high if the 95 % interval of
its binomial count lies outside); the CRPS of the severity is within 3 % of the best possible (by the 95 % interval of
its bootstrap) and better than that of a flat law; the number of ruptures lies within its 90 % band, and that band is at
most 2.5 times as high as low. A forecast given what was seen of a rupture must not be worse than climatology, unless
so few outcomes cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from multivector_sim.evidence.forecast_scores import Event, Number
    from multivector_sim.evidence.forecast_updating import Update
    from multivector_sim.evidence.plots import BacktestPlots
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.typing import Floats

__all__ = ["Backtest", "Count", "Criterion", "judge"]

SCHEMA = "multivector/backtest/1"
LOWEST, HIGHEST, HIGHEST_LEVEL = 0.85, 0.95, 0.97
NEAR_BEST = 1.03
WIDEST_BAND = 2.5
REASONS = {
    "count": "the hazard's level moves between counterparts and over time",
    "first_year_loss": "the day of the onset and slow beginnings are known only through annual means",
    "severity crps": "the distribution of the severity is different",
}


@dataclass(frozen=True)
class Criterion:
    """One criterion: a value, its bounds, and whether it is met."""

    name: str
    value: float
    low: float
    high: float
    met: bool

    def words(self) -> str:
        """Describe it in a line."""
        reason = next((text for key, text in REASONS.items() if self.name.startswith(key)), "")
        because = f"; likely because {reason}" if reason and not self.met else ""
        bounds = f"{self.low:.3g} to {self.high:.3g}"
        if self.met and not self.low <= self.value <= self.high:
            return f"{self.name} {self.value:.3g}, not within {bounds}, but so few outcomes cannot tell"
        where = "within" if self.met else "NOT within"
        return f"{self.name} {self.value:.3g}, {where} {bounds}{because}"


@dataclass(frozen=True)
class Count:
    """How many ruptures there were, and the 90 % band of the forecast."""

    name: str
    observed: int
    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, name: str, observed: int, drawn: Floats) -> Count:
        """Return the count with the band of a sample."""
        low, high = np.quantile(drawn, [0.05, 0.95])
        return cls(name, observed, float(drawn.mean()), float(low), float(high))

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        names = ("name", "observed", "mean", "low", "high")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, eq=False, repr=False)
class Backtest:
    """How forecasts did on the part of the data left out.

    Parameters
    ----------
    split, folds
        How the data were split, and the parts left out.
    given
        The calibration that was given; empty where one was fitted to each training part.
    source, seed
        The data, and the seed of draws.
    numbers
        Severity, first-year and five-year loss, and levels, by name.
    updates
        The same once a part of each rupture was known.
    yearly_cover
        Of the bands of yearly counts.
    kupiec, christoffersen
        The p of as many misses of the yearly 90 % bands, and of misses that do not follow each other.
    counts
        By part left out; all together last.
    events
        Probabilities of a rupture within 1, 2 and 5 years.
    criteria
        What is asked.
    """

    split: str
    folds: tuple[str, ...]
    given: str
    source: str
    seed: int
    numbers: Mapping[str, Number]
    updates: tuple[Update, ...]
    yearly_cover: dict[str, float]
    kupiec: float
    christoffersen: float
    counts: tuple[Count, ...]
    events: tuple[Event, ...]
    criteria: tuple[Criterion, ...]

    @property
    def passed(self) -> bool:
        """Whether every criterion is met."""
        return all(criterion.met for criterion in self.criteria)

    @property
    def coverage(self) -> dict[str, Any]:
        """By number, the share of outcomes inside the central bands; levels by year."""
        plain: dict[str, Any] = {name: it.cover for name, it in self.numbers.items() if not name.startswith("level")}
        plain["level"] = {name.split()[1]: it.cover for name, it in self.numbers.items() if name.startswith("level")}
        return plain | {"yearly_counts": self.yearly_cover}

    def document(self) -> dict[str, Any]:
        """Return what ``multivector backtest --json`` prints."""
        total = self.counts[-1]
        return {
            "schema": SCHEMA,
            "source": self.source,
            "seed": self.seed,
            "split": self.split,
            "folds": list(self.folds),
            "calibration": self.given or "fitted on each training part",
            "outcomes": {name: it.count for name, it in self.numbers.items()},
            "coverage": self.coverage,
            "width": {name: it.width for name, it in self.numbers.items()},
            "ks": {name: it.ks for name, it in self.numbers.items()},
            "pit": {name: it.ranks.tolist() for name, it in self.numbers.items()},
            "crps": {name: it.document() for name, it in self.numbers.items()},
            "updated": {it.name: it.document() for it in self.updates},
            "count": total.document(),
            "counts": [count.document() for count in self.counts[:-1]],
            "yearly_tests": {"kupiec": self.kupiec, "christoffersen": self.christoffersen},
            "events": [event.document() for event in self.events],
            "criteria": [{**vars(it), "words": it.words()} for it in self.criteria],
            "passed": self.passed,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number: count, coverage, width, the p of the ranks, CRPS of model and references, skill.

        ``given`` is empty for forecasts made before the onset; else it says what was known, and then ``width``, ``ks``,
        ``flat`` and ``best`` are NaN, and only then ``analogues`` is known. ``skill`` is the share by which the CRPS is
        below climatology's, with its 95 % interval.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = [
            {
                "number": name,
                "given": "",
                "count": it.count,
                **{f"cover {band}": value for band, value in it.cover.items()},
                "width": it.width,
                "ks": it.ks,
                "crps": it.model,
                "climatology": it.climatology,
                "flat": it.flat,
                "best": it.best,
                **_skill(it.skill),
            }
            for name, it in self.numbers.items()
        ]
        rows += [
            {
                "number": it.name,
                "given": it.given,
                "count": it.count,
                **{f"cover {band}": value for band, value in it.cover.items()},
                "crps": it.model,
                "climatology": it.climatology,
                "analogues": it.analogues,
                **_skill(it.skill),
            }
            for it in self.updates
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return what was found, in lines for people."""
        lines = [f"Split by {self.split}: {', '.join(self.folds)}; {'passed' if self.passed else 'NOT passed'}"]
        lines += [
            f"  {name}: 90 % band holds {100 * it.cover['0.9']:.0f} % of {it.count}, CRPS {it.model:.4f} "
            f"(climatology {it.climatology:.4f}, flat {it.flat:.4f}, best {it.best:.4f}), KS p {it.ks:.2g}"
            for name, it in self.numbers.items()
        ]
        lines += [
            f"  {it.name} once the {it.given.replace('_', ' ')} is known: CRPS {it.model:.4f}, below climatology by "
            f"{100 * it.skill.value:.0f} % [{100 * it.skill.lowest:.0f}, {100 * it.skill.highest:.0f}]"
            for it in self.updates
        ]
        lines += [
            f"  ruptures {it.name}: {it.observed}, forecast {it.mean:.0f} [{it.low:.0f}, {it.high:.0f}]"
            for it in self.counts
        ]
        lines += [
            f"  rupture within {it.years} years: Brier {it.brier:.5f}, climatology {it.climatology:.5f}, "
            f"skill {100 * it.skill:.1f} %, sharpness {it.sharpness:.4f}"
            for it in self.events
        ]
        lines += [f"  failed: {criterion.words()}" for criterion in self.criteria if not criterion.met]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return it in two lines."""
        severity, total = self.numbers["severity"], self.counts[-1]
        return (
            f"Backtest(by {self.split}: {'passed' if self.passed else 'not passed'}; 90 % bands hold "
            f"{100 * severity.cover['0.9']:.0f} % of severities,\n"
            f"  {total.observed} ruptures, forecast {total.low:.0f} to {total.high:.0f})"
        )

    def _repr_html_(self) -> str:
        """Return a card for notebooks."""
        import html

        return f"<pre>{html.escape(self.summary())}</pre>"

    @property
    def plot(self) -> BacktestPlots:
        """Its plots: ``plot.pit()`` and ``plot.reliability()``; called itself, both."""
        from multivector_sim.evidence.plots import BacktestPlots

        return BacktestPlots(self)


def _skill(skill: Estimate) -> dict[str, float | None]:
    """Return a skill and its interval as cells of a row."""
    return {"skill": skill.value, "skill_low": skill.low, "skill_high": skill.high}


def judge(
    numbers: Mapping[str, Number], updates: Sequence[Update], total: Count, fail_under: float | None
) -> tuple[Criterion, ...]:
    """Return the criteria, each with its verdict.

    Parameters
    ----------
    numbers, updates
        Before the onset, by name, and once a part of each rupture was known.
    total
        All ruptures.
    fail_under
        The least coverage that passes, strictly; None lets small samples miss by chance.
    """
    found = [_cover(it, fail_under) for it in numbers.values()]
    severity = numbers["severity"]
    ratio = severity.model / severity.best
    found.append(Criterion("severity crps over the best", ratio, 1.0, NEAR_BEST, severity.near_best[0] <= NEAR_BEST))
    over = severity.model / severity.flat
    found.append(Criterion("severity crps over a flat law's", over, 0.0, 1.0, over < 1.0))
    found += [
        Criterion(
            f"{it.name} crps over climatology's once the {it.given.replace('_', ' ')} is known",
            it.model / it.climatology,
            0.0,
            1.0,
            it.skill.highest >= 0.0,
        )
        for it in updates
    ]
    inside = total.low <= total.observed <= total.high
    found.append(Criterion("count of ruptures", float(total.observed), total.low, total.high, inside))
    width = total.high / total.low if total.low > 0.0 else np.inf
    found.append(Criterion("width of the count's band", float(width), 1.0, WIDEST_BAND, width <= WIDEST_BAND))
    return tuple(found)


def _cover(number: Number, fail_under: float | None) -> Criterion:
    """Judge the coverage of a 90 % band."""
    from scipy.stats import binomtest

    seen, name = number.cover["0.9"], f"{number.name} inside its 90 % band"
    high = HIGHEST_LEVEL if number.name.startswith("level") else HIGHEST
    if fail_under is not None:
        return Criterion(name, seen, fail_under, 1.0, seen >= fail_under)
    known = binomtest(round(seen * number.count), number.count).proportion_ci(0.95)
    return Criterion(name, seen, LOWEST, high, bool(known.high >= LOWEST and known.low <= high))
