"""Characters that look like others or like nothing: how texts are normalised, and how such characters are named.

The same name can be written in two ways: ``ü`` as one character or as ``u`` with a mark. All names and texts are
therefore brought to Unicode's normal form C when they are read. A no-break space in a number, or a zero-width space
in a name, cannot be seen in a message that merely quotes the text, so messages name them.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["FORBIDDEN", "composed", "decimal_number", "name_unseen"]

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that end a line, control a terminal, turn the direction of the text, or are no characters at all."""

UNSEEN = re.compile("[^\x21-\x7e]")
CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs", "Mn", "Me"})
MOST_NAMED = 3
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
UNNAMED = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN", "\x85": "NEXT LINE"}


def composed(text: str) -> str:
    """Return a text in Unicode's normal form C.

    Examples
    --------
    >>> len("tu\u0308rkiye"), len(composed("tu\u0308rkiye"))
    (8, 7)
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def name_unseen(text: str) -> str:
    """Return the part of a message that names the characters of a text that nobody sees; empty where there are none.

    Examples
    --------
    >>> name_unseen("1\u00a0000"), name_unseen("Côte d'Ivoire")
    ('; it holds U+00A0 (no-break space)', '')
    """
    found = dict.fromkeys(
        letter for letter in UNSEEN.findall(text) if letter != " " and unicodedata.category(letter) in CATEGORIES
    )
    if not found:
        return ""
    named = [f"U+{ord(letter):04X} ({_name_of(letter)})" for letter in list(found)[:MOST_NAMED]]
    return f"; it holds {', '.join(named)}"


def _name_of(letter: str) -> str:
    """Return what a character is called."""
    return unicodedata.name(letter, UNNAMED.get(letter, "a control character")).lower()


def decimal_number(text: str) -> float:
    """Read a number that is written with the digits 0 to 9 and a point.

    Raises
    ------
    ValueError
        If it is anything else, such as ``1_200``, ``1,5`` or digits of another script.
        Python would take the first and the last.

    Examples
    --------
    >>> decimal_number(" -1.5e3 ")
    -1500.0
    """
    word = text.strip(" \t\r\n")
    if not DECIMAL.fullmatch(word):
        raise ValueError(word)
    return float(word)
