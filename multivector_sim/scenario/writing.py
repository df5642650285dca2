"""A scenario as the text of a file, YAML or TOML, which reads back as an equal scenario.

A resolved scenario is written with the origin of each value beside it, as a comment. ``multivector new`` writes a line
above each section, which says what the section is for.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.atomic_file import new_part, write_atomically
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.scenario.files import names, place
from multivector_sim.scenario.read import resolve
from multivector_sim.scenario.section_comments import SECTIONS, explained, schema_place
from multivector_sim.scenario.toml_text import toml_text
from multivector_sim.scenario.yaml_tree import core_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multivector_sim.scenario.place import Plain
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["new_toml", "resolved_text", "save", "short_origins", "starting_text"]


UNREADABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9 _./%-]*(?<! )")
NAME = re.compile(r"^name:.*$", re.MULTILINE)
EDITOR = re.compile(r"^# yaml-language-server:.*\n")
HEADER = re.compile(r"\A(#.*\n)+")
BESIDE = "README"


def starting_text(start: str, name: str, folder: Path, suffix: str = ".yaml") -> str:
    """Return the text of a new scenario that starts from another one, under a new name, with each section explained.

    Its first line names the schema, by which editors complete and check keys; ``folder`` is where it will be.
    """
    resolved = resolve(start)
    if suffix == ".toml":
        return new_toml({**resolved.document, "name": name}, folder)
    text = Path(resolved.file).read_text(encoding="utf-8")
    alone = {origin.rsplit(":", 2)[0] for origin in resolved.origins.values()} == {resolved.file}
    if not alone or "csv:" in text or not resolved.file.endswith((".yaml", ".yml")):
        text = resolved_text(resolved.document, {})
    text = EDITOR.sub("", text)
    header = HEADER.match(text)
    if header and BESIDE in header.group():
        text = text[header.end() :]
    named = NAME.sub(lambda _: f"name: {_scalar(name)}", text, count=1)
    return f"# yaml-language-server: $schema={schema_place(folder)}\n{explained(named)}"


def new_toml(document: Mapping[str, Plain], folder: Path) -> str:
    """Return a document as the text of a new TOML file, with the schema's line and each section explained.

    Overrides that take a value away are left out, which a comment says: TOML has no null.
    """
    sets = document.get("overrides")
    known = sets if isinstance(sets, dict) else {}
    kept = {
        name: values for name, values in known.items() if not (isinstance(values, dict) and None in values.values())
    }
    rest: dict[str, Plain] = {"overrides": kept} if kept else {}
    whole = {key: part for key, part in document.items() if key != "overrides"} | rest
    left_out = [name for name in known if name not in kept]
    said = f"# Left out, because TOML cannot take a value away: overrides {', '.join(left_out)}.\n" if left_out else ""
    return f"#:schema {schema_place(folder)}\n{said}{toml_text(whole, SECTIONS)}"


def short_origins(start: str, origins: Mapping[str, str]) -> dict[str, str]:
    """Return origins in short form: files of a shipped scenario without the folder of all scenarios.

    Examples
    --------
    >>> from multivector_sim.scenario.read import resolve
    >>> origins = short_origins("two-buyers", resolve("two-buyers").origins)
    >>> origins["format"]
    'two-buyers/scenario.yaml:4:1'
    """
    if start not in names():
        return dict(origins)
    folder = f"{place()}{os.sep}"
    return {path: origin.replace(folder, "") for path, origin in origins.items()}


def resolved_text(document: Mapping[str, Plain], origins: Mapping[str, str]) -> str:
    """Return a document as YAML, with the origin of each value beside it.

    Examples
    --------
    >>> print(resolved_text({"a": {"b": [1, "no"]}, "c": "x: y"}, {"c": "--set"}), end="")
    a:
      b:
        - 1
        - no
    c: "x: y"  # --set
    """
    return "\n".join(_lines(dict(document), origins, "", "")) + "\n"


def _lines(value: Plain, origins: Mapping[str, str], path: str, indent: str) -> Iterator[str]:
    """Return the lines of a mapping or list that is not empty."""
    if isinstance(value, dict):
        parts = [(f"{indent}{_scalar(key)}:", str(key), part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(f"{indent}-", str(number), part) for number, part in enumerate(value)]
    else:
        parts = []
    for head, key, part in parts:
        inner = f"{path}.{key}" if path else key
        if isinstance(part, (dict, list)) and part:
            yield head
            yield from _lines(part, origins, inner, f"{indent}  ")
        else:
            origin = f"  # {_on_one_line(origins[inner])}" if inner in origins else ""
            yield f"{head} {_scalar(part)}{origin}"


def _on_one_line(text: str) -> str:
    """Return a comment that cannot end before its line does."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _scalar(value: Plain) -> str:
    """Return the text of a value without parts.

    Examples
    --------
    >>> [_scalar(value) for value in ("no", "true", "a: b", 1e6, None, {})]
    ['no', '"true"', '"a: b"', '1000000.0', 'null', '{}']
    """
    if isinstance(value, str) and PLAIN_WORD.fullmatch(value) and core_value(value) == value:
        return value
    return UNREADABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(value, ensure_ascii=False))


def save(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """Write a scenario; see :meth:`multivector_sim.Scenario.save`."""
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in {".yaml", ".yml", ".toml"}:
        raise UsageError(f"{file}: a scenario is YAML or TOML; give a name that ends in .yaml or .toml")
    document = scenario.document()
    text = toml_text(document) if suffix == ".toml" else resolved_text(document, {})
    try:
        write_atomically(file, [text.encode()], new_part(file))
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error
    return file
