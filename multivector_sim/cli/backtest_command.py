"""``multivector backtest``: whether a calibration would have covered what happened."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from multivector_sim.cli.evidence_options import begin, defined, definition_of, finish, read_calibration, table_and_plot
from multivector_sim.cli.options import common

__all__ = ["command"]

CRITERION_FAILED = 3


@click.command("backtest", short_help="Test a calibration on ruptures that it was not fitted to.")
@click.argument("flows")
@click.option(
    "--calibration",
    metavar="FILE.json",
    type=click.Path(path_type=Path),
    help="Test this calibration, written by 'calibrate --out', instead of fitting one to each training part.",
)
@click.option(
    "--split",
    metavar="HOW",
    default="counterpart",
    show_default=True,
    help="How to split the data: counterpart, country or period.",
)
@click.option("--fail-under", type=float, help="Lowest acceptable coverage of each 90 % band, e.g. 0.85.")
@defined
@table_and_plot
@common
def command(
    *,
    flows: str,
    calibration: Path | None,
    split: str,
    fail_under: float | None,
    csv: Path | None,
    plot: Path | None,
    out: Path | None,
    as_json: bool,
    seed: int,
    **given: Any,  # noqa: ANN401 - the options of the definition
) -> None:
    """Fit a calibration on one part of FLOWS, a file of yearly exports, and test it on another.

    The exit code is 3 if a criterion is not met.
    """
    begin(csv, plot, out)
    changed = any(value not in (None, False) for value in given.values())
    definition = definition_of(given) if changed else None
    known = None if calibration is None else read_calibration(calibration)
    from multivector_sim.evidence.backtest import backtest

    found = backtest(flows, known, split, seed, definition=definition, fail_under=fail_under)
    finish(found, csv, plot, out, as_json=as_json)
    if not found.passed:
        sys.exit(CRITERION_FAILED)
