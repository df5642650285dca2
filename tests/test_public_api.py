"""What is public, and how the house stands: the exported names, the tree of exceptions, the floors."""

import ast
import re
import subprocess
import sys
import tomllib
import types
from itertools import pairwise
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim import errors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "multivector_sim"
PUBLIC = {
    "Calibration",
    "Definition",
    "Estimate",
    "Figure",
    "Flows",
    "FlowsError",
    "Law",
    "Mistake",
    "MultivectorError",
    "Precision",
    "Result",
    "Scenario",
    "ScenarioError",
    "Sobol",
    "StoreError",
    "UsageError",
    "atlas",
    "backtest",
    "backtest_cases",
    "calibrate",
    "claims",
    "compare",
    "contribute",
    "dashboard",
    "frontier",
    "load",
    "must_be_true",
    "rank",
    "register_law",
    "register_measure",
    "read_flows",
    "register_reader",
    "resolve",
    "reverse_stress",
    "scenario_from_flows",
    "scenarios",
    "sensitivity",
    "simulate",
    "study",
}
HEAVY = {"numba", "scipy", "matplotlib", "jinja2", "rich", "click", "numpy", "pydantic", "yaml", "pandas", "pycountry"}
MODULES = sorted(PACKAGE.glob("**/*.py"))


def named(path):
    return path.relative_to(ROOT).as_posix()


def test_exactly_these_names_are_public():
    assert set(mv.__all__) == PUBLIC == set(dir(mv))
    assert list(mv.__all__) == sorted(mv.__all__)
    for name in PUBLIC:
        assert getattr(mv, name).__module__.startswith("multivector_sim.")


def test_nothing_is_exported_by_accident():
    found = {
        name for name, value in vars(mv).items() if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert found <= PUBLIC


def test_a_name_that_is_not_there_says_so():
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        mv.simulat  # noqa: B018


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_each_module_lists_what_it_offers(path):
    """A module's ``__all__`` is sorted, and every name in it is there."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "no docstring"
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    if len(tree.body) == 1:
        return
    assert len(listed) == 1, "no __all__"
    (names,) = listed
    assert len(set(names)) == len(names)
    assert set(names) <= defined(tree)


def defined(tree):
    """Give the names that a module defines or imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def test_the_import_brings_nothing_heavy():
    code = f"import sys, multivector_sim; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def drawn_tree():
    """Read the tree in the docstring of ``errors``: name and parent."""
    block = errors.__doc__.split("::\n\n")[1].split("\n\n")[0]
    above, found = ["Exception"], {}
    for line in block.splitlines():
        before, name = re.match(r"^ {4}((?:[│ ] {3})*(?:[├└]── )?)(\w+) ", line).groups()
        depth = len(before) // 4
        found[name] = above[depth]
        above[depth + 1 :] = [name]
    return found


def test_the_drawn_tree_of_exceptions_is_the_real_one():
    real = {
        name: value.__base__.__name__
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception) and not issubclass(value, Warning)
    }
    assert drawn_tree() == real


def floors():
    """Read the floors of ``pyproject.toml``, the highest first, each a list of rooms."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = config["tool"]["importlinter"]["contracts"]
    return [re.findall(r"\w+", layer) for layer in contract["layers"]]


def imported(path):
    """Give the rooms of the package that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            if node.module == "multivector_sim":
                yield from (alias.name for alias in node.names)
            elif (node.module or "").startswith("multivector_sim."):
                yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("multivector_sim."))


def test_no_file_imports_from_above_or_from_a_neighbour():
    floor_of = {room: number for number, rooms in enumerate(floors()) for room in rooms}
    for path in MODULES:
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        for other in imported(path):
            assert other in floor_of, f"{named(path)} imports {other}, which stands on no floor"
            assert other == room or floor_of[other] > floor_of[room], f"{named(path)} imports {other}"


def test_no_import_is_hidden_in_a_string():
    """The face and the command line find their parts by name; nothing else may, since the floors would not see it."""
    allowed = {"__init__.py", "cli/group.py"}
    rooms = "|".join(room for floor in floors() for room in floor)
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if path.relative_to(PACKAGE).as_posix() not in allowed and "import_module" in text:
            assert not re.search(rf"[\"']multivector_sim\.({rooms})\b", text), f"{named(path)} hides an import"


def test_every_room_stands_on_a_floor():
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES} - {"__init__", "scenarios"}
    assert rooms <= {room for floor in floors() for room in floor}


def test_the_floors_are_those_of_the_papers():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"`(cli > [^`]*)`", text)
    order = [re.findall(r"\w+", floor) for floor in line.split(">")]
    places = {room: number for number, rooms in enumerate(order) for room in rooms}
    for above, below in pairwise(floors()):
        assert max(places[room] for room in above) <= min(places[room] for room in below)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_file_is_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600
