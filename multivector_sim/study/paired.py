"""Two runs that met the same luck: how much one loses more than the other, and whether that is more than noise.

Both runs drew the same uniform numbers under the same names, so draw ``i`` of one and draw ``i`` of the other are the
same world under two mixes. A measure is a mean of scores over the draws (:mod:`multivector_sim.measure.scores`), so ::

    measure(second) - measure(first) = mean over draws of (score of second - score of first)

and what luck does to both cancels before the interval is taken. The interval of the difference is far narrower than the
two intervals side by side would suggest, and two intervals that overlap say nothing.

A verdict is what the interval leaves open: the second is **better** where the whole interval is below 0 (it loses
less), **worse** where it is above, **the same** where no draw tells the two apart, and otherwise nobody **can tell**
from these draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.measure.intervals import Estimate, mean_interval, probability_interval
from multivector_sim.measure.ranks import check_losses
from multivector_sim.measure.scores import shortfall_scores, variance_scores

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = [
    "BETTER",
    "CANNOT_TELL",
    "SAME",
    "WORSE",
    "Chances",
    "Difference",
    "chances",
    "difference",
    "plain",
    "ratio",
    "sd_scores",
    "shortfall_difference",
]

BETTER, WORSE, SAME, CANNOT_TELL = "better", "worse", "the same", "cannot tell"
ROUNDING = 1e-12
"""Losses that differ by less, relative to the greatest, do not differ."""


@dataclass(frozen=True)
class Difference:
    """A measure of the second run less that of the first.

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
        """Give it as plain data."""
        return {**plain(self.estimate), "verdict": self.verdict}


@dataclass(frozen=True)
class Chances:
    """How probable it is that, in the same world, the second loses less than the first, as much, or more."""

    less: Estimate
    alike: Estimate
    more: Estimate

    def document(self) -> dict[str, Any]:
        """Give them as plain data."""
        return {"less": plain(self.less), "alike": plain(self.alike), "more": plain(self.more)}


def plain(estimate: Estimate) -> dict[str, float]:
    """Give an estimate as plain data."""
    return {"value": float(estimate.value), "low": float(estimate.low), "high": float(estimate.high)}


def difference(first: Floats, second: Floats) -> Difference:
    """Compare two means of scores, draw by draw.

    Parameters
    ----------
    first, second
        Shape (draw,): losses, or scores of a measure; the same draw in the same place.

    Returns
    -------
    Difference
        Second less first.

    Raises
    ------
    UsageError
        If they are not samples.
    ValueError
        If they are not of the same length.

    Examples
    --------
    >>> losses = np.linspace(0.0, 1.0, 100)
    >>> difference(losses, 0.9 * losses).verdict, difference(losses, losses[::-1]).verdict
    ('better', 'cannot tell')
    """
    before, after = check_losses(first), check_losses(second)
    apart = after - before
    if float(np.abs(apart).max()) <= ROUNDING * max(float(np.abs(before).max()), float(np.abs(after).max())):
        return Difference(Estimate(0.0, 0.0, 0.0), SAME)
    estimate = mean_interval(apart)
    if estimate.high < 0.0:
        return Difference(estimate, BETTER)
    return Difference(estimate, WORSE if estimate.low > 0.0 else CANNOT_TELL)


def shortfall_difference(first: Floats, second: Floats, level: float) -> Difference:
    """Compare two expected shortfalls; parameters, errors and order as for :func:`difference`.

    Examples
    --------
    >>> losses = np.linspace(0.0, 1.0, 1001)
    >>> round(shortfall_difference(losses, losses**2, 0.95).estimate.value, 4)
    -0.0237
    """
    return difference(shortfall_scores(first, level), shortfall_scores(second, level))


def chances(first: Floats, second: Floats) -> Chances:
    """Say how probable it is that the second loses less than the first in the same world.

    Parameters
    ----------
    first, second
        Shape (draw,): losses, the same draw in the same place.

    Returns
    -------
    Chances
        The three add up to 1; each has its exact binomial interval.

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
    """Give scores whose mean is the standard deviation: those of the variance, by the slope of the root.

    Parameters
    ----------
    losses
        Shape (draw,).

    Returns
    -------
    array
        Shape (draw,); zeros where all losses are alike.

    Examples
    --------
    >>> round(float(sd_scores(np.array([0.0, 2.0])).mean()), 6)
    1.414214
    """
    scores = variance_scores(losses)
    deviation = float(np.sqrt(scores.mean()))
    return np.zeros(scores.size) if deviation == 0.0 else np.asarray(scores / (2.0 * deviation) + deviation / 2.0)


def ratio(above: Floats, below: Floats) -> Estimate | None:
    """Divide one mean of scores by another, draw by draw.

    Parameters
    ----------
    above, below
        Shape (draw,): scores of the same draws.

    Returns
    -------
    Estimate or None
        With the interval of the ratio to first order in the scores (the delta method); None where the lower mean
        is no more than rounding.
    """
    top, bottom = float(above.mean()), float(below.mean())
    if not bottom > ROUNDING * max(1.0, abs(top)):
        return None
    value = top / bottom
    middle, low, high = mean_interval((above - value * below) / bottom)
    return Estimate(value, min(value, value + low - middle), max(value, value + high - middle))
