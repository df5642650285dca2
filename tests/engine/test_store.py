"""A run is kept whole or not at all, and what is read back is not trusted."""

import json
import os
import shutil

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.errors import StoreError
from tests.engine.sealing import write_sealed_manifest


@pytest.fixture(scope="module")
def result():
    return mv.simulate(mv.load("two-buyers"), draws=2000, seed=3)


@pytest.fixture
def kept(result, tmp_path):
    result.save(tmp_path / "run")
    return tmp_path / "run"


def test_a_run_comes_back_to_the_last_bit(result, kept):
    again = mv.Result.open(kept)
    assert again.scenario == result.scenario
    assert again.seed == 3
    assert again.fingerprint == result.fingerprint
    assert again.document() == result.document()
    assert (again.paths(10) == result.paths(10)).all()


def test_a_run_may_take_the_place_of_another(result, kept):
    other = mv.simulate(mv.load("one-or-many"), draws=100, seed=1)
    other.save(kept)
    assert mv.Result.open(kept).fingerprint == other.fingerprint
    assert [path.name for path in kept.parent.iterdir()] == ["run"]


def test_something_else_is_not_overwritten(result, tmp_path):
    (tmp_path / "precious").write_text("x")
    with pytest.raises(StoreError, match="in use"):
        result.save(tmp_path)
    with pytest.raises(StoreError, match="in use"):
        result.save(tmp_path / "precious")
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_a_place_that_cannot_be_written_is_told(result, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"):
        result.save(tmp_path / "file" / "run")


def test_a_full_disk_is_told_and_nothing_stays(result, kept, monkeypatch):
    before = mv.Result.open(kept).fingerprint

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        mv.simulate(mv.load("one-or-many"), draws=100).save(kept)
    monkeypatch.undo()
    assert mv.Result.open(kept).fingerprint == before
    assert [path.name for path in kept.parent.iterdir()] == ["run"]


def damage_flip(folder):
    file = folder / "batch-000000.npy"
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)


def damage_cut(folder):
    os.truncate(folder / "batch-000000.npy", 50)


def damage_lose(folder):
    (folder / "batch-000000.npy").unlink()


def damage_scenario(folder):
    text = (folder / "scenario.json").read_text()
    (folder / "scenario.json").write_text(text.replace("two-buyers", "two-byers"))


def damage_pickle(folder):
    file = folder / "batch-000000.npy"
    np.save(file, np.array([object()]), allow_pickle=True)
    manifest = json.loads((folder / "manifest.json").read_text())
    from multivector_sim.engine.store import digest

    manifest["files"]["batch-000000.npy"] = digest(file)
    write_sealed_manifest(folder, manifest)


def damage_manifest(folder):
    (folder / "manifest.json").write_text("{")


def damage_version(folder):
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace("multivector/store/1", "multivector/store/9"))


def damage_all(folder):
    shutil.rmtree(folder)


DAMAGES = [
    damage_flip,
    damage_cut,
    damage_lose,
    damage_scenario,
    damage_pickle,
    damage_manifest,
    damage_version,
    damage_all,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda it: it.__name__.removeprefix("damage_"))
def test_a_damaged_run_is_refused_in_words(kept, damage):
    damage(kept)
    with pytest.raises(StoreError, match=str(kept)) as caught:
        mv.Result.open(kept)
    assert "\n" not in str(caught.value)
