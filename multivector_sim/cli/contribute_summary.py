"""Contributions on a screen: one table a group, the greatest part first, with what the tail would be without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from multivector_sim.cli.screen import begin_table, open_screen
from multivector_sim.report.money import quantity, size_of, unit_of
from multivector_sim.report.words import bracketed, decimals_of, percent, plain

if TYPE_CHECKING:
    from rich.table import Table

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.study.contribute import Contributions, Part

__all__ = ["print_summary"]

NEGLIGIBLE = 1e-9
HEADINGS = {"calm": "spared if calm", "without": "spared without the exposure"}


def print_summary(found: Contributions) -> None:
    """Print contributions to stdout.

    Parameters
    ----------
    found
        The contributions.
    """
    screen = open_screen()
    worst = quantity(found.es.value, found.scenario, found.column)
    screen.print(
        Text(
            f"The worst {100 * (1 - found.level):g} % of draws lose {worst} of {found.column}"
            f" on average {bracketed(found.es, 1.0 / size_of(found.es.value)[0])}; this is whose part is whose."
        )
    )
    screen.print()
    for group in found.groups:
        screen.print(rows(found, group))
    more = f"; the last columns: {found.marginal_draws:,} draws" if found.marginal_draws else ""
    screen.print(Text(f"{found.draws:,} draws, seed {found.seed}{more}; in brackets: 95 % Monte Carlo intervals"))


def rows(found: Contributions, group: str) -> Table:
    """Show the parts of one group; those that are nothing in every column are left out."""
    size, unit = size_of(found.es.value)
    parts = [part for part in found.group(group) if greatest(part) > NEGLIGIBLE * found.es.value]
    asked = [kind for kind in HEADINGS if any(getattr(part, kind) is not None for part in parts)]
    counted = unit_of(found.scenario, found.column) or f"{found.scenario.currency}{unit}"
    title = f"By {group}, {counted} over the horizon"
    columns = ("", f"ES {100 * found.level:g} %", "share", "sd", *(HEADINGS[kind] for kind in asked))
    shown = begin_table(title, columns)
    for part in sorted(parts, key=lambda part: -abs(part.es.value)):
        share = "-" if part.share is None else percent(part.share)
        away = ["-" if (it := getattr(part, kind)) is None else amount(it, size) for kind in asked]
        cells = (amount(part.es, size), share, amount(part.sd, size), *away)
        shown.add_row(Text(found.title(group, part.name)), *cells)
    return shown


def greatest(part: Part) -> float:
    """Give the greatest of a part's numbers."""
    return max(abs(it.value) for it in (part.es, part.sd, part.calm, part.without) if it is not None)


def amount(estimate: Estimate, size: float) -> str:
    """Write money with its interval, counted in the table's size."""
    value = plain(estimate.value / size, min(decimals_of(estimate, 1.0 / size), 2))
    return " ".join(part for part in (value, bracketed(estimate, 1.0 / size, 1)) if part)
