"""Reverse stress: the likeliest combination of ruptures and severities that costs at least X, and how likely that is.

A stress test asks what a shock costs. Its reverse asks which shock costs that much, and takes the likeliest. Every
uncertain number is a standard normal coordinate (:mod:`multivector_sim.questions.latent`); the likeliest points that
cost at least X are the design points (:mod:`multivector_sim.questions.design_points`), one for each way to lose that
much. They are described with the values that the scenario's own distributions take there.

They also guide importance sampling (:mod:`multivector_sim.questions.importance`): shifted draws meet a loss of one in
ten thousand in every second or third draw and give its probability, and the mean loss beyond it, from a few hundredths
of the draws that plain sampling would need.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.display.plots import draw_literally
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.simulate import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.questions.design_points import DesignPoint, design_points, explore, kinds_of_ruptures
from multivector_sim.questions.importance import WeightedSample, mixture
from multivector_sim.questions.latent import given_draws, latent, standard_normals
from multivector_sim.questions.narrative import ruptures_at, unusual_at
from multivector_sim.sampling.streams import BLOCK, PseudoRandom

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.latent import Latent
    from multivector_sim.questions.narrative import Rupture, Unusual
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["ROUNDING", "ReverseStress", "Way", "reverse_stress"]

CERTAIN = "nothing that is uncertain makes it greater"
APART = 1_000_000
"""The first block of the weighted draws; the search has seen others."""

EXPECTED = 40_000
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


def reverse_stress(
    scenario: Scenario,
    loss: float = 0.2,
    column: str = "total",
    draws: int = 10_000,
    seed: int = 1,
    *,
    workers: int = CORES,
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
    progress
        Called with what is done and about how much there is to do.

    Returns
    -------
    ReverseStress
        The design points, told in words, and weighted draws around them. Losses are positive shares.

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
    _check(loss, draws, seed, workers)
    by_points = latent(scenario, column, workers)
    watched = _Watched(by_points, progress, EXPECTED + draws)
    enough = loss * (1.0 - ROUNDING)
    points, starts = _search(scenario, by_points, watched, enough, seed)
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
        ways=tuple(_described_way(scenario, by_points, point) for point in points),
        starts=starts,
        sample=sample,
        exceedance=sample.exceedance(enough),
        beyond=sample.mean_beyond(enough),
        warnings=tuple(_warnings(sample, enough, points)),
    )


def _check(loss: float, draws: int, seed: int, workers: int) -> None:
    """Refuse numbers that make no sense."""
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


def _out_of_reach(threshold: float, column: str, largest: float, why: str) -> str:
    """Report that so much cannot be lost."""
    return (
        f"loss: {100 * threshold:.4g} % of {column} cannot be reached, {why}; "
        f"the largest loss that was found is {100 * largest:.4g} %"
    )


def _described_way(scenario: Scenario, by_points: Latent, point: DesignPoint) -> Way:
    """Describe a design point."""
    return Way(
        point,
        ruptures_at(scenario, by_points, point.point),
        unusual_at(by_points, point.point),
        dict(zip(by_points.names, point.point.tolist(), strict=True)),
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


@dataclass(frozen=True, eq=False)
class Way:
    """One way to lose so much: a design point, told.

    ``latent`` gives every coordinate by the name of its stream, in standard normals from the median.
    """

    point: DesignPoint
    ruptures: tuple[Rupture, ...]
    unusual: tuple[Unusual, ...]
    latent: dict[str, float]

    @property
    def beta(self) -> float:
        """The reliability index: how far from the medians, in standard normals."""
        return self.point.beta

    @property
    def odds(self) -> float:
        """The first-order probability of what lies beyond this point alone, ``Phi(-beta)``."""
        from scipy.special import ndtr

        return float(ndtr(-self.beta))

    def words(self) -> str:
        """Describe it in a few sentences."""
        said = [rupture.words() for rupture in self.ruptures] or ["Nothing ruptures"]
        if self.unusual:
            said.append("beside it: " + ", ".join(number.words() for number in self.unusual))
        return ". ".join(said) + "."

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
        }


@dataclass(frozen=True, eq=False)
class ReverseStress:
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
        """How many weighted draws there are."""
        return int(self.sample.losses.size)

    @property
    def effective(self) -> float:
        """The effective sample size of the draws that lose at least so much."""
        return self.sample.effective(self.loss * (1.0 - ROUNDING))

    @property
    def gain(self) -> float:
        """How many plain draws one of these is worth, for the probability's interval."""
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
            "starts": self.starts,
            "ways": [way.document() for way in self.ways],
            "exceedance": self.exceedance._asdict(),
            "mean_beyond": None if self.beyond is None else self.beyond._asdict(),
            "effective_sample_size": self.effective,
            "plain_draws_per_draw": self.gain,
            "warnings": list(self.warnings),
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how far from its median each number stands, way by way."""
        from multivector_sim.questions.plots.reverse_stress import reverse_stress as draw

        return draw_literally(draw(self, ax))
