"""The claims of a scenario as a page of Markdown, counted by what their verdicts rest on.

``python -m tests.docs.claims_page`` writes ``docs/claims.md`` anew: what an article says about Kazakhstan,
where it says it, and what becomes of it. Three kinds of verdict are never added up: one that rests on *evidence*, one
that follows from the *model*'s assumptions, and one that is a matter of *definition*. Numbers of the model are rounded
so far that other draws seldom change them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.questions.claims import VERDICTS
from multivector_sim.scenario.models import CLAIM_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.questions.claims import Claims, ClaimVerdict
    from multivector_sim.questions.must_be_true import ClaimTurn

__all__ = ["DRAWS", "FILE", "TURNS", "page", "tally"]

FILE = Path(__file__).parents[2] / "docs" / "claims.md"
DRAWS = 4096
TURN_DRAWS = 2048
OURS_SOURCE = "authors"
TRUE = ("holds", "agrees")
NAMES = {
    "evidence": "Evidence: held against a better source",
    "model": "Model: what follows from assumptions",
    "definition": "Definition: arithmetic on given figures",
}
HEAD = """# The article, claim by claim

An article on Kazakhstan's multivector policy was the occasion for this library. Its mechanisms are good to think with.
Its figures come without sources, so none of them counts as known here: each is a claim, held against a better source
where one was found, and each "this leads to that" is held against the scenario that has the mechanism. Every claim is
a paraphrase and names the heading and the paragraph where it stands.

{tally}

The three kinds are not added up, because they are not worth the same.

- **Evidence.** A better source was looked for. "No better source" is no verdict against the article: it says that
  nobody better was found to ask.
- **Model.** The verdict follows from the scenario's assumptions, and says nothing about their truth. A claim that ties
  make ruptures rarer *holds* because the effect of a tie is taken to be above nothing. [Where it
  turns](#where-the-models-verdicts-turn) names the assumptions that carry a verdict, and the value at which it flips.
- **Definition.** Arithmetic on given figures, an index of concentration for example, or a matter of how a word is used.

Where the article names a mechanism and no number, the number is ours: "less" is at least 1 % less.

`multivector claims kazakhstan` prints the same with intervals; `multivector run kazakhstan --report FILE --claims` puts
it into the report. Each claim is an entry of the section `claims` of `scenarios/kazakhstan/scenario.yaml`. This page is
made from them with {draws:,} draws and seed {seed} by `python -m tests.docs.claims_page`, and a test holds
it to that.
"""
OURS = """## Our own

Lessons that the library draws and the article does not. They are kept apart, and are in none of the counts above.
"""
TURNS = "## Where the model's verdicts turn"
TURNS_TEXT = """
Each row moves one assumption over a range that somebody could defend, everything else staying as it is written, and
says where the verdict flips ({draws:,} draws, seed {seed}; in brackets what so many draws cannot tell). Paths are those
of the scenario that the claim is made under; `multivector must-be-true` finds the same.
"""
COLUMNS = ("claim", "place", "says", "verdict", "why", "what would have to be true")
TURN_COLUMNS = ("claim", "as written", "assumption", "searched", "the claim holds")


def tally(claims: Claims) -> str:
    """Count the verdicts of each kind.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> print(tally(mv.claims(mv.load("two-buyers"), draws=1024)))
    - evidence, 1 claim: 1 no better source
    - model, 1 claim: 1 fails
    """
    lines = []
    for kind in CLAIM_KINDS:
        given = [ruling.verdict for ruling in claims.rulings if ruling.claim.rests_on == kind and is_counted(ruling)]
        counts = [f"{given.count(verdict)} {verdict}" for verdict in VERDICTS if verdict in given]
        if given:
            lines.append(f"- {kind}, {len(given)} claim{'s' * (len(given) > 1)}: {', '.join(counts)}")
    return "\n".join(lines)


def page(claims: Claims, turns: Sequence[str] = ()) -> str:
    """Write the page."""
    parts = [HEAD.format(tally=tally(claims), draws=claims.draws, seed=claims.seed)]
    for kind in CLAIM_KINDS:
        rows = [_line(it) for it in claims.rulings if it.claim.rests_on == kind and is_counted(it)]
        if rows:
            parts += [f"## {NAMES[kind]}\n", *_table(COLUMNS, rows), ""]
    own = [_line(it) for it in claims.rulings if not is_counted(it)]
    if own:
        parts += [OURS, *_table(COLUMNS, own), ""]
    if turns:
        parts += [TURNS, TURNS_TEXT.format(draws=TURN_DRAWS, seed=claims.seed), *_table(TURN_COLUMNS, turns), ""]
    return "\n".join(parts).rstrip("\n") + "\n"


def is_counted(ruling: ClaimVerdict) -> bool:
    """Return whether a claim is somebody else's, and not a lesson of the scenario's own authors."""
    return ruling.claim.source != OURS_SOURCE


def _table(columns: Sequence[str], rows: Sequence[str]) -> list[str]:
    """Put rows under their heads."""
    return [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}", *rows]


def _row(*cells: str) -> str:
    """Write one row."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _line(ruling: ClaimVerdict) -> str:
    """Write one claim's line."""
    why = "; ".join(part for part in (_evidence(ruling), ruling.claim.note) if part)
    missing = "" if ruling.verdict in TRUE else _needed(ruling)
    return _row(f"`{ruling.name}`", ruling.claim.place or "", ruling.title, ruling.verdict, why, missing)


def _turn_lines(turns: Sequence[ClaimTurn]) -> list[str]:
    """Write one row for every assumption that carries a claim."""
    rows = []
    for turn in turns:
        searched = turn.found.ranges[0]
        where = turn.found.scenario.name
        ends = f"{searched.low:g} to {searched.high:g}"
        rows.append(
            _row(f"`{turn.claim}`", turn.found.today.verdict, f"`{turn.path}` of `{where}`", ends, _flips(turn))
        )
    return rows


def _flips(turn: ClaimTurn) -> str:
    """Return where the claim holds."""
    found = turn.found
    if found.turning.turns:
        said = [f"{it.holds} {it.value:.3g} ({it.low:.3g} to {it.high:.3g})" for it in found.turning.turns]
        return "; ".join(said)
    return found.answer.removeprefix("holds ")


def _evidence(ruling: ClaimVerdict) -> str:
    """Return what a verdict rests on, rounded."""
    if ruling.found is None:
        return ruling.reason
    if ruling.claim.change is not None:
        return f"{_signed(ruling.found.value)}, for {_signed(ruling.claim.change)} at least"
    return f"{ruling.found.value:.2f}, for {_limit(ruling)}"


def _needed(ruling: ClaimVerdict) -> str:
    """Return what would have to be true, without numbers of the draws."""
    claim = ruling.claim
    if claim.change is not None:
        return f"`{claim.quantity}` would have to change by {_signed(claim.change)}"
    if claim.quantity is not None:
        return f"`{claim.quantity}` would have to be {_limit(ruling)}"
    return ruling.needed


def _limit(ruling: ClaimVerdict) -> str:
    """Describe the limit of a claim."""
    claim = ruling.claim
    return f"at most {claim.at_most:g}" if claim.at_most is not None else f"at least {claim.at_least:g}"


def _signed(share: float) -> str:
    """Describe a change in whole per cent.

    Examples
    --------
    >>> _signed(-0.65), _signed(0.031), _signed(-0.0002)
    ('-65 %', '+3 %', '0 %')
    """
    rounded = round(100.0 * share)
    return f"{rounded:+d} %" if rounded else "0 %"


if __name__ == "__main__":
    from multivector_sim.questions.claims import claims as judge
    from multivector_sim.questions.must_be_true import claim_turns
    from multivector_sim.scenario.read import load

    scenario = load("kazakhstan")
    rows = _turn_lines(claim_turns(scenario, draws=TURN_DRAWS))
    FILE.write_text(page(judge(scenario, draws=DRAWS), rows), encoding="utf-8")
