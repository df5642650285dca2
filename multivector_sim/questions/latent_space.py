"""A scenario as a function of latent standard normals, one for every uncertain number.

Every stream of a sampler (a factor of the copula, a severity, a duration, a ceiling) yields uniform numbers. With ``u =
Phi(z)`` the loss is a function of a point z of independent standard normals, one coordinate for each stream. The
density of a point decreases with its distance from the origin, where every number has its median, so that the
likelihoods of all points are comparable. Points may be supplied instead of drawn; the kernel treats them alike.

**A point in words**: who ruptures, when, how severely, and which other numbers are unusual. The numbers are the
scenario's own: the values that its laws take at the point. What stands near its median is left out, since that is what
everybody expects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from multivector_sim.engine.case import Case, build_case
from multivector_sim.engine.executors import map_in_order
from multivector_sim.engine.problem import column_place, ruptures
from multivector_sim.engine.question_work import map_tasks
from multivector_sim.sampling.streams import BLOCK, LARGEST, SMALLEST, PseudoRandom, given

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.response.arrays import Draws
    from multivector_sim.sampling.streams import RandomSource
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = [
    "Latent",
    "Losses",
    "Rupture",
    "Unusual",
    "given_draws",
    "latent",
    "ruptures_at",
    "standard_normals",
    "unusual_at",
]

Losses: TypeAlias = "Callable[[Floats], Floats]"
"""Losses (n,) of points (n, dimension)."""


FEW_POINTS = 256
"""Up to this many points are computed faster than threads start."""


@dataclass(frozen=True, eq=False)
class _Given:
    """One block of supplied uniform numbers: ``values`` is (BLOCK, name)."""

    places: dict[str, int]
    values: Floats

    def random_source(self, names: tuple[str, ...]) -> RandomSource:
        """Return the block's numbers of the named streams."""
        return given(self.values[:, [self.places[name] for name in names]])


@dataclass(frozen=True)
class Latent:
    """The loss of one column of a scenario, as a function of latent normals.

    Parameters
    ----------
    case
        The scenario, ready to run.
    names
        The streams, one for each coordinate.
    column, place
        The column's name and its place in the kernel's figures.
    workers
        The number of threads.
    """

    case: Case
    names: tuple[str, ...]
    column: str
    place: int
    workers: int = 1

    @property
    def dimensions(self) -> int:
        """The number of coordinates of a point."""
        return len(self.names)

    def __call__(self, points: Floats) -> Floats:
        """Return the losses at points."""
        if points.shape[0] == 0:
            return np.zeros(0)
        if points.shape[0] <= FEW_POINTS:
            return self.block(points)
        # To send the case for one block would take longer than the block. Parts that may be kept in a folder do not
        # depend on the workers, whose number may be another when the work is resumed.
        is_small = points.shape[0] <= BLOCK
        size = -(-points.shape[0] // self.workers) if is_small else BLOCK
        parts = [points[start : start + size] for start in range(0, points.shape[0], size)]
        return np.concatenate(list((map_in_order if is_small else map_tasks)(self.block, parts, self.workers)))

    def block(self, points: Floats) -> Floats:
        """Return the losses at no more than 1,024 points."""
        drawn = given_draws(self.case, self.names, points)
        return np.ascontiguousarray(self.case.respond(drawn).loss_share[:, self.place])


def given_draws(case: Case, names: tuple[str, ...], points: Floats) -> Draws:
    """Return the draws that correspond to points, at most one block of them."""
    from scipy.special import ndtr

    count = points.shape[0]
    filled = np.full((BLOCK, len(names)), 0.5)
    filled[:count] = np.clip(ndtr(points), SMALLEST, LARGEST)
    drawn = case.sampler.sample(_Given({name: place for place, name in enumerate(names)}, filled))
    return type(drawn)(*(array[:count] for array in drawn))


def latent(scenario: Scenario, column: str, workers: int = 1) -> Latent:
    """Return a scenario's loss as a function of latent normals.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> loss = latent(mv.load("two-buyers"), "exports")
    >>> loss(np.zeros((1, loss.dimensions))).shape
    (1,)
    """
    case = build_case(scenario)
    place = column_place(case.problem, scenario.channels, column)
    return Latent(case, case.sampler.names, column, place, workers)


def standard_normals(seed: int, block: int, names: tuple[str, ...]) -> Floats:
    """Draw one block of standard normals from the streams of a seed, shape (BLOCK, name).

    With the names of a scenario's own streams, these are the draws that
    :func:`~multivector_sim.engine.simulate.simulate` makes.

    Examples
    --------
    >>> standard_normals(1, 0, ("a", "b")).shape
    (1024, 2)
    """
    from scipy.special import ndtri

    source = PseudoRandom(seed, block)
    return np.stack([ndtri(source.uniforms(name)) for name in names], axis=1) if names else np.zeros((BLOCK, 0))


NOTEWORTHY = 0.3
"""A number this many standard normals from its median is worth telling."""

TRANSIT = "transit"


@dataclass(frozen=True)
class Rupture:
    """One rupture at a point; months from the start, severities by channel."""

    partner: str
    title: str
    onset_month: float
    ramp_months: float
    duration_months: float
    half_life_months: float
    scar: float
    severities: dict[str, float]
    broken: tuple[str, ...]

    def words(self) -> str:
        """Describe it in a sentence.

        Examples
        --------
        >>> Rupture("r", "Russia", 3.2, 1.0, 24.0, 12.0, 0.1, {"exports": 0.8}, ()).words()
        'Russia ruptures after 3 months: exports severity 0.80; 24 months at full, half of it back 12 months later'
        """
        when = "at once" if self.onset_month < 0.5 else f"after {_months(self.onset_month)}"  # noqa: PLR2004  half a month
        hard = ", ".join(
            f"{channel} gains {-value:.0%}" if value < 0.0 else f"{channel} severity {value:.2f}"
            for channel, value in self.severities.items()
        )
        back = f"half of it back {_months(self.half_life_months)} later" if self.half_life_months > 0.0 else "then over"
        broken = f"; not honoured: the clause on {' and '.join(self.broken)}" if self.broken else ""
        return f"{self.title} ruptures {when}: {hard}; {_months(self.duration_months)} at full, {back}{broken}"

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        names = ("partner", "onset_month", "ramp_months", "duration_months", "half_life_months", "scar", "severities")
        return {**{name: getattr(self, name) for name in names}, "contracts_broken": list(self.broken)}


@dataclass(frozen=True)
class Unusual:
    """A number off its median: its value, and the share of draws in which it is lower."""

    name: str
    value: float
    lower_in: float

    def words(self) -> str:
        """Describe it in a few words.

        Examples
        --------
        >>> Unusual("channels.exports.ceiling", 0.41, 0.2).words()
        'channels.exports.ceiling 0.41 (higher in 80 % of draws)'
        """
        high = self.lower_in > 0.5  # noqa: PLR2004  the median
        share = self.lower_in if high else 1.0 - self.lower_in
        return f"{self.name} {self.value:.3g} ({'lower' if high else 'higher'} in {100 * share:.0f} % of draws)"

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"name": self.name, "value": self.value, "lower_in": self.lower_in}


def _months(count: float) -> str:
    """Describe a number of months, rounded."""
    whole = round(count)
    return f"{whole} month" if whole == 1 else f"{whole} months"


def ruptures_at(scenario: Scenario, loss: Latent, point: Floats) -> tuple[Rupture, ...]:
    """Describe the ruptures within the horizon at a point."""
    drawn = given_draws(loss.case, loss.names, point[None])
    return tuple(
        _rupture_at(scenario, drawn, number, partner, list(model.channels))
        for number, (_, partner, model) in enumerate(ruptures(scenario))
        if drawn.onset[0, number] < scenario.horizon_months
    )


def _rupture_at(scenario: Scenario, drawn: Draws, number: int, partner: str, channels: list[str]) -> Rupture:
    """Describe one rupture of the first draw."""
    columns = [*scenario.channels, TRANSIT]
    phases = (drawn.onset, drawn.ramp, drawn.duration, drawn.half_life, drawn.scar)
    onset, ramp, duration, half_life, scar = (float(phase[0, number]) for phase in phases)
    broken = tuple(
        clause.channel
        for place, clause in enumerate(scenario.contracts)
        if clause.partner == partner and drawn.honoured[0, number, place] == 0.0
    )
    severities = {channel: float(drawn.severity[0, number, columns.index(channel)]) for channel in channels}
    title = scenario.partners[partner].title
    return Rupture(partner, title, onset, ramp, duration, half_life, scar, severities, broken)


def unusual_at(loss: Latent, point: Floats) -> tuple[Unusual, ...]:
    """Describe the numbers that are off their medians and are no part of a rupture, the furthest off first."""
    from scipy.special import ndtr

    known = {number.name: number for number in loss.case.sampler.uncertain if not number.is_fixed}
    unusual = []
    for place in np.argsort(-np.abs(point), kind="stable").tolist():
        name = loss.names[place]
        if abs(point[place]) >= NOTEWORTHY and name in known and not _is_of_a_rupture(name):
            lower = float(ndtr(point[place]))
            unusual.append(Unusual(name.replace("/", "."), float(known[name].at(np.array([lower]))[0]), lower))
    return tuple(unusual)


def _is_of_a_rupture(name: str) -> bool:
    """Return whether a stream is described together with its rupture."""
    return name.startswith(("stress/", "hazard/")) and not name.endswith("/intensity") and "/ties/" not in name
