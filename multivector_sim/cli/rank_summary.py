"""A ranking on a screen: the table, who ties with whom, the best set and what is known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from multivector_sim.cli.screen import begin_table, open_screen
from multivector_sim.report.money import money, money_between
from multivector_sim.report.rank_plot import WHY
from multivector_sim.report.words import bracketed, capital, decimals_of, listed, number, percent, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.study.rank_result import BestSet, Rank

__all__ = ["print_summary"]

MOST_EQUALS = 3


def print_summary(result: Rank) -> None:
    """Print a ranking to stdout.

    Parameters
    ----------
    result
        The ranking.
    """
    screen = open_screen()
    if result.note:
        screen.print(Text(capital(result.note)))
        return
    screen.print(rows(result))
    for line in lines(result):
        screen.print(Text(line))
    screen.print(
        Text(
            f"\n{result.draws:,} draws a run, seed {result.seed}; in brackets: 95 % Monte Carlo intervals at the mean"
            " cost.\nA range is that of the ratio when the cost follows its law."
        )
    )


def rows(result: Rank) -> Table:
    """Show the measures, the best first."""
    per = f"{result.bought_in} bought per {result.currency}"
    columns = ("", "measure", "costs", f"ES {100 * result.level:g} % bought", "of today's", per, "range")
    shown = begin_table(f"What each measure alone buys: {result.column}, over the horizon", columns, left=2)
    for place, row in enumerate(result.measures, 1):
        ratio = "free" if row.per_money is None else between(row.per_money)
        spread = "-"
        if row.per_money_range is not None and row.cost_range is not None:
            spread = f"{number(row.per_money_range[0])} to {number(row.per_money_range[1])}"
        share = "-" if row.share is None else percent(row.share.value)
        bought = " ".join(part for part in money_between(row.bought) if part)
        shown.add_row(str(place), Text(row.title), money(row.cost, result.currency), bought, share, ratio, spread)
    return shown


def lines(result: Rank) -> Iterator[str]:
    """Say what the table does not."""
    for place, row in enumerate(result.measures, 1):
        if row.tie:
            yield f"Cannot tell {place} and {place + 1} apart: {WHY[row.tie]}."
        if row.bought.lowest <= 0.0 <= row.bought.highest:
            yield f"{place} may buy nothing at all."
    if result.too_dear:
        named = [f"{name} ({money(cost, result.currency)})" for name, cost in result.too_dear]
        yield f"More than the budget: {listed(named)}."
    for clash in result.clashes:
        yield f"Not taken together: {listed(clash.measures)}; {clash.reason}."
    if result.best is not None:
        yield ""
        yield from about_best(result, result.best)


def about_best(result: Rank, best: BestSet) -> Iterator[str]:
    """Say what the best set is, how it was found and how sure it is."""
    budget = money(result.budget or 0.0, result.currency)
    if not best.measures:
        yield f"No set that {budget} pays for buys anything."
        return
    bought = " ".join(part for part in money_between(best.bought) if part)
    yield f"Best set for {budget}: {listed(best.measures)}, {money(best.cost, result.currency)}."
    share = "" if best.share is None else f", {percent(best.share.value)} of today's"
    yield f"It buys {result.bought_in} {bought}{share}."
    if best.over_budget > 0.0:
        yield f"The probability that it costs more than the budget is {percent(best.over_budget)}."
    if len(best.measures) > 1:
        more = " ".join(part for part in money_between(best.interaction) if part)
        yield f"That is {result.bought_in} {more} beyond the sum of its members alone."
    yield from about_search(result, best)
    if best.equals:
        yield f"Cannot be told from: {sets(best.equals, result)}."


def about_search(result: Rank, best: BestSet) -> Iterator[str]:
    """Say whether every set was run, and what is known if not."""
    if best.exact:
        yield f"Every set that the budget pays for was run, {best.runs} with the empty one."
        return
    yield f"Found by adding and exchanging, {best.runs} sets run; there may be a better one."
    if best.bound is not None:
        unless = "some measures do help each other here, so it is no bound" if best.helping else "none was seen to"
        yield (
            f"No set buys more than {money(best.bound, result.currency)} unless measures help each other ({unless})."
        )


def sets(equals: Sequence[Sequence[str]], result: Rank) -> str:
    """Name a few sets, the cheapest first."""
    price = {row.name: row.cost for row in result.measures}
    named = [
        f"{' + '.join(it)} ({money(sum(price[name] for name in it), result.currency)})" if it else "nothing at all"
        for it in equals[:MOST_EQUALS]
    ]
    left = len(equals) - MOST_EQUALS
    return "; ".join(named) + (f"; and {left} more" if left > 0 else "")


def between(estimate: Estimate) -> str:
    """Write a ratio and its interval."""
    return f"{plain(estimate.value, decimals_of(estimate, 1.0))} {bracketed(estimate, 1.0)}".strip()
