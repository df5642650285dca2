"""Whether a mix beats today's: said only where the data can tell.

A verdict is passed on the full model, other draws, and the paired difference to today's mix: ``better`` where ES is
surely less and the expected value not surely less; ``safer at a price`` where both are surely less; ``riskier but worth
more`` and ``worse`` likewise; and ``cannot tell`` where the interval of the difference of ES straddles 0. Where one
channel gets safer while the ES of all channels of its kind surely grows, since flows share corridors, the mix only
``shifts the risk``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.measure.estimates import estimate_es, estimate_mean
from multivector_sim.measure.unseen import UNKNOWN, Bounds
from multivector_sim.study.paired import (
    BETTER,
    CANNOT_TELL,
    NO_DIFFERENCE,
    SAME,
    WORSE,
    Difference,
    difference,
    shortfall_difference,
)

if TYPE_CHECKING:
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.typing import Floats

__all__ = ["Judged", "judge", "unmoved", "verdict"]

SAFER, RISKIER, SHIFTED = "safer at a price", "riskier but worth more", "shifts the risk"


class Judged(NamedTuple):
    """What is said of a mix; see :class:`~multivector_sim.study.frontier_result.MixPoint`."""

    value: Estimate
    es: Estimate
    es_change: Difference
    value_change: Difference
    whole_change: Difference
    verdict: str


def judge(losses: Floats, today: Floats, paid: float, level: float, bounds: Bounds = UNKNOWN) -> Judged:
    """Hold a mix against today's, draw by draw.

    Parameters
    ----------
    losses, today
        Shape (column, draw): loss shares of the mix and of today's, the same draw in the same place; the first column
        counts, the last is the whole.
    paid
        The cost of moving, as a share of the first column's baseline.
    level
        Of ES.
    bounds
        What a loss share can be.

    Returns
    -------
    Judged
        Intervals are paired where two mixes are compared.
    """
    both, dearer = (bounds, bounds), Bounds(bounds.low + paid, bounds.high + paid)
    risk = shortfall_difference(today[0], losses[0], level, both)
    whole = shortfall_difference(today[-1], losses[-1], level, both)
    lost = difference(today[0], losses[0] + paid, (bounds, dearer))
    worth = Difference(lost.estimate.turned(), lost.verdict)
    said = verdict(risk.verdict, worth.verdict, whole.verdict)
    value = estimate_mean(losses[0] + paid, dearer).from_one()
    return Judged(value, estimate_es(losses[0], level, bounds), risk, worth, whole, said)


def unmoved(losses: Floats, level: float, bounds: Bounds = UNKNOWN) -> Judged:
    """Return what is said of today's mix itself; parameters as for :func:`judge`."""
    value, es = estimate_mean(losses[0], bounds).from_one(), estimate_es(losses[0], level, bounds)
    return Judged(value, es, NO_DIFFERENCE, NO_DIFFERENCE, NO_DIFFERENCE, SAME)


def verdict(risk: str, worth: str, whole: str) -> str:
    """Say what becomes of a mix whose ES, value and ES of the whole compare so with today's.

    Parameters
    ----------
    risk, worth, whole
        ``better``, ``worse``, ``the same`` or ``cannot tell``.

    Returns
    -------
    str
        See the module.

    Examples
    --------
    >>> verdict("better", "cannot tell", "better"), verdict("better", "worse", "cannot tell")
    ('better', 'safer at a price')
    >>> verdict("cannot tell", "better", "better"), verdict("better", "better", "worse")
    ('cannot tell', 'shifts the risk')
    """
    if risk == CANNOT_TELL:
        return CANNOT_TELL
    if risk == SAME:
        return SHIFTED if worth == BETTER and whole == WORSE else worth
    if risk == BETTER:
        return SHIFTED if whole == WORSE else SAFER if worth == WORSE else BETTER
    return RISKIER if worth == BETTER else WORSE
