"""Importance sampling: draw where losses are large, and weight each draw so that the estimate stays unbiased.

Latent normals are drawn from a mixture: a share ``a[0]`` unshifted, the rest shifted to the design points ``m[j]``.
The weight of a draw z is the likelihood ratio::

    w(z) = 1 / (a[0] + sum over j of a[j] exp(m[j] . z - |m[j]|^2 / 2))

so the mean of ``w f(loss)`` equals the mean of ``f(loss)`` over unweighted draws for any shifts: a poor design point
increases the variance but causes no bias. The unshifted share bounds every weight by ``1 / a[0]`` (Hesterberg 1995).

The probability of losing at least X is the mean of ``w 1{L >= X}`` with the interval of a mean. The mean loss beyond X
is a ratio of two such means (self-normalised, with a bias that vanishes as 1/N) with the interval of the linearised
ratio. At level ``a``, VaR is the smallest loss beyond which the weights leave at most ``1 - a``, and ES is ``VaR + mean
of w (L - VaR)+ / (1 - a)``. The effective sample size is ``(sum w)^2 / sum w^2`` (Kong 1992), counted over the draws
that lose at least X.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.measure.intervals import Estimate, mean_interval
from multivector_sim.measure.selection import check_level

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["DEFENSIVE", "Mixture", "WeightedSample", "mixture"]

DEFENSIVE = 0.2
"""The share of draws that are not shifted."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of unshifted and shifted standard normals.

    Parameters
    ----------
    shares
        Shape (shift + 1,), sum 1; the first is the unshifted share.
    shifts
        Shape (shift, dimension).
    """

    shares: Floats
    shifts: Floats

    def shifted(self, normals: Floats, uniforms: Floats) -> Floats:
        """Return draws of the mixture from draws of standard normals."""
        part = np.searchsorted(np.cumsum(self.shares)[:-1], uniforms, side="right")
        return np.asarray(normals + np.concatenate([np.zeros_like(normals[:1]), self.shifts])[part])

    def weights(self, points: Floats) -> Floats:
        """Return the likelihood ratio of standard normals to the mixture, shape (n,), mean 1, at most 1 / a[0].

        Examples
        --------
        >>> both = Mixture(np.array([0.5, 0.5]), np.array([[2.0]]))
        >>> both.weights(np.array([[1.0]])).tolist()
        [1.0]
        """
        exponents = points @ self.shifts.T - 0.5 * (self.shifts**2).sum(axis=1)
        # an exponent past 700 would overflow; there the weight is nothing in any case
        density = self.shares[0] + np.exp(np.minimum(exponents, 700.0)) @ self.shares[1:]
        return np.asarray(1.0 / density)


def mixture(shifts: Floats, defensive: float = DEFENSIVE) -> Mixture:
    """Return a mixture whose shares are proportional to the probability beyond each shift, about ``Phi(-|shift|)``."""
    from scipy.special import log_ndtr

    if shifts.shape[0] == 0:
        return Mixture(np.ones(1), shifts)
    logs = log_ndtr(-np.linalg.norm(shifts, axis=1))
    chances = np.exp(logs - logs.max())
    return Mixture(np.concatenate([[defensive], (1.0 - defensive) * chances / chances.sum()]), shifts)


FEWEST_EFFECTIVE = 100.0
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class WeightedSample:
    """Independent draws of a loss with their weights.

    Parameters
    ----------
    losses
        Shape (draw,), any unit.
    weights
        Shape (draw,), likelihood ratios: not negative, with an expected value of 1.

    Examples
    --------
    >>> sample = WeightedSample(np.array([0.0, 1.0, 2.0, 3.0]), np.ones(4))
    >>> sample.exceedance(2.0).value, sample.mean_beyond(2.0).value
    (0.5, 2.5)
    """

    losses: Floats
    weights: Floats

    def exceedance(self, threshold: float) -> Estimate:
        """Estimate the probability of losing at least the threshold; without an upper end if no draw loses so much."""
        if not (self.losses >= threshold).any():
            return Estimate(0.0, 0.0, None, "no draw loses so much")
        estimate = mean_interval(self.weights * (self.losses >= threshold))
        return Estimate(estimate.value, max(estimate.lowest, 0.0), min(max(estimate.highest, estimate.value), 1.0))

    def mean_beyond(self, threshold: float) -> Estimate | None:
        """Estimate the mean of the losses of at least the threshold; None if no draw loses so much."""
        beyond = self.weights * (self.losses >= threshold)
        chance = float(beyond.mean())
        if chance == 0.0:
            return None
        mean = float((beyond * self.losses).mean()) / chance
        scores = mean + beyond * (self.losses - mean) / chance
        if np.ptp(scores) == 0.0:
            return Estimate(mean, None, None, "the draws that lose so much do not differ")
        return mean_interval(scores)

    def var(self, level: float) -> float:
        """Return the smallest loss that is exceeded with a probability of at most ``1 - level``."""
        order = np.argsort(-self.losses, kind="stable")
        beyond = np.cumsum(self.weights[order]) / self.weights.size
        place = int(np.searchsorted(beyond, 1.0 - check_level(level) + ROUNDING, side="right"))
        return float(self.losses[order[min(place, order.size - 1)]])

    def es(self, level: float) -> Estimate:
        """Estimate the expected shortfall, the mean of the worst ``1 - level``.

        Examples
        --------
        >>> WeightedSample(np.arange(1.0, 101.0), np.ones(100)).es(0.95).value
        98.0
        """
        start = self.var(level)
        excess = self.weights * np.maximum(self.losses - start, 0.0)
        return mean_interval(start + excess / (1.0 - level))

    def effective(self, threshold: float) -> float:
        """Return the effective sample size of the draws that lose at least the threshold."""
        beyond = self.weights[self.losses >= threshold]
        return float(beyond.sum() ** 2 / (beyond**2).sum()) if beyond.size else 0.0

    def gain(self, threshold: float) -> float:
        """Return how many unweighted draws are as precise as one of these, for the probability of such a loss.

        It is ``p (1 - p)`` divided by the variance of ``w 1{L >= X}``; 1 for unweighted draws, 0 if no draw loses so
        much.
        """
        scores = self.weights * (self.losses >= threshold)
        chance, spread = float(scores.mean()), float(scores.var())
        return chance * (1.0 - chance) / spread if spread > 0.0 and 0.0 < chance < 1.0 else 0.0

    def is_poor(self, threshold: float) -> bool:
        """Return whether the weights leave too few draws to trust an interval."""
        return self.effective(threshold) < FEWEST_EFFECTIVE
