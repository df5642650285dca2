"""Numbers in words: rounded by one rule, with their intervals; spans of time, lists of names.

**The rule** holds on every surface: terminal, report, cards, plots' labels and ``summary()``. A number and the ends of
its interval are rounded to the same decimals, so an interval always contains its value as it is printed. Decimals
follow the width of the interval (its first digit that differs is the last one shown) and are at least one, but never
show more than three significant digits of the largest of the three numbers. An interval whose ends round to its value
is left out: it is narrower than a rounding. Where the inputs are unverified, two digits are shown: more would suggest a
precision that the figures do not have.

All functions return plain text. A share such as 0.12 is written in per cent; an interval follows its estimate in
brackets.
"""

from __future__ import annotations

from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "DIGITS",
    "Interval",
    "bracketed",
    "capital",
    "decimals_for",
    "decimals_of",
    "digits_for",
    "limits",
    "listed",
    "loss_axis",
    "lower_first",
    "number",
    "percent",
    "percent_between",
    "plain",
    "possessive",
    "rounded",
    "span",
    "squared",
    "with_interval",
]

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


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = 12


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
    """Return a stated number with at most four digits, without an exponent where it is readable without one.

    This is for what a scenario says; a computed number has an interval and three digits at most.

    Examples
    --------
    >>> number(0.5), number(24.0), number(1234567.0), number(12.6401), number(0.00012)
    ('0.5', '24', '1,234,567', '12.64', '0.00012')
    """
    if abs(value) >= 1000:  # noqa: PLR2004  from here on decimals say nothing
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float, decimals: int = 1) -> str:
    """Return a share in per cent, with at most three digits.

    Examples
    --------
    >>> percent(0.1234), percent(-0.00001), percent(1, 0), percent(1.234)
    ('12.3 %', '0.0 %', '100 %', '123 %')
    """
    value = 100.0 * share
    return f"{plain(value, min(decimals, decimals_for(value)))} %"


def loss_axis(least: float) -> str:
    """Return the title of an axis of losses; ``least`` is its smallest, which is a gain if it is negative.

    Examples
    --------
    >>> loss_axis(0.0), loss_axis(-0.01)
    ('loss, % of the baseline', 'loss (below 0: gain), % of the baseline')
    """
    return f"loss{' (below 0: gain)' if least < 0.0 else ''}, % of the baseline"


def percent_between(estimate: Interval, digits: int = DIGITS) -> str:
    """Return an estimate of a share with its interval, in per cent.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> percent_between(Estimate(0.1234, 0.1216, 0.1252)), percent_between(Estimate(0.25, 0.25, 0.25))
    ('12.3 % (12.2 to 12.5)', '25.0 %')
    >>> percent_between(Estimate(0.1234, 0.1216, 0.1252), digits=2)
    '12 % (12 to 13)'
    """
    return with_interval(estimate, 100.0, " %", digits)


def with_interval(estimate: Interval, scale: float = 1.0, unit: str = "", digits: int = DIGITS) -> str:
    """Return an estimate in another unit with its interval, all three rounded alike.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> with_interval(Estimate(-0.05, -0.06, -0.01)), with_interval(Estimate(28.43e9, 28.06e9, 28.8e9), 1e-9, " bn")
    ('-0.05 (-0.06 to -0.01)', '28.4 bn (28.1 to 28.8)')
    """
    decimals = decimals_of(estimate, scale, digits)
    inside = interval_words(estimate, scale, decimals, " to ")
    return f"{rounded(estimate, scale, digits)}{unit}" + (f" ({inside})" if inside else "")


def rounded(estimate: Interval, scale: float = 1.0, digits: int = DIGITS) -> str:
    """Return the value of an estimate alone, with the digits that its interval justifies.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> rounded(Estimate(0.1234, 0.1216, 0.1252), 100.0), rounded(Estimate(0.0, 0.0, 3e-6), 100.0)
    ('12.3', '0.0')
    """
    decimals = 1 if estimate.value == 0.0 else decimals_of(estimate, scale, digits)
    return plain(scale * estimate.value, decimals)


def bracketed(estimate: Interval, scale: float, digits: int = DIGITS) -> str:
    """Return an interval in brackets, rounded as its value is; empty if it is narrower than a rounding."""
    said = limits(estimate, scale, " to ", digits)
    return f"({said})" if said else ""


def squared(estimate: Interval, scale: float, digits: int = DIGITS) -> str:
    """Return an interval in square brackets; one that is narrower than a rounding is written too.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> squared(Estimate(0.5, 0.4, 0.6), 100.0), squared(Estimate(0.5, None, 0.6), 100.0)
    ('[40.0, 60.0]', '[at most 60.0]')
    """
    same = rounded(estimate, scale, digits)
    return f"[{limits(estimate, scale, ', ', digits) or f'{same}, {same}'}]"


def limits(estimate: Interval, scale: float, between: str, digits: int = DIGITS) -> str:
    """Return the ends of an interval; empty if it is narrower than a rounding.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> limits(Estimate(0.2, 0.1, None), 1.0, " to "), limits(Estimate(0.2, None, None), 1.0, " to ")
    ('at least 0.1', 'no interval')
    >>> limits(Estimate(0.0, 0.0, 3e-6), 100.0, " to ")
    '0 to 0.0003'
    """
    return interval_words(estimate, scale, decimals_of(estimate, scale, digits), between)


def capital(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return a text with a small first letter, unless its first word is an abbreviation.

    Examples
    --------
    >>> lower_first("Crude oil"), lower_first("GDP")
    ('crude oil', 'GDP')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
