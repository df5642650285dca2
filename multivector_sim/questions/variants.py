"""What a scenario is compared with: its own mixes, measures and overrides by name, and three benchmarks.

::

    today         the scenario as it is
    one           everything with the largest partner
    one:russia    everything with the partner named
    equal         each channel in equal shares among the partners that have a part of it today

A benchmark keeps the total of every channel, as a mix does; channels of kind ``ties`` stay as they are. Partners keep
their legs: if a partner gets more, its corridors have to carry more. A partner with a new flow has no legs there and
needs no corridor. Both are reported in :attr:`Variant.notes`, because an apparent effect of a mix may be that of
its corridors. To compare mixes without corridors, remove the legs: ``scenario.with_set({"legs": None})``. A name of the
scenario's own takes precedence over a benchmark's.

Claims are made under *cases*::

    today              the scenario as it is
    mixes.NAME         with one of its mixes
    measures.NAME      with one of its measures taken
    overrides.NAME     with one of its overrides applied
    scenarios.NAME     another scenario, shipped or a file; after a colon a case of that one

A question that sets values works on a copy without measures, mixes, overrides and claims, since each of them is checked
against the scenario as it stands, and a value that is set may invalidate one that nobody asks for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import UsageError
from multivector_sim.scenario.mistakes import nearest_or_all
from multivector_sim.scenario.models import AGGREGATES
from multivector_sim.scenario.read import as_scenario, load, scenarios

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "BENCHMARKS",
    "TODAY",
    "Variant",
    "bare_with",
    "benchmark_mix",
    "case_of",
    "case_text",
    "is_variant",
    "labelled",
    "largest_partner",
    "variant",
]

TODAY = "today"
FILES = frozenset({".yaml", ".yml", ".toml"})
ONE = "one"
EQUAL = "equal"
BENCHMARKS = (TODAY, ONE, EQUAL)


@dataclass(frozen=True)
class Variant:
    """A scenario under the name that a comparison gives it.

    Parameters
    ----------
    label
        Short, for tables.
    scenario
        What is run.
    notes
        Cautions about the comparison, one sentence each.
    is_one
        Whether it puts everything with one partner, and so is what diversification is measured from.
    """

    label: str
    scenario: Scenario
    notes: tuple[str, ...] = ()
    is_one: bool = False


def _counted_flows(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return the flows of trade and investment, money a year, by channel and partner; empty channels are left out."""
    flows = {
        name: {partner: figure.value for partner, figure in scenario.exposures.get(name, {}).items()}
        for name, channel in scenario.channels.items()
        if channel.kind in AGGREGATES["total"]
    }
    return {name: by_partner for name, by_partner in flows.items() if sum(by_partner.values()) > 0.0}


def largest_partner(scenario: Scenario) -> str:
    """Return the partner with the most trade and investment together; the first one where several have it.

    A residual partner is many small ones, and is the answer only where there is nobody else.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> largest_partner(mv.load("two-buyers"))
    'eu'
    """
    totals = dict.fromkeys(scenario.partners, 0.0)
    for by_partner in _counted_flows(scenario).values():
        for partner, flow in by_partner.items():
            totals[partner] += flow
    if not any(totals.values()):
        raise UsageError(f"{scenario.name}: has no trade and no investment to reallocate")
    named = {name: total for name, total in totals.items() if not scenario.partners[name].residual}
    counted = named if any(named.values()) else totals
    return max(counted, key=lambda partner: counted[partner])


def benchmark_mix(scenario: Scenario, name: str) -> dict[str, dict[str, float]]:
    """Return the shares of a benchmark.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> scenario = mv.load("two-buyers")
    >>> benchmark_mix(scenario, "one:china")["exports"], benchmark_mix(scenario, "equal")["exports"]["eu"]
    ({'china': 1.0}, 0.3333333333333333)
    """
    head, _, partner = name.partition(":")
    if head == ONE:
        chosen = partner or largest_partner(scenario)
        if chosen not in scenario.partners:
            raise UsageError(f"{name}: no partner called '{chosen}'{nearest_or_all(chosen, scenario.partners)}")
        return {channel: {chosen: 1.0} for channel in _counted_flows(scenario)}
    if name != EQUAL:
        raise UsageError(f"no benchmark called '{name}'; there are one, one:PARTNER and equal")
    shares = {}
    for channel, by_partner in _counted_flows(scenario).items():
        present = [who for who, flow in by_partner.items() if flow > 0.0]
        shares[channel] = dict.fromkeys(present, 1.0 / len(present))
    return shares


def _own_variants(scenario: Scenario) -> tuple[str, ...]:
    """Return the mixes, measures and overrides of a scenario by name."""
    return (*scenario.mixes, *scenario.measures, *scenario.overrides)


def is_variant(base: Scenario, name: str) -> bool:
    """Return whether a name is one of a scenario's own, or a benchmark's."""
    return name in _own_variants(base) or name.partition(":")[0] in BENCHMARKS


def variant(base: Scenario, name: str) -> Variant:
    """Return the variant with a given name.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> variant(mv.load("kazakhstan"), "one:russia").notes[:1]
    ('one:russia: russia had no part of energy and has no legs there, so it needs no corridor',)
    """
    if name in base.mixes:
        return _noted(base, name, base.with_mix(name))
    if name in base.measures:
        return _noted(base, name, base.with_measure(name))
    if name in base.overrides:
        return _noted(base, name, base.with_override(name))
    if name == TODAY:
        return Variant(TODAY, base)
    if is_variant(base, name):
        made = base.with_mix(benchmark_mix(base, name))
        label = f"{ONE}:{largest_partner(base)}" if name == ONE else name
        return _noted(base, label, made)
    known = (*_own_variants(base), *BENCHMARKS)
    hint = nearest_or_all(name, known)
    raise UsageError(f"no mix, measure, override or benchmark called '{name}' in {base.name}{hint}")


def _noted(base: Scenario, label: str, made: Scenario) -> Variant:
    """Return a variant with its label and notes."""
    flows = _counted_flows(made).values()
    holders = {who for by_partner in flows for who, flow in by_partner.items() if flow > 0.0}
    return Variant(label, made, tuple(f"{label}: {note}" for note in _notes(base, made)), len(holders) == 1)


def _notes(base: Scenario, made: Scenario) -> Iterator[str]:
    """Yield notes on new flows without legs, which need no corridor, and on corridors that become too small."""
    for channel in made.legs:
        before, after = base.exposures.get(channel, {}), made.exposures.get(channel, {})
        new = [who for who, flow in after.items() if flow.value > 0.0 and not _has_flow(before, who)]
        roadless = [who for who in new if who not in made.legs[channel]]
        if roadless:
            yield f"{', '.join(roadless)} had no part of {channel} and has no legs there, so it needs no corridor"
    known = set(base.notices)
    yield from (notice for notice in made.notices if notice not in known and notice.startswith("corridor"))


def _has_flow(by_partner: Mapping[str, Figure], partner: str) -> bool:
    """Return whether a partner has a flow."""
    return partner in by_partner and by_partner[partner].value > 0.0


def labelled(items: Sequence[ScenarioLike]) -> list[Variant]:
    """Return the scenarios of a list with distinct labels.

    A text after the first is a variant of the first, else a benchmark, else a shipped scenario or a file.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> scenario = mv.load("two-buyers")
    >>> [it.label for it in labelled([scenario, scenario.with_mix("article"), "one", mv.load("one-or-many")])]
    ['today', 'article', 'one:eu', 'one-or-many']
    """
    others = [item for item in items[1:] if not isinstance(item, str) or item != TODAY]
    if not others:
        raise UsageError("compare: give two scenarios or more, such as [scenario, scenario.with_mix(NAME)]")
    if isinstance(items[0], str) and not _is_scenario(items[0]):
        raise UsageError(f"compare: the first must be a scenario, not '{items[0]}'; variants of it come after it")
    base = as_scenario(items[0])
    found = [Variant(base.name, base)]
    for item in others:
        if isinstance(item, str) and (is_variant(base, item) or not _is_scenario(item)):
            found.append(variant(base, item))
        else:
            found.append(_recognised(base, as_scenario(item)))
    if any(it.scenario.name == base.name for it in found[1:]):
        found[0] = Variant(TODAY, base)
    return _distinct(found)


def _is_scenario(text: str) -> bool:
    """Return whether a text is a file or the name of a shipped scenario."""
    return Path(text).suffix.lower() in FILES or text in scenarios() or Path(text).is_file()


def _recognised(base: Scenario, item: Scenario) -> Variant:
    """Return a scenario labelled as a variant of another, if it is one."""
    if item.name == base.name:
        for name in _own_variants(base):
            if (made := variant(base, name)).scenario == item:
                return made
        return _noted(base, item.name, item)
    return Variant(item.name, item)


def _distinct(found: list[Variant]) -> list[Variant]:
    """Yield the variants with repeated labels numbered."""
    seen: dict[str, int] = {}
    named = []
    for it in found:
        seen[it.label] = seen.get(it.label, 0) + 1
        label = it.label if seen[it.label] == 1 else f"{it.label} ({seen[it.label]})"
        named.append(Variant(label, it.scenario, it.notes, it.is_one))
    return named


SCENARIOS = "scenarios"
BESIDE = ("mixes", "measures", "overrides", "claims")


def case_text(scenario: Scenario) -> str:
    """Return everything in a scenario that a run depends on, as text."""
    return json.dumps({key: part for key, part in scenario.document().items() if key not in BESIDE})


def case_of(scenario: Scenario, case: str, others: dict[str, Scenario] | None = None) -> Scenario:
    """Return the scenario of a case.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> case_of(mv.load("two-buyers"), "scenarios.kazakhstan/transit-closed:overrides.no-spillover").name
    'kazakhstan/transit-closed'
    """
    section, _, name = case.partition(".")
    if section == SCENARIOS:
        other, _, inner = name.partition(":")
        kept = {} if others is None else others
        if other not in kept:
            kept[other] = load(other)
        return case_of(kept[other], inner or TODAY, kept)
    ways = {"mixes": scenario.with_mix, "measures": scenario.with_measure, "overrides": scenario.with_override}
    if case == TODAY:
        return scenario
    if section not in ways:
        raise UsageError(
            f"no case called '{case}'; give today, {', '.join(f'{it}.NAME' for it in ways)} or scenarios.NAME"
        )
    return ways[section](name)


CHOICES = ("claims", "measures", "mixes", "overrides")


def bare_with(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """Return a copy with values set by dotted path, without measures, mixes, overrides and claims.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> case = bare_with(load("two-buyers"), {"horizon_months": 12})
    >>> case.horizon_months, dict(case.measures)
    (12, {})
    """
    return scenario.with_set(dict(settings) | {section: None for section in CHOICES if getattr(scenario, section)})
