"""The colour of each partner, with a pattern beside it, so that no reader depends on the hue.

A scenario names a partner's colour in a word. Every colour has a tone for light paper and one for dark, both with a
contrast to the paper of at least 3 to 1. Patterns go by the order of partners, so that partners of one colour
differ too. Any other colour is shown in the tone nearest to its hue; a partner without one takes the next in turn.
"""

from __future__ import annotations

from colorsys import rgb_to_hsv
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HATCHES", "NEUTRAL", "TONES", "Ink", "inks"]

TONES = {
    "red": ("#8a2430", "#e03c20"),
    "blue": ("#2b86f0", "#4a80e4"),
    "green": ("#30805a", "#8ff0a8"),
    "orange": ("#bb4c03", "#fa7f18"),
    "gold": ("#ac8a00", "#e6c641"),
    "purple": ("#9945c2", "#be93fd"),
    "teal": ("#065361", "#3ccfcb"),
    "brown": ("#452408", "#a18476"),
    "grey": ("#868d99", "#e3eaf6"),
}
"""For light paper, and for dark; any two can be told apart by people with each kind of colour blindness too."""

HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---", "|||", "+++", "ooo")
"""Patterns, as matplotlib writes them; the page draws the same by their numbers."""

IN_TURN = ("teal", "purple", "gold", "blue", "orange", "green", "brown", "red")
HUES = (
    (0.0, "red"),
    (30.0, "orange"),
    (52.0, "gold"),
    (60.0, "gold"),
    (120.0, "green"),
    (180.0, "teal"),
    (225.0, "blue"),
    (280.0, "purple"),
    (320.0, "purple"),
    (360.0, "red"),
)
PALE = 0.15
DARK = 0.15


class Ink(NamedTuple):
    """The fill of a partner: the word for its colour, and the number of its pattern."""

    colour: str
    pattern: int

    @property
    def tone(self) -> str:
        """The colour on light paper."""
        return TONES[self.colour][0]

    @property
    def hatch(self) -> str:
        """The pattern as matplotlib writes it."""
        return HATCHES[self.pattern]


NEUTRAL = Ink("grey", 0)
"""What is nobody's."""


class _Coloured(Protocol):
    """Anything with partners that have colours, as a scenario is."""

    @property
    def partners(self) -> Mapping[str, Any]:
        """The partners by name, each with a ``colour``."""


def inks(scenario: _Coloured) -> dict[str, Ink]:
    """Return the ink of every partner."""
    given: dict[str, Ink] = {}
    turn = 0
    for place, (name, partner) in enumerate(scenario.partners.items()):
        if partner.colour is None:
            colour = IN_TURN[turn % len(IN_TURN)]
            turn += 1
        else:
            colour = _nearest_tone(partner.colour)
        given[name] = Ink(colour, place % len(HATCHES))
    return given


def _nearest_tone(colour: str) -> str:
    """Choose the tone nearest to a colour.

    Examples
    --------
    >>> [_nearest_tone(colour) for colour in ("red", "navy", "gold", "#0f0", "white")]
    ['red', 'blue', 'gold', 'green', 'grey']
    """
    if colour in TONES:
        return colour
    from matplotlib.colors import to_rgb

    hue, saturation, value = rgb_to_hsv(*to_rgb(colour))
    if saturation < PALE or value < DARK:
        return "grey"
    return min(HUES, key=lambda entry: abs(entry[0] - 360.0 * hue))[1]
