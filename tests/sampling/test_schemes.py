"""Schemes: evenly spread points by name, the first ones the same however many follow, each sequence by itself."""

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

import multivector_sim as mv
from multivector_sim.engine.case import build_case
from multivector_sim.engine.random_quantities import Register, Uncertain
from multivector_sim.errors import UsageError
from multivector_sim.sampling.copula import EVEN
from multivector_sim.sampling.sobol import MOST_NAMES, Independent, Sobol, scheme_of
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from tests.sampling.numbers import MOST_SIGMA, deviation

NAMES = ("onset", "severity", "ceiling")
DRAWS = 5 * BLOCK + 300


@pytest.fixture(scope="module")
def scheme():
    return Sobol(4).prepared(NAMES)


def sequence(scheme, replicate, turns, seed=1):
    """Give the first points of one sequence, shape (draw, name)."""
    return np.concatenate([scheme.points(seed, turn * scheme.replicates + replicate) for turn in range(turns)])


def test_a_name_is_a_dimension_whoever_asks_first(scheme):
    source, points = scheme.source(1, 3), scheme.points(1, 3)
    for asked in (NAMES, NAMES[::-1], NAMES[1:], NAMES[2:] + NAMES[:1], ()):
        luck = source.random_source(asked)
        assert luck.given.shape == (len(asked), BLOCK)
        for row, name in zip(luck.given, asked, strict=True):
            assert (row == points[:, NAMES.index(name)]).all()
    with pytest.raises(KeyError, match="unknown"):
        source.random_source(("onset", "unknown"))


def test_a_sequence_goes_on_where_it_stopped(scheme):
    digest = __import__("hashlib").sha256(b"1/sobol/2").digest()
    scramble = np.random.default_rng(int.from_bytes(digest[:16], "little"))
    at_once = qmc.Sobol(3, scramble=True, bits=32, rng=scramble).random(4 * BLOCK)
    assert (sequence(scheme, 2, 4) == at_once + 2.0**-33).all()


def test_points_are_uniform_in_every_dimension_and_off_both_ends(scheme):
    for replicate in range(4):
        points = sequence(scheme, replicate, 4)
        assert points.min() > 0.0
        assert points.max() < 1.0
        for column in points.T:
            counts = np.histogram(column, bins=4 * BLOCK, range=(0, 1))[0]
            assert (counts == 1).all()  # one point in each slice: as even as can be


def test_points_are_even_in_pairs_of_dimensions(scheme):
    points = sequence(scheme, 0, 1)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        counts = np.histogram2d(points[:, first], points[:, second], bins=8, range=[[0, 1]] * 2)[0]
        chance = stats.chi2.ppf(1e-4, 63)
        assert ((counts - 16) ** 2 / 16).sum() < chance  # far more even than chance would be


def test_each_scramble_of_a_point_is_uniform():
    first = np.array([Sobol(2).prepared(("a",)).points(seed, 0)[17, 0] for seed in range(2000)])
    for power in (1, 2, 3):
        assert deviation(first**power, 1 / (power + 1)) < MOST_SIGMA


def test_sequences_and_seeds_have_nothing_in_common(scheme):
    first = scheme.points(1, 0)
    for other in (scheme.points(1, 1), scheme.points(2, 0), Sobol(5).prepared(NAMES).points(2, 1)):
        assert not np.isin(first, other).any()


def test_means_of_sequences_are_independent():
    """Were two sequences alike, the variance of the mean of both would not be half of that of one."""
    scheme = Sobol(2).prepared(("a", "b"))
    means = [[np.exp(scheme.points(seed, block)).prod(axis=1).mean() for block in (0, 1)] for seed in range(1500)]
    away = np.array(means) - (np.e - 1) ** 2
    scores = away[:, 0] * away[:, 1] / (away[:, 0].std() * away[:, 1].std())
    assert deviation(scores, 0.0) < MOST_SIGMA
    assert deviation(away.ravel(), 0.0) < MOST_SIGMA


def test_the_number_of_sequences_moves_only_whose_turn_it_is():
    few, many = Sobol(2).prepared(NAMES), Sobol(8).prepared(NAMES)
    assert (few.points(1, 2) == sequence(many, 0, 2)[BLOCK:]).all()
    assert (few.points(1, 1) == many.points(1, 1)).all()


@pytest.mark.parametrize("label", ["pseudo-random", "sobol-2", "sobol-16", "sobol-4096"])
def test_labels_come_back(label):
    assert scheme_of(label).label == label


def test_a_label_may_leave_the_number_out():
    assert scheme_of("sobol") == Sobol(16)


@pytest.mark.parametrize(
    "label",
    ["", "Sobol", "sobol-", "sobol-x", "sobol--2", "sobol-1", "sobol-0", "sobol-4097", "sobol-" + "9" * 5000, "lhs"],
)
def test_other_labels_are_refused(label):
    with pytest.raises(UsageError, match="sampling: "):
        scheme_of(label)


def test_too_many_names_are_refused():
    with pytest.raises(UsageError, match="21,202 uncertain numbers"):
        Sobol().prepared(tuple(map(str, range(MOST_NAMES + 1))))


def test_independent_draws_are_the_streams():
    scheme = Independent().prepared(NAMES)
    assert scheme.replicates == 0
    assert (scheme.source(3, 4).uniforms("a") == PseudoRandom(3, 4).uniforms("a")).all()


def test_a_register_gives_out_places_in_the_order_of_asking():
    register = Register()
    assert [register.stream(name) for name in ("b", "a", "b")] == [0, 1, 0]
    assert register.names == ("b", "a")
    for number in (Uncertain("c", *EVEN), Uncertain("d", "fixed", (1.0,)), Uncertain("a", *EVEN)):
        register.number(number)
    assert register.names == ("b", "a", "c")
    assert register.numbers().stream.tolist() == [2, -1, 1]


def test_a_scenario_without_chance_needs_no_dimension():
    case = mv.load("one-or-many", settings={"hazard.partners": {}})
    assert build_case(case, Sobol(2)).scheme.names == ()
    assert mv.simulate(case, draws=3 * BLOCK, sampling=Sobol(2)).total.mean() == (0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def two_buyers():
    return mv.load("two-buyers")


@pytest.fixture(scope="module")
def even(two_buyers):
    return mv.simulate(two_buyers, draws=DRAWS, seed=1, sampling=Sobol(4))


def test_a_case_gives_every_uncertain_number_its_dimension(two_buyers):
    case = build_case(two_buyers, Sobol(4))
    assert case.scheme.names == case.sampler.names
    assert len(case.scheme.names) == len(set(case.scheme.names)) > 5
    moved = {number.name for number in case.sampler.uncertain if not number.is_fixed}
    assert moved <= set(case.scheme.names)


@pytest.mark.parametrize("draws", [BLOCK + 1, 2 * BLOCK, 4 * BLOCK + 3])
def test_the_first_draws_are_the_same_however_many_follow(two_buyers, even, draws):
    fewer = mv.simulate(two_buyers, draws=draws, seed=1, sampling=Sobol(4), batch=1)
    assert np.array_equal(fewer.losses, even.losses[:draws])


def test_one_sequence_is_refused_for_it_tells_no_interval(two_buyers):
    with pytest.raises(UsageError, match="no interval"):
        mv.simulate(two_buyers, draws=BLOCK, sampling=Sobol(4))


def test_paths_are_those_of_the_draws(even):
    paths = even.paths(draws=2 * BLOCK + 10)
    for place, name in enumerate(even.columns):
        assert 1 - paths[:, :, place].mean(axis=1) == pytest.approx(even[name].loss_share[: 2 * BLOCK + 10], abs=1e-12)


def test_a_kept_run_knows_its_scheme(even, tmp_path):
    even.save(tmp_path / "run")
    again = mv.Result.open(tmp_path / "run")
    assert again.scheme.label == "sobol-4"
    assert again.document() == even.document()
    assert (again.paths(5) == even.paths(5)).all()
    assert again.document()["sampling"] == "sobol-4"


def test_both_schemes_agree_on_a_scenario_and_the_even_one_is_surer(two_buyers):
    draws = 16 * BLOCK
    chance = mv.simulate(two_buyers, draws=draws, seed=1)
    even = mv.simulate(two_buyers, draws=draws, seed=1, sampling=Sobol(16))
    for first, second in ((chance.total.mean(), even.total.mean()), (chance.total.es(0.9), even.total.es(0.9))):
        error = np.hypot(first.high - first.low, second.high - second.low) / (2 * 1.96)
        assert abs(first.value - second.value) / error < MOST_SIGMA
    assert 3 * np.subtract(*even.total.mean()[:0:-1]) < np.subtract(*chance.total.mean()[:0:-1])
