"""What a run says when its cluster fails: real schedulers and workers, each a process that is killed."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

import multivector_sim as mv
from multivector_sim.engine import cluster as clusters
from multivector_sim.engine.executors import SerialExecutor
from tests.cli.running import run

pytest.importorskip("distributed", reason="Dask is an extra: pip install multivector-sim[dask]")

PATIENCE = 40.0
WORDS = ("run", "one-or-many", "--set", "horizon_months=12", "--seed", 5, "--json")
DRAWS = 400_000
ALWAYS_DYING = """
import os
from multivector_sim.engine import executors
executors.run_batch = lambda *_: os._exit(1)
"""


def _start(*words):
    """Start a program of Dask."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "dask", *map(str, words)], start_new_session=True, **silent)


@pytest.fixture
def running(tmp_path):
    """Yield a function that starts workers, after starting a scheduler; the scheduler; and its address."""
    place = tmp_path / "scheduler.json"
    scheduler = _start("scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", place)
    processes = [scheduler]

    def work(*options):
        words = ("--scheduler-file", place, "--nthreads", 1, "--no-dashboard", "--local-directory", tmp_path / "dask")
        processes.append(_start("worker", *words, *options))
        return processes[-1]

    try:
        yield work, scheduler, _address(place)
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _address(place):
    """Wait for the file in which a scheduler writes its address."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError, json.JSONDecodeError):
            return json.loads(place.read_text())["address"]
        time.sleep(0.1)
    raise AssertionError("no scheduler")


def _killed_when_something_is_kept(folder, process):
    """Kill a process group as soon as a run has stored its first batch, in a thread of its own."""

    def kill():
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not list(folder.glob("[!.]*.np*")):
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


@pytest.mark.parametrize(("victim", "said"), [("worker", "had no workers for"), ("scheduler", "scheduler is gone")])
def test_a_run_whose_last_worker_or_scheduler_dies_ends_in_a_line_and_goes_on_here(
    running, tmp_path, monkeypatch, capfd, victim, said
):
    monkeypatch.setattr(clusters, "GIVEN_UP", 3.0)
    work, scheduler, address = running
    worker = work("--no-nanny")
    out = tmp_path / "run"
    killer = _killed_when_something_is_kept(out, worker if victim == "worker" else scheduler)
    words = (*WORDS, "--draws", DRAWS, "--out", out)
    began = time.monotonic()
    outcome = run(*words, "--scheduler", address)
    took = time.monotonic() - began
    killer.join()
    assert (outcome.exit_code, outcome.stdout) == (2, ""), outcome.exception
    (line,) = outcome.stderr.strip().splitlines()
    assert said in line
    assert f"finished draws are saved in {out}, and --resume continues" in line
    assert took < PATIENCE + 20.0
    assert capfd.readouterr().err == "", "Dask has printed a log of its own"
    outcome = run(*words, "--resume")
    assert outcome.exit_code == 0, outcome.stderr
    alone = mv.simulate(mv.load("one-or-many", settings={"horizon_months": 12}), draws=DRAWS, seed=5)
    assert json.loads(outcome.stdout)["fingerprint"] == alone.fingerprint


def test_workers_that_die_again_and_again_end_in_a_line(running, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "GIVEN_UP", 5.0)
    work, _, address = running
    dying = tmp_path / "dying.py"
    dying.write_text(ALWAYS_DYING)
    work("--preload", dying)
    outcome = run(*WORDS, "--draws", 20_000, "--scheduler", address)
    assert (outcome.exit_code, outcome.stdout) == (2, ""), outcome.exception
    often = r"blocks 0:\d+: workers died while they computed it, again and again"
    assert re.search(f"{often}|no workers for 5 seconds", outcome.stderr), "which of the two depends on the nanny"
    assert len(outcome.stderr.strip().splitlines()) == 1


def test_without_workers_from_the_start_it_says_so(running, monkeypatch):
    monkeypatch.setattr(clusters, "GIVEN_UP", 2.0)
    outcome = run(*WORDS, "--draws", 20_000, "--scheduler", running[2])
    assert (outcome.exit_code, outcome.stdout) == (2, ""), outcome.exception
    assert "the cluster has had no workers for 2 seconds; start some" in outcome.stderr


@contextlib.contextmanager
def _listening(says):
    """Yield the port of something that is no scheduler."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = []

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    line, _ = server.accept()
                    heard.append(line)
                    if says is None:
                        line.close()
                    else:
                        line.sendall(says)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        for line in heard:
            line.close()


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "what listens there is not a Dask scheduler"),
        (b"\xff" * 4096, "what listens there is not a Dask scheduler"),
        (b"", "says nothing for 1 seconds"),
        (b"hello", "says nothing for 1 seconds"),
        (None, "hangs up"),
    ],
    ids=["ssh", "huge", "silent", "begins", "hangs-up"],
)
def test_a_port_that_is_no_scheduler_is_one_line(monkeypatch, says, told):
    monkeypatch.setattr(clusters, "PATIENCE", 1.0)
    with _listening(says) as port:
        outcome = run(*WORDS, "--draws", 20_000, "--scheduler", f"tcp://127.0.0.1:{port}")
    assert (outcome.exit_code, outcome.stdout) == (2, ""), outcome.exception
    (line,) = outcome.stderr.strip().splitlines()
    assert f"no Dask scheduler answers at tcp://127.0.0.1:{port}" in line
    assert told in line


@pytest.mark.parametrize(
    "address", ["tls://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "tcp://[::1:5"]
)
def test_an_address_that_cannot_be_used_is_one_line(monkeypatch, address):
    monkeypatch.setattr(clusters, "PATIENCE", 1.0)
    outcome = run(*WORDS, "--draws", 20_000, "--scheduler", address)
    assert (outcome.exit_code, outcome.stdout) == (2, ""), outcome.exception
    (line,) = outcome.stderr.strip().splitlines()
    assert f"no Dask scheduler answers at {address}" in line
    assert address.startswith("tls") <= ("needs certificates" in line)


def test_an_executor_of_another_kind_is_waited_for():
    watch = clusters.ClusterWatch(SerialExecutor())
    with SerialExecutor() as executor:
        assert watch.result(executor.submit(pow, 2, 5)) == 32
    watch.check()
