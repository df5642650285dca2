"""One column of a run, a channel or an aggregate: its draws, and the measures over them.

Losses are shares of the column's baseline over the horizon, positive when something is missing. Every measure is an
:class:`~multivector_sim.measure.intervals.Estimate`: the value with the ends of its 95 % Monte Carlo interval.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Shown
from multivector_sim.display.tables import Row, Table, make_row
from multivector_sim.display.wording import percent_between
from multivector_sim.measure.bounded_intervals import UNKNOWN, Bounds
from multivector_sim.measure.recovery import Spells, recovered_share, restricted_mean
from multivector_sim.measure.samples import IndependentDraws, ReplicatedDraws
from multivector_sim.measure.tail import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multivector_sim.engine.kernel import Outcome
    from multivector_sim.measure.estimates import Curve, TailDraws
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.measure.samples import Draws
    from multivector_sim.typing import Floats

__all__ = ["FIGURES", "GAP", "LOSS", "Sample", "figure_of"]

LOSS, GAP = "loss_share", "trough_gap"
FIGURES = (LOSS, GAP, "months_to_recover", "unrecovered", "months_below")
"""All of them are worse when greater; ``trough_gap`` is 1 minus the trough."""


def figure_of(outcome: Outcome, name: str, place: int) -> Floats:
    """Return one column of one of :data:`FIGURES`, (draw,), contiguous."""
    return np.asarray(1.0 - outcome.column("trough", place)) if name == GAP else outcome.column(name, place)


@dataclass(frozen=True, eq=False, repr=False)
class Sample(Shown):
    """The draws of one column.

    Parameters
    ----------
    name
        The channel, or trade, investment or total.
    baseline
        The amount that would have been delivered over the whole horizon, money.
    loss_share
        Shape (draw,): the share of the baseline that is missing; below 0 for a gain.
    trough
        Shape (draw,): the lowest monthly delivered share.
    months_to_recover
        Shape (draw,): from the first month below 95 % of the baseline to the last one; the horizon if still below at
        its end.
    unrecovered
        Shape (draw,): the share missing in the last month.
    months_below
        Shape (draw,): the number of months below 95 % of the baseline; None if not counted.
    months_followed
        Shape (draw,): from the first month below to the last one observed: the months to recover, or those to the
        horizon's end if a draw is not back; None if not counted.
    known
        The draws of each figure, by the names of :data:`FIGURES`, where they are not simply the
        arrays: evenly spread sequences, or draws that were too many to keep, of which the arrays hold the first.
    bounds
        The least and the greatest possible value of each figure, by the same names; a figure left out is unbounded,
        and its interval then has no end where few draws differ.
    spells
        The time to recover of the draws that fell below 95 % of the baseline; None if not counted.

    Examples
    --------
    >>> losses = np.linspace(0.0, 1.0, 1001)
    >>> sample = Sample("exports", 1e9, losses, 1 - losses, 0 * losses, losses)
    >>> round(sample.mean().value, 6), round(sample.es(0.95).value, 3)
    (0.5, 0.975)
    """

    name: str
    baseline: float
    loss_share: Floats
    trough: Floats
    months_to_recover: Floats
    unrecovered: Floats
    months_below: Floats | None = None
    months_followed: Floats | None = None
    known: Mapping[str, Draws] = field(default_factory=dict)
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    spells: Spells | None = None

    def figure(self, name: str) -> Draws:
        """Return the draws of a figure for which greater is worse; one of :data:`FIGURES`."""
        if name in self.known:
            return self.known[name]
        values = np.asarray(1.0 - self.trough) if name == GAP else getattr(self, name)
        return IndependentDraws(values, self.bounds.get(name, UNKNOWN))

    def _headline(self) -> str:
        mean, tail = percent_between(self.mean()), percent_between(self.es(0.95))
        return f"{self.name} loses {mean} on average, {tail} in the worst 5 % of {self.draws:,} draws."

    def _rows(self) -> Iterator[Row]:
        unit = "share of the baseline"
        yield make_row("loss_share", self.mean(), unit, column=self.name, statistic="mean")
        yield make_row("loss_share", self.sd(), unit, column=self.name, statistic="sd")
        for level in LEVELS:
            yield make_row("loss_share", self.var(level), unit, column=self.name, statistic=f"var_{level}")
            yield make_row("loss_share", self.es(level), unit, column=self.name, statistic=f"es_{level}")

    def _table(self) -> Table:
        found = {"mean": self.mean(), "sd": self.sd()}
        found |= {f"VaR {100 * level:g} %": self.var(level) for level in LEVELS}
        found |= {f"ES {100 * level:g} %": self.es(level) for level in LEVELS}
        return Table("Loss, share of the baseline", ("", "loss"), [(name, str(it)) for name, it in found.items()])

    def _picture(self) -> str:
        found = self.curve()
        said = f"How likely (up) {self.name} loses more than a share (right)"
        return small_pictures.curve(found.loss.tolist(), found.probability.tolist(), said)

    @property
    def loss_bounds(self) -> Bounds:
        """The least and the greatest possible loss share."""
        return self.bounds.get(LOSS, UNKNOWN)

    @property
    def cannot_lose(self) -> bool:
        """Whether nothing in the scenario can cause this column a loss."""
        return self.loss_bounds.high <= 0.0

    def tail_draws(self, level: float = 0.95) -> TailDraws:
        """Return the number of draws that lose more than the value at risk, and how many of those losses differ."""
        return self.figure(LOSS).tail_draws(level)

    @property
    def draws(self) -> int:
        """The number of draws."""
        return self.figure(LOSS).size

    @property
    def recovered_share(self) -> Estimate | None:
        """The share of the draws that fell below 95 % of the baseline which is back by the end; None if none fell."""
        return None if self.spells is None else recovered_share(self.spells, independent=self._independent)

    @property
    def months_to_recover_km(self) -> Estimate | None:
        """The months to recover of draws that fell, by Kaplan and Meier, restricted to the horizon; None if none fell.

        See :mod:`multivector_sim.measure.recovery`.
        """
        return None if self.spells is None else restricted_mean(self.spells, independent=self._independent)

    @property
    def _independent(self) -> bool:
        """Whether draws are independent rather than evenly spread."""
        return not isinstance(self.figure(LOSS), ReplicatedDraws)

    @property
    def resilience(self) -> Floats:
        """Shape (draw,): the mean delivered share over the horizon (Bruneau 2003), ``1 - loss_share``."""
        return np.asarray(1.0 - self.loss_share)

    @property
    def loss_money(self) -> Floats:
        """Shape (draw,): the loss over the horizon in the scenario's currency."""
        return np.asarray(self.loss_share * self.baseline)

    def mean(self) -> Estimate:
        """Return the mean loss share."""
        return self.figure(LOSS).mean().as_share()

    def sd(self) -> Estimate:
        """Return the standard deviation of the loss share."""
        return self.figure(LOSS).sd().as_share()

    def var(self, level: float = 0.95) -> Estimate:
        """Return the value at risk: the smallest loss share that the share ``level`` of draws does not exceed.

        Parameters
        ----------
        level
            Between 0 and 1.

        Raises
        ------
        UsageError
            If the level is not between 0 and 1.
        """
        return self.figure(LOSS).var(level).as_share()

    def quantile(self, level: float) -> Estimate:
        """Return a quantile of the loss share; an alias of :meth:`var`, for any level."""
        return self.figure(LOSS).var(level).as_share()

    def es(self, level: float = 0.95) -> Estimate:
        """Return the expected shortfall: the mean of the worst ``(1 - level)`` of the draws.

        Parameters
        ----------
        level
            Between 0 and 1.

        Raises
        ------
        UsageError
            If the level is not between 0 and 1.
        """
        return self.figure(LOSS).es(level).as_share()

    def exceedance(self, threshold: float) -> Estimate:
        """Return the probability that the loss share is greater than the threshold."""
        return self.figure(LOSS).exceedance(threshold).as_share()

    def return_period(self, loss: float) -> Estimate:
        """Return the number of horizons among which one, on average, has a greater loss share; infinite for none."""
        return self.figure(LOSS).return_period(loss)

    def curve(self, points: int = 200) -> Curve:
        """Return the loss-exceedance curve: losses, the probability of a greater one, and its band."""
        return self.figure(LOSS).curve(points)
