"""Measures of users: their intervals, and what is said where they fail."""

import statistics

import numpy as np
import pytest

from multivector_sim.errors import UsageError
from multivector_sim.measure.registered_measures import SECTION, SECTIONS, T_QUANTILE, Measure


def test_the_interval_of_many_draws_is_that_of_the_sections():
    losses = np.random.default_rng(1).random(SECTIONS * SECTION)
    found = Measure("mean", lambda it: float(it.mean()), "Mean").estimate(losses)
    means = [float(part.mean()) for part in np.split(losses, SECTIONS)]
    reach = T_QUANTILE * statistics.stdev(means) / SECTIONS**0.5
    assert found.value == pytest.approx(losses.mean())
    assert (found.low, found.high) == pytest.approx((found.value - reach, found.value + reach))


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda _: 1.0 / 0.0, "measure 'odd' failed: ZeroDivisionError: float division by zero"),
        (lambda _: "many", "measure 'odd' failed: ValueError: could not convert string to float: 'many'"),
        (lambda _: float("nan"), "measure 'odd' returned nan; it must be a finite number for any losses"),
    ],
)
def test_a_measure_that_fails_is_named(function, said):
    with pytest.raises(UsageError) as caught:
        Measure("odd", function, "Odd").estimate(np.ones(10))
    assert str(caught.value) == said
