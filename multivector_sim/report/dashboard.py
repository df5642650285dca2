"""The concentration dashboard: how few carry how much, and where that passes the scenario's thresholds.

Three alarms: the Herfindahl-Hirschman index of a channel's partners, the share of its largest partner, and the share of
its flow that crosses one host. A threshold is passed when the number is above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.report.money import money
from multivector_sim.report.shares import FlowShares, flow_shares
from multivector_sim.report.words import listed, percent

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Board", "boards"]

MANY = 100.0


class Board(NamedTuple):
    """One flow of the dashboard in words; ``alarms`` are phrases, none if nothing is passed."""

    shares: FlowShares
    size: str
    partners_measured: str
    hosts_measured: str
    alarms: tuple[str, ...]
    partners_said: str
    hosts_said: str


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
        made.append(
            Board(
                flow,
                f"{money(flow.size, scenario.currency)} a year",
                f"HHI {flow.measures['hhi']:.2f}, effective partners {flow.measures['effective_partners']:.1f}",
                effective_hosts(flow.measures["effective_hosts"]),
                tuple(alarms(scenario, flow)),
                f"{listed([f'{part.title} {percent(part.share, 0)}' for part in flow.partners])}.",
                f"Crosses {listed([*hosts, *free])}.",
            )
        )
    return made


def effective_hosts(count: float | None) -> str:
    """Say how many hosts there are in effect."""
    if count is None:
        return "crosses no named host"
    return f"effective hosts {count:.1f}" if count < MANY else f"effective hosts over {MANY:g}"


def alarms(scenario: Scenario, flow: FlowShares) -> list[str]:
    """Say which thresholds a flow passes, and by what."""
    limits, passed = scenario.alarms, flow.measures["alarms"]
    said = []
    if "hhi" in passed:
        said.append(f"the HHI of its partners is {flow.measures['hhi']:.2f}, above {limits.hhi:g}")
    if "largest" in passed:
        first = flow.partners[0]
        said.append(f"{first.title} alone has {percent(first.share, 0)}, above {percent(limits.largest, 0)}")
    if "hosts" in passed:
        over = [host for host in flow.hosts if host.share > limits.hosts]
        said += [f"{percent(host.share, 0)} crosses {host.title}, above {percent(limits.hosts, 0)}" for host in over]
    return said
