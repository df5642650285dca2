"""A point of the latent space in words: who ruptures, when, how severely, and which other numbers are unusual.

The numbers are the scenario's own: the values that its laws take at the point. What stands near its median is left out,
since that is what everybody expects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.problem import ruptures
from multivector_sim.questions.latent_space import given_draws

if TYPE_CHECKING:
    from multivector_sim.questions.latent_space import Latent
    from multivector_sim.response.arrays import Draws
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Rupture", "Unusual", "ruptures_at", "unusual_at"]

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
