"""Cases: what a claim is made under, today or with something changed.

::

    today              the scenario as it is
    mixes.NAME         with one of its mixes
    measures.NAME      with one of its measures taken
    overrides.NAME     with one of its overrides laid over it
    scenarios.NAME     another scenario, shipped or a file; behind a colon a case of that one, as in
                       scenarios.kazakhstan/storms:overrides.balanced
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError
from multivector_sim.scenario.read import load

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["TODAY", "case_of", "case_text"]

TODAY = "today"
SCENARIOS = "scenarios"
BESIDE = ("mixes", "measures", "overrides", "claims")


def case_text(scenario: Scenario) -> str:
    """Write down all of a scenario that a run depends on."""
    return json.dumps({key: part for key, part in scenario.document().items() if key not in BESIDE})


def case_of(scenario: Scenario, case: str, others: dict[str, Scenario] | None = None) -> Scenario:
    """Lay a case over a scenario.

    Parameters
    ----------
    scenario
        Today.
    case
        ``today``, ``mixes.NAME``, ``measures.NAME`` or ``overrides.NAME``; or ``scenarios.NAME``, a scenario that is
        shipped or a file, and behind a colon a case of that.
    others
        Other scenarios that were read before, and where those that are read now are kept.

    Returns
    -------
    Scenario
        The checked copy.

    Raises
    ------
    UsageError
        If there is no such case.

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
