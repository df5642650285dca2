"""The partners, channels, corridors and hosts that drive the tail.

The loss of every draw is shared out by cause (:mod:`multivector_sim.questions.causes`) in four ways. In each, the
parts have exact Euler contributions to mean, standard deviation and expected shortfall
(:mod:`multivector_sim.measure.contribution`), which add up to the measure of the whole, each with its interval.

Beside them stands what happens if a part is taken away altogether. That does not add up: what two causes do together is
missing from neither, or from both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer
from multivector_sim.display.money import money_between, unit_of
from multivector_sim.display.plotting import draw_literally
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import Row, Table, horizon_amount, make_row, measured_in
from multivector_sim.display.wording import digits_for, listed, percent
from multivector_sim.engine.case import build_case
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.loss_bounds import money_bounds
from multivector_sim.engine.problem import ruptures
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.result import Result
from multivector_sim.engine.simulate import Progress, check, silent
from multivector_sim.errors import UsageError
from multivector_sim.measure import contribution as euler
from multivector_sim.measure import estimates
from multivector_sim.measure.intervals import Estimate, document_of
from multivector_sim.measure.selection import check_level
from multivector_sim.questions.causes import GROUPS, Causes, find_causes, members, removals
from multivector_sim.questions.causes import marginals as take_away
from multivector_sim.scenario.models import AGGREGATES
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from matplotlib.axes import Axes

    from multivector_sim.measure.bounded_intervals import Bounds
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["DRAWS", "MARGINAL_DRAWS", "Contributions", "Part", "contribute"]

DRAWS = 40_000
MARGINAL_DRAWS = 8_192
MOST_NAMED, LEAST_NAMED = 3, 0.005
NO_CHANGE = Estimate(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Part:
    """One partner, channel, corridor or host; money over the horizon, losses positive.

    Parameters
    ----------
    name
        Its name in the scenario, or ``direct`` or ``no rupture``.
    mean, sd, es
        Its contribution to each measure of the total.
    share
        Its share of the total's ES; None where that is 0.
    calm
        The reduction of the total's ES without the part's rupture (without its cause); None where it was not computed
        or has no meaning.
    without
        The reduction of the total's ES without the part's exposure.
    """

    name: str
    mean: Estimate
    sd: Estimate
    es: Estimate
    share: float | None
    calm: Estimate | None = None
    without: Estimate | None = None

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "mean": self.mean.document(),
            "sd": self.sd.document(),
            "es": self.es.document(),
            "share": self.share,
            "calm": document_of(self.calm),
            "without": document_of(self.without),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Contributions(Answer):
    """The contributions to the mean, the standard deviation and the expected shortfall.

    Parameters
    ----------
    scenario
        What was run.
    column
        Whose losses: a channel, or trade, investment or total.
    level
        Of ES.
    draws, marginal_draws, seed
        How many draws the contributions and the marginals are of.
    mean, sd, es
        Of the whole, money over the horizon.
    groups
        The parts by ``partner``, ``channel``, ``corridor`` and ``host``, in the order of the scenario; the last two
        only where there are corridors.
    """

    scenario: Scenario
    column: str
    level: float
    draws: int
    marginal_draws: int
    seed: int
    mean: Estimate
    sd: Estimate
    es: Estimate
    groups: dict[str, tuple[Part, ...]]

    def group(self, name: str) -> tuple[Part, ...]:
        """Return the parts of one group."""
        if name not in self.groups:
            raise UsageError(f"no contributions by '{name}'; choose from {', '.join(self.groups)}")
        return self.groups[name]

    def title(self, group: str, name: str) -> str:
        """Return a part's title for people."""
        titled = {
            "partner": self.scenario.partners,
            "host": self.scenario.partners,
            "corridor": self.scenario.corridors,
            "channel": self.scenario.channels,
        }[group]
        part = titled.get(name)
        return name if part is None else str(getattr(part, "title", None) or name)

    @property
    def _counted_in(self) -> str:
        """The unit of a channel of ties, or the currency."""
        return unit_of(self.scenario, self.column) or self.scenario.currency

    def document(self) -> dict[str, Any]:
        """Return what ``multivector contribute --json`` prints."""
        return {
            "schema": "multivector/contribute/1",
            "scenario": self.scenario.name,
            "column": self.column,
            "level": self.level,
            "seed": self.seed,
            "draws": self.draws,
            "marginal_draws": self.marginal_draws,
            "currency": self.scenario.currency,
            "measured_in": measured_in(
                (
                    "mean sd es calm without",
                    horizon_amount(self._counted_in),
                ),
                ("share", "share of the whole's ES"),
            ),
            "horizon_months": self.scenario.horizon_months,
            "whole": {"mean": self.mean.document(), "sd": self.sd.document(), "es": self.es.document()},
            "parts": {group: {part.name: part.document() for part in parts} for group, parts in self.groups.items()},
        }

    def _ranked(self, group: str = "partner") -> list[Part]:
        """Return the parts of a group that are not zero, the greatest contribution first."""
        parts = [part for part in self.groups[group] if part.es.value]
        return sorted(parts, key=lambda part: -abs(part.es.value))

    def _headline(self) -> str:
        worst = " ".join(filter(None, money_between(self.es, digits_for(self.scenario))))
        unit = self._counted_in
        named = [
            f"{self.title('partner', part.name)} {percent(part.share or 0.0, 0)}"
            for part in self._ranked()[:MOST_NAMED]
            if (part.share or 0.0) >= LEAST_NAMED
        ]
        causes = f" Of this: {listed(named)}." if named else ""
        return (
            f"The worst {100 * (1 - self.level):g} % of {self.draws:,} draws lose {unit} {worst} of {self.column} on "
            f"average.{causes}"
        )

    def _rows(self) -> Iterator[Row]:
        unit = unit_of(self.scenario, self.column) or horizon_amount(self.scenario.currency)
        tail = f"es_{self.level}"
        for statistic, whole in (("mean", self.mean), ("sd", self.sd), (tail, self.es)):
            yield make_row("whole", whole, unit, statistic=statistic)
        for group, parts in self.groups.items():
            for part in parts:
                of = {"by": group, "part": part.name}
                for statistic, found in (("mean", part.mean), ("sd", part.sd), (tail, part.es)):
                    yield make_row("contribution", found, unit, **of, statistic=statistic)
                if part.share is not None:
                    yield make_row("share_of_es", part.share, "share", **of)
                if part.calm is not None:
                    yield make_row("reduction_without_its_rupture", part.calm, unit, **of)
                if part.without is not None:
                    yield make_row("reduction_without_the_exposure", part.without, unit, **of)

    def _table(self) -> Table:
        rows, digits = [], digits_for(self.scenario)
        for part in self._ranked():
            share = "-" if part.share is None else percent(part.share)
            rows.append(
                (self.title("partner", part.name), " ".join(filter(None, money_between(part.es, digits))), share)
            )
        counted = self._counted_in
        return Table(
            f"By partner, {counted} over the horizon", ("", f"contribution to ES {100 * self.level:g} %", "share"), rows
        )

    def _picture(self) -> str:
        parts = self._ranked()
        titles, shares = [self.title("partner", it.name) for it in parts], [it.share or 0.0 for it in parts]
        return small_pictures.bars(titles, shares, f"Share of ES {100 * self.level:g} % by partner") if parts else ""

    def plot(self, ax: Axes | None = None, *, by: str = "partner") -> Axes:
        """Draw the contributions to ES of one group, and the marginals beside them."""
        from multivector_sim.questions.plots.contribute import draw

        return draw_literally(draw(self, ax, by=by))


@with_bar
@on_executor
def contribute(
    source: ScenarioLike | Result,
    level: float = 0.95,
    draws: int | None = None,
    seed: int | None = None,
    *,
    column: str | None = None,
    marginals: Sequence[str] = ("partner",),
    marginal_draws: int = MARGINAL_DRAWS,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> Contributions:
    """Return the contributions of partners, channels, corridors and hosts to the expected shortfall.

    Parameters
    ----------
    source
        A scenario, a name, a path or a dictionary; or a run of one, whose draws are then made again, since a run keeps
        no account by corridor.
    level
        Of ES, between 0 and 1.
    draws, seed
        As for a run, 40,000 and 1 if left out; those of the run, where one is given.
    column
        Whose losses: a channel, or trade, investment or total; total, or what there is, if left out.
    marginals
        For which groups to take every part away in turn; each part costs a run or two.
    marginal_draws
        On how many of the draws, the first ones.
    workers
        How many threads to run.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with the work done and to do, in draws.

    Returns
    -------
    Contributions
        Of the same draws as a run's under this seed.

    Raises
    ------
    UsageError
        If the level, the column, a group or a number makes no sense, or the run used points and not draws.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = contribute(mv.load("two-buyers"), draws=2048, marginals=())
    >>> [part.name for part in found.group("host")]
    ['direct', 'russia', 'no rupture']
    >>> abs(sum(part.es.value for part in found.group("corridor")) / found.es.value - 1) < 1e-12
    True
    """
    scenario, case, count, random_seed = _prepared(source, draws, seed, workers)
    check_level(level)
    for name in marginals:
        if name not in GROUPS:
            raise UsageError(f"marginals: no group called '{name}'; there are {', '.join(GROUPS)}")
    if marginal_draws < 1:
        raise UsageError(f"marginal_draws: {marginal_draws} is not a number of draws; give 1 or more")
    chosen = column or _usual_column(scenario)
    inside, fewer = members(scenario, chosen), min(count, marginal_draws)
    taken = list(removals(scenario, marginals, chosen))
    work = count + len(taken) * fewer
    found = find_causes(
        scenario, case, chosen, count, random_seed, workers, lambda done, total: progress(count * done // total, work)
    )
    marginal_progress: Progress = lambda done, total: progress(count + (work - count) * done // total, work)  # noqa: E731
    bounds = money_bounds(scenario, chosen)
    away = take_away(taken, case, inside, found.losses[:fewer], level, random_seed, workers, marginal_progress, bounds)
    away |= dict.fromkeys(set(away) & {("partner", name, "calm") for name in _unruptured(scenario)}, NO_CHANGE)
    return Contributions(
        scenario=scenario,
        column=chosen,
        level=level,
        draws=count,
        marginal_draws=fewer if taken else 0,
        seed=random_seed,
        mean=estimates.estimate_mean(found.losses, bounds),
        sd=estimates.estimate_sd(found.losses, bounds),
        es=estimates.estimate_es(found.losses, level, bounds),
        groups=_parts_of(found, level, away, bounds),
    )


def _prepared(source: ScenarioLike | Result, draws: int | None, seed: int | None, workers: int) -> tuple[Any, ...]:
    """Return scenario, case, number of draws and seed, from a scenario or from a run."""
    if isinstance(source, Result):
        if draws is not None or seed is not None:
            raise UsageError("contribute: a run has its own draws and seed; omit both, or give the scenario")
        if source.scheme.replicates:
            raise UsageError("contribute: needs independent draws, not Sobol points; give the scenario")
        scenario, count, random_seed = source.scenario, source.draws, source.seed
    else:
        scenario, count, random_seed = (
            as_scenario(source),
            DRAWS if draws is None else draws,
            1 if seed is None else seed,
        )
    check(count, random_seed, workers, None)
    return scenario, build_case(scenario), count, random_seed


def _unruptured(scenario: Scenario) -> set[str]:
    """Return the partners that never rupture, so that a run without their ruptures is the run itself."""
    return set(scenario.partners) - {partner for _, partner, _ in ruptures(scenario)}


def _usual_column(scenario: Scenario) -> str:
    """Return total if there is trade or investment, else the first channel."""
    counted = [channel.kind for channel in scenario.channels.values() if channel.kind in AGGREGATES["total"]]
    return "total" if counted else next(iter(scenario.channels))


def _parts_of(
    found: Causes, level: float, away: dict[tuple[str, str, str], Estimate], bounds: Bounds
) -> dict[str, tuple[Part, ...]]:
    """Return the contributions, group by group."""
    return {
        group: tuple(
            Part(name, mean, sd, es, share, away.get((group, name, "calm")), away.get((group, name, "without")))
            for name, mean, sd, es, share in _shared(names, parts, level, bounds)
        )
        for group, (names, parts) in found.groups.items()
    }


def _shared(
    names: tuple[str, ...], parts: Floats, level: float, bounds: Bounds
) -> list[tuple[str, Estimate, Estimate, Estimate, Any]]:
    """Return the contributions of parts (draw, part), with each part's share of ES."""
    tails = euler.estimate_es_contributions(parts, level, bounds)
    whole = sum(tail.value for tail in tails)
    shares = [tail.value / whole if whole > 0.0 else None for tail in tails]
    means, deviations = euler.estimate_mean_contributions(parts, bounds), euler.estimate_sd_contributions(parts)
    return list(zip(names, means, deviations, tails, shares, strict=True))
