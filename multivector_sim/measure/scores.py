"""What each draw says about a measure: scores whose mean is the measure.

The mean loss is the mean over draws; other measures are means too, of another number for each draw::

    variance   (loss - mean)^2 N/(N - 1)
    ES         VaR + max(0, loss - VaR) / (1 - a)

A score depends on the sample through the mean or the VaR, but moving those by a little changes the measure only in the
second order (both are where a convex function has its minimum). So the interval of a measure is that of a mean of
scores, and the interval of a difference between two runs with the same luck is that of the difference of their scores,
draw by draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.measure.ranks import boundary, check_losses, order_statistics

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["shortfall_scores", "variance_scores"]


def variance_scores(losses: Floats) -> Floats:
    """Give scores whose mean is the variance; zeros for a single draw.

    Parameters
    ----------
    losses
        Shape (draw,).

    Returns
    -------
    array
        Shape (draw,), the unit of the losses squared.

    Examples
    --------
    >>> float(variance_scores(np.array([0.0, 2.0])).mean())
    2.0
    """
    sample = check_losses(losses)
    return np.asarray((sample - sample.mean()) ** 2 * (sample.size / max(sample.size - 1, 1)))


def shortfall_scores(losses: Floats, level: float) -> Floats:
    """Give scores whose mean is the expected shortfall.

    Parameters
    ----------
    losses
        Shape (draw,).
    level
        Between 0 and 1.

    Returns
    -------
    array
        Shape (draw,), the unit of the losses.

    Examples
    --------
    >>> float(shortfall_scores(np.arange(1.0, 101.0), 0.95).mean())
    98.0
    """
    sample = check_losses(losses)
    rank, mass = boundary(level, sample.size)
    start = order_statistics(sample, [rank])[0]
    excess = np.maximum(sample - start, 0.0)
    return np.asarray(start + excess * (sample.size / mass) if excess.any() else np.full(sample.size, start))
