"""``multivector run``: what happens when the scenario's channels are shocked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from multivector_sim.cli.options import common, layered
from multivector_sim.cli.output import check_writable, complain, print_json, say, write_whole
from multivector_sim.cli.progress_bar import ProgressBar

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result

__all__ = ["command"]


@click.command("run", short_help="Simulate a scenario and say what is lost, how surely.")
@click.argument("scenario")
@click.option("--draws", type=click.IntRange(1), default=100_000, show_default=True, help="How many futures to draw.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="How many threads to run.")
@layered
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help="Keep the run in a folder.")
@click.option(
    "--report", metavar="FILE.html", type=click.Path(path_type=Path), help="Write the report to one HTML file."
)
@common
def command(
    *,
    scenario: str,
    draws: int,
    workers: int,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    out: Path | None,
    report: Path | None,
    as_json: bool,
    seed: int,
) -> None:
    """Simulate a scenario and say what is lost, and how surely.

    SCENARIO is a file, or a name from `multivector list`. The same seed gives the same answer to the last bit,
    whatever the number of workers.
    """
    from multivector_sim.scenario.read import load

    loaded = load(scenario, override=override, settings=settings)
    for notice in loaded.notices:
        complain(f"note: {notice}")
    if report is not None:
        check_writable(report)
    from multivector_sim.engine.simulate import simulate

    with ProgressBar(loaded.name) as bar:
        result = simulate(loaded, draws=draws, seed=seed, workers=workers, progress=bar)
    keep(result, out, report)
    if as_json:
        print_json(result.document())
        return
    from multivector_sim.cli.run_summary import print_summary

    print_summary(result)
    if out is not None:
        say(f"The run is kept in {out}")
    if report is not None:
        say(f"The report lies in {report}")
    else:
        say("For charts and every figure's source, add --report FILE.html")


def keep(result: Result, out: Path | None, report: Path | None) -> None:
    """Write what was asked for."""
    if report is not None:
        from multivector_sim.report.html import render

        write_whole(report, render(result))
    if out is not None:
        result.save(out)
