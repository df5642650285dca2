"""``multivector sensitivity``: which assumption drives the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from multivector_sim.cli.answer import give
from multivector_sim.cli.loading import load_and_note
from multivector_sim.cli.options import common, layered, pictured, threaded
from multivector_sim.cli.picture import check_picture
from multivector_sim.cli.progress_bar import ProgressBar
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

MEASURES = ("loss_share", "trough", "months_to_recover", "unrecovered")


@click.command("sensitivity", short_help="Say which assumption drives the answer.")
@click.argument("scenario")
@click.option(
    "--draws", type=click.IntRange(100), default=4096, show_default=True, help="Draws of each of the runs it takes."
)
@threaded
@click.option("--column", default="total", show_default=True, help="A channel, or trade, investment or total.")
@click.option(
    "--measure",
    type=click.Choice(MEASURES),
    default="loss_share",
    show_default=True,
    help="What of each draw is explained.",
)
@click.option(
    "--groups",
    type=click.Choice(("law", "section")),
    default="law",
    show_default=True,
    help="Take every law by itself, or the sections of the file: fewer runs.",
)
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="PATH=LOW:HIGH",
    help="Move a certain number over a range, as in horizon_months=36:84; repeatable.",
)
@pictured("Draw the tornado and the indices.")
@layered
@common
def command(
    *,
    scenario: str,
    draws: int,
    workers: int,
    column: str,
    measure: str,
    groups: Literal["law", "section"],
    ranges: tuple[str, ...],
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Say which assumption drives the answer.

    Sobol indices of every law in SCENARIO, first order and total, and what every certain number would do if it were
    another: a quarter less or more, or over its range. Laws that depend on each other are taken together. It takes a
    run for every input and two more, and two short ones for every certain number.
    """
    check_picture(plot)
    stated = dict(map(stated_range, ranges))
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.study.sensitivity import sensitivity

    with ProgressBar(loaded.name) as bar:
        result = sensitivity(
            loaded,
            draws,
            seed,
            column=column,
            measure=measure,
            groups=groups,
            ranges=stated,
            workers=workers,
            progress=bar,
        )
    from multivector_sim.cli.sensitivity_summary import print_summary

    give(result, result.figure, print_summary, plot, as_json=as_json)


def stated_range(text: str) -> tuple[str, tuple[float, float]]:
    """Read a stated range.

    Examples
    --------
    >>> stated_range("horizon_months=36:84")
    ('horizon_months', (36.0, 84.0))
    """
    path, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        return path.strip(), (float(low), float(high))
    except ValueError:
        raise UsageError(f"--range: '{text}' is no range; write PATH=LOW:HIGH, as in horizon_months=36:84") from None
