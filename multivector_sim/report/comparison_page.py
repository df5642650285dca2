"""Peers side by side: several countries or scenarios on one page.

A comparison of mixes asks one country another question; peers are different countries, each with shocks of its own. The
page therefore says where the shocks differ, and what happens to each, before any number stands beside another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from multivector_sim.display.money import law_in_words, quantity, unit_of
from multivector_sim.display.path_words import path_in_words
from multivector_sim.display.wording import capital, listed, percent, span
from multivector_sim.report.answer import country_name, headline, measure_cells, measure_names
from multivector_sim.report.chart_data import fans
from multivector_sim.report.charts import draw_fan
from multivector_sim.report.dashboard import boards
from multivector_sim.report.page import environment, with_policy
from multivector_sim.report.scenario_tables import figure_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.engine.result import Result
    from multivector_sim.questions.compare import Comparison
    from multivector_sim.report.charts import FanChart
    from multivector_sim.scenario.models import Rupture
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["render_peers", "shocks_of"]

ROWS = 11
"""The measures of a row of the report that are shown, without those that others added."""


class _Peer(NamedTuple):
    """One column of the page; ``cells`` are value and interval, one for each row of the table."""

    label: str
    title: str
    answer: str
    shocks: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    chart: FanChart


def render_peers(found: Comparison) -> str:
    """Write the page of a comparison, its scenarios side by side.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> page = render_peers(mv.compare([mv.load("two-buyers"), mv.load("one-or-many")], draws=1024))
    >>> "different shocks" in page, "<script" in page
    (True, False)
    """
    column = found.columns[0]
    drawn = [fans(result, [column])[0] for result in found.results]
    floor = min(float(fan.quantiles.min()) for fan in drawn)
    peers = [
        _peer(label, result, column, draw_fan(fan, floor))
        for label, result, fan in zip(found.labels, found.results, drawn, strict=True)
    ]
    first = found.results[0]
    currencies = {result.scenario.currency for result in found.results}
    page: str = (
        environment()
        .get_template("peers.html.j2")
        .render(
            title=f"{listed(found.labels)}, side by side",
            subtitle=f"{first.draws:,} draws of each, seed {first.seed}, with common random numbers",
            column=capital(column),
            peers=peers,
            row_names=_row_names(currencies.pop() if len(currencies) == 1 else "currency of the scenario"),
            differ=shocks_of(found.results[0].scenario, *(it.scenario for it in found.results[1:])),
            sentences=[f"{capital(pair.sentence)}." for pair in found.pairs],
            notes=[f"{capital(note)}." for note in found.notes],
            picture=Markup(_picture(found)),  # noqa: S704  a data URI of our own making
            version=first.document()["versions"]["multivector_sim"],
        )
    )
    return with_policy(page)


def shocks_of(*scenarios: Scenario) -> str:
    """Return a sentence on shocks that differ between scenarios; empty where all are the same.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> shocks_of(mv.load("kazakhstan"), mv.load("kazakhstan").with_mix("article"))
    ''
    """
    first, *others = [(it.stress, it.hazard) for it in scenarios]
    if all(it == first for it in others):
        return ""
    return (
        "These scenarios have different shocks. A difference between two of them is one of the country and of what "
        "happens to it; it does not say which country would suffer more from the same shock."
    )


def _row_names(currency: str) -> list[str]:
    """Return the names of the rows."""
    return ["Country", "Horizon", "Flow", *measure_names(currency)[:ROWS], "Depends on", "Unverified figures"]


def _peer(label: str, result: Result, column: str, chart: FanChart) -> _Peer:
    """Gather what one column of the page shows."""
    scenario, document = result.scenario, result.document()
    measured = measure_cells(document, column, unit_of(scenario, column))
    rows = [it for it in figure_rows(scenario) if not it.default and not it.path.startswith("claims.")]
    unverified = sum(it.trust == "unverified" for it in rows)
    country = country_name(scenario)
    baseline = 12.0 * result.column(column).baseline / scenario.horizon_months
    cells = [
        (capital(country), ""),
        (span(scenario.horizon_months), ""),
        (f"{quantity(baseline, scenario, column)} a year", ""),
        *((cell.value, cell.interval) for cell in measured[:ROWS]),
        (_most_dependent(scenario), ""),
        (f"{unverified} of {len(rows)}", ""),
    ]
    return _Peer(label, scenario.title, headline(result, document), tuple(_shocks(scenario)), tuple(cells), chart)


def _most_dependent(scenario: Scenario) -> str:
    """Return which flow depends most on one country, and on which."""
    shares = [
        (share, name, board.shares.title)
        for board in boards(scenario)
        for name, share in board.shares.measures["dependence"].items()
    ]
    if not shares:
        return "no named partner"
    share, name, title = max(shares)
    return f"{title}: {scenario.partners[name].title} {percent(share, 0)}"


def _shocks(scenario: Scenario) -> list[str]:
    """Describe what happens to a scenario's partners."""
    found = [
        _shock(scenario, f"{scenario.partners[it.partner].title}, for certain", it, f"stress.{number}")
        for number, it in enumerate(scenario.stress)
    ]
    hazards: Mapping[str, Any] = scenario.hazard.partners if scenario.hazard is not None else {}
    for name, hazard in hazards.items():
        often = f"{law_in_words(hazard.intensity.law)} ruptures a year" if hasattr(hazard, "intensity") else "by chance"
        found.append(_shock(scenario, f"{scenario.partners[name].title}, {often}", hazard, f"hazard.partners.{name}"))
    return found or ["Nothing is shocked."]


def _shock(scenario: Scenario, whom: str, rupture: Rupture, path: str) -> str:
    """Describe one rupture: the share lost of each channel, and for how long."""
    lost = [
        f"{path_in_words(scenario, f'{path}.channels.{channel}').rpartition('severity, ')[2]} "
        f"{law_in_words(figure.law)}"
        for channel, figure in rupture.channels.items()
    ]
    return (
        f"{whom}: share lost of {'; '.join(lost)}; months at full severity {law_in_words(rupture.duration_months.law)}."
    )


def _picture(found: Comparison) -> str:
    """Return the plot of the differences as a data URI."""
    from multivector_sim.display.plotting import new_figure
    from multivector_sim.report.study_page import picture_of

    figure = new_figure((7.6, 1.6 + 0.8 * (len(found.labels) - 1)))
    found.plot(ax=figure.add_subplot())
    return picture_of(figure)
