"""Scores: one number a draw, whose mean is the measure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector_sim.measure.intervals import shortfall_scores, variance_scores
from multivector_sim.measure.tail import expected_shortfall, sd

losses = st.integers(1, 40).flatmap(lambda n: arrays(float, n, elements=st.sampled_from([0.0, 0.3]) | st.floats(-9, 9)))


@given(losses, st.floats(0.01, 0.99))
def test_the_mean_of_the_scores_is_the_measure(sample, level):
    assert shortfall_scores(sample, level).mean() == pytest.approx(expected_shortfall(sample, level), abs=1e-9)
    assert variance_scores(sample).mean() == pytest.approx(sd(sample) ** 2, abs=1e-9)


def test_scores_spread_as_the_shortfall_does_from_run_to_run():
    random = np.random.default_rng(1)
    samples = random.standard_normal((4000, 1000))
    found = np.array([expected_shortfall(sample, 0.9) for sample in samples])
    errors = np.array([shortfall_scores(sample, 0.9).std() / np.sqrt(1000) for sample in samples])
    assert errors.mean() / found.std() == pytest.approx(1.0, abs=4.5 / np.sqrt(2 * 4000))
