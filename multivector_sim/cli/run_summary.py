"""The answer of a run in a screenful: the sentence, the losses, the concentration, whose rupture it was.

A table that does not fit the screen is made again with fewer columns and no intervals; names are never lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from multivector_sim.cli.screen import open_screen
from multivector_sim.engine.labelled import NOBODY
from multivector_sim.report import attribution as shared_out
from multivector_sim.report.money import counted_in
from multivector_sim.report.words import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console

    from multivector_sim.engine.result import Result

__all__ = ["print_summary"]

PLAIN_WIDTH = 100
ANY_WIDTH = 1000
MOST_PARTNERS = 5
LONGEST_NAME = 32
"""Names are kept whole up to this length; from 40 columns on there is room for figures beside them."""

ROUNDING = 1e-12
FOOTNOTES = (
    "months: from the first under 95 % of the baseline to the last, the whole horizon if the last month still is",
    "in brackets: 95 % Monte Carlo intervals",
)


def print_summary(result: Result) -> None:
    """Print what came out of a run to stdout.

    Parameters
    ----------
    result
        The run.
    """
    from multivector_sim.report.tables import headline

    screen = open_screen(PLAIN_WIDTH)
    document, titles = result.document(), partner_titles(result)
    screen.print(Text(headline(result, document)))
    screen.print()
    whole = print_fitting(screen, lambda narrow: losses(document["measures"], narrow=narrow))
    screen.print()
    print_fitting(screen, lambda narrow: concentration(document["concentration"], titles, narrow=narrow))
    if document["attribution"]:
        screen.print()
        parts, currency = document["attribution"], document["currency"]
        print_fitting(screen, lambda narrow: attribution(parts, titles, currency, narrow=narrow))
    notes = FOOTNOTES if whole else FOOTNOTES[:1]
    screen.print(Text("\n" + "; ".join([f"{result.draws:,} draws, seed {result.seed}", *reversed(notes)])))


def partner_titles(result: Result) -> dict[str, str]:
    """Give the titles of the partners by their names, and of what no rupture did."""
    titles = {name: partner.title or name for name, partner in result.scenario.partners.items()}
    return {**titles, NOBODY: shared_out.NOBODY}


def print_fitting(screen: Console, made: Callable[[bool], Table]) -> bool:
    """Print a table whole if the screen is wide enough, else its narrow form; say which."""
    table = made(False)
    fits = screen.measure(table, options=screen.options.update(width=ANY_WIDTH)).maximum <= screen.width
    screen.print(table if fits else made(True))
    return fits


def begin(title: str, columns: tuple[str, ...], names: list[str], *, narrow: bool) -> Table:
    """Begin a table: names on the left, kept whole up to half a terminal, figures on the right."""
    begun = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title_style="bold",
        padding=(0, 0) if narrow else (0, 1),
    )
    longest = max(map(len, names), default=0)
    begun.add_column("", no_wrap=True, min_width=min(longest, LONGEST_NAME))
    for column in columns:
        begun.add_column(column, justify="right", no_wrap=not narrow, overflow="fold")
    return begun


def losses(measures: Mapping[str, Any], *, narrow: bool) -> Table:
    """Show the loss of every channel and aggregate."""
    rows = {name: measures[name] for name in ("total", "trade", "investment") if name in measures}
    rows |= {name: measure for name, measure in measures.get("channels", {}).items() if name not in rows}
    columns = ("mean", "VaR 95 %", "ES 95 %", "months")
    shown = begin("Loss, % of the baseline", columns, list(rows), narrow=narrow)
    for name, measure in rows.items():
        loss = measure["loss_share"]
        cells = (loss["mean"], loss["var"]["0.95"], loss["es"]["0.95"])
        months = measure["months_to_recover"]["mean"]["value"]
        shown.add_row(Text(name), *(per_cent(cell, interval=not narrow) for cell in cells), f"{months:.0f}")
    return shown


def concentration(channels: Mapping[str, Any], titles: Mapping[str, str], *, narrow: bool) -> Table:
    """Show which country can stop most of each channel, how few partners carry it, and the largest of them."""
    columns = ("depends on", "HHI", "effective partners", "largest")
    shown = begin("Concentration", columns[:2] + columns[2 + narrow :], list(channels), narrow=narrow)
    for name, entry in channels.items():
        count = () if narrow else (f"{entry['effective_partners_low']:.1f}",)
        depends = next(({"partner": partner, "share": share} for partner, share in entry["dependence"].items()), None)
        first, last = (Text(with_share(it, titles)) for it in (depends, entry["largest"]))
        shown.add_row(Text(name), first, hhi_between(entry), *count, last)
    return shown


def hhi_between(entry: Mapping[str, Any]) -> str:
    """Return an HHI, or both its bounds where a residual partner leaves it open."""
    low, high = f"{entry['hhi']:.2f}", f"{entry['hhi_high']:.2f}"
    return low if low == high else f"{low}-{high}"


def with_share(entry: Mapping[str, Any] | None, titles: Mapping[str, str]) -> str:
    """Say who has how much, or that nobody has."""
    return "-" if entry is None else f"{titles[entry['partner']]} {percent(entry['share'], 0)}"


def attribution(parts: Mapping[str, Any], titles: Mapping[str, str], currency: str, *, narrow: bool) -> Table:
    """Show whose ruptures the loss came from, the greatest first."""
    ranked = sorted(parts.items(), key=lambda part: -abs(part[1]["mean"]))
    least = ROUNDING * sum(abs(entry["mean"]) for _, entry in ranked)
    rows = [(titles[name], entry) for name, entry in ranked[:MOST_PARTNERS] if abs(entry["mean"]) > least]
    greatest = max((abs(amount) for _, entry in rows for amount in (entry["mean"], entry["es"]["0.95"])), default=0.0)
    title = f"Where the loss came from, {f'{currency} ' * narrow}over the horizon"
    shown = begin(title, ("mean", "in the worst 5 %"), [name for name, _ in rows], narrow=narrow)
    before = "" if narrow else f"{currency} "
    for name, entry in rows:
        amounts = (entry["mean"], entry["es"]["0.95"])
        shown.add_row(Text(name), *(before + counted_in(amount, greatest) for amount in amounts))
    return shown


def per_cent(estimate: Mapping[str, float], *, interval: bool) -> str:
    """Write an estimate of a share in per cent, with its interval or without."""
    value, low, high = (100 * estimate[key] for key in ("value", "low", "high"))
    return f"{value:.2f} [{low:.2f} {high:.2f}]" if interval else f"{value:.2f}"
