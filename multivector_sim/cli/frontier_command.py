"""``multivector frontier``: the efficient mixes, compared with today's.

Besides the command, this module reads the values of ``--bound``, ``--cost`` and ``--change`` and prints the table.
"""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING

import click
import numpy as np
from rich.text import Text

from multivector_sim.cli.options import (
    NUMBER,
    Count,
    NumberRange,
    common,
    computed,
    give,
    layered,
    load_and_note,
    pictured,
    read_number,
)
from multivector_sim.cli.output import ProgressBar, check_picture, tabled
from multivector_sim.cli.screen import begin_table, open_screen, print_table
from multivector_sim.display.wording import decimals_of, listed, plain, rounded, squared
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from multivector_sim.cli.screen import Sheet
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.frontier.result import Frontier, MixPoint

__all__ = ["command"]


@click.command("frontier")
@click.argument("scenario")
@click.option("--points", type=Count(1, 200), default=20, show_default=True, help="Maximum number of points.")
@click.option("--channel", help="Channel to reallocate, or trade.  [default: the one with most to lose]")
@click.option("--column", help="Column whose loss counts.  [default: the channel that is reallocated]")
@click.option("--level", type=NUMBER, default=0.95, show_default=True, help="Level of the expected shortfall.")
@click.option(
    "--draws",
    type=Count(100),
    default=3072,
    show_default=True,
    help="Draws to choose mixes, and again to check them.",
)
@click.option(
    "--bound",
    "bounds",
    multiple=True,
    metavar="NAME=LOW:HIGH",
    help="Bounds on a partner's or bloc's share; repeatable.",
)
@click.option(
    "--cost", "costs", multiple=True, metavar="[PARTNER=]SHARE", help="Value lost per unit moved.  [default: haircut]"
)
@click.option(
    "--change", default="0.02", show_default=True, help="Largest share moved in a year, or none for no limit."
)
@click.option("--years", type=NumberRange(0.0), help="Years of moving.  [default: the horizon]")
@click.option("--no-corridors", is_flag=True, help="Ignore the capacity of corridors.")
@click.option(
    "--resamples",
    type=Count(0),
    default=100,
    show_default=True,
    help="Resamples for the uncertainty of each mix.",
)
@computed
@pictured("Write a plot of the frontier and its shares to a file.")
@tabled
@layered
@common
def command(
    *,
    scenario: str,
    points: int,
    channel: str | None,
    column: str | None,
    level: float,
    draws: int,
    bounds: tuple[str, ...],
    costs: tuple[str, ...],
    change: str,
    years: float | None,
    no_corridors: bool,
    resamples: int,
    workers: int,
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Find the mixes of SCENARIO with the best trade-off of expected value and expected shortfall.

    Every mix found is run through the full model with draws of another seed and compared with today's mix, draw by
    draw. Its verdict says whether the difference is larger than random variation.
    """
    check_picture(plot)

    limits, prices, change_per_year = _read_bounds(bounds), _read_costs(costs), _read_change(change)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.questions.frontier.frontier import frontier

    with ProgressBar(loaded.name) as bar:
        result = frontier(
            loaded,
            points,
            channel=channel,
            column=column,
            level=level,
            draws=draws,
            seed=seed,
            bounds=limits,
            cost=prices,
            change_per_year=change_per_year,
            years=years,
            corridors=not no_corridors,
            resamples=resamples,
            workers=workers,
            progress=bar,
        )

    give(result, result.figure, _print_summary, plot, as_json=as_json)


def _read_bounds(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Read ``NAME=LOW:HIGH``; an end that is left out sets no limit.

    Examples
    --------
    >>> _read_bounds(["china=0.1:0.4", "west=:0.5"])
    {'china': (0.1, 0.4), 'west': (0.0, 0.5)}
    """
    found: dict[str, tuple[float, float]] = {}
    for text in texts:
        name, equals, ends = text.partition("=")
        low, colon, high = ends.partition(":")
        if not (name and equals and colon) or name in found:
            raise UsageError(f"--bound {text}: write NAME=LOW:HIGH, as in china=0.1:0.4, each name once")
        found[name] = (read_number(low or "0", f"--bound {text}"), read_number(high or "1", f"--bound {text}"))
    return found


def _read_costs(texts: Sequence[str]) -> float | dict[str, float] | None:
    """Read one share for all, or ``PARTNER=SHARE`` for some; None for nothing.

    Examples
    --------
    >>> _read_costs([]), _read_costs(["0.03"]), _read_costs(["china=0.01", "eu=0.05"])
    (None, 0.03, {'china': 0.01, 'eu': 0.05})
    """
    if not texts:
        return None
    if len(texts) == 1 and "=" not in texts[0]:
        return read_number(texts[0], f"--cost {texts[0]}")
    found: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        if not (name and equals) or name in found:
            raise UsageError(f"--cost {text}: write one share for all, or PARTNER=SHARE, each partner once")
        found[name] = read_number(number, f"--cost {text}")
    return found


def _read_change(text: str) -> float | None:
    """Read the share that may move in a year; ``none`` is no limit.

    Examples
    --------
    >>> _read_change("0.02"), _read_change("none")
    (0.02, None)
    """
    return None if text == "none" else read_number(text, f"--change {text}")


MOST_COLUMNS = 4
LEAST = 5e-4
"""A partner with a smaller share everywhere is not shown."""


def _print_summary(result: Frontier) -> None:
    """Print a frontier to stdout."""
    screen = open_screen()
    screen.print(Text(_sentence(result)))
    screen.print()
    print_table(screen, _mixes(result))
    screen.print()
    print_table(screen, _shares(result))
    for note in result.notes:
        screen.print(Text(f"note: {note}"))
    screen.print(
        Text(
            f"\n{result.draws:,} draws of seed {result.seed} chose the mixes, {result.draws:,} of seed "
            f"{result.check_seed} checked them, with common random numbers;\nin brackets: 95 % Monte Carlo intervals, "
            "and for shares the range of nine in ten resamples.\nVerdicts compare the full model on the checking "
            "draws with today's mix, draw by draw.\nOn its way: the mix moves month by "
            "month, and what has moved is paid for; this less today's ES decides what is safer."
        )
    )


def _sentence(result: Frontier) -> str:
    """Return the sentence about the result."""
    limit = (
        f", at most {100 * result.change_per_year:g} % of it moved a year for {result.years:g} years"
        if isfinite(result.change_per_year)
        else ""
    )
    said = f"Mixes of {listed(result.channels)}, judged by the loss of {result.column}{limit}. "
    better = [point.name for point in result.better]
    if better:
        return f"{said}Better than today's, beyond random variation: {listed(better)}."
    safer = [point for point in result.points if point.verdict == "safer at a price" and not point.beaten_by]
    if safer:
        best = min(safer, key=lambda point: (point.es_on_the_way or point.es).value)
        change = best.way_change or best.es_change
        saved, paid = -change.estimate.value, -best.value_change.estimate.value
        return (
            f"{said}No mix lowers the risk without lowering the expected value. Point {best.name} lowers the expected "
            f"shortfall by {100 * saved:.2f} points, on its way and cost included, and the expected value by "
            f"{100 * paid:.2f} points."
        )
    verdicts = Counter(point.verdict for point in result.points)
    found = listed([f"{name} ({count})" for name, count in verdicts.items()])
    return f"{said}None of {len(result.points)} points is better than today's mix. Verdicts: {found}."


def _mixes(result: Frontier) -> Sheet:
    """Show every mix: value, three expected shortfalls, what has to move, the verdict."""
    level = f"{100 * result.level:g}"
    shown = begin_table(
        f"Value net of moving and ES {level} % of the loss, % of the baseline of {result.column}",
        ("", "moved", "years", "value", "fitted", "checked", "ES, full model", "on its way", "change", "verdict"),
        spare=("fitted", "checked", "years", "moved"),
    )
    for point in (result.today, *result.mixes, *result.points):
        shown.add_row(
            point.name,
            f"{100 * point.moved:.1f} %",
            _years(result, point),
            rounded(point.value, 100.0),
            plain(100.0 * point.fitted, decimals_of(point.checked, 100.0)),
            rounded(point.checked, 100.0),
            _between(point.es),
            "-" if point.es_on_the_way is None else rounded(point.es_on_the_way, 100.0),
            "-" if point.way_change is None else _between(point.way_change.estimate),
            point.verdict + " *" * bool(point.beaten_by),
        )
    return shown


def _years(result: Frontier, point: MixPoint) -> str:
    """Print how many years a mix takes."""
    if not isfinite(result.change_per_year):
        return "-"
    return "never" if point.years is None else str(point.years)


def _shares(result: Frontier) -> Sheet:
    """Show the shares of some points evenly along the frontier, beside today's."""
    places = np.unique(np.linspace(0, len(result.points) - 1, min(MOST_COLUMNS, len(result.points))).astype(int))
    chosen = [result.points[place] for place in places]
    points = [f"point {point.name}" for point in chosen]
    shown = begin_table("Shares, %", ("", "", "today", *points), left=2, spare=points[1:-1])
    for channel, by_partner in result.today.mix.items():
        for partner, today in by_partner.items():
            if max(today, *(point.mix[channel][partner] for point in chosen)) >= LEAST:
                cells = [_cell(point, channel, partner) for point in chosen]
                shown.add_row(
                    _title(result, "channels", channel),
                    _title(result, "partners", partner),
                    f"{100 * today:.1f}",
                    *cells,
                )
    return shown


def _title(result: Frontier, section: str, name: str) -> str:
    """Return the title of a channel or partner, or its name where it has none."""
    return getattr(result.scenario, section)[name].title or name


def _cell(point: MixPoint, channel: str, partner: str) -> str:
    """Write a share, and between which ends nine in ten resamples lie."""
    said = f"{100 * point.mix[channel][partner]:.1f}"
    if not point.spread:
        return said
    low, high = point.spread["mix"][channel][partner]
    return f"{said} [{100 * low:.1f}, {100 * high:.1f}]"


def _between(estimate: Estimate) -> str:
    """Write an estimate of a share and its interval, in per cent."""
    return f"{rounded(estimate, 100.0)} {squared(estimate, 100.0)}"
