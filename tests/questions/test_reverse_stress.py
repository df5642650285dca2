"""Reverse stress on scenarios whose answer is known by hand, and on those that are shipped."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

import multivector_sim as mv
from multivector_sim.questions.design_points import explore
from multivector_sim.questions.importance_sampling import WeightedSample, mixture
from multivector_sim.questions.latent_space import Rupture, latent, standard_normals
from multivector_sim.questions.reverse_stress import _levelled
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from tests.engine.cases import equal_partners
from tests.questions.simple_case import MONTHS, one_partner

MEDIAN, SIGMA = 12.0, 0.5


def beta_of(loss, severity=0.5, share=0.3):
    """How far out the lognormal duration is that costs so much."""
    return np.log(loss * MONTHS / (share * severity) / MEDIAN) / SIGMA


def lognormal(**more):
    return one_partner(duration={"lognormal": {"median": MEDIAN, "sigma": SIGMA}}, **more)


def near(estimate, exact):
    return abs(estimate.value - exact) < 4.5 * (estimate.high - estimate.low) / 3.92


@pytest.mark.parametrize("loss", [0.05, 0.08, 0.12])
def test_one_uncertain_duration_by_hand(loss):
    found = mv.reverse_stress(lognormal(), loss, draws=4096)
    (way,) = found.ways
    beta = beta_of(loss)
    assert way.beta == pytest.approx(beta, rel=1e-4)
    assert way.odds == pytest.approx(ndtr(-beta), rel=1e-3)
    (rupture,) = way.ruptures
    assert rupture.duration_months == pytest.approx(loss * MONTHS / 0.15, rel=1e-4)
    assert (rupture.partner, rupture.severities) == ("neighbour", {"exports": 0.5})
    assert near(found.exceedance, ndtr(-beta))
    assert found.beyond.low <= found.beyond.value <= found.beyond.high
    assert found.warnings == ()


def test_a_rupture_by_chance_by_hand():
    """It has to come early enough: ``loss = 0.15 (60 - onset) / 60``, and the onset is exponential."""
    rate, loss = 0.02, 0.1
    latest = MONTHS * (1.0 - loss / 0.15)
    exact = -np.expm1(-rate * latest / 12.0)
    found = mv.reverse_stress(one_partner(duration=600, hazard={"neighbour": rate}), loss, draws=8192)
    (way,) = found.ways
    assert way.beta == pytest.approx(-ndtri(exact), rel=1e-3)
    assert way.ruptures[0].onset_month == pytest.approx(latest, rel=1e-2)
    assert near(found.exceedance, exact)


def test_two_partners_are_two_ways():
    scenario = one_partner(duration=30, hazard={"neighbour": 0.02, "other": 0.01})
    found = mv.reverse_stress(scenario, 0.07, draws=4096)
    told = [tuple(rupture.partner for rupture in way.ruptures) for way in found.ways[:2]]
    assert told == [("neighbour",), ("other",)]
    assert found.ways[0].beta < found.ways[1].beta
    plain = mv.simulate(scenario, draws=100_000, seed=3).total.loss_share >= 0.07
    error = np.hypot(np.sqrt(plain.var() / plain.size), (found.exceedance.high - found.exceedance.low) / 3.92)
    assert abs(found.exceedance.value - plain.mean()) < 4.5 * error


def rare():
    """A uniform severity times a lognormal duration, and the loss of one in ten thousand with its exact probability."""
    scenario = lognormal(severity={"uniform": [0.2, 0.6]})
    loss = 0.165

    def chance(severity):
        return ndtr(-beta_of(loss, severity)) / 0.4

    return scenario, loss, quad(chance, loss / 0.3, 0.6, epsabs=1e-13)[0]


def test_a_loss_of_one_in_ten_thousand_takes_fifty_times_fewer_draws():
    scenario, loss, exact = rare()
    assert 0.5e-4 < exact < 2e-4
    found = mv.reverse_stress(scenario, loss, draws=2048)
    assert near(found.exceedance, exact)
    plain = mv.simulate(scenario, draws=50 * 2048, seed=2).total.exceedance(loss)
    width, plain_width = found.exceedance.high - found.exceedance.low, plain.high - plain.low
    assert width < plain_width
    assert found.gain > 50
    error_of_50_times_as_many = np.sqrt(exact * (1.0 - exact) / (50 * 2048))
    assert width / 3.92 < error_of_50_times_as_many
    assert found.effective > 100


def test_intervals_cover_over_500_repeats():
    scenario, loss, exact = rare()
    by_points = latent(scenario, "total")
    mixed = mixture(np.stack([way.point.point for way in mv.reverse_stress(scenario, loss, draws=1024).ways]))
    points, beyond = [], 0
    for block in range(500):
        luck = PseudoRandom(11, block).uniforms("part")
        points.append(mixed.shifted(standard_normals(11, block, by_points.names), luck))
    losses = by_points(np.concatenate(points)).reshape(500, BLOCK)
    truth = exact_mean_beyond(loss, exact)
    covered = 0
    for where, lost in zip(points, losses, strict=True):
        sample = WeightedSample(lost, mixed.weights(where))
        estimate, mean = sample.exceedance(loss), sample.mean_beyond(loss)
        covered += estimate.low <= exact <= estimate.high
        beyond += mean.low <= truth <= mean.high
    assert 0.93 <= covered / 500 <= 0.97
    assert 0.92 <= beyond / 500 <= 0.98


def exact_mean_beyond(loss, chance):
    """Integrate ``P(L > x)`` beyond the loss up to the greatest one, a duration cut off by the horizon."""

    def exceeded(severity, at):
        return ndtr(-beta_of(at, severity)) / 0.4 if at < 0.3 * severity else 0.0

    def beyond(at):
        lowest = max(0.2, at / 0.3)
        return quad(exceeded, lowest, 0.6, args=(at,), epsabs=1e-13)[0] if lowest < 0.6 else 0.0

    return loss + quad(beyond, loss, 0.18, epsabs=1e-10)[0] / chance


def test_a_loss_that_cannot_be_reached_says_the_largest_that_can():
    with pytest.raises(mv.UsageError, match=r"loss: 20 % of total cannot be reached.* found is 15 %"):
        mv.reverse_stress(lognormal(), 0.2)
    with pytest.raises(mv.UsageError, match=r"nothing that is uncertain .* found is 6 %"):
        mv.reverse_stress(one_partner(), 0.2)


def test_a_loss_that_is_no_surprise():
    found = mv.reverse_stress(lognormal(), 0.01, draws=1024)
    assert found.ways[0].beta == 0.0
    assert "no surprise" in found.warnings[0]
    assert near(found.exceedance, ndtr(-beta_of(0.01)))
    certain = mv.reverse_stress(one_partner(), 0.06, draws=1024)
    assert certain.exceedance.value == 1.0


@pytest.mark.parametrize("loss", [0.0, -0.1, 1.5, float("nan")])
def test_a_loss_that_makes_no_sense(loss):
    with pytest.raises(mv.UsageError, match=r"loss: .* not a share"):
        mv.reverse_stress(one_partner(), loss)


def test_names_and_numbers_that_are_not_there():
    with pytest.raises(mv.UsageError, match="no column called 'imports'; there are exports, trade, total"):
        mv.reverse_stress(one_partner(), 0.01, "imports")
    with pytest.raises(mv.UsageError, match="draws: 0"):
        mv.reverse_stress(one_partner(), 0.01, draws=0)


def test_points_are_the_draws_of_a_run():
    for name in ("two-buyers", "kazakhstan/by-hazard"):
        scenario = mv.load(name)
        by_points = latent(scenario, "trade")
        losses = by_points(standard_normals(5, 0, by_points.names))
        assert losses == pytest.approx(mv.simulate(scenario, draws=BLOCK, seed=5).trade.loss_share, abs=1e-12)
        assert latent(scenario, "trade", workers=2)(standard_normals(5, 0, by_points.names)).tolist() == losses.tolist()


@pytest.fixture(scope="module")
def two_buyers():
    return mv.reverse_stress(mv.load("two-buyers"), 0.2, seed=4)


def test_two_buyers_agrees_with_plain_draws(two_buyers):
    plain = mv.simulate(mv.load("two-buyers"), draws=200_000, seed=9).total.loss_share >= 0.2
    error = np.hypot(np.sqrt(plain.var() / plain.size), (two_buyers.exceedance.high - two_buyers.exceedance.low) / 3.92)
    assert abs(two_buyers.exceedance.value - plain.mean()) < 4.5 * error
    assert two_buyers.gain > 50


def test_the_clause_is_broken_in_the_likeliest_way(two_buyers):
    """The contract stands behind a jump: honoured with probability 0.7, that is up to 0.524 standard normals."""
    way = two_buyers.ways[0]
    assert way.ruptures[0].broken == ("exports",)
    assert way.latent["stress/russia/0/honoured/exports"] == pytest.approx(ndtri(0.7), abs=0.02)
    assert "not honoured: the clause on exports" in way.words()


def test_no_nearer_point_among_many_draws(two_buyers):
    """Of 100,000 points on the sphere just inside the design point, none costs so much."""
    by_points = latent(mv.load("two-buyers"), "total")
    away = np.random.default_rng(1).standard_normal((20_000, by_points.dimensions))
    way = two_buyers.ways[0]
    around = 0.15 * away + way.point.point
    inside = 0.99 * way.beta * around / np.linalg.norm(around, axis=1, keepdims=True)
    assert (by_points(inside) < 0.2).all()


def test_the_document_is_plain(two_buyers):
    document = json.loads(json.dumps(two_buyers.document(), allow_nan=False))
    assert document["schema"] == "multivector/reverse-stress/1"
    assert document["ways"][0]["ruptures"][0]["partner"] == "russia"
    assert document["exceedance"]["low"] < document["exceedance"]["value"] < document["exceedance"]["high"]
    assert document["starts"] >= document["ways"][0]["starts"] >= 1


def test_the_same_seed_gives_the_same_answer_whoever_works(two_buyers):
    again = mv.reverse_stress(mv.load("two-buyers"), 0.2, seed=4, workers=2)
    assert again.document() == two_buyers.document()


def test_the_plot_tells_ways_apart(two_buyers):
    axes = two_buyers.plot()
    assert axes.get_title(loc="left") == "The likeliest ways to lose 20.0 % of total"
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert len(labels) == len(two_buyers.ways)
    assert labels[0].startswith("way 1: beta 2.7")
    hatches = {container.patches[0].get_hatch() for container in axes.containers}
    assert len(hatches) == len(two_buyers.ways)


def test_progress_is_told_to_the_end():
    seen = []
    mv.reverse_stress(lognormal(), 0.08, draws=1024, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert seen == sorted(seen)


def test_numbers_off_their_medians_are_told():
    scenario = one_partner(
        severity=0.9, channels={"exports": {"kind": "trade", "kappa": 1, "ceiling": {"uniform": [0, 1]}}}
    )
    found = mv.reverse_stress(scenario, 0.1, draws=1024)
    (number,) = found.ways[0].unusual
    assert number.name == "channels.exports.ceiling"
    assert number.value == pytest.approx(1.0 - 0.1 / (0.3 * 0.9 * 24 / 60), rel=1e-3)
    assert number.lower_in == pytest.approx(number.value, rel=1e-6)
    assert "channels.exports.ceiling" in found.ways[0].words()


def test_nobody_is_exchanged_where_nothing_has_to_happen():
    """At the origin every way is the usual one; nothing of the scenario is asked."""
    points = [SimpleNamespace(beta=0.0)]
    assert _levelled(None, None, None, 0.0, points, 1) == (points, ())


def test_a_severity_of_nothing_is_no_gain():
    def said(severity):
        return Rupture("r", "Russia", 0.0, 0.0, 3.0, 0.0, 0.0, {"exports": severity}, ()).words()

    assert said(0.0).startswith("Russia ruptures at once: exports severity 0.00; ")
    assert said(-0.25).startswith("Russia ruptures at once: exports gains 25%; ")


def test_a_likely_loss_may_come_about_in_more_ways():
    found = mv.reverse_stress("two-buyers", 0.05, draws=256)
    assert 0.0 < found.ways[0].beta < 1.0
    assert found.document()["may_be_more"] is True


@pytest.mark.parametrize(("loss", "more"), [(0.04, True), (0.01, False)])
def test_there_may_be_more_ways_unless_the_medians_lose_enough(loss, more):
    """Also where the way is near: 0.04 is 0.58 standard normals out, 0.01 is lost at the median."""
    found = mv.reverse_stress(lognormal(), loss, draws=64)
    assert found.ways[0].beta == pytest.approx(max(beta_of(loss), 0.0), rel=1e-6)
    assert found.document()["may_be_more"] is more


def test_alike_partners_whose_medians_lose_enough_are_one_way():
    found = mv.reverse_stress(equal_partners(2, 1.0), 0.05, draws=64)
    (way,) = found.ways
    assert (way.beta, way.equally_likely, way.exchanged) == (0.0, 1, ())
    assert found.warnings[0] == "the loss is no surprise: with every number at its median it is reached already"


def test_a_way_that_one_start_alone_found_is_said(monkeypatch):
    def explore_once(*arguments):
        found = explore(*arguments)
        return found._replace(starts=found.starts[:1])

    monkeypatch.setattr("multivector_sim.questions.reverse_stress.explore", explore_once)
    found = mv.reverse_stress(lognormal(), 0.08, draws=1024)
    assert (found.starts, found.ways[0].point.starts) == (1, 1)
    assert found.warnings == ("only one start ended at the likeliest way: another seed may find a likelier one",)


def test_a_rupture_tells_severities_gains_and_nothing():
    severities = {"exports": 0.8, "imports": 0.0, "energy": -0.2}
    words = Rupture("r", "Russia", 0.0, 1.0, 24.0, 0.0, 0.0, severities, ()).words()
    assert words == (
        "Russia ruptures at once: exports severity 0.80, imports severity 0.00, energy gains 20%; "
        "24 months at full, then over"
    )
