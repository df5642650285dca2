"""``multivector study``: every question that a scenario supports, in one process and on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from multivector_sim.cli.options import Count, common, computed, give, layered, load_and_note, pictured
from multivector_sim.cli.output import ProgressBar, check_picture, check_writable, say, tabled, write_whole

if TYPE_CHECKING:
    from multivector_sim.questions.study import Study

__all__ = ["command"]

DRAWS = 20_480


@click.command("study")
@click.argument("scenario")
@click.option(
    "--draws",
    type=Count(1),
    default=DRAWS,
    show_default=True,
    help="Draws of the main run; the other questions use fewer, as the report states.",
)
@computed
@click.option(
    "--report", metavar="FILE.html", type=click.Path(path_type=Path), help="Write all answers to an HTML file."
)
@pictured("Draw every question that has a plot, a panel each.")
@tabled
@layered
@common
def command(
    *,
    scenario: str,
    draws: int,
    workers: int,
    report: Path | None,
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Ask every question that SCENARIO supports, with default settings, and print the findings.

    Questions use fewer draws here than in their own commands, which keeps the study short. Use a question's own command
    for narrower intervals.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    if report is not None:
        check_writable(report)
    from multivector_sim.questions.study import study

    with ProgressBar(loaded.name) as bar:
        found = study(loaded, draws, seed, workers=workers, progress=bar)
    if report is not None:
        from multivector_sim.report.study_page import render_study

        write_whole(report, render_study(found).encode())
    give(found, found.figure, _print_summary, plot, as_json=as_json)
    if report is not None and not as_json:
        say(f"Report: {report}")


def _print_summary(found: Study) -> None:
    """Print the findings to stdout, one page."""
    from rich.text import Text

    from multivector_sim.cli.screen import open_screen

    screen = open_screen()
    screen.print(Text(found.scenario.title or found.scenario.name, style="bold"))
    for finding in found.findings:
        screen.print()
        size = f"  ({finding.draws:,} draws)" if finding.draws else ""
        screen.print(Text.assemble((finding.title, "bold"), (size, "dim")))
        screen.print(Text(finding.sentence))
    screen.print()
    for question, reason in found.left_out.items():
        screen.print(Text(f"Not asked: {question}: {reason}"))
    screen.print(Text(f"Seed {found.seed}; in brackets: 95 % Monte Carlo intervals"))
