"""How unsure the best mix is: the same question, put to other draws that might have come.

The draws of the fit are drawn again with replacement (Efron 1979), and the whole frontier is worked out anew, some tens
of times. Point k of each is a point k: the same step between its own least ES and its own greatest value. What nine in
ten of them agree on is the spread of a share, and of ES. Best mixes are far less sure than their ES: near the best,
many mixes are almost as good (Kondor, Pafka and Nagy 2007).

References
----------
Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1-26.
Kondor, I., Pafka, S. and Nagy, G. (2007). Noise sensitivity of portfolio selection under various risk measures. Journal
of Banking and Finance 31, 1545-1573.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.questions.frontier.program import trace
from multivector_sim.sampling.streams import BLOCK, PseudoRandom

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.questions.frontier.program import Program
    from multivector_sim.typing import Floats, Integers

__all__ = ["SPREAD", "Spread", "resample"]

SPREAD = (5.0, 95.0)
"""Between these percentiles of the resamples lies a spread."""


class Spread(NamedTuple):
    """Of one point: between which ends nine in ten resamples lie; shares (asset,) twice, and ES twice."""

    low: Floats
    high: Floats
    shortfall_low: float
    shortfall_high: float


def resample(
    program: Program, points: int, resamples: int, seed: int, done: Callable[[], None] = lambda: None
) -> list[Spread]:
    """Work a frontier out on resampled draws."""
    shares = np.empty((resamples, points, program.assets))
    shortfalls = np.empty((resamples, points))
    for number in range(resamples):
        draws = program.losses[_again(program.losses.shape[0], number, seed)]
        found = trace(program.resampled(draws, 1.0 - draws.mean(axis=0)), points)
        for point in range(points):
            best = found[min(point * len(found) // points, len(found) - 1)]
            shares[number, point], shortfalls[number, point] = best.shares, best.shortfall
        done()
    low, high = np.percentile(shares, SPREAD, axis=0)
    shortfall_low, shortfall_high = np.percentile(shortfalls, SPREAD, axis=0)
    return [
        Spread(low[point], high[point], float(shortfall_low[point]), float(shortfall_high[point]))
        for point in range(points)
    ]


def _again(draws: int, number: int, seed: int) -> Integers:
    """Choose draws with replacement."""
    name = f"frontier/resample/{number}"
    uniforms = [PseudoRandom(seed, block).uniforms(name) for block in range(-(-draws // BLOCK))]
    return np.minimum((np.concatenate(uniforms)[:draws] * draws).astype(np.int64), draws - 1)
