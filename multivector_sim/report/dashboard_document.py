"""The dashboard as plain data: what ``multivector dashboard --json`` prints, for whoever reads it every week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.report.dashboard import boards

if TYPE_CHECKING:
    from multivector_sim.report.dashboard import Board
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["dashboard_document"]

SCHEMA = "multivector/dashboard/1"
MEASURES = (
    "dependence",
    "hhi",
    "hhi_high",
    "effective_partners",
    "effective_partners_low",
    "effective_hosts",
    "hosts",
    "crosses_nobody",
)


def dashboard_document(scenario: Scenario) -> dict[str, Any]:
    """Give the dashboard as plain data.

    Parameters
    ----------
    scenario
        A scenario.

    Returns
    -------
    dict
        ``thresholds`` as the scenario has them; ``sectors``, one for each channel and then all trade and all investment
        where they are several channels, each with its flow (money a year), the shares of colours, partners and hosts,
        and its alarms; and ``alarms``, how many there are.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> document = dashboard_document(mv.load("two-buyers"))
    >>> exports = document["sectors"][0]
    >>> [(it["colour"], round(it["share"], 2)) for it in exports["colours"]], [it["of"] for it in exports["alarms"]]
    ([('green', 0.62), ('blue', 0.23), ('red', 0.15)], ['dependence', 'dependence', 'hhi', 'largest', 'hosts'])
    """
    sectors = [sector(board) for board in boards(scenario)]
    return {
        "schema": SCHEMA,
        "scenario": scenario.name,
        "currency": scenario.currency,
        "thresholds": scenario.alarms.model_dump(),
        "sectors": sectors,
        "alarms": sum(len(entry["alarms"]) for entry in sectors),
    }


def sector(board: Board) -> dict[str, Any]:
    """Give one flow."""
    flow = board.shares
    return {
        "name": flow.name,
        "title": flow.title,
        "flow": flow.size,
        "colours": [
            {"colour": part.colour, "share": part.share, "partners": list(part.partners)} for part in flow.colours
        ],
        "partners": [{"title": part.title, "share": part.share} for part in flow.partners],
        **{name: flow.measures[name] for name in MEASURES},
        "alarms": [alarm._asdict() for alarm in board.passed],
    }
