"""The concentration dashboard: how few carry how much, and where that passes the scenario's thresholds.

Four alarms: the Herfindahl-Hirschman index of a channel's partners, the share of its largest partner, the share of its
flow that crosses one host, and, where the scenario has a threshold for it, the share that partners of one colour have
together. A threshold is passed when the number is above it.
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

MANY = 100.0


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
    partners_measured: str
    hosts_measured: str
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
    ...     print(board.partners_measured, "|", board.hosts_measured, "|", board.alarms)
    HHI 0.10, effective partners 10.0 | crosses no named host | ()
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
                f"HHI {flow.measures['hhi']:.2f}, effective partners {flow.measures['effective_partners']:.1f}",
                effective_hosts(flow.measures["effective_hosts"], flow.free),
                tuple(alarm.says for alarm in passed),
                f"{listed([f'{part.title} {percent(part.share, 0)}' for part in flow.partners])}.",
                f"Crosses {listed([*hosts, *free])}.",
                f"{listed([f'{in_words(part)} {percent(part.share, 0)}' for part in flow.colours])}.",
                scenario.alarms.colour is not None or len(flow.colours) < len(flow.partners),
                passed,
            )
        )
    return made


def effective_hosts(count: float | None, free: float) -> str:
    """Say how many hosts there are in effect, and that a share free of hosts makes them look like more."""
    if count is None:
        return "crosses no named host"
    said = f"effective hosts {count:.1f}" if count < MANY else f"effective hosts over {MANY:g}"
    return f"{said} (what crosses nobody counts as spread)" if free > 0.0 else said


def alarms(scenario: Scenario, flow: FlowShares) -> Iterator[Alarm]:
    """Say which thresholds a flow passes, and by what."""
    limits, passed = scenario.alarms, flow.measures["alarms"]
    if "hhi" in passed:
        index = flow.measures["hhi"]
        says = f"the HHI of its partners is {index:.2f}, above {limits.hhi:g}"
        yield Alarm("hhi", "partners", index, limits.hhi, says)
    if "largest" in passed:
        first = flow.partners[0]
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
    'An alarm shows where the HHI is above 0.25, one partner has more than 50 %, or more than 50 % crosses one host.'
    """
    limits = scenario.alarms
    rules = [f"the HHI is above {limits.hhi:g}", f"one partner has more than {percent(limits.largest, 0)}"]
    if limits.colour is not None:
        rules.append(f"partners of one colour have more than {percent(limits.colour, 0)} together")
    return f"An alarm shows where {', '.join(rules)}, or more than {percent(limits.hosts, 0)} crosses one host."
