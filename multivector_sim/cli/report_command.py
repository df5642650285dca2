"""``multivector report``: the report of a saved run, or its brief, for which two questions are asked with few draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from multivector_sim.cli.options import common, threaded
from multivector_sim.cli.output import ProgressBar, check_writable, print_json, say, write_whole

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result

__all__ = ["command", "write_brief"]

DRAWS_FOR_DRIVERS = 512
DRAWS_FOR_MEASURES = 4096


def write_brief(result: Result, path: Path, workers: int) -> None:
    """Find which assumptions matter and which measures help, and write the brief."""
    from multivector_sim.questions.rank import rank
    from multivector_sim.questions.sensitivity import sensitivity
    from multivector_sim.report.brief import render_brief

    scenario, seed = result.scenario, result.seed
    drivers, ranking = None, None
    if "total" in result.columns:
        with ProgressBar("what drives it") as bar:
            drivers = sensitivity(scenario, DRAWS_FOR_DRIVERS, seed, workers=workers, progress=bar)
        if scenario.measures:
            with ProgressBar("what would help") as bar:
                ranking = rank(scenario, draws=DRAWS_FOR_MEASURES, seed=seed, workers=workers, progress=bar)
    write_whole(path, render_brief(result, drivers, ranking).encode())


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, metavar="FILE.html", type=click.Path(path_type=Path), help="File to write."
)
@click.option("--brief", is_flag=True, help="Write a brief of one page instead.")
@threaded
@common
def command(*, folder: Path, output: Path, brief: bool, workers: int, as_json: bool, seed: int) -> None:
    """Write the report of a run saved with `multivector run --out DIR` as one HTML file."""
    del seed  # every command takes a seed; the run has its own
    check_writable(output)
    from multivector_sim.engine.result import Result
    from multivector_sim.report.page import render

    result = Result.open(folder)
    if brief:
        write_brief(result, output, workers)
    else:
        write_whole(output, render(result).encode())
    if as_json:
        print_json({"schema": "multivector/report/1", "run": str(folder), "report": str(output)})
        return
    say(f"{'Brief' if brief else 'Report'}: {output}")
