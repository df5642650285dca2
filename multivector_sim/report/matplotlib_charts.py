"""The charts of the report for people who work in Python: each is drawn on matplotlib axes and returns them.

``ax`` may be any axes. Without it a new figure is made that pyplot does not know, so that it is gone when nobody holds
it and no window opens. ``axes.figure.savefig("fan.png")`` keeps it.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

from multivector_sim.display.money import size_of
from multivector_sim.display.palette import TONES
from multivector_sim.display.plotting import SIZE, label_rows, legend_below, legend_label, new_axes
from multivector_sim.display.wording import capital, loss_axis
from multivector_sim.report.attribution import by_partner
from multivector_sim.report.chart_data import chosen_column, exceedance_of, fans
from multivector_sim.report.dashboard import flow_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.engine.result import Result
    from multivector_sim.report.dashboard import FlowShares
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["attribution", "concentration", "exceedance", "fan"]

ACCENT = TONES["blue"][0]
LEVEL = 0.95
LETTER = 2.0
"""About how wide a letter of a name is, in per cent of the flow."""

LEAST = 1e-3
MARKERS = ("o", "D", "s", "^")
"""The marks of observed series, one after the other."""


def fan(result: Result, ax: Axes | None = None, *, column: str | None = None, draws: int | None = None) -> Axes:
    """Draw how much is delivered month by month: the median, half and nine tenths of the draws.

    Series that the scenario says were observed in this column are drawn over it, each value in the middle of its
    period.

    Parameters
    ----------
    result
        A run.
    ax
        Where to draw; new axes by default.
    column
        One of ``result.columns``; trade by default.
    draws
        How many draws to follow; 4,096 by default, or all.

    Returns
    -------
    Axes
        Delivered share of the baseline, in per cent, over months.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("two-buyers"), draws=1024, seed=1)
    >>> fan(result, column="exports").get_title(loc="left")
    'Exports delivered, % of the baseline'
    """
    shown = fans(result, [chosen_column(result, column)], draws)[0]
    axes = new_axes(ax)
    low, lower, median, upper, high = 100.0 * shown.quantiles
    months = shown.months
    axes.fill_between(months, low, high, color=ACCENT, alpha=0.16, linewidth=0, label="nine draws in ten")
    axes.fill_between(months, lower, upper, color=ACCENT, alpha=0.3, linewidth=0, label="half of the draws")
    for edge, style in ((low, ":"), (lower, "--"), (upper, "--"), (high, ":")):
        axes.plot(months, edge, color=ACCENT, linewidth=0.8, linestyle=style)
    axes.plot(months, median, color=ACCENT, linewidth=2.2, label="the median")
    for series, marker in zip(shown.observed, cycle(MARKERS)):
        seen = [(point.middle, 100.0 * point.share) for point in series.points]
        label = f"observed: {series.title}"
        axes.plot(*zip(*seen, strict=True), marker, color="black", markerfacecolor="white", label=label, zorder=5)
    axes.axhline(100.0, color="black", linewidth=0.8, linestyle=(0, (1, 2)))
    axes.set(xlabel="months from the start", xlim=(0, months.size))
    axes.set_title(f"{_column_title(result, shown.column)} delivered, % of the baseline", loc="left")
    legend_below(axes, 2 if shown.observed else 3)
    return axes


def exceedance(result: Result, ax: Axes | None = None, *, column: str | None = None) -> Axes:
    """Draw how probable a loss greater than each size is, with its 95 % limits, VaR and ES.

    Parameters
    ----------
    result, ax, column
        As for :func:`fan`.

    Returns
    -------
    Axes
        Loss in per cent of the baseline against probability, on a logarithmic scale.
    """
    name = chosen_column(result, column)
    curve, sample = exceedance_of(result, name), result.column(name)
    axes = new_axes(ax)
    loss = 100.0 * curve.loss
    floor = max(10.0 / result.draws, LEAST) if result.draws > 100 else 0.1  # noqa: PLR2004  a curve of ten draws a point
    axes.fill_between(loss, curve.low, curve.high, color=ACCENT, alpha=0.3, linewidth=0, label="95 % limits")
    axes.plot(loss, curve.probability, color=ACCENT, linewidth=2.0)
    for label, estimate, marker in (("VaR", sample.var(LEVEL), "o"), ("ES", sample.es(LEVEL), "D")):
        beyond = max(float((sample.loss_share > estimate.value).mean()), floor)
        axes.plot(
            [100.0 * estimate.value],
            [beyond],
            marker,
            color="black",
            markerfacecolor="white",
            label=f"{label} 95 %: {100.0 * estimate.value:.1f} %",
        )
    axes.set(
        yscale="log", ylim=(floor, 1.1), xlabel=loss_axis(float(loss.min())), ylabel="probability of a greater loss"
    )
    axes.yaxis.set_major_formatter(lambda value, _: f"{100.0 * value:g} %")
    axes.set_title(f"{_column_title(result, name)}: how bad, how often", loc="left")
    legend_below(axes)
    return axes


def attribution(result: Result, ax: Axes | None = None) -> Axes:
    """Draw the loss by the partner whose rupture caused it, on average and in the worst 5 % of draws.

    Parameters
    ----------
    result, ax
        As for :func:`fan`.

    Returns
    -------
    Axes
        Money over the horizon by partner; the bars of each kind add up to the mean and to the ES of the total.
    """
    shared = by_partner(result)
    parts = list(reversed(shared.shown))
    size, unit = size_of(max((abs(amount) for part in parts for amount in (part.mean, part.worst)), default=1.0))
    axes = new_axes(ax, (SIZE[0], 1.4 + 0.6 * len(parts)))
    for place, part in enumerate(parts):
        style: dict[str, Any] = {"color": part.ink.tone, "hatch": part.ink.hatch, "edgecolor": "white", "height": 0.36}
        for offset, amount, name, strength in ((0.19, part.mean, "mean", 1.0), (-0.19, part.worst, "worst 5 %", 0.6)):
            (bar,) = axes.barh(place + offset, amount / size, alpha=strength, **style)
            end = (max(amount / size, 0.0), place + offset)
            axes.annotate(name, end, (4, 0), textcoords="offset points", va="center", fontsize="small")
            bar.set_label(f"{part.title}, {name}")
    label_rows(axes, range(len(parts)), [part.title for part in parts])
    axes.margins(x=0.22)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set(xlabel=f"loss over the horizon, {result.scenario.currency}{unit}")
    axes.set_title("Loss by the partner whose rupture caused it", loc="left")
    return axes


def concentration(scenario: Scenario, ax: Axes | None = None) -> Axes:
    """Draw the shares of each channel: by partner above, by the hosts that it crosses below.

    Parameters
    ----------
    scenario
        A scenario.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        Shares of each channel's flow, in per cent.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> axes = concentration(mv.load("two-buyers"))
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['All trade', 'Investment', 'Imports', 'Exports']
    """
    channels = list(reversed(flow_shares(scenario)))
    axes = new_axes(ax, (8.0, 1.2 + 0.9 * len(channels)))
    for place, channel in enumerate(channels):
        _draw_channel(axes, place, channel)
    label_rows(axes, range(len(channels)), [channel.title for channel in channels], 24)
    axes.set(xlim=(0, 122), xlabel="% of the flow")
    axes.set_xticks(range(0, 101, 20))
    legend_below(axes, 4)
    axes.set_title("By partner, and below by the host that the flow crosses", loc="left")
    return axes


def _draw_channel(axes: Axes, place: int, channel: FlowShares) -> None:
    """Draw a channel's partners in a row, and a thin bar for each of its hosts."""
    left = 0.0
    named = set(axes.get_legend_handles_labels()[1])
    for part in channel.partners:
        width = 100.0 * part.share
        style: dict[str, Any] = {"color": part.ink.tone, "hatch": part.ink.hatch, "edgecolor": "white"}
        label = part.title if part.title not in named else None
        axes.barh(place + 0.16, width, left=left, height=0.36, linewidth=0.8, label=legend_label(label), **style)
        if len(part.title) * LETTER < width:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85}
            middle = left + width / 2
            axes.text(middle, place + 0.16, part.title, ha="center", va="center", fontsize="x-small", bbox=box)
        left += width
    for row, host in enumerate(channel.hosts):
        y = place - 0.14 - 0.13 * row
        axes.barh(y, 100.0 * host.share, height=0.1, color=host.ink.tone, hatch=host.ink.hatch, edgecolor="white")
        axes.text(100.0 * host.share + 1, y, f"crosses {host.title}", va="center", fontsize="x-small")


def _column_title(result: Result, column: str) -> str:
    """Return a column's title for people."""
    channel = result.scenario.channels.get(column)
    return capital(channel.title) if channel is not None else column.capitalize()
