"""What no run of this model says: to be read before anything is quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["LIMITS", "limits"]

OF_A_STRESS = (
    "How likely a stress is.",
    "A stress is an assumption: if it happens, then this follows. Only a hazard has probabilities.",
)
OF_A_HAZARD = (
    "How often partners rupture.",
    "Rates of rupture are the least known numbers of all, and every probability here rests on them.",
)
LIMITS = (
    (
        "Prices.",
        (
            "Flows are at fixed prices. Exchange rates, the price of oil, budgets and output do not move. In a crisis "
            "prices move first, and may make up for volume or make it worse."
        ),
    ),
    (
        "Production chains.",
        "A missing import is a missing import; what it would have been made into, and the work in it, is not followed.",
    ),
    (
        "Intentions.",
        "Partners do not bargain, retaliate or anticipate. A clause is honoured or not by chance.",
    ),
    (
        "The best response.",
        (
            "What is cut off is rerouted, diverted and stocked by a rule of thumb, pro rata. A planner might do "
            "better, a panic worse."
        ),
    ),
    (
        "More than it was told.",
        (
            "The intervals are about the number of draws. The doubt about the figures and laws is larger, and no "
            "number of draws lessens it: look at their trust before quoting an answer."
        ),
    ),
)
"""What holds of every scenario."""


def limits(scenario: Scenario) -> list[tuple[str, str]]:
    """List what no run of a scenario says: of its stress and its hazard, where it has them, and of any scenario.

    Parameters
    ----------
    scenario
        A scenario.

    Returns
    -------
    list
        Pairs of a head and a text.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> [head for head, _ in limits(mv.load("one-or-many"))][:2]
    ['How often partners rupture.', 'Prices.']
    """
    stress = [OF_A_STRESS] if scenario.stress else []
    hazard = [OF_A_HAZARD] if scenario.hazard is not None and scenario.hazard.partners else []
    return [*stress, *hazard, *LIMITS]
