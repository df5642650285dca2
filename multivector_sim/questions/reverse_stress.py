"""Reverse stress: the most likely ruptures and severities with a loss of at least X, and their probability.

A stress test asks what a shock costs. Its reverse asks which shock costs that much, and takes the likeliest. Every
uncertain number is a standard normal coordinate (:mod:`multivector_sim.questions.latent_space`); the likeliest points
that cost at least X are the design points (:mod:`multivector_sim.questions.design_points`), one for each way to lose
that much. They are described with the values that the scenario's own distributions take there.

They also guide importance sampling (:mod:`multivector_sim.questions.importance_sampling`): shifted draws meet a loss of
one in ten thousand in every second or third draw and give its probability, and the mean loss beyond it, from a few
hundredths of the draws that plain sampling would need.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer, shortened
from multivector_sim.display.plotting import draw_literally
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import Row, Table, make_row, measured_in
from multivector_sim.display.wording import number, percent, percent_between
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import document_of
from multivector_sim.questions.design_points import (
    DesignPoint,
    design_points,
    explore,
    kinds_of_ruptures,
    merged,
    reach,
)
from multivector_sim.questions.importance_sampling import WeightedSample, mixture
from multivector_sim.questions.interchangeable import alike_partners
from multivector_sim.questions.latent_space import given_draws, latent, ruptures_at, standard_normals, unusual_at
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from matplotlib.axes import Axes

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.interchangeable import Alike
    from multivector_sim.questions.latent_space import Latent, Losses, Rupture, Unusual
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["ROUNDING", "ReverseStress", "Way", "reverse_stress"]

CERTAIN = "nothing that is uncertain makes it greater"
APART = 1_000_000
"""The first block of the weighted draws; the search has seen others."""

TRIED, TRIALS = 900_000, 64
"""The block, and how many of its draws, at which an exchange of partners is tried."""

FURTHER_OUT = 2.0

EXPECTED = 60_000
"""About how many points a search looks at, for the progress."""


class _Watched:
    """A loss that tells how many points were looked at."""

    def __init__(self, loss: Latent, progress: Progress, total: int) -> None:
        self.loss, self.progress, self.total, self.seen = loss, progress, total, 0

    def __call__(self, points: Floats) -> Floats:
        """Return the losses at points."""
        values = self.loss(points)
        self.seen += points.shape[0]
        self.progress(min(self.seen, self.total), self.total)
        return values


@with_bar
@on_executor
def reverse_stress(
    scenario: ScenarioLike,
    loss: float = 0.2,
    column: str = "total",
    draws: int = 10_000,
    seed: int = 1,
    *,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> ReverseStress:
    """Find the likeliest ways to lose at least so much, and how likely such a loss is.

    Parameters
    ----------
    scenario
        What is assumed.
    loss
        The share of the column's baseline over the horizon that is lost, above 0, at most 1.
    column
        A channel, or trade, investment or total.
    draws
        How many weighted draws estimate the probability, rounded up to blocks of 1,024.
    seed
        Any whole number from 0.
    workers
        How many threads to run; the answer is the same.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with what is done and about how much there is to do.

    Returns
    -------
    ReverseStress
        The design points, in words, and weighted draws around them. Losses are positive shares.

    Raises
    ------
    UsageError
        If there is no such column, or no such loss can be reached: it names the largest that was found.

    References
    ----------
    Hasofer, A. and Lind, N. (1974). Exact and invariant second-moment code format. J. Eng. Mech. Div. 100, 111-121.
    Glasserman, P. (2004). Monte Carlo methods in financial engineering. Springer, chapter 4.6.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = reverse_stress(mv.load("two-buyers"), 0.2, draws=2048)
    >>> found.ways[0].ruptures[0].title, 2.5 < found.ways[0].beta < 3.0
    ('Russia', True)
    """
    scenario = as_scenario(scenario)
    _check(loss, draws, seed, workers)
    by_points = latent(scenario, column, workers)
    watched = _Watched(by_points, progress, EXPECTED + draws)
    enough = loss * (1.0 - ROUNDING)
    points, starts = _search(scenario, by_points, watched, enough, seed)
    points, groups = _levelled(scenario, by_points, watched, enough, points, seed)
    shifts = [point.point for point in points if point.beta > 0.0]
    mixed = mixture(np.stack(shifts) if shifts else np.zeros((0, by_points.dimensions)))
    places = []
    for block in range(APART, APART + -(-draws // BLOCK)):
        normals = standard_normals(seed, block, by_points.names)
        places.append(mixed.shifted(normals, PseudoRandom(seed, block).uniforms("reverse-stress/part")))
    where = np.concatenate(places)
    sample = WeightedSample(watched(where), mixed.weights(where))
    progress(watched.total, watched.total)
    return ReverseStress(
        scenario=scenario,
        column=column,
        loss=loss,
        seed=seed,
        ways=tuple(_described_way(scenario, by_points, point, groups) for point in points),
        starts=starts,
        sample=sample,
        exceedance=sample.exceedance(enough),
        beyond=sample.mean_beyond(enough),
        warnings=tuple(_warnings(sample, enough, points)),
    )


def _check(loss: float, draws: int, seed: int, workers: int) -> None:
    """Check the arguments."""
    if not 0.0 < loss <= 1.0:
        raise UsageError(f"loss: {loss:g} is not a share of the baseline that can be lost; give one above 0, at most 1")
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value < least:
            raise UsageError(f"{name}: {value} makes no sense; give a whole number from {least}")


def _search(
    scenario: Scenario, by_points: Latent, loss: _Watched, threshold: float, seed: int
) -> tuple[list[DesignPoint], int]:
    """Find the design points, and say from how many starts."""
    origin = np.zeros(by_points.dimensions)
    median = float(by_points(origin[None])[0])
    if median >= threshold:
        return [DesignPoint(origin, median, 1.0, 1)], 1
    if by_points.dimensions == 0:
        raise UsageError(_out_of_reach(threshold, by_points.column, median, CERTAIN))

    def kinds(points: Floats) -> Floats:
        parts = [points[start : start + BLOCK] for start in range(0, points.shape[0], BLOCK)]
        onsets = [given_draws(by_points.case, by_points.names, part).onset for part in parts]
        return kinds_of_ruptures(np.concatenate(onsets), scenario.horizon_months)

    explored = explore(loss, threshold, lambda block: standard_normals(seed, block, by_points.names), kinds)
    if explored.starts.shape[0] == 0:
        why = CERTAIN if explored.largest <= median * (1.0 + ROUNDING) else "as far as a search can tell"
        raise UsageError(_out_of_reach(threshold, by_points.column, explored.largest, why))
    return design_points(loss, threshold, explored.starts), explored.starts.shape[0]


def _levelled(
    scenario: Scenario,
    by_points: Latent,
    loss: _Watched,
    threshold: float,
    points: list[DesignPoint],
    seed: int,
) -> tuple[list[DesignPoint], tuple[Alike, ...]]:
    """Return points in one form if partners are alike, and search from points at which several of them coincide."""
    if points[0].beta == 0.0:
        return points, ()
    normals = standard_normals(seed, TRIED, by_points.names)[:TRIALS]
    where = np.concatenate([2.0 * normals, np.stack([point.point for point in points])])
    groups = alike_partners(by_points, by_points.names, list(scenario.partners), where)
    if not groups:
        return points, ()
    found = []
    for point in points:
        tried = [_in_order(groups, point.point), *(row for it in groups for row in it.levelled(point.point))]
        starts = _far_enough(loss, threshold, np.stack(tried))
        best = min([point, *design_points(loss, threshold, starts)], key=lambda it: it.beta)
        found.append(replace(best, point=_in_order(groups, best.point), starts=point.starts))
    return merged(found), groups


def _in_order(groups: tuple[Alike, ...], point: Floats) -> Floats:
    """Return the one form of a point that stands for all exchanges of partners that are alike."""
    for it in groups:
        point = it.ordered(point)
    return point


def _far_enough(loss: Losses, threshold: float, points: Floats) -> Floats:
    """Move points straight outwards until they cost enough; leave out those that do not."""
    lengths = np.linalg.norm(points, axis=1)
    points, lengths = points[lengths > 0.0], lengths[lengths > 0.0]
    directions = points / lengths[:, None]
    distances = reach(loss, threshold, np.zeros_like(points), directions, FURTHER_OUT * lengths)
    return np.asarray((directions * np.where(np.isfinite(distances), distances, 0.0)[:, None])[np.isfinite(distances)])


def _out_of_reach(threshold: float, column: str, largest: float, why: str) -> str:
    """Return the message that so much cannot be lost, with enough digits to show that the largest loss is less."""
    wanted, found = next(
        (pair for digits in range(4, 16) for pair in [_both(threshold, largest, digits)] if pair[0] != pair[1]),
        _both(threshold, largest, 17),
    )
    return f"loss: {wanted} % of {column} cannot be reached, {why}; the largest loss that was found is {found} %"


def _both(threshold: float, largest: float, digits: int) -> tuple[str, str]:
    """Return the requested loss and the largest loss in per cent, with enough digits to tell them apart."""
    return f"{100 * threshold / (1.0 - ROUNDING):.{digits}g}", f"{100 * largest:.{digits}g}"


def _described_way(scenario: Scenario, by_points: Latent, point: DesignPoint, groups: tuple[Alike, ...] = ()) -> Way:
    """Describe a design point."""
    forms = {it.partners: it.forms(point.point) for it in groups}
    exchanged = tuple(partners for partners, count in forms.items() if count > 1)
    return Way(
        point,
        ruptures_at(scenario, by_points, point.point),
        unusual_at(by_points, point.point),
        dict(zip(by_points.names, point.point.tolist(), strict=True)),
        prod(forms.values()),
        tuple(tuple(scenario.partners[name].title for name in partners) for partners in exchanged),
    )


def _warnings(sample: WeightedSample, loss: float, points: list[DesignPoint]) -> list[str]:
    """Return what a reader should know."""
    said = []
    if points[0].beta == 0.0:
        said.append("the loss is no surprise: with every number at its median it is reached already")
    if sample.is_poor(loss):
        said.append(
            f"only {sample.effective(loss):.0f} effective draws lose so much: the interval may be too short; "
            "take more draws"
        )
    if points[0].starts == 1 and points[0].beta > 0.0:
        said.append("only one start ended at the likeliest way: another seed may find a likelier one")
    return said


SCHEMA = "multivector/reverse-stress/1"
ROUNDING = 1e-12
"""A loss this much, as a share, under the one that was asked for counts as it."""


@dataclass(frozen=True, eq=False, repr=False)
class Way:
    """One way to lose so much: a design point in words.

    ``latent`` gives every coordinate by the name of its stream, in standard normals from the median. Where partners are
    alike, ``equally_likely`` counts the forms that the way takes when they are exchanged, this one among them, and
    ``exchanged`` has the titles of those partners, group by group; a way of its own counts 1.
    """

    point: DesignPoint
    ruptures: tuple[Rupture, ...]
    unusual: tuple[Unusual, ...]
    latent: dict[str, float]
    equally_likely: int = 1
    exchanged: tuple[tuple[str, ...], ...] = ()

    @property
    def beta(self) -> float:
        """The reliability index: how far from the medians, in standard normals."""
        return self.point.beta

    @property
    def odds(self) -> float:
        """The first-order probability of what lies beyond this point alone, ``Phi(-beta)``."""
        from scipy.special import ndtr

        return float(ndtr(-self.beta))

    def __repr__(self) -> str:
        """Return it in words, with how far from the medians it lies."""
        return shortened(f"Way(beta {number(self.beta)}: {self.words()})")

    def words(self) -> str:
        """Describe it in a few sentences."""
        said = [rupture.words() for rupture in self.ruptures] or ["Nothing ruptures"]
        if self.unusual:
            said.append("beside it: " + ", ".join(number.words() for number in self.unusual))
        words = ". ".join(said) + "."
        if self.equally_likely == 1:
            return words
        groups = "; ".join(" and ".join(titles) for titles in self.exchanged)
        return f"{words} One of {self.equally_likely} equally likely ways: {groups} are alike and may be exchanged."

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "words": self.words(),
            "beta": self.beta,
            "first_order_probability": self.odds,
            "loss": self.point.loss,
            "alignment": self.point.alignment,
            "starts": self.point.starts,
            "ruptures": [rupture.document() for rupture in self.ruptures],
            "unusual": [number.document() for number in self.unusual],
            "latent": self.latent,
            "equally_likely": self.equally_likely,
            "exchanged": [list(titles) for titles in self.exchanged],
        }


@dataclass(frozen=True, eq=False, repr=False)
class ReverseStress(Answer):
    """The ways to lose so much, and how likely such a loss is.

    Parameters
    ----------
    scenario, column, loss, seed
        What was asked.
    ways
        The likeliest first; local optima as found.
    starts
        From how many starts the search went.
    sample
        The weighted draws.
    exceedance
        The probability of losing at least the loss.
    beyond
        The mean loss where at least so much is lost (self-normalised); None where no draw lost it.
    warnings
        What a reader should know before trusting the numbers.
    """

    scenario: Scenario
    column: str
    loss: float
    seed: int
    ways: tuple[Way, ...]
    starts: int
    sample: WeightedSample
    exceedance: Estimate
    beyond: Estimate | None
    warnings: tuple[str, ...] = field(default=())

    @property
    def draws(self) -> int:
        """The number of weighted draws."""
        return int(self.sample.losses.size)

    @property
    def effective(self) -> float:
        """The effective sample size of the draws that lose at least so much."""
        return self.sample.effective(self.loss * (1.0 - ROUNDING))

    @property
    def gain(self) -> float:
        """The number of unweighted draws that are as precise as one of these, for the probability."""
        return self.sample.gain(self.loss * (1.0 - ROUNDING))

    def document(self) -> dict[str, Any]:
        """Return what ``multivector reverse-stress --json`` prints."""
        return {
            "schema": SCHEMA,
            "scenario": self.scenario.name,
            "column": self.column,
            "loss": self.loss,
            "seed": self.seed,
            "draws": self.draws,
            "measured_in": measured_in(
                ("loss mean_beyond scar severities", "share of the baseline"),
                ("first_order_probability exceedance lower_in", "probability"),
                ("beta latent", "standard deviations of a normal distribution"),
                ("alignment", "cosine"),
                ("onset_month ramp_months duration_months half_life_months", "months"),
                ("value", "as the number in the scenario"),
                ("ways_found equally_likely", "ways"),
                ("effective_sample_size", "draws"),
                ("plain_draws_per_draw", "ratio"),
            ),
            "starts": self.starts,
            "ways": [way.document() for way in self.ways],
            "ways_found": sum(way.equally_likely for way in self.ways),
            "may_be_more": self.ways[0].beta > 0.0,
            "exceedance": self.exceedance.document(),
            "mean_beyond": document_of(self.beyond),
            "effective_sample_size": self.effective,
            "plain_draws_per_draw": self.gain,
            "warnings": list(self.warnings),
        }

    def _headline(self) -> str:
        way = f" The most likely way: {self.ways[0].words()}" if self.ways else ""
        return (
            f"Losing {percent(self.loss)} or more of {self.column} has a probability of "
            f"{percent_between(self.exceedance)}.{way}"
        )

    def _rows(self) -> Iterator[Row]:
        yield make_row("exceedance", self.exceedance, "probability")
        if self.beyond is not None:
            yield make_row("mean_beyond", self.beyond, "share of the baseline")
        for place, way in enumerate(self.ways, 1):
            yield make_row("beta", way.beta, "standard normals", way=place)
            yield make_row("first_order_probability", way.odds, "probability", way=place)
            yield make_row("loss", way.point.loss, "share of the baseline", way=place)
            for stream, value in way.latent.items():
                yield make_row("latent", value, "standard normals", way=place, stream=stream)

    def _table(self) -> Table:
        rows = [(str(place), number(round(way.beta, 2)), way.words()) for place, way in enumerate(self.ways, 1)]
        return Table("Ways to lose so much, the likeliest first", ("", "beta", "what happens"), rows, left=3)

    def _picture(self) -> str:
        if not self.ways:
            return ""
        moved = sorted(self.ways[0].latent.items(), key=lambda it: -abs(it[1]))
        said = "The most likely way: how far each number stands from its median, standard normals"
        return small_pictures.bars([name for name, _ in moved], [value for _, value in moved], said)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how far from its median each number stands, way by way."""
        from multivector_sim.questions.plots.reverse_stress import reverse_stress as draw

        return draw_literally(draw(self, ax))
