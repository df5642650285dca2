"""The inputs and the runs of a sensitivity study.

**Inputs** are what a scenario leaves to chance, in parts that are independent of each other. Every uncertain number is
moved by a stream of its own name, so an input is a set of names. Most are one law and one name. What depends on each
other is one input: the numbers that the copula joins (*who ruptures when*); the severities of a rupture whose
``severity_correlation`` is above 0; and, with wrong-way risk, both together. Inputs can also be taken by section of the
file, which makes fewer of them: dependent ones stay together there too.

All of it is read from what the sampler itself entered (:mod:`multivector_sim.engine.random_quantities`), so an input
cannot be forgotten here.

**Mixed samples.** Sample ``A`` is the run with the seed itself. Sample ``B`` takes every number from a stream of
another name with the same seed. The indices need runs with the streams of one input from ``B`` and all others from
``A``. Each run consists of blocks of 1,024 draws, which any thread may compute.

**Swings.** A number without a distribution does not contribute to the variance, even if it is a guess. Each of them is
therefore moved while everything else and all random numbers stay the same, and the change of the mean is a paired
difference. The numbers on which a run depends are those that its sampler registered
(:mod:`multivector_sim.engine.random_quantities`). A number is moved

- over its stated range: the ``range`` of the figure, or the range given with the question;
- otherwise by a quarter of itself in both directions, within its limits: a number that is 0 is not moved;
- exposures and legs by a quarter of their share, compensated by all others of the channel, or of the flow;
- correlations, loadings, degrees of freedom, horizon and lags only over a stated range: no step is plausible by default
  for dependence, and horizon and lags define the question rather than assume an answer.

Only a stated range is one in which the number is believed to lie. A range whose ends are no valid scenario (such as
loadings whose squares exceed 1) is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from multivector_sim.engine.case import build_case
from multivector_sim.engine.question_work import map_tasks
from multivector_sim.engine.sampler import build_sampler
from multivector_sim.errors import UsageError
from multivector_sim.questions.variants import bare_with
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.scenario.number_at_path import spot_at, with_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multivector_sim.engine.case import Case
    from multivector_sim.engine.random_quantities import Assumption
    from multivector_sim.engine.sampler import Sampler
    from multivector_sim.engine.simulate import Progress
    from multivector_sim.sampling.streams import RandomSource
    from multivector_sim.scenario.number_at_path import Spot
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

    How: TypeAlias = Literal["stated range", "quarter", "quarter of its share"]

    Ranges: TypeAlias = Mapping[str, tuple[float, float]]

__all__ = [
    "OUTPUTS",
    "Group",
    "MixedSource",
    "Ranges",
    "Swingable",
    "Task",
    "by_law",
    "by_section",
    "levers",
    "run_tasks",
]

NESTED = {"stress": 2, "channels": 2, "hazard": 3}
"""How many steps of a path name its section, where it is more than one."""


@dataclass(frozen=True)
class Group:
    """An input: names that are taken from one sample together.

    Parameters
    ----------
    label
        A path of the scenario, or a few words.
    streams
        The streams.
    law
        In words.
    graded
        Whether it is one number that rises with its stream.
    section
        The part of the scenario that it belongs to.
    """

    label: str
    streams: tuple[str, ...]
    law: str
    graded: bool
    section: str = ""


def by_law(scenario: Scenario, sampler: Sampler) -> tuple[Group, ...]:
    """Return inputs of single laws, and of those that depend on each other.

    Examples
    --------
    >>> from multivector_sim.engine.sampler import build_sampler
    >>> from multivector_sim.scenario.read import load
    >>> scenario = load("two-buyers")
    >>> [group.label for group in by_law(scenario, build_sampler(scenario))][:2]
    ['who ruptures when', 'stress.0.channels']
    """
    moved = [it for it in sampler.assumptions if it.streams]
    groups = []
    for joined in sampler.joined:
        members = [it for it in moved if set(it.streams) <= set(joined.streams)]
        section = joined.label if joined.is_copula else _section_of(joined.label)
        words = _in_words(scenario, members, ["the copula"] if joined.is_copula else [])
        groups.append(Group(joined.label, joined.streams, words, graded=False, section=section))
    taken = {stream for group in groups for stream in group.streams}
    place = {stream: number for number, stream in enumerate(sampler.names)}
    alone = [it for it in moved if not taken.intersection(it.streams)]
    for it in sorted(alone, key=lambda it: place[it.streams[0]]):
        graded = it.graded and len(it.streams) == 1
        groups.append(Group(it.path, it.streams, _law_of(scenario, it), graded, _section_of(it.path)))
    return tuple(groups)


def by_section(scenario: Scenario, sampler: Sampler) -> tuple[Group, ...]:
    """Return inputs of the sections of the file; parameters and result as for :func:`by_law`.

    Examples
    --------
    >>> from multivector_sim.engine.case import build_case
    >>> from multivector_sim.scenario.read import load
    >>> scenario = load("kazakhstan")
    >>> [group.label for group in by_section(scenario, build_case(scenario).sampler)][:3]
    ['stress.0', 'corridors', 'channels.exports']
    """
    sections: dict[str, list[Group]] = {}
    for group in by_law(scenario, sampler):
        sections.setdefault(group.section, []).append(group)
    copula = {joined.label for joined in sampler.joined if joined.is_copula}
    found = []
    for label, groups in sections.items():
        streams = tuple(stream for group in groups for stream in group.streams)
        members = [it for it in sampler.assumptions if it.streams and set(it.streams) <= set(streams)]
        words = _in_words(scenario, members, ["the copula"] if label in copula else [])
        found.append(Group(label, streams, words, graded=False, section=label))
    return tuple(found)


def _section_of(path: str) -> str:
    """Return the section of a path."""
    steps = path.split(".")
    return ".".join(steps[: NESTED.get(steps[0], 1)])


def _law_of(scenario: Scenario, it: Assumption) -> str:
    """Describe what is random about a number."""
    return it.words or str(spot_at(scenario, it.path).law)


def _in_words(scenario: Scenario, members: Iterable[Assumption], first: list[str]) -> str:
    """Describe several numbers."""
    texts = [_law_of(scenario, it) for it in members]
    return " and ".join(first + ([f"{len(texts)} numbers"] if len(texts) > 1 else texts))


OUTPUTS = ("loss_share", "trough", "months_to_recover", "unrecovered")
"""What of a draw may be explained."""

OTHER = "second/"


@dataclass(frozen=True)
class MixedSource:
    """One block of random numbers, some of them from the second sample.

    Parameters
    ----------
    seed, block
        As for :class:`~multivector_sim.sampling.streams.PseudoRandom`.
    swapped
        The streams that come from the second sample.

    Examples
    --------
    >>> first, mixed = MixedSource(1, 0, frozenset()), MixedSource(1, 0, frozenset({"a"}))
    >>> [bool((first.uniforms(name) == mixed.uniforms(name)).all()) for name in ("a", "b")]
    [False, True]
    """

    seed: int
    block: int
    swapped: frozenset[str]

    def uniforms(self, name: str) -> Floats:
        """Return the block's numbers of one stream."""
        return PseudoRandom(self.seed, self.block).uniforms(self.renamed(name))

    def random_source(self, names: tuple[str, ...]) -> RandomSource:
        """Return where the block's numbers of the named streams come from."""
        return PseudoRandom(self.seed, self.block).random_source(tuple(map(self.renamed, names)))

    def renamed(self, name: str) -> str:
        """Name the stream that stands in for one."""
        return OTHER + name if name in self.swapped else name


@dataclass(frozen=True)
class Task:
    """A case to be run with some streams from the second sample."""

    case: Case
    swapped: frozenset[str] = frozenset()

    def run(self, output: str, place: int, seed: int, block: int, draws: int) -> Floats:
        """Run the first draws of one block; shape (draws,)."""
        from multivector_sim.response.arrays import Draws

        assumed = self.case.sampler.sample(MixedSource(seed, block, self.swapped))
        outcome = self.case.respond(Draws(*(part[:draws] for part in assumed)))
        figures: Floats = getattr(outcome, output)[:, place]
        return figures


def run_tasks(
    tasks: Sequence[Task], output: str, place: int, draws: int, seed: int, workers: int, progress: Progress
) -> Floats:
    """Run all tasks."""
    found = np.empty((len(tasks), draws))
    starts = range(0, draws, BLOCK)
    jobs = [(number, start) for start in starts for number in range(len(tasks))]
    work = partial(_run_job, output, place, seed, draws)
    items = [(tasks[number], start) for number, start in jobs]
    done = 0
    for (number, start), figures in zip(jobs, map_tasks(work, items, workers), strict=True):
        found[number, start : start + figures.size] = figures
        done += figures.size
        progress(done, found.size)
    return found


def _run_job(output: str, place: int, seed: int, draws: int, job: tuple[Task, int]) -> Floats:
    """Run one block of a task."""
    task, start = job
    return np.ascontiguousarray(task.run(output, place, seed, start // BLOCK, min(BLOCK, draws - start)))


QUARTER = 0.25
"""By what part of itself a number is moved."""

SHARED = ("exposures", "legs")
STATED_ONLY = frozenset(
    {
        "severity_correlation",
        "wrong_way",
        "correlation",
        "loadings",
        "nu",
        "horizon_months",
        "lag_months",
        "at_most",
    }
)
"""Keys whose numbers, and all those inside them, move only over a stated range."""


@dataclass(frozen=True)
class Swingable:
    """A certain number that could be another.

    Parameters
    ----------
    path, value
        Where it stands in the scenario, and what it is.
    lowest, highest
        Where it may lie.
    how
        How far it is moved.
    siblings
        The numbers that share a whole with it, by path, itself among them.
    """

    path: str
    value: float
    lowest: float
    highest: float
    how: How
    siblings: tuple[tuple[str, float], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is moved by a quarter: there are many of these, and most of them need few draws."""
        return self.how in ("quarter", "quarter of its share")

    def at(self, step: float) -> float:
        """Return the number moved by so many steps, up or down."""
        if self.how == "stated range":
            return self.lowest if step < 0 else self.highest
        moved = self.value + step * QUARTER * abs(self.value)
        return min(max(moved, self.lowest), self.highest)

    def moved(self, scenario: Scenario, direction: int) -> tuple[float, Case] | None:
        """Return the number moved down (-1) or up (1), and the case that goes with it; None where it cannot move."""
        number = self.at(direction)
        if number == self.value:
            return None
        if self.is_plain:
            return number, build_case(with_numbers(scenario, self.settings(number)))
        return number, build_case(bare_with(scenario, {self.path: number}))

    def settings(self, number: float) -> dict[str, float]:
        """Return what else changes with the number: those that share a whole with it make up for it."""
        whole = math.fsum(value for _, value in self.siblings)
        if not self.siblings or whole == self.value:
            return {self.path: number}
        left = (whole - number) / (whole - self.value)
        return {path: number if path == self.path else value * left for path, value in self.siblings}


def levers(scenario: Scenario, ranges: Ranges | None = None) -> Iterator[Swingable]:
    """Return every fixed number that a run depends on and that can be moved.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> [(lever.path, lever.how) for lever in levers(load("kazakhstan/by-hazard"))][:2]
    [('hazard.partners.china.intensity', 'quarter'), ('hazard.partners.netherlands.intensity', 'quarter')]
    """
    wanted = dict(ranges or {})
    assumptions = build_sampler(scenario).assumptions
    random = frozenset(it.path for it in assumptions if it.streams)
    for path in (it.path for it in assumptions):
        stated = wanted.pop(path, None)
        if path in random:
            if stated is not None:
                raise UsageError(f"range of {path}: it has a distribution, which gives its range; omit this one")
            continue
        spot = spot_at(scenario, path)
        lever = _lever(scenario, path, spot if stated is None else _stated(path, spot, stated))
        if lever is not None:
            yield lever
    for path in wanted:
        raise UsageError(f"range of {path}: no run depends on this number; give a path as for --set")


def _stated(path: str, spot: Spot, stated: tuple[float, float]) -> Spot:
    """Return a number with a stated range, which must lie within its limits and hold the number."""
    low, high = stated
    if not spot.low <= low < high <= spot.high:
        raise UsageError(f"range of {path}: must lie between {spot.low:g} and {spot.high:g}, its low end first")
    if not low <= spot.law.parameters[0] <= high:
        raise UsageError(f"range of {path}: must contain the number itself, {spot.law}")
    return spot._replace(stated=stated)


def _lever(scenario: Scenario, path: str, spot: Spot) -> Swingable | None:
    """Return how a certain number is moved; None if it is not."""
    (value,) = spot.law.parameters
    steps = path.split(".")
    if spot.stated is not None:
        return Swingable(path, value, *spot.stated, "stated range")
    if value == 0.0 or not STATED_ONLY.isdisjoint(steps):
        return None
    if steps[0] in SHARED:
        siblings = _siblings(scenario, steps)
        whole = math.fsum(other for _, other in siblings)
        return Swingable(path, value, 0.0, whole, "quarter of its share", siblings) if value < whole else None
    return Swingable(path, value, spot.low, spot.high, "quarter")


def _siblings(scenario: Scenario, steps: list[str]) -> tuple[tuple[str, float], ...]:
    """Return the numbers that share a whole with an exposure or a leg, itself among them."""
    base = ".".join(steps[:-1])
    if steps[0] == "exposures":
        return tuple((f"{base}.{name}", it.value) for name, it in scenario.exposures[steps[1]].items())
    return tuple((f"{base}.{name}", float(it)) for name, it in scenario.legs[steps[1]][steps[2]].items())
