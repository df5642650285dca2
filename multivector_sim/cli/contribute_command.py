"""``multivector contribute``: the partners, channels, corridors and hosts that drive the tail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from multivector_sim.cli.options import NUMBER, Count, common, computed, give, layered, load_and_note, pictured
from multivector_sim.cli.output import ProgressBar, check_picture, tabled
from multivector_sim.cli.screen import begin_table, open_screen, print_table
from multivector_sim.display.money import quantity, size_of, unit_of
from multivector_sim.display.wording import bracketed, percent, with_interval

if TYPE_CHECKING:
    from pathlib import Path

    from multivector_sim.cli.screen import Sheet
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.contribute import Contributions, Part

__all__ = ["command"]

GROUPS = ("partner", "channel", "corridor", "host")


@click.command("contribute")
@click.argument("scenario")
@click.option("--level", type=NUMBER, default=0.95, show_default=True, help="Level of the expected shortfall.")
@click.option("--draws", type=Count(1), default=40_000, show_default=True, help="Number of draws.")
@computed
@click.option("--column", metavar="NAME", help="A channel, or trade, investment or total [default: total].")
@click.option(
    "--marginal",
    "marginals",
    type=click.Choice([*GROUPS, "none"]),
    multiple=True,
    default=("partner",),
    show_default=True,
    help="Also remove each of these in turn; repeatable.",
)
@click.option(
    "--marginal-draws",
    type=Count(1),
    default=8_192,
    show_default=True,
    help="Draws for the removals; each part takes one or two runs.",
)
@click.option("--by", type=click.Choice(GROUPS), default="partner", show_default=True, help="Group shown in the plot.")
@pictured("Draw the contributions.")
@tabled
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
    """Find which partner, channel, corridor or host drives the expected shortfall of SCENARIO.

    The contributions in each table add up to the total. The last columns show by how much the tail shrinks when a part
    is removed; these changes do not add up.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.questions.contribute import contribute

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

    give(found, lambda: found.plot(by=by).figure, _print_summary, plot, as_json=as_json)


NEGLIGIBLE = 1e-9
HEADINGS = {"calm": "without its rupture", "without": "without the exposure"}


def _print_summary(found: Contributions) -> None:
    """Print contributions to stdout."""
    screen = open_screen()
    worst = quantity(found.es.value, found.scenario, found.column)
    screen.print(
        Text(
            f"The worst {100 * (1 - found.level):g} % of draws lose {worst} of {found.column}"
            f" on average {bracketed(found.es, 1.0 / size_of(found.es.value)[0])}."
        )
    )
    screen.print()
    for group in found.groups:
        print_table(screen, _rows(found, group))
    more = f"; removals (reduction of the ES): {found.marginal_draws:,} draws" if found.marginal_draws else ""
    screen.print(Text(f"{found.draws:,} draws, seed {found.seed}{more}; in brackets: 95 % Monte Carlo intervals"))


def _rows(found: Contributions, group: str) -> Sheet:
    """Return the table of one group, without the parts that are zero in every column."""
    size, unit = size_of(found.es.value)
    parts = [part for part in found.group(group) if _greatest(part) > NEGLIGIBLE * found.es.value]
    asked = [kind for kind in HEADINGS if any(getattr(part, kind) is not None for part in parts)]
    counted = unit_of(found.scenario, found.column) or f"{found.scenario.currency}{unit}"
    title = f"By {group}, {counted} over the horizon"
    columns = ("", f"ES {100 * found.level:g} %", "share", "sd", *(HEADINGS[kind] for kind in asked))
    shown = begin_table(title, columns, spare=("sd", *(HEADINGS[kind] for kind in asked[::-1]), "share"))
    for part in sorted(parts, key=lambda part: -abs(part.es.value)):
        share = "-" if part.share is None else percent(part.share)
        away = ["-" if (it := getattr(part, kind)) is None else _amount(it, size) for kind in asked]
        cells = (_amount(part.es, size), share, _amount(part.sd, size), *away)
        shown.add_row(found.title(group, part.name), *cells)
    return shown


def _greatest(part: Part) -> float:
    """Return the greatest of a part's numbers."""
    return max(abs(it.value) for it in (part.es, part.sd, part.calm, part.without) if it is not None)


def _amount(estimate: Estimate, size: float) -> str:
    """Write money with its interval, counted in the table's size."""
    return with_interval(estimate, 1.0 / size)
