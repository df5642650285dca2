"""A sensitivity study on a screen: the sentence, the inputs, the certain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from multivector_sim.cli.screen import begin_table, open_screen
from multivector_sim.report.drivers import how_moved
from multivector_sim.report.words import number, plain, squared

if TYPE_CHECKING:
    from rich.table import Table

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.study.sensitivity_result import Sensitivity

__all__ = ["print_summary"]

MOST = 15
MOST_SWINGS = 10
MONTHS = "months_to_recover"
POINTS = {" %": "points"}


def print_summary(result: Sensitivity) -> None:
    """Print what a study found to stdout.

    Parameters
    ----------
    result
        The study.
    """
    screen = open_screen()
    screen.print(Text(result.note[:1].upper() + result.note[1:] if result.note else sentence(result)))
    if result.inputs:
        screen.print()
        screen.print(inputs(result))
        left = len(result.inputs) - MOST
        if left > 0:
            screen.print(Text(f"and {left} more that make less; --json has them all"))
    if result.swings:
        screen.print()
        screen.print(swings(result))
    screen.print(
        Text(
            f"\n{result.draws:,} draws a run, {result.runs:,} in all, seed {result.seed}; in brackets: 95 % Monte Carlo"
            " intervals.\nAn index is not clipped: below 0 it is noise, to be read with its interval."
        )
    )


def sentence(result: Sensitivity) -> str:
    """Say what drives the answer."""
    first = result.inputs[0]
    scale, unit = scale_of(result)
    return (
        f"What drives the {result.measure.replace('_', ' ')} of {result.column}, mean "
        f"{number(scale * result.mean.value)}{unit}: {first.label}, with {100 * first.total.value:.0f} % of the "
        f"variance, all its company included, and {100 * first.first.value:.0f} % alone. "
        f"Inputs without each other make {100 * result.alone.value:.0f} %."
    )


def inputs(result: Sensitivity) -> Table:
    """Show the inputs, the greatest first."""
    scale, unit = scale_of(result)
    columns = ("", "", "total, %", "first order, %", "lowest fifth", "highest fifth")
    title = f"Part of the variance; and change of the mean at the ends of a law, {POINTS.get(unit, unit.strip())}"
    shown = begin_table(title, columns, left=2)
    for row in result.inputs[:MOST]:
        ends = ["-" if end is None else signed(scale * end.value) for end in (row.low, row.high)]
        shown.add_row(Text(row.label), Text(row.law), between(row.total, 100.0), between(row.first, 100.0), *ends)
    return shown


def swings(result: Sensitivity) -> Table:
    """Show the certain numbers, the one that moves the tail the most first."""
    scale, unit = scale_of(result)
    columns = ("", "", "mean", "worst 5 %")
    left = len(result.swings) - MOST_SWINGS
    more = f"; {left} more that do less are in --json" if left > 0 else ""
    title = f"Certain numbers, if they were others: change in {POINTS.get(unit, unit.strip())}{more}"
    shown = begin_table(title, columns, left=2)
    for swing in result.swings[:MOST_SWINGS]:
        for value, mean, tail in (
            (swing.low_value, swing.low, swing.low_tail),
            (swing.high_value, swing.high, swing.high_tail),
        ):
            if value is not None and mean is not None and tail is not None:
                step = f"{number(swing.value)} to {number(value)}, {how_moved(swing)}"
                shown.add_row(Text(swing.path), Text(step), between(mean, scale, 3), between(tail, scale, 3))
    return shown


def scale_of(result: Sensitivity) -> tuple[float, str]:
    """Say by what outputs are multiplied to be shown, and their unit."""
    return (1.0, " months") if result.measure == MONTHS else (100.0, " %")


def between(estimate: Estimate, scale: float, decimals: int = 1) -> str:
    """Write an estimate and its interval."""
    return f"{plain(scale * estimate.value, decimals)} {squared(estimate, scale, decimals)}"


def signed(value: float) -> str:
    """Write a change with its sign."""
    return f"{round(value, 3) + 0.0:+.3f}"
