"""The two charts of a frontier: what it delivers for how much risk, and of whom its mixes are made.

The *curve* has the expected shortfall of the full model on the horizontal axis, with its interval, and expected value
net of the cost of moving on the vertical one, so better is up and to the left. The thin line is what the straight line
of the fit had promised; the gap between the two is overfitting and nonlinearity. A verdict has a marker of its own.
*Shares* stand in columns, one for each point, filled in each partner's colour and pattern, with its name where there is
room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.display.palette import TONES, inks
from multivector_sim.display.plotting import legend_below, legend_label, new_axes, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.questions.frontier.result import Frontier, MixPoint

__all__ = ["both", "curve", "shares"]

MARKERS = {
    "better": ("^", TONES["green"][0]),
    "safer at a price": ("o", TONES["blue"][0]),
    "riskier but worth more": ("s", TONES["orange"][0]),
    "shifts the risk": ("P", TONES["purple"][0]),
    "worse": ("v", TONES["red"][0]),
    "cannot tell": ("x", TONES["grey"][0]),
    "the same": ("D", "black"),
}
ROOM = 0.035
"""How tall a part of a column has to be for a name beside it."""

MOST_COLUMNS = 30


def curve(result: Frontier, ax: Axes | None = None) -> Axes:
    """Draw value against ES.

    Parameters
    ----------
    result
        A frontier.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        Both in per cent of the column's baseline.
    """
    axes = new_axes(ax)
    values = [100.0 * point.value.value for point in result.points]
    axes.plot(
        [100.0 * point.fitted for point in result.points],
        values,
        color="black",
        linewidth=0.9,
        linestyle="--",
        label="as fitted: the straight line, the same draws",
    )
    labelled: set[str] = set()
    for point in result.points:
        _draw_point(axes, point, labelled)
    for point in (result.today, *result.mixes):
        _draw_named(axes, point)
    axes.set(
        xlabel=f"ES {100 * result.level:g} % of the loss, % of the baseline of {result.column}",
        ylabel="expected value net of moving, %",
    )
    title = f"Mixes of {' and '.join(result.channels)}: what is delivered, for how much risk"
    axes.set_title(title, loc="left", fontsize="medium")
    axes.margins(0.12)
    legend_below(axes, 2)
    return axes


def _draw_point(axes: Axes, point: MixPoint, labelled: set[str]) -> None:
    """Draw a point of the frontier, with the interval of its difference to today's mix about it."""
    marker, colour = MARKERS[point.verdict]
    label = f"full model, other draws: {point.verdict}" if point.verdict not in labelled else None
    labelled.add(point.verdict)
    change = point.es_change.estimate
    low, high = change.plotted
    spread = [[100.0 * (change.value - low)], [100.0 * (high - change.value)]]
    axes.errorbar(
        100.0 * point.es.value,
        100.0 * point.value.value,
        xerr=spread,
        fmt=marker,
        color=colour,
        markersize=5,
        markerfacecolor="white" if point.beaten_by else colour,
        capsize=2,
        elinewidth=0.8,
        label=label,
    )


def _draw_named(axes: Axes, point: MixPoint) -> None:
    """Draw today's mix or a named one, with its name."""
    marker, colour = MARKERS[point.verdict]
    place = (100.0 * point.es.value, 100.0 * point.value.value)
    axes.plot(*place, marker, color=colour, markersize=9, markerfacecolor="none", markeredgewidth=1.6)
    axes.annotate(point.name, place, (7, 5), textcoords="offset points", fontsize="small")


def shares(result: Frontier, ax: Axes | None = None) -> Axes:
    """Draw of whom today's mix and the points are made, in columns; of several channels together.

    Parameters
    ----------
    result, ax
        As for :func:`curve`.

    Returns
    -------
    Axes
        Shares of all that is shared out, in per cent.
    """
    step = -(-len(result.points) // MOST_COLUMNS)
    columns = [result.today, *result.points[::step]]
    axes = new_axes(ax, (8.0, 4.4))
    by_column = [_shares_by_partner(result, point) for point in columns]
    below = [0.0] * len(columns)
    for partner, ink in inks(result.scenario).items():
        heights = [100.0 * column.get(partner, 0.0) for column in by_column]
        if max(heights) <= 0.0:
            continue
        title = result.scenario.partners[partner].title
        style: dict[str, Any] = {"color": ink.tone, "hatch": ink.hatch, "edgecolor": "white", "linewidth": 0.6}
        axes.bar(range(len(columns)), heights, bottom=below, width=0.92, label=legend_label(title), **style)
        if heights[-1] > 100.0 * ROOM:
            middle = below[-1] + heights[-1] / 2
            axes.text(len(columns) - 0.4, middle, title, va="center", fontsize="x-small")
        below = [start + height for start, height in zip(below, heights, strict=True)]
    axes.set_xticks(range(len(columns)), [point.name for point in columns], fontsize="x-small")
    axes.set(
        xlim=(-0.6, len(columns) * 1.2), ylim=(0, 100), xlabel="today, then points by rising ES as fitted", ylabel="%"
    )
    axes.set_title("Of whom the mixes are made", loc="left", fontsize="medium")
    axes.legend(frameon=False, fontsize="x-small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return axes


def _shares_by_partner(result: Frontier, point: MixPoint) -> dict[str, float]:
    """Return shares of all that is shared out, by partner."""
    sizes = {name: sum(flow.value for flow in result.scenario.exposures[name].values()) for name in result.channels}
    whole = sum(sizes.values())
    found: dict[str, float] = {}
    for channel, by_partner in point.mix.items():
        for partner, share in by_partner.items():
            found[partner] = found.get(partner, 0.0) + share * sizes[channel] / whole
    return found


def both(result: Frontier) -> Figure:
    """Draw the curve and the shares under each other."""
    figure = new_figure((8.5, 8.8))
    upper, lower = figure.subplots(2, 1)
    for axes, draw in ((upper, curve), (lower, shares)):
        axes.spines[["top", "right"]].set_visible(False)
        draw(result, axes)
    return figure
