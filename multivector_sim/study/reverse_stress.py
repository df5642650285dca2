"""Reverse stress: the likeliest set of ruptures and severities that costs at least X, and how likely such a loss is.

A stress test asks what a shock costs. Its reverse asks which shock costs so much, and takes the likeliest. Every
uncertain number is a standard normal coordinate (:mod:`multivector_sim.study.latent`); the likeliest points that cost
at least X are the design points (:mod:`multivector_sim.study.design_point`), one for each way to lose so much. They
are told in words, with the values of the scenario's own laws.

They are also where to look for the rest: draws shifted to them meet a loss of one in ten thousand in every second or
third draw, and with honest weights (:mod:`multivector_sim.study.importance`) they give its probability, and the mean
loss beyond it, from some hundred times fewer draws than plain sampling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.cores import CORES
from multivector_sim.engine.progress import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.study.design_point import DesignPoint, design_points
from multivector_sim.study.explore import explore, kinds_of_ruptures
from multivector_sim.study.importance import mixture
from multivector_sim.study.latent import given_draws, latent, standard_normals
from multivector_sim.study.reverse_stress_result import ROUNDING, ReverseStress, Way
from multivector_sim.study.told import ruptures_at, unusual_at
from multivector_sim.study.weighted import WeightedSample

if TYPE_CHECKING:
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.study.latent import Latent
    from multivector_sim.typing import Floats

__all__ = ["reverse_stress"]

CERTAIN = "nothing that is uncertain makes it greater"
APART = 1_000_000
"""The first block of the weighted draws; the search has seen others."""

EXPECTED = 40_000
"""About how many points a search looks at, for the progress."""


class Watched:
    """A loss that tells how many points were looked at."""

    def __init__(self, loss: Latent, progress: Progress, total: int) -> None:
        self.loss, self.progress, self.total, self.seen = loss, progress, total, 0

    def __call__(self, points: Floats) -> Floats:
        """Give the losses at points."""
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
    check(loss, draws, seed, workers)
    by_points = latent(scenario, column, workers)
    watched = Watched(by_points, progress, EXPECTED + draws)
    enough = loss * (1.0 - ROUNDING)
    points, starts = search(scenario, by_points, watched, enough, seed)
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
        ways=tuple(told(scenario, by_points, point) for point in points),
        starts=starts,
        sample=sample,
        exceedance=sample.exceedance(enough),
        beyond=sample.mean_beyond(enough),
        warnings=tuple(warnings(sample, enough, points)),
    )


def check(loss: float, draws: int, seed: int, workers: int) -> None:
    """Refuse numbers that make no sense."""
    if not 0.0 < loss <= 1.0:
        raise UsageError(f"loss: {loss:g} is not a share of the baseline that can be lost; give one above 0, at most 1")
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value < least:
            raise UsageError(f"{name}: {value} makes no sense; give a whole number from {least}")


def search(
    scenario: Scenario, by_points: Latent, loss: Watched, threshold: float, seed: int
) -> tuple[list[DesignPoint], int]:
    """Find the design points, and say from how many starts."""
    origin = np.zeros(by_points.dimensions)
    median = float(by_points(origin[None])[0])
    if median >= threshold:
        return [DesignPoint(origin, median, 1.0, 1)], 1
    if by_points.dimensions == 0:
        raise UsageError(out_of_reach(threshold, by_points.column, median, CERTAIN))

    def kinds(points: Floats) -> Floats:
        parts = [points[start : start + BLOCK] for start in range(0, points.shape[0], BLOCK)]
        onsets = [given_draws(by_points.case, by_points.names, part).onset for part in parts]
        return kinds_of_ruptures(np.concatenate(onsets), scenario.horizon_months)

    explored = explore(loss, threshold, lambda block: standard_normals(seed, block, by_points.names), kinds)
    if explored.starts.shape[0] == 0:
        why = CERTAIN if explored.largest <= median * (1.0 + ROUNDING) else "as far as a search can tell"
        raise UsageError(out_of_reach(threshold, by_points.column, explored.largest, why))
    return design_points(loss, threshold, explored.starts), explored.starts.shape[0]


def out_of_reach(threshold: float, column: str, largest: float, why: str) -> str:
    """Say that so much cannot be lost."""
    return (
        f"loss: {100 * threshold:.4g} % of {column} cannot be reached, {why}; "
        f"the largest loss that was found is {100 * largest:.4g} %"
    )


def told(scenario: Scenario, by_points: Latent, point: DesignPoint) -> Way:
    """Tell a design point."""
    return Way(
        point,
        ruptures_at(scenario, by_points, point.point),
        unusual_at(by_points, point.point),
        dict(zip(by_points.names, point.point.tolist(), strict=True)),
    )


def warnings(sample: WeightedSample, loss: float, points: list[DesignPoint]) -> list[str]:
    """Say what a reader should know."""
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
