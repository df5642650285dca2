"""A lesson in a real browser: each control moves the text, each exercise tells right from wrong, by keyboard alone.

One lesson is walked through here. ``MULTIVECTOR_LESSONS=1-8`` in the environment walks through others.
"""

import importlib.util
import os

import pytest

from multivector_sim.interactive.lessons import lesson
from tests.interactive.browser import chromium, served

pytest.importorskip("marimo")

FIRST, _, LAST = os.environ.get("MULTIVECTOR_LESSONS", "4").partition("-")


def exercises(number):
    """Return the exercises of a lesson."""
    file = lesson(number).file
    spec = importlib.util.spec_from_file_location(file.stem, file)
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    return notebook.app.run()[1]["exercises"]


@pytest.mark.parametrize("number", range(int(FIRST), int(LAST or FIRST) + 1))
def test_a_lesson_is_worked_through_by_keyboard(number):
    from selenium.webdriver import Keys

    with chromium() as reader, served("learn", str(number)) as address:
        reader.open(address, "Remember.")
        reached = {it.id for it in reader.reached_by_tab()}
        radios = reader.inside("marimo-radio", "[role=radio]")
        sliders, fields = reader.sliders(), reader.fields()
        others = reader.inside("marimo-dropdown", "select") + reader.inside("marimo-checkbox", "[role=checkbox]")
        assert {it.id for it in (*sliders, *fields, *others)} <= reached
        assert radios
        assert sliders or others
        reader.moves(radios[0], Keys.SPACE)
        for slider in sliders:
            reader.moves(slider, *(Keys.ARROW_RIGHT,) * 2)
        for radio in radios[1:]:
            reader.moves(radio, Keys.ARROW_DOWN, Keys.SPACE)
        for field, exercise in zip(fields, exercises(number), strict=True):
            wrong = f"{exercise.answer * 1.37 + 1:.6f}"
            reader.writes(field, wrong)
            reader.until(lambda: "\N{BALLOT X}" in reader.text(), f"{wrong} is taken for right")
            reader.writes(field, f"{exercise.answer:.12g}")
            reader.until(lambda: "\N{BALLOT X}" not in reader.text(), f"{exercise.answer} is taken for wrong")
        assert reader.text().count("\N{CHECK MARK}") == len(fields)
        assert reader.outside(address) == []
