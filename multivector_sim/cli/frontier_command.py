"""``multivector frontier``: which mix delivers most for how much risk, and whether it beats today's."""

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


@click.command("frontier", short_help="Find the mixes that deliver most for their risk.")
@click.argument("scenario")
@click.option("--points", type=click.IntRange(1, 200), default=20, show_default=True, help="How many points at most.")
@click.option("--channel", help="What is shared out: a channel, or trade.  [default: the mixes' one, or the largest]")
@click.option("--column", help="Whose loss counts: the channel, trade, total.  [default: what is shared out]")
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the expected shortfall.")
@click.option(
    "--draws", type=click.IntRange(100), default=3072, show_default=True, help="Draws to choose, and to check."
)
@click.option(
    "--bound", "bounds", multiple=True, metavar="NAME=LOW:HIGH", help="Share of a partner or bloc; repeatable."
)
@click.option(
    "--cost", "costs", multiple=True, metavar="[PARTNER=]SHARE", help="What a unit moved loses.  [default: the haircut]"
)
@click.option(
    "--change", default="0.02", show_default=True, help="Share that may move in a year, or none for no limit."
)
@click.option("--years", type=click.FloatRange(0.0), help="For how many years.  [default: the horizon]")
@click.option("--no-corridors", is_flag=True, help="Leave the capacity of corridors out of account.")
@click.option("--resamples", type=click.IntRange(0), default=100, show_default=True, help="To see how unsure a mix is.")
@threaded
@pictured("Draw the frontier and its shares.")
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
    """Find the mixes that deliver most for their risk, and say of each whether the data show it better than today's.

    Every mix found is run through the full model again, with draws of another seed, and held against today's mix of
    SCENARIO, draw by draw.
    """
    check_picture(plot)
    from multivector_sim.cli.frontier_options import read_bounds, read_change, read_costs

    limits, prices, change_per_year = read_bounds(bounds), read_costs(costs), read_change(change)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.study.frontier import frontier

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
    from multivector_sim.cli.frontier_summary import print_summary

    give(result, result.figure, print_summary, plot, as_json=as_json)
