"""Scores of forecasts: coverage, PIT, CRPS, counts, and probabilities of an event.

A forecast of a number is a sample of what may happen. Coverage alone cannot tell a good forecast from a vague one: a
uniform law covers everything. The **CRPS** (continuous ranked probability score; Gneiting and Raftery 2007) falls with
both bias and vagueness and is in the unit of the number; it is compared with three references: *climatology*, what
happened in the training data; *flat*, every share from 0 to 1, equally likely; and *best*, the
distribution of the very numbers that were to be forecast, which nobody could know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.measure.intervals import Estimate

if TYPE_CHECKING:
    from multivector_sim.typing import Bools, Floats

__all__ = [
    "BANDS",
    "Event",
    "Number",
    "brier",
    "christoffersen",
    "coverage",
    "crps",
    "kupiec",
    "pit",
    "score_event",
    "score_number",
    "skill_of",
]

BANDS = (0.5, 0.8, 0.9)
BINS = 10
RESAMPLES = 400


def crps(sample: Floats, seen: Floats) -> Floats:
    """Return the CRPS of one forecast for several outcomes.

    Parameters
    ----------
    sample
        Shape (draw,): the forecast.
    seen
        Shape (outcome,).

    Returns
    -------
    array
        Shape (outcome,), at least 0, in the unit of the outcomes; lower is better.

    Notes
    -----
    ``E|X - y| - E|X - X'| / 2``; half the squared energy distance of the sample from the outcome.

    Examples
    --------
    >>> crps(np.array([0.0, 1.0]), np.array([0.0, 3.0])).tolist()
    [0.25, 2.25]
    """
    ordered = np.sort(sample)
    count = ordered.size
    ahead = np.concatenate([[0.0], np.cumsum(ordered)])
    place = np.searchsorted(ordered, seen)
    distance = (seen * place - ahead[place] + (ahead[-1] - ahead[place]) - seen * (count - place)) / count
    spread = 2.0 * (ordered * (2.0 * np.arange(count) - count + 1.0)).sum() / count**2
    return np.asarray(distance - 0.5 * spread)


def pit(sample: Floats, seen: Floats, rng: np.random.Generator) -> Floats:
    """Return the ranks of outcomes in a forecast, uniform if it is right; ties are placed by chance.

    Parameters
    ----------
    sample
        Shape (draw,).
    seen
        Shape (outcome,).
    rng
        Places ties.
    """
    ordered = np.sort(sample)
    below = np.searchsorted(ordered, seen, side="left") / ordered.size
    up_to = np.searchsorted(ordered, seen, side="right") / ordered.size
    return np.asarray(below + rng.random(seen.size) * (up_to - below))


def coverage(ranks: Floats) -> dict[str, float]:
    """Return how often the central bands held the outcome, from its ranks.

    Examples
    --------
    >>> coverage(np.array([0.04, 0.2, 0.5, 0.7]))
    {'0.5': 0.5, '0.8': 0.75, '0.9': 0.75}
    """
    return {f"{band:g}": float(np.mean(np.abs(ranks - 0.5) <= 0.5 * band)) for band in BANDS}


def skill_of(model: Floats, reference: Floats, rng: np.random.Generator) -> Estimate:
    """Return by which share the mean score of a model is below that of a reference, with a 95 % interval.

    Parameters
    ----------
    model, reference
        Shape (outcome,), scores of the same outcomes, lower is better.
    rng
        Draws the bootstrap over outcomes, which are drawn in pairs.

    Returns
    -------
    Estimate
        Above 0 where the model is better; the interval leaves out 0 where that is more than luck.

    Examples
    --------
    >>> skill_of(np.array([0.1, 0.1]), np.array([0.2, 0.2]), np.random.default_rng(1)).value
    0.5
    """
    picks = rng.integers(0, model.size, size=(RESAMPLES, model.size))
    low, high = np.quantile(1.0 - model[picks].mean(axis=1) / reference[picks].mean(axis=1), [0.025, 0.975])
    return Estimate(1.0 - float(model.mean()) / float(reference.mean()), float(low), float(high))


def kupiec(misses: Bools, expected: float) -> float:
    """Return the p of as many misses, by the exact binomial test (Kupiec 1995 tests the same by its likelihood ratio).

    Parameters
    ----------
    misses
        Shape (period,).
    expected
        The probability of a miss.
    """
    from scipy.stats import binomtest

    return float(binomtest(int(misses.sum()), misses.size, expected).pvalue) if misses.size else 1.0


def christoffersen(misses: Bools) -> float:
    """Return the p that misses do not follow each other (Christoffersen 1998), by a G test of successions.

    Parameters
    ----------
    misses
        Shape (period,), in order.
    """
    from scipy.stats import chi2_contingency

    before, after = misses[:-1], misses[1:]
    table = np.array(
        [[np.sum((before == first) & (after == then)) for then in (False, True)] for first in (False, True)]
    )
    if not table.sum(axis=0).all() or not table.sum(axis=1).all():
        return 1.0
    return float(chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue)


def brier(chance: Floats, happened: Bools) -> float:
    """Return the mean squared distance of probabilities from what happened; lower is better."""
    return float(np.mean((chance - happened) ** 2))


@dataclass(frozen=True, eq=False)
class Number:
    """How a forecast of a number did.

    Parameters
    ----------
    name
        Of the number.
    count
        How many outcomes.
    cover
        By band.
    width
        Of the 90 % band.
    ks
        The p that the ranks are uniform.
    model, climatology, flat, best
        CRPS.
    near_best
        The 95 % interval of the model's CRPS over the best one, by bootstrap over outcomes.
    skill
        By which share the model's CRPS is below climatology's, with its interval.
    ranks
        The PIT of each outcome.
    """

    name: str
    count: int
    cover: dict[str, float]
    width: float
    ks: float
    model: float
    climatology: float
    flat: float
    best: float
    near_best: tuple[float, float]
    skill: Estimate
    ranks: Floats

    def document(self) -> dict[str, Any]:
        """Return the CRPS as plain data."""
        names = ("model", "climatology", "flat", "best")
        return {name: getattr(self, name) for name in names} | {
            "skill": self.skill.value,
            "skill_low": self.skill.low,
            "skill_high": self.skill.high,
        }


def score_number(name: str, folds: list[tuple[Floats, Floats, Floats]], rng: np.random.Generator) -> Number:
    """Score forecasts of one number over several folds.

    Parameters
    ----------
    name
        Of the number.
    folds
        For each fold: the forecast's sample, the outcomes, and the outcomes of the training data.
    rng
        Places ties.
    """
    from scipy.stats import kstest

    flat = np.linspace(0.0, 1.0, 501)
    kept = [(sample, seen, past) for sample, seen, past in folds if seen.size and sample.size and past.size]
    ranks = np.concatenate([pit(sample, seen, rng) for sample, seen, _ in kept])
    every = np.concatenate([seen for _, seen, _ in kept])
    scores = [
        np.concatenate([crps(reference, seen) for reference, seen in pairs])
        for pairs in (
            [(sample, seen) for sample, seen, _ in kept],
            [(past, seen) for _, seen, past in kept],
            [(flat, every)],
            [(every, every)],
        )
    ]
    widths = [float(np.diff(np.quantile(sample, [0.05, 0.95]))[0]) for sample, _, _ in kept]
    model, climatology, even, best = (float(score.mean()) for score in scores)
    test = float(kstest(ranks, "uniform").pvalue)
    picks = rng.integers(0, every.size, size=(RESAMPLES, every.size))
    near = np.quantile(scores[0][picks].mean(axis=1) / scores[3][picks].mean(axis=1), [0.025, 0.975])
    return Number(
        name=name,
        count=ranks.size,
        cover=coverage(ranks),
        width=float(np.mean(widths)),
        ks=test,
        model=model,
        climatology=climatology,
        flat=even,
        best=best,
        near_best=(float(near[0]), float(near[1])),
        skill=skill_of(scores[0], scores[1], np.random.default_rng(RESAMPLES)),
        ranks=ranks,
    )


@dataclass(frozen=True, eq=False)
class Event:
    """How probabilities of an event did.

    Parameters
    ----------
    years
        Within how many years.
    count, happened
        How many forecasts, and how many events.
    brier, climatology
        Brier score of the model and of the training data's rate.
    sharpness
        Sd of the probabilities.
    curve
        Reliability: mean probability, share that happened, and how many, by groups of equal size.
    """

    years: int
    count: int
    happened: int
    brier: float
    climatology: float
    sharpness: float
    curve: tuple[tuple[float, float, int], ...]

    @property
    def skill(self) -> float:
        """By which share the model's score is below climatology's."""
        return 1.0 - self.brier / self.climatology if self.climatology > 0.0 else 0.0

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        curve = [{"forecast": mean, "happened": share, "count": count} for mean, share, count in self.curve]
        return {
            "years": self.years,
            "count": self.count,
            "happened": self.happened,
            "brier": self.brier,
            "climatology": self.climatology,
            "skill": self.skill,
            "sharpness": self.sharpness,
            "reliability": curve,
        }


def score_event(years: int, chance: Floats, happened: Bools, rate: Floats) -> Event:
    """Score probabilities of an event.

    Parameters
    ----------
    years
        Within how many years.
    chance, happened
        Shape (forecast,).
    rate
        Shape (forecast,): the probability by the training data's overall rate.
    """
    order = np.argsort(chance, kind="stable")
    curve = tuple(
        (float(chance[part].mean()), float(happened[part].mean()), int(part.size))
        for part in np.array_split(order, BINS)
        if part.size
    )
    return Event(
        years,
        chance.size,
        int(happened.sum()),
        brier(chance, happened),
        brier(rate, happened),
        float(chance.std()),
        curve,
    )
