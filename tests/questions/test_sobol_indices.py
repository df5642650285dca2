"""Sobol indices of functions whose indices are known exactly, and intervals that cover."""

import numpy as np
import pytest
from scipy.special import ndtri

from multivector_sim.errors import UsageError
from multivector_sim.questions.sobol_indices import indices, pick_and_freeze, shift

WIDTH = 1.959963984540054
SURE = 4.5


def samples(seed, draws, columns):
    return np.random.default_rng(seed).random((2, draws, columns))


def holds(estimate, exact, tolerance):
    """Within 4.5 standard errors, as its interval gives them, and within a stated tolerance."""
    error = max(estimate.high - estimate.value, estimate.value - estimate.low) / WIDTH
    return abs(estimate.value - exact) <= min(SURE * error, tolerance) + 1e-12


def ishigami(u, a=7.0, b=0.1):
    x = np.pi * (2.0 * u - 1.0)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices(a=7.0, b=0.1):
    one = 0.5 * (1.0 + b * np.pi**4 / 5.0) ** 2
    two = a**2 / 8.0
    both = 8.0 * b**2 * np.pi**8 / 225.0
    whole = one + two + both
    return np.array([one, two, 0.0]) / whole, np.array([one + both, two, both]) / whole


def sobol_g(coefficients):
    return lambda u: np.prod((np.abs(4.0 * u - 2.0) + coefficients) / (1.0 + coefficients), axis=1)


def sobol_g_indices(coefficients):
    own = 1.0 / (3.0 * (1.0 + coefficients) ** 2)
    whole = np.prod(1.0 + own) - 1.0
    others = np.array([np.prod(np.delete(1.0 + own, place)) for place in range(own.size)])
    return own / whole, own * others / whole


def test_ishigami_to_its_exact_indices():
    found = pick_and_freeze(ishigami, *samples(1, 200_000, 3), [[0], [1], [2]])
    first, total = ishigami_indices()
    assert [holds(*pair, 0.01) for pair in zip(found.first, first, strict=True)] == [True] * 3
    assert [holds(*pair, 0.01) for pair in zip(found.total, total, strict=True)] == [True] * 3
    assert holds(found.alone, first.sum(), 0.015)


def test_sobol_g_to_its_exact_indices():
    coefficients = np.array([0.0, 0.5, 3.0, 9.0, 99.0, 99.0])
    found = pick_and_freeze(sobol_g(coefficients), *samples(2, 200_000, 6), [[place] for place in range(6)])
    first, total = sobol_g_indices(coefficients)
    assert [holds(*pair, 0.01) for pair in zip(found.first, first, strict=True)] == [True] * 6
    assert [holds(*pair, 0.01) for pair in zip(found.total, total, strict=True)] == [True] * 6


def test_a_group_of_sobol_g_to_its_exact_indices():
    coefficients = np.array([0.0, 0.5, 3.0, 9.0])
    found = pick_and_freeze(sobol_g(coefficients), *samples(3, 200_000, 4), [[0, 2], [1, 3]])
    own = 1.0 + 1.0 / (3.0 * (1.0 + coefficients) ** 2)
    whole = own.prod() - 1.0
    inside, outside = own[[0, 2]].prod() - 1.0, own[[1, 3]].prod() - 1.0
    for place, (mine, other) in enumerate(((inside, outside), (outside, inside))):
        assert holds(found.first[place], mine / whole, 0.01)
        assert holds(found.total[place], mine * (1.0 + other) / whole, 0.01)


def correlated(u):
    """Five normals in three groups that are correlated inside, summed with weights."""
    z = ndtri(u)
    x = np.empty_like(z)
    x[:, 0], x[:, 1] = z[:, 0], 0.8 * z[:, 0] + 0.6 * z[:, 1]
    x[:, 2], x[:, 3] = z[:, 2], -0.5 * z[:, 2] + np.sqrt(0.75) * z[:, 3]
    x[:, 4] = z[:, 4]
    return x @ np.array([1.0, 2.0, 3.0, 1.0, 0.5])


def test_a_correlated_normal_linear_model_to_its_exact_grouped_indices():
    parts = np.array([1.0 + 4.0 + 2.0 * 2.0 * 0.8, 9.0 + 1.0 - 2.0 * 3.0 * 0.5, 0.25])
    found = pick_and_freeze(correlated, *samples(4, 200_000, 5), [[0, 1], [2, 3], [4]])
    for exact, first, total in zip(parts / parts.sum(), found.first, found.total, strict=True):
        assert holds(first, exact, 0.01)
        assert holds(total, exact, 0.01)
    assert holds(found.alone, 1.0, 0.01)


def test_first_orders_of_groups_do_not_pass_one_where_inputs_interact():
    found = pick_and_freeze(sobol_g(np.zeros(4)), *samples(5, 100_000, 4), [[0], [1], [2, 3]])
    assert found.alone.high < 1.0
    assert found.alone.value == pytest.approx(sum(it.value for it in found.first), abs=1e-12)
    assert all(total.low > first.high for first, total in zip(found.first, found.total, strict=True))


def test_an_input_that_does_nothing_has_exactly_no_index():
    found = pick_and_freeze(lambda u: np.exp(u[:, 0]), *samples(6, 500, 2), [[0], [1]])
    assert found.first[1] == found.total[1] == (0.0, 0.0, 0.0)
    assert found.first[0].value == pytest.approx(found.total[0].value, abs=0.3)


def test_an_estimate_below_zero_is_shown_as_it_is():
    found = [pick_and_freeze(ishigami, *samples(seed, 300, 3), [[2]]).first[0] for seed in range(40)]
    below = [it for it in found if it.value < 0.0]
    assert len(below) > 10
    assert all(it.low < it.value < it.high for it in below)


def test_an_output_that_never_changes_has_no_index():
    found = indices(np.full(9, 0.3), np.full(9, 0.3), np.full((2, 9), 0.3))
    assert found.variance == 0.0
    assert set(found.first + found.total) == {(0.0, 0.0, 0.0)}


@pytest.mark.parametrize(
    ("function", "columns", "exact"),
    [
        (ishigami, 3, ishigami_indices()),
        (sobol_g(np.array([0.0, 1.0, 4.5])), 3, sobol_g_indices(np.array([0, 1, 4.5]))),
    ],
    ids=["ishigami", "sobol g"],
)
def test_intervals_cover(function, columns, exact):
    repeats = 200
    covered = np.zeros((2, columns))
    for seed in range(repeats):
        found = pick_and_freeze(function, *samples(1000 + seed, 2000, columns), [[it] for it in range(columns)])
        for kind, estimates in enumerate((found.first, found.total)):
            covered[kind] += [it.low <= truth <= it.high for it, truth in zip(estimates, exact[kind], strict=True)]
    assert (covered / repeats > 0.90).all()
    assert covered.mean() / repeats == pytest.approx(0.95, abs=0.02)


def test_a_shift_is_the_mean_at_the_ends_of_a_law():
    first, second = samples(7, 200_000, 2)
    mixed = np.column_stack([second[:, 0], first[:, 1]])

    def output(u):
        return u[:, 0] ** 2 * (1.0 + u[:, 1])

    low, high = shift(output(first), output(mixed), first[:, 0], second[:, 0])
    assert holds(low, 1.5 * (0.2**2 / 3.0 - 1.0 / 3.0), 0.005)
    assert holds(high, 1.5 * ((1.0 - 0.8**3) / 0.6 - 1.0 / 3.0), 0.005)


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ((np.zeros(3), np.zeros(4), np.zeros((1, 3))), "do not belong together"),
        ((np.zeros(3), np.zeros(3), np.zeros(3)), "do not belong together"),
        ((np.zeros(3), np.array([0.0, np.nan, 1.0]), np.zeros((1, 3))), "NaN"),
    ],
)
def test_outputs_that_cannot_be_are_refused(arrays, told):
    with pytest.raises(UsageError, match=told):
        indices(*arrays)
