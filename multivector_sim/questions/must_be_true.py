"""What must be true: the threshold of one number for a claim to hold, or the boundary in two numbers.

A claim about the model holds or fails, or the draws cannot tell. This question asks which assumption would have to
differ, and by how much. One number takes a series of values while everything else, including the random numbers, stays
the same, and the zero of the claim's margin is located (:mod:`multivector_sim.questions.root_scan`). The answer
includes the bracket in which the draws cannot tell. "At none of the values that were tried" is an answer too.

With two numbers, the threshold of the second is found at several values of the first; the thresholds form the boundary.

**Thresholds of verdicts.** A verdict of the model follows from assumptions, and readers want to know from which. A
claim may list the numbers on which it depends (``carried_by``), each with a defensible range. Each number is searched
separately, in the scenario under which the claim is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer
from multivector_sim.display.path_words import path_in_words
from multivector_sim.display.plotting import draw_literally
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import OF_QUANTITY, Row, Table, measured_in
from multivector_sim.display.wording import number
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.questions.claims import TODAY, Runs, judge_claim, runner, verdict
from multivector_sim.questions.figure_claims import figure_at
from multivector_sim.questions.root_scan import find_turns
from multivector_sim.sampling.laws import quantile
from multivector_sim.scenario.models import Claim
from multivector_sim.scenario.read import as_scenario, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from matplotlib.axes import Axes

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.claims import ClaimVerdict
    from multivector_sim.questions.root_scan import RootScan
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["ClaimTurn", "MustBeTrue", "Range", "asked_in", "claim_turns", "must_be_true"]

SCAN, COLUMNS, COLUMN_SCAN = 7, 6, 4
DRAWS, DRAWS_BORDER = 4096, 2048
EXPECTED = (18, 50)
"""About how many values a search of one number, or two, takes; for the progress."""

OUTERMOST = 1e-3
UNNEEDED = ("mixes", "measures", "overrides", "claims")


@with_bar
@on_executor
def must_be_true(
    scenario: ScenarioLike,
    path: str | Sequence[str],
    claim: str | Claim | Mapping[str, Any],
    low: float | Sequence[float | None] | None = None,
    high: float | Sequence[float | None] | None = None,
    *,
    draws: int | None = None,
    seed: int = 1,
    points: int | None = None,
    precision: float = 1e-3,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> MustBeTrue:
    """Find the value of one number at which a claim turns, or the border in two.

    Parameters
    ----------
    scenario
        What is assumed.
    path
        The dotted path of a number, as ``--set`` takes it; two of them for a border.
    claim
        The name of a claim about the model, or a claim.
    low, high
        The range to search, one for each path; the ends of the number's law where left out (its 0.1 % and 99.9 %
        quantiles where it has no end).
    draws
        How many draws at each value: 4,096 for one number, 2,048 for two, if left out.
    seed
        Any whole number from 0; all values use the same random numbers.
    points
        How many values the scan takes: 7 for one number; 6 of the first for two, with 4 of the second.
    precision
        How closely to find a turn, as a share of the range.
    workers
        How many threads to run.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with values done and about how many there are to do.

    Returns
    -------
    MustBeTrue
        Every turn with the bracket in which the draws cannot tell.

    Raises
    ------
    UsageError
        If there is no such number or claim, the claim is about a figure, or the range makes no sense.
    ScenarioError
        If the scenario cannot be with a value of the range.

    References
    ----------
    Glasserman, P. (2004). Monte Carlo methods in financial engineering. Springer, chapter 7 (common random numbers).

    Examples
    --------
    >>> import multivector_sim as mv
    >>> claim = {"quantity": "measures.trade.loss_share.mean", "at_most": 0.05}
    >>> found = must_be_true(mv.load("two-buyers"), "stress.0.channels.imports", claim, 0.0, 1.0, draws=2048)
    >>> found.answer, found.turning.turns[0].holds
    ('turns', 'below')
    """
    scenario = as_scenario(scenario)
    paths = (path,) if isinstance(path, str) else tuple(path)
    lows, highs = _ends(low, len(paths)), _ends(high, len(paths))
    name, wanted = _named_claim(scenario, claim)
    _check(len(paths), points, precision)
    ranges = tuple(_range_of(scenario, *it) for it in zip(paths, lows, highs, strict=True))
    slim = _lean(scenario, wanted, paths)
    count = draws or (DRAWS if len(paths) == 1 else DRAWS_BORDER)
    known: Runs = {}
    today = judge_claim(slim, name, wanted, runner(slim, count, seed, workers, known))
    counter = _Described(progress, EXPECTED[len(paths) - 1])

    def margin(settings: dict[str, float]) -> Estimate:
        changed = slim.with_set(settings)
        ruling = judge_claim(changed, name, wanted, runner(changed, count, seed, workers, known))
        counter.one_more()
        if ruling.margin is None:
            where = ", ".join(f"{key} = {value:.4g}" for key, value in settings.items())
            raise UsageError(f"claim {name}: means nothing at {where}: {ruling.reason}")
        return ruling.margin

    last = ranges[-1]
    if len(paths) == 1:
        found = find_turns(lambda at: margin({last.path: at}), last.low, last.high, points or SCAN, precision)
        counter.finish()
        return MustBeTrue(scenario, name, wanted, count, seed, today, ranges, (found,))
    columns = np.linspace(ranges[0].low, ranges[0].high, points or COLUMNS).tolist()

    def at_column(column: float) -> RootScan:
        first = {ranges[0].path: column}
        return find_turns(lambda at: margin({**first, last.path: at}), last.low, last.high, COLUMN_SCAN, precision)

    turnings = tuple(at_column(column) for column in columns)
    counter.finish()
    return MustBeTrue(scenario, name, wanted, count, seed, today, ranges, turnings, tuple(columns))


class _Described:
    """Reports how many values were tried."""

    def __init__(self, progress: Progress, expected: int) -> None:
        self.progress, self.expected, self.done = progress, expected, 0

    def one_more(self) -> None:
        """Count a value."""
        self.done += 1
        self.progress(min(self.done, self.expected), self.expected)

    def finish(self) -> None:
        """Finish."""
        self.progress(self.expected, self.expected)


def _ends(given: float | Sequence[float | None] | None, count: int) -> tuple[float | None, ...]:
    """Return one end for each path."""
    taken = (given,) if given is None or isinstance(given, (int, float)) else tuple(given)
    if len(taken) > count:
        raise UsageError(f"low, high: {len(taken)} given for {count} path{'s' * (count > 1)}")
    return taken + (None,) * (count - len(taken))


def _check(paths: int, points: int | None, precision: float) -> None:
    """Check the arguments."""
    if paths not in (1, 2):
        raise UsageError(f"path: {paths} paths given; give one, or two for a boundary")
    if points is not None and points < 2:  # noqa: PLR2004  a range has two ends
        raise UsageError(f"points: {points} is too few to scan a range; give 2 or more")
    if not 0.0 < precision < 1.0:
        raise UsageError(f"precision: {precision:g} is not a share of the range; give a number between 0 and 1")


def _named_claim(scenario: Scenario, claim: str | Claim | Mapping[str, Any]) -> tuple[str, Claim]:
    """Return a claim of the scenario by name, or the given one."""
    if isinstance(claim, str):
        if claim not in scenario.claims:
            raise UsageError(f"no claim called '{claim}'; there are {', '.join(scenario.claims) or 'none'}")
        name, taken = claim, scenario.claims[claim]
    else:
        given = claim if isinstance(claim, Claim) else {"title": "the claim", **claim}
        document = given.model_dump(exclude_none=True) if isinstance(given, Claim) else given
        full = scenario.document()
        full["claims"] = {**full.get("claims", {}), "given": document}
        name, taken = "given", type(scenario).model_validate(full).claims["given"]
    if taken.quantity is None:
        raise UsageError(f"claim {name}: is about a figure, which no assumption moves; see multivector claims")
    return name, taken


def _range_of(scenario: Scenario, path: str, low: float | None, high: float | None) -> Range:
    """Return the range to search: the given one, or the support of the number's distribution."""
    if low is not None and high is not None:
        first, second, origin = float(low), float(high), "given"
    else:
        law = figure_at(scenario, path).law
        if law.is_fixed:
            raise UsageError(f"{path}: is a fixed number, {law}, without a range; give low and high (--low, --high)")
        least, most = law.support
        far = quantile(law.kind, law.parameters, np.array([OUTERMOST, 1.0 - OUTERMOST]))
        first = float(least if np.isfinite(least) else far[0]) if low is None else float(low)
        second = float(most if np.isfinite(most) else far[1]) if high is None else float(high)
        origin = f"of its law, {law}"
    if not np.isfinite([first, second]).all() or first >= second:
        raise UsageError(f"{path}: {first:g} to {second:g} is not a range; give low below high")
    return Range(path, first, second, origin, path_in_words(scenario, path))


def _lean(scenario: Scenario, claim: Claim, paths: tuple[str, ...]) -> Scenario:
    """Return the scenario without the sections that the claim does not need, so that setting a value is fast."""
    document = scenario.document()
    touched = {path.split(".")[0] for path in paths}
    for case in (claim.under or TODAY, claim.against or TODAY):
        touched.add(case.split(".")[0])
    kept = {key: entry for key, entry in document.items() if key not in UNNEEDED or key in touched}
    return type(scenario).model_validate(kept)


SCHEMA = "multivector/must-be-true/1"
LINE = ("from", "to")
"""A line has two ends."""


@dataclass(frozen=True)
class Range:
    """A number of the scenario, the range that is searched, where the range comes from, and the number's name."""

    path: str
    low: float
    high: float
    origin: str
    title: str

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"path": self.path, "low": self.low, "high": self.high, "origin": self.origin}


@dataclass(frozen=True, repr=False)
class MustBeTrue(Answer):
    """The thresholds of a claim.

    Parameters
    ----------
    scenario, name, claim, draws, seed
        What was asked.
    today
        The claim's ruling with everything as the scenario has it.
    ranges
        One number, or two.
    turnings
        For one number its turns; for two, those of the second at each value of the first.
    columns
        The values of the first of two numbers; empty for one.
    """

    scenario: Scenario
    name: str
    claim: Claim
    draws: int
    seed: int
    today: ClaimVerdict
    ranges: tuple[Range, ...]
    turnings: tuple[RootScan, ...]
    columns: tuple[float, ...] = ()

    @property
    def turning(self) -> RootScan:
        """The turns of one number."""
        if self.columns:
            raise UsageError("two numbers have a boundary; look at .columns and .turnings")
        return self.turnings[0]

    @property
    def answer(self) -> str:
        """The result in one word: ``turns``, ``holds everywhere``, ``holds nowhere`` or ``cannot tell``."""
        answers = {turning.answer for turning in self.turnings}
        if len(answers) == 1:
            return answers.pop()
        return "cannot tell" if answers == {"cannot tell", "holds everywhere"} else "turns"

    def words(self) -> tuple[str, ...]:
        """Describe it, a sentence for each turn, or for each value of the first number."""
        title = self.claim.title or self.name
        if not self.columns:
            return tuple(f"{title}: {line}" for line in _sentences(self.turnings[0], self.ranges[0]))
        first, second = self.ranges
        return tuple(
            f"{title}, with '{first.title}' at {value:.4g}: {line}"
            for value, turning in zip(self.columns, self.turnings, strict=True)
            for line in _sentences(turning, second)
        )

    def document(self) -> dict[str, Any]:
        """Return what ``multivector must-be-true --json`` prints."""
        parts = [_part(turning) for turning in self.turnings]
        if self.columns:
            parts = [{"at": value} | it for value, it in zip(self.columns, parts, strict=True)]
        return {
            "schema": SCHEMA,
            "scenario": self.scenario.name,
            "claim": self.today.document(),
            "draws": self.draws,
            "seed": self.seed,
            "measured_in": measured_in(
                ("found margin says", OF_QUANTITY),
                ("value ranges turns at tolerance holds", "as the number in the scenario"),
            ),
            "ranges": [it.document() for it in self.ranges],
            "answer": self.answer,
            "words": list(self.words()),
            **({"border": parts} if self.columns else parts[0]),
        }

    def _headline(self) -> str:
        return f"{'; '.join(self.words())}."

    def _rows(self) -> Iterator[Row]:
        """Yield the turns and the margin at every value that was tried."""
        searched = self.ranges[-1].path
        for place, turning in enumerate(self.turnings):
            of = {self.ranges[0].path: self.columns[place]} if self.columns else {}
            for count, turn in enumerate(turning.turns, 1):
                yield Row(
                    {**of, "turn": count}, "turns_at", turn.value, turn.low, turn.high, searched, f"holds {turn.holds}"
                )
            for value, margin in turning.tried or turning.scan:
                yield Row({**of, searched: value}, "margin", *margin, "unit of the claim", verdict(margin))

    def _table(self) -> Table:
        rows = [
            (
                f"{self.ranges[0].title}: {number(self.columns[place])}" if self.columns else self.ranges[0].title,
                number(turn.value),
                f"{number(turn.low)} to {number(turn.high)}",
                turn.holds,
            )
            for place, turning in enumerate(self.turnings)
            for turn in turning.turns
        ]
        return Table("Where the claim turns", ("number", "turns at", "cannot tell", "holds"), rows)

    def _picture(self) -> str:
        tried = [] if self.columns else list(self.turnings[0].tried or self.turnings[0].scan)
        if len({value for value, _ in tried}) < len(LINE):
            return ""
        said = (
            f"Margin of the claim over {self.ranges[0].title}; "
            "the claim holds above the dots, which mark where it turns"
        )
        turns = [(turn.value, 0.0) for turn in self.turnings[0].turns]
        return small_pictures.curve([value for value, _ in tried], [margin.value for _, margin in tried], said, turns)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the margin over the number, or the border over two."""
        from multivector_sim.questions.plots.must_be_true import must_be_true as draw

        return draw_literally(draw(self, ax))


def _part(turning: RootScan) -> dict[str, Any]:
    """Return turns as plain data."""
    return {
        "turns": [turn.document() for turn in turning.turns],
        "monotone": turning.monotone,
        "tolerance": turning.tolerance,
        "holds": [list(it) for it in _holding(turning)],
        "tried": [
            {"value": value, "margin": margin.document(), "verdict": verdict(margin)} for value, margin in turning.tried
        ],
        "scan": [
            {"value": value, "margin": margin.document(), "verdict": verdict(margin)} for value, margin in turning.scan
        ],
    }


def _sentences(turning: RootScan, searched: Range) -> list[str]:
    """Return where a claim turns."""
    inside = f"between {searched.low:.4g} and {searched.high:.4g}"
    if turning.answer == "holds everywhere":
        return [f"holds at each of the {_tried(turning)} {inside} that were tried for '{searched.title}'"]
    if turning.answer == "holds nowhere":
        value, margin = turning.nearest
        counted = f"holds at none of the {_tried(turning)} {inside} that were tried for '{searched.title}'"
        return [f"{counted}; it comes nearest at {value:.3g}, with a margin of {margin.value:.3g}"]
    if turning.answer == "cannot tell":
        named = f"'{searched.title}'"
        known = [(f"{value:.4g}", verdict(margin)) for value, margin in turning.scan]
        lines = [
            f"{what} where '{searched.title}' is {', '.join(value for value, found in known if found == what)}"
            for what in ("holds", "fails")
            if any(found == what for _, found in known)
        ]
        rest = f"{'elsewhere' if lines else f'with any value of {named}'} {inside} the draws cannot tell"
        return ["; ".join([*lines, f"{rest}; take more of them"])]
    if len(turning.turns) > 1:
        return [_several(turning, searched)]
    return [
        f"holds where '{searched.title}' is {turn.holds} {turn.value:.4g} "
        f"(the draws cannot tell between {turn.low:.4g} and {turn.high:.4g})"
        for turn in turning.turns
    ]


def _tried(turning: RootScan) -> str:
    """Return how many values were tried, in words."""
    return f"{len(turning.tried or turning.scan)} values"


def _holding(turning: RootScan) -> list[tuple[float, float]]:
    """Return between which values the claim holds, by the turns, or all over the range; none where no value does."""
    low, high = turning.scan[0][0], turning.scan[-1][0]
    if turning.answer == "holds everywhere":
        return [(low, high)]
    found: list[tuple[float, float]] = []
    begin: float | None = low if turning.turns and turning.turns[0].holds == "below" else None
    for turn in turning.turns:
        if turn.holds == "above":
            begin = turn.value
        elif begin is not None:
            found.append((begin, turn.value))
            begin = None
    return found if begin is None else [*found, (begin, high)]


def _several(turning: RootScan, searched: Range) -> str:
    """Return in one sentence where a claim with several turns holds."""
    parts = []
    for low, high in _holding(turning):
        if low == searched.low:
            parts.append(f"below {high:.4g}")
        elif high == searched.high:
            parts.append(f"above {low:.4g}")
        else:
            parts.append(f"between {low:.4g} and {high:.4g}")
    doubts = ", ".join(f"{turn.low:.4g} to {turn.high:.4g}" for turn in turning.turns)
    return f"holds where '{searched.title}' is {' or '.join(parts)} (the draws cannot tell in {doubts})"


SCENARIOS = "scenarios."
CLAIM_DRAWS = 2048


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
    draws: int = CLAIM_DRAWS,
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
    for searched, (name, path) in enumerate(searches):
        progress(searched, len(searches))
        low, high = scenario.claims[name].carried_by[path]
        where, claim = asked_in(scenario, scenario.claims[name])
        search = must_be_true(where, path, claim, low, high, draws=draws, seed=seed, precision=precision)
        found.append(ClaimTurn(name, path, search))
    progress(len(searches), len(searches))
    return tuple(found)
