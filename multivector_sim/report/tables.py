"""The rows of the report's tables, as plain data; the page only sets them.

Losses are shares of the baseline over the horizon, positive when something is missing, each an estimate with the ends
of its 95 % Monte Carlo interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.registered import known_measures
from multivector_sim.report.headline import headline
from multivector_sim.report.measured import entry, estimate
from multivector_sim.report.money import counted_in, money_between, quantity, unit_of
from multivector_sim.report.words import bracketed, capital, number, percent, possessive, span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Cell", "MeasureRow", "Tile", "headline", "measure_names", "measure_rows", "tiles"]

TABLE_ORDER = ("total", "trade", "investment")
DECIMALS = 2
RECOVERY = "from the first under 95 % of the baseline to the last, of the draws that fell, up to the horizon's end"


class Cell(NamedTuple):
    """A value and its interval, in words; the interval is empty where the draws show no spread."""

    value: str
    interval: str


class MeasureRow(NamedTuple):
    """One column of a run: ``cells`` as :func:`measure_names` names them."""

    column: str
    title: str
    aggregate: bool
    cells: tuple[Cell, ...]


class Tile(NamedTuple):
    """A number to be seen at once, what it is, and what to know about it."""

    name: str
    value: str
    more: str


def measure_names(currency: str) -> list[str]:
    """Name the measures of a row, in order; money is in a currency."""
    return [
        "Mean loss",
        "VaR 95 %",
        "ES 95 %",
        "ES 99 %",
        f"Mean loss, {currency}",
        f"ES 95 %, {currency}",
        "Lowest month",
        "Months below 95 %",
        "Back by the end",
        "Months to recover",
        "Missing at the end",
        *(it.title for it in known_measures().values()),
    ]


def measure_rows(result: Result, document: Mapping[str, Any]) -> list[MeasureRow]:
    """Give the measures of total, trade, investment and each channel.

    Parameters
    ----------
    result
        A run.
    document
        What ``result.document()`` gave.

    Returns
    -------
    list
        One row a column; an aggregate that is the same as the only channel in it is shown all the same.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("one-or-many"), draws=2048, seed=1)
    >>> [(row.title, row.aggregate) for row in measure_rows(result, result.document())]
    [('Total', True), ('Trade', True), ('Exports', False)]
    """
    channels = result.scenario.channels
    names = [name for name in TABLE_ORDER if name in result.columns and name not in channels]
    rows = [MeasureRow(name, name.capitalize(), aggregate=True, cells=cells(document, name)) for name in names]
    return rows + [
        MeasureRow(name, capital(model.title), aggregate=False, cells=cells(document, name, model.unit))
        for name, model in channels.items()
        if name in result.columns
    ]


def cells(document: Mapping[str, Any], column: str, unit: str | None = None) -> tuple[Cell, ...]:
    """Give the measures of one column in words; ``unit`` is that of a channel of ties, None for money."""
    figures = entry(document, column)
    share, lost = figures["loss_share"], figures["loss_money" if unit is None else "loss_amount"]
    return (
        share_cell(estimate(share)),
        share_cell(estimate(share, "var", "0.95")),
        share_cell(estimate(share, "es", "0.95")),
        share_cell(estimate(share, "es", "0.99")),
        amount_cell(estimate(lost), unit),
        amount_cell(estimate(lost, "es", "0.95"), unit),
        share_cell(estimate(figures["trough"])),
        months_cell(estimate(figures["months_below"])),
        where_any(figures["recovered_share"], share_cell),
        where_any(figures["months_to_recover_km"], months_cell),
        share_cell(estimate(figures["unrecovered"])),
        *(added_cell(figures[name]) for name in known_measures() if name in figures),
    )


def amount_cell(estimate: Estimate, unit: str | None) -> Cell:
    """Write an amount of money, or of a unit, which then stands behind it."""
    if unit is None:
        return Cell(*money_between(estimate))
    return Cell(f"{estimate.value:,.{DECIMALS}f} {unit}", bracketed(estimate, 1.0, DECIMALS))


def share_cell(estimate: Estimate) -> Cell:
    """Write a share, all with the same decimals."""
    return Cell(percent(estimate.value, DECIMALS), bracketed(estimate, 100.0, DECIMALS))


def added_cell(figure: Mapping[str, float]) -> Cell:
    """Write a measure that was added, whatever its unit."""
    return Cell(number(figure["value"]), f"({number(figure['low'])} to {number(figure['high'])})")


def months_cell(estimate: Estimate) -> Cell:
    """Write a number of months."""
    return Cell(f"{estimate.value:.1f}", bracketed(estimate, 1.0, 1))


def where_any(found: Mapping[str, Any], cell: Callable[[Estimate], Cell]) -> Cell:
    """Write an estimate about the draws that fell, or a dash where none did."""
    return Cell("-", "") if found["value"] is None else cell(Estimate.from_document(found))


def tiles(scenario: Scenario, document: Mapping[str, Any], column: str) -> list[Tile]:
    """Choose the few numbers that belong beside the answer.

    Parameters
    ----------
    scenario
        What was assumed.
    document
        What ``result.document()`` gave.
    column
        The column that the answer is about.

    Returns
    -------
    list
        Mean loss in money, the worst twentieth, the lowest month and the months to recover.
    """
    figures = entry(document, column)
    unit = unit_of(scenario, column)
    lost = estimate(figures["loss_amount" if unit else "loss_money"]).value
    shortfall = estimate(figures["loss_share"], "es", "0.95")
    more = "over the horizon, on average"
    if "loss_share_of_gdp" in figures:
        gdp = f"{possessive(span(scenario.horizon_months))} GDP"
        more += f": {percent(estimate(figures['loss_share_of_gdp']).value)} of {gdp}"
    size = abs(lost)
    said = quantity(size, scenario, column) if unit else f"{scenario.currency} {counted_in(size, size)}"
    trough = estimate(figures["trough"]).value
    return [
        Tile(
            f"{column.capitalize()} {lost_or_gained(lost)}",
            said,
            more,
        ),
        Tile(
            "In the worst twentieth",
            percent(abs(shortfall.value)),
            f"{lost_or_gained(shortfall.value)} on average {bracketed(shortfall, 100)}: ES 95 %",
        ),
        Tile("In the lowest month", percent(trough), "of the baseline is still delivered, on average"),
        recovery_tile(figures),
    ]


def lost_or_gained(loss: float) -> str:
    """Return the word for a loss, which is a gain where it is below 0."""
    return "gained" if loss < 0.0 else "lost"


def recovery_tile(figures: Mapping[str, Any]) -> Tile:
    """Say how long it takes to be back, and how many are."""
    months, share = figures["months_to_recover_km"], figures["recovered_share"]
    if months["value"] is None:
        return Tile("Months to recover", "-", "no draw fell under 95 % of the baseline")
    more = f"{RECOVERY}; {percent(share['value'], 0)} of them are back by then"
    return Tile("Months to recover", f"{months['value']:.0f}", more)
