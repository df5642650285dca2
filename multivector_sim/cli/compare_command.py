"""``multivector compare``: whether one mix is more resilient than another, beyond random variation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from multivector_sim.cli.options import NUMBER, Count, common, computed, give, layered, pictured
from multivector_sim.cli.output import ProgressBar, check_picture, check_writable, complain, say, tabled, write_whole
from multivector_sim.cli.screen import begin_table, open_screen, print_table
from multivector_sim.display.wording import percent_between, with_interval

if TYPE_CHECKING:
    from multivector_sim.cli.screen import Sheet
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.compare import Comparison
    from multivector_sim.scenario.read import ScenarioLike

__all__ = ["command"]

USUAL = ("one", "equal")
RATIOS = ("diversification ratio of the sd", "of the ES")


@click.command("compare")
@click.argument("scenario")
@click.argument("others", nargs=-1, metavar="[MIX or SCENARIO ..]")
@click.option("--draws", type=Count(1), default=40_000, show_default=True, help="Draws of each run.")
@computed
@click.option(
    "--level",
    "levels",
    type=NUMBER,
    multiple=True,
    default=(0.95, 0.99),
    show_default=True,
    help="Level of the expected shortfall; repeatable; the lowest one decides the verdict.",
)
@pictured("Write a plot of the differences to a file.")
@click.option(
    "--report",
    metavar="FILE.html",
    type=click.Path(path_type=Path),
    help="Write a page with the scenarios side by side.",
)
@tabled
@layered
@common
def command(
    *,
    scenario: str,
    others: tuple[str, ...],
    draws: int,
    workers: int,
    levels: tuple[float, ...],
    plot: Path | None,
    report: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Compare mixes or scenarios, draw by draw.

    SCENARIO is compared with a mix, a measure or an override of its file, with a benchmark (one: everything with the
    largest partner; one:PARTNER; equal: equal shares; today), or with another scenario; by default with one and equal.
    --override and --set change SCENARIO and its mixes and benchmarks, but not other scenarios.
    """
    check_picture(plot)
    if report is not None:
        check_writable(report)
    from multivector_sim.scenario.read import load

    loaded = load(scenario, override=override, settings=settings)
    compared: list[ScenarioLike] = [loaded, *(others or USUAL)]
    from multivector_sim.questions.compare import compare

    with ProgressBar(loaded.name) as bar:
        found = compare(compared, draws, seed, levels=levels, workers=workers, progress=bar)
    for note in (*loaded.notices, *found.notes):
        complain(f"note: {note}")

    if report is not None:
        from multivector_sim.report.comparison_page import render_peers

        write_whole(report, render_peers(found).encode())
    give(found, lambda: found.plot().figure, _print_summary, plot, as_json=as_json)
    if report is not None and not as_json:
        say(f"Report: {report}")


def _print_summary(found: Comparison) -> None:
    """Print a comparison to stdout."""
    screen = open_screen()
    for pair in found.pairs:
        screen.print(Text(f"{pair.sentence}."))
    screen.print()
    print_table(screen, _own_losses(found))
    print_table(screen, _differences(found))
    if found.benefits:
        print_table(screen, _benefits(found))
    draws, seed = found.results[0].draws, found.results[0].seed
    screen.print(
        Text(
            f"{draws:,} draws of each, seed {seed}, common random numbers; in brackets: 95 % Monte Carlo intervals.\n"
            "Differences (second minus first) are in percentage points of the baseline; below 0, the second loses less."
        )
    )


def _own_losses(found: Comparison) -> Sheet:
    """Return the table of each scenario's losses."""
    name = found.columns[0]
    columns = ("", "mean", *(f"ES {100 * level:g} %" for level in found.levels), *RATIOS)
    shown = begin_table(f"Loss in {name}, % of the baseline", columns, spare=RATIOS[::-1])
    for label, result in zip(found.labels, found.results, strict=True):
        sample, ratios = result.column(name), found.ratios[label]
        tail = next(iter(ratios.es.values()))
        cells = (sample.mean(), *(sample.es(level) for level in found.levels))
        shown.add_row(label, *map(percent_between, cells), _times(ratios.sd), _times(tail))
    return shown


def _differences(found: Comparison) -> Sheet:
    """Return the table of differences for every pair and column, in the mean and at the verdict's level."""
    level = found.levels[0]
    headings = ("second", "minus first", "column", "mean", f"ES {100 * level:g} %", "P(smaller loss)")
    shown = begin_table("Differences", headings, left=3, spare=("P(smaller loss)",))
    for pair in found.pairs:
        for name, column in pair.columns.items():
            cells = [_points(it.estimate, it.verdict) for it in (column.mean, column.es[level])]
            shown.add_row(pair.second, pair.first, name, *cells, percent_between(column.chances.less))
    return shown


def _benefits(found: Comparison) -> Sheet:
    """Return the table of what each scenario saves compared with having one partner only."""
    headings = ("", "mean", *(f"ES {100 * level:g} %" for level in found.levels))
    shown = begin_table(f"Loss avoided by diversification, % of the loss with {found.one}", headings)
    for label, benefit in found.benefits.items():
        shares = (benefit.mean_share, *benefit.es_share.values())
        shown.add_row(label, *("-" if it is None else percent_between(it) for it in shares))
    return shown


def _points(estimate: Estimate, verdict: str) -> str:
    """Write a difference in percentage points, with its verdict."""
    return f"{with_interval(estimate, 100.0)} {verdict}".strip()


def _times(estimate: Estimate | None) -> str:
    """Write a ratio."""
    return "-" if estimate is None else with_interval(estimate)
