"""The concentration dashboard: how few carry how much, and which thresholds are exceeded.

Five alarms: the share of a channel's flow that one country can stop, traded with it or crossing it; the
Herfindahl-Hirschman index of its partners; the share of its largest partner; the share that crosses one host; and, if
the scenario has a threshold for it, the share of partners of one colour. An alarm is raised above the threshold. A
residual partner ("all others") raises none.

Each channel is shown by partner and by the host whose territory it crosses, because a customer list can look
diversified while every road runs through one country. A flow may cross several hosts in a row, so hosts' shares need
not add up to one. The numbers are those of ``run --json``; the same dashboard is available as plain data for
``--json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from multivector_sim.display.answer import Answer
from multivector_sim.display.money import quantity
from multivector_sim.display.palette import Ink, inks
from multivector_sim.display.tables import Table, measured_in
from multivector_sim.display.wording import capital, listed, percent
from multivector_sim.engine.concentration import colour_groups, concentration
from multivector_sim.scenario.read import as_scenario
from multivector_sim.version import installed_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multivector_sim.display.tables import Row
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "Alarm",
    "Board",
    "ColourShare",
    "Dashboard",
    "FlowShares",
    "Share",
    "boards",
    "dashboard",
    "dashboard_document",
    "flow_shares",
    "in_words",
    "thresholds",
]

MOST_NAMED = 3
LEAST_NAMED = 0.005
"""A dependence below half a per cent is not worth a name."""


class Alarm(NamedTuple):
    """One exceeded threshold: its key in ``alarms``, who exceeds it, by what value, and a phrase for it."""

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
    """Return the sectors of the dashboard.

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
        passed = tuple(_alarms(scenario, flow))
        made.append(
            Board(
                flow,
                f"{quantity(flow.size, scenario, flow.name)} a year",
                _depends(scenario, flow),
                _partners_measured(flow),
                tuple(alarm.says for alarm in passed),
                f"{listed([f'{part.title} {percent(part.share, 0)}' for part in flow.partners])}.",
                f"Crosses {listed([*hosts, *free])}.",
                f"{listed([f'{in_words(part)} {percent(part.share, 0)}' for part in flow.colours])}.",
                scenario.alarms.colour is not None or len(flow.colours) < len(flow.partners),
                passed,
            )
        )
    return made


def _depends(scenario: Scenario, flow: FlowShares) -> str:
    """Return on whom a flow depends, the greatest first: what each can stop, at its other end and on the way."""
    stopped = {name: share for name, share in flow.measures["dependence"].items() if share >= LEAST_NAMED}
    if not stopped:
        return "depends on no named partner"
    alike = len(stopped) > MOST_NAMED and max(stopped.values()) - min(stopped.values()) < LEAST_NAMED
    if alike:
        return f"depends on each of {len(stopped)} partners for {percent(max(stopped.values()), 0)}"
    return "depends on " + listed([_stopped_by(scenario, flow, name) for name in list(stopped)[:MOST_NAMED]])


def _stopped_by(scenario: Scenario, flow: FlowShares, name: str) -> str:
    """Return how much of a flow a country can stop, and how much of that only crosses it.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> oil = flow_shares(mv.load("kazakhstan"))[1]
    >>> _stopped_by(mv.load("kazakhstan"), oil, "russia")
    'Russia 94 % (all in transit)'
    """
    partner, share = scenario.partners[name], flow.measures["dependence"][name]
    own = next((part.share for part in flow.partners if part.name == name), 0.0)
    said = f"{partner.title} {percent(share, 0)}"
    if share - own < LEAST_NAMED:
        return said
    if own < LEAST_NAMED:
        return f"{said} (all in transit)"
    transit = (round(100 * share) - round(100 * own)) / 100  # of what is printed, so that the parts add up
    return f"{said} ({percent(own, 0)} traded with it, {percent(transit, 0)} in transit)"


def _partners_measured(flow: FlowShares) -> str:
    """Return the concentration over partners in words, with both bounds where a residual partner leaves it open."""
    low, high = flow.measures["hhi"], flow.measures["hhi_high"]
    most, least = flow.measures["effective_partners"], flow.measures["effective_partners_low"]
    if high - low < LEAST_NAMED:
        return f"HHI {high:.2f}, effective partners {least:.1f}"
    said = f"HHI {low:.2f} to {high:.2f}, effective partners {least:.1f}"
    return f"{said} or more" if most is None else f"{said} to {most:.1f}"


def _alarms(scenario: Scenario, flow: FlowShares) -> Iterator[Alarm]:
    """Yield the thresholds that a flow exceeds."""
    limits, passed = scenario.alarms, flow.measures["alarms"]
    if "dependence" in passed:
        for name, share in flow.measures["dependence"].items():
            if share > limits.dependence:
                says = f"it depends on {_stopped_by(scenario, flow, name)}, above {percent(limits.dependence, 0)}"
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
    """Return the sentence about when an alarm is raised.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> thresholds(mv.load("one-or-many"))
    'An alarm is raised where one country can stop more than 50 %, the HHI is above 0.25, one partner has more than 50
    %, or more than 50 % crosses one host.'
    """
    limits = scenario.alarms
    rules = [
        f"one country can stop more than {percent(limits.dependence, 0)}",
        f"the HHI is above {limits.hhi:g}",
        f"one partner has more than {percent(limits.largest, 0)}",
    ]
    if limits.colour is not None:
        rules.append(f"partners of one colour have more than {percent(limits.colour, 0)} together")
    return f"An alarm is raised where {', '.join(rules)}, or more than {percent(limits.hosts, 0)} crosses one host."


@dataclass(frozen=True, eq=False, repr=False)
class Dashboard(Answer):
    """The dashboard of a scenario: who can stop how much of each flow, and which thresholds are exceeded."""

    scenario: Scenario

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The thresholds that are exceeded."""
        return tuple(alarm for board in boards(self.scenario) for alarm in board.passed)

    def document(self) -> dict[str, Any]:
        """Return what ``multivector dashboard --json`` prints."""
        return dashboard_document(self.scenario)

    def _headline(self) -> str:
        count = len(self.alarms)
        raised = "no alarm" if not count else f"{count} alarm{'s' * (count > 1)}"
        flow = max(boards(self.scenario), key=lambda it: max(it.shares.measures["dependence"].values(), default=0.0))
        return f"{self.scenario.title}: {raised}. {flow.shares.title} {flow.depends}."

    def _rows(self) -> Iterator[Row]:
        return iter(concentration(self.scenario).rows())

    def _table(self) -> Table:
        rows = [(it.shares.title, capital(it.depends), str(len(it.alarms) or "-")) for it in boards(self.scenario)]
        return Table("Concentration", ("", "", "alarms"), rows, left=2)

    def _picture(self) -> str:
        return concentration(self.scenario).picture()


def dashboard(scenario: ScenarioLike) -> Dashboard:
    """Return how few countries carry or can stop how much of each flow; nothing is simulated.

    Parameters
    ----------
    scenario
        A scenario, a name, a path or a dictionary.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> [alarm.of for alarm in dashboard("two-buyers").alarms][:2]
    ['dependence', 'dependence']
    """
    return Dashboard(as_scenario(scenario))


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
    """Return the dashboard as plain data.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> document = dashboard_document(mv.load("two-buyers"))
    >>> exports = document["sectors"][0]
    >>> [(it["colour"], round(it["share"], 2)) for it in exports["colours"]], [it["of"] for it in exports["alarms"]]
    ([('green', 0.62), ('blue', 0.23), ('red', 0.15)], ['dependence', 'dependence', 'hhi', 'largest', 'hosts'])
    """
    sectors = [_sector(board) for board in boards(scenario)]
    return {
        "schema": SCHEMA,
        "scenario": scenario.name,
        "title": scenario.title,
        "version": installed_version(),
        "currency": scenario.currency,
        "measured_in": measured_in(
            ("flow", f"{scenario.currency}, or the channel's unit, a year"),
            ("share dependence hosts crosses_nobody value threshold thresholds largest", "share of the flow"),
            ("hhi hhi_high hhi_low", "index from 0 to 1"),
            ("effective_partners effective_partners_low effective_hosts", "number of them"),
            ("alarms", "alarms"),
        ),
        "thresholds": scenario.alarms.model_dump(),
        "sectors": sectors,
        "alarms": sum(len(entry["alarms"]) for entry in sectors),
    }


def _sector(board: Board) -> dict[str, Any]:
    """Return one flow."""
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


class Share(NamedTuple):
    """A part of a flow, and how it is filled in."""

    title: str
    share: float
    ink: Ink
    name: str = ""


class ColourShare(NamedTuple):
    """What the partners of one colour have of a flow together; ``partners`` are those of them that have a part."""

    colour: str
    title: str
    share: float
    ink: Ink
    partners: tuple[str, ...]


class FlowShares(NamedTuple):
    """One channel, or all of trade or of investment: its partners, hosts and colours, the greatest first.

    ``size`` is money a year (or in the unit of a channel of ties), ``free`` the share that crosses nobody, and
    ``measures`` the entry of ``run --json``.
    """

    name: str
    title: str
    size: float
    partners: tuple[Share, ...]
    hosts: tuple[Share, ...]
    free: float
    measures: Mapping[str, Any]
    colours: tuple[ColourShare, ...]


def flow_shares(scenario: Scenario) -> list[FlowShares]:
    """Share out every channel that carries a flow, then trade and investment where they are several channels.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> energy = flow_shares(mv.load("kazakhstan"))[1]
    >>> energy.title, [(host.title, round(host.share, 2)) for host in energy.hosts], round(energy.free, 2)
    ('Crude oil', [('Russia', 0.94)], 0.06)
    """
    measured = concentration(scenario)
    shown = []
    for name, members in _groups(scenario).items():
        flows = {
            partner: sum(scenario.exposures[it][partner].value for it in members if partner in scenario.exposures[it])
            for partner in scenario.partners
        }
        size = sum(flows.values())
        if name in measured and size > 0.0:
            entry = measured[name]
            title = capital(scenario.channels[name].title) if name in scenario.channels else f"All {name}"
            partners = _ranked(scenario, {partner: flow / size for partner, flow in flows.items()})
            hosts = _ranked(scenario, entry["hosts"])
            colours = _by_colour(scenario, entry["colours"], flows)
            shown.append(FlowShares(name, title, size, partners, hosts, entry["crosses_nobody"], entry, colours))
    return shown


def _groups(scenario: Scenario) -> dict[str, list[str]]:
    """Name the flows that are shown, and the channels that each is made of."""
    with_flow = [name for name in scenario.channels if name in scenario.exposures]
    named = {name: [name] for name in with_flow}
    for kind in ("trade", "investment"):
        members = [name for name in with_flow if scenario.channels[name].kind == kind]
        if len(members) > 1 and kind not in scenario.channels:
            named[kind] = members
    return named


def _ranked(scenario: Scenario, shares: Mapping[str, float]) -> tuple[Share, ...]:
    """Put the greatest first; equal ones stay in the order of the scenario."""
    colours = inks(scenario)
    order = sorted((name for name in shares if shares[name] > 0.0), key=lambda name: -shares[name])
    return tuple(Share(scenario.partners[name].title, shares[name], colours[name], name) for name in order)


def _by_colour(scenario: Scenario, shares: Mapping[str, float], flows: Mapping[str, float]) -> tuple[ColourShare, ...]:
    """Put the greatest colour first; each is filled as the first of its partners is."""
    colours = inks(scenario)
    found = []
    for group, members in colour_groups(scenario).items():
        if group in shares:
            inside = [scenario.partners[member].title for member in members if flows[member] > 0.0]
            title = _group_title(scenario, group, members)
            found.append(ColourShare(group, title, shares[group], colours[members[0]], tuple(inside)))
    return tuple(sorted(found, key=lambda it: -it.share))


def _group_title(scenario: Scenario, group: str, members: tuple[str, ...]) -> str:
    """Name a group for people: by its colour or bloc, or by the partner that is all of it."""
    return scenario.partners[group].title if members == (group,) else group


def in_words(part: ColourShare) -> str:
    """Name a group with those who are in it.

    Examples
    --------
    >>> from multivector_sim.display.palette import NEUTRAL
    >>> in_words(ColourShare("red", "red", 0.2, NEUTRAL, ("Russia",)))
    'red (Russia)'
    >>> in_words(ColourShare("japan", "Japan", 0.2, NEUTRAL, ("Japan",)))
    'Japan'
    """
    return part.title if part.partners == (part.title,) else f"{part.title} ({listed(part.partners)})"
