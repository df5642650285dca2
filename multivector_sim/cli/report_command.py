"""``multivector report``: the report of a saved run."""

from __future__ import annotations

from pathlib import Path

import click

from multivector_sim.cli.briefing import write_brief
from multivector_sim.cli.options import common, threaded
from multivector_sim.cli.output import check_writable, print_json, say, write_whole

__all__ = ["command"]


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
