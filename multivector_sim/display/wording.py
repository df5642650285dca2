"""Numbers in words: spans of time, lists of names, shares with their intervals.

All functions return plain text. A share such as 0.12 is written in per cent; an interval follows its estimate in
brackets, with as many decimals as its width justifies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "DECIMALS",
    "Interval",
    "bracketed",
    "capital",
    "decimals_of",
    "limits",
    "listed",
    "number",
    "percent",
    "percent_between",
    "possessive",
    "span",
    "squared",
]

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = 12
DECIMALS = 2
WORTH = ((1, 0.1), (2, 0.01), (3, 1e-9))
"""Decimals by the least width of an interval."""


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


def span(months: int) -> str:
    """Return a span of time in words: whole years as years.

    Examples
    --------
    >>> span(60), span(12), span(18), span(1)
    ('five years', 'one year', '18 months', 'one month')
    """
    years, rest = divmod(months, MONTHS)
    count, unit = (months, "month") if rest or not years else (years, "year")
    said = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{said} {unit}" if count == 1 else f"{said} {unit}s"


def possessive(name: str) -> str:
    """Return the possessive of a name.

    Examples
    --------
    >>> possessive("Russia"), possessive("United States")
    ("Russia's", "United States'")
    """
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def listed(names: Sequence[str]) -> str:
    """Return names joined by commas and "and".

    Examples
    --------
    >>> listed(["China"]), listed(["China", "Russia", "Italy"])
    ('China', 'China, Russia and Italy')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def number(value: float) -> str:
    """Return a number with at most four digits, without an exponent where it is readable without one.

    Examples
    --------
    >>> number(0.5), number(24.0), number(1234567.0), number(12.6401), number(0.00012)
    ('0.5', '24', '1,234,567', '12.64', '0.00012')
    """
    if abs(value) >= 1000:  # noqa: PLR2004  from here on decimals say nothing
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float, decimals: int = 1) -> str:
    """Return a share in per cent.

    Examples
    --------
    >>> percent(0.1234), percent(-0.00001), percent(1, 0)
    ('12.3 %', '0.0 %', '100 %')
    """
    return f"{plain(100 * share, decimals)} %"


def plain(value: float, decimals: int) -> str:
    """Return a number with the given decimals, and zero without a sign."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def percent_between(estimate: Interval) -> str:
    """Return an estimate of a share with its interval, in per cent.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> percent_between(Estimate(0.1234, 0.1216, 0.1252)), percent_between(Estimate(0.25, 0.25, 0.25))
    ('12.3 % (12.2 to 12.5)', '25.0 %')
    """
    inside = bracketed(estimate, 100.0)
    return f"{percent(estimate.value, decimals_of(estimate, 100.0))}{' ' * bool(inside)}{inside}"


def bracketed(estimate: Interval, scale: float, decimals: int | None = None) -> str:
    """Write an interval in brackets."""
    said = limits(estimate, scale, decimals, " to ")
    return f"({said})" if said else ""


def squared(estimate: Interval, scale: float, decimals: int | None = None) -> str:
    """Write an interval in square brackets; parameters as for :func:`bracketed`, but one of no width is written too.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> squared(Estimate(0.5, 0.4, 0.6), 100.0, 1), squared(Estimate(0.5, None, 0.6), 100.0, 1)
    ('[40.0, 60.0]', '[at most 60.0]')
    """
    shown = decimals_of(estimate, scale) if decimals is None else decimals
    same = plain(scale * estimate.value, shown)
    return f"[{limits(estimate, scale, decimals, ', ') or f'{same}, {same}'}]"


def limits(estimate: Interval, scale: float, decimals: int | None, between: str) -> str:
    """Write the limits of an interval; empty where it is no wider than a rounding.

    A limit is missing where the draws cannot tell. Two limits that would both round to zero are written with more
    digits, so that an event that was not seen does not look impossible.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> limits(Estimate(0.2, 0.1, None), 1.0, 2, " to "), limits(Estimate(0.2, None, None), 1.0, 2, " to ")
    ('at least 0.10', 'no interval')
    >>> limits(Estimate(0.0, 0.0, 3e-6), 100.0, 2, " to ")
    '0.00 to 0.0003'
    """
    low, high = estimate.low, estimate.high
    shown = decimals_of(estimate, scale) if decimals is None else decimals
    if low is None and high is None:
        return "no interval"
    if low is None or high is None:
        words, limit = ("at most", high) if low is None else ("at least", low)
        return f"{words} {plain(scale * (limit or 0.0), shown)}"
    if not high - low > 1e-9 * max(abs(estimate.value), 1e-9):
        return ""
    ends = [plain(scale * limit, shown) for limit in (low, high)]
    if float(ends[0]) == float(ends[1]) == 0.0:
        ends = [end if limit == 0.0 else f"{scale * limit:.1g}" for end, limit in zip(ends, (low, high), strict=True)]
    return between.join(ends)


def decimals_of(estimate: Interval, scale: float) -> int:
    """Return the number of decimals for an estimate: one, or up to three where the interval is narrow."""
    if estimate.low is None or estimate.high is None:
        return 1
    width = scale * (estimate.high - estimate.low)
    return next((decimals for decimals, least in WORTH if width >= least), 1)


def capital(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]
