"""A scenario with some values set, and without what it lists for choosing.

Measures, mixes, overrides and claims say what could be done or said. Each is checked against the scenario as it stands,
so a value that is set may spoil one that nobody asks for. A study that sets values leaves them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["bare_with"]

CHOICES = ("claims", "measures", "mixes", "overrides")


def bare_with(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """Set values by dotted path, and leave out measures, mixes, overrides and claims.

    Parameters
    ----------
    scenario
        A valid scenario.
    settings
        Values by path, set in their order.

    Returns
    -------
    Scenario
        A checked copy.

    Raises
    ------
    UsageError
        If a path leads nowhere.
    ScenarioError
        If with these values it is no scenario.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> case = bare_with(load("two-buyers"), {"horizon_months": 12})
    >>> case.horizon_months, dict(case.measures)
    (12, {})
    """
    return scenario.with_set(dict(settings) | {section: None for section in CHOICES if getattr(scenario, section)})
