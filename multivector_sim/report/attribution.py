"""What drives the result: the loss by partner and by channel, and the assumptions.

A loss is shared out on average and in the worst 5 % of draws. Both are Euler's: a part's mean is its mean over all
draws, and its part of the worst is its mean over the draws that make the expected shortfall of the total, weighed as
they are there. So the parts add up to the mean loss and to the ES.

The assumptions that drive the result stand beside them: distributions by variance, fixed numbers by effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.display.palette import NEUTRAL, Ink, inks
from multivector_sim.display.wording import capital, number, percent_between, with_interval
from multivector_sim.measure.contribution import es_contributions, mean_contributions

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.sensitivity import Sensitivity, Swing
    from multivector_sim.typing import Floats

__all__ = [
    "NOBODY",
    "Attribution",
    "DriverRow",
    "Part",
    "SwingRow",
    "by_channel",
    "by_partner",
    "driver_rows",
    "how_moved",
    "swing_rows",
]

NOBODY = "No rupture: insufficient corridor capacity"
LEVEL = 0.95
NEGLIGIBLE = 1e-9


class Part(NamedTuple):
    """A part of the total loss, in money over the horizon and as a share of the whole."""

    title: str
    mean: float
    mean_share: float
    worst: float
    worst_share: float
    ink: Ink


class Attribution(NamedTuple):
    """All parts, the greatest first, and what they add up to.

    ``mean`` is the mean loss of the total and ``worst`` its expected shortfall at 95 %, both in money.
    """

    parts: tuple[Part, ...]
    mean: float
    worst: float

    @property
    def mean_whole(self) -> float:
        """What the parts' shares of the mean add up to: 1, or 0 of nothing."""
        return sum(part.mean_share for part in self.parts)

    @property
    def longest(self) -> float:
        """The size of the greatest amount of any part, which sets the digits of all."""
        return max((abs(amount) for part in self.shown for amount in (part.mean, part.worst)), default=abs(self.worst))

    @property
    def worst_whole(self) -> float:
        """What the parts' shares of the worst add up to: 1, or 0 of nothing."""
        return sum(part.worst_share for part in self.parts)

    @property
    def shown(self) -> list[Part]:
        """The parts that are more than nothing."""
        least = NEGLIGIBLE * max(abs(self.mean), abs(self.worst))
        return [part for part in self.parts if max(abs(part.mean), abs(part.worst)) > least]

    @property
    def innocent(self) -> list[str]:
        """The titles of those that have no part in the loss; what no rupture did is not one of them."""
        shown = self.shown
        return [part.title for part in self.parts if part not in shown and part.title != NOBODY]


def by_partner(result: Result) -> Attribution:
    """Return the total loss by the partner whose rupture caused it.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> shared = by_partner(mv.simulate(mv.load("one-or-many"), draws=2048, seed=1))
    >>> abs(sum(part.mean for part in shared.parts) / shared.mean - 1.0) < 1e-12
    True
    """
    colours = inks(result.scenario)
    titles = [partner.title for partner in result.scenario.partners.values()]
    return _share_out(result.total_attribution(), [*titles, NOBODY], [*colours.values(), NEUTRAL])


def by_channel(result: Result) -> Attribution:
    """Return the total loss by channel; ties are not in the total."""
    counted = [channel.kind != "ties" for channel in result.scenario.channels.values()]
    money = result.outcome.attribution.sum(axis=1)[:, counted]
    titles = [capital(channel.title) for channel in result.scenario.channels.values() if channel.kind != "ties"]
    return _share_out(money, titles, [NEUTRAL] * len(titles))


def _share_out(money: Floats, titles: list[str], colours: list[Ink]) -> Attribution:
    """Return the attribution of money (draw, part)."""
    if not titles:
        return Attribution((), 0.0, 0.0)
    means, worsts = mean_contributions(money), es_contributions(money, LEVEL)
    mean, worst = float(means.sum()), float(worsts.sum())
    parts = [
        Part(title, float(a), _ratio(a, mean), float(b), _ratio(b, worst), ink)
        for title, a, b, ink in zip(titles, means, worsts, colours, strict=True)
    ]
    order = np.argsort([-abs(part.mean) for part in parts], kind="stable")
    return Attribution(tuple(parts[place] for place in order), mean, worst)


def _ratio(part: float, whole: float) -> float:
    """Return a part over the whole; 0 of nothing."""
    return float(part / whole) if whole else 0.0


MOST = 10
PER_CENT = 100.0
MOVED_BY = {
    "stated range": "over its stated range",
    "quarter": "by a quarter",
    "quarter of its share": "by a quarter of its share",
}


class DriverRow(NamedTuple):
    """A distribution, or several that depend on each other, and its share of the variance."""

    title: str
    path: str
    law: str
    total: str
    first: str


class SwingRow(NamedTuple):
    """A fixed number moved one way: the step, and the change of the mean and of the worst 5 %."""

    title: str
    path: str
    step: str
    mean: str
    worst: str


def driver_rows(found: Sensitivity) -> list[DriverRow]:
    """Return the inputs that explain most of the variance, the greatest first."""
    inputs = [it for it in found.inputs if it.total.value != 0.0][:MOST]
    return [
        DriverRow(found.title_of(it.label), it.label, it.law, percent_between(it.total), percent_between(it.first))
        for it in inputs
    ]


def swing_rows(found: Sensitivity) -> list[SwingRow]:
    """Return the fixed numbers that move the worst 5 % most, each direction in a row of its own."""
    rows = []
    for swing in found.swings[:MOST]:
        ways = ((swing.low_value, swing.low, swing.low_tail), (swing.high_value, swing.high, swing.high_tail))
        for value, mean, worst in ways:
            if value is not None and mean is not None and worst is not None and (mean.value or worst.value):
                step = f"{number(swing.value)} to {number(value)}, {how_moved(swing)}"
                rows.append(SwingRow(found.title_of(swing.path), swing.path, step, _points(mean), _points(worst)))
    return rows


def how_moved(swing: Swing) -> str:
    """Return how far a fixed number is moved, in words.

    Examples
    --------
    >>> from multivector_sim.questions.sensitivity import Swing
    >>> how_moved(Swing("channels.exports.refill", 0.05, None, None, None, None, None, None, "quarter"))
    'by a quarter'
    """
    return MOVED_BY[swing.moved_by]


def _points(change: Estimate) -> str:
    """Write a change in percentage points with its interval."""
    return with_interval(change, PER_CENT)
