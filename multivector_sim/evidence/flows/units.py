"""Money units, and numbers as people write them.

A unit is a currency and a factor. It is in the file, in the format, or given; it is never guessed. A number may have
marks between thousands and a decimal comma; where a column leaves open which of the two a mark is, that is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import FlowsError, UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

__all__ = ["MISSING", "Unit", "UnitMissingError", "decimal_mark", "parse_numbers", "parse_unit", "unit_in"]

FACTORS = {
    "thousand": 1e3, "thousands": 1e3, "ths": 1e3, "tsd": 1e3, "k": 1e3, "1000": 1e3, "000": 1e3, "mn": 1e6,
    "million": 1e6, "millions": 1e6, "mio": 1e6, "mln": 1e6, "m": 1e6, "billion": 1e9, "billions": 1e9, "bn": 1e9,
    "mrd": 1e9, "mld": 1e9, "unit": 1.0, "units": 1.0,
}  # fmt: skip
CURRENCIES = {
    "usd": "USD", "us$": "USD", "$": "USD", "usdollar": "USD", "usdollars": "USD", "dollar": "USD", "dollars": "USD",
    "eur": "EUR", "euro": "EUR", "euros": "EUR", "€": "EUR", "gbp": "GBP", "£": "GBP", "pounds": "GBP", "ecu": "EUR",
}  # fmt: skip
OTHERS = [
    "JPY",
    "CNY",
    "RUB",
    "INR",
    "CAD",
    "AUD",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "TRY",
    "BRL",
    "MXN",
    "ZAR",
    "KRW",
    "KZT",
    "CLP",
    "COP",
    "ARS",
    "IDR",
    "THB",
    "VND",
    "PHP",
    "MYR",
    "SGD",
    "HKD",
    "TWD",
    "NZD",
    "ILS",
    "AED",
    "SAR",
    "QAR",
    "UAH",
    "GEL",
    "AZN",
    "UZS",
    "KES",
    "NGN",
    "GHS",
    "MAD",
    "EGP",
    "PKR",
    "BDT",
    "LKR",
]
CURRENCIES |= {code.casefold(): code for code in OTHERS}
WORDS = re.compile(r"us\$|[a-z]+|\d+|[$€£]")
SCALES_IN_SDMX = {"0": 1.0, "3": 1e3, "6": 1e6, "9": 1e9}
MISSING = frozenset(
    {
        "",
        "..",
        "...",
        ":",
        ": c",
        ":c",
        "c",
        ".",
        "x",
        "/",
        "na",
        "n/a",
        "n.a.",
        "nan",
        "null",
        "none",
        "*",
        "(c)",
        "#n/a",
        "nd",
    }
)
"""What publishers write, in small letters, where a number is missing or confidential."""

NOTHING = "-"
SPACES = re.compile("[\\s\u00a0\u202f'\u2019]")
THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*$")


class UnitMissingError(FlowsError):
    """A file whose unit is neither in it, nor in its format, nor given."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A currency and a factor, and who says so: the ``file``, the ``format``, or it was ``given``."""

    currency: str
    factor: float
    by: str

    def __str__(self) -> str:
        """Return the unit in words."""
        words = {1.0: "", 1e3: "thousand ", 1e6: "million ", 1e9: "billion "}
        return f"{words.get(self.factor, f'{self.factor:g} ')}{self.currency}"


def parse_unit(text: str, by: str = "given") -> Unit:
    """Return the unit that a text names.

    Parameters
    ----------
    text
        ``USD``, ``thousand USD``, ``EUR million``, ``1000 EUR``.
    by
        Who says so.

    Raises
    ------
    UsageError
        If it is none.

    Examples
    --------
    >>> str(parse_unit("thousand USD")), parse_unit("EUR mn").factor
    ('thousand USD', 1000000.0)
    """
    found = unit_in(text, by)
    if found is None:
        raise UsageError(
            f"no unit called '{text}'; write a currency and, if there is one, a factor: USD, 'thousand USD'"
        )
    return found


def unit_in(text: str, by: str = "file") -> Unit | None:
    """Return the unit that stands in a column's name or a title, None if there is no currency in it.

    Examples
    --------
    >>> str(unit_in("TradeValue in 1000 USD")), str(unit_in("Trade Value (US$)")), unit_in("value")
    ('thousand USD', 'USD', None)
    >>> str(unit_in("exports_usd")), str(unit_in("THS_EUR")), str(unit_in("US Dollars, Millions"))
    ('USD', 'thousand EUR', 'million USD')
    """
    words = WORDS.findall(text.casefold().replace("us dollar", "usdollar").replace("u.s. dollar", "usdollar"))
    currencies = [CURRENCIES[word] for word in words if word in CURRENCIES]
    if not currencies:
        return None
    factor = 1.0
    for word in words:
        factor *= FACTORS.get(word, 1.0)
    return Unit(currencies[0], factor, by)


def decimal_mark(texts: list[str], separator: str) -> str | None:
    """Return the mark of decimals in a column, None if it cannot be told.

    Parameters
    ----------
    texts
        Its different values.
    separator
        Of the fields of the file; a semicolon goes with decimal commas, so that a lone point is no proof.

    Examples
    --------
    >>> decimal_mark(["1.5", "20"], ","), decimal_mark(["1.234,5"], ";"), decimal_mark(["1,234,567"], ";")
    ('.', ',', '.')
    >>> print(decimal_mark(["1,234", "77"], ";"), decimal_mark(["1.234"], ";"), decimal_mark(["1.234"], ","))
    None None .
    """
    bare = [SPACES.sub("", text) for text in texts]
    votes = set()
    doubtful = set()
    for text in bare:
        marks = [letter for letter in text if letter in ".,"]
        if not marks:
            continue
        if len(set(marks)) > 1:
            votes.add(marks[-1])
        elif len(marks) > 1:
            votes.add("." if marks[0] == "," else ",")
        elif THOUSANDS.match(text) and not text.lstrip("+-").startswith("0"):
            doubtful.add(marks[0])
        else:
            votes.add(marks[0])
    if len(votes) == 1:
        return votes.pop()
    if votes or not doubtful:
        return None if votes else "."
    return "." if doubtful == {"."} and separator != ";" else None


def parse_numbers(
    texts: pd.Series[Any], mark: str, file: str, lines: pd.Series[int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[Any]]:
    """Return a column as numbers.

    Parameters
    ----------
    texts
        The cells, (rows); numbers already where the parser could tell, NaN for a blank.
    mark
        Of decimals; the other one of ',' and '.' stands between thousands.
    file, lines
        Where they stand, for the message.

    Returns
    -------
    numbers, small
        (rows), NaN where one is missing; and the cells in small letters, to see why.

    Raises
    ------
    FlowsError
        If a cell is neither a number nor one of the known marks of a missing one.
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(texts.dtype):
        return texts.to_numpy(dtype=np.float64, copy=True), np.full(len(texts), "", dtype=object)
    texts = texts.astype(object).where(texts.notna(), "").astype(str)
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    if mark == ",":
        numbers[texts.str.contains(".", regex=False).to_numpy(dtype=bool)] = np.nan
    rest = np.flatnonzero(~np.isfinite(numbers))
    left = texts.iloc[rest].str.strip().str.casefold()
    left = left.mask(left.str.startswith(":"), ":")
    small = np.full(len(texts), "", dtype=object)
    small[rest] = left.to_numpy()
    numbers[rest] = np.nan
    written = left[~left.isin(MISSING)]
    if len(written):
        bare = written.str.replace(SPACES, "", regex=True).replace(NOTHING, "0")
        other = "," if mark == "." else "."
        bare = bare.str.replace(other, "", regex=False).str.replace(",", ".", regex=False)
        read = pd.to_numeric(bare, errors="coerce")
        bad = read[~np.isfinite(read)]
        if len(bad):
            cell = texts.loc[bad.index[0]]
            raise FlowsError(f"not a number: '{cell.strip()[:40]}'", file, int(lines.loc[bad.index[0]]))
        numbers[texts.index.get_indexer(read.index)] = read.to_numpy()
    return numbers, small
