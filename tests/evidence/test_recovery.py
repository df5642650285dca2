"""Simulate and recover: on panels with a known truth, estimates hold it about as often as their intervals say.

Two truths. What annual data *show* of a rupture (hazard, severity, levels, scar, clustering) differs a little from what
the model was told, since a rupture is spread over calendar years and some are never seen; so 90 % intervals are held
against the mean of the other panels. And the *parameters* themselves must come back as far as annual data show them.
"""

import dataclasses
from functools import cache

import numpy as np
import pytest

from multivector_sim.evidence.annual_aggregation import STARTS, annual_delivered, observe
from multivector_sim.evidence.calibrate import _sd
from multivector_sim.evidence.episodes import HORIZON, find_episodes
from multivector_sim.evidence.hazard_estimation import fit_hazard, rates
from multivector_sim.evidence.level_after_trough import scars
from multivector_sim.evidence.made_up import Truth, make_panel
from multivector_sim.evidence.panel import build_panel
from multivector_sim.evidence.resampling import make_resamples
from multivector_sim.evidence.rupture_correlation import correlations
from multivector_sim.evidence.rupture_definition import Definition
from multivector_sim.evidence.severity import BetaLaw

PANELS = 20
FEW = 6
TRUTH = Truth()
NAMES = ("hazard", "severity", "sd", "level 1", "level 10", "scar", "clustering")


@cache
def estimates():
    """Return for each panel and observable of :data:`NAMES` the estimate with a 90 % interval."""
    return [_estimates(seed) for seed in range(PANELS)]


def _estimates(seed):
    rule = Definition()
    found = find_episodes(build_panel(make_panel(countries=80, seed=seed)), rule)
    drawn = make_resamples(found.risk["country"], 100, 1, level=0.9)
    countries, severity = found.table["country"], found.table["severity"].to_numpy()
    hazard = rates(found.risk, np.zeros(len(found.risk), dtype=int), ["all"], drawn)[0].hazard
    flat = np.full(len(found.risk), hazard.value)
    together = correlations(found.risk, flat, found.risk["hit"].to_numpy(), drawn, 1)["within_country"]
    level = [drawn.mean(countries, found.level[:, year]) for year in (1, 10)]
    scar = drawn.mean(countries, scars(found))
    return [hazard, drawn.mean(countries, severity), _sd(drawn, countries, severity), *level, scar, together]


def test_intervals_cover_what_is_observed():
    """The truth for a panel is the mean of what the other panels of the same making show."""
    values = np.array([[it.value for it in panel] for panel in estimates()])
    others = (values.sum(axis=0) - values) / (PANELS - 1)
    inside = np.array(
        [
            [it.low <= true <= it.high for it, true in zip(panel, truth, strict=True)]
            for panel, truth in zip(estimates(), others, strict=True)
        ]
    )
    assert 0.80 <= inside.mean() <= 0.98, dict(zip(NAMES, inside.mean(axis=0), strict=False))
    assert inside.mean(axis=0).min() >= 0.6


@pytest.mark.parametrize(
    ("name", "truth", "near"),
    [("severity", TRUTH.severity.mean, 0.01), ("sd", TRUTH.severity.sd, 0.005), ("scar", TRUTH.scar.mean, 0.03)],
)
def test_what_a_rupture_is_like_comes_back(name, truth, near):
    values = np.array([panel[NAMES.index(name)].value for panel in estimates()])
    assert values.mean() == pytest.approx(truth, abs=near)


def test_clustering_is_told_from_none():
    """Ruptures were drawn in blocks of five years, which seldom agree with the windows, so some of it is lost."""
    values = np.array([panel[NAMES.index("clustering")].value for panel in estimates()])
    assert 0.3 * TRUTH.correlation < values.mean() < TRUTH.correlation
    assert values.mean() > 4.0 * values.std(ddof=1) / np.sqrt(PANELS)


def shown(truth):
    """Return the share of true ruptures that annual data show."""
    u = np.random.default_rng(5).random((3, 20_000))
    severity, scar = truth.severity.quantile(u[1]), truth.scar.quantile(u[2])
    delivered = annual_delivered(12.0 * u[0], severity, scar, truth.course, HORIZON + 3 + STARTS)
    return observe(delivered, Definition().threshold, 3, HORIZON).shown


def test_the_hazard_and_its_slope_come_back_where_flows_do():
    """A flow that lost for good is smaller than the hazard it was given; so here flows recover, and drift little."""
    truth = dataclasses.replace(TRUTH, hazard=0.006, scar=BetaLaw(0.02, 0.01), volatility=0.02, correlation=0.0)
    found = []
    for seed in range(FEW):
        panel = build_panel(make_panel(countries=80, truth=truth, seed=100 + seed))
        risk = find_episodes(panel, Definition()).risk
        overall = rates(risk, np.zeros(len(risk), dtype=int), ["all"], make_resamples(risk["country"], 5, 1))[0]
        fit = fit_hazard(risk, Definition(), panel.last, overall)
        found.append((fit.predict(0.01, new_partner=False).value / shown(truth), fit.slope.value))
    mean, spread = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(FEW)
    assert np.all(np.abs(mean - [truth.hazard, truth.slope]) < 4.0 * spread), (mean, spread)
    assert np.all(spread < [0.0005, 0.05])
