"""Thresholds of the model's verdicts: the assumptions on which a claim depends, and the values at which it flips.

A verdict of the model follows from assumptions, and readers want to know from which. A claim may list the numbers on
which it depends (``carried_by``), each with a defensible range. Each number is searched separately, in the scenario
under which the claim is made, by :func:`~multivector_sim.questions.must_be_true.must_be_true`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.engine.simulate import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.questions.must_be_true import must_be_true
from multivector_sim.questions.variants import TODAY
from multivector_sim.scenario.read import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multivector_sim.questions.must_be_true import MustBeTrue
    from multivector_sim.scenario.models import Claim
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["ClaimTurn", "asked_in", "claim_turns"]

SCENARIOS = "scenarios."
DRAWS = 2048


class ClaimTurn(NamedTuple):
    """One assumption on which a claim depends.

    Parameters
    ----------
    claim, path
        The name of the claim, and the dotted path of the number in the scenario under which the claim is made.
    found
        The search, with its thresholds.
    """

    claim: str
    path: str
    found: MustBeTrue


def asked_in(scenario: Scenario, claim: Claim) -> tuple[Scenario, Claim]:
    """Return the scenario under which a claim is made, and the claim expressed in that scenario's own cases.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> main = mv.load("kazakhstan")
    >>> where, claim = asked_in(main, main.claims["clause-helps"])
    >>> where.name, claim.under, claim.against
    ('kazakhstan/gas-contract', None, 'overrides.without-clause')
    """
    under, against = claim.under or TODAY, claim.against or TODAY
    if not under.startswith(SCENARIOS):
        if against.startswith(SCENARIOS):
            raise UsageError(f"'{under}' and '{against}' belong to two scenarios, and no single number belongs to both")
        return scenario, claim
    name, _, inner = under.removeprefix(SCENARIOS).partition(":")
    other, _, inner_against = against.removeprefix(SCENARIOS).partition(":")
    if claim.change is not None and (not against.startswith(SCENARIOS) or other != name):
        raise UsageError(f"'{under}' and '{against}' belong to two scenarios, and no single number belongs to both")
    return load(name), claim.model_copy(update={"under": inner or None, "against": inner_against or None})


def claim_turns(
    scenario: Scenario,
    names: Iterable[str] = (),
    draws: int = DRAWS,
    seed: int = 1,
    *,
    precision: float = 0.01,
    progress: Progress = silent,
) -> tuple[ClaimTurn, ...]:
    """Find the threshold of each claim for every assumption on which it depends.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> document = mv.load("two-buyers").document()
    >>> document["claims"] = {"mild": {
    ...     "quantity": "measures.trade.loss_share.mean", "at_most": 0.05,
    ...     "carried_by": {"stress.0.channels.imports": [0, 1]},
    ... }}
    >>> (turn,) = claim_turns(mv.Scenario.model_validate(document), draws=1024)
    >>> turn.path, turn.found.answer
    ('stress.0.channels.imports', 'turns')
    """
    wanted = tuple(names) or tuple(name for name, claim in scenario.claims.items() if claim.carried_by)
    searches = [(name, path) for name in wanted for path in scenario.claims[name].carried_by]
    found = []
    for number, (name, path) in enumerate(searches):
        progress(number, len(searches))
        low, high = scenario.claims[name].carried_by[path]
        where, claim = asked_in(scenario, scenario.claims[name])
        search = must_be_true(where, path, claim, low, high, draws=draws, seed=seed, precision=precision)
        found.append(ClaimTurn(name, path, search))
    progress(len(searches), len(searches))
    return tuple(found)
