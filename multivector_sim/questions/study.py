"""Every question that a scenario supports, asked with its defaults, each answered in one sentence.

Questions differ in how many runs of the model they take: a run takes one, a comparison one for each mix, a ranking one
for each measure and each pair, sensitivity one for each input, and claims one for each case that they name. So that no
question dominates the time of a study, each has its own number of draws: see :data:`DRAWS`. They are fewer than those
of the separate commands; the intervals show the cost, and the separate command gives a more precise answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from multivector_sim.display.answer import Answer, Shown
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import Table
from multivector_sim.engine.concentration import concentration
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent, simulate
from multivector_sim.errors import UsageError
from multivector_sim.questions.claims import claims
from multivector_sim.questions.compare import compare
from multivector_sim.questions.contribute import contribute
from multivector_sim.questions.frontier.frontier import frontier
from multivector_sim.questions.rank import rank
from multivector_sim.questions.reverse_stress import reverse_stress
from multivector_sim.questions.sensitivity import sensitivity
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.display.tables import Row
    from multivector_sim.engine.result import Result
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.claims import Claims
    from multivector_sim.questions.compare import Comparison
    from multivector_sim.questions.contribute import Contributions
    from multivector_sim.questions.frontier.result import Frontier
    from multivector_sim.questions.rank_result import Rank
    from multivector_sim.questions.reverse_stress import ReverseStress
    from multivector_sim.questions.sensitivity import Sensitivity
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["DRAWS", "QUESTIONS", "Finding", "Study", "study"]

SCHEMA = "multivector/study/1"
BASE = 20_480

DRAWS = {
    "run": BASE,
    "concentration": 0,
    "claims": 2048,
    "compare": 8192,
    "contribute": 8192,
    "frontier": 2048,
    "rank": 4096,
    "reverse-stress": 2048,
    "sensitivity": 512,
}
"""Draws of each run that a question makes in a study of 20,480 draws; with more or fewer they change in proportion."""

FEWEST = 128
POINTS, RESAMPLES = 5, 20
"""Points of the frontier, and its number of bootstrap resamples."""

WITHOUT = 2048
"""Draws of the marginals beside the contributions."""

RARE = 0.95
"""A reverse stress asks for a loss that a run exceeds with one less this probability."""

MOST_NAMED = 3
SOMETHING = 1e-6
NOT_ASKED = {"must-be-true": "needs a number and a claim: multivector must-be-true SCENARIO --path P --claim NAME"}


class Finding(NamedTuple):
    """The finding of one question.

    ``question`` is its command, ``title`` what it asks, ``sentence`` what came of it, ``draws`` those of each of its
    runs, ``seconds`` how long it took, ``answer`` what its function returned.
    """

    question: str
    title: str
    sentence: str
    draws: int
    seconds: float
    answer: Any

    def document(self) -> dict[str, Any]:
        """Return it as plain data, the answer as its own command prints it."""
        answer = self.answer if isinstance(self.answer, dict) else self.answer.document()
        return {"question": self.question, "finding": self.sentence, "draws": self.draws, "answer": answer}


@dataclass(frozen=True, eq=False, repr=False)
class Study(Answer):
    """The findings of all questions that a scenario supports.

    Parameters
    ----------
    scenario
        What was assumed.
    seed
        Of every question.
    findings
        In the order of :data:`QUESTIONS`.
    left_out
        Questions that were not asked, and why.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = study(mv.load("teaching"), draws=256)
    >>> found["run"].draws, found.finding("compare").title
    (256, 'Would another mix be more resilient?')
    """

    scenario: Scenario
    seed: int
    findings: tuple[Finding, ...]
    left_out: dict[str, str]

    def finding(self, question: str) -> Finding:
        """Return the finding of one question."""
        for finding in self.findings:
            if finding.question == question:
                return finding
        reason = self.left_out.get(question, f"there are {', '.join(QUESTIONS)}")
        raise UsageError(f"study: '{question}' was not asked: {reason}")

    def __getitem__(self, question: str) -> Any:  # noqa: ANN401  each question returns a type of its own
        """Return the answer of a question, as its own function does."""
        return self.finding(question).answer

    def summary(self) -> str:
        """Return all findings as text, one line each, and the questions that were not asked."""
        lines = [f"{it.title} {it.sentence}" for it in self.findings]
        lines += [f"Not asked: {question}: {reason}" for question, reason in self.left_out.items()]
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what is delivered month by month in the main run."""
        from multivector_sim.questions.plots.study import main_panel

        return main_panel(self, ax)

    def figure(self) -> Figure:
        """Draw every question that has a plot, a panel each."""
        from multivector_sim.questions.plots.study import panels

        return panels(self)

    def _headline(self) -> str:
        asked = f"{len(self.findings)} questions about {self.scenario.name}"
        return f"{asked}, {len(self.left_out)} not asked. {self.findings[0].sentence}"

    def _rows(self) -> Iterator[Row]:
        for finding in self.findings:
            if isinstance(finding.answer, Shown):
                for row in finding.answer.rows():
                    yield row._replace(of={"question": finding.question, **row.of})

    def _table(self) -> Table:
        rows = [(it.title, it.sentence) for it in self.findings]
        return Table("", ("question", "finding"), rows, left=2)

    def _picture(self) -> str:
        return self.findings[0].answer.picture() if isinstance(self.findings[0].answer, Shown) else ""

    def document(self) -> dict[str, Any]:
        """Return what ``multivector study --json`` prints."""
        return {
            "schema": SCHEMA,
            "scenario": self.scenario.name,
            "seed": self.seed,
            "findings": [finding.document() for finding in self.findings],
            "left_out": self.left_out,
        }


@with_bar
@on_executor
def study(
    scenario: ScenarioLike,
    draws: int = BASE,
    seed: int = 1,
    *,
    workers: int = 1,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> Study:
    """Ask every question that a scenario supports.

    Its runs are computed by ``workers`` threads, or by ``executor``, such as a Dask client's ``get_executor()``.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = study(mv.load("teaching"), draws=256)
    >>> list(found.left_out)
    ['reverse-stress', 'must-be-true']
    """
    scenario = as_scenario(scenario)
    findings: list[Finding] = []
    left_out: dict[str, str] = {}
    for number, (question, (title, ask, tell)) in enumerate(QUESTIONS.items()):
        size = _size(question, draws)
        began = perf_counter()
        shifted = partial(_shifted, progress, number)
        try:
            run = findings[0].answer if findings else None
            answer = ask(_Asked(scenario, size, seed, workers, shifted, run))
        except UsageError as error:
            if not findings:
                raise
            left_out[question] = str(error)
            continue
        describe = partial(tell, scenario=scenario) if question == "concentration" else tell
        findings.append(Finding(question, title, describe(answer), size, perf_counter() - began, answer))
    return Study(scenario, seed, tuple(findings), left_out | NOT_ASKED)


STEPS = 1000


def _size(question: str, draws: int) -> int:
    """Return how many draws each run of a question takes; 0 for one that needs no run."""
    part = round(DRAWS[question] * draws / BASE)
    return draws if question == "run" else max(FEWEST, part) if DRAWS[question] else 0


def _shifted(progress: Progress, number: int, done: int, total: int) -> None:
    """Report the progress of one question as a part of all."""
    progress(number * STEPS + STEPS * done // max(total, 1), len(QUESTIONS) * STEPS)


class _Asked(NamedTuple):
    """The arguments of a question; ``run`` is the run that came first."""

    scenario: Scenario
    draws: int
    seed: int
    workers: int
    progress: Progress
    run: Result | None


def _run(asked: _Asked) -> Result:
    return simulate(asked.scenario, asked.draws, asked.seed, workers=asked.workers, progress=asked.progress)


def _tell_run(result: Result) -> str:
    column = _main_column(result)
    sample = result[column]
    mean, tail = _percent(sample.mean()), _percent(sample.es(0.95))
    return f"{_capital(column)} loses {mean} of its baseline on average, {tail} in the worst 5 % of draws."


def _concentration(asked: _Asked) -> dict[str, Any]:
    return concentration(asked.scenario)


def _tell_concentration(channels: dict[str, Any], scenario: Scenario) -> str:
    shares = {name: next(iter(entry["dependence"].items()), ("", 0.0)) for name, entry in channels.items()}
    name, (partner, share) = max(shares.items(), key=lambda it: it[1][1])
    if not partner:
        return "No flow depends on a named partner."
    flow = scenario.channels[name].title if name in scenario.channels else name
    country = scenario.partners[partner].title or partner
    return f"{_capital(flow or name)} depends most on one country: {country} can stop {100 * share:.0f} % of it."


def _claims(asked: _Asked) -> Claims:
    if not asked.scenario.claims:
        raise UsageError("the scenario makes no claims")
    return claims(asked.scenario, (), asked.draws, asked.seed, workers=asked.workers, progress=asked.progress)


def _tell_claims(found: Claims) -> str:
    counts = ", ".join(f"{count} {verdict}" for verdict, count in found.counts.items())
    return f"Of {len(found.rulings)}: {counts}."


def _compare(asked: _Asked) -> Comparison:
    others: list[Scenario | str] = [asked.scenario, *asked.scenario.mixes, "one", "equal"]
    return compare(others, asked.draws, asked.seed, workers=asked.workers, progress=asked.progress)


def _tell_compare(found: Comparison) -> str:
    base = found.labels[0]
    sentences = [found.pair(base, label).sentence for label in found.labels[1:]]
    return _capital("; ".join(sentences[:MOST_NAMED])) + "."


def _contribute(asked: _Asked) -> Contributions:
    return contribute(
        asked.scenario,
        draws=asked.draws,
        seed=asked.seed,
        marginal_draws=min(WITHOUT, asked.draws),
        workers=asked.workers,
        progress=asked.progress,
    )


def _tell_contribute(found: Contributions) -> str:
    parts = sorted(found.group("partner"), key=lambda part: -abs(part.es.value))
    shares = [
        f"{found.title('partner', part.name)} {100 * part.share:.0f} %"
        for part in parts[:MOST_NAMED]
        if part.share is not None and abs(part.share) > SOMETHING
    ]
    return f"Contributions to the expected shortfall of {found.column}: {', '.join(shares) or 'none'}."


def _frontier(asked: _Asked) -> Frontier:
    return frontier(
        asked.scenario,
        POINTS,
        draws=asked.draws,
        seed=asked.seed,
        resamples=RESAMPLES,
        workers=asked.workers,
        progress=asked.progress,
    )


def _tell_frontier(found: Frontier) -> str:
    better = found.better
    if not better:
        return f"No mix of {', '.join(found.channels)} was shown to be better than today's."
    best = min(better, key=lambda point: point.es.value)
    tail, today = _percent(best.es), _percent(found.today.es)
    many = "1 mix is" if len(better) == 1 else f"{len(better)} mixes are"
    return f"{many} better than today's; the safest has an expected shortfall of {tail}, against {today} today."


def _rank(asked: _Asked) -> Rank:
    if not asked.scenario.measures:
        raise UsageError("the scenario names no measures")
    return rank(asked.scenario, draws=asked.draws, seed=asked.seed, workers=asked.workers, progress=asked.progress)


def _tell_rank(found: Rank) -> str:
    if not found.measures:
        return found.note
    first = found.measures[0]
    share = "" if first.share is None else f", {_percent(first.share)} of the expected shortfall"
    tied = " It ties with the next one." if first.tie else ""
    unsure = " These draws cannot tell it from no reduction." if first.share and first.share.lowest <= 0.0 else ""
    return f"{first.title or first.name} reduces the risk most per unit of cost{share}.{tied}{unsure}"


def _reverse(asked: _Asked) -> ReverseStress:
    if asked.run is None:
        raise UsageError("there is no run")
    column = _main_column(asked.run)
    loss = round(asked.run[column].var(RARE).value, 3)
    if loss <= 0.0:
        raise UsageError(f"{column} loses nothing in 95 % of draws; name a loss with --loss")
    return reverse_stress(
        asked.scenario, loss, column, asked.draws, asked.seed, workers=asked.workers, progress=asked.progress
    )


def _tell_reverse(found: ReverseStress) -> str:
    chance = _percent(found.exceedance)
    way = f" The most likely way: {found.ways[0].words()}" if found.ways else ""
    return f"Losing {100 * found.loss:.1f} % or more of {found.column} has a probability of {chance}.{way}"


def _sensitivity(asked: _Asked) -> Sensitivity:
    column = "total" if asked.run is None else _main_column(asked.run)
    return sensitivity(
        asked.scenario, asked.draws, asked.seed, column=column, workers=asked.workers, progress=asked.progress
    )


def _tell_sensitivity(found: Sensitivity) -> str:
    if found.note or not found.inputs:
        return _capital(found.note or "no law moves it") + "."
    first = found.inputs[0]
    whole, alone = _percent(first.total, 0), _percent(first.first, 0)
    said = f"explains {whole} of the variance (total effect); {alone} on its own (first order)"
    return f"{found.title_of(first.label)} {said}."


def _main_column(result: Result) -> str:
    """Return the column that matters most: total where there is trade or investment."""
    return "total" if "total" in result.columns else result.columns[0]


def _percent(estimate: Estimate, decimals: int = 1) -> str:
    """Return a share in per cent, with its interval."""
    value, low, high = (f"{100 * it:.{decimals}f}" for it in (estimate.value, estimate.lowest, estimate.highest))
    return f"{value} % ({low} to {high})"


def _capital(text: str) -> str:
    """Return a text with a capital letter first."""
    return text[:1].upper() + text[1:]


QUESTIONS: dict[str, tuple[str, Callable[[_Asked], Any], Callable[..., str]]] = {
    "run": ("What is lost?", _run, _tell_run),
    "concentration": ("How concentrated is it?", _concentration, _tell_concentration),
    "claims": ("Which claims hold?", _claims, _tell_claims),
    "compare": ("Would another mix be more resilient?", _compare, _tell_compare),
    "contribute": ("Which partner drives the tail?", _contribute, _tell_contribute),
    "frontier": ("Which mixes have the best trade-off of value and risk?", _frontier, _tell_frontier),
    "rank": ("Which measure reduces the risk most per unit of cost?", _rank, _tell_rank),
    "reverse-stress": ("What is the most likely way to a large loss?", _reverse, _tell_reverse),
    "sensitivity": ("Which assumption drives the result?", _sensitivity, _tell_sensitivity),
}
"""By command: the question, the function that asks it, and the function that describes the answer."""
