"""The claims of a scenario on the page: what is said, the verdict, the evidence, and what would have to be true.

A claim about a figure, a fact or a concentration needs no draws and is judged at once; one about the run that the page
is of is read from it. Any other needs runs of its own: it is judged where those verdicts are handed in
(``multivector run --report FILE --claims``), and shown as not run where they are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.display.wording import listed
from multivector_sim.errors import UsageError
from multivector_sim.questions.claims import VERDICTS, is_certain, judge_claim
from multivector_sim.questions.variants import TODAY

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result
    from multivector_sim.questions.claims import Claims
    from multivector_sim.scenario.models import Claim

__all__ = ["ClaimRow", "claim_counts", "claim_rows", "speakers"]

NOT_RUN = "not run"
MEANINGS = {
    "holds": "in the model",
    "fails": "in the model",
    "cannot tell": "with so few draws",
    "agrees": "with a better source",
    "contradicted": "by a better source",
    "no better source": "was found",
    NOT_RUN: "here, since a run of its own is needed: add --claims",
}
"""How a sentence with a verdict goes on."""


class ClaimRow(NamedTuple):
    """One claim in words: the verdict and its grounds, who says it and where, and what ``kind`` of verdict it is."""

    title: str
    verdict: str
    reason: str
    note: str
    needed: str
    said_by: str
    place: str
    kind: str


def claim_rows(result: Result, judged: Claims | None = None) -> list[ClaimRow]:
    """Return one row per claim of a run's scenario.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("two-buyers"), draws=1024)
    >>> [row.verdict for row in claim_rows(result)]
    ['not run', 'no better source']
    """
    scenario = result.scenario
    known = {} if judged is None else {ruling.name: ruling for ruling in judged.rulings}
    rows = []
    for name, claim in scenario.claims.items():
        verdict, reason, needed = NOT_RUN, f"{claim.quantity} under {claim.under or TODAY}", ""
        found = known.get(name)
        try:
            if found is None and not _needs_run(claim):
                found = judge_claim(scenario, name, claim, lambda _: result)
        except UsageError as error:
            reason = str(error)
        if found is not None:
            verdict, reason, needed = found.verdict, found.reason, found.needed
        source = scenario.sources[claim.source].title if claim.source else ""
        title, note, place = claim.title or name, claim.note or "", claim.place or ""
        rows.append(ClaimRow(title, verdict, reason, note, needed, source, place, claim.rests_on))
    return rows


def _needs_run(claim: Claim) -> bool:
    """Return whether a claim needs a run beside that of the scenario as it is."""
    is_level_today = claim.change is None and (claim.under or TODAY) == TODAY
    return claim.quantity is not None and not is_certain(claim) and not is_level_today


def claim_counts(rows: list[ClaimRow]) -> list[tuple[int, str, str]]:
    """Count the rows of each verdict: how many, the verdict, and how the sentence goes on."""
    given = [row.verdict for row in rows]
    return [(given.count(it), it, MEANINGS[it]) for it in (*VERDICTS, NOT_RUN) if it in given]


def speakers(rows: list[ClaimRow]) -> str:
    """Name who says it."""
    return listed(list(dict.fromkeys(row.said_by for row in rows if row.said_by)))
