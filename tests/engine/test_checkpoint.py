"""A run that is kept as it goes: stopped at any moment it goes on, to the same bits; what cannot go on says why."""

import builtins
import io
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy

import multivector_sim as mv
from multivector_sim.atomic_file import PART
from multivector_sim.engine import store
from multivector_sim.engine.case import Case
from multivector_sim.engine.checkpoint import EARLIER
from multivector_sim.engine.store import MANIFEST, SCENARIO, Lock, Store, digest, is_store
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import BLOCK
from tests.cli.running import run
from tests.engine.cases import equal_partners, scenario
from tests.engine.sealing import write_sealed_manifest

ROOT = Path(__file__).parents[2]
KILLS = 50
CASE = equal_partners(2, intensity=0.2, months=12)
DRAWS = 5 * BLOCK + 100


def simulate(draws=DRAWS, case=CASE, **more):
    return mv.simulate(case, draws=draws, **{"seed": 3, "batch": 2} | more)


@pytest.fixture(scope="module")
def whole():
    return simulate()


class Killed(BaseException):
    """Stands for SIGKILL: nobody catches it."""


class Clock:
    """Stops the work at a chosen one of the calls that go through it."""

    def __init__(self, last=None):
        self.calls, self.last = 0, last

    def through(self, function):
        def counted(*args, **kwargs):
            self.calls += 1
            if self.calls == self.last:
                raise Killed
            return function(*args, **kwargs)

        return counted


@pytest.fixture
def stopped(monkeypatch):
    """Give a way to stop the work before its n-th touch of the disk, or of a block."""

    def run_until(last, work):
        clock = Clock(last)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", clock.through(os.fsync))
            for name in ("mkdir", "unlink", "replace", "open"):
                patch.setattr(Path, name, clock.through(getattr(Path, name)))
            patch.setattr(Case, "assume", clock.through(Case.assume))
            try:
                work()
            except Killed:
                return True
        return False

    return run_until


def count_blocks(monkeypatch):
    """Note the blocks that are worked out."""
    done, original = [], Case.assume

    def run_blocks(case, seed, blocks, make):
        done.extend(blocks)
        return original(case, seed, blocks, make)

    monkeypatch.setattr(Case, "assume", run_blocks)
    return done


def continue_run(folder, **more):
    """Do what a person does: resume what was begun, else begin."""
    return simulate(checkpoint=folder, resume=is_store(folder), **more)


def half(folder, stopped, draws=DRAWS):
    """Leave a run that kept two of its three batches."""
    done = []

    def after_two(number, of):
        done.append(number)
        if len(done) == 2:
            raise Killed

    assert stopped(None, lambda: simulate(draws=draws, checkpoint=folder, progress=after_two))
    assert not json.loads((folder / MANIFEST).read_text())["complete"]
    return folder


def test_fifty_kills_change_no_bit(tmp_path):
    command = [sys.executable, "-m", "tests.engine.kill_server", str(tmp_path / "run"), str(KILLS)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    told = json.loads(outcome.stdout)
    assert told["killed"] == KILLS
    assert told["last"] == 0
    assert 5 < told["found"] < told["batches"] == 131
    assert told["fingerprints"][0] == told["fingerprints"][1]
    assert told["same"]


def test_kills_of_writers_leave_the_one_content_or_the_other(tmp_path):
    command = [sys.executable, "-m", "tests.engine.kill_writers", str(tmp_path), str(KILLS // 3 + 1)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    told = json.loads(outcome.stdout)
    assert told.pop("left") == []
    assert set(told) == {"run", "report.html", "function.code"}
    for name, it in told.items():
        assert it["killed"] == KILLS // 3 + 1, name
        assert (it["wrong"], it["last"]) == (0, 1), name


def test_a_run_that_was_moved_aside_comes_back(tmp_path, whole):
    """A process that is killed between two renames leaves the earlier run beside its place."""
    place, aside = tmp_path / "run", tmp_path / f".run.abcdefgh{EARLIER}"
    whole.save(place)
    aside.mkdir()
    place.rename(aside / "run")
    assert mv.Result.open(place).fingerprint == whole.fingerprint
    aside.mkdir(exist_ok=True)
    (tmp_path / f".run.ijklmnop{PART}").mkdir()
    (tmp_path / ".run.mine").mkdir()
    lock = Lock(tmp_path / f".run.ijklmnop{PART}")
    whole.save(place)
    assert {it.name for it in tmp_path.iterdir()} == {"run", ".run.mine", f".run.ijklmnop{PART}"}, "one is in use"
    lock.release()
    whole.save(place)
    assert {it.name for it in tmp_path.iterdir()} == {"run", ".run.mine"}


@pytest.mark.parametrize("before", ["nothing", "whole"])
def test_it_may_be_stopped_at_any_touch_of_the_disk(tmp_path, whole, stopped, before):
    """Every single moment, one after the other: before the first, the second, ... until nothing stops it."""
    last = 0
    while True:
        last += 1
        folder = tmp_path / f"run-{last}"
        if before == "whole":
            simulate(draws=100, seed=9, checkpoint=folder)
        if not stopped(last, lambda: simulate(checkpoint=folder)):  # noqa: B023
            break
        replaced = before == "nothing" or json.loads((folder / MANIFEST).read_text())["seed"] == 3
        again = continue_run(folder) if replaced else simulate(checkpoint=folder)
        assert again.fingerprint == whole.fingerprint
        assert mv.Result.open(folder).fingerprint == whole.fingerprint
        assert not list(folder.glob(".*"))
    assert last > 20


def test_a_run_that_goes_on_may_be_stopped_again(tmp_path, whole, stopped):
    folder = half(tmp_path / "run", stopped)
    last = 0
    while stopped(last := last + 1, lambda: simulate(checkpoint=folder, resume=True)):
        pass
    assert mv.Result.open(folder).fingerprint == whole.fingerprint


def test_what_was_done_is_not_done_again(tmp_path, whole, stopped, monkeypatch):
    folder = half(tmp_path / "run", stopped)
    done = count_blocks(monkeypatch)
    again = simulate(checkpoint=folder, resume=True)
    assert done == [4, 5]
    assert again.document() == whole.document()


def test_the_batches_of_a_folder_stay_as_they_were_begun(tmp_path, whole, stopped):
    folder = half(tmp_path / "run", stopped)
    assert simulate(checkpoint=folder, resume=True, batch=16).fingerprint == whole.fingerprint
    assert json.loads((folder / MANIFEST).read_text())["batch"] == 2


def test_a_whole_run_is_only_read(tmp_path, whole, monkeypatch):
    simulate(checkpoint=tmp_path / "run")
    done = count_blocks(monkeypatch)

    def refuse(file, content):
        raise AssertionError(f"{file} was written")

    monkeypatch.setattr(store, "write_file", refuse)
    assert simulate(checkpoint=tmp_path / "run", resume=True).document() == whole.document()
    assert done == []


@pytest.mark.parametrize("draws", [1, BLOCK, 2 * BLOCK, 3 * BLOCK + 7])
def test_fewer_draws_are_read_from_what_is_there_and_spoil_nothing(tmp_path, whole, monkeypatch, draws):
    folder = tmp_path / "run"
    simulate(checkpoint=folder)
    done = count_blocks(monkeypatch)
    fewer = simulate(draws=draws, checkpoint=folder, resume=True)
    assert np.array_equal(fewer.losses, whole.losses[:draws])
    assert mv.Result.open(folder).draws == draws
    assert simulate(checkpoint=folder, resume=True).fingerprint == whole.fingerprint
    assert done == []


@pytest.mark.parametrize("draws", [DRAWS + 1, 6 * BLOCK + 1, 11 * BLOCK])
def test_more_draws_go_on_from_there(tmp_path, monkeypatch, draws):
    folder = tmp_path / "run"
    simulate(draws=5 * BLOCK, checkpoint=folder)
    expected = simulate(draws=draws).fingerprint
    done = count_blocks(monkeypatch)
    assert simulate(draws=draws, checkpoint=folder, resume=True).fingerprint == expected
    assert done == list(range(4, -(-draws // BLOCK)))
    assert mv.Result.open(folder).fingerprint == expected


def test_a_stop_while_draws_are_added_leaves_what_was_kept(tmp_path, whole, stopped):
    folder = tmp_path / "run"
    simulate(checkpoint=folder)
    half_more = 9 * BLOCK
    assert stopped(4, lambda: simulate(draws=half_more, checkpoint=folder, resume=True))
    more = simulate(draws=half_more, checkpoint=folder, resume=True)
    assert np.array_equal(more.losses[:DRAWS], whole.losses)


def damage(file):
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("harm", [damage, Path.unlink, lambda file: os.truncate(file, 40)], ids=["bit", "lost", "cut"])
def test_a_batch_that_is_not_what_it_was_is_done_again(tmp_path, whole, monkeypatch, harm):
    folder = tmp_path / "run"
    simulate(checkpoint=folder)
    harm(folder / "batch-000001.npy")
    done = count_blocks(monkeypatch)
    assert simulate(checkpoint=folder, resume=True).fingerprint == whole.fingerprint
    assert done == [2, 3]
    assert mv.Result.open(folder).fingerprint == whole.fingerprint


OTHERS = {
    "seed": ({"seed": 4}, ("seed 3", "4")),
    "sampling": ({"sampling": Sobol(2)}, ("pseudo-random", "sobol-2")),
    "numbers": ({"case": equal_partners(2, intensity=0.21, months=12)}, ("other numbers", "'case'")),
    "scenario": ({"case": scenario(name="elsewhere")}, ("'case'", "'elsewhere'")),
}


@pytest.mark.parametrize(("changes", "named"), OTHERS.values(), ids=OTHERS)
def test_another_run_is_refused_in_a_line_that_names_both(tmp_path, changes, named):
    folder = tmp_path / "run"
    simulate(checkpoint=folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(StoreError) as caught:
        simulate(checkpoint=folder, resume=True, **changes)
    assert all(name in str(caught.value) for name in (str(folder), *named))
    assert "\n" not in str(caught.value)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_another_version_is_refused_in_a_line_that_names_both(tmp_path, monkeypatch):
    simulate(checkpoint=tmp_path / "run")
    monkeypatch.setattr("multivector_sim.engine.simulate.VERSION", "99.1")
    with pytest.raises(StoreError, match=r"version \d.*, not 99\.1"):
        simulate(checkpoint=tmp_path / "run", resume=True)


def test_other_libraries_are_refused_in_a_line_that_names_both(tmp_path):
    """SciPy 1.17 gives other last bits than SciPy 1.15, for Student's t and for beta laws."""
    folder = tmp_path / "run"
    simulate(checkpoint=folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert f"scipy {scipy.__version__}, numpy {np.__version__}" in manifest["libraries"]
    write_sealed_manifest(folder, manifest | {"libraries": "scipy 1.15.0"})
    with pytest.raises(StoreError, match=r"was begun with libraries scipy 1\.15\.0, not scipy "):
        simulate(checkpoint=folder, resume=True)
    del manifest["libraries"]
    write_sealed_manifest(folder, manifest)
    with pytest.raises(StoreError, match="was begun with libraries unknown, not scipy "):
        simulate(checkpoint=folder, resume=True)
    assert mv.Result.open(folder).draws > 0, "what is finished can be read all the same"


def test_half_a_run_is_not_begun_anew(tmp_path, whole, stopped):
    folder = half(tmp_path / "run", stopped)
    with pytest.raises(StoreError, match="unfinished run; continue it with --resume"):
        simulate(checkpoint=folder)
    with pytest.raises(StoreError, match="not finished"):
        mv.Result.open(folder)
    assert simulate(checkpoint=folder, resume=True).fingerprint == whole.fingerprint


def test_a_whole_run_is_replaced_by_a_new_one(tmp_path, whole):
    folder = tmp_path / "run"
    simulate(draws=20 * BLOCK, seed=8, checkpoint=folder)
    simulate(checkpoint=folder)
    assert mv.Result.open(folder).fingerprint == whole.fingerprint
    files = sorted(file.name for file in folder.iterdir())
    assert files == [*(f"batch-{number:06d}.npy" for number in range(3)), MANIFEST, SCENARIO]


def test_there_has_to_be_something_to_go_on_with(tmp_path):
    with pytest.raises(StoreError, match="no saved run here"):
        simulate(checkpoint=tmp_path, resume=True)
    with pytest.raises(UsageError, match="name the folder"):
        simulate(resume=True)
    outcome = run("run", "one-or-many", "--resume")
    assert (outcome.exit_code, len(outcome.stderr.strip().splitlines())) == (2, 1)


@pytest.mark.parametrize("what", ["fsync", "write", "replace"])
def test_a_full_disk_is_one_line_and_what_was_kept_stays_good(tmp_path, monkeypatch, what):
    def full(*_):
        raise OSError(28, "No space left on device")

    folder, words = tmp_path / "run", ("run", "one-or-many", "--draws", 3 * BLOCK, "--set", "horizon_months=12")
    original, calls = store.write_file, []

    def write_file(file, content):
        calls.append(file.name)
        with monkeypatch.context() as patch:
            if calls.count("batch-000001.npy"):
                if what == "fsync":
                    patch.setattr(os, "fsync", full)
                elif what == "replace":
                    patch.setattr(Path, "replace", full)
                else:
                    patch.setattr(Path, "open", lambda *_: Full())
            original(file, content)

    class Full(io.BytesIO):
        def write(self, _):
            full()

    monkeypatch.setattr(store, "write_file", write_file)
    monkeypatch.setattr("multivector_sim.engine.simulate.BATCH", 1)
    outcome = run(*words, "--out", folder)
    monkeypatch.undo()
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert re.fullmatch(rf"{folder}/batch-000001\.npy: cannot be written: No space left on device\n", outcome.stderr)
    assert sorted(file.name for file in folder.iterdir()) == ["batch-000000.npy", MANIFEST, SCENARIO]
    done = count_blocks(monkeypatch)
    again = run(*words, "--out", folder, "--resume", "--json")
    assert again.exit_code == 0
    assert done == [1, 2]
    assert json.loads(again.stdout)["fingerprint"] == json.loads(run(*words, "--json").stdout)["fingerprint"]


@pytest.mark.parametrize("place", ["file", "file/run", "/proc/no-such-place", "/proc/version"])
def test_a_place_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    outcome = run("run", "one-or-many", "--draws", 1024, "--out", place)
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith(place)
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_turned_unwritable_is_one_line(tmp_path, stopped, monkeypatch):
    """On a file system that is read-only, even taking away the file that could not be written fails."""
    folder = half(tmp_path / "run", stopped)

    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "open", refuse_writing(Path.open, refuse))
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreError, match="cannot be written: Read-only file system"):
        simulate(checkpoint=folder, resume=True)


def refuse_writing(opened, refuse):
    """Let files be read and not written."""
    return lambda file, mode="r", *args, **kwargs: (
        opened(file, mode, *args, **kwargs) if mode in ("r", "rb") else refuse()
    )


INTERRUPTED = """
import os, signal
from multivector_sim.atomic_file import PART
from multivector_sim.engine import store
whole = store.Store.write
def write(self, batch, outcome):
    whole(self, batch, outcome)
    if batch == 1:
        os.kill(os.getpid(), signal.SIGINT)
store.Store.write = write
from multivector_sim.cli import main
main(["run", "one-or-many", "--draws", "30000", "--out", "kept", "--workers", "2"])
"""


def test_ctrl_c_ends_with_130_and_says_how_to_go_on(tmp_path, monkeypatch):
    command = [sys.executable, "-c", INTERRUPTED]
    outcome = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert outcome.returncode == 130
    assert outcome.stdout == ""
    assert [line for line in outcome.stderr.splitlines() if line] == [
        "finished draws are saved in kept; repeat the command with --resume to continue",
        "interrupted",
    ]
    monkeypatch.chdir(tmp_path)
    words = ("run", "one-or-many", "--draws", 30000, "--json")
    again, never = run(*words, "--out", "kept", "--resume"), run(*words)
    assert again.exit_code == 0
    assert again.stdout == never.stdout


class Bomb:
    """Would write a file if it were ever unpickled."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return (builtins.open, (str(self.place), "w"))


def swap(folder, name, write):
    """Put another file in the place of a batch and take its hash down, as a forger does."""
    write(folder / name)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][name] = digest(folder / name)
    write_sealed_manifest(folder, manifest)


def as_object_array(bomb, file):
    np.save(file, np.array([bomb], dtype=object), allow_pickle=True)


def as_pickle(bomb, file):
    file.write_bytes(pickle.dumps(bomb))


def as_archive(bomb, file):
    with file.open("wb") as stream:
        np.savez(stream, bomb=np.array([bomb], dtype=object))


@pytest.mark.parametrize("forge", [as_object_array, as_pickle, as_archive])
def test_no_pickle_is_ever_loaded(tmp_path, whole, forge):
    folder, proof = tmp_path / "run", tmp_path / "exploded"
    simulate(checkpoint=folder)
    swap(folder, "batch-000001.npy", lambda file: forge(Bomb(proof), file))
    with pytest.raises(StoreError, match=r"batch-000001\.npy: cannot be read") as caught:
        mv.Result.open(folder)
    assert "\n" not in str(caught.value)
    assert simulate(checkpoint=folder, resume=True).fingerprint == whole.fingerprint
    assert not proof.exists()


@pytest.mark.parametrize(
    "other",
    [
        lambda rows: rows[:, :3],
        lambda rows: rows[:, 0],
        lambda rows: rows.astype("<f4"),
        lambda rows: rows.astype(">f8"),
    ],
    ids=["columns", "flat", "single", "big-endian"],
)
def test_an_array_of_another_kind_is_refused(tmp_path, other):
    folder = tmp_path / "run"
    simulate(checkpoint=folder)
    rows = np.load(folder / "batch-000000.npy")
    swap(folder, "batch-000000.npy", lambda file: np.save(file, other(rows)))
    with pytest.raises(StoreError, match=r"batch-000000\.npy: cannot be read"):
        mv.Result.open(folder)


def test_odd_names_in_a_manifest_are_never_opened(tmp_path, whole, monkeypatch):
    folder, secret = tmp_path / "run", tmp_path / "secret"
    secret.write_text("keep out")
    simulate(checkpoint=folder)
    (folder / "link.npy").symlink_to(secret)
    manifest = json.loads((folder / MANIFEST).read_text())
    for name in ("../secret", str(secret), "link.npy", "batch-000009.npy", "manifest.json", ""):
        manifest["files"][name] = digest(secret)
    write_sealed_manifest(folder, manifest)
    opened = []
    monkeypatch.setattr(Path, "open", noting(opened, Path.open))
    assert mv.Result.open(folder).fingerprint == whole.fingerprint
    assert simulate(checkpoint=folder, resume=True).fingerprint == whole.fingerprint
    assert simulate(seed=5, checkpoint=folder).seed == 5
    assert {file.name.strip(".").removesuffix(".part") for file in opened} <= {
        MANIFEST,
        SCENARIO,
        *(f"batch-{number:06d}.npy" for number in range(3)),
    }
    assert secret.read_text() == "keep out"


def noting(opened, original):
    """Note which files are opened."""

    def open_file(file, *args, **kwargs):
        opened.append(file)
        return original(file, *args, **kwargs)

    return open_file


@pytest.mark.parametrize("name", [".manifest.json.part", ".batch-000002.npy.part", "batch-000002.npy", MANIFEST])
def test_links_in_a_folder_do_not_lead_writing_out_of_it(tmp_path, stopped, whole, name):
    folder, precious = half(tmp_path / "run", stopped), tmp_path / "precious"
    precious.write_bytes((folder / MANIFEST).read_bytes())
    before = precious.read_bytes()
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(precious)
    assert simulate(checkpoint=folder, resume=True).fingerprint == whole.fingerprint
    assert precious.read_bytes() == before
    assert not any(file.is_symlink() for file in folder.iterdir())


def test_the_hash_is_that_of_the_file(tmp_path):
    folder = tmp_path / "run"
    simulate(checkpoint=folder)
    manifest = Store.open(folder).manifest
    assert manifest.complete
    assert manifest.draws == DRAWS
    assert manifest.files == {file.name: digest(file) for file in folder.iterdir() if file.name != MANIFEST}


def test_only_one_run_at_a_time_writes_to_a_folder(tmp_path):
    from multivector_sim.engine.store import Lock

    folder = tmp_path / "kept"
    simulate(checkpoint=folder)
    lock = Lock(folder)
    for resume in (False, True):
        with pytest.raises(StoreError, match="another run is writing here"):
            simulate(checkpoint=folder, resume=resume)
    lock.release()
    assert simulate(checkpoint=folder, resume=True).fingerprint == simulate().fingerprint
    assert sorted(path.suffix for path in folder.iterdir() if path.suffix != ".npy") == [".json", ".json"]
