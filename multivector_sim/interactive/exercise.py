"""An exercise: a question with one number as its answer, and what is said to whoever tries.

People write numbers as they were taught: ``2.4``, ``2,4``, ``22 %``, ``1/5``. Where an answer is asked in per cent, the
share means the same number. A wrong answer that comes from a known slip is told so, which helps more than "wrong".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Exercise", "Verdict", "read_number"]

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
