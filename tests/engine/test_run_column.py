"""One column of a run: its measures are those of its losses, and questions that make no sense are refused."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.run_column import Sample
from multivector_sim.errors import UsageError
from multivector_sim.measure import tail


@pytest.fixture(scope="module")
def sample():
    losses = np.random.default_rng(1).gamma(0.5, 0.1, 5000)
    return Sample("exports", 2e9, losses, 1 - 2 * losses, np.round(60 * losses), losses / 2)


def test_measures_are_those_of_the_loss_share(sample):
    losses = sample.loss_share
    assert sample.draws == 5000
    assert sample.mean().value == pytest.approx(losses.mean())
    assert sample.sd().value == pytest.approx(losses.std(ddof=1))
    for level in (0.5, 0.95, 0.99):
        assert sample.var(level).value == sample.quantile(level).value == tail.value_at_risk(losses, level)
        assert sample.es(level).value == tail.expected_shortfall(losses, level)
    assert sample.exceedance(0.1).value == np.mean(losses > 0.1)
    assert sample.return_period(0.1).value == pytest.approx(1 / np.mean(losses > 0.1))


def test_resilience_and_money_follow_from_the_loss_share(sample):
    assert np.array_equal(sample.resilience, 1 - sample.loss_share)
    assert np.array_equal(sample.loss_money, sample.loss_share * 2e9)


def test_the_curve_names_losses_with_their_probability(sample):
    curve = sample.curve(50)
    assert 2 < curve.loss.size <= 50
    for loss, probability in zip(curve.loss, curve.probability, strict=True):
        assert sample.exceedance(loss).value == pytest.approx(probability)
    assert (curve.low <= curve.probability).all()
    assert (curve.probability <= curve.high).all()


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, float("nan")])
def test_a_level_outside_0_and_1_is_refused(sample, level):
    for ask in (sample.var, sample.es, sample.quantile):
        with pytest.raises(UsageError, match="give a number between 0 and 1"):
            ask(level)


def test_intervals_narrow_with_draws():
    scenario = mv.load("two-buyers")
    few, many = (mv.simulate(scenario, draws=draws, seed=1).total for draws in (1000, 16_000))
    for ask in (Sample.mean, Sample.sd, lambda it: it.var(0.95), lambda it: it.es(0.95)):
        ratio = (ask(few).high - ask(few).low) / (ask(many).high - ask(many).low)
        assert 2.0 < ratio < 12.0  # the few also reach as far as a loss that they may have missed
