"""Charts are SVG that a reader without colours, or without sight, understands; texts in them are texts."""

import re
from xml.etree import ElementTree as ET

import pytest

from multivector_sim.interactive.charts import Area, Axis, Columns, Dots, Line, Rule, bars, chart

MARKS = [
    Area([0, 1], [0.1, 0.2], [0.3, 0.4], "nine in ten"),
    Columns([0, 1, 2], [0.2, 0.4], "draws", hatched=True),
    Line([0, 1, 2], [0.0, 0.1, 0.4], "by hand"),
    Line([0, 1, 2], [0.1, 0.1, 0.1], "by draws", "orange", "dotted"),
    Dots([1], [0.2], "you <are> here", shape="diamond", names=["A & B"]),
    Rule("mean", y=0.25),
    Rule("", x=1.0),
]


def drawn(marks=MARKS, **axes):
    return chart(marks, Axis("months", **axes), Axis('"loss" & gain'), 'Loss "rises" & falls.', "A <title>")


def test_a_chart_is_well_formed_and_says_what_it_shows():
    figure = ET.fromstring(drawn())  # noqa: S314 - our own text
    (svg,) = [it for it in figure.iter("svg") if it.get("role") == "img"]
    assert svg.get("aria-label") == 'Loss "rises" & falls.'
    assert figure.find("figcaption").text == "A <title>"
    texts = [it.text for it in svg.iter("text")]
    assert {"months", '"loss" & gain', "A & B"} <= set(texts)


def test_the_key_names_each_named_mark_and_differs_without_colour():
    figure = ET.fromstring(drawn())  # noqa: S314
    entries = figure.findall(".//li")
    assert ["".join(it.itertext()) for it in entries] == [
        "nine in ten",
        "draws",
        "by hand",
        "by draws",
        "you <are> here",
        "mean",
    ]
    samples = [it.find("svg/path") for it in entries]
    looks = [
        (it.get("class"), it.get("stroke-dasharray"), it.get("d"), "hatch" in it.get("fill", "")) for it in samples
    ]
    assert len(set(looks)) == len(looks)


def test_a_mark_lies_where_its_value_is():
    """The middle of the axis lies in the middle of the drawing, whatever else is drawn."""
    text = chart([Dots([5.0], [0.5])], Axis("x", 0, 10), Axis("y", 0, 1), "A dot.")
    assert re.search(r"translate\(224\.0 106\.0\)", text)


def test_the_axis_does_not_move_while_the_marks_stay_within_it():
    frames = [
        re.findall(r"<text.*?</text>", chart([Line([0, at], [0, 0.1])], Axis("x", 0, 10), Axis("y", 0, 1), ""))
        for at in (3, 7)
    ]
    assert frames[0] == frames[1]


def test_marks_of_one_height_and_logarithms_are_drawn():
    assert "M58.0 200.0L390.0 200.0" in chart([Line([1, 2], [0.0, 0.0])], Axis("x"), Axis("y"), "flat")
    axis = Axis("chance", log=True, ticks=(0.001, 0.01, 0.1, 1.0))
    text = chart([Line([0, 1], [1.0, 0.01])], Axis("loss"), axis, "falls")
    assert "M58.0 12.0L390.0 137.3" in text


@pytest.mark.parametrize("values", [[0.2, 0.1], [-0.1, 0.3], [0.0, 0.0]])
def test_bars_begin_at_zero(values):
    text = bars(["a", "b"], values, ["one", "two"], "Bars.")
    ET.fromstring(text)  # noqa: S314
    assert text.count('class="bar"') == 2
