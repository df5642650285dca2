"""Changed borders, which look like ruptures of trade but are not.

When a state dissolves, or a part of it becomes a state of its own, its statistics stop, shrink or change their
meaning; nothing was broken off between two partners because of that. A fall of a flow from or to one of these codes
within the span is listed among the borders and not counted, and the span is not at risk.

The dates are general knowledge, written down without looking them up: every one is unverified, and ``source`` says
where it can be checked. A span runs to the first full year of the new statistics, which is a judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BORDERS", "Border", "border_of"]


@dataclass(frozen=True)
class Border:
    """A border that moved.

    Parameters
    ----------
    code
        The country whose statistics changed, ISO 3166 alpha-3, or the former code.
    first, last
        The years in which its flows do not compare with those before.
    event
        What happened, and when.
    source
        How far the date is trusted, and where it can be checked.
    """

    code: str
    first: int
    last: int
    event: str
    source: str


_KNOWN = "unverified, general knowledge; to be checked against "
_UN = _KNOWN + "the United Nations' list of member states and their dates of admission"
_COMTRADE = _KNOWN + "UN Comtrade's list of country codes with first and last valid year"
_LAW = _KNOWN + "the act named"

BORDERS = (
    Border("SUN", 1991, 1992, "Soviet Union dissolved, 26 December 1991", _UN),
    Border("CSK", 1992, 1993, "Czechoslovakia dissolved, 31 December 1992", _UN),
    Border("YUG", 1991, 1994, "Yugoslavia broke up, June 1991 to April 1992; its code went on for a part", _UN),
    Border("SCG", 2006, 2007, "Serbia and Montenegro parted, June 2006", _UN),
    Border("DDR", 1990, 1991, "German Democratic Republic acceded to the Federal Republic, 3 October 1990", _UN),
    Border("DEU", 1945, 1951, "Germany divided in 1949; until 1951 a base holds years of the undivided country", _LAW),
    Border("RHO", 1963, 1965, "Federation of Rhodesia and Nyasaland dissolved, 31 December 1963", _LAW),
    Border("ZWE", 1953, 1965, "Federation of Rhodesia and Nyasaland, 1953 to 31 December 1963", _LAW),
    Border("ZMB", 1953, 1965, "Federation of Rhodesia and Nyasaland, 1953 to 31 December 1963", _LAW),
    Border("MWI", 1953, 1965, "Federation of Rhodesia and Nyasaland, 1953 to 31 December 1963", _LAW),
    Border("PAK", 1971, 1973, "East Pakistan became Bangladesh, December 1971", _UN),
    Border("ETH", 1993, 1994, "Eritrea became independent, May 1993", _UN),
    Border("SDN", 2011, 2012, "South Sudan became independent, July 2011, with most of the oil", _UN),
    Border("YMD", 1990, 1991, "South Yemen united with North Yemen, May 1990", _UN),
    Border("VDR", 1975, 1976, "South Viet Nam ended, April 1975", _UN),
    Border("ANT", 1986, 1987, "Aruba, with its refinery, left the Netherlands Antilles, January 1986", _COMTRADE),
    Border("ANT", 2010, 2011, "Netherlands Antilles dissolved, October 2010", _COMTRADE),
    Border("BLX", 1998, 1999, "Belgium and Luxembourg report apart from 1999", _COMTRADE),
)
"""Every border known here, in no particular order."""


def border_of(country: str, partner: str, year: int) -> Border | None:
    """Return the border that moved under a flow in a year, or None.

    Examples
    --------
    >>> border_of("SUN", "USA", 1992).event, border_of("CUB", "USA", 1961)
    ('Soviet Union dissolved, 26 December 1991', None)
    """
    for border in BORDERS:
        if border.code in (country, partner) and border.first <= year <= border.last:
            return border
    return None
