"""A frontier on a screen: the sentence, the mixes with their verdicts, the shares of some of them."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from rich.text import Text

from multivector_sim.cli.screen import begin_table, open_screen
from multivector_sim.report.words import listed, plain, squared

if TYPE_CHECKING:
    from rich.table import Table

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.study.frontier_result import Frontier, MixPoint

__all__ = ["print_summary"]

MOST_COLUMNS = 4
LEAST = 5e-4
"""A partner with a smaller share everywhere is not shown."""


def print_summary(result: Frontier) -> None:
    """Print a frontier to stdout.

    Parameters
    ----------
    result
        The frontier.
    """
    screen = open_screen()
    screen.print(Text(sentence(result)))
    screen.print()
    screen.print(mixes(result))
    screen.print()
    screen.print(shares(result))
    for note in result.notes:
        screen.print(Text(f"note: {note}"))
    screen.print(
        Text(
            f"\n{result.draws:,} draws of seed {result.seed} chose the mixes, {result.draws:,} of seed "
            f"{result.check_seed} checked them, with common random numbers;\nin brackets: 95 % Monte Carlo intervals, "
            "and for shares what nine in ten resamples agree on.\nA verdict compares the full model on the checking "
            "draws with today's mix, draw by draw."
        )
    )


def sentence(result: Frontier) -> str:
    """Say what came of it."""
    limit = (
        f", at most {100 * result.change_per_year:g} % of it moved a year for {result.years:g} years"
        if isfinite(result.change_per_year)
        else ""
    )
    said = f"Mixes of {listed(result.channels)}, judged by the loss of {result.column}{limit}. "
    better = [point.name for point in result.better]
    if better:
        return f"{said}Better than today's beyond the noise of the draws: {listed(better)}."
    safer = [point for point in result.points if point.verdict == "safer at a price" and not point.beaten_by]
    if safer:
        best = min(safer, key=lambda point: point.es.value)
        saved, paid = -best.es_change.estimate.value, -best.value_change.estimate.value
        return (
            f"{said}No mix is better at no loss of value. Point {best.name} takes {100 * saved:.2f} points off the "
            f"expected shortfall for {100 * paid:.2f} points of expected value."
        )
    verdicts = Counter(point.verdict for point in result.points)
    found = listed([f"{name} ({count})" for name, count in verdicts.items()])
    return f"{said}Of {len(result.points)} points none is better than today's mix. Verdicts: {found}."


def mixes(result: Frontier) -> Table:
    """Show every mix: value, three expected shortfalls, what has to move, the verdict."""
    level = f"{100 * result.level:g}"
    shown = begin_table(
        f"Value net of moving and ES {level} % of the loss, % of the baseline of {result.column}",
        ("", "moved", "years", "value", "fitted", "checked", "ES, full model", "less today's", "verdict"),
    )
    shown.padding = (0, 1, 0, 0)
    for point in (result.today, *result.mixes, *result.points):
        shown.add_row(
            Text(point.name),
            f"{100 * point.moved:.1f} %",
            years(result, point),
            f"{100 * point.value.value:.2f}",
            f"{100 * point.fitted:.2f}",
            f"{100 * point.checked.value:.2f}",
            between(point.es),
            between(point.es_change.estimate),
            Text(point.verdict + " *" * bool(point.beaten_by)),
        )
    return shown


def years(result: Frontier, point: MixPoint) -> str:
    """Say how many years a mix takes."""
    if not isfinite(result.change_per_year):
        return "-"
    return "never" if point.years is None else str(point.years)


def shares(result: Frontier) -> Table:
    """Show the shares of some points evenly along the frontier, beside today's."""
    places = np.unique(np.linspace(0, len(result.points) - 1, min(MOST_COLUMNS, len(result.points))).astype(int))
    chosen = [result.points[place] for place in places]
    shown = begin_table("Shares, %", ("", "", "today", *(f"point {point.name}" for point in chosen)), left=2)
    for channel, by_partner in result.today.mix.items():
        for partner, today in by_partner.items():
            if max(today, *(point.mix[channel][partner] for point in chosen)) >= LEAST:
                cells = [cell(point, channel, partner) for point in chosen]
                shown.add_row(Text(channel), Text(partner), f"{100 * today:.1f}", *cells)
    return shown


def cell(point: MixPoint, channel: str, partner: str) -> str:
    """Write a share, and between which ends nine in ten resamples lie."""
    said = f"{100 * point.mix[channel][partner]:.1f}"
    if not point.spread:
        return said
    low, high = point.spread["mix"][channel][partner]
    return f"{said} [{100 * low:.1f}, {100 * high:.1f}]"


def between(estimate: Estimate) -> str:
    """Write an estimate of a share and its interval, in per cent."""
    return f"{plain(100.0 * estimate.value, 2)} {squared(estimate, 100.0, 2)}"
