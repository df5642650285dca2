"""``multivector run``: what happens when the scenario's channels are shocked.

The summary fits one screen. A table that is too wide is printed again with fewer columns and without intervals; names
are never cut away.
"""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from multivector_sim.cli.options import (
    GIGABYTE,
    Count,
    common,
    kept,
    layered,
    load_and_note,
    on_scheduler,
    pictured,
    read_number,
    remembered,
    saying_what_is_kept,
    threaded,
)
from multivector_sim.cli.output import (
    ProgressBar,
    check_picture,
    check_writable,
    complain,
    print_json,
    say,
    say_folded,
    tabled,
    write_picture,
    write_tables,
    write_whole,
)
from multivector_sim.cli.report_command import write_brief
from multivector_sim.cli.screen import begin_table, open_screen, print_table
from multivector_sim.display.money import counted_in
from multivector_sim.display.wording import limits, percent, rounded
from multivector_sim.engine.document import wholes
from multivector_sim.engine.xarray_dataset import NOBODY
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate
from multivector_sim.report import attribution as shared_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multivector_sim.cli.screen import Sheet
    from multivector_sim.engine.precision import Reached
    from multivector_sim.engine.result import Result
    from multivector_sim.questions.claims import Claims
    from multivector_sim.questions.sensitivity import Sensitivity

__all__ = ["command", "print_summary"]

PLAIN = "pseudo-random"
COMPILED = "numba"
DRAWS = 100_000
MOST_FOR_PRECISION = 10_000_000
MOST_FOR_CLAIMS = 20_000
DRAWS_FOR_DRIVERS = 1024
CRITERION_FAILED = 3
FEW = 30
"""Fewer draws than these say little; :data:`multivector_sim.measure.bounded_intervals.FEW`, which costs an import."""
PER_CENT = 100.0


@click.command("run")
@click.argument("scenario")
@click.option(
    "--draws",
    type=Count(1),
    help=f"Number of draws [default: {DRAWS:,}]; with --precision, the maximum [default: {MOST_FOR_PRECISION:,}].",
)
@threaded
@on_scheduler
@click.option(
    "--precision",
    metavar="REL",
    help="Draw until the relative half-width of the 95 % intervals is this small, e.g. 1% or 0.01.",
)
@click.option(
    "--precision-of",
    "measures",
    multiple=True,
    metavar="MEASURE",
    help="Measure that --precision applies to, e.g. total.es.0.95 [default: mean and ES 95 % of total]; repeatable.",
)
@click.option(
    "--engine",
    type=click.Choice(["numba", "numpy"]),
    help="Compiled code (numba) or NumPy [default: numba if installed].",
)
@click.option("--sampling", default=PLAIN, show_default=True, metavar="WAY", help="pseudo-random, sobol or sobol-16.")
@remembered("Memory for draws; beyond it, draws are summarised and not kept.")
@layered
@kept(
    "Save the run to a folder as it proceeds; a finished run there is replaced.",
    "Continue the run in --out.",
)
@click.option(
    "--blocks",
    metavar="A:B",
    help="Compute only these blocks of 1,024 draws into --out; `multivector merge` puts parts together.",
)
@click.option(
    "--report", metavar="FILE.html", type=click.Path(path_type=Path), help="Write the report to an HTML file."
)
@click.option(
    "--brief",
    metavar="FILE.html",
    type=click.Path(path_type=Path),
    help="Write a brief of one page, with the assumptions that matter and the measures that help.",
)
@click.option(
    "--claims", "judge", is_flag=True, help="Judge every claim in the report, including those that need further runs."
)
@click.option("--drivers", is_flag=True, help="Show in the report which assumptions drive the result.")
@pictured("Draw the delivery by month, the exceedance curve and the loss by cause.")
@tabled
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
    blocks: str | None,
    report: Path | None,
    brief: Path | None,
    judge: bool,
    drivers: bool,
    plot: Path | None,
    as_json: bool,
    seed: int,
) -> None:
    """Simulate a scenario and summarise its losses.

    SCENARIO is a file or a name from `multivector list`. The same seed gives bit-identical results for any number and
    kind of workers, and after any number of interruptions.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    for path in (path for path in (report, brief) if path is not None):
        check_writable(path)
    alone = {
        "--resume needs --out, the folder of the run": resume and out is None,
        "--claims needs --report, the file to show them in": judge and report is None,
        "--drivers needs --report, the file to show them in": drivers and report is None,
        "--precision-of needs --precision, the width to reach": bool(measures) and precision is None,
        "--blocks needs --out, the folder of the part": blocks is not None and out is None,
        "--blocks goes without --precision, --report, --brief and --plot; give them to merge's run": blocks is not None
        and any(it is not None for it in (precision, report, brief, plot)),
    }
    for message in (message for message, is_alone in alone.items() if is_alone):
        raise UsageError(message)
    from multivector_sim.engine.cluster import dask_executor
    from multivector_sim.engine.engine_choice import choose_engine
    from multivector_sim.engine.precision import Precision
    from multivector_sim.engine.simulate import simulate
    from multivector_sim.sampling.sobol import scheme_of

    wanted: dict[str, Any] = {}
    if precision is not None:
        named = {"measures": measures} if measures else {}
        wanted = {"precision": Precision(read_number(precision, "--precision"), **named), "announce": _announce}
    chosen = choose_engine(engine)
    most = MOST_FOR_PRECISION if precision is not None else DRAWS
    with ExitStack() as stack:
        executor = stack.enter_context(dask_executor(scheduler)) if scheduler is not None else None
        bar = stack.enter_context(ProgressBar(loaded.name))
        stack.enter_context(saying_what_is_kept(out, "draws are"))
        quoted = _quoted(scenario, override, settings, draws or most, seed, sampling, chosen, precision, measures)
        if blocks is not None and out is not None:
            from multivector_sim.engine.run_parts import simulate_blocks

            part = _read_blocks(blocks)
            count = simulate_blocks(
                loaded,
                part,
                out,
                draws or most,
                seed,
                workers=workers,
                executor=executor,
                sampling=scheme_of(sampling),
                engine=chosen,
                resume=resume,
                command=quoted,
                progress=bar,
            )
            _show_part(part, count, out, as_json=as_json)
            return
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
            command=quoted,
            progress=bar,
            **wanted,
        )
    if brief is not None:
        write_brief(result, brief, workers)
    judged = _verdicts(result, workers) if judge else None
    _show(result, out, report, judged, _driven(result, workers) if drivers else None, plot, as_json=as_json)
    if brief is not None and not as_json:
        say(f"Brief: {brief}")
    if result.precision is not None and not result.precision.is_enough:
        complain(_short_of(result.draws, result.precision))
        context.exit(CRITERION_FAILED)


def _read_blocks(text: str) -> range:
    """Read the blocks of a part.

    Examples
    --------
    >>> _read_blocks("16:32")
    range(16, 32)
    """
    first, colon, last = text.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal()):
        raise UsageError(f"--blocks: {text!r} are not blocks; write A:B, such as 0:16 for the first sixteen")
    return range(int(first), int(last))


def _show_part(blocks: range, draws: int, out: Path, *, as_json: bool) -> None:
    """Print what a part holds."""
    if as_json:
        print_json(
            {"schema": "multivector/part/1", "blocks": [blocks.start, blocks.stop], "draws": draws, "folder": str(out)}
        )
    else:
        say(f"Blocks {blocks.start}:{blocks.stop}, {draws:,} draws, saved in {out}; `multivector merge` joins parts")


def _short_of(draws: int, reached: Reached) -> str:
    """Return the message that says a precision was not reached.

    Examples
    --------
    >>> from multivector_sim.engine.precision import Reached
    >>> _short_of(8192, Reached(0.01, float("inf"), "total.mean", 0))
    'none of 8,192 draws contributes to total.mean, so its precision is unknown; increase --draws'
    """
    asked = f"not {PER_CENT * reached.asked:.2g} %; increase --draws"
    if reached.hits == 0 and not isfinite(reached.reached):
        return f"none of {draws:,} draws contributes to {reached.by}, so its precision is unknown; increase --draws"
    few = "" if reached.hits >= FEW else f", which rests on {reached.hits} of them"
    if not isfinite(reached.reached):
        return f"{draws:,} draws reached no precision for {reached.by}{few}, {asked}"
    return f"{draws:,} draws reached {PER_CENT * reached.reached:.2g} % for {reached.by}{few}, {asked}"


def _verdicts(result: Result, workers: int) -> Claims:
    """Judge the claims of a run's scenario, each case under the run's seed."""
    from multivector_sim.questions.claims import claims

    with ProgressBar("claims") as bar:
        draws = min(result.draws, MOST_FOR_CLAIMS)
        return claims(result.scenario, draws=draws, seed=result.seed, workers=workers, progress=bar)


def _driven(result: Result, workers: int) -> Sensitivity | None:
    """Run a sensitivity study with the run's seed; None where there is no total to explain."""
    from multivector_sim.questions.sensitivity import sensitivity

    if "total" not in result.columns:
        return None
    with ProgressBar("what drives it") as bar:
        return sensitivity(result.scenario, DRAWS_FOR_DRIVERS, result.seed, workers=workers, progress=bar)


def _show(
    result: Result,
    out: Path | None,
    report: Path | None,
    judged: Claims | None,
    drivers: Sensitivity | None,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write and print what was asked for."""
    if plot is not None:
        write_picture(plot, result.plot.figure())
    if report is not None:
        from multivector_sim.report.page import render

        write_whole(report, render(result, judged, drivers).encode())
    tables = write_tables(result)
    if as_json:
        print_json(result.document())
        return

    print_summary(result)
    for path in tables:
        say(f"The table is in {path}")
    if out is not None:
        say(f"Run saved in {out}")
    if plot is not None:
        say(f"Drawn in {plot}")
    if report is not None:
        say(f"Report: {report}")
    else:
        say_folded("Add --report FILE.html for charts and the source of every figure")


def _quoted(
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
    """Return the command that reproduces a run, with every option that its numbers depend on and no other.

    Examples
    --------
    >>> _quoted("kazakhstan", (), ("horizon_months=36",), 2000, 1, "pseudo-random", "numba", None, ())
    'multivector run kazakhstan --set horizon_months=36 --draws 2000 --seed 1'
    """
    words = ["multivector", "run", scenario]
    words += [word for name in override for word in ("--override", name)]
    words += [word for setting in settings for word in ("--set", setting)]
    words += ["--draws", str(draws), "--seed", str(seed)]
    words += ["--sampling", sampling] if sampling != PLAIN else []
    words += ["--engine", engine] if engine != COMPILED else []
    words += ["--precision", f"{read_number(precision, '--precision'):g}"] if precision is not None else []
    words += [word for measure in measures for word in ("--precision-of", measure)]
    return shlex.join(words)


def _announce(draws: int) -> None:
    """Print the number of draws that a precision will take."""
    complain(f"this precision needs about {draws:,} draws")


MOST_PARTNERS = 5
ROUNDING = 1e-12
FOOTNOTES = (
    "months below: mean number of months below 95 % of the baseline",
    "in brackets: 95 % Monte Carlo intervals",
)


def print_summary(result: Result) -> None:
    """Print the summary of a run to stdout."""
    from multivector_sim.report.answer import cautions, headline, subject

    screen = open_screen()
    document, titles = result.document(), _partner_titles(result)
    screen.print(Text(headline(result, document)))
    screen.print()
    whole = print_table(screen, _losses(document["measures"]))
    screen.print()
    print_table(
        screen, _concentration(document["concentration"], titles, wholes(result.columns, result.scenario.channels))
    )
    if document["attribution"]:
        screen.print()
        print_table(screen, _attribution(document["attribution"], titles, document["currency"]))
    if document["forecast"]:
        screen.print()
        print_table(screen, _forecast(document["forecast"], titles))
    for line in cautions(result, document, subject(result)):
        screen.print(Text(f"\n{line}"))
    notes = FOOTNOTES if whole else FOOTNOTES[:1]
    screen.print(Text("\n" + "; ".join([f"{result.draws:,} draws, seed {result.seed}", *reversed(notes)])))


def _forecast(chances: Mapping[str, Any], titles: Mapping[str, str]) -> Sheet:
    """Return the table of the chances of a rupture, the likeliest first."""
    years = list(next(iter(chances.values())))
    columns = ("", *(f"{year} year" if year == "1" else f"{year} years" for year in years))
    begun = begin_table("Probability of a rupture within", columns)
    for partner in sorted(chances, key=lambda it: -chances[it][years[-1]]["value"]):
        begun.add_row(titles[partner], *(percent(chances[partner][year]["value"]) for year in years))
    return begun


def _partner_titles(result: Result) -> dict[str, str]:
    """Return the titles of the partners by name, and the title for losses without a rupture."""
    titles = {name: partner.title or name for name, partner in result.scenario.partners.items()}
    return {**titles, NOBODY: shared_out.NOBODY}


def _losses(measures: Mapping[str, Any]) -> Sheet:
    """Show the loss of every channel and aggregate."""
    rows = {name: measures[name] for name in wholes(measures)}
    rows |= {name: measure for name, measure in measures.get("channels", {}).items() if name not in rows}
    columns = ("", "mean", "VaR 95 %", "ES 95 %", "months below")
    shown = begin_table("Loss, % of the baseline", columns, spare=("months below", "VaR 95 %"))
    for name, measure in rows.items():
        loss = measure["loss_share"]
        cells = (loss["mean"], loss["var"]["0.95"], loss["es"]["0.95"])
        months = measure["months_below"]["mean"]["value"]
        shown.add_row(name, *map(_per_cent, cells), f"{months:.0f}")
    return shown


def _concentration(channels: Mapping[str, Any], titles: Mapping[str, str], whole: Sequence[str]) -> Sheet:
    """Show which country can stop most of each channel, how few partners carry it, and the largest of them."""
    columns = ("", "depends on", "HHI", "effective partners", "largest")
    shown = begin_table("Concentration", columns, spare=("effective partners", "HHI", "largest"))
    for name, entry in channels.items():
        if name == "total" and name not in whole:
            continue
        depends = next(({"partner": partner, "share": share} for partner, share in entry["dependence"].items()), None)
        first, last = (_with_share(it, titles) for it in (depends, entry["largest"]))
        shown.add_row(name, first, _hhi_between(entry), _effective_between(entry), last)
    return shown


def _hhi_between(entry: Mapping[str, Any]) -> str:
    """Return an HHI, or both its bounds where a residual partner leaves it open."""
    return _between(f"{entry['hhi']:.2f}", f"{entry['hhi_high']:.2f}")


def _effective_between(entry: Mapping[str, Any]) -> str:
    """Return the effective number of partners, or both its bounds; ``or more`` where the upper one is not known."""
    low, most = f"{entry['effective_partners_low']:.1f}", entry["effective_partners"]
    return f"{low} or more" if most is None else _between(low, f"{most:.1f}")


def _between(low: str, high: str) -> str:
    """Return a range as it is printed, or one number where both ends print alike."""
    return low if low == high else f"{low}-{high}"


def _with_share(entry: Mapping[str, Any] | None, titles: Mapping[str, str]) -> str:
    """Return a partner and its share, or a dash."""
    return "-" if entry is None else f"{titles[entry['partner']]} {percent(entry['share'], 0)}"


def _attribution(parts: Mapping[str, Any], titles: Mapping[str, str], currency: str) -> Sheet:
    """Return the table of losses by the partner whose rupture caused them, the greatest first."""
    ranked = sorted(parts.items(), key=lambda part: -abs(part[1]["mean"]))
    least = ROUNDING * sum(abs(entry["mean"]) for _, entry in ranked)
    felt = [
        (titles[name], (entry["mean"], entry["es"]["0.95"])) for name, entry in ranked if abs(entry["mean"]) > least
    ]
    rows, others = felt[:MOST_PARTNERS], [amounts for _, amounts in felt[MOST_PARTNERS:]]
    greatest = max((abs(amount) for _, amounts in rows for amount in amounts), default=0.0)
    if others:
        rows.append((f"{len(others)} others", (sum(mean for mean, _ in others), sum(worst for _, worst in others))))
    shown = begin_table("Loss in total, by cause, over the horizon", ("", "mean", "in the worst 5 %"))
    for name, amounts in rows:
        shown.add_row(name, *(f"{currency} {counted_in(amount, greatest)}" for amount in amounts))
    return shown


def _per_cent(found: Mapping[str, Any]) -> str:
    """Write an estimate of a share in per cent, with its interval."""
    estimate = Estimate.from_document(found)
    value = rounded(estimate, 100.0)
    return f"{value} [{limits(estimate, 100.0, ' ') or f'{value} {value}'}]"
