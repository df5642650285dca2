"""``multivector run``: what happens when the scenario's channels are shocked."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector_sim.cli.loading import load_and_note
from multivector_sim.cli.options import common, layered, threaded
from multivector_sim.cli.output import check_writable, complain, print_json, say, write_whole
from multivector_sim.cli.progress_bar import ProgressBar
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from multivector_sim.engine.precision import Reached
    from multivector_sim.engine.result import Result
    from multivector_sim.study.claims import Claims
    from multivector_sim.study.sensitivity_result import Sensitivity

__all__ = ["command"]

PLAIN = "pseudo-random"
COMPILED = "numba"
DRAWS = 100_000
MOST_FOR_PRECISION = 10_000_000
MOST_FOR_CLAIMS = 20_000
DRAWS_FOR_DRIVERS = 1024
CRITERION_FAILED = 3
FEW = 30
"""Fewer draws than these say little; :data:`multivector_sim.measure.unseen.FEW`, which costs an import."""
PER_CENT = 100.0
GIGABYTE = 1e9


@click.command("run", short_help="Simulate a scenario and say what is lost, how surely.")
@click.argument("scenario")
@click.option(
    "--draws",
    type=click.IntRange(1),
    help=f"How many futures to draw [default: {DRAWS:,}]; with --precision the most [default: {MOST_FOR_PRECISION:,}].",
)
@threaded
@click.option("--scheduler", metavar="ADDRESS", help="Run on the workers of a Dask scheduler, as in tcp://host:8786.")
@click.option("--precision", metavar="REL", help="Draw until the 95 % intervals are this narrow, as in 1% or 0.01.")
@click.option(
    "--precision-of",
    "measures",
    multiple=True,
    metavar="MEASURE",
    help="Which intervals, as in trade.mean or total.es.0.95 [default: mean and ES 95 % of the total]; repeatable.",
)
@click.option(
    "--engine",
    type=click.Choice(["numba", "numpy"]),
    help="What computes it: compiled code, or NumPy without a compiler [default: numba where it is installed].",
)
@click.option("--sampling", default=PLAIN, show_default=True, metavar="WAY", help="Or sobol, or sobol-16.")
@click.option(
    "--memory",
    type=click.FloatRange(0.0, min_open=True),
    default=2.0,
    show_default=True,
    metavar="GB",
    help="What draws may take; past it they are counted, not kept.",
)
@layered
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep the run in a folder, as it goes; a finished run in it is replaced.",
)
@click.option("--resume", is_flag=True, help="Go on with the run that --out holds.")
@click.option(
    "--report", metavar="FILE.html", type=click.Path(path_type=Path), help="Write the report to one HTML file."
)
@click.option("--claims", "judge", is_flag=True, help="Judge every claim in the report, also those that need runs.")
@click.option("--drivers", is_flag=True, help="Show in the report which assumptions drive the answer.")
@common
@click.pass_context
def command(
    context: click.Context,
    *,
    scenario: str,
    draws: int | None,
    workers: int,
    scheduler: str | None,
    precision: str | None,
    measures: tuple[str, ...],
    engine: str | None,
    sampling: str,
    memory: float,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    out: Path | None,
    resume: bool,
    report: Path | None,
    judge: bool,
    drivers: bool,
    as_json: bool,
    seed: int,
) -> None:
    """Simulate a scenario and say what is lost, and how surely.

    SCENARIO is a file, or a name from `multivector list`. The same seed gives the same answer to the last bit,
    whatever the number of workers, whoever they are, and however often the work was interrupted and resumed.
    """
    loaded = load_and_note(scenario, override, settings)
    if report is not None:
        check_writable(report)
    alone = {
        "--resume: name the folder of the run with --out": resume and out is None,
        "--claims: name the report that they go into with --report": judge and report is None,
        "--drivers: name the report that they go into with --report": drivers and report is None,
        "--precision-of: say how narrow the intervals are to be with --precision": bool(measures) and precision is None,
    }
    for message in (message for message, is_alone in alone.items() if is_alone):
        raise UsageError(message)
    from multivector_sim.engine.cluster import dask_executor
    from multivector_sim.engine.engines import choose_engine
    from multivector_sim.engine.precision import Precision
    from multivector_sim.engine.simulate import simulate
    from multivector_sim.sampling.schemes import scheme_of

    wanted: dict[str, Any] = {}
    if precision is not None:
        named = {"measures": measures} if measures else {}
        wanted = {"precision": Precision(share(precision), **named), "announce": announce}
    chosen = choose_engine(engine)
    most = MOST_FOR_PRECISION if precision is not None else DRAWS
    with ExitStack() as stack:
        executor = stack.enter_context(dask_executor(scheduler)) if scheduler is not None else None
        bar = stack.enter_context(ProgressBar(loaded.name))
        try:
            result = simulate(
                loaded,
                draws=draws or most,
                seed=seed,
                workers=workers,
                executor=executor,
                sampling=scheme_of(sampling),
                engine=chosen,
                memory=memory * GIGABYTE,
                checkpoint=out,
                resume=resume,
                command=quoted(
                    scenario, override, settings, draws or most, seed, sampling, chosen, precision, measures
                ),
                progress=bar,
                **wanted,
            )
        except KeyboardInterrupt:
            if out is not None:
                complain(f"what was done is kept in {out}; the same command with --resume goes on")
            raise
    judged = verdicts(result, workers) if judge else None
    show(result, out, report, judged, driven(result, workers) if drivers else None, as_json=as_json)
    if result.precision is not None and not result.precision.is_enough:
        complain(short_of(result.draws, result.precision))
        context.exit(CRITERION_FAILED)


def short_of(draws: int, reached: Reached) -> str:
    """Say by how much a precision was missed, and what to do.

    Examples
    --------
    >>> from multivector_sim.engine.precision import Reached
    >>> short_of(8192, Reached(0.01, float("inf"), "total.mean", 0))
    '8,192 draws hit nothing that total.mean could be told from, so no precision was reached; give more with --draws'
    """
    asked = f"not {PER_CENT * reached.asked:.2g} %; give more with --draws"
    if reached.hits == 0 and not isfinite(reached.reached):
        return (
            f"{draws:,} draws hit nothing that {reached.by} could be told from, so no precision was reached; "
            "give more with --draws"
        )
    few = "" if reached.hits >= FEW else f", which rests on {reached.hits} of them"
    if not isfinite(reached.reached):
        return f"{draws:,} draws reached no precision for {reached.by}{few}, {asked}"
    return f"{draws:,} draws reached {PER_CENT * reached.reached:.2g} % for {reached.by}{few}, {asked}"


def verdicts(result: Result, workers: int) -> Claims:
    """Judge the claims of a run's scenario, each case under the run's seed."""
    from multivector_sim.study.claims import claims

    with ProgressBar("claims") as bar:
        draws = min(result.draws, MOST_FOR_CLAIMS)
        return claims(result.scenario, draws=draws, seed=result.seed, workers=workers, progress=bar)


def driven(result: Result, workers: int) -> Sensitivity | None:
    """Study what drives a run's answer, under its seed; None where there is no total to explain."""
    from multivector_sim.study.sensitivity import sensitivity

    if "total" not in result.columns:
        return None
    with ProgressBar("what drives it") as bar:
        return sensitivity(result.scenario, DRAWS_FOR_DRIVERS, result.seed, workers=workers, progress=bar)


def show(
    result: Result,
    out: Path | None,
    report: Path | None,
    judged: Claims | None,
    drivers: Sensitivity | None,
    *,
    as_json: bool,
) -> None:
    """Write and print what was asked for."""
    if report is not None:
        from multivector_sim.report.html import render

        write_whole(report, render(result, judged, drivers).encode())
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


def quoted(
    scenario: str,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    draws: int,
    seed: int,
    sampling: str,
    engine: str,
    precision: str | None,
    measures: tuple[str, ...],
) -> str:
    """Write the command that gives the same numbers again: all that they depend on, and nothing else.

    Examples
    --------
    >>> quoted("kazakhstan", (), ("horizon_months=36",), 2000, 1, "pseudo-random", "numba", None, ())
    'multivector run kazakhstan --set horizon_months=36 --draws 2000 --seed 1'
    """
    words = ["multivector", "run", scenario]
    words += [word for name in override for word in ("--override", name)]
    words += [word for setting in settings for word in ("--set", setting)]
    words += ["--draws", str(draws), "--seed", str(seed)]
    words += ["--sampling", sampling] if sampling != PLAIN else []
    words += ["--engine", engine] if engine != COMPILED else []
    words += ["--precision", f"{share(precision):g}"] if precision is not None else []
    words += [word for measure in measures for word in ("--precision-of", measure)]
    return shlex.join(words)


def share(text: str) -> float:
    """Read a precision, a share or a per cent.

    Examples
    --------
    >>> share("1%"), share("0.02")
    (0.01, 0.02)
    """
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        raise UsageError(f"--precision: '{text}' is not a precision; give a share such as 0.01, or 1%") from None
    return number / PER_CENT if text.strip().endswith("%") else number


def announce(draws: int) -> None:
    """Say beforehand what a precision will cost."""
    complain(f"this precision takes about {draws:,} draws")
