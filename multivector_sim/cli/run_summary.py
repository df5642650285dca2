"""The answer of a run in a screenful: the sentence, the losses, the concentration, whose rupture it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.engine.result import Result

__all__ = ["print_summary"]

PLAIN_WIDTH = 100
MOST_PARTNERS = 5
ROUNDING = 1e-12


def print_summary(result: Result) -> None:
    """Print what came out of a run to stdout.

    Parameters
    ----------
    result
        The run.
    """
    from multivector_sim.report.tables import headline

    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PLAIN_WIDTH)
    document = result.document()
    measures = document["measures"]
    console.print(Text(headline(result, document)))
    console.print()
    console.print(losses(measures))
    console.print()
    console.print(concentration(document["concentration"]))
    if document["attribution"]:
        console.print()
        console.print(attribution(document["attribution"]))
    console.print(
        Text(
            f"\n{result.draws:,} draws, seed {result.seed}; in brackets: 95 % Monte Carlo intervals; "
            "months: until 95 % of the baseline is back for good"
        )
    )


def table(title: str, *columns: str) -> Table:
    """Begin a table: names on the left, figures on the right."""
    begun = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, title_style="bold")
    for number, column in enumerate(columns):
        begun.add_column(column, justify="right" if number else "left", no_wrap=True)
    return begun


def losses(measures: Mapping[str, Any]) -> Table:
    """Show the loss of every channel and aggregate."""
    shown = table("Loss, % of the baseline", "", "mean", "VaR 95 %", "ES 95 %", "months")
    rows = {name: measures[name] for name in ("total", "trade", "investment") if name in measures}
    rows |= {name: measure for name, measure in measures.get("channels", {}).items() if name not in rows}
    for name, measure in rows.items():
        loss = measure["loss_share"]
        cells = (loss["mean"], loss["var"]["0.95"], loss["es"]["0.95"])
        months = measure["months_to_recover"]["mean"]["value"]
        shown.add_row(Text(name), *map(percent, cells), f"{months:.0f}")
    return shown


def concentration(channels: Mapping[str, Any]) -> Table:
    """Show how few partners and hosts carry each channel."""
    shown = table("Concentration", "", "HHI", "effective partners", "largest", "effective hosts")
    for name, entry in channels.items():
        largest = entry["largest"]
        hosts = entry.get("effective_hosts")
        shown.add_row(
            Text(name),
            f"{entry['hhi']:.2f}",
            f"{entry['effective_partners']:.1f}",
            Text(f"{largest['partner']} {100 * largest['share']:.0f} %"),
            "-" if hosts is None else f"{hosts:.1f}",
        )
    return shown


def attribution(partners: Mapping[str, Any]) -> Table:
    """Show whose ruptures the loss came from, the greatest first."""
    shown = table("Where the loss came from, money over the horizon", "", "mean", "in the worst 5 %")
    ranked = sorted(partners.items(), key=lambda entry: -abs(entry[1]["mean"]))
    whole = sum(abs(entry["mean"]) for _, entry in ranked)
    for name, entry in ranked[:MOST_PARTNERS]:
        if abs(entry["mean"]) <= ROUNDING * whole:
            continue
        shown.add_row(Text(name), f"{entry['mean']:,.4g}", f"{entry['es']['0.95']:,.4g}")
    return shown


def percent(estimate: Mapping[str, float]) -> str:
    """Write an estimate of a share and its interval, in per cent."""
    value, low, high = (100 * estimate[key] for key in ("value", "low", "high"))
    return f"{value:.2f} [{low:.2f} {high:.2f}]"
