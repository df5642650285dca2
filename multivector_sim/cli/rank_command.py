"""``multivector rank``: which measure to buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from multivector_sim.cli.options import NUMBER, Count, common, computed, give, layered, load_and_note, pictured
from multivector_sim.cli.output import ProgressBar, check_picture, tabled
from multivector_sim.cli.screen import begin_table, open_screen, print_table
from multivector_sim.display.money import money, money_between
from multivector_sim.display.wording import capital, listed, number, percent, with_interval
from multivector_sim.questions.plots.rank import WHY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from multivector_sim.cli.screen import Sheet
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.rank_result import BestSet, Rank, Ranked

__all__ = ["command"]


@click.command("rank")
@click.argument("scenario")
@click.option("--budget", type=NUMBER, metavar="MONEY", help="Also find the best set of measures within this budget.")
@click.option("--level", type=NUMBER, default=0.95, show_default=True, help="Level of the expected shortfall.")
@click.option("--draws", type=Count(100), default=20_000, show_default=True, help="Draws of each run.")
@computed
@click.option("--column", default="total", show_default=True, help="A channel, trade, investment or total.")
@click.option(
    "--most-sets",
    type=Count(0),
    default=256,
    show_default=True,
    help="Run every set if there are at most this many; otherwise search for the best one and give a bound.",
)
@pictured("Write a plot of the ranking to a file.")
@tabled
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
    """Rank the measures of SCENARIO by the reduction of expected shortfall per unit of cost.

    With --budget, the command also finds the best set within the budget; each set is simulated as a whole. Neighbours
    in the ranking that the draws or the uncertain costs cannot separate are reported as ties.
    """
    check_picture(plot)
    loaded = load_and_note(scenario, override, settings)
    from multivector_sim.questions.rank import rank

    with ProgressBar(loaded.name) as bar:
        result = rank(
            loaded, budget, level, draws, seed, column=column, most_sets=most_sets, workers=workers, progress=bar
        )

    give(result, lambda: result.plot().figure, _print_summary, plot, as_json=as_json)


MOST_EQUALS = 3


def _print_summary(result: Rank) -> None:
    """Print a ranking to stdout."""
    screen = open_screen()
    if result.note:
        screen.print(Text(capital(result.note)))
        return
    print_table(screen, _rows(result))
    for line in _lines(result):
        screen.print(Text(line))
    screen.print(
        Text(
            f"\n{result.draws:,} draws a run, seed {result.seed}; in brackets: 95 % Monte Carlo intervals at the mean"
            " cost.\nThe range is that of the ratio when the cost follows its distribution."
        )
    )


def _rows(result: Rank) -> Sheet:
    """Show the measures, the best first."""
    per = f"{result.bought_in} bought per {result.currency}"
    columns = ("", "measure", "costs", f"ES {100 * result.level:g} % bought", "of today's", per, "range")
    shown = begin_table(
        f"What each measure alone buys: {result.column}, over the horizon",
        columns,
        left=2,
        spare=("range", "of today's"),
    )
    for place, row in enumerate(result.measures, 1):
        ratio = "free" if row.per_money is None else _between(row.per_money)
        spread = "-"
        if row.per_money_range is not None and row.cost_range is not None:
            spread = f"{number(row.per_money_range[0])} to {number(row.per_money_range[1])}"
        share = "-" if row.share is None else percent(row.share.value)
        bought = " ".join(part for part in money_between(row.bought) if part)
        shown.add_row(str(place), row.title, money(row.cost, result.currency), bought, share, ratio, spread)
    return shown


def _lines(result: Rank) -> Iterator[str]:
    """Print what the table does not."""
    for place, row in enumerate(result.measures, 1):
        if row.tie:
            yield f"Cannot tell {place} and {place + 1} apart: {WHY[row.tie]}."
        if row.bought.lowest <= 0.0 <= row.bought.highest:
            yield f"{place} may have no effect at all."
        yield from _about_price(place, row, result)
    yield from _about_trust(result)
    if result.too_dear:
        named = [f"{name} ({money(cost, result.currency)})" for name, cost in result.too_dear]
        yield f"More than the budget: {listed(named)}."
    for clash in result.clashes:
        yield f"Not taken together: {listed(clash.measures)}; {clash.reason}."
    if result.best is not None:
        yield ""
        yield from _about_best(result, result.best)


def _about_price(place: int, row: Ranked, result: Rank) -> Iterator[str]:
    """Warn where a measure costs more than it takes off the expected shortfall."""
    if result.bought_in != result.currency or row.costs_more is False:
        return
    cost = money(row.cost, result.currency)
    if row.costs_more:
        bought = money(row.bought.value, result.currency)
        yield f"Warning: {place} costs more than it buys: {cost}, on average, for {bought}."
    elif row.bought.value < row.cost:
        yield f"Warning: {place} may cost more than it buys ({cost}); the draws cannot tell."


def _about_trust(result: Rank) -> Iterator[str]:
    """Print how far the two halves of each ratio are trusted."""
    for place, row in enumerate(result.measures, 1):
        effect = "rests on no figure" if row.effect_trust is None else row.effect_trust
        yield f"Ratio {place}: price {row.price_trust}, effect {effect}."


def _about_recommended(result: Rank, best: BestSet) -> Iterator[str]:
    """Print the smallest set that is not significantly worse than the best."""
    chosen = result.recommended
    if chosen is None:
        return
    if chosen.measures == best.measures:
        yield "Recommended: the same set; every smaller one is significantly worse."
    elif not chosen.measures:
        yield "Recommended: nothing; these draws cannot tell the best set from buying nothing."
    else:
        cost = money(chosen.cost, result.currency)
        yield f"Recommended: {listed(chosen.measures)}, {cost}: the smallest set that is not significantly worse."


def _about_best(result: Rank, best: BestSet) -> Iterator[str]:
    """Print what the best set is, how it was found and how sure it is."""
    budget = money(result.budget or 0.0, result.currency)
    if not best.measures:
        yield f"No set within {budget} reduces the shortfall."
        return
    bought = " ".join(part for part in money_between(best.bought) if part)
    yield f"Best set for {budget}: {listed(best.measures)}, {money(best.cost, result.currency)}."
    share = "" if best.share is None else f", {percent(best.share.value)} of today's"
    yield f"It buys {result.bought_in} {bought}{share}."
    if best.costs_more:
        yield "Warning: it costs more than it buys."
    if best.over_budget > 0.0:
        yield f"The probability that it costs more than the budget is {percent(best.over_budget)}."
    if len(best.measures) > 1:
        more = " ".join(part for part in money_between(best.interaction) if part)
        yield f"That is {result.bought_in} {more} beyond the sum of its members alone."
    yield from _about_search(result, best)
    if best.equals:
        yield f"Cannot be told from: {_sets(best.equals, result)}."
    yield from _about_recommended(result, best)


def _about_search(result: Rank, best: BestSet) -> Iterator[str]:
    """Print whether every set was run, and what is known if not."""
    if best.exact:
        yield f"Every set within the budget was run, {best.runs} including the empty one."
        return
    yield f"Found by a search that ran {best.runs} sets; there may be a better one."
    if best.bound is not None:
        unless = "some do here, so this is not a bound" if best.helping else "none was seen to"
        yield (
            f"No set buys more than {money(best.bound, result.currency)} unless measures help each other ({unless})."
        )


def _sets(equals: Sequence[Sequence[str]], result: Rank) -> str:
    """Name a few sets, the cheapest first."""
    price = {row.name: row.cost for row in result.measures}
    named = [
        f"{' + '.join(it)} ({money(sum(price[name] for name in it), result.currency)})" if it else "nothing at all"
        for it in equals[:MOST_EQUALS]
    ]
    left = len(equals) - MOST_EQUALS
    return "; ".join(named) + (f"; and {left} more" if left > 0 else "")


def _between(estimate: Estimate) -> str:
    """Write a ratio and its interval."""
    return with_interval(estimate)
