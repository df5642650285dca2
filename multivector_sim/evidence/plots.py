"""Pictures of evidence: hazards, severities, levels; PIT and reliability; ranks with their intervals; flows.

Every plot takes axes or makes new ones, and returns them. A result's ``plot`` called itself draws all of them side by
side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from multivector_sim.display.palette import TONES
from multivector_sim.display.plotting import draw_literally, label_rows, legend_below, new_axes
from multivector_sim.errors import FlowsError
from multivector_sim.evidence.flows.countries import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.evidence.atlas import Atlas
    from multivector_sim.evidence.backtest_result import Backtest
    from multivector_sim.evidence.calibration import Calibration
    from multivector_sim.evidence.flows.table import Flows
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.typing import Floats

__all__ = ["AtlasPlots", "BacktestPlots", "CalibrationPlots", "FlowsPlots"]

BLUE, ORANGE, GREY = (TONES[name][0] for name in ("blue", "orange", "grey"))
BINS = 10
MOST_RANKS = 40


class CalibrationPlots:
    """Pictures of a calibration."""

    def __init__(self, calibration: Calibration) -> None:
        self.calibration = calibration

    @overload
    def __call__(self) -> Figure: ...
    @overload
    def __call__(self, ax: Axes) -> Axes: ...
    def __call__(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw hazard, severity and level side by side; on axes that are given, the hazard."""
        return self.hazard(ax) if ax is not None else _side_by_side((self.hazard, self.severity, self.level))

    def figure(self) -> Figure:
        """Draw hazard, severity and level on a new figure."""
        return self()

    def hazard(self, ax: Axes | None = None) -> Axes:
        """Draw ruptures a year by period and by size, with 95 % intervals."""
        axes = _axes(ax)
        groups = [*self.calibration.by_period, *self.calibration.by_size, *self.calibration.by_counterpart]
        colours = [BLUE] * len(self.calibration.by_period) + [ORANGE] * len(self.calibration.by_size)
        colours += [GREY] * len(self.calibration.by_counterpart)
        for place, (rate, colour) in enumerate(zip(groups, colours, strict=True)):
            _bar(axes, place, rate.hazard, colour)
        label_rows(axes, range(len(groups)), [rate.name for rate in groups])
        axes.invert_yaxis()
        axes.set(xlabel="ruptures, % a year", title="Hazard by period, size, counterpart")
        axes.set_xlim(left=0.0)
        return axes

    def severity(self, ax: Axes | None = None) -> Axes:
        """Draw the losses at the trough and their fitted law."""
        axes, law = _axes(ax), self.calibration.laws.severity
        values = [row["severity"] for row in self.calibration.episodes]
        edges = np.linspace(law.low, law.high, BINS + 1)
        if values:
            axes.hist(values, bins=edges.tolist(), density=True, color=GREY, label=f"{len(values)} ruptures")
        grid = np.linspace(law.low, law.high, 201)
        middle, width = 0.5 * (grid[1:] + grid[:-1]), np.diff(grid)
        axes.plot(middle, np.diff(law.cdf(grid)) / width, color=BLUE, label="fitted beta law")
        axes.set(xlabel="share of the flow lost at the trough", ylabel="density", title="Severity")
        legend_below(axes)
        return axes

    def level(self, ax: Axes | None = None) -> Axes:
        """Draw mean delivered shares after the trough, and the fitted course."""
        from multivector_sim.evidence.level_after_trough import FITTED_WITH, simulate_paths

        axes, found = _axes(ax), self.calibration
        years = np.arange(len(found.level))
        low, high = (np.array([getattr(it, end) for it in found.level]) for end in ("low", "high"))
        axes.fill_between(years, low, high, color=GREY, alpha=0.4, linewidth=0, label="95 % interval")
        axes.plot(years, [it.value for it in found.level], "o-", color=GREY, label="seen, mean")
        fitted = simulate_paths(found.laws, found.definition, FITTED_WITH, found.seed).level.mean(axis=0)
        axes.plot(years, fitted, color=BLUE, label="fitted course")
        axes.set(xlabel="years after the trough", ylabel="share of the base delivered", ylim=(0.0, 1.0), title="Level")
        legend_below(axes)
        return axes


class BacktestPlots:
    """Pictures of a backtest."""

    def __init__(self, backtest: Backtest) -> None:
        self.backtest = backtest

    @overload
    def __call__(self) -> Figure: ...
    @overload
    def __call__(self, ax: Axes) -> Axes: ...
    def __call__(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw the PIT of severity and five-year loss, and reliability, side by side; on given axes, the first."""
        if ax is not None:
            return self.pit(ax)
        return _side_by_side((self.pit, lambda ax: self.pit(ax, "five_year_loss"), self.reliability))

    def figure(self) -> Figure:
        """Draw both plots on a new figure."""
        return self()

    def pit(self, ax: Axes | None = None, number: str = "severity") -> Axes:
        """Draw the ranks of the outcomes in their forecasts; even if the forecast is right."""
        axes, ranks = _axes(ax), self.backtest.numbers[number].ranks
        axes.hist(ranks, bins=np.linspace(0.0, 1.0, BINS + 1).tolist(), color=GREY)
        axes.axhline(ranks.size / BINS, color=BLUE, label="even")
        axes.set(xlabel="rank in the forecast", ylabel="ruptures", title=f"PIT: {number.replace('_', ' ')}")
        legend_below(axes)
        return axes

    def reliability(self, ax: Axes | None = None) -> Axes:
        """Draw how often ruptures happened against how often they were forecast."""
        axes = _axes(ax)
        for event, colour in zip(self.backtest.events, (GREY, ORANGE, BLUE), strict=False):
            forecast, happened, _ = (np.array(column) for column in zip(*event.curve, strict=True))
            axes.plot(forecast, happened, "o-", color=colour, label=f"within {event.years} years")
        most = max(axes.get_xlim()[1], axes.get_ylim()[1])
        axes.plot([0.0, most], [0.0, most], color="black", linewidth=0.8)
        axes.set(xlabel="forecast probability", ylabel="share that happened", title="Reliability")
        legend_below(axes)
        return axes


class AtlasPlots:
    """Pictures of an atlas."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas

    @overload
    def __call__(self) -> Figure: ...
    @overload
    def __call__(self, ax: Axes) -> Axes: ...
    def __call__(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw the ranks."""
        return self.ranks(ax) if ax is not None else _side_by_side((self.ranks,))

    def figure(self) -> Figure:
        """Draw the ranks on a new figure."""
        return self()

    def ranks(self, ax: Axes | None = None) -> Axes:
        """Draw the expected shortfall of the most exposed countries, with their intervals."""
        axes, shown = _axes(ax), self.atlas.countries[:MOST_RANKS]
        for place, country in enumerate(shown):
            _bar(axes, place, country.es, BLUE)
        labels = [
            f"{title_of(it.country)} {it.rank.value:.0f} ({it.rank.low:.0f} to {it.rank.high:.0f})" for it in shown
        ]
        axes.set_yticks(range(len(shown)), labels, fontsize="x-small")
        axes.invert_yaxis()
        axes.set(
            xlabel="expected shortfall, % of exports over five years",
            title=f"{self.atlas.year}: rank and its interval",
        )
        return axes


def _bar(axes: Axes, place: int, estimate: Estimate, colour: str) -> None:
    """Draw one estimate in per cent with its interval."""
    value, ends = 100.0 * estimate.value, 100.0 * np.array([[estimate.low], [estimate.high]], dtype=np.float64)
    reach: Floats = np.abs(np.nan_to_num(ends - value))
    axes.errorbar([value], [place], xerr=reach, fmt="o", color=colour, capsize=2)


def _axes(ax: Axes | None) -> Axes:
    """Return the axes given, or new ones."""
    if ax is not None:
        return ax
    axes: Axes = _figure(1)[1][0]
    return axes


def _figure(count: int) -> tuple[Figure, Sequence[Any]]:
    """Return a figure with so many axes side by side."""
    from multivector_sim.display.plotting import new_figure

    figure = new_figure((5.5 * count, 5.0))
    return figure, [figure.add_subplot(1, count, place + 1) for place in range(count)]


def _side_by_side(draw: Sequence[Callable[[Axes], Axes]]) -> Figure:
    """Draw several pictures side by side."""
    figure, axes = _figure(len(draw))
    for one, ax in zip(draw, axes, strict=True):
        one(ax)
    return figure


MOST_PARTNERS = 12


class FlowsPlots:
    """Pictures of flows; called itself, the partners of a lone country, else the totals by year."""

    def __init__(self, flows: Flows) -> None:
        self.flows = flows

    def __call__(self, ax: Axes | None = None) -> Axes:
        """Draw the partners of a lone country, or the totals by year."""
        return self.partners(ax=ax) if len(self.flows.countries) == 1 else self.years(ax)

    def partners(
        self, country: str | None = None, flow: str | None = None, year: int | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw the shares of a country's largest partners in one flow and year.

        Parameters
        ----------
        country
            Alpha-3 code; the only one of the data by default.
        flow
            As in the table; by default the first that the country reports.
        year
            The latest with this flow by default.
        ax
            Where to draw; new axes by default.

        Raises
        ------
        FlowsError
            If there is no such flow, or several countries and none was named.
        """
        table, countries = self.flows.table, self.flows.countries
        code = country or (countries[0] if len(countries) == 1 else "")
        own = table[(table["reporter"] == code) & ((table["flow"] == flow) if flow else True)]
        if year is not None:
            own = own[own["year"] == year]
        if not len(own):
            asked = " ".join(str(it) for it in (flow, year) if it is not None)
            what = f"no flows {asked} of {code}".replace("  ", " ") if code else "several countries; name one"
            raise FlowsError(f"plot: {what}", self.flows.file)
        kind = flow or str(min(own["flow"].unique()))
        when = year or int(own.loc[own["flow"] == kind, "year"].max())
        found = self.flows.of(code, kind, when)
        shown = 100.0 * found.head(MOST_PARTNERS) / float(found.sum())
        axes = new_axes(ax)
        axes.barh([title_of(str(it)) for it in shown.index][::-1], shown.to_numpy()[::-1])
        axes.set_xlabel(f"% of {kind.replace('_', ' ')}")
        axes.set_title(f"{title_of(code)}, {kind.replace('_', ' ')} {when}", loc="left")
        return draw_literally(axes)

    def years(self, ax: Axes | None = None) -> Axes:
        """Draw the sum of every flow by year, in billions of the currency."""
        axes = new_axes(ax)
        for (flow, side), rows in self.flows.table.groupby(["flow", "side"], sort=True):
            total = rows.groupby("year")["value"].sum() / 1e9
            axes.plot(total.index, total.to_numpy(), "o-", label=f"{str(flow).replace('_', ' ')}, by {side}")
        axes.set_ylim(bottom=0.0)
        axes.set(xlabel="year", ylabel=f"bn {self.flows.unit}")
        axes.legend(frameon=False)
        return draw_literally(axes)
