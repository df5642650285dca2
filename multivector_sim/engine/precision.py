"""How many draws are enough: draw until the intervals are as narrow as somebody asked.

An interval shrinks as one over the root of the draws, so a first few thousand draws tell how many a precision will
cost. That number is drawn and the intervals are looked at again, until they are narrow enough or the most draws that
are allowed have been made. How many draws it takes depends on the draws alone: the same seed always takes the same.

A few thousand draws of which fewer than 30 are hit, or lie in the tail, do not tell what a precision
will cost: then four times as many are drawn, until they do. A precision is reached only by an interval: one that has no
end, or lies around 0, has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite
from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError
from multivector_sim.measure.unseen import FEW

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Precision", "Reached"]

PATTERN = "column.mean, column.sd, column.var.LEVEL or column.es.LEVEL, such as total.es.0.95"
RESERVE = 1.05
ROUNDING = 1e-12
LONGER, NARROWED = 1.2, 1.07
"""From where on one side is the longer one, and how much narrower the other side is for that."""

MORE = 4
"""By how many times a run grows whose draws do not tell how many it will take."""


@dataclass(frozen=True)
class Reached:
    """What became of a wanted precision.

    ``asked`` and ``reached`` are half the width of the 95 % interval over its value, the widest of the measures;
    ``by`` names that measure. ``reached`` is infinite where its interval has no end or its value is 0 and might not be;
    ``hits`` is how many draws say anything: those that lose or gain, or those of a tail, if there are fewer.
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
        """Whether the draws tell how many more it would take."""
        return isfinite(self.reached) and self.hits >= FEW


@dataclass(frozen=True)
class Precision:
    """How narrow which intervals have to be.

    Parameters
    ----------
    relative
        Half the width of the interval over the value: 0.01 for plus or minus a per cent.
    measures
        Names such as ``total.mean``, ``trade.sd``, ``exports.var.0.99``, ``total.es.0.95``.

    Raises
    ------
    UsageError
        If the precision is not between 0 and 1, or a name means nothing.
    """

    relative: float
    measures: tuple[str, ...] = ("total.mean", "total.es.0.95")

    def __post_init__(self) -> None:
        """Check what was asked."""
        if not 0.0 < self.relative < 1.0:
            raise UsageError(f"precision: {self.relative} is not a precision; give a share such as 0.01, or 1%")
        for name in self.measures:
            _parse(name)

    def check(self, scenario: Scenario) -> None:
        """Refuse a measure of a column that the scenario cannot have."""
        columns = [*scenario.channels, "trade", "investment", "total"]
        for name in self.measures:
            if _parse(name)[0] not in columns:
                raise UsageError(f"precision: '{name}': no column called that; there are {', '.join(columns)}")

    def look(self, result: Result) -> Reached:
        """Return how narrow the intervals are."""
        widths = {name: relative_width(_estimate(result, name)) for name in self.measures}
        widest = max(widths, key=lambda name: widths[name])
        return Reached(self.relative, widths[widest], widest, _telling(result, widest))

    def needed(self, result: Result) -> int:
        """Guess how many draws it will take, from those that there are."""
        seen = self.look(result)
        if not seen.is_telling:
            return MORE * result.draws
        if seen.reached == 0.0:
            return result.draws
        found = _estimate(result, seen.by)
        wanted = self.relative * abs(found.value)
        again = min(1e9, seen.reached / self.relative) ** 2
        below, above = sorted((found.value - found.lowest, found.highest - found.value))
        if above > LONGER * below:  # what the draws may have missed governs an end, and falls as one over the draws
            again = min(again, max((NARROWED * below / wanted) ** 2, above / wanted))
        return ceil(RESERVE * result.draws * again)


def _telling(result: Result, name: str) -> int:
    """Return how many draws a measure rests on: those that lose or gain, or those of a tail, if there are fewer."""
    column, measure, level = _parse(name)
    sample = result.column(column)
    if sample.loss_bounds.span == 0.0:
        return FEW
    still = sample.exceedance(-ROUNDING).value - sample.exceedance(ROUNDING).value
    hits = round((1.0 - still) * result.draws)
    return hits if measure in ("mean", "sd") else min(hits, round((1.0 - level) * result.draws))


def _parse(name: str) -> tuple[str, str, float]:
    """Split the name of a measure into column, measure and level.

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
    """Return the measure that a name means."""
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
