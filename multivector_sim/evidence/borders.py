"""Changed borders, which look like ruptures of trade but are not.

When a state dissolves, or a part of it becomes a state of its own, its statistics stop, shrink or change their
meaning; nothing was broken off between two partners because of that. A fall of a flow from or to one of these codes
within the span is listed among the borders and not counted, and the span is not at risk.

Every date was seen on the page that ``source`` names, which is an encyclopedia, an office or the press and no treaty.
That a span runs to the first full year of the new statistics is a judgement, and so is what an event adds about oil.
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
        Where the date was seen.
    """

    code: str
    first: int
    last: int
    event: str
    source: str


_COUNTRIES = "worldpopulationreview.com/country-rankings/newest-countries"
_MEMBERS = "filaw.com/nations/UNMemberStates.html (changes in the membership of the United Nations)"
_GERMANY = "nationsencyclopedia.com/United-Nations/Membership.html"
_SPLIT = "sz-photo.de/kalender/deutschland-1949"
_RHODESIA = "ed.mdict.net/k2444826.html (Columbia Encyclopedia: 1953 to 31 December 1963)"
_SLOVAKIA = "enrsi.stvr.sk/articles/news/349295"
_PAKISTAN = "lr1.lsm.lv, 11 January (December 1971)"
_SAIGON = "history-vision.de, clip 5553"
_ANTILLES = "stvb.nl/dutch-caribbean-law-history.php; cbs.nl, Dutch Caribbean, 2012"
_BELGIUM = "en.wikipedia.org, Belgium-Luxembourg Economic Union (combined statistics until 1999)"

BORDERS = (
    Border("SUN", 1991, 1992, "Soviet Union dissolved, 26 December 1991", _COUNTRIES),
    Border("CSK", 1992, 1993, "Czechoslovakia dissolved, 31 December 1992", _SLOVAKIA),
    Border("YUG", 1991, 1994, "Yugoslavia broke up, June 1991 to March 1992; its code went on for a part", _COUNTRIES),
    Border("SCG", 2006, 2007, "Serbia and Montenegro parted, 3 June 2006", _COUNTRIES),
    Border("DDR", 1990, 1991, "German Democratic Republic acceded to the Federal Republic, 3 October 1990", _GERMANY),
    Border("DEU", 1945, 1951, "Germany divided, 1949; until 1951 a base holds years of the whole country", _SPLIT),
    Border("RHO", 1963, 1965, "Federation of Rhodesia and Nyasaland dissolved, 31 December 1963", _RHODESIA),
    Border("ZWE", 1953, 1965, "Federation of Rhodesia and Nyasaland, 1953 to 31 December 1963", _RHODESIA),
    Border("ZMB", 1953, 1965, "Federation of Rhodesia and Nyasaland, 1953 to 31 December 1963", _RHODESIA),
    Border("MWI", 1953, 1965, "Federation of Rhodesia and Nyasaland, 1953 to 31 December 1963", _RHODESIA),
    Border("PAK", 1971, 1973, "East Pakistan became Bangladesh, December 1971", _PAKISTAN),
    Border("ETH", 1993, 1994, "Eritrea became independent, 24 May 1993", _COUNTRIES),
    Border("SDN", 2011, 2012, "South Sudan became independent, 9 July 2011, with most of the oil", _COUNTRIES),
    Border("YMD", 1990, 1991, "South Yemen united with North Yemen, 22 May 1990", _MEMBERS),
    Border("VDR", 1975, 1976, "South Viet Nam ended, 30 April 1975", _SAIGON),
    Border("ANT", 1986, 1987, "Aruba, with its refinery, left the Netherlands Antilles, 1986", _ANTILLES),
    Border("ANT", 2010, 2011, "Netherlands Antilles dissolved, 10 October 2010", _ANTILLES),
    Border("BLX", 1998, 1999, "Belgium and Luxembourg report apart from 1999", _BELGIUM),
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
