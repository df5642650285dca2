"""Forecasts of a rupture that has begun, given what was seen of it.

Before its onset nothing is known of a rupture that would tell it from the ruptures of the past, and no calibration can
forecast it much better than their own distribution does. Once its first year is over, or its trough, more is known: the
model says how what is seen and what is to come hang together. A forecast is then made of those simulated ruptures that
are nearest to what was seen, and scored against two references: *climatology*, all ruptures of the training data, and
*analogues*, those of them that are nearest to what was seen, which is the same knowledge without a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multivector_sim.evidence.forecast_scores import coverage, crps, pit, skill_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.evidence.annual_aggregation import Paths
    from multivector_sim.evidence.episodes import Episodes
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.typing import Floats

__all__ = ["UPDATES", "Update", "UpdateFold", "known_of", "score_update"]

UPDATES = (
    ("severity", "first_year_loss"),
    ("five_year_loss", "first_year_loss"),
    ("level 1", "severity"),
    ("level 2", "severity"),
    ("level 5", "severity"),
    ("level 10", "severity"),
)
"""What is forecast, and what is known by then; levels count from the trough, where the severity is known."""

NEAREST = 128
"""So many simulated ruptures make a forecast."""

ANALOGUES = 5
"""One in so many of the past ruptures is an analogue."""

FEWEST = 10


class UpdateFold(NamedTuple):
    """One part left out: the model's ruptures, those of the training data, and those asked about."""

    simulated: Paths
    past: Episodes
    asked: Episodes


@dataclass(frozen=True, eq=False)
class Update:
    """How forecasts of one number did once another was known.

    Parameters
    ----------
    name, given
        The number, and what was known.
    count
        How many outcomes.
    cover
        By band.
    model, climatology, analogues
        CRPS.
    skill, over_analogues
        By which share the model's CRPS is below that of climatology and of analogues, with 95 % intervals by bootstrap
        over outcomes.
    """

    name: str
    given: str
    count: int
    cover: dict[str, float]
    model: float
    climatology: float
    analogues: float
    skill: Estimate
    over_analogues: Estimate

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        names = ("given", "count", "model", "climatology", "analogues")
        return {name: getattr(self, name) for name in names} | {
            "skill": self.skill._asdict(),
            "skill_over_analogues": self.over_analogues._asdict(),
            "coverage": self.cover,
        }


def known_of(episodes: Episodes, name: str) -> Floats:
    """Return one number of every rupture, NaN where the data end before; shape (rupture,)."""
    if name.startswith("level "):
        return np.asarray(episodes.level[:, int(name.split()[1])])
    return np.asarray(episodes.table[name].to_numpy(dtype=np.float64))


def _simulated(paths: Paths, name: str, longest: int) -> Floats:
    """Return the same number of every simulated rupture, as annual data show it."""
    if name.startswith("level "):
        return np.asarray(paths.level[:, int(name.split()[1])])
    if name == "severity":
        return paths.severity
    years = 1 if name == "first_year_loss" else longest
    return np.asarray(1.0 - paths.onward[:, :years].mean(axis=1))


def _nearest(known: Floats, values: Floats, seen: float, count: int) -> Floats:
    """Return the values of those whose known number is nearest to what was seen."""
    return np.asarray(values[np.argsort(np.abs(known - seen), kind="stable")[:count]])


def score_update(name: str, given: str, folds: Sequence[UpdateFold], rng: np.random.Generator) -> Update | None:
    """Score forecasts of one number, given another, over several folds.

    Parameters
    ----------
    name, given
        One of :data:`UPDATES`.
    folds
        The parts left out, one after the other.
    rng
        Places ties, and draws the bootstrap.

    Returns
    -------
    Update or None
        None where no rupture has both numbers, or too few past ones have.
    """
    scores: list[tuple[float, float, float]] = []
    ranks: list[float] = []
    for fold in folds:
        longest = fold.past.definition.longest
        own, target = (_simulated(fold.simulated, it, longest) for it in (given, name))
        known, past = _both(fold.past, given, name)
        if past.size < FEWEST or not own.size:
            continue
        for seen, outcome in zip(*_both(fold.asked, given, name), strict=True):
            sample = _nearest(own, target, seen, NEAREST)
            alike = _nearest(known, past, seen, max(FEWEST, past.size // ANALOGUES))
            here = np.array([outcome])
            model, climatology, analogues = (float(crps(it, here)[0]) for it in (sample, past, alike))
            scores.append((model, climatology, analogues))
            ranks.append(float(pit(sample, here, rng)[0]))
    if not scores:
        return None
    model_scores, climate_scores, alike_scores = np.array(scores).T
    return Update(
        name=name,
        given=given,
        count=len(ranks),
        cover=coverage(np.array(ranks)),
        model=float(model_scores.mean()),
        climatology=float(climate_scores.mean()),
        analogues=float(alike_scores.mean()),
        skill=skill_of(model_scores, climate_scores, rng),
        over_analogues=skill_of(model_scores, alike_scores, rng),
    )


def _both(episodes: Episodes, given: str, name: str) -> tuple[Floats, Floats]:
    """Return what is known and the outcome of the ruptures that have both."""
    first, second = known_of(episodes, given), known_of(episodes, name)
    there = np.isfinite(first) & np.isfinite(second)
    return first[there], second[there]
