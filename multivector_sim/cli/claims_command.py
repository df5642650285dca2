"""``multivector claims``: a scenario's claims, judged by the model or by a better source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from multivector_sim.cli.options import Count, common, computed, give, layered, load_and_note, pictured
from multivector_sim.cli.output import ProgressBar, check_picture, complain, tabled

if TYPE_CHECKING:
    from pathlib import Path

    from multivector_sim.questions.claims import Claims

__all__ = ["command"]

FAILED = 3
INDENT = (0, 0, 0, 2)
VERDICTS = ("fails", "cannot tell", "contradicted", "no better source")


@click.command("claims")
@click.argument("scenario")
@click.option(
    "--claim", "names", multiple=True, metavar="NAME", help="Judge this claim only; repeatable [default: all]."
)
@click.option("--draws", type=Count(1), default=20_000, show_default=True, help="Number of draws.")
@computed
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice(VERDICTS),
    multiple=True,
    help="Exit with code 3 if any claim has this verdict; repeatable.",
)
@pictured("Draw how many claims have each verdict.")
@tabled
@layered
@common
def command(
    *,
    scenario: str,
    names: tuple[str, ...],
    draws: int,
    workers: int,
    fail_on: tuple[str, ...],
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> int:
    """Judge the claims of SCENARIO by the model or by a better source.

    A claim about the model gets the verdict 'holds', 'fails' or 'cannot tell' (too few draws). A claim about a figure
    or a fact gets 'agrees', 'contradicted' or 'no better source'.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.questions.claims import claims

    with ProgressBar(loaded.name) as bar:
        result = claims(loaded, names, draws, seed, workers=workers, progress=bar)
    give(result, lambda: result.plot().figure, _print_summary, plot, as_json=as_json)
    met = sorted(set(fail_on) & set(result.verdicts.values()))
    for verdict in met:
        complain(f"{verdict}: {', '.join(name for name, found in result.verdicts.items() if found == verdict)}")
    return FAILED if met else 0


def _print_summary(result: Claims) -> None:
    """Print the verdicts to stdout."""
    from rich.padding import Padding
    from rich.text import Text

    from multivector_sim.cli.screen import open_screen
    from multivector_sim.display.wording import capital

    screen = open_screen()
    if not result.rulings:
        screen.print(Text("This scenario makes no claims; add them in its section 'claims'"))
        return
    for ruling in result.rulings:
        where = f"{ruling.title} [{ruling.claim.place}]" if ruling.claim.place else ruling.title
        why = "; ".join(part for part in (ruling.reason, ruling.claim.note) if part)
        screen.print(Text(where))
        screen.print(Padding(Text.assemble((ruling.verdict, "bold"), f" ({ruling.claim.rests_on}): {why}"), INDENT))
        if ruling.needed and ruling.verdict not in ("holds", "agrees"):
            screen.print(Padding(Text(capital(ruling.needed)), INDENT))
    screen.print()
    for kind, counts in result.counts_by_kind.items():
        screen.print(Text(f"{kind}: {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}"))
    screen.print(Text(f"\n{result.draws:,} draws, seed {result.seed}; in brackets: 95 % Monte Carlo intervals"))
