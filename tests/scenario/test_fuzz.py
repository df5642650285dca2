"""Files that are damaged at random: a scenario, or a list of mistakes, and never anything else.

``MULTIVECTOR_FUZZ`` sets how many are tried.
"""

import copy
import json
import os
import random
import time

import pytest

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.place import plain
from multivector_sim.scenario.read import load
from multivector_sim.scenario.yaml_tree import read_yaml
from tests.scenario.good import GOOD

COUNT = int(os.environ.get("MULTIVECTOR_FUZZ", "2000"))
BATCHES = 4
PATIENCE = 5.0
DOCUMENT = plain(read_yaml(GOOD, "good.yaml").root)
SCRAPS = [
    b"",
    b"\0",
    b"\t",
    b"\n",
    b": ",
    b"- ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"'",
    b'"',
    b"&a ",
    b"*a",
    b"!!x ",
    b"#",
    b"---\n",
]
SCRAPS += [
    b"\xff",
    b"\xc3",
    "中".encode(),
    b"1e999",
    b".nan",
    b"-1",
    b"null",
    b"? ",
    b"| ",
    b">",
    b"%",
    b"@",
    b"`",
    b"<<: ",
]
ODD_VALUES = [
    None,
    True,
    -1,
    0,
    1e300,
    -1e300,
    10**400,
    "",
    "x",
    "russia",
    "transit",
    "1",
    [],
    {},
    [[]],
    {"": 1},
    [1] * 50,
]
ODD_VALUES += [
    {"pert": [0, 0, 0]},
    {"pert": "x"},
    {"beta": {}},
    {"value": {"value": 1}},
    {"empirical": {"csv": "x"}},
    {"a": {"a": {}}},
]
ODD_KEYS = [
    "",
    " ",
    "transit",
    "pert",
    "value",
    "a.b",
    "0",
    "Ω",
    "x" * 300,
    "russia",
    "total",
    "trade",
    "null",
    "__class__",
]


def damaged_bytes(rng):
    content = bytearray(GOOD.encode())
    for _ in range(rng.randint(1, 6)):
        at, to = sorted(rng.randrange(len(content)) for _ in range(2))
        action = rng.randrange(5)
        if action == 0:
            content[at:at] = rng.choice(SCRAPS)
        elif action == 1:
            content[at] = rng.randrange(256)
        elif action == 2:
            del content[at : min(to, at + 40)]
        elif action == 3:
            content[to:to] = content[at : min(to, at + 200)]
        else:
            content[at : at + 3] = rng.choice(SCRAPS)
    return bytes(content)


def containers(value, found):
    if isinstance(value, (dict, list)):
        found.append(value)
        for part in value.values() if isinstance(value, dict) else value:
            containers(part, found)
    return found


def damaged_structure(rng):
    document = copy.deepcopy(DOCUMENT)
    for _ in range(rng.randint(1, 4)):
        all_parts = [part for part in containers(document, []) if part]
        target = rng.choice(all_parts)
        key = rng.choice(list(target) if isinstance(target, dict) else range(len(target)))
        action = rng.randrange(6)
        if action == 0:
            target[key] = copy.deepcopy(rng.choice(ODD_VALUES))
        elif action == 1:
            del target[key]
        elif action == 2:
            target[key] = copy.deepcopy(rng.choice(all_parts))
        elif action == 3 and isinstance(target, dict):
            target[rng.choice(ODD_KEYS)] = target.pop(key)
        elif action == 4 and isinstance(target, dict):
            target[rng.choice(ODD_KEYS)] = copy.deepcopy(rng.choice(ODD_VALUES))
        elif isinstance(target[key], (int, float)):
            target[key] *= rng.choice([-1, 0, 1e-300, 1e300, 1e6, 0.5])
    return json.dumps(document).encode()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_file_gives_a_scenario_or_mistakes(tmp_path, batch):
    rng = random.Random(batch)  # noqa: S311 - damage, not secrets
    file = tmp_path / "scenario.yaml"
    outcomes = {"good": 0, "bad": 0}
    for number in range(COUNT // BATCHES):
        file.write_bytes(damaged_structure(rng) if number % 2 else damaged_bytes(rng))
        began = time.monotonic()
        try:
            load(file)
            outcomes["good"] += 1
        except ScenarioError as error:
            outcomes["bad"] += 1
            told = [str(mistake) for mistake in error.mistakes]
            assert told
            assert len(set(told)) == len(told)
            assert all(it.file == str(file) and it.message for it in error.mistakes)  # noqa: PT017 - or no error
            assert all("\n" not in line for line in told)
        assert time.monotonic() - began < PATIENCE, file.read_bytes()
    assert outcomes["bad"] > outcomes["good"] > 0


def test_many_unknown_names_take_no_long_time(tmp_path):
    file = tmp_path / "scenario.yaml"
    partners = "".join(f"  partner-number-{n}: {{title: x}}\n" for n in range(3000))
    flows = "".join(f"    partnr-numbr-{n}: 1\n" for n in range(3000))
    text = GOOD.replace("partners:\n", f"partners:\n{partners}").replace(
        "  exports:\n    russia", f"  exports:\n{flows}    russia"
    )
    file.write_text(text)
    began = time.monotonic()
    with pytest.raises(ScenarioError):
        load(file)
    assert time.monotonic() - began < 4 * PATIENCE
