"""The teaching pages that are made from the lessons are those of the lessons as they are."""

import runpy
from pathlib import Path

import pytest

pytest.importorskip("marimo")

FOLDER = Path(__file__).parents[2] / "docs" / "teaching"
MADE = ("exercises.md", "answers.md", "slides/lesson-2.html", "slides/lesson-4.html")


def test_exercises_answers_and_slides_are_those_of_the_lessons(tmp_path):
    runpy.run_path(str(FOLDER / "make.py"))["main"](tmp_path)
    assert {str(it.relative_to(tmp_path)) for it in tmp_path.glob("**/*.*")} == set(MADE)
    for name in MADE:
        assert (tmp_path / name).read_text(encoding="utf-8") == (FOLDER / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("name", MADE[2:])
def test_slides_ask_for_nothing_and_have_no_control(name):
    page = (FOLDER / name).read_text(encoding="utf-8")
    assert "<marimo-" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page.count("<section") == page.count("</section>") >= 10
