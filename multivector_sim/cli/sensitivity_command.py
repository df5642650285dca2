"""``multivector sensitivity``: the assumptions that drive the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click
from rich.text import Text

from multivector_sim.cli.options import common, give, layered, load_and_note, pictured, threaded
from multivector_sim.cli.output import ProgressBar, begin_table, check_picture, open_screen
from multivector_sim.display.wording import number, plain, squared
from multivector_sim.errors import UsageError
from multivector_sim.report.drivers import how_moved

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.sensitivity import Sensitivity

__all__ = ["command"]

MEASURES = ("loss_share", "trough", "months_to_recover", "unrecovered")


@click.command("sensitivity", short_help="Say which assumption drives the answer.")
@click.argument("scenario")
@click.option(
    "--draws", type=click.IntRange(100), default=4096, show_default=True, help="Draws of each of the runs it takes."
)
@threaded
@click.option("--column", default="total", show_default=True, help="A channel, or trade, investment or total.")
@click.option(
    "--measure",
    type=click.Choice(MEASURES),
    default="loss_share",
    show_default=True,
    help="What of each draw is explained.",
)
@click.option(
    "--groups",
    type=click.Choice(("law", "section")),
    default="law",
    show_default=True,
    help="Take every law by itself, or the sections of the file: fewer runs.",
)
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="PATH=LOW:HIGH",
    help="Move a certain number over a range, as in horizon_months=36:84; repeatable.",
)
@pictured("Draw the tornado and the indices.")
@layered
@common
def command(
    *,
    scenario: str,
    draws: int,
    workers: int,
    column: str,
    measure: str,
    groups: Literal["law", "section"],
    ranges: tuple[str, ...],
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Return which assumption drives the answer.

    Sobol indices of every law in SCENARIO, first order and total, and what every certain number would do if it were
    another: a quarter less or more, or over its range. Laws that depend on each other are taken together. It takes a
    run for every input and two more, and two short ones for every certain number.
    """
    check_picture(plot)
    stated = dict(map(_stated_range, ranges))
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.questions.sensitivity import sensitivity

    with ProgressBar(loaded.name) as bar:
        result = sensitivity(
            loaded,
            draws,
            seed,
            column=column,
            measure=measure,
            groups=groups,
            ranges=stated,
            workers=workers,
            progress=bar,
        )

    give(result, result.figure, _print_summary, plot, as_json=as_json)


def _stated_range(text: str) -> tuple[str, tuple[float, float]]:
    """Read a stated range.

    Examples
    --------
    >>> _stated_range("horizon_months=36:84")
    ('horizon_months', (36.0, 84.0))
    """
    path, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        return path.strip(), (float(low), float(high))
    except ValueError:
        raise UsageError(f"--range: '{text}' is no range; write PATH=LOW:HIGH, as in horizon_months=36:84") from None


MOST = 15
MOST_SWINGS = 10
MONTHS = "months_to_recover"
POINTS = {" %": "points"}


def _print_summary(result: Sensitivity) -> None:
    """Print what a study found to stdout."""
    screen = open_screen()
    screen.print(Text(result.note[:1].upper() + result.note[1:] if result.note else _sentence(result)))
    if result.inputs:
        screen.print()
        screen.print(_inputs(result))
        left = len(result.inputs) - MOST
        if left > 0:
            screen.print(Text(f"and {left} more that make less; --json has them all"))
    if result.swings:
        screen.print()
        screen.print(_swings(result))
    screen.print(
        Text(
            f"\n{result.draws:,} draws a run, {result.runs:,} in all, seed {result.seed}; in brackets: 95 % Monte Carlo"
            " intervals.\nAn index is not clipped: below 0 it is noise, to be read with its interval."
        )
    )


def _sentence(result: Sensitivity) -> str:
    """Print what drives the answer."""
    first = result.inputs[0]
    scale, unit = _scale_of(result)
    return (
        f"What drives the {result.measure.replace('_', ' ')} of {result.column}, mean "
        f"{number(scale * result.mean.value)}{unit}: {first.label}, with {100 * first.total.value:.0f} % of the "
        f"variance, all its company included, and {100 * first.first.value:.0f} % alone. "
        f"Inputs without each other make {100 * result.alone.value:.0f} %."
    )


def _inputs(result: Sensitivity) -> Table:
    """Show the inputs, the greatest first."""
    scale, unit = _scale_of(result)
    columns = ("", "", "total, %", "first order, %", "lowest fifth", "highest fifth")
    title = f"Part of the variance; and change of the mean at the ends of a law, {POINTS.get(unit, unit.strip())}"
    shown = begin_table(title, columns, left=2)
    for row in result.inputs[:MOST]:
        ends = ["-" if end is None else _signed(scale * end.value) for end in (row.low, row.high)]
        shown.add_row(Text(row.label), Text(row.law), _between(row.total, 100.0), _between(row.first, 100.0), *ends)
    return shown


def _swings(result: Sensitivity) -> Table:
    """Show the certain numbers, the one that moves the tail the most first."""
    scale, unit = _scale_of(result)
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
                shown.add_row(Text(swing.path), Text(step), _between(mean, scale, 3), _between(tail, scale, 3))
    return shown


def _scale_of(result: Sensitivity) -> tuple[float, str]:
    """Return by what outputs are multiplied to be shown, and their unit."""
    return (1.0, " months") if result.measure == MONTHS else (100.0, " %")


def _between(estimate: Estimate, scale: float, decimals: int = 1) -> str:
    """Write an estimate and its interval."""
    return f"{plain(scale * estimate.value, decimals)} {squared(estimate, scale, decimals)}"


def _signed(value: float) -> str:
    """Write a change with its sign."""
    return f"{round(value, 3) + 0.0:+.3f}"
