"""The concentration of a scenario: each channel and aggregate over its partners, colours, corridors and hosts.

Nothing here is random: flows are those of the baseline, and the shares that cross a host those of the corridors. The
measures are those of :mod:`multivector_sim.measure.concentration`.

Partners with the same colour, as written, count as one on the dashboard: if Russia is red, China blue and the West
green, it shows how much of a channel is green, whichever western country it goes to. A partner without a colour belongs
to its bloc's group; one without either forms its own group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Shown
from multivector_sim.display.tables import Row, Table, make_row
from multivector_sim.display.wording import capital, percent
from multivector_sim.engine.problem import build_problem, column_channels
from multivector_sim.measure import concentration as measure
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multivector_sim.response.arrays import Problem
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Bools, Floats

__all__ = ["Concentration", "colour_groups", "concentration"]

MEASURES = {"hhi": "index", "hhi_high": "index", "effective_partners": "partners", "effective_partners_low": "partners"}
MOST_NAMED = 3
LEAST = 0.005
"""A dependence below half a per cent is not worth a name."""


class Concentration(Shown, dict[str, dict[str, Any]]):
    """The concentration of every channel and aggregate, by name: a dictionary that shows itself."""

    __slots__ = ()

    def document(self) -> dict[str, Any]:
        """Return it as a plain dictionary."""
        return dict(self)

    def _headline(self) -> str:
        first = {name: next(iter(entry["dependence"].items()), ("nobody", 0.0)) for name, entry in self.items()}
        name, (partner, share) = max(first.items(), key=lambda it: it[1][1])
        return f"{capital(name)} depends most on one country: {partner} can stop {percent(share, 0)} of it."

    def _rows(self) -> Iterator[Row]:
        for column, entry in self.items():
            for partner, share in entry["dependence"].items():
                yield make_row("dependence", share, "share of the flow", column=column, partner=partner)
            for measure_, unit in MEASURES.items():
                yield make_row(measure_, entry[measure_], unit, column=column)

    def _table(self) -> Table:
        rows = []
        for name, entry in self.items():
            depends = [f"{who} {percent(share, 0)}" for who, share in entry["dependence"].items() if share >= LEAST]
            index = sorted({f"{entry['hhi']:.2f}", f"{entry['hhi_high']:.2f}"})
            rows.append((name, ", ".join(depends[:MOST_NAMED]) or "-", " to ".join(index), ", ".join(entry["alarms"])))
        return Table("Concentration", ("", "depends on", "HHI", "alarms"), rows, left=2)

    def _picture(self) -> str:
        greatest = [max(entry["dependence"].values(), default=0.0) for entry in self.values()]
        return small_pictures.bars(list(self), greatest, "The most of each flow that one country can stop")


def concentration(scenario: ScenarioLike) -> Concentration:
    """Return the concentration of every channel that carries a flow, then of trade, investment and total.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> oil = concentration(mv.load("kazakhstan"))["energy"]
    >>> round(oil["effective_partners"], 1), round(oil["effective_hosts"], 2), oil["largest_host"]["partner"]
    (6.5, 1.13, 'russia')
    """
    scenario = as_scenario(scenario)
    problem = build_problem(scenario)
    measured = Concentration()
    for name, members in column_channels(scenario):
        flows = problem.baseline[:, members].sum(axis=1)
        if name not in measured and flows.sum() > 0.0:
            entry = _over_dependence(problem, members, scenario) | _over_partners(flows, scenario)
            entry |= _over_routes(problem, members, scenario)
            entry |= _over_colours(scenario, dict(zip(scenario.partners, flows.tolist(), strict=True)))
            measured[name] = entry | {"alarms": _alarms(entry, scenario)}
    return measured


def _over_dependence(problem: Problem, members: Bools, scenario: Scenario) -> dict[str, Any]:
    """Return how much of some channels each country can stop, the greatest first."""
    partners, channels = problem.baseline.shape
    crosses = np.zeros((partners, channels, partners))
    parts = problem.leg_share[:, None] * problem.transit_share[problem.leg_corridor]
    np.add.at(crosses, (problem.leg_partner, problem.leg_channel), parts)
    stopped = measure.dependence(problem.baseline * members, crosses)
    named = zip(scenario.partners.items(), stopped.tolist(), strict=True)
    found = {name: share for (name, partner), share in named if share > 0.0 and not partner.residual}
    return {"dependence": dict(sorted(found.items(), key=lambda entry: -entry[1]))}


def _over_partners(flows: Floats, scenario: Scenario) -> dict[str, Any]:
    """Return the concentration of a flow (partner,) over its partners."""
    residual = np.array([partner.residual for partner in scenario.partners.values()], dtype=bool)
    squares = measure.shares(flows) ** 2
    index, high = float(squares[~residual].sum()), float(squares.sum())
    named = np.where(residual, 0.0, flows)
    place = int(np.argmax(named))
    share = float(measure.shares(flows)[place])
    first = {"partner": list(scenario.partners)[place], "share": share} if named[place] > 0.0 else None
    return {
        "hhi": index,
        "hhi_high": high,
        "effective_partners": 1.0 / index if index > 0.0 else None,
        "effective_partners_low": 1.0 / high,
        "shannon_partners": float(measure.shannon(flows)),
        "largest": first,
    }


def _over_routes(problem: Problem, members: Bools, scenario: Scenario) -> dict[str, Any]:
    """Return the concentration of some channels' flow over the corridors that carry it and the hosts it crosses."""
    whole = float(problem.baseline[:, members].sum())
    flows = problem.baseline[problem.leg_partner, problem.leg_channel] * problem.leg_share
    flows *= members[problem.leg_channel]
    corridors = len(scenario.corridors)
    carried = np.bincount(problem.leg_corridor, weights=flows, minlength=corridors).astype(np.float64)
    crossed = measure.crossing(carried, problem.transit_share, whole)
    hidden = measure.hidden_herfindahl(carried, problem.transit_share, whole)
    by_corridor = measure.hidden_herfindahl(carried, np.eye(corridors), whole)
    place = int(np.argmax(crossed))
    largest = {"partner": list(scenario.partners)[place], "share": float(crossed[place])}
    return {
        "effective_hosts": 1.0 / hidden if hidden > 0.0 else None,
        "largest_host": largest if hidden > 0.0 else None,
        "hosts": _present(scenario.partners, crossed),
        "crosses_nobody": max(0.0, 1.0 - measure.crossing_any(carried, problem.transit_share, whole)),
        "effective_corridors": 1.0 / by_corridor if by_corridor > 0.0 else None,
        "corridors": _present(scenario.corridors, carried / whole),
    }


def _present(names: Iterable[str], values: Floats) -> dict[str, float]:
    """Return the shares that are not zero, by name."""
    return {name: float(share) for name, share in zip(names, values, strict=True) if share > 0.0}


def _alarms(entry: dict[str, Any], scenario: Scenario) -> list[str]:
    """Return the thresholds of the scenario that an entry exceeds."""
    host, colour = entry["largest_host"], scenario.alarms.colour
    first, coloured = entry["largest"], entry["largest_colour"]
    found = {
        "dependence": max(entry["dependence"].values(), default=0.0) > scenario.alarms.dependence,
        "hhi": entry["hhi"] > scenario.alarms.hhi,
        "largest": first is not None and first["share"] > scenario.alarms.largest,
        "hosts": host is not None and host["share"] > scenario.alarms.hosts,
        "colour": colour is not None and coloured is not None and coloured["share"] > colour,
    }
    return [name for name, exceeded in found.items() if exceeded]


def colour_groups(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the groups of partners by name, in the order of the scenario.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> colour_groups(mv.load("kazakhstan"))["green"]
    ('italy', 'netherlands', 'france', 'eu27', 'usa')
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name, partner in scenario.partners.items():
        key = partner.colour or partner.bloc or name
        groups[key] = (*groups.get(key, ()), name)
    return groups


def _over_colours(scenario: Scenario, flows: Mapping[str, float]) -> dict[str, Any]:
    """Return the concentration of a flow over the groups of its partners.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> _over_colours(mv.load("two-buyers"), {"russia": 1.0, "china": 3.0, "eu": 0.0})
    {'colours': {'red': 0.25, 'blue': 0.75}, 'largest_colour': {'colour': 'blue', 'share': 0.75}}
    """
    whole = sum(flows.values())
    shares = {
        group: sum(flows.get(member, 0.0) for member in members) / whole
        for group, members in colour_groups(scenario).items()
    }
    present = {group: share for group, share in shares.items() if share > 0.0}
    named = {
        group: sum(flows.get(member, 0.0) for member in members if not scenario.partners[member].residual) / whole
        for group, members in colour_groups(scenario).items()
    }
    first = max(named, key=lambda group: named[group])
    largest = {"colour": first, "share": named[first]} if named[first] > 0.0 else None
    return {"colours": present, "largest_colour": largest}
