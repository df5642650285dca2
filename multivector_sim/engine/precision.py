"""Precision: drawing until the intervals are as narrow as requested.

An interval shrinks with the root of the number of draws, so the first few thousand draws show how many a precision
requires. That number is drawn and the intervals are checked again, until they are narrow enough or the most draws that
are allowed have been made. The number depends on the draws alone: the same seed always takes the same.

If fewer than 30 of the first draws have a loss, or lie in the tail, they do not show how many draws a precision
requires; the number is then multiplied by four until they do. A precision is reached only by an interval: a measure
without an end, or whose interval is around 0, has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite
from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import FEW
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Precision", "Reached"]

PATTERN = "column.mean, column.sd, column.var.LEVEL or column.es.LEVEL, such as total.es.0.95"
RESERVE = 1.05
ROUNDING = 1e-12
LONGER, NARROWED = 1.2, 1.07
"""The ratio above which a side of an interval is the longer one, and how much narrower the other side then is."""

MORE = 4
"""The factor by which a run grows if its draws do not show how many it requires."""


@dataclass(frozen=True)
class Reached:
    """The outcome of a requested precision.

    ``asked`` and ``reached`` are half the width of the 95 % interval over its value, for the widest of the measures;
    ``by`` names that measure. ``reached`` is infinite if its interval has no end or its value is 0 and might not be;
    ``hits`` is the number of informative draws: those with a loss or gain, or those of a tail, if there are fewer.
    """

    asked: float
    reached: float
    by: str
    hits: int = FEW

    @property
    def is_enough(self) -> bool:
        """Whether the precision was reached."""
        return self.reached <= self.asked

    @property
    def is_telling(self) -> bool:
        """Whether the draws show how many more are required."""
        return isfinite(self.reached) and self.hits >= FEW


@dataclass(frozen=True)
class Precision:
    """The required width of intervals.

    Parameters
    ----------
    relative
        Half the width of the interval over the value: 0.01 for plus or minus a per cent.
    measures
        Names such as ``total.mean``, ``trade.sd``, ``exports.var.0.99``, ``total.es.0.95``.

    Raises
    ------
    UsageError
        If the precision is not between 0 and 1, or a name is unknown.
    """

    relative: float
    measures: tuple[str, ...] = ("total.mean", "total.es.0.95")

    def __post_init__(self) -> None:
        """Check the precision and the names."""
        if not 0.0 < self.relative < 1.0:
            raise UsageError(f"precision: {self.relative} is not a precision; give a share such as 0.01, or 1%")
        for name in self.measures:
            _parse(name)

    def check(self, scenario: Scenario) -> None:
        """Check that the scenario can have the columns of the measures."""
        columns = [*scenario.channels, *AGGREGATES]
        for name in self.measures:
            if _parse(name)[0] not in columns:
                raise UsageError(f"precision: '{name}': no column of that name; there are {', '.join(columns)}")

    def look(self, result: Result) -> Reached:
        """Return the precision of a result."""
        widths = {name: relative_width(_estimate(result, name)) for name in self.measures}
        widest = max(widths, key=lambda name: widths[name])
        return Reached(self.relative, widths[widest], widest, _telling(result, widest))

    def needed(self, result: Result) -> int:
        """Return an estimate of the number of draws required, from those that there are."""
        seen = self.look(result)
        if not seen.is_telling:
            return MORE * result.draws
        if seen.reached == 0.0:
            return result.draws
        found = _estimate(result, seen.by)
        wanted = self.relative * abs(found.value)
        again = min(1e9, seen.reached / self.relative) ** 2
        below, above = sorted((found.value - found.lowest, found.highest - found.value))
        if above > LONGER * below:  # the draws' possible misses determine this end, and fall as one over the draws
            again = min(again, max((NARROWED * below / wanted) ** 2, above / wanted))
        return ceil(RESERVE * result.draws * again)


def _telling(result: Result, name: str) -> int:
    """Return the number of draws that determine a measure: those with a loss or gain, or those of a tail, if fewer."""
    column, measure, level = _parse(name)
    sample = result.column(column)
    if sample.loss_bounds.span == 0.0:
        return FEW
    still = sample.exceedance(-ROUNDING).value - sample.exceedance(ROUNDING).value
    hits = round((1.0 - still) * result.draws)
    return hits if measure in ("mean", "sd") else min(hits, round((1.0 - level) * result.draws))


def _parse(name: str) -> tuple[str, str, float]:
    """Return column, measure and level from the name of a measure.

    Examples
    --------
    >>> _parse("total.es.0.95"), _parse("trade.mean")
    (('total', 'es', 0.95), ('trade', 'mean', 0.0))
    """
    column, _, rest = name.partition(".")
    measure, _, level = rest.partition(".")
    if measure in ("mean", "sd") and not level:
        return column, measure, 0.0
    try:
        share = float(level)
    except ValueError:
        share = 0.0
    if measure not in ("var", "es") or not 0.0 < share < 1.0:
        raise UsageError(f"precision: '{name}' is not a measure; give {PATTERN}")
    return column, measure, share


def _estimate(result: Result, name: str) -> Estimate:
    """Return the measure of a name."""
    column, measure, level = _parse(name)
    sample = result.column(column)
    if measure in ("mean", "sd"):
        return sample.mean() if measure == "mean" else sample.sd()
    return sample.var(level) if measure == "var" else sample.es(level)


def relative_width(found: Estimate) -> float:
    """Return half the width of an interval over its value; 0 for no width, infinite around 0 or without an end."""
    half = found.width / 2.0
    if half == 0.0:
        return 0.0
    return half / abs(found.value) if found.value else inf
