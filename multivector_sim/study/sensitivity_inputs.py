"""What a scenario leaves to chance, as inputs that are independent of each other.

Every uncertain number is moved by a stream of its own name, so an input is a set of names. Most are one law and one
name. What depends on each other is one input: the luck that the copula joins (*who ruptures when*); the severities of a
rupture whose ``severity_correlation`` is above 0; and, with wrong-way risk, both together. Inputs can also be taken
by section of the file, which makes fewer of them: dependent ones stay together there too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multivector_sim.engine.problem import ruptures
from multivector_sim.scenario.rupture import HazardPartner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.rupture import Stress
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Group", "Number", "by_law", "by_section", "numbers"]

PHASES = ("ramp_months", "duration_months", "half_life_months", "scar")
RESPONSES = (
    *("ceiling", "theta_months", "haircut", "kappa", "buffer_months", "refill"),
    *("entry", "entry_theta_months", "entry_haircut", "price"),
)
TIES = ("value", "baseline", "beta")
LUCK = "who ruptures when"
COPULA = "copula/"


@dataclass(frozen=True)
class Number:
    """One uncertain number.

    Parameters
    ----------
    stream
        The stream that moves it.
    path
        Where it stands in the scenario, as ``--set`` names it.
    section
        The part of the scenario that it belongs to.
    law
        In words.
    graded
        Whether a higher number of the stream is a higher number of the scenario, and not only one side of a coin.
    """

    stream: str
    path: str
    section: str
    law: str
    graded: bool = True


@dataclass(frozen=True)
class Group:
    """An input: names that are taken from one sample together.

    Parameters
    ----------
    label
        A path of the scenario, or a few words.
    streams
        The streams.
    law
        In words.
    graded
        Whether it is one number that rises with its stream.
    """

    label: str
    streams: tuple[str, ...]
    law: str
    graded: bool


def numbers(scenario: Scenario) -> dict[str, Number]:
    """Name every number that a law moves, and every promise, by stream.

    Parameters
    ----------
    scenario
        A valid scenario.

    Returns
    -------
    dict
        In the order of ruptures, then responses. The streams of a copula are not among them: they are no number of the
        scenario.
    """
    found: dict[str, Number] = {}
    for stream, path, section, figure in figures(scenario):
        if not figure.is_fixed and stream not in found:
            found[stream] = Number(stream, path, section, str(figure.law))
    for base, name, partner, _ in named_ruptures(scenario):
        for place, contract in enumerate(scenario.contracts):
            if contract.partner == partner:
                stream = f"{name}/honoured/{contract.channel}"
                path, chance = f"contracts.{place} kept in {base}", f"kept with probability {contract.honoured.law}"
                found[stream] = Number(stream, path, "contracts", chance, graded=False)
    return found


def named_ruptures(scenario: Scenario) -> Iterator[tuple[str, str, str, Stress | HazardPartner]]:
    """Give each rupture's path, stream, partner and model."""
    for place, (name, partner, model) in enumerate(ruptures(scenario)):
        base = f"hazard.partners.{partner}" if isinstance(model, HazardPartner) else f"stress.{place}"
        yield base, name, partner, model


def figures(scenario: Scenario) -> Iterator[tuple[str, str, str, Figure]]:
    """Give stream, path, section and figure of every number that may be a law."""
    for base, name, _, model in named_ruptures(scenario):
        own = ("intensity",) if isinstance(model, HazardPartner) else ("onset_month",)
        for key in (*own, *PHASES):
            yield f"{name}/{key}", f"{base}.{key}", base, getattr(model, key)
        for channel, severity in model.channels.items():
            yield f"{name}/severity/{channel}", f"{base}.channels.{channel}", base, severity
        for tie, it in model.ties.items() if isinstance(model, HazardPartner) else ():
            for key in TIES:
                yield f"{name}/ties/{tie}/{key}", f"{base}.ties.{tie}.{key}", base, getattr(it, key)
    yield from response_figures(scenario)


def response_figures(scenario: Scenario) -> Iterator[tuple[str, str, str, Figure]]:
    """Give those of corridors, channels, spillovers and contracts."""
    for name, corridor in scenario.corridors.items():
        path = f"corridors.{name}.capacity"
        yield path, path, "corridors", corridor.capacity
    for name, channel in scenario.channels.items():
        base = f"channels.{name}"
        for key in RESPONSES:
            if getattr(channel, key) is not None:
                yield f"{base}.{key}", f"{base}.{key}", base, getattr(channel, key)
        for partner, figure in channel.kappa_by_partner.items():
            path = f"{base}.kappa_by_partner.{partner}"
            yield path, path, base, figure
    for place, term in enumerate(scenario.spillover):
        stream = f"spillover.{term.from_}.{term.to}.{term.lag_months}.eta"
        yield stream, f"spillover.{place}.eta", "spillover", term.eta
    for place, contract in enumerate(scenario.contracts):
        for key in ("honoured", "floor"):
            stream = f"contracts.{contract.partner}.{contract.channel}.{key}"
            yield stream, f"contracts.{place}.{key}", "contracts", getattr(contract, key)


def bonds(scenario: Scenario, streams: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Give the sets of streams behind numbers that depend on each other, with their labels; none overlap."""
    luck = tuple(stream for stream in streams if stream.startswith(COPULA))
    with_luck, hard, rest = luck, [], []
    for base, name, partner, model in named_ruptures(scenario):
        uncertain = [f"{name}/severity/{it}" for it, figure in model.channels.items() if not figure.is_fixed]
        severities = tuple(it for it in streams if it in uncertain or it == f"{name}/severity")
        if not uncertain:
            continue
        if isinstance(model, HazardPartner) and model.wrong_way.value != 0.0:
            with_luck += severities
            hard.append(partner)
        elif model.severity_correlation.value > 0.0:
            single = len(uncertain) == 1
            rest.append((f"{base}.channels" + f".{uncertain[0].split('/')[-1]}" * single, severities))
    label = f"{LUCK}, and how hard: {', '.join(hard)}" if hard else LUCK
    return [(label, with_luck)] * bool(with_luck) + rest


def by_law(scenario: Scenario, streams: Iterable[str]) -> tuple[Group, ...]:
    """Make inputs of single laws, and of those that depend on each other.

    Parameters
    ----------
    scenario
        A valid scenario.
    streams
        The names that its sampler asks for.

    Returns
    -------
    tuple
        Inputs that are independent of each other, without a stream in common.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> streams = ["stress/russia/0/severity/exports", "stress/russia/0/severity/transit", "stress/russia/0/severity"]
    >>> [group.label for group in by_law(load("two-buyers"), streams)]
    ['stress.0.channels']
    """
    asked = tuple(streams)
    known = numbers(scenario)
    tied = bonds(scenario, asked)
    taken = {stream for _, members in tied for stream in members}
    groups = [Group(label, members, in_words(members, known), graded=False) for label, members in tied]
    for stream in asked:
        if stream in known and stream not in taken:
            number = known[stream]
            groups.append(Group(number.path, (stream,), number.law, number.graded))
    return one_each(groups)


def one_each(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Join inputs of one label: the same number of several ruptures of one hazard, each with a stream of its own."""
    joined: dict[str, Group] = {}
    for group in groups:
        first = joined.get(group.label)
        joined[group.label] = group if first is None else replace(first, streams=first.streams + group.streams)
    return tuple(replace(it, graded=it.graded and len(it.streams) == 1) for it in joined.values())


def by_section(scenario: Scenario, streams: Iterable[str]) -> tuple[Group, ...]:
    """Make inputs of the sections of the file; parameters and result as for :func:`by_law`.

    Examples
    --------
    >>> from multivector_sim.engine.case import build_case
    >>> from multivector_sim.scenario.read import load
    >>> scenario = load("kazakhstan")
    >>> [group.label for group in by_section(scenario, build_case(scenario).sampler.names)][:3]
    ['stress.0', 'corridors', 'channels.exports']
    """
    known = numbers(scenario)
    members: dict[str, list[Group]] = {}
    for group in by_law(scenario, streams):
        members.setdefault(section_of(group, known), []).append(group)
    return tuple(
        Group(label, streams, in_words(streams, known), graded=False)
        for label, groups in members.items()
        for streams in [tuple(stream for group in groups for stream in group.streams)]
    )


def section_of(group: Group, known: dict[str, Number]) -> str:
    """Say to which section an input belongs; what the copula joins is a section of its own."""
    if any(stream.startswith(COPULA) for stream in group.streams):
        return group.label
    return next(known[stream].section for stream in group.streams if stream in known)


def in_words(streams: Sequence[str], known: dict[str, Number]) -> str:
    """Say how many laws are in a group."""
    count = sum(stream in known for stream in streams)
    luck = "the copula" if any(stream.startswith(COPULA) for stream in streams) else ""
    laws = f"{count} numbers" if count > 1 else "".join(known[it].law for it in streams if it in known)
    return " and ".join(part for part in (luck, laws) if part)
