"""What really happened, beside what the model says: series of a flow by year or by month.

A series says what was counted, in which unit, by whom, and which number stands for a whole baseline. Its values are
divided by that number and laid onto the months of the horizon by the calendar, so that they can be drawn over the fan
of the same channel and scored against its draws. They never enter a simulation.
"""

import math
import re
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator

from multivector_sim.scenario.cross_references import keyed
from multivector_sim.scenario.figure import Trust, When
from multivector_sim.scenario.mistakes import shown
from multivector_sim.scenario.models import AGGREGATES
from multivector_sim.scenario.part import Entries, Name, Part, Text, is_number, number, refuse, said

if TYPE_CHECKING:
    from multivector_sim.scenario.mistakes import Complaints

__all__ = ["Observed", "Point", "check_observed"]

YEAR = 12
PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2]))?")
EARLY = "begins before the horizon does, {}; leave it out"
HOW_TO_WRITE = "write a year, 2007, or a month, 2007-03"


class Point(NamedTuple):
    """One observation: its period, the months of the horizon ``first`` to before ``end``, and its share."""

    label: str
    first: int
    end: int
    share: float

    @property
    def middle(self) -> float:
        """The middle of the period, in months from the start."""
        return (self.first + self.end) / 2.0


def _months_of(period: str) -> tuple[int, int]:
    """Return the months that a period covers, counted from the year 0: the first, and the one after the last."""
    found = PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(period)
    year, month = int(found["year"]), found["month"]
    first = YEAR * year + (int(month) - 1 if month else 0)
    return first, first + (1 if month else YEAR)


def _start(value: object) -> str:
    """Take the period with which the horizon begins."""
    text = str(int(value)) if is_number(value) and value == value // 1 else value
    if not isinstance(text, str) or PERIOD.fullmatch(text) is None:
        raise said(f"must be the period in which month 0 begins, not {shown(value)}; {HOW_TO_WRITE}")
    return text


def _at_least_zero(value: object) -> float:
    """Take a number that counts something."""
    taken = number(value)
    if taken < 0.0:
        raise said(f"must be 0 or more, not {shown(value)}")
    return taken


def _above_zero(value: object) -> float:
    """Take a number that others are divided by."""
    taken = number(value)
    if not taken >= 1e-30:  # noqa: PLR2004 - what is smaller makes shares without limit
        raise said(f"must be above 0, not {shown(value)}; it is the value that stands for a whole baseline")
    return taken


Start = Annotated[str, PlainValidator(_start), WithJsonSchema({"type": ["integer", "string"]})]
Counted = Annotated[float, PlainValidator(_at_least_zero), WithJsonSchema({"type": "number", "minimum": 0})]
Base = Annotated[float, PlainValidator(_above_zero), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]


def _periods(values: dict[str, float]) -> dict[str, float]:
    """Refuse a series without values, with a key that is no period, or by year and by month at once."""
    if not values:
        raise said(f"holds no value; {HOW_TO_WRITE}, and the number that was counted")
    wrong = [key for key in values if PERIOD.fullmatch(key) is None]
    if wrong:
        refuse(*(((key,), f"{shown(key)} is not a period; {HOW_TO_WRITE}") for key in wrong))
    if len({len(key) for key in values}) > 1:
        raise said("holds years and months; give two series")
    return values


class Observed(Part):
    """A series of what really happened to a flow.

    Examples
    --------
    >>> series = Observed.model_validate(
    ...     {"title": "Wine", "channel": "wine", "unit": "m litres", "base": 41, "start": 2006, "values": {"2007": 9}}
    ... )
    >>> point = series.points[0]
    >>> point.label, point.first, point.end, round(point.share, 2)
    ('2007', 12, 24, 0.22)
    """

    title: Text = Field(description="for people; the name where left out")
    channel: Name = Field(description="what it is held against: a channel, or trade, investment or total")
    unit: Text = Field(description="what the values are counted in")
    base: Base = Field(description="the value that stands for the whole baseline")
    start: Start = Field(description="the year, or the month as 2017-06, in which month 0 of the horizon begins")
    values: Annotated[Entries[Counted], AfterValidator(_periods)] = Field(
        description="what was counted, by year (2007: 9) or by month (2007-03: 0.8)"
    )
    source: Name | None = Field(default=None, description="who counted it: a name from the section sources")
    as_of: When | None = Field(default=None, description="when it was published")
    trust: Trust = Field(default="unverified", description="how far it is trusted")
    note: Text | None = Field(default=None, description="how it was derived")

    @model_validator(mode="after")
    def _not_before_the_start(self) -> Self:
        """Refuse a period that begins before the horizon does."""
        origin = _months_of(self.start)[0]
        early = [key for key in self.values if _months_of(key)[0] < origin]
        if early:
            refuse(*((("values", key), EARLY.format(self.start)) for key in early))
        return self

    @property
    def in_order(self) -> tuple[float, ...]:
        """The values as they were counted, in order of time."""
        return tuple(self.values[point.label] for point in self.points)

    @property
    def points(self) -> tuple[Point, ...]:
        """The observations in order of time, as shares of the baseline."""
        origin = _months_of(self.start)[0]
        found = []
        for label, value in self.values.items():
            first, end = _months_of(label)
            found.append(Point(label, first - origin, end - origin, value / self.base))
        return tuple(sorted(found, key=lambda point: point.first))


def check_observed(document: dict[str, Any], complaints: "Complaints") -> None:
    """Hold observed series against the rest of a document: channel, source and horizon must be there."""
    horizon = document.get("horizon_months")
    channels, sources = document.get("channels"), document.get("sources", {})
    for name, series in keyed(document, "observed").items():
        path, entry = f"observed.{name}", keyed(series)
        channel, source = entry.get("channel"), entry.get("source")
        if isinstance(channels, dict) and isinstance(channel, str):
            known = (*channels, *AGGREGATES)
            if channel not in known:
                complaints.unknown(f"{path}.channel", "channel", channel, known)
        if isinstance(sources, dict) and isinstance(source, str) and source not in sources:
            complaints.unknown(f"{path}.source", "source", source, sources)
        if is_number(horizon):
            _check_horizon(path, entry, float(horizon), complaints)


def _check_horizon(path: str, entry: dict[str, Any], horizon: float, complaints: "Complaints") -> None:
    """Refuse periods that end after the horizon does."""
    start = entry.get("start")
    begin = PERIOD.fullmatch(str(start))
    if begin is None or not math.isfinite(horizon):
        return
    origin = _months_of(str(start))[0]
    for label in keyed(entry, "values"):
        if PERIOD.fullmatch(label) is None:
            continue
        first, last = _months_of(label)
        end = last - origin
        if first < origin:
            complaints.add(f"{path}.values.{label}", EARLY.format(start))
        elif end > horizon:
            complaints.add(
                f"{path}.values.{label}",
                f"ends in month {end} of a horizon of {horizon:g}; leave it out, or raise horizon_months",
            )
