"""cache on the command line: where the folder is, what is in it, and how it is emptied."""

import hashlib

from multivector_sim.machine_code import current_key
from tests.cli.running import run, run_json


def test_where_and_clear(tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    monkeypatch.setenv("MULTIVECTOR_CACHE", str(folder))
    assert run("cache").stdout == run("cache", "--where").stdout == f"{folder}\n"
    assert not folder.exists()
    for key in (current_key(), hashlib.sha256(b"other").hexdigest()):
        (folder / key).mkdir(parents=True)
        (folder / key / "run_groups-0123.code").touch()
    document = run_json("cache")
    assert (document["folder"], document["key"]) == (str(folder), current_key())
    assert (document["functions"], document["obstacle"]) == (["run_groups"], None)
    assert run("cache", "--clear").stdout == f"Removed the machine code of 2 versions from {folder}\n"
    assert run_json("cache", "--clear")["removed"] == 0
    assert run_json("cache")["functions"] == []


def test_a_folder_that_cannot_be_used_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MULTIVECTOR_CACHE", str(tmp_path / "file"))
    outcome = run("cache")
    assert outcome.exit_code == 0
    assert "is not a folder; machine code is not kept" in outcome.stderr
    refused = run("cache", "--warm")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is not a folder; name another with MULTIVECTOR_CACHE" in refused.stderr


def test_off_is_said(monkeypatch):
    monkeypatch.setenv("MULTIVECTOR_CACHE", "off")
    assert "machine code is not kept" in run("cache").stderr
    assert run_json("cache")["folder"] is None
    assert run("cache", "--warm").exit_code == 2
