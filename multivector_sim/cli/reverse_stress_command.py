"""``multivector reverse-stress``: the likeliest way to lose a given amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from multivector_sim.cli.options import NUMBER, Count, common, computed, give, layered, load_and_note, pictured
from multivector_sim.cli.output import ProgressBar, check_picture, complain, tabled

if TYPE_CHECKING:
    from pathlib import Path

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.reverse_stress import ReverseStress

__all__ = ["command"]


@click.command("reverse-stress")
@click.argument("scenario")
@click.option("--loss", type=NUMBER, required=True, help="Loss to reach, as a share of the baseline, e.g. 0.2.")
@click.option("--column", default="total", show_default=True, help="A channel, trade, investment or total.")
@click.option("--draws", type=Count(1), default=10_000, show_default=True, help="Weighted draws for the probability.")
@computed
@pictured("Write a plot of the ways to lose that much to a file.")
@tabled
@layered
@common
def command(
    *,
    scenario: str,
    loss: float,
    column: str,
    draws: int,
    workers: int,
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Find the most likely set of ruptures and severities that costs at least the given loss.

    The answer is described in words, with its probability by importance sampling. The search finds local optima, so
    there may be several answers.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.questions.reverse_stress import reverse_stress

    with ProgressBar(loaded.name) as bar:
        result = reverse_stress(loaded, loss, column, draws, seed, workers=workers, progress=bar)
    for warning in result.warnings:
        complain(f"warning: {warning}")
    give(result, lambda: result.plot().figure, _print_summary, plot, as_json=as_json)


def _print_summary(result: ReverseStress) -> None:
    """Print what was found to stdout."""
    from rich.text import Text

    from multivector_sim.cli.screen import begin_table, open_screen, print_table

    screen = open_screen()
    chance = result.exceedance.value
    often = f"; one draw in {1.0 / chance:,.0f}" if chance > 0.0 else ""
    screen.print(
        Text(
            f"Losing {100 * result.loss:.4g} % or more of {result.column}: probability {100 * chance:.3g} % "
            f"{_ends(result.exceedance, '.3g')}{often}"
        )
    )
    if result.beyond is not None:
        mean = f"{100 * result.beyond.value:.2f} % {_ends(result.beyond, '.2f')}"
        screen.print(Text(f"Mean loss in that case: {mean}"))
    screen.print()
    columns = ("", "what happens", "beta", "first order", "starts")
    shown = begin_table("Most likely ways to lose that much (local optima)", columns, left=2, spare=("starts", "beta"))
    for number, way in enumerate(result.ways):
        starts = f"{way.point.starts} of {result.starts}"
        shown.add_row(str(number + 1), way.words(), f"{way.beta:.2f}", f"{100 * way.odds:.3g} %", starts)
    print_table(screen, shown)
    if result.ways[0].beta > 0.0:
        count = sum(way.equally_likely for way in result.ways)
        found = "1 way was" if count == 1 else f"{count} ways were"
        screen.print(Text(f"{found} found, from {result.starts} starts; there may be more."))
    screen.print(
        Text(
            f"\n{result.draws:,} weighted draws, {result.effective:,.0f} effective ones beyond the loss, each worth "
            f"{result.gain:,.0f} plain ones, seed {result.seed}; in brackets: 95 % Monte Carlo intervals"
        )
    )


def _ends(estimate: Estimate, form: str) -> str:
    """Write the ends of a share in per cent; one that the draws cannot tell is no limit."""
    said = ("no limit" if end is None else f"{100 * end:{form}}" for end in (estimate.low, estimate.high))
    return f"[{', '.join(said)}]"
