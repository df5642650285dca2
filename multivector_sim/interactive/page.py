"""The parts of a page with controls: its style, a prediction, live numbers, an exercise.

Functions that make a part of a page return something that marimo shows. marimo is imported only then, so that importing
this module needs nothing but the library.

A control must be a global name of a cell, and is read in another cell; so a prediction and an exercise come in two
parts, the field and what is said about its value.

**An exercise** is a question with one number as its answer, and what is said to whoever tries. People write numbers as
they were taught: ``2.4``, ``2,4``, ``22 %``, ``1/5``. Where an answer is asked in per cent, the share means the same
number. A wrong answer that comes from a known slip is told so, which helps more than "wrong".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marimo import Html

__all__ = [
    "Exercise",
    "Prediction",
    "Tile",
    "Verdict",
    "beside",
    "closing",
    "fields",
    "fold",
    "folded",
    "html",
    "lead",
    "noted",
    "opening",
    "read_number",
    "reply",
    "spread",
    "style",
    "table",
    "text",
    "tiles",
    "worked",
]

NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:\s*/\s*(\d+\.?\d*))?\s*(%|per ?cent|percent)?")
LONGEST = 40


def read_number(text: str) -> tuple[float, bool] | None:
    """Read a number as people write it; return it and whether it was said to be in per cent, or None.

    Examples
    --------
    >>> read_number("2,4"), read_number(" 22 % "), read_number("1/5"), read_number("about two")
    ((2.4, False), (22.0, True), (0.2, False), None)
    """
    plain = text[:LONGEST].strip().lower().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    found = NUMBER.fullmatch(plain)
    if found is None:
        return None
    above, below, sign = found.groups()
    if below is not None and not float(below):
        return None
    value = float(above) / (float(below) if below else 1.0)
    return (value, sign is not None) if isfinite(value) else None


class Verdict(NamedTuple):
    """What is said about an answer; ``kind`` is ``none``, ``right``, ``wrong`` or ``unreadable``."""

    kind: str
    words: str


@dataclass(frozen=True)
class Exercise:
    """A question whose answer is a number.

    Parameters
    ----------
    question
        Markdown.
    answer
        The right number, in ``unit``.
    within
        How far from it an answer is still right, in the same unit.
    unit
        ``"%"`` or any word that the field is labelled with; empty for a plain count.
    hint, worked
        Markdown: a push in the right direction, and the way to the answer.
    slips
        Wrong answers that many people reach, each with what went wrong.

    Examples
    --------
    >>> half = Exercise("Half of a fifth?", 10.0, 0.1, "%", slips={20.0: "That is the fifth."})
    >>> half.judge("10 %").kind, half.judge("0.1").kind, half.judge("20").words, half.judge("").kind
    ('right', 'right', 'Not yet. That is the fifth.', 'none')
    """

    question: str
    answer: float
    within: float
    unit: str = ""
    hint: str = ""
    worked: str = ""
    slips: Mapping[float, str] = field(default_factory=dict)

    def judge(self, text: str) -> Verdict:
        """Return what to say about an answer."""
        if not text.strip():
            return Verdict("none", "")
        found = read_number(text)
        if found is None:
            return Verdict("unreadable", "A number is needed here, such as 12.5.")
        value, in_per_cent = found
        if in_per_cent and self.unit != "%":
            value /= 100.0
        if self._near(value, self.answer):
            return Verdict("right", "Right.")
        if self.unit == "%" and not in_per_cent and self._near(100.0 * value, self.answer):
            return Verdict("right", f"Right: {value:g} is {100.0 * value:g} %.")
        for slip, words in self.slips.items():
            if self._near(value, slip):
                return Verdict("wrong", f"Not yet. {words}")
        size = "too large" if value > self.answer else "too small"
        return Verdict("wrong", f"Not yet: {value:g} is {size}. Open the hint if you are stuck.")

    def _near(self, value: float, target: float) -> bool:
        return abs(value - target) <= self.within + 1e-12


@cache
def _css() -> str:
    """Read the style sheet."""
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def html(text: str) -> Html:
    """Return HTML for marimo to show."""
    import marimo

    return marimo.Html(text)


def style() -> Html:
    """Return the style sheet; a page shows it once."""
    return html(f"<style>{_css()}</style>")


def lead(markdown: str) -> Html:
    """Return text in a box, for the aim and for what to remember."""
    import marimo

    return html(f'<div class="mv mv-lead">{marimo.md(markdown).text}</div>')


def noted(words: str) -> Html:
    """Return a sentence about what is shown; a screen reader tells it when it changes."""
    return html(f'<p class="mv mv-verdict" aria-live="polite">{escape(words)}</p>')


def spread(*parts: Html) -> Html:
    """Return parts side by side where there is room, else below each other."""
    return html(f'<div class="mv mv-spread">{"".join(f"<div>{it.text}</div>" for it in parts)}</div>')


def beside(controls: Html, shown: Html) -> Html:
    """Return controls at the left of what they move; above it on a narrow screen."""
    return html(f'<div class="mv mv-beside"><div>{controls.text}</div><div>{shown.text}</div></div>')


def folded(title: str, content: Html) -> Html:
    """Return something under a title that opens and closes it; controls and styles inside work as outside."""
    return html(f'<details class="mv mv-fold"><summary>{escape(title)}</summary><div>{content.text}</div></details>')


def text(name: str, content: str) -> Html:
    """Return text to copy; a click selects all of it.

    Examples
    --------
    >>> "a &lt; b" in text("Python", "a < b").text
    True
    """
    named = f'role="region" aria-label="{escape(name)}, to copy"'
    return html(f'<pre class="mv mv-text" tabindex="0" {named}>{escape(content)}</pre>')


@dataclass(frozen=True)
class Tile:
    """One live number: its name, the number in words, and a note under it."""

    name: str
    value: str
    note: str = ""


def tiles(*shown: Tile) -> Html:
    """Return live numbers side by side; a screen reader tells them when they change.

    Examples
    --------
    >>> "12 %" in tiles(Tile("mean loss", "12 %")).text
    True
    """
    entries = "".join(
        f'<div><dt>{escape(tile.name)}</dt><dd><span class="value">{escape(tile.value)}</span>'
        + (f'<span class="note">{escape(tile.note)}</span>' if tile.note else "")
        + "</dd></div>"
        for tile in shown
    )
    return html(f'<dl class="mv mv-tiles" aria-live="polite">{entries}</dl>')


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """Return a small table; the first column has names."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(it)}</td>" for it in row[1:]) + "</tr>"
        for row in rows
    )
    return html(f'<table class="mv mv-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


@dataclass(frozen=True)
class Prediction:
    """A question that is answered before anything is moved.

    Parameters
    ----------
    question
        The question, plain text.
    options
        What may be predicted.
    right
        The option that the model bears out.
    """

    question: str
    options: tuple[str, ...]
    right: str

    def field(self) -> Any:  # noqa: ANN401 - a control of marimo
        """Return the control."""
        import marimo

        return marimo.ui.radio(list(self.options), label=self.question)

    def noted(self, chosen: str | None, then: str) -> Html:
        """Confirm a prediction and say what to do next, without telling whether it is right."""
        words = f"Noted: <strong>{escape(chosen)}</strong>. {escape(then)}" if chosen else "Choose first, then move on."
        return html(f'<div class="mv mv-verdict" aria-live="polite">{words}</div>')

    def outcome(self, chosen: str | None, because: str) -> Html:
        """Hold a prediction against what the model says; ``because`` is markdown."""
        import marimo

        said = marimo.md(because).text
        if chosen is None:
            kind, words = "none", "<strong>You made no prediction.</strong>"
        elif chosen == self.right:
            kind, words = "right", f"<strong>As you predicted: {escape(chosen)}.</strong>"
        else:
            kind, words = (
                "wrong",
                f"<strong>You predicted: {escape(chosen)}. The model says: {escape(self.right)}.</strong>",
            )
        return html(f'<div class="mv mv-verdict {kind}" aria-live="polite">{words} {said}</div>')


def fields(exercises: Sequence[Exercise]) -> Any:  # noqa: ANN401 - a control of marimo
    """Return one control with a field for each exercise."""
    import marimo

    return marimo.ui.array([_field(number, it) for number, it in enumerate(exercises, 1)])


def _field(number: int, exercise: Exercise) -> Any:  # noqa: ANN401
    """Return the field of one exercise."""
    import marimo

    unit = f", in {exercise.unit}" if exercise.unit else ""
    return marimo.ui.text(label=f"Answer {number}{unit}", placeholder="a number, then Enter")


def worked(exercises: Sequence[Exercise], given: Any) -> Html:  # noqa: ANN401 - what :func:`fields` returned
    """Return the exercises with their fields, what is said about each answer, and the hints folded away."""
    import marimo

    parts: list[object] = []
    for number, (exercise, box, answer) in enumerate(zip(exercises, given, given.value, strict=True), 1):
        parts += [
            marimo.md(f"**Exercise {number}.** {exercise.question}"),
            box,
            reply(exercise, answer),
            fold(exercise),
        ]
    return marimo.vstack(parts)


def reply(exercise: Exercise, answer: str) -> Html:
    """Return what is said about an answer; an empty box of no height where there is none."""
    verdict = exercise.judge(answer)
    if verdict.kind == "none":
        return html('<div class="mv" aria-live="polite"></div>')
    sign = {"right": "\N{CHECK MARK}", "wrong": "\N{BALLOT X}"}.get(verdict.kind, "?")
    words = f"<strong>{sign}</strong> {escape(verdict.words)}"
    return html(f'<div class="mv mv-verdict {verdict.kind}" aria-live="polite">{words}</div>')


def fold(exercise: Exercise) -> Html:
    """Return the hint and the worked answer, each folded away."""
    import marimo

    return marimo.accordion(
        {"Hint": marimo.md(exercise.hint), "Worked answer": marimo.md(exercise.worked)}, multiple=True
    )


def opening(number: int, title: str, aim: str, script: str, uses: str) -> Html:
    """Return the head of a lesson: its title, its aim, what it builds on, and the script behind it."""
    import marimo

    head = marimo.md(f"# Lesson {number}: {title}")
    box = lead(
        f"**Aim.** {aim}\n\n**You need.** {uses}\n\n**Behind this lesson.** `examples/{script}` does the same as a "
        "script without controls."
    )
    return marimo.vstack([style(), head, box])


def closing(remember: str, onward: str) -> Html:
    """Return the end of a lesson: one sentence to keep, and where to go on; both are markdown."""
    import marimo

    return marimo.vstack([lead(f"**Remember.** {remember}"), marimo.md(onward)])
