"""A document as TOML: tables for mappings of mappings, inline values for the rest.

TOML has no null, by which an override of a scenario may take a value away; such a document is refused.
"""

from __future__ import annotations

import json
import math
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multivector_sim.scenario.place import Plain

__all__ = ["toml_line", "toml_text"]

BARE = re.compile(r"[A-Za-z0-9_-]+")
CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
NO_COMMENTS: Mapping[str, str] = MappingProxyType({})
LARGE = 1e6
NARROW = 100
"""A table that fits into so many columns is written inline."""


def toml_text(document: Mapping[str, Plain], comments: Mapping[str, str] = NO_COMMENTS) -> str:
    """Return a document as TOML, with a comment above each section that has one.

    Examples
    --------
    >>> print(toml_text({"name": "x", "partners": {"russia": {"title": "Russia"}}}), end="")
    name = "x"
    <BLANKLINE>
    [partners]
    russia = {title = "Russia"}
    """
    simple = {key: part for key, part in document.items() if not _is_section(part)}
    lines = [f"{_key(key)} = {_value(part)}" for key, part in simple.items()]
    for key, part in document.items():
        if _is_section(part):
            blank, *rest = _section((key,), part)
            lines += [blank, *([f"# {comments[key]}"] if key in comments else []), *rest]
    return "\n".join(lines) + "\n"


def _is_section(part: Plain) -> bool:
    """Return whether a value becomes a table or a list of tables of its own."""
    if isinstance(part, dict):
        return bool(part)
    return isinstance(part, list) and bool(part) and all(isinstance(item, dict) and item for item in part)


def _section(path: tuple[str, ...], part: Plain) -> Iterator[str]:
    """Yield the lines of a table, or of a list of tables."""
    name = ".".join(map(_key, path))
    if isinstance(part, list):
        for item in part:
            yield ""
            yield f"[[{name}]]"
            yield from (f"{_key(key)} = {_value(inner)}" for key, inner in item.items())  # type: ignore[union-attr]
        return
    if not isinstance(part, dict):  # pragma: no cover - only sections come here
        return
    inline = {key: inner for key, inner in part.items() if not isinstance(inner, dict) or _fits(key, inner)}
    yield ""
    yield f"[{name}]"
    yield from (f"{_key(key)} = {_value(inner)}" for key, inner in inline.items())
    for key, inner in part.items():
        if key not in inline:
            yield from _section((*path, key), inner)


def _fits(key: str, part: Plain) -> bool:
    """Return whether a mapping is short enough to be written on its line."""
    return len(_key(key)) + len(_value(part)) < NARROW


def _key(key: str) -> str:
    """Return a key, in quotes where it needs them."""
    return key if BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    """Return a text in quotes."""
    return CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def _value(value: Plain) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        raise UsageError("TOML has no null, which removes a value; give a name that ends in .yaml")
    if isinstance(value, float) and LARGE <= abs(value) < math.inf:
        return _large(value)
    return repr(value)


def _large(value: float) -> str:
    """Return a large number with an exponent of three, six, nine: as people write money.

    Examples
    --------
    >>> _large(14.9e9), _large(1234567.8), _large(1e300)
    ('14.9e9', '1234567.8', '1e+300')
    """
    for power in (12, 9, 6):
        shorter = f"{value / 10**power:.6g}"
        if abs(value) >= 10**power and "e" not in shorter and float(f"{shorter}e{power}") == value:
            return f"{shorter}e{power}"
    return repr(value)


def toml_line(key: str, value: Plain) -> str:
    """Return one entry on one line.

    Examples
    --------
    >>> toml_line("format", "multivector/1")
    'format = "multivector/1"'
    """
    return f"{_key(key)} = {_value(value)}"
