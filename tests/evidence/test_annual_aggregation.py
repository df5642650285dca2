"""The model's rupture by years against its monthly envelope; laws against SciPy; clustering against known copulas."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, norm

from multivector_sim.errors import UsageError
from multivector_sim.evidence.annual_aggregation import Course, annual_delivered, observe
from multivector_sim.evidence.resampling import make_resamples
from multivector_sim.evidence.rupture_correlation import correlations, factor_correlation
from multivector_sim.evidence.severity import BetaLaw, compare_laws
from multivector_sim.shock.envelope import monthly_means


@pytest.mark.parametrize(
    "course", [Course(0.0, 12.0, 0.0), Course(7.0, 0.0, 5.0), Course(3.5, 20.0, 9.0), Course(0.0, 0.0, 24.0)]
)
def test_years_are_the_means_of_the_months(course):
    onset, severity, scar = 5.3, 0.7, 0.25
    months = np.empty(72)
    monthly_means(onset, course.ramp_months, course.duration_months, course.half_life_months, scar, months)
    yearly = annual_delivered(np.array([onset]), np.array([severity]), np.array([scar]), course, 6)[0]
    assert yearly == pytest.approx(1.0 - severity * months.reshape(6, 12).mean(axis=1), abs=1e-12)


def test_a_short_rupture_in_the_middle_of_two_years_is_not_shown():
    delivered = np.array([[0.6, 0.6, *[1.0] * 20], [0.4, 0.9, *[1.0] * 20]])
    seen = observe(delivered, 0.5, 3, 10)
    assert seen.shown == 0.5
    assert seen.severity.tolist() == [0.6]


def test_the_beta_law_is_that_of_scipy():
    law = BetaLaw(0.73, 0.15, 0.5, 1.0)
    same = beta(*law.shape, loc=0.5, scale=0.5)
    assert (same.mean(), same.std()) == (pytest.approx(0.73), pytest.approx(0.15))
    u = np.linspace(0.01, 0.99, 9)
    assert law.quantile(u) == pytest.approx(same.ppf(u))
    assert law.cdf(same.ppf(u)) == pytest.approx(u)
    with pytest.raises(UsageError, match="no beta law"):
        BetaLaw(0.4, 0.1, 0.5, 1.0)


def test_the_law_that_made_the_severities_is_the_nearest_and_the_others_are_rejected():
    values = BetaLaw(0.72, 0.14, 0.5, 1.0).quantile(np.random.default_rng(6).random(600))
    half, whole, pert, *uniform = compare_laws(values, 0.5, 1)
    assert half.p > 0.05
    assert half.p_refitted > 0.05
    assert max(whole.p, pert.p, *(it.p for it in uniform)) < 0.05
    assert half.distance == min(it.distance for it in (half, whole, pert, *uniform))


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_the_correlation_of_one_factor_is_found_again(rho):
    rng = np.random.default_rng(7)
    groups, members, chance = 3000, 3, 0.15
    common, own = rng.standard_normal((groups, 1)), rng.standard_normal((groups, members))
    hit = (norm.cdf(np.sqrt(rho) * common + np.sqrt(1 - rho) * own) < chance).ravel()
    owners = np.repeat([f"C{n % 200:03d}" for n in range(groups)], 1)
    drawn = make_resamples(owners, 60, 1)
    found = factor_correlation(np.repeat(np.arange(groups), members), np.full(hit.size, chance), hit, owners, drawn, 1)
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(rho, abs=0.08)


def test_ruptures_that_have_nothing_to_do_with_each_other_show_no_correlation():
    rng = np.random.default_rng(8)
    rows = [(f"C{c:03d}", partner, year) for c in range(400) for partner in ("P", "Q") for year in range(1950, 2010)]
    risk = pd.DataFrame(rows, columns=["country", "partner", "year"])
    risk["hit"] = rng.random(len(risk)) < 0.02
    drawn = make_resamples(risk["country"], 40, 1)
    found = correlations(risk, np.full(len(risk), 0.02), risk["hit"].to_numpy(), drawn, 1)
    assert found["within_country"].value < 0.2
    assert found["within_partner"].value < 0.05
