"""The answer in a sentence: what is shocked, who loses how much of what, and how bad it gets one time in twenty.

The sentence is made from the scenario. A stress is a condition ("If Russia's channels are shocked"); a hazard has a
chance ("by chance"). Loss is said of trade where trade loses anything, else of investment.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from multivector_sim.engine.result import AGGREGATES
from multivector_sim.report.measured import entry, estimate
from multivector_sim.report.words import (
    bracketed,
    capital,
    decimals_of,
    listed,
    percent,
    percent_between,
    possessive,
    span,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.engine.result import Result
    from multivector_sim.engine.sample import Sample
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["country_name", "headline", "subject", "supplements"]

ISO_LETTERS = 3
LONGEST_NAME = 4
RUPTURE_DECIMALS = 2
ROUNDED_AWAY = 5e-5
"""Under half of a hundredth of a per cent nothing is lost that a sentence could say."""


def headline(result: Result, document: Mapping[str, Any] | None = None) -> str:
    """Say the answer in a sentence.

    Parameters
    ----------
    result
        A run.
    document
        What ``result.document()`` gave, where it is at hand already.

    Returns
    -------
    str
        Plain text; the interval in brackets is the 95 % Monte Carlo interval of the mean.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> headline(mv.simulate(mv.load("one-or-many"), draws=2048, seed=1))
    'Over five years, by chance, the country loses ... % (... to ...) of its trade on average; one time in twenty ...'
    """
    scenario, name = result.scenario, subject(result)
    cause, by_chance = causes(scenario)
    horizon = span(scenario.horizon_months)
    what = "trade and investment" if name == "total" else name
    of_what = f"its {what}" if by_chance else f"{possessive(horizon)} {what}"
    return f"{cause} {country_name(scenario)} {lost(result, document or result.document(), name, of_what)}."


def lost(result: Result, document: Mapping[str, Any], name: str, of_what: str) -> str:
    """Say what is lost of a column on average, and one time in twenty."""
    sample, figure = result.column(name), entry(document, name)["loss_share"]
    mean, bad = estimate(figure), estimate(figure, "var", "0.95")
    if sample.loss_bounds.high <= 0.0 <= sample.loss_bounds.low:
        return f"loses nothing of {of_what}"
    if abs(mean.value) < ROUNDED_AWAY and abs(bad.value) < ROUNDED_AWAY:
        return f"{hardly_any(result.draws, sample, mean)} of {of_what} on average"
    if result.is_certain:
        verb = "gains" if mean.value < 0.0 else "loses"
        return f"{verb} {percent(abs(mean.value))} of {of_what}"
    said = percent(bad.value, decimals_of(bad, 100.0))
    if mean.value < 0.0:
        tail = f"loses more than {said}" if bad.value > 0.0 else f"gains less than {percent(-bad.value)}"
        gain = percent_between(mean.turned())
        return f"gains {gain} of {of_what} on average; one time in twenty it {tail}"
    return f"loses {percent_between(mean)} of {of_what} on average; one time in twenty more than {said}"


def hardly_any(draws: int, sample: Sample, mean: Estimate) -> str:
    """Say that next to nothing is lost, and how little the draws know of that.

    Nothing at all is only said of what cannot lose: an event that every draw missed may cost more than all that they
    saw.
    """
    at_most = f"at most {percent_to(mean.highest)}" if isfinite(mean.highest) else "an unknown share"
    hits = round(sample.exceedance(0.0).value * draws)
    seen = f"none of {draws:,} draws lost any" if not hits else f"{hits:,} of {draws:,} draws lost any"
    return f"loses {at_most} ({seen})"


def percent_to(share: float) -> str:
    """Say a small share in per cent, so that it does not look like nothing.

    Examples
    --------
    >>> percent_to(0.00123), percent_to(0.0000045), percent_to(0.0)
    ('0.12 %', '0.0005 %', '0.00 %')
    """
    return percent(share, RUPTURE_DECIMALS) if share == 0.0 or share >= ROUNDED_AWAY else f"{100.0 * share:.1g} %"


def causes(scenario: Scenario) -> tuple[str, bool]:
    """Say what happens, as the beginning of the sentence; and whether the horizon is in it."""
    shocked = list(dict.fromkeys(partner_title(scenario, stress.partner) for stress in scenario.stress))
    chance = scenario.hazard is not None and bool(scenario.hazard.partners)
    if not shocked:
        over = f"Over {span(scenario.horizon_months)}"
        return (f"{over}, by chance," if chance else f"{over}, with nothing shocked,"), True
    channels = f"{possessive(shocked[0])} channels" if len(shocked) == 1 else f"the channels of {listed(shocked)}"
    return f"If {channels} are shocked{', and others rupture by chance,' if chance else ','}", False


def subject(result: Result) -> str:
    """Choose the column that the sentence is about.

    Parameters
    ----------
    result
        A run.

    Returns
    -------
    str
        Trade, if any draw loses any; else investment, on the same condition; else the first aggregate that exists.
    """
    there = [name for name in result.columns if name in AGGREGATES] or list(result.columns)
    ranked = sorted(there, key=lambda name: AGGREGATES.index(name) if name in AGGREGATES else len(AGGREGATES))
    losing = (name for name in ranked if float(abs(result.column(name).loss_share).max()) >= ROUNDED_AWAY)
    return next(losing, ranked[0])


def supplements(result: Result, document: Mapping[str, Any]) -> list[str]:
    """Say the same of the other aggregate, and how many partners rupture, in sentences that follow the headline.

    Parameters
    ----------
    result
        A run.
    document
        What ``result.document()`` gave.

    Returns
    -------
    list
        No sentence, or one of the other aggregate, then one of the ruptures that a hazard has.
    """
    said = subject(result)
    others = [name for name in ("trade", "investment") if name in result.columns and name != said]
    country = capital(country_name(result.scenario))
    found = [f"{country} {lost(result, document, other, f'its {other}')}." for other in others]
    return [*found, *ruptures_said(result.scenario, document)]


def ruptures_said(scenario: Scenario, document: Mapping[str, Any]) -> list[str]:
    """Say how many partners are expected to rupture, and how probably any does, where a hazard makes that a question.

    A stress happens in every draw, so that beside one only the number says something.
    """
    if scenario.hazard is None or not scenario.hazard.partners:
        return []
    expected, any_at_all = (estimate(document["ruptures"], kind) for kind in ("expected", "any"))
    between = bracketed(expected, 1.0, RUPTURE_DECIMALS)
    count = f"{expected.value:.{RUPTURE_DECIMALS}f}{' ' * bool(between)}{between}"
    said = f"In {span(scenario.horizon_months)} {count} partners rupture on average"
    if scenario.stress:
        return [f"{said}, the shocked ones counted."]
    return [f"{said}; at least one does with a probability of {percent_between(any_at_all)}."]


def partner_title(scenario: Scenario, name: str) -> str:
    """Give a partner's title for people."""
    return str(scenario.partners[name].title or name)


def country_name(scenario: Scenario) -> str:
    """Turn the scenario's country into a name, if the scenario says one.

    A label that is no ISO code is a name, if it is written like one. For a code the text before the first comma of the
    title is taken, if it is short and has the letters of the code in their order; otherwise "the country".

    Parameters
    ----------
    scenario
        A scenario.

    Returns
    -------
    str
        A name, or "the country".
    """
    label = scenario.country.strip()
    is_code = len(label) == ISO_LETTERS and label.isupper()
    if not is_code:
        return label if label[:1].isupper() else "the country"
    before = scenario.title.split(",", 1)[0].strip()
    letters = iter(before.upper())
    fits = before[:1].upper() == label[0] and all(letter in letters for letter in label)
    return before if fits and "," in scenario.title and len(before.split()) <= LONGEST_NAME else "the country"
