"""One answer to the last bit, whoever works it out: threads, processes, a Dask cluster that loses a worker."""

import json
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

import pytest

import multivector_sim as mv
from multivector_sim.engine import cluster as clusters
from multivector_sim.engine import executors as worker
from multivector_sim.engine.executors import IN_FLIGHT, SerialExecutor, window
from multivector_sim.errors import UsageError
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import BLOCK
from tests.cli.running import run

BLOCKS = 40
DRAWS = BLOCKS * BLOCK - 50
SETTINGS = {"horizon_months": 12}
WORDS = ("run", "one-or-many", "--set", "horizon_months=12", "--draws", DRAWS, "--seed", 5, "--json")
BATCHES = [1, 16, BLOCKS]


@pytest.fixture(scope="module")
def case():
    return mv.load("one-or-many", settings=SETTINGS)


@pytest.fixture(scope="module")
def alone(case):
    return mv.simulate(case, draws=DRAWS, seed=5)


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="Dask is an extra: pip install multivector-sim[dask]")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as local:
        yield local


@pytest.fixture(scope="module")
def client(cluster):
    from distributed import Client

    with Client(cluster, set_as_default=False) as connected:
        yield connected


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("workers", [1, 2, 7])
def test_threads_and_batches_change_no_bit(case, alone, workers, batch):
    assert mv.simulate(case, draws=DRAWS, seed=5, workers=workers, batch=batch).fingerprint == alone.fingerprint


@pytest.mark.parametrize("batch", BATCHES)
def test_serial_processes_and_dask_change_no_bit(case, alone, processes, client, batch):
    for executor in (SerialExecutor(), processes, client.get_executor(pure=False)):
        found = mv.simulate(case, draws=DRAWS, seed=5, executor=executor, batch=batch)
        assert found.fingerprint == alone.fingerprint
        assert found.document() == alone.document()


def test_dask_gives_the_same_evenly_spread_draws(case, client):
    here = mv.simulate(case, draws=8 * BLOCK, seed=5, sampling=Sobol(4))
    there = mv.simulate(case, draws=8 * BLOCK, seed=5, sampling=Sobol(4), executor=client.get_executor(pure=False))
    assert here.fingerprint == there.fingerprint


def test_a_large_pool_has_enough_to_do_and_large_batches_are_few(processes, client):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(40) as forty:
        assert window(forty, 10**6) == window(forty, 10**9) == 80
    assert window(processes, 10**6) == window(client.get_executor(pure=False), 10**6) == IN_FLIGHT
    assert window(client.get_executor(pure=False), 10**9) == 4


def test_both_workers_of_a_cluster_work(case, client):
    mv.simulate(case, draws=DRAWS, seed=6, executor=client.get_executor(pure=False), batch=1)
    known = client.run(lambda: list(worker.cases))
    assert len(known) == 2
    assert all(known.values())


def test_a_dask_worker_that_is_killed_in_the_midst_changes_no_bit(case, alone, client):
    victim = min(client.run(os.getpid).values())
    done = []

    def kill(draws, of):
        done.append(draws)
        if len(done) == 3:
            os.kill(victim, signal.SIGKILL)

    executor = client.get_executor(pure=False)
    found = mv.simulate(case, draws=DRAWS, seed=5, executor=executor, batch=1, progress=kill)
    assert len(done) == BLOCKS
    assert found.fingerprint == alone.fingerprint
    client.wait_for_workers(2, timeout=60)
    assert victim not in client.run(os.getpid).values()


def test_a_scheduler_is_named_on_the_command_line(cluster, alone, tmp_path):
    address = cluster.scheduler_address
    outcome = run(*WORDS, "--scheduler", address, "--out", tmp_path / "run")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert json.loads(outcome.stdout)["fingerprint"] == alone.fingerprint
    assert mv.Result.open(tmp_path / "run").fingerprint == alone.fingerprint
    with clusters.dask_executor(address) as executor:
        assert executor.submit(pow, 2, 5).result(timeout=60) == 32  # the cluster was left as it was


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "nonsense://here:1", "tcp://no.such.host.invalid:8786"]
)
def test_an_address_where_nobody_answers_is_one_line(monkeypatch, address):
    pytest.importorskip("distributed", reason="Dask is an extra: pip install multivector-sim[dask]")
    monkeypatch.setattr(clusters, "PATIENCE", 1.0)
    outcome = run(*WORDS, "--scheduler", address)
    assert outcome.exit_code == 2, outcome.exception
    assert outcome.stdout == ""
    assert f"no Dask scheduler answers at {address}" in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1


def test_without_dask_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install multivector-sim\[dask\]"), clusters.dask_executor("tcp://x:1"):
        pass
