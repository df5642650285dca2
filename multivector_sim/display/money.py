"""Money in words: billions and millions, rounded; and distributions, whose parameters may be money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from multivector_sim.display.wording import DIGITS, bracketed, decimals_for, number, plain, rounded
from multivector_sim.sampling.laws import law_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.display.wording import Interval

__all__ = ["counted_in", "law_in_words", "money", "money_between", "quantity", "size_of", "unit_of"]

SIZES = ((1e12, " trn"), (1e9, " bn"), (1e6, " m"))


class _Priced(Protocol):
    """Anything with a currency and channels, as a scenario is."""

    @property
    def currency(self) -> str:
        """The code of its money."""

    @property
    def channels(self) -> Mapping[str, Any]:
        """The channels by name, each with a ``unit``."""


class _Distribution(Protocol):
    """Anything with the name of a law and its parameters."""

    @property
    def kind(self) -> str:
        """The name of the law."""

    @property
    def parameters(self) -> tuple[float, ...]:
        """Its parameters, in the order of the law."""


def money(amount: float, currency: str) -> str:
    """Return an amount of money in round figures.

    Examples
    --------
    >>> money(9.55e9, "USD"), money(-1.234e12, "EUR"), money(1500, "USD"), money(0, "USD")
    ('USD 9.55 bn', 'EUR -1.234 trn', 'USD 1,500', 'USD 0')
    """
    return f"{currency} {_amount_in_words(amount)}"


def unit_of(scenario: _Priced, column: str) -> str | None:
    """Return the unit that a channel of ties is counted in, or None where a column is money.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> unit_of(mv.load("kazakhstan/technology"), "technology"), unit_of(mv.load("kazakhstan/technology"), "exports")
    ('projects', None)
    """
    return scenario.channels[column].unit if column in scenario.channels else None


def quantity(amount: float, scenario: _Priced, column: str) -> str:
    """Return an amount of a column: money after its currency, or a count before its unit.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> scenario = mv.load("kazakhstan/technology")
    >>> quantity(75, scenario, "technology"), quantity(9.5e9, scenario, "exports")
    ('75 projects', 'USD 9.5 bn')
    """
    unit = unit_of(scenario, column)
    return money(amount, scenario.currency) if unit is None else f"{number(amount)} {unit}"


def _amount_in_words(amount: float) -> str:
    """Describe an amount without its currency."""
    size, name = size_of(amount)
    return f"{number(amount / size)}{name}" if name else f"{amount + 0.0:,.0f}"


def size_of(amount: float) -> tuple[float, str]:
    """Return the unit in which to count an amount, and its name.

    Examples
    --------
    >>> size_of(2.5e9), size_of(12.0)
    ((1000000000.0, ' bn'), (1.0, ''))
    """
    return next((entry for entry in SIZES if abs(amount) >= 0.9995 * entry[0]), (1.0, ""))


def money_between(estimate: Interval, digits: int = DIGITS) -> tuple[str, str]:
    """Return an estimate of money and its interval in the same unit, without a currency.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> money_between(Estimate(28.43e9, 28.06e9, 28.80e9))
    ('28.4 bn', '(28.1 to 28.8)')
    """
    size, name = size_of(max(abs(it) for it in (estimate.value, estimate.low, estimate.high) if it is not None))
    return f"{rounded(estimate, 1.0 / size, digits)}{name}", bracketed(estimate, 1.0 / size, digits)


def counted_in(amount: float, whole: float) -> str:
    """Return an amount in the unit that suits a total, so that parts are comparable; without a currency.

    Examples
    --------
    >>> counted_in(953.2e6, 4.5e9), counted_in(0.5, 20.0)
    ('0.95 bn', '0')
    """
    size, name = size_of(whole)
    decimals = min(2, decimals_for(whole / size)) if name else 0
    return f"{plain(amount / size, decimals)}{name}"


def law_in_words(law: _Distribution, currency: str | None = None) -> str:
    """Describe a law."""
    prefix = "" if currency is None else f"{currency} "
    shown = number if currency is None else _amount_in_words
    return prefix + law_kind(law.kind).in_words(law.parameters, shown, number)
