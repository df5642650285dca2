"""Numbers on the command line: ``5%`` and ``1e5`` are taken wherever a share, a count or an amount is asked.

A per cent is a hundredth. A count is a whole number, however it is written. Commas are told rather than guessed at,
since they mean thousands to one reader and decimals to another.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NUMBER", "Count", "NumberRange", "read_number"]

PER_CENT = 100.0
WITH_COMMAS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def number_of(text: str) -> float:
    """Return the number that a text means.

    Raises
    ------
    ValueError
        If it means none, with a reason that names what to write.

    Examples
    --------
    >>> number_of("5%"), number_of(" 1e5 "), number_of("0.25"), number_of("2.5 %")
    (0.05, 100000.0, 0.25, 0.025)
    """
    bare = text.strip()
    if WITH_COMMAS.fullmatch(bare):
        raise ValueError(f"{text!r} is a number with commas; write {bare.replace(',', '')}")
    try:
        found = float(bare.removesuffix("%"))
    except ValueError:
        raise ValueError(f"{text!r} is not a number; write it as 0.05, 5% or 1e5") from None
    if not isfinite(found) or "_" in bare:
        raise ValueError(f"{text!r} is not a number; write it as 0.05, 5% or 1e5")
    # The shortest decimal of a per cent, not the quotient: 7% is 0.07 to the last bit.
    return float(f"{bare.removesuffix('%').strip()}e-2") if _is_plain_per_cent(bare) else _divided(found, bare)


def _is_plain_per_cent(text: str) -> bool:
    """Return whether a text is a per cent without an exponent."""
    return text.endswith("%") and "e" not in text.lower()


def _divided(found: float, text: str) -> float:
    """Return a number, a hundredth of it for a per cent."""
    return found / PER_CENT if text.endswith("%") else found


def read_number(text: str, where: str) -> float:
    """Return the number that a part of an option means.

    Raises
    ------
    UsageError
        If it means none; the message begins with ``where``.

    Examples
    --------
    >>> read_number("40%", "--bound china=:40%")
    0.4
    """
    try:
        return number_of(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _converted(value: Any, fail: Callable[[str], Any]) -> float:  # noqa: ANN401  a text, or a default
    """Return the number that a value of an option means."""
    try:
        return number_of(value) if isinstance(value, str) else float(value)
    except ValueError as error:
        fail(f"{error}.")
        raise


class NumberRange(click.FloatRange):
    """A number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Return the number that a text means."""
        found: float = super().convert(_converted(value, lambda said: self.fail(said, param, ctx)), param, ctx)
        return found


class Count(click.IntRange):
    """A whole number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return the whole number that a text means."""
        if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
            whole = int(value)
        else:
            number = _converted(value, lambda said: self.fail(said, param, ctx))
            if number != int(number):
                self.fail(f"{value!r} is not a whole number.", param, ctx)
            whole = int(number)
        found: int = super().convert(whole, param, ctx)
        return found


class _Number(click.types.FloatParamType):
    """Any number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Return the number that a text means."""
        return _converted(value, lambda said: self.fail(said, param, ctx))


NUMBER = _Number()
