"""Paired differences of two runs with common random numbers, and whether they exceed random variation.

Both runs drew the same uniform numbers under the same names, so draw ``i`` of one and draw ``i`` of the other have the
same ruptures under two mixes. A measure is a mean of scores over the draws
(:mod:`multivector_sim.measure.intervals`), so
::

    measure(second) - measure(first) = mean over draws of (score of second - score of first)

and random variation common to both cancels before the interval is computed. The interval of the difference is far
narrower than the two separate intervals suggest, and two overlapping intervals prove nothing.

The verdict follows from the interval: the second is **better** if the whole interval is below 0 (it loses less),
**worse** if it is above, **the same** if the two cannot differ; otherwise the draws **cannot tell**. Identical draws do
not prove that two scenarios are the same: an event that all N draws missed may separate them.

Where fewer than 30 draws differ, or tails hold fewer than 30 different losses, the interval is that of
:mod:`multivector_sim.measure.bounded_intervals`, with one more draw in which the first loses the least that it can and
the second the most, for the upper end, and the other way round for the lower one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.measure.bounded_intervals import (
    FEW,
    KEY,
    REPEATS,
    UNKNOWN,
    Bounds,
    difference_estimate,
    distinct,
    few,
    shortfall_measure,
    with_finite_ends,
)
from multivector_sim.measure.intervals import (
    MISS,
    Estimate,
    around,
    hall_ends,
    probability_interval,
    shortfall_scores,
    variance_scores,
)
from multivector_sim.measure.selection import check_losses
from multivector_sim.measure.tail import value_at_risk

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = [
    "BETTER",
    "CANNOT_TELL",
    "NOTHING_KNOWN",
    "NO_DIFFERENCE",
    "SAME",
    "WORSE",
    "Chances",
    "Difference",
    "chances",
    "difference",
    "ratio",
    "sd_scores",
    "shortfall_difference",
]

BETTER, WORSE, SAME, CANNOT_TELL = "better", "worse", "the same", "cannot tell"
ROUNDING = 1e-12
"""Losses that differ by less, relative to the greatest, do not differ."""

MOST_NUMBERS, FEWEST_REPEATS = 2.5e5, 512
"""Random weights of a pair of tails: as many numbers as that at most, unless repeats would be too few."""


@dataclass(frozen=True)
class Difference:
    """A measure of the second run minus that of the first.

    Parameters
    ----------
    estimate
        In the unit of the losses; below 0 where the second loses less.
    verdict
        ``better``, ``worse``, ``the same`` or ``cannot tell``, said of the second.
    """

    estimate: Estimate
    verdict: str

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**self.estimate.document(), "verdict": self.verdict}


@dataclass(frozen=True)
class Chances:
    """The probabilities that, in the same draw, the second loses less than the first, as much, or more."""

    less: Estimate
    alike: Estimate
    more: Estimate

    def document(self) -> dict[str, Any]:
        """Return them as plain data."""
        return {"less": self.less.document(), "alike": self.alike.document(), "more": self.more.document()}


NO_DIFFERENCE = Difference(Estimate(0.0, 0.0, 0.0), SAME)
"""Of two runs that are one and the same."""

NOTHING_KNOWN = (UNKNOWN, UNKNOWN)


def difference(first: Floats, second: Floats, bounds: tuple[Bounds, Bounds] = NOTHING_KNOWN) -> Difference:
    """Compare two means of losses, draw by draw.

    Examples
    --------
    >>> losses = np.linspace(0.0, 1.0, 100)
    >>> difference(losses, 0.9 * losses).verdict, difference(losses, losses[::-1]).verdict
    ('better', 'cannot tell')
    >>> never_hit = np.zeros(1000)
    >>> found = difference(never_hit, never_hit, (Bounds(0.0, 0.5), Bounds(0.0, 0.5)))
    >>> found.verdict, round(found.estimate.high, 4)
    ('cannot tell', 0.0018)
    """
    before, after = check_losses(first), check_losses(second)
    return _judged(difference_estimate(_apart(before, after), _between(before, after, bounds)))


def _apart(before: Floats, after: Floats) -> Floats:
    """Return the differences, draw by draw, of which those within a rounding are 0."""
    found = after - before
    near = ROUNDING * max(float(np.abs(before).max()), float(np.abs(after).max()))
    return np.where(np.abs(found) <= near, 0.0, found)


def _between(before: Floats, after: Floats, bounds: tuple[Bounds, Bounds]) -> Bounds:
    """Return what a difference can be."""
    one, other = (it.around(float(x.min()), float(x.max())) for it, x in zip(bounds, (before, after), strict=True))
    return Bounds(other.low - one.high, other.high - one.low)


def _judged(estimate: Estimate) -> Difference:
    """Return a difference with its verdict."""
    if estimate.low == estimate.high == 0.0:
        return NO_DIFFERENCE
    if estimate.highest < 0.0:
        return Difference(estimate, BETTER)
    return Difference(estimate, WORSE if estimate.lowest > 0.0 else CANNOT_TELL)


def shortfall_difference(
    first: Floats, second: Floats, level: float, bounds: tuple[Bounds, Bounds] = NOTHING_KNOWN
) -> Difference:
    """Compare two expected shortfalls; parameters, errors and order as for :func:`difference`.

    Examples
    --------
    >>> losses = np.linspace(0.0, 1.0, 1001)
    >>> round(shortfall_difference(losses, losses**2, 0.95).estimate.value, 4)
    -0.0237
    """
    before, after = check_losses(first), check_losses(second)
    starts = value_at_risk(before, level), value_at_risk(after, level)
    scores = _apart(shortfall_scores(before, level), shortfall_scores(after, level))
    if min(distinct(it[it > start]) for it, start in zip((before, after), starts, strict=True)) < FEW:
        value = float(scores.mean())
        return _judged(with_finite_ends(value, *_shortfall_ends(before, after, level, bounds)))
    ends = [it.around(float(x.min()), float(x.max())) for it, x in zip(bounds, (before, after), strict=True)]
    reach = [(it.high - start) / (1.0 - level) for it, start in zip(ends, starts, strict=True)]
    moved = starts[1] - starts[0]
    return _judged(difference_estimate(scores, Bounds(moved - reach[0], moved + reach[1])))


def _shortfall_ends(before: Floats, after: Floats, level: float, bounds: tuple[Bounds, Bounds]) -> tuple[float, float]:
    """Return the ends of the difference of two expected shortfalls of which one rests on few different losses.

    The draws that may lie in either tail are weighted together, at random; all others are one group below both tails.
    """
    draws = before.size
    mass = (1.0 - level) * draws
    most = min(draws, int(mass + 6.0 * np.sqrt(mass) + 24.0))
    kept = np.zeros(draws, dtype=bool)
    for losses in (before, after):
        kept[np.argpartition(losses, draws - most)[draws - most :]] = True
    pairs, counts = np.unique(np.stack([before[kept], after[kept]], axis=1), axis=0, return_counts=True)
    rest = draws - int(counts.sum())
    if rest:
        pairs = np.concatenate([pairs, [[before[~kept].max(), after[~kept].max()]]])
        counts = np.concatenate([counts, [rest]])
    repeats = int(np.clip(MOST_NUMBERS / counts.size, FEWEST_REPEATS, REPEATS))
    random = np.random.Generator(np.random.Philox(KEY))
    shares = random.standard_gamma(np.concatenate([[1.0], counts]), size=(repeats, counts.size + 1))
    weights = shares / shares.sum(axis=1, keepdims=True)
    one, other = (it.around(float(x.min()), float(x.max())) for it, x in zip(bounds, (before, after), strict=True))
    measure = shortfall_measure(level)

    def end(extra: tuple[float, float], quantile: float) -> float:
        if not np.isfinite(extra).all():
            return -np.inf if quantile == MISS else np.inf
        tails = []
        for column, bound in enumerate(extra):
            values = np.concatenate([[bound], pairs[:, column]])
            order = np.argsort(-values, kind="stable")
            tails.append(measure(values[order], weights[:, order]))
        return float(np.quantile(tails[1] - tails[0], quantile))

    return end((one.high, other.low), MISS), end((one.low, other.high), 1.0 - MISS)


def chances(first: Floats, second: Floats) -> Chances:
    """Return how probable it is that the second loses less than the first in the same world.

    Examples
    --------
    >>> found = chances(np.array([0.0, 0.2, 0.2, 0.4]), np.array([0.0, 0.1, 0.3, 0.2]))
    >>> found.less.value, found.alike.value, found.more.value
    (0.5, 0.25, 0.25)
    """
    before, after = check_losses(first), check_losses(second)
    apart = after - before
    near = ROUNDING * max(float(np.abs(before).max()), float(np.abs(after).max()))
    less, more = int(np.count_nonzero(apart < -near)), int(np.count_nonzero(apart > near))
    counts = (less, apart.size - less - more, more)
    return Chances(*(probability_interval(count, apart.size) for count in counts))


def sd_scores(losses: Floats) -> Floats:
    """Return scores whose mean is the standard deviation: those of the variance, by the slope of the root.

    Examples
    --------
    >>> round(float(sd_scores(np.array([0.0, 2.0])).mean()), 6)
    1.414214
    """
    scores = variance_scores(losses)
    deviation = float(np.sqrt(scores.mean()))
    return np.zeros(scores.size) if deviation == 0.0 else np.asarray(scores / (2.0 * deviation) + deviation / 2.0)


def ratio(above: Floats, below: Floats) -> Estimate | None:
    """Return the ratio of two means of scores with its interval, from paired draws."""
    top, bottom = float(above.mean()), float(below.mean())
    if not bottom > ROUNDING * max(1.0, abs(top)):
        return None
    value = top / bottom
    scores = (above - value * below) / bottom
    if few(below) or (few(scores) and np.ptp(scores) > ROUNDING):
        return Estimate(value, None, None, f"fewer than {FEW} draws differ")
    middle, low, high = hall_ends(scores)
    return around(value, value + low - middle, value + high - middle)
