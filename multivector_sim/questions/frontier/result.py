"""The result of a frontier: its points, today's mix and the named mixes, with what the draws can establish.

Every mix has three expected shortfalls. ``fitted`` is that of the optimiser: the linear approximation on the draws that
chose the mix; it is optimistic. ``checked`` is the same approximation on draws of another seed; the difference is
overfitting. ``es`` is the full model on those other draws, with its interval; the difference is the error of the
approximation. All three assume the mix from the first month. ``es_on_the_way`` is the full model while the mix changes
month by month within the limit on change, including the cost of the change
(:mod:`~multivector_sim.questions.frontier.loss_scenarios`).

A verdict compares the full model on the other draws with today's mix, draw by draw: ``better`` if ES on the way is
significantly lower and the expected value not significantly lower; ``safer at a price`` if both are significantly
lower; ``riskier but worth more`` and ``worse`` likewise; ``cannot tell`` if the interval of that difference of ES
contains 0. If the ES of one channel falls while that of all channels of its kind grows significantly, because flows
share corridors, the mix only ``shifts the risk``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer
from multivector_sim.display.plotting import draw_literally
from multivector_sim.display.tables import Row, Table, make_row, measured_in
from multivector_sim.display.wording import digits_for, listed, percent, percent_between, with_interval
from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import UNKNOWN, Bounds
from multivector_sim.measure.estimates import estimate_es, estimate_mean
from multivector_sim.measure.intervals import document_of
from multivector_sim.questions.frontier.problem import adjustment_path
from multivector_sim.questions.paired_runs import (
    BETTER,
    CANNOT_TELL,
    NO_DIFFERENCE,
    SAME,
    WORSE,
    Difference,
    difference,
    shortfall_difference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Frontier", "Judged", "MixPoint", "Way", "judge", "unmoved", "verdict"]


@dataclass(frozen=True, repr=False)
class MixPoint:
    """One mix.

    Parameters
    ----------
    name
        ``today``, a mix of the scenario, or the number of a point of the frontier.
    mix
        Shares by channel and partner; those of a channel sum to 1.
    moved
        How much of all the flow has moved from today's mix.
    years
        How many years that takes: 0 where nothing moves, 1 where there is no limit on change, None for never.
    value
        Expected delivered value net of the cost of moving, a share of the column's baseline: full model, other draws.
    es, checked, fitted
        Expected shortfall of the loss, as a share of the column's baseline: see the module.
    es_change, value_change
        This less today's, paired; a value's verdict is ``better`` where it is surely more.
    whole_change
        The same for the ES of all channels of the kind together, as a share of theirs.
    es_on_the_way, way_change
        ES of what is lost while the mix moves there, with the cost of what has moved, and that less today's ES,
        paired; None where the limit on change never lets it move.
    verdict
        See :mod:`~multivector_sim.questions.frontier.result`.
    spread
        Of a point of the frontier: by channel and partner, between which shares nine in ten resamples lie, and under
        the key ``es`` their fitted ES; empty for other mixes.
    beaten_by
        Of a point of the frontier: another point that surely has less ES and more value in the full model; empty for
        none. The straight line does not see this.
    """

    name: str
    mix: Mapping[str, Mapping[str, float]]
    moved: float
    years: int | None
    value: Estimate
    es: Estimate
    checked: Estimate
    fitted: float
    es_change: Difference
    value_change: Difference
    whole_change: Difference
    verdict: str
    spread: Mapping[str, Any]
    beaten_by: str = ""
    es_on_the_way: Estimate | None = None
    way_change: Difference | None = None

    def __repr__(self) -> str:
        """Return its name, its verdict and what it risks, in a line."""
        return (
            f"MixPoint({self.name}: {self.verdict}; value {percent_between(self.value)}, ES {percent_between(self.es)})"
        )

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "name": self.name,
            "mix": {channel: dict(by_partner) for channel, by_partner in self.mix.items()},
            "moved": self.moved,
            "years": self.years,
            "value": self.value.document(),
            "es": {"fitted": self.fitted, "checked": self.checked.document(), "full": self.es.document()},
            "es_on_the_way": document_of(self.es_on_the_way),
            "against_today": {
                "es": self.es_change.document(),
                "es_on_the_way": None if self.way_change is None else self.way_change.document(),
                "value": self.value_change.document(),
                "es_of_whole": self.whole_change.document(),
            },
            "verdict": self.verdict,
            "beaten_by": self.beaten_by or None,
            "spread": dict(self.spread),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Frontier(Answer):
    """The mixes that nobody betters in both, and how surely.

    Parameters
    ----------
    scenario
        What was assumed.
    channels
        What is shared out.
    column, whole
        Whose loss counts, and all channels of the kind, watched beside it.
    level
        Of ES.
    draws, seed, check_seed
        How many draws chose the mixes, and as many others checked them.
    change_per_year, years
        How much may move in a year, infinite for no limit, and for how many years.
    cost
        What a unit moved costs, by channel and partner that gains it.
    today, mixes, points
        Today's mix, the scenario's own, and the frontier by rising fitted ES.
    notes
        What a reader should know, a sentence each.
    """

    scenario: Scenario
    channels: tuple[str, ...]
    column: str
    whole: str
    level: float
    draws: int
    seed: int
    check_seed: int
    change_per_year: float
    years: float
    cost: Mapping[str, Mapping[str, float]]
    today: MixPoint
    mixes: tuple[MixPoint, ...]
    points: tuple[MixPoint, ...]
    notes: tuple[str, ...]

    @property
    def better(self) -> tuple[MixPoint, ...]:
        """The points and mixes that the data show to be better than today's."""
        return tuple(point for point in (*self.points, *self.mixes) if point.verdict == BETTER)

    def find(self, name: str) -> MixPoint:
        """Return a mix by name."""
        named = {point.name: point for point in (self.today, *self.points, *self.mixes)}
        if name not in named:
            raise UsageError(f"no mix called '{name}'; there are {', '.join(named)}")
        return named[name]

    def way(self, name: str, change_per_year: float | None = None) -> list[dict[str, dict[str, float]]]:
        """Return the mixes of each year on the way from today's to another."""
        limit = self.change_per_year if change_per_year is None else change_per_year
        if not limit > 0.0:
            raise UsageError(f"change: {limit:g} a year leads nowhere; give a share above 0")
        point = self.find(name)
        sizes = {name: sum(f.value for f in self.scenario.exposures[name].values()) for name in self.channels}
        keys = [(channel, partner) for channel, shares in self.today.mix.items() for partner in shares]
        parts = np.array([sizes[channel] for channel, _ in keys]) / sum(sizes.values())
        ends = [np.array([it.mix[channel][partner] for channel, partner in keys]) for it in (self.today, point)]
        steps = adjustment_path(parts * ends[0], parts * ends[1], limit) / parts
        found = []
        for step in steps:
            mix: dict[str, dict[str, float]] = {channel: {} for channel in self.channels}
            for (channel, partner), share in zip(keys, step, strict=True):
                mix[channel][partner] = float(share)
            found.append(mix)
        return found

    def document(self) -> dict[str, Any]:
        """Return what ``multivector frontier --json`` prints."""
        limited = np.isfinite(self.change_per_year)
        return {
            "schema": "multivector/frontier/1",
            "scenario": self.scenario.name,
            "channels": list(self.channels),
            "column": self.column,
            "whole": self.whole,
            "level": self.level,
            "measured_in": measured_in(
                ("value es es_on_the_way", f"share of the baseline of {self.column}"),
                ("es_of_whole", f"share of the baseline of {self.whole}"),
                ("mix", "share of the channel"),
                ("moved", "share of the flow that is reallocated"),
                ("change_per_year", "share of the flow that is reallocated, a year"),
                ("cost", "share of the value that moves"),
                ("years", "years"),
            ),
            "draws": self.draws,
            "seed": self.seed,
            "check_seed": self.check_seed,
            "change_per_year": self.change_per_year if limited else None,
            "years": self.years if limited else None,
            "cost": {channel: dict(by_partner) for channel, by_partner in self.cost.items()},
            "today": self.today.document(),
            "mixes": [point.document() for point in self.mixes],
            "points": [point.document() for point in self.points],
            "notes": list(self.notes),
        }

    def _headline(self) -> str:
        better = [point.name for point in self.better]
        found = f"better than today's: {listed(better)}" if better else "none is better than today's mix"
        count = len(self.points) + len(self.mixes)
        return f"{count} mixes of {listed(self.channels)}, judged on {self.draws:,} other draws: {found}."

    def _rows(self) -> Iterator[Row]:
        share = f"share of the baseline of {self.column}"
        for point in (self.today, *self.mixes, *self.points):
            of = {"mix": point.name}
            numbers: dict[str, Estimate | float | None] = {
                "value": point.value,
                "es": point.es,
                "es_on_the_way": point.es_on_the_way,
            }
            numbers |= {"es_checked": point.checked, "es_fitted": point.fitted}
            for measure, found in numbers.items():
                yield make_row(measure, found, share, point.verdict if measure == "es" else "", **of)
            changes = {"es": point.es_change, "es_on_the_way": point.way_change, "value": point.value_change}
            for measure, change in changes.items():
                if change is not None:
                    yield make_row(f"{measure}_change", change.estimate, share, change.verdict, **of)
            yield make_row("moved_share", point.moved, "share of the flow", **of)
            yield make_row("years_needed", point.years, "years", **of)
            for channel, by_partner in point.mix.items():
                for partner, part in by_partner.items():
                    yield make_row("share", part, "share of the channel", **of, channel=channel, partner=partner)

    def _table(self) -> Table:
        rows, digits = [], digits_for(self.scenario)
        for point in (self.today, *self.mixes, *self.points):
            value, tail = (with_interval(it, 100.0, "", digits) for it in (point.value, point.es))
            rows.append((point.name, percent(point.moved), value, tail, point.verdict))
        title = f"Value and ES {100 * self.level:g} %, % of the baseline of {self.column}"
        return Table(title, ("mix", "moved", "value", "ES, full model", "verdict"), rows)

    def _picture(self) -> str:
        ranked = sorted(self.points, key=lambda point: point.es.value)
        said = "Expected value (up) against expected shortfall (right); the dot is today's mix"
        xs, ys = [point.es.value for point in ranked], [point.value.value for point in ranked]
        return small_pictures.curve(xs, ys, said, [(self.today.es.value, self.today.value.value)]) if ranked else ""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw expected value against ES, with today's mix and the named ones."""
        from multivector_sim.questions.plots.frontier import curve as draw

        return draw_literally(draw(self, ax))

    def plot_shares(self, ax: Axes | None = None) -> Axes:
        """Draw of whom the mixes are made."""
        from multivector_sim.questions.plots.frontier import shares as draw

        return draw_literally(draw(self, ax))

    def figure(self) -> Figure:
        """Draw both, one under the other."""
        from multivector_sim.questions.plots.frontier import both as draw

        return draw(self)


SAFER, RISKIER, SHIFTED = "safer at a price", "riskier but worth more", "shifts the risk"


class Judged(NamedTuple):
    """What is said of a mix; see :class:`~multivector_sim.questions.frontier.result.MixPoint`."""

    value: Estimate
    es: Estimate
    es_change: Difference
    value_change: Difference
    whole_change: Difference
    verdict: str
    es_on_the_way: Estimate
    way_change: Difference


class Way(NamedTuple):
    """What a mix loses on its way there, shape (draw,), and what moving costs on it, shares of the column."""

    losses: Floats
    paid: float


def judge(
    losses: Floats, today: Floats, paid: float, level: float, bounds: Bounds = UNKNOWN, way: Way | None = None
) -> Judged:
    """Hold a mix against today's, draw by draw; without a way it is there, and paid for, from the first month."""
    taken = way or Way(losses[0], paid)
    on_way, way_bounds = taken.losses + taken.paid, Bounds(bounds.low + taken.paid, bounds.high + taken.paid)
    both, dearer = (bounds, bounds), Bounds(bounds.low + paid, bounds.high + paid)
    risk = shortfall_difference(today[0], losses[0], level, both)
    whole = shortfall_difference(today[-1], losses[-1], level, both)
    lost = difference(today[0], losses[0] + paid, (bounds, dearer))
    worth = Difference(lost.estimate.turned(), lost.verdict)
    moving = shortfall_difference(today[0], on_way, level, (bounds, way_bounds))
    said = verdict(moving.verdict, worth.verdict, whole.verdict)
    es_on_the_way = estimate_es(on_way, level, way_bounds)
    value = estimate_mean(losses[0] + paid, dearer).from_one()
    return Judged(value, estimate_es(losses[0], level, bounds), risk, worth, whole, said, es_on_the_way, moving)


def unmoved(losses: Floats, level: float, bounds: Bounds = UNKNOWN) -> Judged:
    """Return what is said of today's mix itself; parameters as for :func:`judge`."""
    value, es = estimate_mean(losses[0], bounds).from_one(), estimate_es(losses[0], level, bounds)
    return Judged(value, es, NO_DIFFERENCE, NO_DIFFERENCE, NO_DIFFERENCE, SAME, es, NO_DIFFERENCE)


def verdict(risk: str, worth: str, whole: str) -> str:
    """Return what becomes of a mix whose ES, value and ES of the whole compare so with today's.

    Examples
    --------
    >>> verdict("better", "cannot tell", "better"), verdict("better", "worse", "cannot tell")
    ('better', 'safer at a price')
    >>> verdict("cannot tell", "better", "better"), verdict("better", "better", "worse")
    ('cannot tell', 'shifts the risk')
    """
    if risk == CANNOT_TELL:
        return CANNOT_TELL
    if risk == SAME:
        return SHIFTED if worth == BETTER and whole == WORSE else worth
    if risk == BETTER:
        return SHIFTED if whole == WORSE else SAFER if worth == WORSE else BETTER
    return RISKIER if worth == BETTER else WORSE
