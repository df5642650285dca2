"""A folder that somebody else filled is refused in one line that names the file, at once and in little memory."""

import json
import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.store import Lock, Store, digest, width
from multivector_sim.errors import StoreError, UsageError
from tests.engine.sealing import write_sealed_manifest

NAMES = ("manifest.json", "scenario.json", "batch-000000.npy")
PATIENCE = 20.0


@pytest.fixture(scope="module")
def result():
    return mv.simulate(mv.load("two-buyers"), draws=2000, seed=3)


@pytest.fixture
def kept(result, tmp_path):
    result.save(tmp_path / "run")
    return tmp_path / "run"


def refused(folder, name=""):
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for call in (lambda: mv.Result.open(folder), lambda: resumed(folder)):
        with pytest.raises(StoreError) as caught:
            call()
        line = str(caught.value)
        assert str(folder / name) in line
        assert line.isprintable()
        assert len(line) < 1000
    assert time.monotonic() - began < PATIENCE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


def resumed(folder):
    if mv.simulate(mv.load("two-buyers"), draws=2000, seed=3, checkpoint=folder, resume=True):
        raise StoreError(f"{folder}/batch-000000.npy {folder}/manifest.json: computed again")


def make_pipe(file):
    os.mkfifo(file)


def link_to_device(file):
    file.symlink_to("/dev/zero")


def make_folder(file):
    file.mkdir()


def make_huge(file):
    with file.open("wb") as stream:
        stream.truncate(1 << 40)


@pytest.mark.parametrize("make", [make_pipe, link_to_device, make_folder, make_huge])
@pytest.mark.parametrize("name", NAMES[:2])
def test_what_is_no_file_of_a_run_is_refused(kept, name, make):
    (kept / name).unlink()
    make(kept / name)
    refused(kept)


@pytest.mark.parametrize("make", [make_pipe, link_to_device, make_folder, make_huge])
def test_a_batch_that_is_no_file_of_draws_is_never_read(kept, make):
    (kept / NAMES[2]).unlink()
    make(kept / NAMES[2])
    began = time.monotonic()
    with pytest.raises(StoreError, match=r"batch-000000\.npy"):
        mv.Result.open(kept)
    assert time.monotonic() - began < PATIENCE


EDITS = {
    "batch": 2,
    "draws": 1500,
    "seed": 4,
    "sampling": "sobol-16",
    "engine": "numpy",
    "command": "rm -rf /",
    "complete": False,
}


@pytest.mark.parametrize("key", EDITS)
def test_an_edited_manifest_is_noticed(kept, key):
    manifest = json.loads((kept / NAMES[0]).read_text())
    assert manifest[key] != EDITS[key]
    (kept / NAMES[0]).write_text(json.dumps(manifest | {key: EDITS[key]}))
    refused(kept, NAMES[0])


FORGERIES = {
    "a control character": {"version": "1\x1b[31m"},
    "a text without an end": {"libraries": "x" * 100_000},
    "a command with control characters": {"command": "multivector \x07"},
    "a command without an end": {"command": "x" * 100_000},
    "more draws than can be": {"draws": 10**15},
    "a batch larger than can be": {"batch": 10**15},
    "a negative seed": {"seed": -1},
    "no draws": {"draws": 0},
    "a number for a text": {"version": 1},
    "a truth value for a number": {"seed": True},
    "a hash that is none": {"files": {"scenario.json": "abc"}},
    "another entry": {"more": 1},
    "another engine": {"engine": "abacus"},
}


@pytest.mark.parametrize("case", FORGERIES)
def test_a_forged_manifest_is_refused(kept, case):
    write_sealed_manifest(kept, json.loads((kept / NAMES[0]).read_text()) | FORGERIES[case])
    refused(kept)


@pytest.mark.parametrize("text", ["NaN", "[1]", "{", "[" * 100_000, '{"a": Infinity}', '"\\ud800"', "\0", ""])
def test_a_manifest_that_is_no_object_is_refused(kept, text):
    (kept / NAMES[0]).write_text(text)
    refused(kept, NAMES[0])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", [0, -1, -2])
def test_a_number_that_no_draw_gives_is_refused_with_its_hash(kept, column, value):
    file = kept / NAMES[2]
    rows = np.load(file)
    rows[7, column] = value
    np.save(file, rows)
    manifest = json.loads((kept / NAMES[0]).read_text())
    manifest["files"][NAMES[2]] = digest(file)
    write_sealed_manifest(kept, manifest)
    with pytest.raises(StoreError, match=r"batch-000000\.npy: cannot be read: a number"):
        mv.Result.open(kept)


def test_a_channel_without_a_flow_comes_back(tmp_path):
    scenario = mv.load("two-buyers", settings=["mixes=null", "claims=null", "measures=null"])
    channel = next(iter(scenario.exposures))
    nothing = {f"exposures.{channel}.{partner}": 0.0 for partner in scenario.exposures[channel]}
    result = mv.simulate(scenario.with_set(nothing), draws=1024)
    result.save(tmp_path / "run")
    assert mv.Result.open(tmp_path / "run").fingerprint == result.fingerprint
    assert width(2, 2) > 0


def test_a_run_that_is_opened_keeps_the_versions_that_made_it(result, kept, tmp_path):
    manifest = json.loads((kept / NAMES[0]).read_text())
    older = {"version": "0.0.9", "python": "3.11.0", "libraries": "scipy 1.15.0, numpy 2.0.0"}
    write_sealed_manifest(kept, manifest | older)
    opened = mv.Result.open(kept)
    expected = {"multivector_sim": "0.0.9", "python": "3.11.0", "numpy": "2.0.0", "scipy": "1.15.0"}
    assert opened.document()["versions"] == expected != result.document()["versions"]
    opened.save(tmp_path / "again")
    assert mv.Result.open(tmp_path / "again").document()["versions"] == expected


def test_an_earlier_run_stays_until_the_new_one_is_in_its_place(result, kept, monkeypatch):
    other = mv.simulate(mv.load("one-or-many"), draws=100)
    path_type = type(kept)
    rename, calls = path_type.rename, []

    def failing(self, target):
        calls.append(self)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(path_type, "rename", failing)
    with pytest.raises(StoreError, match="Input/output error"):
        other.save(kept)
    monkeypatch.undo()
    assert mv.Result.open(kept).fingerprint == result.fingerprint
    assert [path.name for path in kept.parent.iterdir()] == ["run"]


def test_a_run_is_saved_through_a_link(result, kept, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(kept)
    other = mv.simulate(mv.load("one-or-many"), draws=100)
    other.save(link)
    assert link.is_symlink()
    assert mv.Result.open(kept).fingerprint == other.fingerprint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "run"]


def test_a_run_is_saved_over_another_on_a_mount_point(result, kept, monkeypatch):
    other = mv.simulate(mv.load("one-or-many"), draws=100)
    path_type = type(kept)
    monkeypatch.setattr(path_type, "is_mount", lambda self: self == kept)
    other.save(kept)
    assert mv.Result.open(kept).fingerprint == other.fingerprint
    assert [path.name for path in kept.parent.iterdir()] == ["run"]
    assert sorted(path.name for path in kept.iterdir()) == sorted(NAMES)


def test_a_run_is_not_saved_where_another_is_being_written(result, kept):
    lock = Lock(kept)
    with pytest.raises(StoreError, match="another run is writing here"):
        result.save(kept)
    lock.release()
    result.save(kept)


@pytest.mark.parametrize("name", ["x" * 256, "a\0b", "y" * 5000])
def test_a_name_that_no_disk_can_hold_is_told(result, tmp_path, name):
    for call in (
        lambda: result.save(tmp_path / name),
        lambda: mv.simulate(mv.load("two-buyers"), draws=10, checkpoint=tmp_path / name),
        lambda: mv.Result.open(tmp_path / name),
    ):
        with pytest.raises(StoreError):
            call()
    assert list(tmp_path.iterdir()) == []


def hold(path, ready, leave):
    ready.set()
    leave.wait(30)


def test_a_forked_process_does_not_keep_the_lock(tmp_path):
    context = multiprocessing.get_context("fork")
    ready, leave = context.Event(), context.Event()
    lock = Lock(tmp_path)
    child = context.Process(target=hold, args=(tmp_path, ready, leave))
    child.start()
    try:
        assert ready.wait(30)
        with pytest.raises(StoreError, match="another run"):
            Lock(tmp_path)
        lock.release()
        Lock(tmp_path).release()
    finally:
        leave.set()
        child.join(30)
    assert child.exitcode == 0


def test_an_executor_asked_by_its_own_worker_is_told():
    with ThreadPoolExecutor(1) as executor:
        scenario = mv.load("two-buyers")
        nested = executor.submit(lambda: mv.simulate(scenario, draws=10, executor=executor))
        with pytest.raises(UsageError, match="its own workers"):
            nested.result(60)


POOL = None


def nested_in_process():
    try:
        mv.simulate(mv.load("two-buyers"), draws=10, executor=POOL)
    except UsageError as error:
        return str(error)
    return "no error"


def test_an_executor_asked_by_its_own_process_is_told():
    global POOL  # noqa: PLW0603  what a forked worker inherits
    POOL = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    with POOL:
        assert "its own workers" in POOL.submit(nested_in_process).result(60)


def test_a_manifest_is_sealed_after_every_batch(tmp_path):
    mv.simulate(mv.load("two-buyers"), draws=5000, batch=1, checkpoint=tmp_path / "run")
    assert Store.open(tmp_path / "run").manifest.complete
