"""Scenario files that are damaged at random, with their structure known: YAML, TOML, bases, settings and columns.

A case is a folder's files, the one to read, and what is asked of it on top. Everything is drawn from one generator.
"""

import copy
import json
import random
from pathlib import Path
from typing import NamedTuple

from multivector_sim.scenario.place import plain
from multivector_sim.scenario.toml_text import toml_text
from multivector_sim.scenario.yaml_tree import read_yaml
from tests.scenario.good import GOOD

__all__ = ["KINDS", "Case", "damaged_case", "write"]

DOCUMENT = plain(read_yaml(GOOD, "good.yaml").root)
TOML = toml_text(DOCUMENT)
CHILD = {
    "format": "multivector/1",
    "extends": "base.yaml",
    "name": "child",
    "title": "A child of two buyers",
    "channels": {"exports": {"ceiling": 0.4}},
    "exposures": {"exports": {"china": 10e9}},
    "hazard": {"partners": {"china": {"intensity": 0.05}}},
    "overrides": {"open": {"corridors.caspian.capacity": 20e9}},
}
TABLE = "sev,weight\n0.2,1\n0.4,2\n0.45,1\n0.9,3\n"
WITH_TABLE = GOOD.replace("pert: [0.2, 0.5, 0.9]", "empirical: {csv: table.csv, column: sev}")
SCRAPS = [b"", b"\0", b"\t", b"\n", b": ", b"- ", b"{", b"}", b"[", b"]", b"'", b'"', b"&a ", b"*a", b"!!x ", b"#"]
SCRAPS += [b"\xff", b"\xc3", "中".encode(), b"1e999", b".nan", b"-1", b"null", b"? ", b"| ", b">", b"%", b"@", b"`"]
SCRAPS += [b"---\n", b"<<: ", b"[[", b"]]", b" = ", b'"""', b",", b"\r", b";", b"inf", b"\xef\xbb\xbf", b"\xc2\xa0"]
ODD_VALUES = [None, True, -1, 0, 1e300, -1e300, 10**400, "", "x", "russia", "transit", "1", [], {}, [[]], {"": 1}]
ODD_VALUES += [[1] * 50, {"pert": [0, 0, 0]}, {"pert": "x"}, {"beta": {}}, {"value": {"value": 1}}, {"a": {"a": {}}}]
ODD_VALUES += [{"empirical": {"csv": "x"}}, "../base.yaml", "2024-01-01", "5%", "\u202e", "e\u0301"]
ODD_KEYS = ["", " ", "transit", "pert", "value", "a.b", "0", "Ω", "x" * 300, "russia", "total", "trade", "null"]
ODD_KEYS += ["__class__", "extends", "format"]
ODD_TEXTS = ["", "null", "5%", "1e5", "[", "{a: 1", "*a", "1_000", ".inf", "x" * 500, "{pert: [0, 0.5, 1]}", "\0", "é"]


class Case(NamedTuple):
    """The files of a folder by name, the one to read, and the overrides and settings that are asked for."""

    files: dict[str, bytes]
    read: str
    overrides: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def damaged_bytes(rng, data):
    """Return bytes with a few pieces put in, changed, taken out or doubled."""
    content = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at, to = sorted(rng.randrange(len(content) + 1) for _ in range(2))
        action = rng.randrange(5)
        if action == 0:
            content[at:at] = rng.choice(SCRAPS)
        elif action == 1:
            content[at : at + 1] = bytes([rng.randrange(256)])
        elif action == 2:
            del content[at : min(to, at + 40)]
        elif action == 3:
            content[to:to] = content[at : min(to, at + 200)]
        else:
            content[at : at + 3] = rng.choice(SCRAPS)
    return bytes(content)


def containers(value, found):
    """Return the mappings and lists of a document, outermost first."""
    if isinstance(value, (dict, list)):
        found.append(value)
        for part in value.values() if isinstance(value, dict) else value:
            containers(part, found)
    return found


def damaged_document(rng, whole=DOCUMENT):
    """Return a document with a few entries changed, removed, moved, renamed or added."""
    document = copy.deepcopy(whole)
    for _ in range(rng.randint(1, 4)):
        filled = [part for part in containers(document, []) if part]
        target = rng.choice(filled)
        key = rng.choice(list(target) if isinstance(target, dict) else range(len(target)))
        action = rng.randrange(6)
        if action == 0:
            target[key] = copy.deepcopy(rng.choice(ODD_VALUES))
        elif action == 1:
            del target[key]
        elif action == 2:
            target[key] = copy.deepcopy(rng.choice(filled))
        elif action == 3 and isinstance(target, dict):
            target[rng.choice(ODD_KEYS)] = target.pop(key)
        elif action == 4 and isinstance(target, dict):
            target[rng.choice(ODD_KEYS)] = copy.deepcopy(rng.choice(ODD_VALUES))
        elif isinstance(target[key], float) or (isinstance(target[key], int) and abs(target[key]) < 1e300):
            target[key] *= rng.choice([-1, 0, 1e-300, 1e300, 1e6, 0.5])
    return document


def _without_nulls(value):
    """Return a document without what TOML cannot say."""
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value if part is not None] if isinstance(value, list) else value


def _json(document):
    return json.dumps(document).encode()


def _yaml_bytes(rng):
    return Case({"scenario.yaml": damaged_bytes(rng, GOOD.encode())}, "scenario.yaml")


def _json_structure(rng):
    return Case({"scenario.json": _json(damaged_document(rng))}, "scenario.json")


def _toml_bytes(rng):
    return Case({"scenario.toml": damaged_bytes(rng, TOML.encode())}, "scenario.toml")


def _toml_structure(rng):
    text = toml_text(_without_nulls(damaged_document(rng)))
    return Case({"scenario.toml": text.encode("utf-8", "surrogatepass")}, "scenario.toml")


def _bases(rng):
    """A child of a base, where one or both are damaged."""
    harm = rng.randrange(1, 4)
    child = damaged_document(rng, CHILD) if harm & 1 else CHILD
    base = damaged_bytes(rng, GOOD.encode()) if rng.random() < 0.5 else _json(damaged_document(rng))
    overrides = tuple(rng.sample(["open", "weak", "wek"], rng.randrange(3)))
    return Case({"child.yaml": _json(child), "base.yaml": base if harm & 2 else GOOD.encode()}, "child.yaml", overrides)


def _paths(value, before=""):
    """Return the dotted paths of a document."""
    if not isinstance(value, dict):
        return [before]
    return [path for key, part in value.items() for path in (before, *_paths(part, f"{before}.{key}".strip(".")))]


PATHS = sorted({path for path in _paths(DOCUMENT) if path})


def _settings(rng):
    """Settings over a good file, each of a path that may be there and a value that may be read."""
    told = []
    for _ in range(rng.randint(1, 4)):
        path = rng.choice(PATHS)
        if rng.random() < 0.3:
            path = ".".join([*path.split(".")[: rng.randrange(4)], rng.choice(ODD_KEYS)])
        value = rng.choice(ODD_TEXTS) if rng.random() < 0.5 else json.dumps(rng.choice(ODD_VALUES))
        told.append(f"{path}{rng.choice(('=', '=', '=', '', ' = '))}{value}")
    return Case({"scenario.yaml": GOOD.encode()}, "scenario.yaml", (), tuple(told))


def _override_sets(rng):
    """A file with a damaged set of overrides, which is asked for."""
    made = {rng.choice([*PATHS, *ODD_KEYS]): rng.choice(ODD_VALUES) for _ in range(rng.randint(1, 4))}
    return Case({"scenario.yaml": _json(DOCUMENT | {"overrides": {"weak": made}})}, "scenario.yaml", ("weak",))


def _columns(rng):
    files = {"scenario.yaml": WITH_TABLE.encode(), "table.csv": damaged_bytes(rng, TABLE.encode())}
    return Case(files, "scenario.yaml")


KINDS = {
    "bytes of YAML": _yaml_bytes,
    "structure of JSON": _json_structure,
    "bytes of TOML": _toml_bytes,
    "structure of TOML": _toml_structure,
    "bases": _bases,
    "settings": _settings,
    "overrides": _override_sets,
    "columns of CSV": _columns,
}


def damaged_case(kind, number):
    """Return a case of a kind; the number is its name."""
    return KINDS[kind](random.Random(f"{kind} {number}"))  # noqa: S311 - damage, not secrets


def write(case, folder):
    """Write the files of a case and return the one to read."""
    for name, content in case.files.items():
        (Path(folder) / name).write_bytes(content)
    return Path(folder) / case.read
