"""What a scenario leaves to chance, as inputs that are independent of each other.

Every uncertain number is moved by a stream of its own name, so an input is a set of names. Most are one law and one
name. What depends on each other is one input: the numbers that the copula joins (*who ruptures when*); the severities
of a rupture whose ``severity_correlation`` is above 0; and, with wrong-way risk, both together. Inputs can also be
taken by section of the file, which makes fewer of them: dependent ones stay together there too.

All of it is read from what the sampler itself entered (:mod:`multivector_sim.engine.random_quantities`), so an input
cannot be forgotten here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multivector_sim.scenario.number_at_path import spot_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multivector_sim.engine.random_quantities import Assumption
    from multivector_sim.engine.sampler import Sampler
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Group", "by_law", "by_section"]

NESTED = {"stress": 2, "channels": 2, "hazard": 3}
"""How many steps of a path name its section, where it is more than one."""


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
    section
        The part of the scenario that it belongs to.
    """

    label: str
    streams: tuple[str, ...]
    law: str
    graded: bool
    section: str = ""


def by_law(scenario: Scenario, sampler: Sampler) -> tuple[Group, ...]:
    """Return inputs of single laws, and of those that depend on each other.

    Examples
    --------
    >>> from multivector_sim.engine.sampler import build_sampler
    >>> from multivector_sim.scenario.read import load
    >>> scenario = load("two-buyers")
    >>> [group.label for group in by_law(scenario, build_sampler(scenario))][:2]
    ['who ruptures when', 'stress.0.channels']
    """
    moved = [it for it in sampler.assumptions if it.streams]
    groups = []
    for joined in sampler.joined:
        members = [it for it in moved if set(it.streams) <= set(joined.streams)]
        section = joined.label if joined.is_copula else _section_of(joined.label)
        words = _in_words(scenario, members, ["the copula"] if joined.is_copula else [])
        groups.append(Group(joined.label, joined.streams, words, graded=False, section=section))
    taken = {stream for group in groups for stream in group.streams}
    place = {stream: number for number, stream in enumerate(sampler.names)}
    alone = [it for it in moved if not taken.intersection(it.streams)]
    for it in sorted(alone, key=lambda it: place[it.streams[0]]):
        graded = it.graded and len(it.streams) == 1
        groups.append(Group(it.path, it.streams, _law_of(scenario, it), graded, _section_of(it.path)))
    return tuple(groups)


def by_section(scenario: Scenario, sampler: Sampler) -> tuple[Group, ...]:
    """Return inputs of the sections of the file; parameters and result as for :func:`by_law`.

    Examples
    --------
    >>> from multivector_sim.engine.case import build_case
    >>> from multivector_sim.scenario.read import load
    >>> scenario = load("kazakhstan")
    >>> [group.label for group in by_section(scenario, build_case(scenario).sampler)][:3]
    ['stress.0', 'corridors', 'channels.exports']
    """
    sections: dict[str, list[Group]] = {}
    for group in by_law(scenario, sampler):
        sections.setdefault(group.section, []).append(group)
    copula = {joined.label for joined in sampler.joined if joined.is_copula}
    found = []
    for label, groups in sections.items():
        streams = tuple(stream for group in groups for stream in group.streams)
        members = [it for it in sampler.assumptions if it.streams and set(it.streams) <= set(streams)]
        words = _in_words(scenario, members, ["the copula"] if label in copula else [])
        found.append(Group(label, streams, words, graded=False, section=label))
    return tuple(found)


def _section_of(path: str) -> str:
    """Return the section of a path."""
    steps = path.split(".")
    return ".".join(steps[: NESTED.get(steps[0], 1)])


def _law_of(scenario: Scenario, it: Assumption) -> str:
    """Describe what is random about a number."""
    return it.words or str(spot_at(scenario, it.path).law)


def _in_words(scenario: Scenario, members: Iterable[Assumption], first: list[str]) -> str:
    """Describe several numbers."""
    texts = [_law_of(scenario, it) for it in members]
    return " and ".join(first + ([f"{len(texts)} numbers"] if len(texts) > 1 else texts))
