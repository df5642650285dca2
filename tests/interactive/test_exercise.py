"""An exercise takes numbers as people write them, and no other text."""

import pytest

from multivector_sim.interactive import page
from multivector_sim.interactive.page import Exercise, read_number

SHARE = Exercise("How much?", 22.12, 0.1, "%", hint="Think.", worked="22.12 %", slips={25.0: "Added, not compounded."})
COUNT = Exercise("How many?", 2.4, 0.05)


@pytest.mark.parametrize(
    ("text", "value"),
    [("2.4", 2.4), ("2,4", 2.4), (".5", 0.5), ("+3", 3.0), ("\N{MINUS SIGN}3", -3.0), ("1/5", 0.2), (" 12 / 5 ", 2.4)],
)
def test_a_number_is_read(text, value):
    assert read_number(text) == (pytest.approx(value), False)


@pytest.mark.parametrize("text", ["", "two", "1/0", "1e5", "--2", "2 4", "nan", "inf", "1.2.3", "__import__('os')"])
def test_what_is_no_number_is_not(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("exercise", "text", "kind"),
    [
        (SHARE, "22.1 %", "right"),
        (SHARE, "22.1", "right"),
        (SHARE, "0.221", "right"),
        (SHARE, "25", "wrong"),
        (SHARE, "0.25 %", "wrong"),
        (SHARE, "0.221 %", "wrong"),
        (SHARE, "much", "unreadable"),
        (SHARE, "  ", "none"),
        (COUNT, "2,4", "right"),
        (COUNT, "240 %", "right"),
        (COUNT, "4", "wrong"),
    ],
)
def test_an_answer_is_judged(exercise, text, kind):
    assert exercise.judge(text).kind == kind


def test_a_known_slip_is_named_and_others_get_a_direction():
    assert SHARE.judge("25 %").words == "Not yet. Added, not compounded."
    assert "too small" in SHARE.judge("3").words
    assert "too large" in SHARE.judge("80").words


def test_what_was_typed_is_shown_as_text():
    pytest.importorskip("marimo")
    assert "<script>" not in page.reply(SHARE, "<script>alert(1)</script>").text
    assert "Right" in page.reply(SHARE, "22.1").text
    folded = page.fold(SHARE).text
    assert "Hint" in folded
    assert "Worked answer" in folded
    guess = page.Prediction("Which way?", ("up", "down"), "down")
    assert "As you predicted" in guess.outcome("down", "Look.").text
    assert "The model says: down" in guess.outcome("up", "Look.").text
