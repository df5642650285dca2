"""Claims: statements judged by the model or by a better source.

A claim about the model names a quantity of a run, the case under which it is made, and what should be true: at least so
much, at most so much, or a change against another case. Its margin, how much is left before the claim would fail, is an
estimate with an interval. If the whole interval is above zero the claim *holds*; if it is below, the claim *fails*;
otherwise the draws *cannot tell*. A claim of -65 % holds if the quantity falls by 65 % or more, one of +10 % if it
rises by that much or more, one of no change if nothing changes at all.

A case is today, a mix, a measure or an override of the scenario, or another scenario with a case of its own, as in
``scenarios.kazakhstan/storms:overrides.all-talks``. All cases use the same random numbers. Concentration needs no
draws, so claims about it cost no run.

A claim about a figure or a fact is held against the best-trusted figure: *agrees*, *contradicted*, or *no better
source* (:mod:`multivector_sim.questions.figure_claims`). A verdict about the model says what follows from the
scenario's assumptions and nothing about their truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer, shortened
from multivector_sim.display.path_words import limit_in_words, quantity_in_words, size_in_words
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import OF_QUANTITY, Row, Table, make_row, measured_in
from multivector_sim.display.wording import capital, listed, percent_between
from multivector_sim.engine.concentration import concentration
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.document import part_document
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent, simulate
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate, document_of
from multivector_sim.questions.claim_quantity import change, look_up
from multivector_sim.questions.figure_claims import weigh, weigh_fact
from multivector_sim.questions.variants import TODAY, case_of, case_text
from multivector_sim.scenario.models import CERTAIN, CLAIM_KINDS
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor

    from matplotlib.axes import Axes

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.models import Claim
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "TODAY",
    "VERDICTS",
    "ClaimVerdict",
    "Claims",
    "Runner",
    "Runs",
    "case_of",
    "case_text",
    "claims",
    "is_certain",
    "judge_claim",
    "runner",
    "verdict",
]

SCHEMA = "multivector/claims/1"


@dataclass(frozen=True, repr=False)
class Claims(Answer):
    """All claims of a scenario and their verdicts."""

    scenario: Scenario
    draws: int
    seed: int
    rulings: tuple[ClaimVerdict, ...]

    def __getitem__(self, name: str) -> ClaimVerdict:
        """Return one ruling by the claim's name."""
        for ruling in self.rulings:
            if ruling.name == name:
                return ruling
        raise UsageError(f"no claim called '{name}'; there are {', '.join(it.name for it in self.rulings) or 'none'}")

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of every claim."""
        return {ruling.name: ruling.verdict for ruling in self.rulings}

    @property
    def counts(self) -> dict[str, int]:
        """The number of claims with each verdict, in the order of :data:`VERDICTS`."""
        given = [ruling.verdict for ruling in self.rulings]
        return {verdict: given.count(verdict) for verdict in VERDICTS if verdict in given}

    @property
    def counts_by_kind(self) -> dict[str, dict[str, int]]:
        """The same counts for each kind of claim that there is: evidence, model and definition are never added up."""
        given = [(ruling.claim.rests_on, ruling.verdict) for ruling in self.rulings]
        return {
            kind: {verdict: given.count((kind, verdict)) for verdict in VERDICTS if (kind, verdict) in given}
            for kind in CLAIM_KINDS
            if any(it == kind for it, _ in given)
        }

    def document(self) -> dict[str, Any]:
        """Return what ``multivector claims --json`` prints."""
        return {
            "schema": SCHEMA,
            "scenario": self.scenario.name,
            "draws": self.draws,
            "seed": self.seed,
            "measured_in": measured_in(
                ("found margin says", OF_QUANTITY),
                ("counts counts_by_kind", "claims"),
            ),
            "counts": self.counts,
            "counts_by_kind": self.counts_by_kind,
            "claims": [ruling.document() for ruling in self.rulings],
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how many claims of each kind have each verdict."""
        from multivector_sim.questions.plots.claims import verdict_bars

        return verdict_bars(self, ax)

    def _headline(self) -> str:
        if not self.rulings:
            return f"{self.scenario.name} makes no claims."
        counts = listed([f"{count} {verdict_}" for verdict_, count in self.counts.items()])
        return f"{len(self.rulings)} claims of {self.scenario.name}: {counts} ({self.draws:,} draws, seed {self.seed})."

    def _rows(self) -> Iterator[Row]:
        for it in self.rulings:
            unit = "share" if it.claim.change is not None else "unit of the quantity"
            yield make_row("found", it.found, "" if it.found is None else unit, it.verdict, claim=it.name)
            if it.margin is not None:
                yield make_row("margin", it.margin, unit, claim=it.name)

    def _table(self) -> Table:
        rows = [(it.title, it.claim.rests_on, it.verdict) for it in self.rulings]
        return Table("Claims", ("claim", "rests on", "verdict"), rows, left=3)

    def _picture(self) -> str:
        counts = self.counts
        return (
            small_pictures.bars(list(counts), [float(it) for it in counts.values()], "Claims by verdict")
            if counts
            else ""
        )


@with_bar
@on_executor
def claims(
    scenario: ScenarioLike,
    names: Iterable[str] = (),
    draws: int = 20_000,
    seed: int = 1,
    *,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> Claims:
    """Judge a scenario's claims by the model and by its better sources.

    Parameters
    ----------
    scenario
        A scenario with claims.
    names
        Which; all if left out.
    draws, seed, workers
        As for :func:`~multivector_sim.engine.simulate.simulate`; every case uses the same random numbers.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with claims done and all claims.

    Returns
    -------
    Claims
        A ruling for each, in the order of the scenario.

    Raises
    ------
    UsageError
        If there is no such claim, or a claim is about a quantity that does not exist.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> claims(mv.load("two-buyers"), draws=4096).verdicts
    {'storms': 'fails', 'china': 'no better source'}
    """
    scenario = as_scenario(scenario)
    wanted = tuple(names) or tuple(scenario.claims)
    for name in wanted:
        if name not in scenario.claims:
            known = ", ".join(scenario.claims) or "none"
            raise UsageError(f"no claim called '{name}'; there are {known}")
    run = runner(scenario, draws, seed, workers)
    rulings = []
    for number, name in enumerate(wanted):
        progress(number, len(wanted))
        rulings.append(judge_claim(scenario, name, scenario.claims[name], run))
    progress(len(wanted), len(wanted))
    return Claims(scenario, draws, seed, tuple(rulings))


Runs: TypeAlias = "dict[str, Result]"
Runner: TypeAlias = "Callable[[str], Result]"

VERDICTS = ("holds", "fails", "cannot tell", "agrees", "contradicted", "no better source")
ROUNDING = 1e-12


@dataclass(frozen=True, repr=False)
class ClaimVerdict:
    """One claim and its verdict.

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

    def __repr__(self) -> str:
        """Return the claim, its verdict and the reason, in at most three lines."""
        return shortened(f"ClaimVerdict({self.name}: {self.verdict}; {self.reason})")

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
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
            "found": document_of(self.found),
            "margin": document_of(self.margin),
            "needed": self.needed,
            "reason": self.reason,
        }


def runner(scenario: Scenario, draws: int, seed: int, workers: int, known: Runs | None = None) -> Runner:
    """Return what runs a case by its name."""
    runs: Runs = {} if known is None else known
    others: dict[str, Scenario] = {}

    def run(case: str) -> Result:
        changed = case_of(scenario, case, others)
        text = case_text(changed)
        if text not in runs:
            runs[text] = simulate(changed, draws=draws, seed=seed, workers=workers)
        return runs[text]

    return run


def judge_claim(scenario: Scenario, name: str, claim: Claim, run: Runner) -> ClaimVerdict:
    """Judge one claim."""
    title = claim.title or name
    if claim.figure is not None:
        evidence = weigh(scenario, claim)
        needed = "" if evidence.verdict == "agrees" else f"{claim.figure} would have to be {claim.says:g}"
        return ClaimVerdict(name, title, claim, evidence.verdict, None, None, needed, evidence.reason)
    if claim.quantity is None:
        evidence = weigh_fact(claim)
        needed = "" if evidence.verdict == "agrees" else f"a better source would have to say {_fact_words(claim)}"
        return ClaimVerdict(name, title, claim, evidence.verdict, None, None, needed, evidence.reason)
    if claim.change is None:
        return _judge_level(scenario, name, claim, run)
    return _judge_change(scenario, name, claim, run)


def is_certain(claim: Claim) -> bool:
    """Return whether a claim is about a quantity that needs no draws.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> is_certain(mv.load("two-buyers").claims["storms"])
    False
    """
    return claim.quantity is not None and claim.quantity.startswith(CERTAIN)


def _described(scenario: Scenario, case: str) -> dict[str, Any]:
    """Return the parts of a run's document that need no draws."""
    return {"concentration": concentration(case_of(scenario, case))}


def _fact_words(claim: Claim) -> str:
    """Return a claim about a fact in words."""
    said = {"": claim.says, "at least ": claim.at_least, "at most ": claim.at_most}
    return next(f"{words}{limit:,.10g}" for words, limit in said.items() if limit is not None)


def _judge_level(scenario: Scenario, name: str, claim: Claim, run: Runner) -> ClaimVerdict:
    """Judge a claim that a quantity is at least or at most a given value."""
    path, under = claim.quantity or "", claim.under or TODAY
    found = look_up(_described(scenario, under) if is_certain(claim) else part_document(run(under), path), path)
    limit, sign = (claim.at_most, -1.0) if claim.at_most is not None else (claim.at_least, 1.0)
    if limit is None:
        raise UsageError(f"claim {name}: says nothing; give change, at_least or at_most")
    margin = _met(found, limit, sign)
    size, words = limit_in_words(path, limit), capital(quantity_in_words(scenario, path))
    needed = f"{words} would have to be at {'most' if sign < 0.0 else 'least'} {size} under {under}"
    note = "; 'against' is of no meaning here" if claim.against is not None else ""
    reason = f"{size_in_words(path, found)} under {under}{note}"
    return ClaimVerdict(name, claim.title or name, claim, verdict(margin), found, margin, needed, reason)


def _judge_change(scenario: Scenario, name: str, claim: Claim, run: Runner) -> ClaimVerdict:
    """Judge a claim that a quantity changes by a given share."""
    path, under, against = claim.quantity or "", claim.under or TODAY, claim.against or TODAY
    wanted = 0.0 if claim.change is None else claim.change
    if is_certain(claim):
        first, second = (look_up(_described(scenario, case), path) for case in (against, under))
        moved = None if first.value <= 0.0 else _exact(second.value / first.value - 1.0)
    else:
        after, before = run(under), run(against)
        first, second = (look_up(part_document(result, path), path) for result in (before, after))
        moved = change(before, after, path, (first, second))
    words, before_it = capital(quantity_in_words(scenario, path)), size_in_words(path, _exact(first.value))
    target = size_in_words(path, _exact(first.value * (1.0 + wanted)))
    needed = f"{words} would have to be {target} under {under}, {_change_words(wanted)}"
    title = claim.title or name
    if moved is None:
        reason = f"{words} is {before_it} under {against}; a share of that means nothing"
        return ClaimVerdict(name, title, claim, "cannot tell", None, None, needed, reason)
    margin = _met_exactly(moved) if wanted == 0.0 else _met(moved, wanted, 1.0 if wanted > 0.0 else -1.0)
    reason = f"a change of {percent_between(moved)} against {against}, where it is {before_it}"
    return ClaimVerdict(name, title, claim, verdict(margin), moved, margin, needed, reason)


def _met(found: Estimate, limit: float, sign: float) -> Estimate:
    """Return by how much a limit is met: from above for a sign of 1, from below for -1."""
    above = found.mapped(lambda number: number - limit)
    return above if sign > 0.0 else above.turned()


def _met_exactly(moved: Estimate) -> Estimate:
    """Return by how much a change of nothing is missed."""
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


def _exact(value: float) -> Estimate:
    """Return a number that is certain."""
    return Estimate(value, value, value)


def _change_words(share: float) -> str:
    """Describe a change.

    Examples
    --------
    >>> _change_words(-0.65), _change_words(0.1), _change_words(0.0)
    ('65 % less', '10 % more', 'no change')
    """
    if share == 0.0:
        return "no change"
    return f"{100 * abs(share):.4g} % {'less' if share < 0.0 else 'more'}"
