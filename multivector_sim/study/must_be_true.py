"""What must be true: the value of one number of the scenario at which a claim turns, or the border in two.

A claim about the model holds, fails, or the draws cannot tell. Which assumption would have to be otherwise, and by how
much? One number is set to value after value, everything else stays, every value meets the same luck, and the place
where the claim's margin crosses nothing is searched (:mod:`multivector_sim.study.turning`). The answer comes with the
bracket in which the draws cannot tell. "No value in its range does" is an answer too.

With two numbers the same is asked of the second at several values of the first: the turns make the border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.cores import CORES
from multivector_sim.engine.progress import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.sampling.laws import quantile
from multivector_sim.scenario.claim import Claim
from multivector_sim.study.figure_claim import figure_at
from multivector_sim.study.must_be_true_result import MustBeTrue, Range
from multivector_sim.study.ruling import TODAY, Runs, rule, runner
from multivector_sim.study.turning import find_turns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.study.turning import Turning

__all__ = ["must_be_true"]

SCAN, COLUMNS, COLUMN_SCAN = 7, 6, 4
DRAWS, DRAWS_BORDER = 4096, 2048
EXPECTED = (18, 50)
"""About how many values a search of one number, or two, takes; for the progress."""

OUTERMOST = 1e-3
UNNEEDED = ("mixes", "measures", "overrides", "claims")


def must_be_true(
    scenario: Scenario,
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
        Any whole number from 0; every value meets the same luck.
    points
        How many values the scan takes: 7 for one number; 6 of the first for two, with 4 of the second.
    precision
        How closely to find a turn, as a share of the range.
    workers
        How many threads to run.
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
    paths = (path,) if isinstance(path, str) else tuple(path)
    lows, highs = ends(low, len(paths)), ends(high, len(paths))
    name, wanted = named_claim(scenario, claim)
    check(len(paths), points, precision)
    ranges = tuple(range_of(scenario, *it) for it in zip(paths, lows, highs, strict=True))
    slim = lean(scenario, wanted, paths)
    count = draws or (DRAWS if len(paths) == 1 else DRAWS_BORDER)
    known: Runs = {}
    today = rule(slim, name, wanted, runner(slim, count, seed, workers, known))
    told = Told(progress, EXPECTED[len(paths) - 1])

    def margin(settings: dict[str, float]) -> Estimate:
        changed = slim.with_set(settings)
        ruling = rule(changed, name, wanted, runner(changed, count, seed, workers, known))
        told.one_more()
        if ruling.margin is None:
            where = ", ".join(f"{key} = {value:.4g}" for key, value in settings.items())
            raise UsageError(f"claim {name}: means nothing at {where}: {ruling.reason}")
        return ruling.margin

    last = ranges[-1]
    if len(paths) == 1:
        found = find_turns(lambda at: margin({last.path: at}), last.low, last.high, points or SCAN, precision)
        told.finish()
        return MustBeTrue(scenario, name, wanted, count, seed, today, ranges, (found,))
    columns = np.linspace(ranges[0].low, ranges[0].high, points or COLUMNS).tolist()

    def at_column(column: float) -> Turning:
        first = {ranges[0].path: column}
        return find_turns(lambda at: margin({**first, last.path: at}), last.low, last.high, COLUMN_SCAN, precision)

    turnings = tuple(at_column(column) for column in columns)
    told.finish()
    return MustBeTrue(scenario, name, wanted, count, seed, today, ranges, turnings, tuple(columns))


class Told:
    """Tells how many values were tried."""

    def __init__(self, progress: Progress, expected: int) -> None:
        self.progress, self.expected, self.done = progress, expected, 0

    def one_more(self) -> None:
        """Count a value."""
        self.done += 1
        self.progress(min(self.done, self.expected), self.expected)

    def finish(self) -> None:
        """Be done."""
        self.progress(self.expected, self.expected)


def ends(given: float | Sequence[float | None] | None, count: int) -> tuple[float | None, ...]:
    """Give one end for each path."""
    taken = (given,) if given is None or isinstance(given, (int, float)) else tuple(given)
    if len(taken) > count:
        raise UsageError(f"low, high: {len(taken)} for {count} path{'s' * (count > 1)}")
    return taken + (None,) * (count - len(taken))


def check(paths: int, points: int | None, precision: float) -> None:
    """Refuse what makes no sense."""
    if paths not in (1, 2):
        raise UsageError(f"path: {paths} of them; give one number, or two for a border")
    if points is not None and points < 2:  # noqa: PLR2004  a range has two ends
        raise UsageError(f"points: {points} is too few to scan a range; give 2 or more")
    if not 0.0 < precision < 1.0:
        raise UsageError(f"precision: {precision:g} is no share of the range; give one between 0 and 1")


def named_claim(scenario: Scenario, claim: str | Claim | Mapping[str, Any]) -> tuple[str, Claim]:
    """Take a claim of the scenario by name, or one that is given."""
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


def range_of(scenario: Scenario, path: str, low: float | None, high: float | None) -> Range:
    """Choose the range to search: what is given, or what the number's law can reach."""
    if low is not None and high is not None:
        first, second, origin = float(low), float(high), "given"
    else:
        law = figure_at(scenario, path).law
        if law.is_fixed:
            raise UsageError(f"{path}: is certain, {law}, so its range is not known; give low and high (--low, --high)")
        least, most = law.support
        far = quantile(law.kind, law.parameters, np.array([OUTERMOST, 1.0 - OUTERMOST]))
        first = float(least if np.isfinite(least) else far[0]) if low is None else float(low)
        second = float(most if np.isfinite(most) else far[1]) if high is None else float(high)
        origin = f"of its law, {law}"
    if not np.isfinite([first, second]).all() or first >= second:
        raise UsageError(f"{path}: {first:g} to {second:g} is no range; give low below high")
    return Range(path, first, second, origin)


def lean(scenario: Scenario, claim: Claim, paths: tuple[str, ...]) -> Scenario:
    """Leave out what the claim does not need, so that a value is set quickly."""
    document = scenario.document()
    touched = {path.split(".")[0] for path in paths}
    for case in (claim.under or TODAY, claim.against or TODAY):
        touched.add(case.split(".")[0])
    kept = {key: entry for key, entry in document.items() if key not in UNNEEDED or key in touched}
    return type(scenario).model_validate(kept)
