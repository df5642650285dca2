"""Rupture times are exponential, ranks of ruptures uniform and rising with time."""

import numpy as np
import pytest

from multivector_sim.compiled import kernel_entry, kernel_function
from multivector_sim.sampling.streams import PseudoRandom
from multivector_sim.shock.hazard import depth, rupture_month, rupture_probability
from tests.sampling.numbers import MOST_SIGMA, blocks, deviation

HORIZON = 60
MANY = 300
month_of, depth_of = kernel_function(rupture_month), kernel_function(depth)


def months_of(uniforms, intensity):
    """Give the months of ruptures."""
    months = np.empty(uniforms.size)
    write_months_of(uniforms, intensity, months)
    return months


@kernel_entry
def write_months_of(uniforms, intensity, months):
    for place in range(uniforms.size):
        months[place] = month_of(uniforms[place], intensity)


def depths_of(uniforms, probability):
    """Give the depths of ruptures, NaN where there is none."""
    ranks = np.full(uniforms.size, np.nan)
    write_depths_of(uniforms, probability, ranks)
    return ranks


@kernel_entry
def write_depths_of(uniforms, probability, ranks):
    for place in range(uniforms.size):
        if uniforms[place] < probability:
            ranks[place] = depth_of(uniforms[place], probability)


@pytest.mark.parametrize("intensity", [0.02, 0.5, 2.0])
def test_times_are_exponential(intensity):
    months = blocks(lambda source: months_of(source.uniforms("x"), intensity), MANY)
    assert deviation(months / 12, 1 / intensity) < MOST_SIGMA
    for horizon in (1, 12, 36):
        exact = rupture_probability(intensity, horizon)
        assert exact == pytest.approx(1 - np.exp(-intensity * horizon / 12))
        assert deviation(months < horizon, exact) < MOST_SIGMA


def test_the_rank_of_a_rupture_is_uniform_and_rises_with_time():
    uniforms = blocks(lambda source: source.uniforms("x"), MANY)
    ranks = depths_of(uniforms, rupture_probability(0.2, HORIZON))
    months = months_of(uniforms, 0.2)
    happens = ~np.isnan(ranks)
    assert (happens == (months < HORIZON)).all()
    assert deviation(ranks[happens], 0.5) < MOST_SIGMA
    assert deviation(ranks[happens] ** 2, 1 / 3) < MOST_SIGMA
    assert (np.argsort(ranks[happens]) == np.argsort(months[happens])).all()


def test_a_hazard_of_nothing_never_comes_and_one_of_certainty_comes_at_once():
    uniforms = PseudoRandom(1, 0).uniforms("x")
    assert (months_of(uniforms, 0.0) == np.inf).all()
    assert rupture_probability(0.0, HORIZON) == 0.0
    assert (months_of(uniforms, np.exp(700.0)) < 1e-290).all()
    assert rupture_probability(np.exp(700.0), HORIZON) == 1.0


@pytest.mark.parametrize("intensity", [1e-12, 1e-6, 0.1])
def test_small_hazards_lose_no_digits(intensity):
    exact = intensity * 5 * (1 - intensity * 5 / 2 + (intensity * 5) ** 2 / 6 - (intensity * 5) ** 3 / 24)
    assert rupture_probability(intensity, HORIZON) == pytest.approx(exact, rel=1e-12 if intensity < 0.1 else 1e-3)
    assert rupture_month(rupture_probability(intensity, HORIZON), intensity) == pytest.approx(HORIZON, rel=1e-14)


def test_compiled_or_not_they_say_the_same():
    uniforms = PseudoRandom(1, 0).uniforms("x")
    assert months_of(uniforms, 0.3) == pytest.approx([rupture_month(it, 0.3) for it in uniforms], rel=1e-14)
    chosen = uniforms[uniforms < 0.4]
    assert (depths_of(chosen, 0.4) == [depth(it, 0.4) for it in chosen]).all()
