"""Importance sampling: draw where the loss is great, and give each draw the weight that makes it honest.

Latent normals are drawn from a mixture: a share ``a[0]`` as they are, the rest shifted to the design points ``m[j]``. A
draw z stands for as many plain draws as the ratio of the two densities says::

    w(z) = 1 / (a[0] + sum over j of a[j] exp(m[j] . z - |m[j]|^2 / 2))

so the mean of ``w f(loss)`` is that of ``f(loss)`` over plain draws, without bias and whatever the shifts: a bad design
point costs width, not truth. The share that is not shifted keeps every weight below ``1 / a[0]`` (Hesterberg 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["DEFENSIVE", "Mixture", "mixture"]

DEFENSIVE = 0.2
"""The share of draws that are not shifted."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of standard normals, plain and shifted.

    Parameters
    ----------
    shares
        Shape (shift + 1,), adding up to 1; the first is that of what is not shifted.
    shifts
        Shape (shift, dimension).
    """

    shares: Floats
    shifts: Floats

    def shifted(self, normals: Floats, luck: Floats) -> Floats:
        """Turn plain draws into draws of the mixture.

        Parameters
        ----------
        normals
            Shape (n, dimension), standard normals.
        luck
            Shape (n,), uniform; it chooses the part of the mixture.

        Returns
        -------
        array
            Shape (n, dimension).
        """
        part = np.searchsorted(np.cumsum(self.shares)[:-1], luck, side="right")
        return np.asarray(normals + np.concatenate([np.zeros_like(normals[:1]), self.shifts])[part])

    def weights(self, points: Floats) -> Floats:
        """Give the likelihood ratio of plain draws to those of the mixture, shape (n,), mean 1, at most 1 / a[0].

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
    """Mix shifts by how likely what lies beyond each is, ``Phi(-|shift|)`` to first order.

    Parameters
    ----------
    shifts
        Shape (shift, dimension); with none nothing is shifted.
    defensive
        The share that is not shifted, above 0.

    Returns
    -------
    Mixture
        Ready to be drawn from.
    """
    from scipy.special import log_ndtr

    if shifts.shape[0] == 0:
        return Mixture(np.ones(1), shifts)
    logs = log_ndtr(-np.linalg.norm(shifts, axis=1))
    chances = np.exp(logs - logs.max())
    return Mixture(np.concatenate([[defensive], (1.0 - defensive) * chances / chances.sum()]), shifts)
