"""Scores against closed forms, SciPy, and forecasts that are right by construction."""

import numpy as np
import pytest
from scipy.stats import energy_distance, norm

from multivector_sim.evidence.forecast_scores import (
    brier,
    christoffersen,
    coverage,
    crps,
    kupiec,
    pit,
    score_event,
    score_number,
)


def test_crps_is_half_the_squared_energy_distance():
    rng = np.random.default_rng(1)
    sample, seen = rng.normal(size=60), np.array([-2.0, 0.3, 4.0])
    expected = [0.5 * energy_distance(sample, [value]) ** 2 for value in seen]
    assert crps(sample, seen) == pytest.approx(expected, rel=1e-12)


def test_crps_of_a_normal_law_is_the_closed_form():
    sample = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    seen = np.array([-1.0, 0.0, 2.5])
    exact = seen * (2 * norm.cdf(seen) - 1) + 2 * norm.pdf(seen) - 1 / np.sqrt(np.pi)
    assert crps(sample, seen) == pytest.approx(exact, abs=1e-4)


def test_a_right_forecast_is_covered_and_a_uniform_one_is_covered_too_but_scores_worse():
    rng = np.random.default_rng(2)
    seen, past, sample = (0.5 + 0.1 * rng.standard_normal(size) for size in (400, 400, 4000))
    right = score_number("x", [(sample, seen, past)], rng)
    vague = score_number("x", [(rng.uniform(size=4000), seen, past)], rng)
    assert right.cover["0.9"] == pytest.approx(0.9, abs=0.05)
    assert right.ks > 0.01
    assert vague.cover["0.9"] > 0.95
    assert right.model < 1.03 * right.best < vague.model
    assert right.near_best[0] <= right.model / right.best <= right.near_best[1]
    assert vague.ks < 1e-6


def test_ranks_of_ties_are_spread():
    ranks = pit(np.zeros(10), np.zeros(2000), np.random.default_rng(3))
    assert coverage(ranks)["0.5"] == pytest.approx(0.5, abs=0.05)


def test_kupiec_and_christoffersen_tell_too_many_and_clustered_misses():
    fine = np.random.default_rng(4).random(400) < 0.1
    assert kupiec(fine, 0.1) > 0.05
    assert christoffersen(fine) > 0.05
    assert kupiec(np.arange(400) % 4 == 0, 0.1) < 1e-6
    assert christoffersen(np.arange(400) % 100 < 10) < 1e-6


def test_a_forecast_that_knows_beats_the_overall_rate():
    rng = np.random.default_rng(5)
    chance = rng.choice([0.02, 0.4], size=4000)
    happened = rng.random(4000) < chance
    event = score_event(5, chance, happened, np.full(4000, 0.21))
    assert event.skill > 0.1
    assert event.brier == brier(chance, happened)
    assert sum(count for *_, count in event.curve) == 4000
    assert [mean for mean, *_ in event.curve] == pytest.approx([share for _, share, _ in event.curve], abs=0.08)
