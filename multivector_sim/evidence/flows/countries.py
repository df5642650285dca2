"""Which country a code or a name means, in the words of whoever published the file.

Publishers use ISO 3166 letters, numbers of the United Nations, numbers of the IMF, or names; each is a *system* here,
a function from one text to a place. A place is an ISO 3166 alpha-3 code (or that of a state which is gone), the world,
a group of countries, an unspecified partner, or None where nobody knows. Nothing is matched by likeness: a wrong
country is worse than none. "NA" is Namibia wherever letters of two are asked for, and "N/A" is nothing.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import UsageError
from multivector_sim.evidence.flows import place_tables as tables
from multivector_sim.evidence.flows.place_tables import GROUP, UNSPECIFIED, WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "GROUP",
    "SYSTEMS",
    "UNSPECIFIED",
    "WORLD",
    "country_code",
    "nearest_country",
    "plain_name",
    "require_country",
    "title_of",
]

NOT_WORD = re.compile(r"[^a-z0-9]+")
DROPPED = re.compile("['\u2019`\u00b4.]")
EUROPE = {"EL": "GRC", "UK": "GBR", "XK": "XKX", "XS": "SRB", "XC": "ESP", "XL": "ESP", "XI": "GBR", "XU": "GBR"}
LETTERS_ISO2, LETTERS_ISO3 = 2, 3
TITLES = {"RUS": "Russia", "TUR": "Türkiye", "VNM": "Vietnam", "KOR": "South Korea", "PRK": "North Korea"} | {
    "IRN": "Iran", "SYR": "Syria", "VEN": "Venezuela", "BOL": "Bolivia", "TZA": "Tanzania", "MDA": "Moldova",
    "TWN": "Taiwan", "LAO": "Laos", "COD": "DR Congo", "COG": "Congo", "BRN": "Brunei", "PSE": "Palestine",
    "FSM": "Micronesia", "FLK": "Falkland Islands", "CIV": "Côte d'Ivoire", "NLD": "Netherlands",
}  # fmt: skip


def plain_name(name: str) -> str:
    """Return a name in small letters, without accents and marks.

    Examples
    --------
    >>> plain_name("China, Hong Kong SAR"), plain_name("Côte d'Ivoire"), plain_name("T\u00c3\u00bcrkiye")
    ('china hong kong sar', 'cote divoire', 'turkiye')
    """
    if "Ã" in name or "Â" in name:
        name = _mended(name)
    letters = unicodedata.normalize("NFKD", name.replace("&", " and ").replace("\u0131", "i"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    return NOT_WORD.sub(" ", DROPPED.sub("", bare)).strip()


def _mended(name: str) -> str:
    """Return a name that was UTF-8 and read as Latin-1, as it should be."""
    try:
        return name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return name


@cache
def _pycountry() -> Any:  # noqa: ANN401 - the library has no types for its records
    """Return pycountry, imported when it is first needed."""
    import pycountry

    return pycountry


@cache
def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """Return the alpha-3 code by alpha-3, alpha-2, number and plain name."""
    listed = list(_pycountry().countries)
    three = {it.alpha_3: it.alpha_3 for it in listed} | {code: code for code in tables.HISTORIC} | tables.RENAMED
    two = {it.alpha_2: it.alpha_3 for it in listed} | {"XK": "XKX", "AN": "ANT", "SU": "SUN", "YU": "YUG", "DD": "DDR"}
    numbers = {it.numeric.lstrip("0"): it.alpha_3 for it in listed} | tables.UN_NUMBERS
    names = {plain_name(title): code for code, title in tables.HISTORIC.items()}
    for it in listed:
        for field in ("name", "official_name", "common_name"):
            if hasattr(it, field):
                names[plain_name(getattr(it, field))] = it.alpha_3
    names |= tables.NAMES
    names |= dict.fromkeys(tables.WORLD_NAMES, WORLD) | dict.fromkeys(tables.GROUP_NAMES, GROUP)
    names |= dict.fromkeys(tables.UNSPECIFIED_NAMES, UNSPECIFIED)
    return three, two, numbers, names


def _by_letters(text: str, known: dict[str, str]) -> str | None:
    """Return the place of a code of letters; one with digits beside letters is a group."""
    code = text.strip().upper()
    if code in tables.WORLD_CODES:
        return WORLD
    if code in known:
        return known[code]
    if code in tables.UNSPECIFIED_CODES:
        return UNSPECIFIED if code != "N/A" else None
    if code in tables.GROUP_CODES or (any(it.isdigit() for it in code) and any(it.isalpha() for it in code)):
        return GROUP
    return None


def _iso3(text: str) -> str | None:
    """Return the place of an alpha-3 code."""
    return _by_letters(text, _tables()[0])


def _iso2(text: str) -> str | None:
    """Return the place of an alpha-2 code; EL, UK and XK as Eurostat writes them; Q with a letter is unspecified."""
    code = text.strip().upper()
    if len(code) == LETTERS_ISO2 and code.startswith("Q") and code != "QA":
        return UNSPECIFIED
    return EUROPE.get(code) or _by_letters(code, _tables()[1])


def _un(text: str) -> str | None:
    """Return the place of a number of UN Comtrade."""
    code = text.strip().removesuffix(".0")
    return _tables()[2].get(code.lstrip("0") or "0") if code.isdigit() else None


def _imf(text: str) -> str | None:
    """Return the place of a number of the IMF; what is a number and none of a country is a group."""
    code = text.strip().removesuffix(".0")
    if not code.isdigit():
        return None
    return WORLD if int(code) == 1 else tables.IMF.get(code.zfill(3), GROUP)


def _name(text: str) -> str | None:
    """Return the place of a name."""
    name = plain_name(text)
    names = _tables()[3]
    found = names.get(name) or names.get(name.removeprefix("the "))
    if found is None and (name.endswith((" nes", " not elsewhere specified")) or name.startswith("other ")):
        return UNSPECIFIED
    return found


def _any(text: str) -> str | None:
    """Return the place of a text of any system: three letters, a name, two letters."""
    code = text.strip()
    if len(code) == LETTERS_ISO3 and code.isupper() and (found := _iso3(code)):
        return found
    found = _name(code)
    if found is None and len(code) == LETTERS_ISO2 and code.isupper():
        return _iso2(code)
    return found if found is not None else _iso3(code) if "_" in code or code.isupper() else None


SYSTEMS: dict[str, Callable[[str], str | None]] = {
    "iso3": _iso3,
    "iso2": _iso2,
    "un": _un,
    "imf": _imf,
    "name": _name,
    "any": _any,
}
"""The ways in which publishers call a country, by name."""


def country_code(text: str) -> str | None:
    """Return the alpha-3 code of one country that a person names, None if there is none.

    Parameters
    ----------
    text
        A code or a name.

    Examples
    --------
    >>> country_code("chl"), country_code("Turkey"), country_code("SUN"), country_code("World"), country_code("NA")
    ('CHL', 'TUR', 'SUN', None, 'NAM')
    """
    found = _any(text.strip().upper()) if len(text.strip()) <= LETTERS_ISO3 else _any(text)
    found = found or _any(text)
    return None if found in (WORLD, GROUP, UNSPECIFIED) else found


def nearest_country(text: str) -> str:
    """Return the known name nearest to one that is not known, or the code with the same letters; empty for none.

    Examples
    --------
    >>> nearest_country("Kazahstan"), nearest_country("VMN"), nearest_country("QQQ")
    ('Kazakhstan', 'VNM (Vietnam)', '')
    """
    near = get_close_matches(plain_name(text), list(_tables()[3]), 1, 0.8)
    if near:
        return title_of(_tables()[3][near[0]])
    if len(text) != len(UNSPECIFIED):
        return ""
    known = {"".join(sorted(it.alpha_3)): it.alpha_3 for it in _pycountry().countries}
    code = known.get("".join(sorted(text.upper())))
    return f"{code} ({title_of(code)})" if code else ""


def require_country(text: str) -> str:
    """Return the alpha-3 code of a country that a person names.

    Raises
    ------
    UsageError
        If no country has that code or name.
    """
    code = country_code(text)
    if code is None:
        near = nearest_country(text)
        hint = f"did you mean {near}?" if near else "give its ISO 3166 code, such as CHL"
        raise UsageError(f"no country called '{text}'; {hint}")
    return code


def title_of(code: str) -> str:
    """Return a country's name for people.

    Examples
    --------
    >>> title_of("CHL"), title_of("SUN"), title_of("RUS"), title_of("UNS")
    ('Chile', 'Soviet Union', 'Russia', 'Unspecified')
    """
    if code == UNSPECIFIED:
        return "Unspecified"
    if code in TITLES or code in tables.HISTORIC:
        return TITLES.get(code) or tables.HISTORIC[code]
    found = _pycountry().countries.get(alpha_3=code)
    return code if found is None else str(getattr(found, "common_name", found.name))
