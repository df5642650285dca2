"""The loss-exceedance curve on the page, with its limits, VaR and ES.

The probability stands on a logarithmic scale, since the rare is what one looks for. The curve falls to the right, so
there is room above it and beyond, where the two marks are named; near the edge they are named below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.report.chart_fan import Tick
from multivector_sim.report.scale import Scale, line, round_ticks, tick_label
from multivector_sim.report.words import percent, percent_between

if TYPE_CHECKING:
    from multivector_sim.engine.sample import Sample
    from multivector_sim.report.curves import Exceedance

__all__ = ["ExceedanceChart", "Mark", "draw_exceedance"]

LEFT, RIGHT, TOP, BOTTOM = 54, 388, 14, 216
PROBABILITIES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
IN_TABLE = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
FEWEST = 10
LEVEL = 0.95
LABEL_ROOM = 80.0
BEYOND = 0.1
"""How far under the floor the curve is followed; the paper ends at the floor."""


class Mark(NamedTuple):
    """A point of the curve with a name."""

    x: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str


class ExceedanceChart(NamedTuple):
    """Everything that the template draws; ``rows`` are the same in words."""

    band: str
    curve: str
    var: Mark
    es: Mark
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    var_words: str
    es_words: str
    description: str
    rows: tuple[tuple[str, str, str], ...]


def draw_exceedance(curve: Exceedance, sample: Sample) -> ExceedanceChart:
    """Lay a curve out.

    Parameters
    ----------
    curve
        The curve.
    sample
        The draws that it was made of.

    Returns
    -------
    ExceedanceChart
        For the template.
    """
    var, es = sample.var(LEVEL), sample.es(LEVEL)
    reach = [it for it in PROBABILITIES if it * sample.loss_share.size >= FEWEST] or [1.0]
    floor = min(reach[-1], PROBABILITIES[3])
    shown = curve.probability >= floor
    furthest = max(float(curve.loss[shown].max(initial=0.0)), es.value, 0.01)
    ticks = round_ticks(min(0.0, float(curve.loss.min())), furthest, most=5)
    x = Scale(ticks[0], ticks[-1], LEFT, RIGHT)
    y = Scale(1.0, floor, TOP, BOTTOM, log=True)
    inside = curve.loss <= ticks[-1]
    xs = [x(it) for it in curve.loss[inside].tolist()]
    middle, low, high = (
        [y(max(it, BEYOND * floor)) for it in side[inside].tolist()]
        for side in (curve.probability, curve.low, curve.high)
    )
    beyond_var, beyond_es = (float((sample.loss_share > it.value).mean()) for it in (var, es))
    return ExceedanceChart(
        band=line([*xs, *reversed(xs)], [*low, *reversed(high)]) + "Z",
        curve=line(xs, middle),
        var=mark(x(var.value), y(max(beyond_var, floor)), "VaR 95 %"),
        es=mark(x(es.value), y(max(beyond_es, floor)), "ES 95 %"),
        x_ticks=tuple(Tick(round(x(it), 1), tick_label(it, ticks)) for it in ticks),
        y_ticks=tuple(Tick(round(y(it), 1), f"{100 * it:g} %") for it in PROBABILITIES if it >= floor),
        var_words=percent_between(var),
        es_words=percent_between(es),
        description=(
            f"One draw in two {beyond(sample.var(0.5).value)}, one in ten {beyond(sample.var(0.9).value)}, one in "
            f"twenty {beyond(var.value)}, one in a hundred {beyond(sample.var(0.99).value)}."
        ),
        rows=tuple(
            (f"{100 * it:g} %", f"one in {1 / it:.0f}", percent_between(sample.var(1.0 - it))) for it in IN_TABLE
        ),
    )


def beyond(loss: float) -> str:
    """Say that a draw is worse than a loss, which is a gain where it is below 0."""
    return f"gains less than {percent(-loss)}" if loss < 0.0 else f"loses more than {percent(loss)}"


def mark(x: float, y: float, label: str) -> Mark:
    """Name a point above and beyond the curve, or below and before it where there is no room."""
    roomy = x + LABEL_ROOM < RIGHT
    label_x, label_y, anchor = (x + 9, y - 5, "start") if roomy else (x - 10, y + 13, "end")
    return Mark(round(x, 1), round(y, 1), label, round(label_x, 1), round(min(label_y, BOTTOM - 4), 1), anchor)
