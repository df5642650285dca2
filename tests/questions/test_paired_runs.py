"""Paired differences: the closed form, the coverage of their intervals, the verdict, and who loses less."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector_sim.measure.bounded_intervals import Bounds, difference_estimate
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.tail import expected_shortfall, mean, sd
from multivector_sim.questions import paired_runs
from tests.measure.laws import Normal

DRAWS, RUNS, LEVEL = 2000, 600, 0.95
BOTH = (Bounds(-5.0, 5.0), Bounds(-5.0, 5.0))
sample = arrays(float, st.integers(2, 40), elements=st.floats(-5, 5) | st.sampled_from([0.0, 0.25, 0.5]))


@given(st.data())
def test_a_difference_is_that_of_the_measures(data):
    first = data.draw(sample)
    second = data.draw(arrays(float, first.size, elements=st.floats(-5, 5)))
    found = paired_runs.difference(first, second).estimate
    assert found.value == pytest.approx(mean(second) - mean(first), abs=1e-11)
    tail = paired_runs.shortfall_difference(first, second, 0.8).estimate
    exact = expected_shortfall(second, 0.8) - expected_shortfall(first, 0.8)
    assert tail.value == pytest.approx(exact, abs=1e-10)
    assert tail.lowest <= tail.value <= tail.highest


@given(sample)
def test_scores_of_the_spread_have_the_spread_as_their_mean(losses):
    assert paired_runs.sd_scores(losses).mean() == pytest.approx(sd(losses), abs=1e-9)


@given(st.data())
def test_turning_the_two_around_turns_the_answer_around(data):
    first = data.draw(sample)
    second = data.draw(arrays(float, first.size, elements=st.floats(-5, 5)))
    there, back = paired_runs.difference(first, second, BOTH), paired_runs.difference(second, first, BOTH)
    assert np.array(back.estimate) == pytest.approx([-there.estimate[place] for place in (0, 2, 1)], abs=1e-9)
    turned = {"better": "worse", "worse": "better"}
    assert back.verdict == turned.get(there.verdict, there.verdict)
    one, other = paired_runs.chances(first, second), paired_runs.chances(second, first)
    assert (one.less, one.alike, one.more) == (other.more, other.alike, other.less)


def joint(random):
    """Two normal losses with correlation 0.9: the second has mean 0.05 more and 1.2 times the spread."""
    common, own = random.standard_normal((2, DRAWS))
    return common, 0.05 + 1.2 * (0.9 * common + np.sqrt(1 - 0.81) * own)


def test_intervals_of_differences_cover_the_closed_form():
    random = np.random.default_rng(5)
    truth_mean = 0.05
    truth_tail = 0.05 + 1.2 * Normal(0.0, 1.0).es(LEVEL) - Normal(0.0, 1.0).es(LEVEL)
    hits = np.zeros(2)
    for _ in range(RUNS):
        first, second = joint(random)
        found = (paired_runs.difference(first, second), paired_runs.shortfall_difference(first, second, LEVEL))
        for place, truth in enumerate((truth_mean, truth_tail)):
            hits[place] += found[place].estimate.low <= truth <= found[place].estimate.high
    assert (hits / RUNS > 0.925).all()
    assert (hits / RUNS < 0.975).all()


def test_where_there_is_no_difference_one_verdict_in_twenty_is_luck():
    """Two losses of the same law: nobody can tell, but for 5 % of the runs."""
    random = np.random.default_rng(6)
    told = 0
    for _ in range(RUNS):
        common, one, other = random.standard_normal((3, DRAWS))
        told += paired_runs.difference(common + one, common + other).verdict != "cannot tell"
    assert abs(told - 0.05 * RUNS) < 4.5 * np.sqrt(0.05 * 0.95 * RUNS)


def test_the_same_is_said_only_of_what_cannot_differ():
    losses = np.random.default_rng(1).random(100)
    share = (Bounds(0.0, 1.0), Bounds(0.0, 1.0))
    assert paired_runs.difference(losses, losses, share).verdict == "cannot tell"
    assert paired_runs.difference(losses, losses * (1 + 1e-15), share).estimate.value == 0.0
    assert paired_runs.difference(losses, losses + 1e-9 * losses).verdict == "worse"
    nothing = (Bounds(0.0, 0.0), Bounds(0.0, 0.0))
    assert paired_runs.difference(np.zeros(4), np.zeros(4), nothing) == paired_runs.NO_DIFFERENCE
    assert paired_runs.difference(np.zeros(4), np.zeros(4), share).estimate.high > 0.5


def test_chances_add_up_and_count_ties():
    first = np.array([0.0, 0.1, 0.2, 0.3, 0.4])
    found = paired_runs.chances(first, first + np.array([0.0, 1e-17, -0.1, -0.1, 0.1]))
    assert (found.less.value, found.alike.value, found.more.value) == (0.4, 0.4, 0.2)
    assert found.less.low < 0.4 < found.less.high


def test_a_ratio_covers_and_is_none_over_nothing():
    random = np.random.default_rng(7)
    hits = 0
    for _ in range(RUNS):
        below = random.gamma(2.0, size=DRAWS)
        found = paired_runs.ratio(0.5 * below + random.gamma(1.0, size=DRAWS), below)
        hits += found.low <= 1.0 <= found.high
    assert 0.925 < hits / RUNS < 0.975
    assert paired_runs.ratio(np.ones(3), np.zeros(3)) is None


def test_the_score_of_a_draw_is_bounded_by_what_both_tails_can_hold(monkeypatch):
    """The loss is at most 1, so a tail of 5 % lies at most (1 - its beginning) / 0.05 above it."""
    bounds = []
    monkeypatch.setattr(paired_runs, "difference_estimate", lambda _, it: bounds.append(it) or Estimate(0.0, 0.0, 0.0))
    losses = np.linspace(0.0, 1.0, 2001)
    paired_runs.shortfall_difference(losses, losses / 2.0, 0.95, (Bounds(0.0, 1.0), Bounds(0.0, 1.0)))
    (found,) = bounds
    assert found.low == pytest.approx(-0.475 - 0.05 / 0.05)
    assert found.high == pytest.approx(-0.475 + (1.0 - 0.475) / 0.05)


def test_tails_that_did_not_differ_may_differ_by_what_lies_beyond_them():
    """Losses are at most 1 and the worst fifth begins at 0.8: a draw moves the tail by at most (1 - 0.8) / 0.2 = 1."""
    losses = np.linspace(0.0, 1.0, 501)
    found = paired_runs.shortfall_difference(losses, losses, 0.8, (Bounds(0.0, 1.0), Bounds(0.0, 1.0)))
    unseen = difference_estimate(np.zeros(501), Bounds(-1.0, 1.0))
    assert found.verdict == "cannot tell"
    assert found.estimate == pytest.approx(unseen, rel=1e-9)
    assert unseen.high > 0.005
