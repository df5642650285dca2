"""Pictures of flows: a country's largest partners, and totals over the years.

Every plot takes axes or makes new ones, and returns them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.display.plots import draw_literally, new_axes
from multivector_sim.errors import FlowsError
from multivector_sim.evidence.flows.countries import title_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.evidence.flows.table import Flows

__all__ = ["FlowsPlots"]

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
