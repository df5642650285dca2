"""The tables of a scenario on the page: its figures, its sources and its claims.

**Figures** come one row each, the least trusted first. The scenario is walked from its root, and every figure becomes a
row: its meaning in words, its path in the file, its number or distribution, and its source. Defaults are marked,
because they are not about this country.

**Claims** show what is said, the verdict, the evidence, and what would have to be true. A claim about a figure, a fact
or a concentration needs no draws and is judged at once; one about the run that the page is of is read from it. Any
other needs runs of its own: it is judged where those verdicts are handed in (``multivector run --report FILE
--claims``), and shown as not run where they are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from multivector_sim.display.money import law_in_words, unit_of
from multivector_sim.display.path_words import path_words
from multivector_sim.display.wording import listed
from multivector_sim.errors import UsageError
from multivector_sim.questions.claims import VERDICTS, is_certain, judge_claim
from multivector_sim.questions.variants import TODAY
from multivector_sim.scenario.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.engine.result import Result
    from multivector_sim.questions.claims import Claims
    from multivector_sim.scenario.models import Claim
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "TRUSTS",
    "ClaimRow",
    "FigureRow",
    "SourceRow",
    "claim_counts",
    "claim_rows",
    "figure_rows",
    "source_rows",
    "speakers",
    "trust_counts",
]

TRUSTS = {
    "assumption": "assumed; not estimated from data",
    "unverified": "no source, or a judgement",
    "memory": "from memory, without a page",
    "article": "a claim of the article under test",
    "press": "a newspaper, a trade journal",
    "estimated": "estimated from data by this library",
    "study": "a published paper",
    "official": "a statistics office, a central bank, a ministry",
}
"""The grades of trust, the lowest first, and their meaning."""

MONEY_ROOTS = ("exposures", "gdp")
MONEY_KEYS = ("capacity", "cost")
MONEY_A_YEAR = " a year"


class FigureRow(NamedTuple):
    """One figure: ``name`` for people, ``path`` in the file; ``default`` if the scenario does not state it."""

    name: str
    path: str
    value: str
    source: str
    as_of: str
    trust: str
    note: str
    default: bool


class SourceRow(NamedTuple):
    """One source, and how many figures rest on it."""

    key: str
    title: str
    where: str
    figures: int


def figure_rows(scenario: Scenario) -> list[FigureRow]:
    """Return every figure, the least trusted first, defaults last.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> [_row.path for _row in figure_rows(mv.load("one-or-many")) if _row.path.startswith("exposures")][:2]
    ['exposures.exports.p01', 'exposures.exports.p02']
    """
    rows = [_row(scenario, path, figure, default) for path, figure, default in _walk(scenario, (), is_default=False)]
    order = list(TRUSTS)
    return sorted(rows, key=lambda it: (it.default, order.index(it.trust) if it.trust in order else -1))


def trust_counts(rows: list[FigureRow]) -> dict[str, int]:
    """Return the number of given figures by trust, the lowest first, without unused grades."""
    given = [row.trust for row in rows if not row.default]
    return {trust: given.count(trust) for trust in TRUSTS if trust in given}


def source_rows(scenario: Scenario, rows: list[FigureRow]) -> list[SourceRow]:
    """List the sources in the order of the file, with how many of the figures rest on each."""
    used = [row.source for row in rows]
    return [SourceRow(key, source.title, source.where, used.count(key)) for key, source in scenario.sources.items()]


def _walk(node: Any, path: tuple[str, ...], *, is_default: bool) -> Iterator[tuple[tuple[str, ...], Figure, bool]]:  # noqa: ANN401  any part of a scenario
    """Find the figures under a node, each with its path and whether it is a default."""
    if isinstance(node, Figure):
        yield path, node, is_default
    elif isinstance(node, BaseModel):
        for name, field in type(node).model_fields.items():
            unsaid = is_default or name not in node.model_fields_set
            yield from _walk(getattr(node, name), (*path, field.alias or name), is_default=unsaid)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _walk(value, (*path, str(key)), is_default=is_default)
    elif isinstance(node, tuple | list):
        for number, value in enumerate(node):
            yield from _walk(value, (*path, str(number)), is_default=is_default)


def _row(scenario: Scenario, path: tuple[str, ...], figure: Figure, default: bool) -> FigureRow:  # noqa: FBT001  a field
    """Write one figure's row."""
    unit = unit_of(scenario, path[1]) if path[0] == "exposures" else None
    is_money = unit is None and (path[0] in MONEY_ROOTS or path[-1] in MONEY_KEYS)
    value = law_in_words(figure.law, scenario.currency if is_money else None)
    return FigureRow(
        name=path_words(scenario, path),
        path=".".join(path),
        value=f"{value} {unit}" if unit else value + MONEY_A_YEAR * (is_money and path[-1] != "cost"),
        source=figure.source or "",
        as_of="" if figure.as_of is None else str(figure.as_of),
        trust=figure.trust,
        note=figure.note or "",
        default=default,
    )


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
