"""Runs: the same answer whoever runs them, however many draws follow, whatever else is in the scenario."""

import re
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.executors import SerialExecutor
from multivector_sim.errors import UsageError
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import BLOCK

DRAWS = 5 * BLOCK + 100


@pytest.fixture(scope="module")
def two_buyers():
    return mv.load("two-buyers")


@pytest.fixture(scope="module")
def alone(two_buyers):
    return mv.simulate(two_buyers, draws=DRAWS, seed=1)


@pytest.mark.parametrize("workers", [2, 7])
def test_threads_give_the_same_bits(two_buyers, alone, workers):
    assert mv.simulate(two_buyers, draws=DRAWS, seed=1, workers=workers).fingerprint == alone.fingerprint


def test_any_executor_gives_the_same_bits_and_is_left_open(two_buyers, alone):
    with SerialExecutor() as serial, ThreadPoolExecutor(2) as threads:
        for executor in (serial, threads):
            assert mv.simulate(two_buyers, draws=DRAWS, seed=1, executor=executor).fingerprint == alone.fingerprint
            assert executor.submit(pow, 2, 3).result() == 8


def test_processes_give_the_same_bits(two_buyers, alone):
    import multiprocessing

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        assert mv.simulate(two_buyers, draws=DRAWS, seed=1, executor=processes).fingerprint == alone.fingerprint


@pytest.mark.parametrize("draws", [1, 63, 64, BLOCK, BLOCK + 1])
def test_the_first_draws_are_the_same_however_many_follow(two_buyers, alone, draws):
    fewer = mv.simulate(two_buyers, draws=draws, seed=1)
    for field, whole in zip(fewer.outcome, alone.outcome, strict=True):
        assert np.array_equal(field, whole[:draws], equal_nan=True)


def test_another_seed_is_other_luck(two_buyers, alone):
    other = mv.simulate(two_buyers, draws=DRAWS, seed=2)
    assert other.fingerprint != alone.fingerprint
    assert not np.isin(other.trade.loss_share[:1000], alone.trade.loss_share).any()


def test_progress_is_told_and_ends_at_the_whole(two_buyers):
    told = []
    mv.simulate(two_buyers, draws=DRAWS, progress=lambda done, total: told.append((done, total)))
    assert told == [(4 * BLOCK, DRAWS), (DRAWS, DRAWS)]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [({"draws": 0}, "draws"), ({"draws": 10**9}, "draws"), ({"seed": -1}, "seed"), ({"workers": 0}, "workers")],
)
def test_senseless_numbers_are_refused(two_buyers, arguments, named):
    with pytest.raises(UsageError, match=named):
        mv.simulate(two_buyers, **arguments)


def test_paths_are_those_of_the_draws(two_buyers, alone):
    paths = alone.paths(draws=50)
    assert paths.shape == (50, two_buyers.horizon_months, len(alone.columns))
    for place, name in enumerate(alone.columns):
        column = alone[name]
        assert 1 - paths[:, :, place].mean(axis=1) == pytest.approx(column.loss_share[:50], abs=1e-12)
        assert paths[:, :, place].min(axis=1) == pytest.approx(column.trough[:50], abs=1e-12)
        assert 1 - paths[:, -1, place] == pytest.approx(column.unrecovered[:50], abs=1e-12)
    for draws in (0, DRAWS + 1):
        with pytest.raises(UsageError, match="paths"):
            alone.paths(draws=draws)


def test_parts_add_up_draw_by_draw(alone):
    for place, column in enumerate((alone.trade, alone.investment, alone.total)):
        whole = alone.attribution[:, :, place].sum(axis=1)
        assert whole == pytest.approx(column.loss_share * column.baseline, rel=1e-12, abs=1e-3)


def test_an_unknown_column_names_the_known_ones(alone):
    with pytest.raises(UsageError, match="no column called 'export'; there are exports, imports, investment, trade"):
        alone["export"]


def test_it_becomes_a_labelled_dataset(alone):
    dataset = alone.to_xarray()
    assert dataset.loss_share.sel(column="trade").to_numpy() == pytest.approx(alone.trade.loss_share)
    assert dataset.attribution.sel(source="russia", aggregate="total").shape == (DRAWS,)
    assert dataset.attrs["fingerprint"] == alone.fingerprint


def test_an_ability_learned_in_no_time_is_there_at_once(two_buyers):
    quick = two_buyers.with_set({"channels.exports.theta_months": 5e-324})
    at_once = two_buyers.with_set({"channels.exports.theta_months": 0})
    quick, at_once = (mv.simulate(case, draws=200, seed=1).losses for case in (quick, at_once))
    assert quick == pytest.approx(at_once, abs=1e-15)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"draws": 5000.5}, "draws: 5000.5 is not a whole number"),
        ({"draws": "10"}, "draws: '10' is not a whole number"),
        ({"draws": True}, "draws: True is not a whole number"),
        ({"seed": 1.0}, "seed: 1.0 is not a whole number"),
        ({"workers": 1.5}, "workers: 1.5 is not a whole number"),
        ({"batch": 2.5}, "batch: 2.5 is not a whole number"),
        ({"executor": "threads"}, "executor: give something with a submit method"),
        ({"sampling": "sobl"}, "sampling: 'sobl' is not a way to sample"),
    ],
)
def test_what_is_no_setting_is_refused_in_words(settings, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        mv.simulate(mv.load("two-buyers"), **{"draws": 2048} | settings)


def test_a_way_to_sample_may_be_named():
    case = mv.load("two-buyers")
    named = mv.simulate(case, draws=np.int64(4096), sampling="sobol-2")
    assert named.fingerprint == mv.simulate(case, draws=4096, sampling=Sobol(2)).fingerprint
