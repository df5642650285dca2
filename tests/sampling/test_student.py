"""The compiled distribution function of Student's t for any degrees of freedom, and the limit that follows from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from multivector_sim.sampling.copula import latent_limit
from multivector_sim.sampling.special import CLOSE, _from_scipy, student_table
from multivector_sim.sampling.tables import TAIL
from tests.sampling.compiled import cdf, t_cdf

DEGREES = [*range(1, 31), 0.3, 0.5, 1.5, 2.5, 100.0, 1e4]
SELDOM = 0.01


def values(nu):
    """Give values between and in both tails, and by far the greatest and smallest."""
    random = np.random.default_rng(int(10 * nu))
    spread = [random.standard_t(max(nu, 0.5), 5000), random.standard_cauchy(5000), random.normal(size=5000)]
    sizes = 10.0 ** random.uniform(-20, 20, 2000)
    return np.sort(np.concatenate([*spread, sizes, -sizes, [-1e300, -1e101, -1e9, 0.0, 1e9, 1e101, 1e300]]))


def exactly(nu, at):
    """Give the truth; SciPy leaves out the lower tail of one degree of freedom, which has a closed form."""
    with np.errstate(over="ignore"):
        return 0.5 + np.arctan(at) / np.pi if nu == 1 else stats.t.cdf(at, nu)


@pytest.mark.parametrize("nu", DEGREES)
def test_it_is_as_close_as_it_says(nu):
    found, exact = t_cdf(nu, values(nu)), exactly(nu, values(nu))
    assert np.abs(found - exact).max() <= CLOSE
    assert found.min() >= 0.0
    assert found.max() <= 1.0


@pytest.mark.parametrize("nu", DEGREES)
def test_both_tails_are_exact(nu):
    at = values(nu)
    found = t_cdf(nu, at)
    with np.errstate(over="ignore"):
        exact = stats.t.cdf(at, nu)
    lower = (exact < TAIL - CLOSE) & (exact > 1e-290)
    assert lower.any()
    assert found[lower] == pytest.approx(exact[lower], rel=1e-12, abs=0.0)
    upper = exact > 1.0 - TAIL + CLOSE
    assert found[upper] == pytest.approx(exact[upper], rel=0.0, abs=1e-15)


@pytest.mark.parametrize("nu", DEGREES)
def test_it_never_falls_and_is_a_half_in_the_middle(nu):
    found = t_cdf(nu, values(nu))
    steps = np.diff(found)
    seam = (found[:-1] < TAIL) & (found[1:] >= TAIL) | (found[:-1] <= 1.0 - TAIL) & (found[1:] > 1.0 - TAIL)
    assert (steps[~seam] >= -1e-15).all(), "by more than the last bits"
    assert (steps[seam] >= -CLOSE).all(), "by more than a table may be off where it ends"
    assert t_cdf(nu, [0.0])[0] == pytest.approx(0.5, abs=1e-15)


@pytest.mark.parametrize("nu", [*DEGREES, 0.1, 0.01])
def test_infinite_and_huge_values_are_certain_and_nothing_stays_nothing(nu):
    assert t_cdf(nu, [-np.inf, np.inf]).tolist() == [0.0, 1.0]
    assert np.isnan(t_cdf(nu, [np.nan])).all()
    lowest, highest = t_cdf(nu, [-1e300, 1e300])
    exact = stats.t.cdf(-1e300, nu) if nu < 1 else 0.0
    assert (lowest, highest) == pytest.approx((exact, 1.0 - exact), abs=1e-15)


@pytest.mark.parametrize("nu", [1.0, 2.5, 4.0, 10.0, 29.5, 100.0, 101.0, 300.0, 1e4, 1e6])
def test_the_middle_comes_from_a_table(nu):
    assert student_table(nu).shape[0] > 0


@pytest.mark.parametrize("nu", [0.1, 0.5, 0.9])
def test_where_no_table_is_good_enough_it_is_exact(nu):
    at = np.linspace(-1e6, 1e6, 10_001)
    assert student_table(nu).shape[0] == 0
    assert np.abs(t_cdf(nu, at) - stats.t.cdf(at, nu)).max() <= 1e-15


@given(nu=st.floats(0.1, 1e6), value=st.floats(-50, 50))
def test_any_degrees_of_freedom_are_close(nu, value):
    assert t_cdf(nu, [value])[0] == pytest.approx(stats.t.cdf(value, nu), abs=CLOSE)


@pytest.mark.parametrize("nu", [0.0, *DEGREES, 0.1, 1e6])
def test_a_limit_keeps_out_no_rupture_and_few_others(nu):
    chances = np.concatenate([10.0 ** np.linspace(-9, -0.001, 60), 1.0 - 10.0 ** np.linspace(-9, -1, 60), [0.0, 1.0]])
    for chance in chances:
        limit = latent_limit(nu, chance)
        if limit == np.inf:
            assert chance > 1.0 - 1e-5
            continue
        at = limit + np.abs(limit) * np.array([0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1.0])
        above = cdf(at) if nu == 0.0 else t_cdf(nu, at)
        assert (above >= chance).all(), "at or above the limit nobody ruptures"
        assert above[0] <= chance + SELDOM, "just at the limit hardly anybody more than needed is looked at"


@pytest.mark.parametrize("nu", [0.0, 1.0, 2.5, 4.0, 30.0])
def test_whoever_ruptures_is_below_the_limit(nu):
    random = np.random.default_rng(3)
    at = np.sort(random.normal(size=200_000) if nu == 0.0 else random.standard_t(nu, 200_000))
    luck = cdf(at) if nu == 0.0 else t_cdf(nu, at)
    for chance in (1e-6, 1e-4, TAIL, 0.01, 0.3, 0.5, 0.9, 1.0 - TAIL, 1.0 - 1e-5):
        assert (at[luck < chance] < latent_limit(nu, chance)).all()


def test_where_compiling_is_switched_off_scipys_functions_are_called_from_python(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    assert _from_scipy("stdtr", 2)(1.0, 1.0) == pytest.approx(0.75, rel=1e-14)
    assert _from_scipy("betaincinv", 3)(1.0, 2.0, 0.75) == pytest.approx(0.5, rel=1e-14)
