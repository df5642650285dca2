"""The laws against their exact distribution functions, and the tables against the laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from multivector_sim.errors import UsageError
from multivector_sim.sampling import laws
from multivector_sim.sampling.law_kind import BETA, GAMMA
from multivector_sim.sampling.law_kind import TABLED as BY_TABLE
from multivector_sim.sampling.laws import (
    _registered,
    beta_shape,
    gamma_shape,
    known_laws,
    law_kind,
    pert_shape,
    quantile,
    register_law,
)
from multivector_sim.sampling.numbers import fast_quantile, pack_numbers
from multivector_sim.sampling.tables import ERROR, PIECES, TAIL, spread_of, table
from tests.sampling.compiled import found_in
from tests.sampling.numbers import MOST_SIGMA, blocks, deviation

SIGMA = 0.6
DISTRIBUTIONS = {
    ("uniform", (2.0, 5.0)): stats.uniform(2, 3),
    ("triangular", (1.0, 2.0, 5.0)): stats.triang(0.25, 1, 4),
    ("triangular", (1.0, 1.0, 5.0)): stats.triang(0.0, 1, 4),
    ("triangular", (1.0, 5.0, 5.0)): stats.triang(1.0, 1, 4),
    ("pert", (0.2, 0.5, 0.9)): stats.beta(*pert_shape(0.2, 0.5, 0.9), 0.2, 0.7),
    ("pert", (0.0, 0.0, 1.0)): stats.beta(1, 5),
    ("pert", (3.0, 36.0, 36.0)): stats.beta(5, 1, 3, 33),
    ("beta", (0.4, 0.2)): stats.beta(*beta_shape(0.4, 0.2)),
    ("beta", (0.1, 0.25)): stats.beta(*beta_shape(0.1, 0.25)),
    ("beta", (0.9, 0.02)): stats.beta(*beta_shape(0.9, 0.02)),
    ("lognormal", (18.0, SIGMA)): stats.lognorm(SIGMA, scale=18),
    ("beta", (0.2, 0.6, -2.0, 1.5)): stats.beta(*beta_shape(0.2, 0.6, -2.0, 1.5), -2.0, 3.5),
    ("loguniform", (2.0, 90.0)): stats.loguniform(2, 90),
    ("gamma", (12.0, 6.0)): stats.gamma(4, scale=3),
    ("gamma", (4.0, 8.0**0.5)): stats.chi2(4),
    ("gamma", (1.0, 2.0)): stats.gamma(0.25, scale=4),
}
LAWS = list(DISTRIBUTIONS)
TABLED = [law for law in LAWS if law_kind(law[0]).form(*law[1])[0] in (BETA, GAMMA, BY_TABLE)]
EXACT_TAILS = [law for law in TABLED if law_kind(law[0]).form(*law[1])[0] != BY_TABLE]


def named(law):
    return f"{law[0]} {', '.join(f'{number:g}' for number in law[1])}"


@pytest.mark.parametrize("law", LAWS, ids=named)
def test_the_distribution_function_gives_the_number_back(law):
    numbers = np.concatenate([np.linspace(0.001, 0.999, 999), [1e-6, 1 - 1e-6]])
    assert DISTRIBUTIONS[law].cdf(quantile(*law, numbers)) == pytest.approx(numbers, abs=1e-9)


@pytest.mark.parametrize("law", LAWS, ids=named)
def test_drawn_values_have_the_exact_mean_and_spread(law):
    values = blocks(lambda source: fast_quantile(*law, source.uniforms("law")), 300)
    exact = DISTRIBUTIONS[law]
    assert deviation(values, exact.mean()) < MOST_SIGMA
    assert deviation((values - exact.mean()) ** 2, exact.var()) < MOST_SIGMA
    assert np.std(values) / np.sqrt(values.size) < 0.01 * exact.mean(), "too few draws to notice a defect of 1 %"


@pytest.mark.parametrize("law", LAWS, ids=named)
def test_told_mean_and_spread_are_the_exact_ones(law):
    kind, exact = law_kind(law[0]), DISTRIBUTIONS[law]
    assert kind.mean(*law[1]) == pytest.approx(exact.mean(), rel=1e-12)
    if kind.sd is not None:
        assert kind.sd(*law[1]) == pytest.approx(exact.std(), rel=1e-12)


def test_every_law_is_tested():
    assert {kind for kind, _ in LAWS} | {"fixed", "empirical"} == set(known_laws())


def test_written_moments_are_kept():
    assert stats.beta(*beta_shape(0.3, 0.1)).mean() == pytest.approx(0.3)
    assert stats.beta(*beta_shape(0.3, 0.1)).std() == pytest.approx(0.1)
    shape, scale = gamma_shape(24, 7)
    assert (shape * scale, np.sqrt(shape) * scale) == pytest.approx((24, 7))
    assert stats.beta(*pert_shape(0, 1, 4)).mean() * 4 == pytest.approx((0 + 4 * 1 + 4) / 6)


def test_an_empirical_law_takes_every_value_equally_often():
    numbers = (np.arange(3000) + 0.5) / 3000
    values, counts = np.unique(quantile("empirical", (5.0, 1.0, 3.0), numbers), return_counts=True)
    assert (values.tolist(), counts.tolist()) == ([1.0, 3.0, 5.0], [1000, 1000, 1000])
    assert quantile("empirical", (7.0,), np.array([1 - 2.0**-53])).tolist() == [7.0]


@pytest.mark.parametrize(
    ("kind", "parameters", "value"),
    [
        ("fixed", (0.3,), 0.3),
        ("uniform", (2.0, 2.0), 2.0),
        ("triangular", (2.0, 2.0, 2.0), 2.0),
        ("pert", (0.5, 0.5, 0.5), 0.5),
        ("beta", (0.4, 0.0), 0.4),
        ("gamma", (6.0, 0.0), 6.0),
        ("lognormal", (6.0, 0.0), 6.0),
    ],
)
def test_a_law_without_spread_is_a_number(kind, parameters, value):
    assert set(fast_quantile(kind, parameters, np.array([1e-9, 0.5, 1 - 1e-9]))) == {value}


@pytest.mark.parametrize("law", [*LAWS, ("empirical", (1.0, 2.0))], ids=named)
def test_nothing_gives_nothing(law):
    assert np.isnan(fast_quantile(*law, np.array([np.nan]))).all()


@pytest.mark.parametrize("law", TABLED, ids=named)
def test_a_table_is_as_exact_as_it_says_and_never_falls(law):
    made = table(*law)
    assert made is not None
    numbers = np.sort(np.random.default_rng(1).uniform(size=200_000))
    inner = numbers[(numbers >= TAIL) & (numbers <= 1.0 - TAIL)]
    looked_up = found_in(made, inner)
    for at, values in ((inner, looked_up), (numbers, fast_quantile(*law, numbers))):
        assert np.abs(values - quantile(*law, at)).max() <= ERROR * spread_of(*law)
        assert np.diff(values).min() >= -1e-12


@pytest.mark.parametrize("law", EXACT_TAILS, ids=named)
def test_both_tails_are_exact(law):
    tail = 10.0 ** np.linspace(-15, np.log10(0.9 * TAIL), 300)
    for numbers in (tail, 1.0 - tail):
        exact = quantile(*law, numbers)
        assert (np.abs(fast_quantile(*law, numbers) - exact) <= 1e-12 * np.abs(exact)).all()


@pytest.mark.parametrize("law", [law for law in TABLED if law not in EXACT_TAILS], ids=named)
def test_tails_by_table_are_close_as_far_as_anybody_draws(law):
    tail = 10.0 ** np.linspace(-15, np.log10(0.99 * TAIL), 2000)
    median = quantile(*law, np.array([0.5]))
    for numbers in (tail, 1.0 - tail[tail > 1e-9]):
        exact = quantile(*law, numbers)
        close = ERROR * np.maximum(np.abs(exact - median), spread_of(*law))
        assert (np.abs(fast_quantile(*law, numbers) - exact) <= close).all()
    far = np.array([1e-300, 1e-40, 1e-30])
    assert fast_quantile(*law, far) == pytest.approx(quantile(*law, far), rel=1e-6)


@pytest.mark.parametrize("law", [it for it in LAWS if it not in TABLED] + [("empirical", (5.0, 1.0, 3.0))], ids=named)
def test_a_law_without_a_table_is_exact(law):
    assert table(*law) is None
    numbers = np.random.default_rng(2).uniform(size=100_000)
    exact = quantile(*law, numbers)
    assert (np.abs(fast_quantile(*law, numbers) - exact) <= 4e-15 * np.abs(exact)).all()


def test_a_beta_of_two_spikes_has_no_table_and_stays_exact():
    law = ("beta", (0.5, 0.4999))
    assert table(*law) is None
    numbers = np.random.default_rng(2).uniform(size=1000)
    assert fast_quantile(*law, numbers) == pytest.approx(quantile(*law, numbers), rel=1e-12, abs=0.0)


def test_a_beta_is_refused_from_the_spread_of_its_two_ends_on():
    """Between 0 and 1 a mean of 0.5 allows 0.5, which is all at the two ends: then both shapes would be 0."""
    check = law_kind("beta").check
    assert check(0.5, np.nextafter(0.5, 0.0)) == ""
    assert check(0.5, 0.5) == "sd 0.5 is too wide for a mean of 0.5; it must be below 0.5"


def test_of_more_than_five_values_a_table_shows_four_and_how_many():
    in_short = law_kind("empirical").in_short
    assert in_short(list("12345")) == "empirical 1, 2, 3, 4, 5"
    assert in_short(list("123456")) == "empirical 1, 2, 3, 4, ... (6 values)"


STRANGE = {
    "jumping": (lambda u, low, high: np.where(u < 0.5, low, high), "jumps"),
    "jumping_in_a_tail": (lambda u, low, high: low + u + high * (u > 0.9999), "jumps"),
    "falling": (lambda u, low, high: high - (high - low) * u, "never fall"),
    "unbounded": (lambda u, low, high: low + high * np.where(u > 0.9, np.inf, u), "finite"),
    "single": (lambda u, low, high: low + high * u.mean(), "as many"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_cannot_be_drawn_from_a_table_is_refused_by_name(name):
    function, words = STRANGE[name]
    register_law(name, ["low", "high"], function, support=lambda a, b: (a, b), mean=lambda a, b: (a + b) / 2)
    try:
        with pytest.raises(UsageError, match=rf"^{name}.*{words}"):
            pack_numbers([(name, (0.0, 1.0))], [0])
    finally:
        _registered.pop(name)


def test_a_beta_between_other_ends_is_the_stretched_one():
    numbers = np.random.default_rng(4).uniform(size=10_000)
    plain, wide = fast_quantile("beta", (0.4, 0.2), numbers), fast_quantile("beta", (-1.2, 0.6, -2.4, 0.6), numbers)
    assert wide == pytest.approx(-2.4 + 3.0 * plain, rel=1e-7, abs=1e-7)
    assert (fast_quantile("beta", (0.4, 0.2, 0.0, 1.0), numbers) == plain).all()


def test_a_law_that_comes_twice_has_one_table_and_every_number_its_own_stream():
    laws = [("beta", (0.4, 0.2)), ("fixed", (3.0,)), ("gamma", (12.0, 6.0)), ("empirical", (5.0, 1.0)), LAWS[0]]
    numbers = pack_numbers([*laws, *laws], list(range(10)))
    assert numbers.table.tolist() == [0, -1, 1, -1, -1] * 2
    assert numbers.tables.shape == (2, PIECES + 1, 2)
    assert numbers.stream.tolist() == list(range(10))
    assert [numbers.listed[at : at + many].tolist() for at, many in zip(numbers.first, numbers.many, strict=True)] == [
        [],
        [],
        [],
        [1.0, 5.0],
        [],
    ] * 2


def test_values_come_in_the_shape_of_the_numbers_and_leave_these_as_they_were():
    numbers = np.random.default_rng(3).uniform(size=(3, 4, 5))[:, ::2]
    before = numbers.copy()
    for law in LAWS:
        values = fast_quantile(*law, numbers)
        assert values.shape == numbers.shape
        assert values == pytest.approx(quantile(*law, numbers), rel=1e-6)
        assert (numbers == before).all()


def test_they_do_without_a_compiler_too(monkeypatch):
    numbers = np.array([[0.25, 0.5, np.nan], [0.75, 1.0, 0.0]])
    monkeypatch.setattr("multivector_sim.sampling.numbers.COMPILER", False)
    np.testing.assert_array_equal(fast_quantile("uniform", (2.0, 6.0), numbers), 2.0 + 4.0 * numbers)


@given(mean=st.floats(0.01, 0.99), spread=st.floats(0.01, 0.99))
def test_any_beta_is_exact_with_a_table_or_without(mean, spread):
    law = ("beta", (mean, spread * (mean * (1 - mean)) ** 0.5))
    numbers = np.linspace(0.0003, 0.9997, 501)
    assert fast_quantile(*law, numbers) == pytest.approx(quantile(*law, numbers), abs=2 * ERROR)


def test_means_and_standard_deviations_are_those_of_scipy():
    assert laws.law_kind("lognormal").mean(2.0, 0.5) == pytest.approx(stats.lognorm(0.5, scale=2.0).mean(), rel=1e-12)
    first, second = laws.pert_shape(1.0, 2.0, 5.0)
    known = stats.beta(first, second, loc=1.0, scale=4.0)
    assert laws.law_kind("pert").mean(1.0, 2.0, 5.0) == pytest.approx(known.mean(), rel=1e-12)
    assert laws._pert_sd(1.0, 2.0, 5.0) == pytest.approx(known.std(), rel=1e-12)


def test_a_beta_that_would_lie_at_its_ends_is_too_wide():
    """At the widest, mean and standard deviation leave two points and no density."""
    assert laws._beta_check(0.5, 0.5).startswith("sd 0.5 is too wide for a mean of 0.5")
    assert laws._beta_check(0.5, 0.49) == ""


def test_of_many_values_four_are_named():
    kind = next(it for it in laws.known_laws().values() if it.written in ("values", "list"))
    assert kind.in_short(list("abcde")).endswith("a, b, c, d, e")
    assert kind.in_short(list("abcdef")).endswith("a, b, c, d, ... (6 values)")


def test_values_have_the_shape_of_their_numbers_without_a_compiler(monkeypatch):
    chances = np.array([[0.1, 0.5], [0.25, 0.9]])
    compiled = fast_quantile("lognormal", (1.0, 0.5), chances)
    monkeypatch.setattr("multivector_sim.sampling.numbers.COMPILER", False)
    assert fast_quantile("lognormal", (1.0, 0.5), chances) == pytest.approx(compiled, rel=1e-12)
