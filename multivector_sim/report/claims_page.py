"""The claims of a scenario as a page of Markdown, and their count in a sentence.

``python -m multivector_sim.report.claims_page`` writes ``docs/claims.md`` anew: what an article says about Kazakhstan,
and what becomes of it. Numbers of the model are rounded so far that other draws seldom change them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multivector_sim.study.claims import Claims
    from multivector_sim.study.ruling import Ruling

__all__ = ["DRAWS", "FILE", "page", "tally"]

FILE = Path(__file__).parents[2] / "docs" / "claims.md"
DRAWS = 4096
TRUE = ("holds", "agrees")
FALSE = ("fails", "contradicted")
HEAD = """# The article, claim by claim

An article on Kazakhstan's multivector policy was the occasion for this library. Its mechanisms are good to think with.
Its figures come without sources, so none of them counts as known here: each is a claim, held against a better source
where one was found, and each "this leads to that" is held against the scenario that has the mechanism.

{tally}

- A verdict of the model says what follows from the scenario's assumptions, and not that they are true. A claim that
  ties make ruptures rarer *holds* because the effect of a tie is taken to be above nothing, and its line says so.
- "No better source" is no verdict against the article. It says that nobody better was found to ask.
- Where the article names a mechanism and no number, the number is ours: "less" is at least 1 % less.
- Twice the article contradicts itself: `fdi-growth` and `balanced-mix` say where.

`multivector claims kazakhstan` prints the same with intervals; `multivector run kazakhstan --report FILE --claims` puts
it into the report. Each claim is an entry of the section `claims` of `scenarios/kazakhstan/scenario.yaml`. This page is
made from them with {draws:,} draws and seed {seed} by `python -m multivector_sim.report.claims_page`, and a test holds
it to that.
"""
TABLE = "| claim | says | verdict | evidence | what would have to be true |\n| --- | --- | --- | --- | --- |"


def tally(claims: Claims) -> str:
    """Count the verdicts in a sentence.

    Parameters
    ----------
    claims
        Claims and their verdicts.

    Returns
    -------
    str
        How many are true, false, and cannot be told.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> tally(mv.claims(mv.load("two-buyers"), draws=1024))
    'Of 2 claims 0 hold or agree with a better source, 1 fail or are contradicted, and 1 cannot be told.'
    """
    counts = claims.counts
    true, false = (sum(counts.get(verdict, 0) for verdict in group) for group in (TRUE, FALSE))
    whole = len(claims.rulings)
    return (
        f"Of {whole} claims {true} hold or agree with a better source, {false} fail or are contradicted, "
        f"and {whole - true - false} cannot be told."
    )


def page(claims: Claims) -> str:
    """Write the page.

    Parameters
    ----------
    claims
        Claims and their verdicts.

    Returns
    -------
    str
        Markdown.
    """
    head = HEAD.format(tally=tally(claims), draws=claims.draws, seed=claims.seed)
    return "\n".join([head, TABLE, *map(line, claims.rulings)]) + "\n"


def line(ruling: Ruling) -> str:
    """Write one claim's line."""
    why = "; ".join(part for part in (evidence(ruling), ruling.claim.note) if part)
    told = ruling.verdict in TRUE
    cells = (f"`{ruling.name}`", ruling.title, ruling.verdict, why, "" if told else needed(ruling))
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def evidence(ruling: Ruling) -> str:
    """Say what a verdict rests on, rounded."""
    if ruling.found is None:
        return ruling.reason
    if ruling.claim.change is not None:
        return f"{signed(ruling.found.value)}, for {signed(ruling.claim.change)} at least"
    return f"{ruling.found.value:.2f}, for {limit(ruling)}"


def needed(ruling: Ruling) -> str:
    """Say what would have to be true, without numbers of the draws."""
    claim = ruling.claim
    if claim.change is not None:
        return f"`{claim.quantity}` would have to change by {signed(claim.change)}"
    if claim.quantity is not None:
        return f"`{claim.quantity}` would have to be {limit(ruling)}"
    return ruling.needed


def limit(ruling: Ruling) -> str:
    """Say the limit of a claim."""
    claim = ruling.claim
    return f"at most {claim.at_most:g}" if claim.at_most is not None else f"at least {claim.at_least:g}"


def signed(share: float) -> str:
    """Say a change in whole per cent.

    Examples
    --------
    >>> signed(-0.65), signed(0.031), signed(-0.0002)
    ('-65 %', '+3 %', '0 %')
    """
    rounded = round(100.0 * share)
    return f"{rounded:+d} %" if rounded else "0 %"


if __name__ == "__main__":
    from multivector_sim.scenario.read import load
    from multivector_sim.study.claims import claims as judge

    FILE.write_text(page(judge(load("kazakhstan"), draws=DRAWS)), encoding="utf-8")
