"""``multivector atlas``: every country against its partners in one year."""

from __future__ import annotations

from pathlib import Path

import click

from multivector_sim.cli.evidence_options import begin, finish, read_calibration, table_and_plot
from multivector_sim.cli.options import common

__all__ = ["command"]


@click.command("atlas", short_help="Rank countries by what their partners' ruptures would cost.")
@click.argument("flows")
@click.option("--year", type=int, help="Which; the latest by default.")
@click.option(
    "--calibration",
    metavar="FILE.json",
    type=click.Path(path_type=Path),
    help="Whose hazards, as 'calibrate --out' wrote it; the shipped one by default.",
)
@click.option("--period", metavar="YEARS", help="Whose hazard, such as 1992-2014; the mean of all by default.")
@click.option(
    "--resamples",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="Of the bootstrap for the intervals of ranks; 0 leaves them out.",
)
@table_and_plot
@common
def command(
    *,
    flows: str,
    year: int | None,
    calibration: Path | None,
    period: str | None,
    resamples: int,
    csv: Path | None,
    plot: Path | None,
    out: Path | None,
    as_json: bool,
    seed: int,
) -> None:
    """Rank the countries in FLOWS, a file of exports by country and partner.

    Rank 1 is the most exposed. Countries most of whose partners are not named are not ranked, and the reason is shown.
    """
    begin(csv, plot, out)
    known = None if calibration is None else read_calibration(calibration)
    from multivector_sim.evidence.atlas import atlas

    found = atlas(flows, known, year, seed, resamples=resamples, period=period)
    finish(found, csv, plot, out, as_json=as_json)
