"""How the package is laid out: every file has a docstring, and no import is hidden in a string."""

import ast
import re
from pathlib import Path

import multivector_sim

PACKAGE = Path(multivector_sim.__file__).parent
TEXTS = {file.relative_to(PACKAGE).as_posix(): file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")}
BY_NAME = re.compile(r"\b_?(?:import_module|__import__)\(")
BY_NAME_ONLY = {"__init__.py", "cli/group.py", "questions/frontier/cutting_planes.py"}
"""The files that may: the public face, which registers renderers, the group of commands, and SciPy's solver."""


def test_files_say_what_they_are_about():
    assert len(TEXTS) > 100
    assert [name for name, text in TEXTS.items() if not ast.get_docstring(ast.parse(text))] == []


def test_no_import_is_hidden_in_a_string():
    assert {name for name, text in TEXTS.items() if BY_NAME.search(text)} == BY_NAME_ONLY
    assert 'CORE = "scipy.' in TEXTS["questions/frontier/cutting_planes.py"]
