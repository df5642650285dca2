"""A comparison on a screen: what each loses, every difference with its verdict, and what diversification is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from multivector_sim.cli.screen import begin_table, open_screen
from multivector_sim.report.words import bracketed, decimals_of, percent_between, plain

if TYPE_CHECKING:
    from rich.table import Table

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.study.compare_result import Comparison

__all__ = ["print_summary"]


def print_summary(found: Comparison) -> None:
    """Print a comparison to stdout.

    Parameters
    ----------
    found
        The comparison.
    """
    screen = open_screen()
    for pair in found.pairs:
        screen.print(Text(f"{pair.sentence}."))
    screen.print()
    screen.print(own_losses(found))
    screen.print(differences(found))
    if found.benefits:
        screen.print(benefits(found))
    draws, seed = found.results[0].draws, found.results[0].seed
    screen.print(
        Text(
            f"{draws:,} draws of each, seed {seed}, the same luck for all; in brackets: 95 % Monte Carlo intervals.\n"
            "Differences are in percentage points of the baseline, the second less the first: below 0 the second loses"
            " less."
        )
    )


def own_losses(found: Comparison) -> Table:
    """Show what each loses."""
    name = found.columns[0]
    columns = ("", "mean", *(f"ES {100 * level:g} %" for level in found.levels), "diversification ratio: sd", "ES")
    shown = begin_table(f"Loss in {name}, % of the baseline", columns)
    for label, result in zip(found.labels, found.results, strict=True):
        sample, ratios = result.column(name), found.ratios[label]
        tail = next(iter(ratios.es.values()))
        cells = (sample.mean(), *(sample.es(level) for level in found.levels))
        shown.add_row(Text(label), *map(percent_between, cells), times(ratios.sd), times(tail))
    return shown


def differences(found: Comparison) -> Table:
    """Show the difference of every pair in every column, in the tail at the level of the verdict."""
    level = found.levels[0]
    headings = ("second", "less first", "in", "mean", f"ES {100 * level:g} %", "loses less in")
    shown = begin_table("Differences", headings, left=3)
    for pair in found.pairs:
        for name, column in pair.columns.items():
            cells = [points(it.estimate, it.verdict) for it in (column.mean, column.es[level])]
            shown.add_row(Text(pair.second), Text(pair.first), name, *cells, percent_between(column.chances.less))
    return shown


def benefits(found: Comparison) -> Table:
    """Show what each spares against everything with one partner."""
    headings = ("", "mean", *(f"ES {100 * level:g} %" for level in found.levels))
    shown = begin_table(f"Spared by diversification, against {found.one}, % of what it loses", headings)
    for label, benefit in found.benefits.items():
        shares = (benefit.mean_share, *benefit.es_share.values())
        shown.add_row(Text(label), *("-" if it is None else percent_between(it) for it in shares))
    return shown


def points(estimate: Estimate, verdict: str) -> str:
    """Write a difference in percentage points, with its verdict."""
    value = plain(100.0 * estimate.value, decimals_of(estimate, 100.0))
    return " ".join(part for part in (value, bracketed(estimate, 100.0), verdict) if part)


def times(estimate: Estimate | None) -> str:
    """Write a ratio."""
    return "-" if estimate is None else " ".join(filter(None, (f"{estimate.value:.2f}", bracketed(estimate, 1.0, 2))))
