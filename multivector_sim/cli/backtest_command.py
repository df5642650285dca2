"""``multivector backtest``: whether a calibration would have covered what happened."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from multivector_sim.cli.evidence_options import begin, defined, definition_of, finish, read_calibration, table_and_plot
from multivector_sim.cli.options import NUMBER, common
from multivector_sim.errors import UsageError

__all__ = ["command"]

CRITERION_FAILED = 3
EPISODES = "episodes"
SCENARIO_FILES = (".yaml", ".yml", ".toml")


@click.command("backtest")
@click.argument("flows")
@click.option(
    "--calibration",
    metavar="FILE.json",
    type=click.Path(path_type=Path),
    help="Test this calibration, written by 'calibrate --out', instead of fitting one to each training part.",
)
@click.option(
    "--split", metavar="HOW", help="How to split the data: counterpart, country or period [default: counterpart]."
)
@click.option("--fail-under", type=NUMBER, help="Lowest acceptable coverage of each 90 % band, e.g. 0.85.")
@defined
@table_and_plot
@common
def command(
    *,
    flows: str,
    calibration: Path | None,
    split: str | None,
    fail_under: float | None,
    plot: Path | None,
    out: Path | None,
    as_json: bool,
    seed: int,
    **given: Any,  # noqa: ANN401 - the options of the definition
) -> None:
    """Fit a calibration on one part of FLOWS, a file of yearly exports, and test it on another.

    FLOWS may also be a scenario with a section 'observed', which is compared with what happened, case by case;
    'episodes' stands for all the shipped ones.

    The exit code is 3 if a criterion is not met.
    """
    begin(plot, out)
    if _is_case(flows):
        _refuse_fitting(flows, calibration, split, given)
        from multivector_sim.evidence.cases import backtest_cases

        cases = backtest_cases(flows, seed=seed, fail_under=fail_under)
        finish(cases, plot, out, as_json=as_json)
        if not cases.passed:
            sys.exit(CRITERION_FAILED)
        return
    changed = any(value not in (None, False) for value in given.values())
    definition = definition_of(given) if changed else None
    known = None if calibration is None else read_calibration(calibration)
    from multivector_sim.evidence.backtest import backtest

    found = backtest(flows, known, split or "counterpart", seed, definition=definition, fail_under=fail_under)
    finish(found, plot, out, as_json=as_json)
    if not found.passed:
        sys.exit(CRITERION_FAILED)


def _is_case(text: str) -> bool:
    """Return whether an argument means scenarios and not a file of flows."""
    from multivector_sim.scenario.files import names

    is_name = text == EPISODES or text in names() or text.startswith(f"{EPISODES}/")
    return text.lower().endswith(SCENARIO_FILES) or (is_name and not Path(text).is_file())


def _refuse_fitting(text: str, calibration: Path | None, split: str | None, given: dict[str, Any]) -> None:
    """Refuse options that only make sense where a calibration is fitted."""
    options = {"calibration": calibration, "split": split, **given}
    named = [f"--{name.replace('_', '-')}" for name, value in options.items() if value not in (None, False)]
    if named:
        raise UsageError(
            f"{', '.join(named)}: only for a file of flows; '{text}' is a scenario, which is run as written"
        )
