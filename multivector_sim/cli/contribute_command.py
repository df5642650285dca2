"""``multivector contribute``: what the bad tail is made of."""

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

GROUPS = ("partner", "channel", "corridor", "host")


@click.command("contribute", short_help="Share the bad tail out, by partner, channel, corridor and host.")
@click.argument("scenario")
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the expected shortfall.")
@click.option("--draws", type=click.IntRange(1), default=40_000, show_default=True, help="How many futures to draw.")
@threaded
@click.option("--column", metavar="NAME", help="A channel, or trade, investment or total [default: total].")
@click.option(
    "--marginal",
    "marginals",
    type=click.Choice([*GROUPS, "none"]),
    multiple=True,
    default=("partner",),
    show_default=True,
    help="Take every one of these away in turn, too; repeatable.",
)
@click.option(
    "--marginal-draws",
    type=click.IntRange(1),
    default=8_192,
    show_default=True,
    help="On how many of the draws; each part costs a run or two.",
)
@click.option("--by", type=click.Choice(GROUPS), default="partner", show_default=True, help="What the plot shows.")
@pictured("Draw the contributions.")
@layered
@common
def command(
    *,
    scenario: str,
    level: float,
    draws: int,
    workers: int,
    column: str | None,
    marginals: tuple[str, ...],
    marginal_draws: int,
    by: str,
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Share the expected shortfall of SCENARIO out: whose part of the bad tail is whose.

    The parts of each table add up to the whole. Beside them stands what the tail would lose without a part; that is
    another question, and does not add up.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.study.contribute import contribute

    with ProgressBar(loaded.name) as bar:
        found = contribute(
            loaded,
            level,
            draws,
            seed,
            column=column,
            marginals=tuple(name for name in marginals if name != "none"),
            marginal_draws=marginal_draws,
            workers=workers,
            progress=bar,
        )
    from multivector_sim.cli.contribute_summary import print_summary

    give(found, lambda: found.plot(by=by).figure, print_summary, plot, as_json=as_json)
