"""The face of one figure over the draws of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from multivector_sim.measure.estimates import Curve, TailDraws
    from multivector_sim.measure.intervals import Estimate

__all__ = ["Draws"]


class Draws(Protocol):
    """A figure of which more is worse; every measure comes with its 95 % Monte Carlo interval.

    Levels lie between 0 and 1, thresholds are in the figure's unit; a level or threshold that makes no sense raises
    :class:`~multivector_sim.errors.UsageError`.
    """

    @property
    def size(self) -> int:
        """How many draws there are."""
        ...

    def mean(self) -> Estimate:
        """Give the mean."""
        ...

    def sd(self) -> Estimate:
        """Give the standard deviation."""
        ...

    def var(self, level: float) -> Estimate:
        """Give the smallest value that at least the share ``level`` of the draws does not exceed."""
        ...

    def es(self, level: float) -> Estimate:
        """Give the mean of the worst ``(1 - level)`` of the draws."""
        ...

    def tail_draws(self, level: float) -> TailDraws:
        """Return how many draws lie in the tail, and how many of them differ."""
        ...

    def exceedance(self, threshold: float) -> Estimate:
        """Give the probability of more than the threshold."""
        ...

    def return_period(self, threshold: float) -> Estimate:
        """Give among how many draws one exceeds the threshold; infinite for none."""
        ...

    def curve(self, points: int = 200) -> Curve:
        """Give the exceedance curve with its band."""
        ...
