"""``multivector compare``: is one mix more resilient than another, and is that more than noise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from multivector_sim.cli.answer import give
from multivector_sim.cli.options import common, layered, pictured, threaded
from multivector_sim.cli.output import complain
from multivector_sim.cli.picture import check_picture
from multivector_sim.cli.progress_bar import ProgressBar

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["command"]

USUAL = ("one", "equal")


@click.command("compare", short_help="Hold mixes or scenarios against each other under the same luck.")
@click.argument("scenario")
@click.argument("others", nargs=-1, metavar="[MIX or SCENARIO ..]")
@click.option("--draws", type=click.IntRange(1), default=40_000, show_default=True, help="Draws of each run.")
@threaded
@click.option(
    "--level",
    "levels",
    type=float,
    multiple=True,
    default=(0.95, 0.99),
    show_default=True,
    help="Of the expected shortfall; repeatable, the lowest gives the verdict.",
)
@pictured("Draw the differences.")
@layered
@common
def command(
    *,
    scenario: str,
    others: tuple[str, ...],
    draws: int,
    workers: int,
    levels: tuple[float, ...],
    plot: Path | None,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Hold mixes or scenarios against each other, draw by draw.

    What SCENARIO is compared with is a mix, a measure or an override of its file, a benchmark (one: everything with the
    largest partner; one:PARTNER; equal: equal shares; today), or another scenario. With nothing named, it is one and
    equal. --override and --set change SCENARIO and with it its mixes and benchmarks, but no other scenario.
    """
    check_picture(plot)
    from multivector_sim.scenario.read import load

    loaded = load(scenario, override=override, settings=settings)
    compared = [loaded, *(meant(loaded, word) for word in others or USUAL)]
    from multivector_sim.study.compare import compare

    with ProgressBar(loaded.name) as bar:
        found = compare(compared, draws, seed, levels=levels, workers=workers, progress=bar)
    for note in (*loaded.notices, *found.notes):
        complain(f"note: {note}")
    from multivector_sim.cli.compare_summary import print_summary

    give(found, lambda: found.plot().figure, print_summary, plot, as_json=as_json)


def meant(base: Scenario, word: str) -> Scenario | str:
    """Find what a word means: a variant of the scenario, or another scenario."""
    from multivector_sim.scenario import bundled
    from multivector_sim.scenario.read import load
    from multivector_sim.study.variants import is_variant

    if is_variant(base, word):
        return word
    looks_like_file = Path(word).suffix in {".yaml", ".yml", ".toml"} or Path(word).is_file()
    return load(word) if looks_like_file or word in bundled.names() else word
