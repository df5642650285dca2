"""Which assumptions drive the result: Sobol indices of every distribution, and swings of every fixed number.

The indices (:mod:`multivector_sim.questions.sobol_indices`) divide the variance of the loss among the uncertain
assumptions, including their interactions; they show where a better figure would help. Inputs that depend on each other
are treated as one. Fixed numbers do not contribute to the
variance but may still be wrong; they are moved one at a time (:mod:`multivector_sim.questions.sensitivity_runs`). A
study takes ``inputs + 2`` runs of all draws, and two shorter ones for each swing: paired differences need fewer draws,
and their intervals show the cost of that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer
from multivector_sim.display.path_words import path_in_words
from multivector_sim.display.plotting import draw_literally
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import Row, Table, make_row, measured_in
from multivector_sim.display.wording import percent_between, with_interval
from multivector_sim.engine.case import build_case
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.problem import column_place
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate, document_of, mean_interval, shortfall_scores
from multivector_sim.questions.sensitivity_runs import OUTPUTS, MixedSource, Task, by_law, by_section, levers, run_tasks
from multivector_sim.questions.sobol_indices import indices, shift
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Executor

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.engine.case import Case
    from multivector_sim.questions.sensitivity_runs import Group, Ranges, Swingable
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.typing import Floats

__all__ = ["DRAWS", "Input", "Sensitivity", "Swing", "sensitivity"]

DRAWS = 4096
FEWEST = 100
MOST = 10_000_000
MOST_MOVED, FEWEST_MOVED, RAREST = 50_000, 64, 0.01
"""Draws with a rupture that all swings take together; draws of each at least; the rarest rupture reckoned with."""

TAIL_LEVEL = 0.95
TROUGH = "trough"

Moved = tuple[float, "Case"]


@with_bar
@on_executor
def sensitivity(
    scenario: ScenarioLike,
    draws: int = DRAWS,
    seed: int = 1,
    *,
    column: str = "total",
    measure: str = "loss_share",
    groups: Literal["law", "section"] = "law",
    ranges: Ranges | None = None,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> Sensitivity:
    """Return the assumptions that drive the outcome.

    Parameters
    ----------
    scenario
        What is assumed.
    draws
        Draws of each sample, 100 or more.
    seed
        The first sample is the run of this seed.
    column
        A channel, or trade, investment or total.
    measure
        The figure of each draw that is explained: ``loss_share``, ``trough``, ``months_to_recover`` or ``unrecovered``.
    groups
        Whether an input is a single law, or a section of the file: fewer inputs, fewer runs.
    ranges
        Stated ranges of certain numbers, ``{path: (low, high)}``, beside those that the scenario states.
    workers
        How many threads to run.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with draws done and draws asked for, over all runs.

    Returns
    -------
    Sensitivity
        Inputs and swings, the greatest first. Estimates come with 95 % Monte Carlo intervals and are not clipped.

    Raises
    ------
    UsageError
        If the column, the measure, the groups, a range or the number of draws makes no sense.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = mv.sensitivity(mv.load("two-buyers"), draws=1024, seed=1)
    >>> found.inputs[0].label
    'stress.0.channels'
    """
    scenario = as_scenario(scenario)
    _check(draws, workers, measure, groups)
    case = build_case(scenario)
    at = column_place(case.problem, scenario.channels, column)
    inputs = (by_section if groups == "section" else by_law)(scenario, case.sampler)
    moves = [(lever, lever.moved(scenario, -1), lever.moved(scenario, 1)) for lever in levers(scenario, ranges)]
    every = frozenset(case.sampler.names)
    tasks = [Task(case), Task(case, every), *(Task(case, frozenset(group.streams)) for group in inputs)]
    plain = [move for move in moves if move[0].is_plain]
    few = _swing_draws(case, 2 * len(plain), draws, seed)
    batches = [(tasks, draws)]
    for some, size in (([move for move in moves if not move[0].is_plain], draws), (plain, few)):
        batches.append(([Task(it[1]) for _, *both in some for it in both if it is not None], size))
    runs = sum(len(batch) * size for batch, size in batches)
    found_runs, before = [], 0
    for batch, size in batches:
        found_runs.append(run_tasks(batch, measure, at, size, seed, workers, _later(progress, before, runs)))
        before += found_runs[-1].size
    outputs, others, plain_others = found_runs
    first, second, swapped = outputs[0], outputs[1], outputs[2:]
    found = indices(first, second, swapped)
    rows = [
        Input(group.label, group.law, group.streams, one, whole, *_fifths(group, first, outputs[2 + place], seed))
        for place, (group, one, whole) in enumerate(zip(inputs, found.first, found.total, strict=True))
    ]
    worst = -1.0 if measure == TROUGH else 1.0
    swings = [
        *_measured([move for move in moves if not move[0].is_plain], first, list(others), worst),
        *_measured(plain, first[:few], list(plain_others), worst),
    ]
    return Sensitivity(
        scenario=scenario.name,
        column=column,
        measure=measure,
        draws=draws,
        runs=runs,
        seed=seed,
        mean=mean_interval(np.concatenate([first, second])),
        variance=found.variance,
        alone=found.alone,
        inputs=tuple(sorted(rows, key=lambda row: -row.total.value)),
        swings=tuple(sorted(swings, key=_width, reverse=True)),
        titles={
            name: path_in_words(scenario, name) for name in (*(it.label for it in rows), *(it.path for it in swings))
        },
    )


def _later(progress: Progress, before: int, runs: int) -> Progress:
    """Return a progress callback for a part of the work, after a number of draws that are done."""
    return lambda done, _: progress(before + done, runs)


def _swing_draws(case: Case, runs: int, draws: int, seed: int) -> int:
    """Return the draws of each plain swing: as many as asked for, unless all of them together would take too long.

    Only draws with a rupture take time, so a scenario in which few draws have one gets more.
    """
    if runs == 0:
        return draws
    happens = np.isfinite(case.sampler.sample(PseudoRandom(seed, 0)).onset).any(axis=1).mean()
    return min(draws, max(FEWEST_MOVED, int(MOST_MOVED / (runs * max(float(happens), RAREST)))))


def _check(draws: int, workers: int, measure: str, groups: str) -> None:
    """Check the arguments."""
    if not FEWEST <= draws <= MOST:
        raise UsageError(f"draws: {draws} are too few or too many for a variance; give {FEWEST} to {MOST:,}")
    if workers < 1:
        raise UsageError(f"workers: {workers} is not a number of workers; give 1 or more")
    if measure not in OUTPUTS:
        raise UsageError(f"measure: no outcome called '{measure}'; there are {', '.join(OUTPUTS)}")
    if groups not in ("law", "section"):
        raise UsageError(f"groups: '{groups}' is not known; give law or section")


def _fifths(group: Group, first: Floats, swapped: Floats, seed: int) -> tuple[Estimate | None, Estimate | None]:
    """Return how far the mean output moves where one number is in its lowest fifth, and in its highest."""
    if not group.graded:
        return None, None
    (stream,) = group.streams
    blocks = range(-(-first.size // BLOCK))
    old, new = (
        np.concatenate([MixedSource(seed, block, names).uniforms(stream) for block in blocks])[: first.size]
        for names in (frozenset[str](), frozenset([stream]))
    )
    return shift(first, swapped, old, new)


def _measured(
    moves: list[tuple[Swingable, Moved | None, Moved | None]], first: Floats, outputs: list[Floats], worst: float
) -> list[Swing]:
    """Compare every moved run with the base run; ``worst`` is 1 if high values are bad, and -1 if low ones are."""
    tail = shortfall_scores(worst * first, TAIL_LEVEL)
    swings = []
    for lever, down, up in moves:
        ends: list[tuple[float | None, Estimate | None, Estimate | None]] = []
        for move in (down, up):
            if move is None:
                ends.append((None, None, None))
                continue
            output = outputs.pop(0)
            change = worst * (shortfall_scores(worst * output, TAIL_LEVEL) - tail)
            ends.append((move[0], mean_interval(output - first), mean_interval(change)))
        (low_value, low, low_tail), (high_value, high, high_tail) = ends
        swings.append(
            Swing(lever.path, lever.value, low_value, high_value, low, high, low_tail, high_tail, lever.how, first.size)
        )
    return swings


def _width(swing: Swing) -> float:
    """Return how far a swing moves the worst twentieth."""
    ends = [0.0, *(estimate.value for estimate in (swing.low_tail, swing.high_tail) if estimate is not None)]
    return max(ends) - min(ends)


@dataclass(frozen=True)
class Input:
    """One input: a distribution, or several that depend on each other.

    Parameters
    ----------
    label
        The path of its number, or what the group is.
    law
        In words.
    streams
        The streams that move it.
    first, total
        Its indices. They may be below 0 or above 1 where draws are few.
    low, high
        How far the mean output moves where the number is in the lowest fifth of its law, and in the highest; None
        where it is not one number that can be high or low.
    """

    label: str
    law: str
    streams: tuple[str, ...]
    first: Estimate
    total: Estimate
    low: Estimate | None
    high: Estimate | None


@dataclass(frozen=True)
class Swing:
    """One fixed number, moved down and up.

    Parameters
    ----------
    path, value
        Where it stands, and what it is.
    low_value, high_value
        What it is moved to; None where it cannot move that way.
    low, high
        The change of the mean output, with the same random numbers; None likewise.
    low_tail, high_tail
        The change of the mean over the worst twentieth of draws, which a correlation moves more than the mean.
    moved_by
        How far it is moved: ``stated range``, ``quarter``, ``quarter of its share``, ``step`` (0.1), ``factor`` (1.5).
    draws
        How many draws its changes are estimated from, the first of those of the inputs.
    """

    path: str
    value: float
    low_value: float | None
    high_value: float | None
    low: Estimate | None
    high: Estimate | None
    low_tail: Estimate | None
    high_tail: Estimate | None
    moved_by: str = "quarter"
    draws: int = 0


@dataclass(frozen=True, repr=False)
class Sensitivity(Answer):
    """The assumptions that drive one column's outcome.

    Parameters
    ----------
    scenario
        Its name.
    column, measure
        The figure of each draw that is explained.
    draws, runs, seed
        Draws of each sample, draws worked out in all, and the seed.
    mean
        Of the figure.
    variance
        Of the figure over draws.
    alone
        The sum of the first orders: what inputs explain without each other.
    inputs
        The greatest total index first.
    swings
        Certain numbers, the one that moves the worst twentieth the most first.
    titles
        What the label of each input and the path of each swing means.
    """

    scenario: str
    column: str
    measure: str
    draws: int
    runs: int
    seed: int
    mean: Estimate
    variance: float
    alone: Estimate
    inputs: tuple[Input, ...]
    swings: tuple[Swing, ...]
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_of(self, name: str) -> str:
        """Return what an input's label or a swing's path means."""
        return self.titles.get(name, name)

    @property
    def note(self) -> str:
        """A note if there is no variance to explain; else empty."""
        if not self.inputs:
            return "this scenario has no randomness: only its fixed numbers can change the result"
        if self.variance == 0.0:
            return f"the {self.measure} of {self.column} is the same in every draw: no distribution affects it"
        return ""

    def _headline(self) -> str:
        if self.note:
            return f"{self.scenario}: {self.note}."
        first = self.inputs[0]
        return (
            f"The {self.measure.replace('_', ' ')} of {self.column} depends most on {first.label}: "
            f"{percent_between(first.total)} of the variance, {percent_between(first.first)} on its own."
        )

    def _rows(self) -> Iterator[Row]:
        unit = self._unit
        yield make_row("mean", self.mean, unit)
        yield make_row("first_orders_together", self.alone, "share of the variance")
        for it in self.inputs:
            yield make_row("first_order", it.first, "share of the variance", input=it.label)
            yield make_row("total", it.total, "share of the variance", input=it.label)
            for fifth, change in (("lowest", it.low), ("highest", it.high)):
                if change is not None:
                    yield make_row("change_of_mean", change, unit, input=it.label, fifth=fifth)
        for move in self.swings:
            for way, change, tail in (("down", move.low, move.low_tail), ("up", move.high, move.high_tail)):
                if change is not None:
                    yield make_row("swing_of_mean", change, unit, number=move.path, direction=way)
                if tail is not None:
                    yield make_row("swing_of_tail", tail, unit, number=move.path, direction=way)

    def _table(self) -> Table:
        rows = [(it.label, percent_between(it.total), percent_between(it.first)) for it in self.inputs]
        if rows:
            return Table("Share of the variance", ("assumption", "total effect", "first order"), rows)
        scale = 1.0 if self.measure.startswith("months") else 100.0
        moved = [
            (it.path, *("-" if one is None else with_interval(one, scale) for one in (it.low, it.high)))
            for it in self.swings
        ]
        return Table("Change of the mean", ("fixed number", "moved down", "moved up"), moved)

    def _picture(self) -> str:
        found = [(it.total.value, it.total.lowest, it.total.highest) for it in self.inputs]
        said = "Share of the variance that each assumption explains (total effect), with 95 % intervals"
        return small_pictures.ranges([it.label for it in self.inputs], found, said) if found else ""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the tornado: how far each input moves the mean."""
        from multivector_sim.questions.plots.sensitivity import tornado as draw

        return draw_literally(draw(self, ax))

    def plot_indices(self, ax: Axes | None = None) -> Axes:
        """Draw first-order and total indices with their intervals."""
        from multivector_sim.questions.plots.sensitivity import index_bars as draw

        return draw_literally(draw(self, ax))

    def figure(self) -> Figure:
        """Draw both side by side."""
        from multivector_sim.questions.plots.sensitivity import both as draw

        return draw(self)

    @property
    def _unit(self) -> str:
        """The unit of the measure."""
        return "months" if self.measure.startswith("months") else "share of the baseline"

    def document(self) -> dict[str, Any]:
        """Return what ``multivector sensitivity --json`` prints."""
        return {
            "schema": "multivector/sensitivity/1",
            "scenario": self.scenario,
            "column": self.column,
            "measure": self.measure,
            "draws": self.draws,
            "runs": self.runs,
            "seed": self.seed,
            "measured_in": measured_in(
                ("mean change_in_lowest_fifth change_in_highest_fifth", self._unit),
                ("change_down change_up tail_change_down tail_change_up", self._unit),
                ("variance", f"square of: {self._unit}"),
                ("first_order total first_orders_together", "share of the variance"),
                ("value down_to up_to", "as the number in the scenario"),
            ),
            "mean": self.mean.document(),
            "variance": self.variance,
            "first_orders_together": self.alone.document(),
            "inputs": [
                {
                    "input": it.label,
                    "law": it.law,
                    "streams": list(it.streams),
                    "first_order": it.first.document(),
                    "total": it.total.document(),
                    "change_in_lowest_fifth": document_of(it.low),
                    "change_in_highest_fifth": document_of(it.high),
                }
                for it in self.inputs
            ],
            "swings": [
                {
                    "path": it.path,
                    "value": it.value,
                    "down_to": it.low_value,
                    "up_to": it.high_value,
                    "change_down": document_of(it.low),
                    "change_up": document_of(it.high),
                    "tail_change_down": document_of(it.low_tail),
                    "tail_change_up": document_of(it.high_tail),
                    "moved_by": it.moved_by,
                    "draws": it.draws,
                }
                for it in self.swings
            ],
            "note": self.note,
        }
