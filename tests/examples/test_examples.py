"""Every example runs as its reader would run it, says something, and draws a picture."""

import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("[0-9]*.py"))


def test_the_examples_are_a_path_without_gaps():
    assert [path.name[:2] for path in EXAMPLES] == [f"{number:02d}" for number in range(1, len(EXAMPLES) + 1)]
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_prints_and_draws(path, tmp_path, monkeypatch, capsys):
    picture = tmp_path / "picture.png"
    monkeypatch.setattr(sys, "argv", [str(path), str(picture)])
    runpy.run_path(str(path), run_name="__main__")
    printed = capsys.readouterr().out
    assert str(picture) in printed
    assert len(printed.splitlines()) > 2
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_explains_itself(path):
    source = path.read_text(encoding="utf-8")
    assert source.startswith('"""')
    assert len(source.split('"""')[1].split()) > 80
    assert f"python examples/{path.name}" in source
