"""Batches go out and come back in order; what is lost is done again; what fails is told."""

from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine import executors as worker
from multivector_sim.engine.case import Case, build_case
from multivector_sim.engine.executors import SerialExecutor, pack, run_batch, run_batches
from multivector_sim.engine.simulate import split
from multivector_sim.errors import UsageError

BLOCKS = 6


@pytest.fixture(scope="module")
def case():
    return build_case(mv.load("one-or-many"))


@pytest.fixture(scope="module")
def whole(case):
    return case.run_blocks(1, range(BLOCKS)).loss_share


def run(executor, case, size=1, in_flight=4):
    parts = list(run_batches(executor, pack(case), 1, split(0, BLOCKS, size), in_flight))
    return np.concatenate([part.loss_share for part in parts])


@pytest.mark.parametrize("size", [1, 4, BLOCKS])
@pytest.mark.parametrize("in_flight", [1, 3, 100])
def test_order_and_bits_do_not_depend_on_batches(case, whole, size, in_flight):
    with SerialExecutor() as serial, ThreadPoolExecutor(2) as threads:
        for executor in (serial, threads):
            assert np.array_equal(run(executor, case, size, in_flight), whole, equal_nan=True)


class Counting(SerialExecutor):
    """Remembers what it was sent."""

    def __init__(self):
        self.sent = []

    def submit(self, fn, /, *args, **kwargs):
        self.sent.append(args)
        return super().submit(fn, *args, **kwargs)


def test_a_case_is_sent_once_to_a_worker_that_does_not_know_it(case, whole):
    executor = Counting()
    parcel = pack(case)
    worker.cases.clear()
    parts = [part.loss_share for part in run_batches(executor, parcel, 1, split(0, BLOCKS, 1))]
    assert np.array_equal(np.concatenate(parts), whole, equal_nan=True)
    contents = [args[0].content for args in executor.sent]
    assert sum(content is not None for content in contents) == 1
    assert len(contents) == BLOCKS + 1


def test_a_worker_keeps_only_a_few_cases(case):
    for seed in range(10):
        pack(build_case(mv.load("one-or-many", settings={"horizon_months": 12 + seed})))
    assert len(worker.cases) == worker.MOST_KEPT
    assert run_batch(worker.Parcel("unknown", None), 1, range(1), worker.maker()) is None


class Losing(Executor):
    """Loses every task that it has not seen before, as a dying worker does."""

    def __init__(self):
        self.seen = set()

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        blocks = args[2]
        if blocks in self.seen:
            future.set_result(fn(*args, **kwargs))
        else:
            self.seen.add(blocks)
            future.set_exception(BrokenExecutor("a worker is gone"))
        return future


def test_what_a_lost_worker_had_is_done_again(case, whole):
    assert np.array_equal(run(Losing(), case), whole, equal_nan=True)


class Closing(SerialExecutor):
    """Takes two tasks and then no more, as a pool does that has broken down."""

    taken = 0

    def submit(self, fn, /, *args, **kwargs):
        self.taken += 1
        if self.taken > 2:
            raise BrokenExecutor("no more")
        return super().submit(fn, *args, **kwargs)


def test_where_an_executor_breaks_down_this_thread_goes_on(case, whole):
    with pytest.warns(UserWarning, match="in this thread"):
        again = run(Closing(), case)
    assert np.array_equal(again, whole, equal_nan=True)


def test_a_failing_block_is_told_and_the_rest_is_not_begun(case, monkeypatch):
    begun = []

    def fail(self, seed, blocks, make):
        begun.extend(blocks)
        if 2 in blocks:
            raise ZeroDivisionError
        return type(self).whole(self, seed, blocks, make)

    monkeypatch.setattr(Case, "whole", Case.assume, raising=False)
    monkeypatch.setattr(Case, "assume", fail)
    with pytest.raises(ZeroDivisionError):
        list(run_batches(SerialExecutor(), pack(case), 1, split(0, 1000, 1)))
    assert begun == [0, 1, 2]


def test_a_reader_who_stops_early_leaves_nothing_running(case):
    with ThreadPoolExecutor(1) as threads:
        reader = run_batches(threads, pack(case), 1, split(0, 200, 1), in_flight=100)
        next(reader)
        reader.close()
        assert threads.submit(int).result(timeout=60) == 0


class Elsewhere(Executor):
    """An executor of somebody else, whose workers fail in one way."""

    def __init__(self, error):
        self.error = error

    def submit(self, fn, /, *args, **kwargs):
        del fn, args, kwargs
        future = Future()
        future.set_exception(self.error)
        return future


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ModuleNotFoundError("No module named 'multivector_sim'"), "a worker has no multivector_sim; install"),
        (
            AttributeError("module 'multivector_sim.engine.executors' has no attribute 'run'"),
            "a worker has another version",
        ),
        (TypeError("multivector_sim.engine.executors.run_batch() takes 4 arguments"), "a worker has another version"),
        (type("KilledWorker", (Exception,), {})("task-1"), "workers died while they computed it"),
        (OSError("the network\nis gone"), "the executor failed: OSError: the network is gone"),
    ],
)
def test_what_somebody_elses_executor_says_is_told_in_one_line(error, told):
    with pytest.raises(UsageError, match=f"blocks 0:1: {told}") as caught:
        mv.simulate("one-or-many", draws=1024, executor=Elsewhere(error), batch=1)
    assert "\n" not in str(caught.value)


def test_a_worker_with_other_code_or_libraries_is_refused_by_name(monkeypatch):
    made_by = worker.maker()
    monkeypatch.setattr(worker, "maker", lambda: made_by.replace("numpy ", "numpy 0."))
    with pytest.raises(UsageError, match=r"worker .+: has multivector_sim .+numpy 0\.\d.+install the same"):
        run_batch(worker.Parcel("unknown", None), 1, range(1), made_by)
