"""The concentration dashboard: how few carry how much, and where that passes the scenario's thresholds.

Five alarms: the share of a channel's flow that one country can stop, as its other end or on the way; the
Herfindahl-Hirschman index of its partners; the share of its largest partner; the share that crosses one host; and,
where the scenario has a threshold for it, the share that partners of one colour have together. A threshold is passed
when the number is above it. A residual partner ("all others") raises none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.report.money import quantity
from multivector_sim.report.shares import FlowShares, flow_shares, in_words
from multivector_sim.report.words import listed, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Alarm", "Board", "boards", "thresholds"]

MOST_NAMED = 3
LEAST_NAMED = 0.005
"""A dependence below half a per cent is not worth a name."""


class Alarm(NamedTuple):
    """One threshold that is passed: which (a key of ``alarms``), by whom, by what, and the same as a phrase."""

    of: str
    who: str
    value: float
    threshold: float
    says: str


class Board(NamedTuple):
    """One flow of the dashboard in words; ``alarms`` are phrases, none if nothing is passed, ``passed`` their data."""

    shares: FlowShares
    size: str
    depends: str
    partners_measured: str
    alarms: tuple[str, ...]
    partners_said: str
    hosts_said: str
    colours_said: str
    has_colours: bool
    passed: tuple[Alarm, ...]


def boards(scenario: Scenario) -> list[Board]:
    """Make the dashboard.

    Parameters
    ----------
    scenario
        A scenario.

    Returns
    -------
    list
        One board a flow.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> for board in boards(mv.load("one-or-many")):
    ...     print(board.depends, "|", board.partners_measured, "|", board.alarms)
    depends on each of 10 partners for 10 % | HHI 0.10, effective partners 10.0 | ()
    """
    made = []
    for flow in flow_shares(scenario):
        hosts = [f"{host.title} {percent(host.share, 0)}" for host in flow.hosts]
        free = [f"no named host {percent(flow.free, 0)}"] if flow.free > 0.0 else []
        passed = tuple(alarms(scenario, flow))
        made.append(
            Board(
                flow,
                f"{quantity(flow.size, scenario, flow.name)} a year",
                depends(scenario, flow),
                partners_measured(flow),
                tuple(alarm.says for alarm in passed),
                f"{listed([f'{part.title} {percent(part.share, 0)}' for part in flow.partners])}.",
                f"Crosses {listed([*hosts, *free])}.",
                f"{listed([f'{in_words(part)} {percent(part.share, 0)}' for part in flow.colours])}.",
                scenario.alarms.colour is not None or len(flow.colours) < len(flow.partners),
                passed,
            )
        )
    return made


def depends(scenario: Scenario, flow: FlowShares) -> str:
    """Return on whom a flow depends, the greatest first: what each can stop, at its other end and on the way."""
    stopped = {name: share for name, share in flow.measures["dependence"].items() if share >= LEAST_NAMED}
    if not stopped:
        return "depends on no named partner"
    alike = len(stopped) > MOST_NAMED and max(stopped.values()) - min(stopped.values()) < LEAST_NAMED
    if alike:
        return f"depends on each of {len(stopped)} partners for {percent(max(stopped.values()), 0)}"
    return "depends on " + listed([stopped_by(scenario, flow, name) for name in list(stopped)[:MOST_NAMED]])


def stopped_by(scenario: Scenario, flow: FlowShares, name: str) -> str:
    """Return how much of a flow a country can stop, and how much of that only crosses it.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> oil = flow_shares(mv.load("kazakhstan"))[1]
    >>> stopped_by(mv.load("kazakhstan"), oil, "russia")
    'Russia 94 % (all in transit)'
    """
    partner, share = scenario.partners[name], flow.measures["dependence"][name]
    own = next((part.share for part in flow.partners if part.name == name), 0.0)
    said = f"{partner.title} {percent(share, 0)}"
    if share - own < LEAST_NAMED:
        return said
    if own < LEAST_NAMED:
        return f"{said} (all in transit)"
    return f"{said} ({percent(own, 0)} traded with it, {percent(share - own, 0)} in transit)"


def partners_measured(flow: FlowShares) -> str:
    """Return the concentration over partners in words, with both bounds where a residual partner leaves it open."""
    low, high = flow.measures["hhi"], flow.measures["hhi_high"]
    most, least = flow.measures["effective_partners"], flow.measures["effective_partners_low"]
    if high - low < LEAST_NAMED:
        return f"HHI {high:.2f}, effective partners {least:.1f}"
    said = f"HHI {low:.2f} to {high:.2f}, effective partners {least:.1f}"
    return f"{said} or more" if most is None else f"{said} to {most:.1f}"


def alarms(scenario: Scenario, flow: FlowShares) -> Iterator[Alarm]:
    """Say which thresholds a flow passes, and by what."""
    limits, passed = scenario.alarms, flow.measures["alarms"]
    if "dependence" in passed:
        for name, share in flow.measures["dependence"].items():
            if share > limits.dependence:
                says = f"it depends on {stopped_by(scenario, flow, name)}, above {percent(limits.dependence, 0)}"
                yield Alarm("dependence", scenario.partners[name].title, share, limits.dependence, says)
    if "hhi" in passed:
        index = flow.measures["hhi"]
        says = f"the HHI of its partners is {index:.2f}, above {limits.hhi:g}"
        yield Alarm("hhi", "partners", index, limits.hhi, says)
    if "largest" in passed:
        first = next(part for part in flow.partners if not scenario.partners[part.name].residual)
        says = f"{first.title} alone has {percent(first.share, 0)}, above {percent(limits.largest, 0)}"
        yield Alarm("largest", first.title, first.share, limits.largest, says)
    if "hosts" in passed:
        for host in (host for host in flow.hosts if host.share > limits.hosts):
            says = f"{percent(host.share, 0)} crosses {host.title}, above {percent(limits.hosts, 0)}"
            yield Alarm("hosts", host.title, host.share, limits.hosts, says)
    if "colour" in passed and limits.colour is not None:
        for part in (part for part in flow.colours if part.share > limits.colour):
            says = f"{in_words(part)} has {percent(part.share, 0)}, above {percent(limits.colour, 0)}"
            yield Alarm("colour", part.colour, part.share, limits.colour, says)


def thresholds(scenario: Scenario) -> str:
    """Say when an alarm shows.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> thresholds(mv.load("one-or-many"))
    'An alarm shows where one country can stop more than 50 %, the HHI is above 0.25, one partner has more than 50 %, or
    more than 50 % crosses one host.'
    """
    limits = scenario.alarms
    rules = [
        f"one country can stop more than {percent(limits.dependence, 0)}",
        f"the HHI is above {limits.hhi:g}",
        f"one partner has more than {percent(limits.largest, 0)}",
    ]
    if limits.colour is not None:
        rules.append(f"partners of one colour have more than {percent(limits.colour, 0)} together")
    return f"An alarm shows where {', '.join(rules)}, or more than {percent(limits.hosts, 0)} crosses one host."
