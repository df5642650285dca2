"""``multivector must-be-true``: the value of one number at which a claim turns, or the boundary in two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from multivector_sim.cli.options import NUMBER, Count, common, computed, give, layered, load_and_note, pictured
from multivector_sim.cli.output import ProgressBar, check_picture, tabled

if TYPE_CHECKING:
    from pathlib import Path

    from multivector_sim.questions.must_be_true import MustBeTrue

__all__ = ["command"]


@click.command("must-be-true")
@click.argument("scenario")
@click.option(
    "--path",
    "paths",
    multiple=True,
    required=True,
    metavar="PATH",
    help="Dotted path of a number; give two for a boundary.",
)
@click.option("--claim", required=True, metavar="NAME", help="One of the scenario's claims about the model.")
@click.option(
    "--low", "lows", type=NUMBER, multiple=True, help="Lower end of the range [default: that of its distribution]."
)
@click.option(
    "--high", "highs", type=NUMBER, multiple=True, help="Upper end of the range, one for each path, in order."
)
@click.option("--draws", type=Count(1), help="Draws at each value [default: 4,096 for one number, 2,048 for two].")
@click.option(
    "--points", type=Count(2), help="Number of values to scan [default: 7; with two numbers, 6 of the first]."
)
@click.option(
    "--precision",
    type=NUMBER,
    default=1e-3,
    show_default=True,
    help="Accuracy of the threshold, as a share of the range.",
)
@computed
@pictured("Write a plot of the margin or the boundary to a file.")
@tabled
@layered
@common
def command(
    *,
    scenario: str,
    paths: tuple[str, ...],
    claim: str,
    lows: tuple[float, ...],
    highs: tuple[float, ...],
    draws: int | None,
    points: int | None,
    precision: float,
    workers: int,
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Find the value of one number of SCENARIO at which a claim begins or ceases to hold.

    All other numbers stay fixed, and every value is run with the same random numbers. With two numbers, the answer is
    the boundary between the values for which the claim holds and those for which it does not. "At none of the values
    that were tried" is an answer too.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.questions.must_be_true import must_be_true

    with ProgressBar(loaded.name) as bar:
        result = must_be_true(
            loaded,
            paths,
            claim,
            lows,
            highs,
            draws=draws,
            seed=seed,
            points=points,
            precision=precision,
            workers=workers,
            progress=bar,
        )
    give(result, lambda: result.plot().figure, _print_summary, plot, as_json=as_json)


def _print_summary(result: MustBeTrue) -> None:
    """Print what was found to stdout."""
    from rich.text import Text

    from multivector_sim.cli.screen import begin_table, open_screen, print_table
    from multivector_sim.display.wording import number, rounded, squared
    from multivector_sim.questions.claims import verdict

    screen = open_screen()
    today = result.today
    screen.print(Text(f"As the scenario stands, the claim {today.verdict}: {today.reason}"))
    for line in result.words():
        screen.print(Text(line))
    if not result.columns:
        screen.print()
        shown = begin_table("Margin of the claim", (result.ranges[0].title, "margin", "verdict"))
        for value, margin in result.turning.scan:
            shown.add_row(number(value), f"{rounded(margin)} {squared(margin, 1.0)}", verdict(margin))
        print_table(screen, shown)
        if not result.turning.monotone:
            screen.print(
                Text("The margin is not monotone; there may be further thresholds between the scanned values.")
            )
    screen.print(
        Text(f"\n{result.draws:,} draws at each value, seed {result.seed}, common random numbers; 95 % intervals")
    )
