"""``multivector sensitivity``: the assumptions that drive the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click
from rich.text import Text

from multivector_sim.cli.options import Count, common, computed, give, layered, load_and_note, pictured, read_number
from multivector_sim.cli.output import ProgressBar, check_picture, tabled
from multivector_sim.cli.screen import begin_table, open_screen, print_table
from multivector_sim.display.wording import number, rounded, squared
from multivector_sim.errors import UsageError
from multivector_sim.report.attribution import how_moved

if TYPE_CHECKING:
    from pathlib import Path

    from multivector_sim.cli.screen import Sheet
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.sensitivity import Sensitivity

__all__ = ["command"]

MEASURES = ("loss_share", "trough", "months_to_recover", "unrecovered")


@click.command("sensitivity")
@click.argument("scenario")
@click.option("--draws", type=Count(100), default=4096, show_default=True, help="Draws of each run.")
@computed
@click.option("--column", default="total", show_default=True, help="A channel, trade, investment or total.")
@click.option(
    "--measure",
    type=click.Choice(MEASURES),
    default="loss_share",
    show_default=True,
    help="Outcome to explain.",
)
@click.option(
    "--groups",
    type=click.Choice(("law", "section")),
    default="law",
    show_default=True,
    help="Treat each distribution by itself, or each section of the file as one (fewer runs).",
)
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="PATH=LOW:HIGH",
    help="Vary a fixed number over a range, e.g. horizon_months=36:84; repeatable.",
)
@pictured("Write a tornado chart and the indices to a file.")
@tabled
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
    """Find which assumptions drive the result of SCENARIO.

    Compute first-order and total Sobol indices of every distribution in SCENARIO, and the effect of moving each fixed
    number by a quarter or over its stated range. Dependent distributions are treated as one input. The study takes one
    run per input and two more, and two short runs per fixed number.
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
    if not (path and low and high):
        raise UsageError(f"--range: '{text}' is not a range; write PATH=LOW:HIGH, as in horizon_months=36:84")
    where = f"--range {path.strip()} (write PATH=LOW:HIGH)"
    return path.strip(), (read_number(low, where), read_number(high, where))


MOST = 15
MOST_SWINGS = 10
MONTHS = "months_to_recover"
POINTS = {" %": "points"}


def _print_summary(result: Sensitivity) -> None:
    """Print the result of a sensitivity study to stdout."""
    screen = open_screen()
    screen.print(Text(result.note[:1].upper() + result.note[1:] if result.note else _sentence(result)))
    if result.inputs:
        screen.print()
        print_table(screen, _inputs(result))
        left = len(result.inputs) - MOST
        if left > 0:
            screen.print(Text(f"{left} inputs with smaller effects are not shown; --json lists them all"))
    if result.swings:
        screen.print()
        print_table(screen, _swings(result))
    screen.print(
        Text(
            f"\n{result.draws:,} draws a run, {result.runs:,} in all, seed {result.seed}; in brackets: 95 % Monte Carlo"
            " intervals.\nIndices are not clipped: a value below 0 is sampling noise; see its interval."
        )
    )


def _sentence(result: Sensitivity) -> str:
    """Return the sentence about the input that matters most."""
    first = result.inputs[0]
    scale, unit = _scale_of(result)
    return (
        f"The {result.measure.replace('_', ' ')} of {result.column} (mean {number(scale * result.mean.value)}{unit}) "
        f"depends most on {result.title_of(first.label)}, which explains {100 * first.total.value:.0f} % of the "
        f"variance (total effect); {100 * first.first.value:.0f} % on its own (first order). "
        f"First-order effects of all inputs add up to {100 * result.alone.value:.0f} %."
    )


def _inputs(result: Sensitivity) -> Sheet:
    """Return the table of inputs, the greatest first."""
    scale, unit = _scale_of(result)
    columns = ("", "distribution", "total, %", "first order, %", "lowest fifth", "highest fifth")
    title = f"Share of the variance; change of the mean in the extreme fifths, {POINTS.get(unit, unit.strip())}"
    shown = begin_table(title, columns, left=2, spare=("lowest fifth", "highest fifth", "distribution"))
    for row in result.inputs[:MOST]:
        ends = ["-" if end is None else _signed(end, scale) for end in (row.low, row.high)]
        shown.add_row(
            result.title_of(row.label), row.law, _between(row.total, 100.0), _between(row.first, 100.0), *ends
        )
    return shown


def _swings(result: Sensitivity) -> Sheet:
    """Return the table of fixed numbers, the one that moves the tail most first."""
    scale, unit = _scale_of(result)
    columns = ("", "", "mean", "worst 5 %")
    left = len(result.swings) - MOST_SWINGS
    more = f"; {left} with smaller effects in --json" if left > 0 else ""
    title = f"Fixed numbers, moved one at a time: change in {POINTS.get(unit, unit.strip())}{more}"
    shown = begin_table(title, columns, left=2)
    for swing in result.swings[:MOST_SWINGS]:
        for value, mean, tail in (
            (swing.low_value, swing.low, swing.low_tail),
            (swing.high_value, swing.high, swing.high_tail),
        ):
            if value is not None and mean is not None and tail is not None:
                step = f"{number(swing.value)} to {number(value)}, {how_moved(swing)}"
                shown.add_row(result.title_of(swing.path), step, _between(mean, scale), _between(tail, scale))
    return shown


def _scale_of(result: Sensitivity) -> tuple[float, str]:
    """Return the factor and the unit in which outputs are shown."""
    return (1.0, " months") if result.measure == MONTHS else (100.0, " %")


def _between(estimate: Estimate, scale: float) -> str:
    """Write an estimate and its interval."""
    return f"{rounded(estimate, scale)} {squared(estimate, scale)}"


def _signed(change: Estimate, scale: float) -> str:
    """Write a change with its sign."""
    said = rounded(change, scale)
    return said if said.startswith("-") or not float(said) else f"+{said}"
