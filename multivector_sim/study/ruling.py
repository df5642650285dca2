"""One claim and its verdict: a quantity of one run, or its change between two, held against what was said.

The answer is a margin: by how much the claim is met, with its Monte Carlo interval. All of it above nothing, the claim
*holds*; all below, it *fails*; else the draws *cannot tell*. A claim of -65 % holds where the quantity falls by 65 % or
more, one of +10 % where it rises by that much or more, one of no change where there is none at all.

A case is today, a mix, a measure or an override of the scenario, or another scenario with a case of its own, as in
``scenarios.kazakhstan/storms:overrides.balanced``. Concentration needs no draws, so claims about it cost no run.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from multivector_sim.engine.concentration import concentration
from multivector_sim.engine.simulate import simulate
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate
from multivector_sim.scenario.claim import CERTAIN
from multivector_sim.study.cases import TODAY, case_of, case_text
from multivector_sim.study.figure_claim import weigh, weigh_fact
from multivector_sim.study.quantity import change, look_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.claim import Claim
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "TODAY",
    "VERDICTS",
    "Ruling",
    "Runner",
    "Runs",
    "case_of",
    "case_text",
    "is_certain",
    "rule",
    "runner",
    "verdict",
]

Runs: TypeAlias = "dict[str, tuple[Result, dict[str, Any]]]"
Runner: TypeAlias = "Callable[[str], tuple[Result, dict[str, Any]]]"

VERDICTS = ("holds", "fails", "cannot tell", "agrees", "contradicted", "no better source")
ROUNDING = 1e-12


@dataclass(frozen=True)
class Ruling:
    """One claim and what became of it.

    Parameters
    ----------
    name, title, claim
        What was said.
    verdict
        One of :data:`VERDICTS`.
    found
        What the model gives: the quantity, or its change as a share; None for a claim about a figure, or where a share
        of nothing means nothing.
    margin
        By how much the claim is met, in the unit of ``found``; None as before.
    needed
        What would have to be true.
    reason
        What the verdict rests on.
    """

    name: str
    title: str
    claim: Claim
    verdict: str
    found: Estimate | None
    margin: Estimate | None
    needed: str
    reason: str

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "name": self.name,
            "title": self.title,
            "verdict": self.verdict,
            "kind": self.claim.rests_on,
            "quantity": self.claim.quantity,
            "under": self.claim.under,
            "against": self.claim.against,
            "figure": self.claim.figure,
            "says": self.claim.says,
            "source": self.claim.source,
            "place": self.claim.place,
            "note": self.claim.note,
            "found": None if self.found is None else self.found._asdict(),
            "margin": None if self.margin is None else self.margin._asdict(),
            "needed": self.needed,
            "reason": self.reason,
        }


def runner(scenario: Scenario, draws: int, seed: int, workers: int, known: Runs | None = None) -> Runner:
    """Give what runs a case by its name.

    Parameters
    ----------
    scenario
        Today.
    draws, seed, workers
        Of every run.
    known
        What was run before; cases that come to the same are run once.

    Returns
    -------
    callable
        From ``today`` or ``mixes.NAME`` to the run and its document.
    """
    runs: Runs = {} if known is None else known
    others: dict[str, Scenario] = {}

    def run(case: str) -> tuple[Result, dict[str, Any]]:
        changed = case_of(scenario, case, others)
        text = case_text(changed)
        if text not in runs:
            result = simulate(changed, draws=draws, seed=seed, workers=workers)
            runs[text] = result, result.document()
        return runs[text]

    return run


def rule(scenario: Scenario, name: str, claim: Claim, run: Runner) -> Ruling:
    """Judge one claim.

    Parameters
    ----------
    scenario
        Where figures are looked up.
    name, claim
        The claim.
    run
        Gives the run of a case and its document.

    Returns
    -------
    Ruling
        The verdict, and what would have to be true.
    """
    title = claim.title or name
    if claim.figure is not None:
        evidence = weigh(scenario, claim)
        needed = "" if evidence.verdict == "agrees" else f"{claim.figure} would have to be {claim.says:g}"
        return Ruling(name, title, claim, evidence.verdict, None, None, needed, evidence.reason)
    if claim.quantity is None:
        evidence = weigh_fact(claim)
        needed = "" if evidence.verdict == "agrees" else f"a better source would have to say {fact_words(claim)}"
        return Ruling(name, title, claim, evidence.verdict, None, None, needed, evidence.reason)
    if claim.change is None:
        return rule_level(scenario, name, claim, run)
    return rule_change(scenario, name, claim, run)


def is_certain(claim: Claim) -> bool:
    """Tell whether a claim is about a quantity that needs no draws.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> is_certain(mv.load("two-buyers").claims["storms"])
    False
    """
    return claim.quantity is not None and claim.quantity.startswith(CERTAIN)


def described(scenario: Scenario, case: str) -> dict[str, Any]:
    """Give what of a run's document needs no draws."""
    return {"concentration": concentration(case_of(scenario, case))}


def fact_words(claim: Claim) -> str:
    """Say what a claim about a fact says."""
    said = {"": claim.says, "at least ": claim.at_least, "at most ": claim.at_most}
    return next(f"{words}{limit:,.10g}" for words, limit in said.items() if limit is not None)


def rule_level(scenario: Scenario, name: str, claim: Claim, run: Runner) -> Ruling:
    """Judge a claim that a quantity is at least or at most so much."""
    path, under = claim.quantity or "", claim.under or TODAY
    found = look_up(described(scenario, under) if is_certain(claim) else run(under)[1], path)
    limit, sign = (claim.at_most, -1.0) if claim.at_most is not None else (claim.at_least, 1.0)
    if limit is None:
        raise UsageError(f"claim {name}: says nothing; give change, at_least or at_most")
    margin = met(found, limit, sign)
    needed = f"{path} would have to be at {'most' if sign < 0.0 else 'least'} {limit:g} under {under}"
    note = "; 'against' is of no meaning here" if claim.against is not None else ""
    reason = f"{said(found)} under {under}{note}"
    return Ruling(name, claim.title or name, claim, verdict(margin), found, margin, needed, reason)


def rule_change(scenario: Scenario, name: str, claim: Claim, run: Runner) -> Ruling:
    """Judge a claim that a quantity changes by so much."""
    path, under, against = claim.quantity or "", claim.under or TODAY, claim.against or TODAY
    wanted = 0.0 if claim.change is None else claim.change
    if is_certain(claim):
        first, second = (look_up(described(scenario, case), path) for case in (against, under))
        moved = None if first.value <= 0.0 else Estimate(*(3 * (second.value / first.value - 1.0,)))
    else:
        (after, after_document), (before, before_document) = run(under), run(against)
        first = look_up(before_document, path)
        moved = change(before, after, path, (before_document, after_document))
    needed = f"{path} would have to be {first.value * (1.0 + wanted):.4g} under {under}, {change_words(wanted)}"
    title = claim.title or name
    if moved is None:
        reason = f"{path} is {first.value:.4g} under {against}; a share of that means nothing"
        return Ruling(name, title, claim, "cannot tell", None, None, needed, reason)
    margin = met_exactly(moved) if wanted == 0.0 else met(moved, wanted, 1.0 if wanted > 0.0 else -1.0)
    reason = f"a change of {said(moved)} against {against}, where it is {first.value:.4g}"
    return Ruling(name, title, claim, verdict(margin), moved, margin, needed, reason)


def met(found: Estimate, limit: float, sign: float) -> Estimate:
    """Say by how much a limit is met: from above for a sign of 1, from below for -1."""
    above = found.mapped(lambda number: number - limit)
    return above if sign > 0.0 else above.turned()


def met_exactly(moved: Estimate) -> Estimate:
    """Say by how much a change of nothing is missed."""
    sizes = sorted((abs(moved.lowest), abs(moved.highest)))
    least = 0.0 if moved.lowest <= 0.0 <= moved.highest else sizes[0]
    return Estimate(-abs(moved.value), -sizes[1] if isfinite(sizes[1]) else None, -least, moved.reason)


def verdict(margin: Estimate) -> str:
    """Judge a margin, to within a rounding.

    Examples
    --------
    >>> verdict(Estimate(0.1, 0.05, 0.2)), verdict(Estimate(0.1, -0.1, 0.2)), verdict(Estimate(-0.1, -0.2, -0.05))
    ('holds', 'cannot tell', 'fails')
    """
    if margin.lowest >= -ROUNDING:
        return "holds"
    return "fails" if margin.highest < -ROUNDING else "cannot tell"


def said(estimate: Estimate) -> str:
    """Write an estimate with its interval."""
    if estimate.width <= ROUNDING * abs(estimate.value):
        return f"{estimate.value:.4g}"
    ends = (f"{end:.4g}" if isfinite(end) else "no limit" for end in (estimate.lowest, estimate.highest))
    return f"{estimate.value:.4g} ({' to '.join(ends)})"


def change_words(share: float) -> str:
    """Say a change.

    Examples
    --------
    >>> change_words(-0.65), change_words(0.1), change_words(0.0)
    ('65 % less', '10 % more', 'no change')
    """
    if share == 0.0:
        return "no change"
    return f"{100 * abs(share):.4g} % {'less' if share < 0.0 else 'more'}"
