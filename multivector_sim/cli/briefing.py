"""The brief of a run: what it needs beyond the run is asked here, with few draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.cli.output import ProgressBar, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from multivector_sim.engine.result import Result

__all__ = ["write_brief"]

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
