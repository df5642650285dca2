"""Simulate and recover: on panels with a known truth, 90 % intervals hold what is observed about as often as they say."""

import numpy as np

from multivector_sim.evidence.calibrate import _sd
from multivector_sim.evidence.clustering import correlations
from multivector_sim.evidence.definition import Definition
from multivector_sim.evidence.episodes import find_episodes
from multivector_sim.evidence.hazard import rates
from multivector_sim.evidence.made_up import make_panel
from multivector_sim.evidence.panel import build_panel
from multivector_sim.evidence.resampling import make_resamples

PANELS = 20
TRUTHS = 20


def observables(seed, resamples):
    """Return hazard, severity, its sd, levels in the years 1 and 10, and clustering, each with a 90 % interval."""
    found = find_episodes(build_panel(make_panel(countries=80, seed=seed)), Definition())
    drawn = make_resamples(found.risk["country"], resamples, 1, level=0.9)
    countries, severity = found.table["country"], found.table["severity"].to_numpy()
    hazard = rates(found.risk, np.zeros(len(found.risk), dtype=int), ["all"], drawn)[0].hazard
    flat = np.full(len(found.risk), hazard.value)
    together = correlations(found.risk, flat, found.risk["hit"].to_numpy(), drawn, 1)["within_country"]
    level = [drawn.mean(countries, found.level[:, year]) for year in (1, 10)]
    return [hazard, drawn.mean(countries, severity), _sd(drawn, countries, severity), *level, together]


def test_intervals_cover_what_is_observed():
    """The truth is the mean of what as many other panels of the same making show."""
    truth = np.mean([[it.value for it in observables(1000 + n, 2)] for n in range(TRUTHS)], axis=0)
    inside = np.array(
        [
            [it.low <= true <= it.high for it, true in zip(observables(n, 100), truth, strict=True)]
            for n in range(PANELS)
        ]
    )
    assert 0.80 <= inside.mean() <= 0.98, inside.mean(axis=0)
    assert inside.mean(axis=0).min() >= 0.6
