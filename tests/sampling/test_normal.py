"""The compiled normal distribution: quantiles and probabilities to the last bits, odd, and never falling."""

import numpy as np
from scipy.special import ndtr, ndtri

from tests.sampling.compiled import cdf, quantiles, single_quantiles

CLOSE = 1e-14
LARGEST = 1.0 - 2.0**-53
ENDS = [1e-300, 2.0**-1022, 1e-16, 2.0**-54, 1e-5, 0.075, 0.0750000001, 0.5, 0.925, 0.9249999999, LARGEST]


def numbers():
    """Give numbers everywhere: between, in both tails, and around the seams of the three fractions."""
    random = np.random.default_rng(1)
    lower = 10.0 ** random.uniform(-300, 0, 100_000)
    upper = 1.0 - 2.0**-53 * np.floor(2.0 ** random.uniform(0, 53, 100_000))
    far = np.exp(-25.0)
    seams = [at + np.arange(-50, 51) * np.spacing(at) for at in (0.075, 0.925, 0.5, far, 1.0 - far)]
    found = np.concatenate([random.uniform(size=200_000), lower, upper[upper > 0.0], *seams, ENDS])
    return np.sort(found[(found > 0.0) & (found < 1.0)])


def test_quantiles_are_scipys():
    found, exact = quantiles(numbers()), ndtri(numbers())
    assert (np.abs(found - exact) <= CLOSE * np.abs(exact)).all()


def test_one_after_the_other_they_are_the_same_as_in_a_row():
    single, row = single_quantiles(numbers()), quantiles(numbers())
    assert (np.abs(single - row) <= 1e-15 * np.abs(row)).all()


def test_quantiles_never_fall():
    for found in (quantiles(numbers()), single_quantiles(numbers())):
        assert (np.diff(found) >= -4 * np.spacing(np.abs(found[1:]))).all(), "by more than the last bits"
    spread = np.linspace(2.0**-53, LARGEST, 100_001)
    assert (np.diff(quantiles(spread)) > 0.0).all()


def test_quantiles_are_odd_around_the_middle():
    halves = np.floor(np.random.default_rng(2).uniform(size=100_000) * 2.0**53) / 2.0**53
    lower = np.where(halves < 0.5, halves, 1.0 - halves)
    lower = lower[lower > 0.0]  # 1 - lower is exact: each is a whole number of 2^-53
    assert (quantiles(1.0 - lower) == -quantiles(lower)).all()
    assert quantiles([0.5]).tolist() == [0.0]


def test_probabilities_are_scipys_in_the_lower_tail_too():
    values = np.concatenate([np.linspace(-37.5, 8.5, 200_001), [0.0, -1e-300, 1e-300]])
    found, exact = cdf(values), ndtr(values)
    rounding = 1e-15 * np.maximum(1.0, values**2)  # what the last bit of the value makes of the exponential
    assert (np.abs(found - exact) <= rounding * exact).all()
    assert (np.diff(found[:200_001]) >= -1e-15 * found[1:200_001]).all()
    assert cdf(np.array([-np.inf, 0.0, np.inf])).tolist() == [0.0, 0.5, 1.0]


def test_quantile_and_probability_undo_each_other():
    spread = numbers()[numbers() < 0.999]
    assert (np.abs(cdf(quantiles(spread)) - spread) <= 1e-12 * spread).all()


def test_nothing_gives_nothing():
    nothing = np.array([np.nan])
    assert np.isnan([*quantiles(nothing), *single_quantiles(nothing), *cdf(nothing)]).all()
