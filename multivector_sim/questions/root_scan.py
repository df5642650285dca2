"""Where a margin turns: the values of one number at which a claim begins or ceases to hold, and how surely.

A margin is by how much a claim is met, an estimate with its interval, at any value of the number. Every value meets the
same luck, so the estimate moves smoothly and its crossing of nothing can be found as closely as one likes. That
crossing is itself uncertain, as the interval says: the *bracket* of a turn are the nearest values on either side where
the whole interval lies on one side of nothing.

Noise cannot fool this. First a coarse scan of the whole range says where the estimate changes sign; every such place is
searched, by Brent's method inside its own step, so a margin that rises and falls has several turns and each of them is
told. Turns whose brackets overlap cannot be told apart: an odd number of them is one turn, an even number none; and
where the draws can tell on neither side, there is none.
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
COARSER = 3.0
"""The ends of a bracket are found to this many times the tolerance of the turn itself, rounded outwards."""


@dataclass(frozen=True)
class Turn:
    """A value at which a claim turns.

    Parameters
    ----------
    value
        Where the estimate crosses nothing, to within the tolerance.
    low, high
        The nearest values at which the draws can tell; an end of the range where they cannot up to there.
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
    """The turns of a margin in a range.

    Parameters
    ----------
    answer
        What there is to say in a word.
    turns
        In order; none unless the answer is ``turns``.
    scan
        Values and margins of the coarse scan.
    monotone
        Whether the scan's estimates go one way, to within their intervals.
    tolerance
        How closely the turns were found, in the number's unit.
    """

    answer: Answer
    turns: tuple[Turn, ...]
    scan: tuple[tuple[float, Estimate], ...]
    monotone: bool
    tolerance: float


class _Crossing(NamedTuple):
    """Where an estimate crosses nothing, and the nearest values with a verdict; None where there is none."""

    value: float
    left: float | None
    right: float | None
    holds: Literal["above", "below"]


class _MarginCache:
    """A margin that is worked out once at each value."""

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
    """Find every turn that a scan of a range shows.

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
    signs = [estimate.value >= -ROUNDING for _, estimate in scan]
    turns = []
    for place in range(points - 1):
        if signs[place] != signs[place + 1]:
            value = _root(lambda at: _shifted(kept(at).value), values[place], values[place + 1], tolerance)
            left = _decided(kept, value, values[place::-1], tolerance)
            right = _decided(kept, value, values[place + 1 :], tolerance)
            turns.append(_Crossing(value, left, right, "above" if signs[place + 1] else "below"))
    told = _merged(turns, low, high)
    return RootScan(_answer(scan, told), told, scan, _is_monotone(scan), tolerance)


def _shifted(value: float) -> float:
    """Count a margin of nothing as met, so that the search sees the sign that the verdict sees."""
    return value + ROUNDING


def _root(crossing: Callable[[float], float], below: float, above: float, tolerance: float) -> float:
    """Find where a number that changes its sign between two values does so."""
    from scipy.optimize import brentq

    return float(brentq(crossing, below, above, xtol=tolerance, rtol=8.9e-16))


def _decided(kept: _MarginCache, value: float, outwards: list[float], tolerance: float) -> float | None:
    """Go outwards from a turn to the nearest value that was seen to have a verdict; None if none has."""
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
    """Take crossings together that the draws cannot tell apart; what they can tell on neither side is no turn."""
    groups: list[list[_Crossing]] = []
    for crossing in crossings:
        before = groups[-1][-1].right if groups else low
        if groups and (before is None or crossing.left is None or crossing.left < before):
            groups[-1].append(crossing)
        else:
            groups.append([crossing])
    told = []
    for group in groups:
        left, right = group[0].left, group[-1].right
        if len(group) % 2 == 1 and not (left is None and right is None):
            ends = low if left is None else left, high if right is None else right
            told.append(Turn(group[len(group) // 2].value, *ends, group[0].holds))
    return tuple(told)


def _answer(scan: tuple[tuple[float, Estimate], ...], turns: tuple[Turn, ...]) -> Answer:
    """Return what there is to say in a word."""
    if turns:
        return "turns"
    if all(estimate.lowest >= -ROUNDING for _, estimate in scan):
        return "holds everywhere"
    return "holds nowhere" if all(estimate.highest < -ROUNDING for _, estimate in scan) else "cannot tell"


def _is_monotone(scan: tuple[tuple[float, Estimate], ...]) -> bool:
    """Return whether estimates go one way, to within half the width of their intervals."""
    estimates = [estimate for _, estimate in scan]
    slack = [max(it.highest - it.value, it.value - it.lowest) for it in estimates]
    ups = downs = False
    for place in range(len(estimates) - 1):
        step = estimates[place + 1].value - estimates[place].value
        room = max(slack[place], slack[place + 1], ROUNDING)
        ups, downs = ups or step > room, downs or step < -room
    return not (ups and downs)
