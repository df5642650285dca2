"""Thresholds of a number: the values at which a claim begins or ceases to hold, with their uncertainty.

The margin of a claim is the amount by which it holds, an estimate with an interval, as a function of one number. All
values use the same random numbers, so the estimate is smooth and its zero can be located with any precision. The zero
itself is uncertain: the *bracket* of a threshold consists of the nearest values on either side at which the whole
interval is positive or negative.

First a coarse scan of the whole range shows where the estimate changes its sign. A margin may rise and fall between two
values of the same sign, so where the scan comes closest to the other sign, the margin's maximum (or minimum) is located
by golden-section search until it crosses zero. Then every change of sign is located by Brent's method within its step,
so that all thresholds of a non-monotone margin are reported. Changes narrower than a step of the scan that affect none
of its values are not found, which is why the values tried are part of the result. Thresholds with overlapping brackets
cannot be distinguished: an odd number of them is one threshold, an even number none. A crossing whose sign is not
significant on either side is no threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.measure.intervals import Estimate

__all__ = ["Answer", "RootScan", "Turn", "find_turns"]

Answer: TypeAlias = Literal["turns", "holds everywhere", "holds nowhere", "cannot tell"]

LARGEST = 1e300
"""Stands for an end that the draws cannot tell, so that roots are looked for among finite numbers."""

ROUNDING = 1e-12
GOLDEN = (5.0**0.5 - 1.0) / 2.0
MOST_SECTIONS = 12
"""So many golden sections leave a three-hundredth of two steps of the scan."""

COARSER = 3.0
"""The ends of a bracket are found to this many times the tolerance of the turn itself, rounded outwards."""


@dataclass(frozen=True)
class Turn:
    """A threshold: a value at which a claim begins or ceases to hold.

    Parameters
    ----------
    value
        The zero of the estimate, within the tolerance.
    low, high
        The nearest values with a significant sign; an end of the range if there are none up to it.
    holds
        Whether the claim holds above or below.
    """

    value: float
    low: float
    high: float
    holds: Literal["above", "below"]

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"value": self.value, "low": self.low, "high": self.high, "holds": self.holds}


@dataclass(frozen=True)
class RootScan:
    """The thresholds of a margin in a range.

    Parameters
    ----------
    answer
        The result in one word.
    turns
        In ascending order; none unless the answer is ``turns``.
    scan
        Values and margins of the coarse scan.
    monotone
        Whether the estimates of the scan are monotone, within their intervals.
    tolerance
        The precision of the thresholds, in the unit of the number.
    tried
        Every value at which the margin was computed, in order, with the margin.
    """

    answer: Answer
    turns: tuple[Turn, ...]
    scan: tuple[tuple[float, Estimate], ...]
    monotone: bool
    tolerance: float
    tried: tuple[tuple[float, Estimate], ...] = ()

    @property
    def nearest(self) -> tuple[float, Estimate]:
        """The computed value whose margin is closest to changing its sign, and the margin."""
        return min(self.tried or self.scan, key=lambda it: abs(it[1].value))


class _Crossing(NamedTuple):
    """A zero of an estimate, and the nearest values with a verdict; None if there is none."""

    value: float
    left: float | None
    right: float | None
    holds: Literal["above", "below"]


class _MarginCache:
    """A margin that is computed once at each value."""

    def __init__(self, margin: Callable[[float], Estimate]) -> None:
        self.margin = margin
        self.known: dict[float, Estimate] = {}

    def __call__(self, value: float) -> Estimate:
        """Return the margin at a value."""
        if value not in self.known:
            self.known[value] = self.margin(value)
        return self.known[value]


def find_turns(
    margin: Callable[[float], Estimate], low: float, high: float, points: int = 9, precision: float = 1e-3
) -> RootScan:
    """Find the thresholds in a range by a scan.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> found = find_turns(lambda x: Estimate(x - 2.0, x - 2.5, x - 1.5), 0.0, 10.0)
    >>> (turn,) = found.turns
    >>> found.answer, turn.holds, round(turn.value, 2), round(turn.low, 1), round(turn.high, 1)
    ('turns', 'above', 2.0, 1.5, 2.5)
    """
    kept, tolerance = _MarginCache(margin), precision * (high - low)
    values = np.linspace(low, high, points).tolist()
    scan = tuple((value, kept(value)) for value in values)
    values = sorted({*values, *_beyond_peaks(kept, values, tolerance)})
    signs = [kept(value).value >= -ROUNDING for value in values]
    turns = []
    for place in range(len(values) - 1):
        if signs[place] != signs[place + 1]:
            value = _root(lambda at: _shifted(kept(at).value), values[place], values[place + 1], tolerance)
            left = _decided(kept, value, values[place::-1], tolerance)
            right = _decided(kept, value, values[place + 1 :], tolerance)
            turns.append(_Crossing(value, left, right, "above" if signs[place + 1] else "below"))
    merged = _merged(turns, low, high)
    tried = tuple(sorted(kept.known.items()))
    return RootScan(_answer(tried, merged), merged, scan, _is_monotone(tried), tolerance, tried)


def _beyond_peaks(kept: _MarginCache, values: list[float], tolerance: float) -> list[float]:
    """Return values of the other sign at extrema between the values of a scan."""
    if np.ptp([kept(value).value for value in values]) <= ROUNDING:
        return []
    found = []
    for place, value in enumerate(values):
        sides = [values[other] for other in (place - 1, place + 1) if 0 <= other < len(values)]
        met = kept(value).value >= -ROUNDING
        towards = 1.0 if met else -1.0
        here = towards * kept(value).value
        heights = [towards * kept(it).value for it in sides]
        alone = any((kept(it).value >= -ROUNDING) != met for it in sides)
        if not alone and min(heights) >= here and max(heights) > here + ROUNDING:
            found += _peak(kept, towards, min(value, *sides), max(value, *sides), tolerance)
    return found


def _peak(kept: _MarginCache, towards: float, low: float, high: float, tolerance: float) -> list[float]:
    """Search the extremum nearest to the other sign; return the first value found that has it."""

    def height(at: float) -> float:
        value = kept(at).value
        return value + ROUNDING if towards > 0.0 else -value - ROUNDING

    inner = [low + (1.0 - GOLDEN) * (high - low), low + GOLDEN * (high - low)]
    for _ in range(MOST_SECTIONS):
        crossed = [at for at in inner if (height(at) < 0.0 if towards > 0.0 else height(at) <= 0.0)]
        if crossed or high - low <= tolerance:
            return crossed[:1]
        if height(inner[0]) <= height(inner[1]):
            high, inner = inner[1], [low + (1.0 - GOLDEN) * (inner[1] - low), inner[0]]
        else:
            low, inner = inner[0], [inner[1], inner[0] + GOLDEN * (high - inner[0])]
    return []


def _shifted(value: float) -> float:
    """Return the margin with zero counted as positive, as in the verdict."""
    return value + ROUNDING


def _root(crossing: Callable[[float], float], below: float, above: float, tolerance: float) -> float:
    """Return the zero of a function between two values with opposite signs."""
    from scipy.optimize import brentq

    return float(brentq(crossing, below, above, xtol=tolerance, rtol=8.9e-16))


def _decided(kept: _MarginCache, value: float, outwards: list[float], tolerance: float) -> float | None:
    """Return the nearest computed value beyond a threshold that has a verdict; None if none has."""
    holds = kept(outwards[0]).value >= -ROUNDING

    def uncertainty_at(at: float) -> float:
        estimate = kept(at)
        return max(estimate.lowest, -LARGEST) + ROUNDING if holds else -min(estimate.highest, LARGEST) - ROUNDING

    inner = value
    for at in outwards:
        if uncertainty_at(at) >= 0.0:
            if uncertainty_at(inner) < 0.0:
                _root(uncertainty_at, min(inner, at), max(inner, at), COARSER * tolerance)
            between = [it for it in kept.known if min(value, at) <= it <= max(value, at) and uncertainty_at(it) >= 0.0]
            return min(between, key=lambda it: abs(it - value))
        inner = at
    return None


def _merged(crossings: list[_Crossing], low: float, high: float) -> tuple[Turn, ...]:
    """Merge crossings with overlapping brackets; drop those that are significant on neither side."""
    groups: list[list[_Crossing]] = []
    for crossing in crossings:
        before = groups[-1][-1].right if groups else low
        if groups and (before is None or crossing.left is None or crossing.left < before):
            groups[-1].append(crossing)
        else:
            groups.append([crossing])
    merged = []
    for group in groups:
        left, right = group[0].left, group[-1].right
        if len(group) % 2 == 1 and not (left is None and right is None):
            ends = low if left is None else left, high if right is None else right
            merged.append(Turn(group[len(group) // 2].value, *ends, group[0].holds))
    return tuple(merged)


def _answer(scan: tuple[tuple[float, Estimate], ...], turns: tuple[Turn, ...]) -> Answer:
    """Return the result in one word."""
    if turns:
        return "turns"
    if all(estimate.lowest >= -ROUNDING for _, estimate in scan):
        return "holds everywhere"
    return "holds nowhere" if all(estimate.highest < -ROUNDING for _, estimate in scan) else "cannot tell"


def _is_monotone(scan: tuple[tuple[float, Estimate], ...]) -> bool:
    """Return whether estimates are monotone, within half the width of their intervals."""
    estimates = [estimate for _, estimate in scan]
    slack = [max(it.highest - it.value, it.value - it.lowest) for it in estimates]
    ups = downs = False
    for place in range(len(estimates) - 1):
        step = estimates[place + 1].value - estimates[place].value
        room = max(slack[place], slack[place + 1], ROUNDING)
        ups, downs = ups or step > room, downs or step < -room
    return not (ups and downs)
