"""The one rule by which every surface rounds: terminal, report, cards, plots' labels and ``summary()``.

A number and the ends of its interval are rounded to the same decimals, so an interval always contains its value as it
is printed. Decimals follow the width of the interval (its first digit that differs is the last one shown) and are at
least one, but never show more than three significant digits of the largest of the three numbers. An interval whose ends
round to its value is left out: it is narrower than a rounding. Where the inputs are unverified, two digits are shown:
more would suggest a precision that the figures do not have.
"""

from __future__ import annotations

from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DIGITS", "FEWER_DIGITS", "Interval", "decimals_for", "decimals_of", "digits_for", "interval_words", "plain"]

DIGITS, FEWER_DIGITS = 3, 2
"""Significant digits of a result, and of one whose inputs are mostly unverified."""

LEAST = 0.1
"""An exact number below it is shown with two digits instead of one decimal."""

WEAK = frozenset({"unverified", "assumption", "memory"})
"""Grades of trust that no source stands behind."""


class Interval(Protocol):
    """An estimate with its limits."""

    @property
    def value(self) -> float:
        """The estimate."""

    @property
    def low(self) -> float | None:
        """The lower limit; None where the draws cannot tell."""

    @property
    def high(self) -> float | None:
        """The upper limit; None where the draws cannot tell."""


def plain(value: float, decimals: int) -> str:
    """Return a number with the given decimals, and zero without a sign.

    Examples
    --------
    >>> plain(-0.04, 1), plain(1234.5, 0)
    ('0.0', '1234')
    """
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def decimals_for(size: float, digits: int = DIGITS) -> int:
    """Return the decimals that show a number of this size to the given digits; never below 0.

    Examples
    --------
    >>> decimals_for(14.62), decimals_for(146.2), decimals_for(0.0146), decimals_for(0.0)
    (1, 0, 4, 2)
    """
    if size == 0.0 or not isfinite(size):
        return digits - 1
    return max(0, digits - 1 - floor(log10(abs(size))))


def decimals_of(estimate: Interval, scale: float = 1.0, digits: int = DIGITS) -> int:
    """Return the decimals of an estimate and of its interval.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> decimals_of(Estimate(12.34, 12.16, 12.52)), decimals_of(Estimate(1.234, 1.220, 1.250))
    (1, 2)
    >>> decimals_of(Estimate(123.4, 123.0, 124.0)), decimals_of(Estimate(14.62, 14.5, 14.8), digits=2)
    (0, 0)
    """
    low, high = estimate.low, estimate.high
    largest = max(abs(scale * it) for it in (estimate.value, low, high) if it is not None)
    most = decimals_for(largest, digits)
    if low is None or high is None:
        return min(1, most)
    width = abs(scale) * (high - low)
    if not width > 1e-9 * max(largest, 1e-9):
        return min(1, most) if largest >= LEAST or largest == 0.0 else decimals_for(largest, FEWER_DIGITS)
    return min(max(1, ceil(-log10(width) - 1e-9)), most)


def interval_words(estimate: Interval, scale: float, decimals: int, between: str) -> str:
    """Return the ends of an interval, rounded as its value is; empty where it is narrower than a rounding.

    An end is missing where the draws cannot tell. An end that is exactly zero is written ``0``.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> interval_words(Estimate(0.2, 0.1, None), 1.0, 2, " to "), interval_words(Estimate(0.2, None, None), 1.0, 2, "-")
    ('at least 0.10', 'no interval')
    >>> interval_words(Estimate(-0.0005, -0.0006, 0.0), 100.0, 2, " to ")
    '-0.06 to 0'
    """
    low, high = estimate.low, estimate.high
    if low is None and high is None:
        return "no interval"
    if low is None or high is None:
        words, limit = ("at most", high) if low is None else ("at least", low)
        return f"{words} {plain(scale * (limit or 0.0), decimals)}"
    shown = [plain(scale * it, decimals) for it in (low, estimate.value, high)]
    if len(set(shown)) == 1:
        return ""
    return between.join("0" if it == 0.0 else text for it, text in ((low, shown[0]), (high, shown[2])))


class _Assumed(Protocol):
    """Anything with exposures that are figures, as a scenario is."""

    @property
    def exposures(self) -> Mapping[str, Mapping[str, Any]]:
        """Figures by channel and partner, each with a ``value`` and a ``trust``."""


def digits_for(scenario: _Assumed) -> int:
    """Return how many digits results of a scenario deserve: three, or two where most of its flows are unverified.

    Flows count by their money. A flow is unverified if its trust is unverified, assumption or memory.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> digits_for(mv.load("one-or-many"))
    2
    """
    figures = [figure for by_partner in scenario.exposures.values() for figure in by_partner.values()]
    whole = sum(abs(figure.value) for figure in figures)
    weak = sum(abs(figure.value) for figure in figures if figure.trust in WEAK)
    return FEWER_DIGITS if weak > whole / 2 else DIGITS
