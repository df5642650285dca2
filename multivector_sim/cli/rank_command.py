"""``multivector rank``: which measure to buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from multivector_sim.cli.answer import give
from multivector_sim.cli.loading import load_and_note
from multivector_sim.cli.options import common, layered, pictured, threaded
from multivector_sim.cli.picture import check_picture
from multivector_sim.cli.progress_bar import ProgressBar

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("rank", short_help="Rank measures by what they buy for their money.")
@click.argument("scenario")
@click.option("--budget", type=float, metavar="MONEY", help="Find the best set that this much pays for.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the expected shortfall.")
@click.option("--draws", type=click.IntRange(100), default=20_000, show_default=True, help="Draws of each run.")
@threaded
@click.option("--column", default="total", show_default=True, help="A channel, or trade, investment or total.")
@click.option(
    "--most-sets",
    type=click.IntRange(0),
    default=256,
    show_default=True,
    help="Run every set while there are no more of them; else search, and give a bound.",
)
@pictured("Draw the ranking.")
@layered
@common
def command(
    *,
    scenario: str,
    budget: float | None,
    level: float,
    draws: int,
    workers: int,
    column: str,
    most_sets: int,
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Rank the measures of SCENARIO by the expected shortfall that each buys for its money.

    With --budget also the best set that it pays for: sets are run, never summed. Neighbours that the draws, or their
    uncertain costs, cannot tell apart are said to tie.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.study.rank import rank

    with ProgressBar(loaded.name) as bar:
        result = rank(
            loaded, budget, level, draws, seed, column=column, most_sets=most_sets, workers=workers, progress=bar
        )
    from multivector_sim.cli.rank_summary import print_summary

    give(result, lambda: result.plot().figure, print_summary, plot, as_json=as_json)
