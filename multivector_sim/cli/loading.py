"""Read the scenario that a command is about, and tell on stderr what is to be known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.cli.output import complain

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["load_and_note"]


def load_and_note(scenario: str, override: tuple[str, ...], settings: tuple[str, ...]) -> Scenario:
    """Read a scenario with what is laid over it, and say its notices, a line each.

    Raises
    ------
    ScenarioError
        If anything is wrong with it.
    """
    from multivector_sim.scenario.read import load

    loaded = load(scenario, override=override, settings=settings)
    for notice in loaded.notices:
        complain(f"note: {notice}")
    return loaded
