"""The answer of a run for the page: its sentence and its table of measures.

Numbers are read from the document that ``run --json`` prints, so the page and the document agree to the last digit. The
sentence is made from the scenario: a stress is a condition ("If Russia's channels are shocked"), a hazard a chance ("by
chance"). The loss named is that of trade, or of investment if trade loses nothing. Losses are shares of the baseline
over the horizon, positive when something is missing.

Cautions stand beside the answer: thin tails, and recoveries cut off by the horizon.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from multivector_sim.display.money import counted_in, money_between, quantity, unit_of
from multivector_sim.display.wording import (
    bracketed,
    capital,
    listed,
    number,
    percent,
    percent_between,
    possessive,
    rounded,
    span,
    with_interval,
)
from multivector_sim.engine.document import wholes
from multivector_sim.measure.bounded_intervals import FEW
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.registered_measures import known_measures
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from multivector_sim.engine.result import Result
    from multivector_sim.engine.run_column import Sample
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "Cell",
    "MeasureRow",
    "Tile",
    "cautions",
    "country_name",
    "headline",
    "measure_cells",
    "measure_names",
    "measure_rows",
    "subject",
    "supplements",
    "tiles",
]


def entry(document: Mapping[str, Any], column: str) -> Mapping[str, Any]:
    """Return the measures of a column: of the channel of that name, or else of the aggregate."""
    measures = document["measures"]
    found: Mapping[str, Any] = measures["channels"].get(column) or measures[column]
    return found


def _estimate(figure: Mapping[str, Any], kind: str = "mean", level: str = "") -> Estimate:
    """Return one estimate of a figure.

    Examples
    --------
    >>> _estimate({"es": {"0.95": {"value": 0.2, "low": 0.1, "high": 0.3}}}, "es", "0.95")
    Estimate(value=0.2, low=0.1, high=0.3)
    """
    found = figure[kind][level] if level else figure[kind]
    return Estimate.from_document(found)


ISO_LETTERS = 3
RUPTURE_DECIMALS = 2
ROUNDED_AWAY = 5e-5
"""Under half of a hundredth of a per cent nothing is lost that a sentence could say."""


def headline(result: Result, document: Mapping[str, Any] | None = None) -> str:
    """Describe the answer in a sentence.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> headline(mv.simulate(mv.load("one-or-many"), draws=2048, seed=1))
    'Over five years, by chance, the country loses ... % (... to ...) of its trade on average; one time in twenty ...'
    """
    scenario, name = result.scenario, subject(result)
    cause, by_chance = _causes(scenario)
    horizon = span(scenario.horizon_months)
    what = "trade and investment" if name == "total" else name
    of_what = f"its {what}" if by_chance else f"{possessive(horizon)} {what}"
    return f"{cause} {country_name(scenario)} {_lost(result, document or result.document(), name, of_what)}."


def _lost(result: Result, document: Mapping[str, Any], name: str, of_what: str) -> str:
    """Return what is lost of a column on average, and one time in twenty."""
    sample, figure = result.column(name), entry(document, name)["loss_share"]
    mean, bad = _estimate(figure), _estimate(figure, "var", "0.95")
    if sample.loss_bounds.high <= 0.0 <= sample.loss_bounds.low:
        return f"loses nothing of {of_what}"
    if abs(mean.value) < ROUNDED_AWAY and abs(bad.value) < ROUNDED_AWAY:
        return f"{_hardly_any(result.draws, sample, mean)} of {of_what} on average"
    if result.is_certain:
        verb = "gains" if mean.value < 0.0 else "loses"
        return f"{verb} {percent(abs(mean.value))} of {of_what}"
    said = f"{rounded(bad, 100.0)} %"
    if mean.value < 0.0:
        tail = f"loses more than {said}" if bad.value > 0.0 else f"gains less than {percent(-bad.value)}"
        gain = percent_between(mean.turned())
        return f"gains {gain} of {of_what} on average; one time in twenty it {tail}"
    return f"loses {percent_between(mean)} of {of_what} on average; one time in twenty more than {said}"


def _hardly_any(draws: int, sample: Sample, mean: Estimate) -> str:
    """Return the phrase for a very small loss, with the number of draws that lost anything.

    Nothing at all is only said of what cannot lose: an event that every draw missed may cost more than all that they
    saw.
    """
    at_most = f"at most {_percent_to(mean.highest)}" if isfinite(mean.highest) else "an unknown share"
    hits = round(sample.exceedance(0.0).value * draws)
    seen = f"none of {draws:,} draws lost any" if not hits else f"{hits:,} of {draws:,} draws lost any"
    return f"loses {at_most} ({seen})"


def _percent_to(share: float) -> str:
    """Return a small share in per cent, with enough digits not to look like zero.

    Examples
    --------
    >>> _percent_to(0.00123), _percent_to(0.0000047), _percent_to(0.0)
    ('0.12 %', '0.0005 %', '0.00 %')
    """
    return percent(share, RUPTURE_DECIMALS) if share == 0.0 or share >= ROUNDED_AWAY else f"{100.0 * share:.1g} %"


def _causes(scenario: Scenario) -> tuple[str, bool]:
    """Return the beginning of the sentence, and whether it names the horizon."""
    shocked = list(dict.fromkeys(_partner_title(scenario, stress.partner) for stress in scenario.stress))
    chance = scenario.hazard is not None and bool(scenario.hazard.partners)
    if not shocked:
        over = f"Over {span(scenario.horizon_months)}"
        return (f"{over}, by chance," if chance else f"{over}, with nothing shocked,"), True
    channels = f"{possessive(shocked[0])} channels" if len(shocked) == 1 else f"the channels of {listed(shocked)}"
    return f"If {channels} are shocked{', and others rupture by chance,' if chance else ','}", False


def subject(result: Result) -> str:
    """Return the column that the sentence is about."""
    there = [name for name in result.columns if name in AGGREGATES] or list(result.columns)
    order = [*AGGREGATES, *result.columns]
    ranked = sorted(there, key=order.index)
    losing = (name for name in ranked if float(abs(result.column(name).loss_share).max()) >= ROUNDED_AWAY)
    return next(losing, ranked[0])


def supplements(result: Result, document: Mapping[str, Any]) -> list[str]:
    """Describe the other aggregate and how many partners rupture, in sentences after the headline."""
    said = subject(result)
    others = [name for name in ("trade", "investment") if name in result.columns and name != said]
    country = capital(country_name(result.scenario))
    found = [f"{country} {_lost(result, document, other, f'its {other}')}." for other in others]
    return [*found, *_ruptures_said(result.scenario, document)]


def _ruptures_said(scenario: Scenario, document: Mapping[str, Any]) -> list[str]:
    """Return sentences on the expected number of ruptures and the probability of any, if there is a hazard.

    A stress happens in every draw, so that beside one only the number says something.
    """
    if scenario.hazard is None or not scenario.hazard.partners:
        return []
    expected, any_at_all = (_estimate(document["ruptures"], kind) for kind in ("expected", "any"))
    said = f"In {span(scenario.horizon_months)} {with_interval(expected)} partners rupture on average"
    if scenario.stress:
        return [f"{said}, including the shocked ones."]
    return [f"{said}; at least one does with a probability of {percent_between(any_at_all)}."]


def _partner_title(scenario: Scenario, name: str) -> str:
    """Return a partner's title for people."""
    return str(scenario.partners[name].title or name)


def country_name(scenario: Scenario) -> str:
    """Return the country's name for people: that of an ISO 3166 code, or a label that is written like a name.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> country_name(mv.load("kazakhstan")), country_name(mv.load("two-buyers"))
    ('Kazakhstan', 'the country')
    """
    from multivector_sim.evidence.flows.countries import country_code, title_of

    label = scenario.country.strip()
    if len(label) == ISO_LETTERS and label.isupper():
        code = country_code(label)
        return "the country" if code is None else title_of(code)
    return label if label[:1].isupper() else "the country"


LEAST_RECOVERED = 0.5
"""A mean time to recover is headlined only if at least this share recovers."""

RECOVERY = "from the first month below 95 % of the baseline to the last, on average, limited to the horizon"


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
    """A headline number with its name and a note."""

    name: str
    value: str
    more: str


def measure_names(currency: str) -> list[str]:
    """Return the names of the measures of a row, in order."""
    return [
        "Mean loss",
        "VaR 95 %",
        "ES 95 %",
        "ES 99 %",
        f"Mean loss, {currency}",
        f"ES 95 %, {currency}",
        "Lowest month",
        "Months below 95 %",
        "Recovered by the end",
        "Months to recover",
        "Missing at the end",
        *(it.title for it in known_measures().values()),
    ]


def measure_rows(result: Result, document: Mapping[str, Any]) -> list[MeasureRow]:
    """Return the measures of total, trade, investment and each channel.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("one-or-many"), draws=2048, seed=1)
    >>> [(row.title, row.aggregate) for row in measure_rows(result, result.document())]
    [('Trade', True), ('Exports', False)]
    """
    channels = result.scenario.channels
    names = [name for name in wholes(result.columns, channels) if name not in channels]
    rows = [MeasureRow(name, name.capitalize(), aggregate=True, cells=measure_cells(document, name)) for name in names]
    return rows + [
        MeasureRow(name, capital(model.title), aggregate=False, cells=measure_cells(document, name, model.unit))
        for name, model in channels.items()
        if name in result.columns
    ]


def measure_cells(document: Mapping[str, Any], column: str, unit: str | None = None) -> tuple[Cell, ...]:
    """Return the measures of one column in words; ``unit`` is that of a channel of ties, None for money."""
    figures = entry(document, column)
    share, lost = figures["loss_share"], figures["loss_money" if unit is None else "loss_amount"]
    return (
        _share_cell(_estimate(share)),
        _share_cell(_estimate(share, "var", "0.95")),
        _share_cell(_estimate(share, "es", "0.95")),
        _share_cell(_estimate(share, "es", "0.99")),
        _amount_cell(_estimate(lost), unit),
        _amount_cell(_estimate(lost, "es", "0.95"), unit),
        _share_cell(_estimate(figures["trough"])),
        _months_cell(_estimate(figures["months_below"])),
        _where_any(figures["recovered_share"], _share_cell),
        _where_any(figures["months_to_recover_km"], _months_cell),
        _share_cell(_estimate(figures["unrecovered"])),
        *(_added_cell(figures[name]) for name in known_measures() if name in figures),
    )


def _amount_cell(estimate: Estimate, unit: str | None) -> Cell:
    """Write an amount of money, or of a unit, which then stands behind it."""
    if unit is None:
        return Cell(*money_between(estimate))
    return Cell(f"{rounded(estimate)} {unit}", bracketed(estimate, 1.0))


def _share_cell(estimate: Estimate) -> Cell:
    """Write a share in per cent."""
    return Cell(f"{rounded(estimate, 100.0)} %", bracketed(estimate, 100.0))


def _added_cell(figure: Mapping[str, float]) -> Cell:
    """Write a measure that was added, whatever its unit."""
    return Cell(number(figure["value"]), f"({number(figure['low'])} to {number(figure['high'])})")


def _months_cell(estimate: Estimate) -> Cell:
    """Write a number of months."""
    return Cell(rounded(estimate), bracketed(estimate, 1.0))


def _where_any(found: Mapping[str, Any], cell: Callable[[Estimate], Cell]) -> Cell:
    """Write an estimate about the draws that fell, or a dash where none did."""
    return Cell("-", "") if found["value"] is None else cell(Estimate.from_document(found))


def tiles(scenario: Scenario, document: Mapping[str, Any], column: str) -> list[Tile]:
    """Return the few numbers shown beside the answer."""
    figures = entry(document, column)
    unit = unit_of(scenario, column)
    lost = _estimate(figures["loss_amount" if unit else "loss_money"]).value
    shortfall = _estimate(figures["loss_share"], "es", "0.95")
    more = "over the horizon, on average"
    if "loss_share_of_gdp" in figures:
        gdp = f"{possessive(span(scenario.horizon_months))} GDP"
        more += f": {percent(_estimate(figures['loss_share_of_gdp']).value)} of {gdp}"
    size = abs(lost)
    said = quantity(size, scenario, column) if unit else f"{scenario.currency} {counted_in(size, size)}"
    trough = _estimate(figures["trough"]).value
    return [
        Tile(
            f"{column.capitalize()} {_lost_or_gained(lost)}",
            said,
            more,
        ),
        Tile(
            "In the worst 5 % of draws",
            percent(abs(shortfall.value)),
            f"{_lost_or_gained(shortfall.value)} on average {bracketed(shortfall, 100)}: ES 95 %",
        ),
        Tile("Lowest month", percent(trough), "of the baseline delivered, on average"),
        _recovery_tile(figures),
    ]


def _lost_or_gained(loss: float) -> str:
    """Return the word for a loss, which is a gain where it is below 0."""
    return "gained" if loss < 0.0 else "lost"


def _recovery_tile(figures: Mapping[str, Any]) -> Tile:
    """Return the tile of months to recover and the share recovered."""
    months, share = figures["months_to_recover_km"], figures["recovered_share"]
    if months["value"] is None:
        return Tile("Months to recover", "-", "no draw fell below 95 % of the baseline")
    if share["value"] < LEAST_RECOVERED:
        fell = "of the draws that fell below 95 % of the baseline"
        return Tile("Recovered by the end", percent(share["value"], 0), f"{fell}: too few to say how long it takes")
    more = f"{RECOVERY}; {percent(share['value'], 0)} of the draws that fell below have recovered by the end"
    return Tile("Months to recover", f"{months['value']:.0f}", more)


def cautions(result: Result, document: Mapping[str, Any], column: str) -> list[str]:
    """Return cautions about recoveries cut off by the horizon and about thin tails."""
    return [*_recovery_said(document, column), *_few_in_the_tail(document, result.column(column), column)]


def _few_in_the_tail(document: Mapping[str, Any], sample: Sample, column: str) -> list[str]:
    """Return a caution about tails of a column with too few different losses.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("two-buyers"), draws=64, seed=1)
    >>> _few_in_the_tail(result.document(), result.trade, "trade")
    ['Of 64 draws only 3 different losses of trade lie beyond VaR 95 % and 0 beyond VaR 99 %; the limits of that ...']
    """
    if sample.loss_bounds.span == 0.0:
        return []
    tails = document["tail_draws"]
    found = tails["channels"].get(column) or tails[column]
    poor = {float(level): counts["distinct"] for level, counts in found.items() if counts["distinct"] < FEW}
    if not poor:
        return []
    said = listed([f"{count} beyond VaR {100.0 * level:g} %" for level, count in poor.items()])
    first, rest = said.split(" ", 1)
    lie = f"{'one different loss' if first == '1' else f'{first} different losses'} of {column} "
    lie += f"{'lies' if first == '1' else 'lie'} {rest}"
    return [f"Of {document['draws']:,} draws only {lie}; the limits of that tail rest on what the scenario can lose."]


def _recovery_said(document: Mapping[str, Any], column: str) -> list[str]:
    """Return the share of the draws that recovered by the end, and the time that it takes.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> _recovery_said(mv.simulate(mv.load("two-buyers"), draws=2048, seed=1).document(), "trade")
    ['Of the draws in which trade falls below 95 % of the baseline, ... % have recovered by the end, half of them ...']
    """
    figures = entry(document, column)
    share, months = figures["recovered_share"], figures["months_to_recover_km"]
    if share["value"] is None:
        return []
    back = percent(share["value"], 0)
    said = f"Of the draws in which {column} falls below 95 % of the baseline, {back} have recovered by the end"
    if share["median_months"] is not None:
        said += f", half of them within {number(share['median_months'])} months"
    found = Estimate.from_document(months)
    mean = with_interval(found, 1.0, " months")
    return [
        f"{said}; the mean time to recover, limited to the horizon of {document['horizon_months']} months, is {mean}."
    ]
