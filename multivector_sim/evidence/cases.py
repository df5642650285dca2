"""Case by case: a scenario against what really happened in it.

A scenario with ``observed:`` series is run, its draws are averaged over the months of each observation, and the
observation gets its rank among them (the PIT) and a verdict for each central band. A total moves for many reasons that
no scenario knows of, so the ordinary volatility of calm flows (a t law from the shipped calibration, without the
widening after a rupture) is laid over the draws; the ranks without it are reported beside.

A forecast may only use what was known before the rupture. Figures of the scenario that speak of later years are listed
as ``hindsight``: a calibration fitted up to 2014 knows more than anyone did in 1960. A rank of 0 or 1 means that the
outcome lies outside everything that was drawn.

A case is a few dependent points of one history. The coverage over cases says whether bands are far too narrow, not
more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from multivector_sim.display.plotting import new_figure
from multivector_sim.engine.simulate import simulate
from multivector_sim.errors import UsageError
from multivector_sim.evidence.forecast_scores import BANDS, coverage, crps
from multivector_sim.evidence.shipped import shipped_calibration
from multivector_sim.scenario.files import names
from multivector_sim.scenario.notices import figures
from multivector_sim.scenario.read import load
from multivector_sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.observed import Observed, Point
    from multivector_sim.typing import Floats

__all__ = ["DRAWS", "EPISODES", "Case", "CasePoint", "Cases", "backtest_cases"]

SCHEMA = "multivector/backtest-cases/1"
EPISODES = "episodes"
"""The folder of the shipped cases; its name stands for all of them."""

DRAWS = 4096
TITLE_WIDTH = 70
BAND = 0.9
YEAR = 12.0
LEADING_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class CasePoint:
    """One observation, and where the forecast put it.

    Parameters
    ----------
    series, period
        Which series, and which year or month of it.
    observed
        Share of the baseline.
    median, low, high
        Of the forecast with ordinary volatility: the median and the 90 % band, shares of the baseline.
    pit, pit_without_volatility
        Rank of the observation among the draws, 0 to 1; ties count half.
    crps
        Of the forecast with ordinary volatility, in shares of the baseline; lower is better.
    """

    series: str
    period: str
    observed: float
    median: float
    low: float
    high: float
    pit: float
    pit_without_volatility: float
    crps: float

    def inside(self, band: float = BAND) -> bool:
        """Return whether a central band held the observation."""
        return abs(self.pit - 0.5) <= 0.5 * band

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        inside = {f"{band:g}": self.inside(band) for band in BANDS}
        return {**{name: getattr(self, name) for name in self.__dataclass_fields__}, "inside": inside}


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """One scenario against its observed series.

    Parameters
    ----------
    name, title
        Of the scenario.
    points
        The observations, series by series, in order of time.
    hindsight
        Figures that speak of years after the first observed one, with those years.
    result
        The run, whose fan can be drawn.
    """

    name: str
    title: str
    points: tuple[CasePoint, ...]
    hindsight: tuple[str, ...]
    result: Result

    def __repr__(self) -> str:
        return f"<Case {self.name}: the 90 % band held {self.held} of {len(self.points)} observations>"

    @property
    def coverage(self) -> dict[str, float]:
        """The share of observations inside each central band."""
        return coverage(np.array([point.pit for point in self.points]))

    @property
    def held(self) -> int:
        """How many observations the 90 % band held."""
        return sum(point.inside() for point in self.points)

    @property
    def is_hit(self) -> bool:
        """Whether the 90 % band held every observation; of ten, it may well lose one by luck."""
        return self.held == len(self.points)

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "name": self.name,
            "title": self.title,
            "hit": self.is_hit,
            "held": self.held,
            "coverage": self.coverage,
            "coverage_without_volatility": coverage(np.array([it.pit_without_volatility for it in self.points])),
            "points": [point.document() for point in self.points],
            "hindsight": list(self.hindsight),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Cases:
    """Several scenarios against what happened.

    Parameters
    ----------
    cases
        One for each scenario.
    draws, seed
        Of each run.
    fail_under
        The least share of all observations that the 90 % bands must hold; None asks for nothing.
    """

    cases: tuple[Case, ...]
    draws: int
    seed: int
    fail_under: float | None = None

    def __repr__(self) -> str:
        count = sum(len(case.points) for case in self.cases)
        held = sum(case.held for case in self.cases)
        return f"<Cases: {len(self.cases)} cases, 90 % bands held {held} of {count} observations>"

    def _repr_html_(self) -> str:
        """Return a card for notebooks."""
        import html

        return f"<pre>{html.escape(self.summary())}</pre>"

    @property
    def coverage(self) -> dict[str, float]:
        """The share of observations inside each central band, every observation counting alike."""
        return coverage(np.array([point.pit for case in self.cases for point in case.points]))

    @property
    def passed(self) -> bool:
        """Whether the 90 % bands held as many observations as was asked for."""
        return self.fail_under is None or self.coverage[f"{BAND:g}"] >= self.fail_under

    def document(self) -> dict[str, Any]:
        """Return what ``multivector backtest SCENARIO --json`` prints."""
        return {
            "schema": SCHEMA,
            "draws": self.draws,
            "seed": self.seed,
            "coverage": self.coverage,
            "cases": [case.document() for case in self.cases],
            "fail_under": self.fail_under,
            "passed": self.passed,
        }

    def summary(self) -> str:
        """Return the answer in lines for people."""
        lines = []
        for case in self.cases:
            verdict = "hit" if case.is_hit else "miss"
            lines.append(f"{case.name}: {verdict}, the 90 % band held {case.held} of {len(case.points)}")
            lines += [_line(point) for point in case.points]
            if case.hindsight:
                lines.append(f"  uses {len(case.hindsight)} figures from after the first observation")
        shares = ", ".join(
            f"{100 * share:.0f} % in the {float(band):.0%} band" for band, share in self.coverage.items()
        )
        lines.append(f"All observations: {shares.replace('0%', '0 %')}.")
        if self.fail_under is not None:
            lines.append(f"{'Passed' if self.passed else 'FAILED'}: at least {self.fail_under:.0%} was asked for.")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each observation."""
        import pandas as pd

        rows = []
        for case in self.cases:
            for point in case.points:
                row = point.document()
                inside = row.pop("inside")
                rows.append({"case": case.name, **row, **{f"inside_{band}": held for band, held in inside.items()}})
        return pd.DataFrame(rows)

    def figure(self) -> Figure:
        """Draw every case, a panel each."""
        return self.plot()

    @overload
    def plot(self) -> Figure: ...
    @overload
    def plot(self, ax: Axes) -> Axes: ...
    def plot(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw every case: the fan of its first observed channel with the observations over it.

        On axes that are given, the first case is drawn.
        """
        if ax is not None:
            return _draw_case(self.cases[0], ax)
        columns = 1 if len(self.cases) == 1 else 2
        rows = -(-len(self.cases) // columns)
        figure = new_figure((6.4 * columns, 4.6 * rows))
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, case in zip(grid, self.cases, strict=False):
            _draw_case(case, axes)
        for axes in grid[len(self.cases) :]:
            axes.set_axis_off()
        return figure


def _draw_case(case: Case, ax: Axes) -> Axes:
    """Draw one case."""
    first = next(iter(case.result.scenario.observed.values()))
    axes = case.result.plot.fan(ax=ax, column=first.channel)
    axes.set_title("\n".join(wrap(case.title, TITLE_WIDTH)), loc="left", fontsize="medium")
    return axes


def _line(point: CasePoint) -> str:
    """Return an observation and its band in a line."""
    held = "inside" if point.inside() else "OUTSIDE"
    where = f"{point.period} {100 * point.observed:.0f} % of the baseline"
    return f"  {where}, {held} {100 * point.low:.0f} to {100 * point.high:.0f} %, rank {point.pit:.2f}"


def backtest_cases(
    scenarios: str | Path | Scenario | Sequence[str | Path | Scenario] = EPISODES,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    fail_under: float | None = None,
) -> Cases:
    """Hold scenarios against the series that they say were observed.

    Parameters
    ----------
    scenarios
        A scenario, a name, a path, or several; ``episodes`` stands for every shipped one.
    draws
        Of each run.
    seed
        Of the runs and of the volatility laid over them.
    fail_under
        The least share of all observations that the 90 % bands must hold.

    Returns
    -------
    Cases
        Ranks, bands and coverage, case by case.

    Raises
    ------
    UsageError
        If a scenario has no observed series, or ``fail_under`` is no share.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = mv.backtest_cases("episodes/georgia-russia", draws=1024)
    >>> [point.period for point in found.cases[0].points]
    ['2006', '2007', '2012']
    """
    if fail_under is not None and not 0.0 < fail_under < 1.0:
        raise UsageError(f"fail_under must lie between 0 and 1, not {fail_under:g}")
    chosen = [scenarios] if isinstance(scenarios, str) or not isinstance(scenarios, (list, tuple)) else scenarios
    wanted: list[Any] = []
    for one in chosen:
        wanted += [name for name in names() if name.startswith(f"{EPISODES}/")] if one == EPISODES else [one]
    read = [one if isinstance(one, Scenario) else load(one) for one in wanted]
    return Cases(tuple(_score(one, draws, seed) for one in read), draws, seed, fail_under)


def _score(scenario: Scenario, draws: int, seed: int) -> Case:
    """Run one scenario and rank its observations."""
    if not scenario.observed:
        raise UsageError(f"{scenario.name}: has no observations; give it a section 'observed'")
    result = simulate(scenario, draws=draws, seed=seed)
    paths = result.paths(result.draws)
    moved = _ordinary_changes(len(paths), seed)
    points = []
    for name, series in scenario.observed.items():
        if series.channel not in result.columns:
            raise UsageError(f"{scenario.name}: observed.{name}: nothing flows in {series.channel}")
        path = paths[:, :, result.columns.index(series.channel)]
        points += [_rank(series, point, path, moved) for point in series.points]
    return Case(scenario.name, scenario.title, tuple(points), _hindsight(scenario), result)


def _ordinary_changes(count: int, seed: int) -> Floats:
    """Return changes of the log of a calm flow after 0, 1, ... years; one rank moves a whole path."""
    volatility = shipped_calibration().laws.volatility
    if volatility is None:
        return np.zeros((count, 2))
    ranks = (np.random.default_rng([seed, 0xCA5E]).permutation(count) + 0.5) / count
    return replace(volatility, factor=1.0).changes(ranks)


def _after(changes: Floats, years: float) -> Floats:
    """Return the changes after a time between whole years, on a straight line between them."""
    place = min(years, changes.shape[1] - 1.0)
    below = int(min(place, changes.shape[1] - 2))
    weight = place - below
    return np.asarray((1.0 - weight) * changes[:, below] + weight * changes[:, below + 1])


def _rank(series: Observed, point: Point, path: Floats, moved: Floats) -> CasePoint:
    """Rank one observation among the draws, with and without ordinary volatility.

    A yearly value is compared with a baseline that is itself a mean over the year before (or earlier), so the change
    runs over the time from that year's middle to the period's.
    """
    bare = path[:, point.first : point.end].mean(axis=1)
    sample = bare * np.exp(_after(moved, point.middle / YEAR + 0.5))
    seen = np.array([point.share])
    low, median, high = (float(it) for it in np.quantile(sample, [0.05, 0.5, 0.95]))
    return CasePoint(
        series=series.title,
        period=point.label,
        observed=point.share,
        median=median,
        low=low,
        high=high,
        pit=_mid_rank(sample, point.share),
        pit_without_volatility=_mid_rank(bare, point.share),
        crps=float(crps(sample, seen)[0]),
    )


def _mid_rank(sample: Floats, seen: float) -> float:
    """Return the share of draws below an observation, ties counting half."""
    return float((sample < seen).mean() + 0.5 * (sample == seen).mean())


def _hindsight(scenario: Scenario) -> tuple[str, ...]:
    """Name the figures that speak of years after the first observation, with those years."""
    first = min(int(point.label[:4]) for series in scenario.observed.values() for point in series.points)
    found = []
    for path, figure in figures(scenario):
        year = LEADING_YEAR.match(str(figure.as_of)) if figure.as_of is not None else None
        if year is not None and int(year.group()) > first:
            found.append(f"{path}: {year.group()}")
    return tuple(found)
