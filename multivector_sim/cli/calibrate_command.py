"""``multivector calibrate``: hazard, severity and recovery of real ruptures, from yearly flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from multivector_sim.cli.evidence_options import begin, defined, definition_of, finish, table_and_plot
from multivector_sim.cli.options import Count, common

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("calibrate")
@click.argument("flows")
@defined
@click.option("--resamples", type=Count(20), default=500, show_default=True, help="Bootstrap resamples.")
@click.option("--no-grid", is_flag=True, help="Skip the table of estimates under other definitions.")
@table_and_plot
@common
def command(
    *,
    flows: str,
    resamples: int,
    no_grid: bool,
    plot: Path | None,
    out: Path | None,
    as_json: bool,
    seed: int,
    **given: Any,  # noqa: ANN401 - the options of the definition
) -> None:
    """Find the ruptures in FLOWS, a file of yearly exports, and estimate their hazard, severity and recovery.

    A rupture occurs when a flow, divided by the partner's total imports, falls below half of its base. With --out the
    calibration is saved for 'backtest' and 'atlas'.
    """
    begin(plot, out)
    definition = definition_of(given)
    from multivector_sim.evidence.calibrate import calibrate

    found = calibrate(flows, definition, seed, resamples=resamples, grid=not no_grid)
    finish(found, plot, out, as_json=as_json)
