"""``multivector atlas``: the exposure of every country to its partners in one year."""

from __future__ import annotations

from pathlib import Path

import click

from multivector_sim.cli.evidence_options import begin, finish, read_calibration, table_and_plot
from multivector_sim.cli.options import Count, common, scheduled, threaded

__all__ = ["command"]


@click.command("atlas")
@click.argument("flows")
@click.option("--year", type=int, help="Year to rank [default: latest].")
@click.option(
    "--calibration",
    metavar="FILE.json",
    type=click.Path(path_type=Path),
    help="Calibration written by 'calibrate --out' [default: the shipped one].",
)
@click.option("--period", metavar="YEARS", help="Period of the hazard, e.g. 1992-2014 [default: mean of all].")
@click.option(
    "--resamples",
    type=Count(0),
    default=100,
    show_default=True,
    help="Bootstrap resamples for the intervals of ranks; 0 for no intervals.",
)
@threaded
@scheduled
@table_and_plot
@common
def command(
    *,
    flows: str,
    year: int | None,
    calibration: Path | None,
    period: str | None,
    resamples: int,
    workers: int,
    plot: Path | None,
    out: Path | None,
    as_json: bool,
    seed: int,
) -> None:
    """Rank the countries in FLOWS, a file of exports by country and partner.

    Rank 1 is the most exposed. Countries with too many exports to unspecified partners are listed without a rank, with
    the reason.
    """
    begin(plot, out)
    known = None if calibration is None else read_calibration(calibration)
    from multivector_sim.evidence.atlas import atlas

    found = atlas(flows, known, year, seed, resamples=resamples, period=period, workers=workers)
    finish(found, plot, out, as_json=as_json)
