"""cache on the command line: where the folder is, what is in it, and how it is emptied."""

import hashlib
import subprocess
import sys
from pathlib import Path

import multivector_sim as mv
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


def test_warm_compiles_every_function_with_the_types_of_a_run():
    """A process that has called everything, and then runs the main case, compiles nothing more."""
    program = """if True:
        import sys
        from multivector_sim.cli.compiling import compile_everything
        compile_everything()
        entries = {
            id(value): value
            for name, module in list(sys.modules.items()) if name.startswith("multivector_sim")
            for value in vars(module).values() if hasattr(value, "_cache") and hasattr(value, "signatures")
        }
        kept = [it for it in entries.values() if type(it._cache).__name__ == "KeptCode"]
        before = [len(it.signatures) for it in kept]
        import multivector_sim as mv
        mv.simulate("kazakhstan/by-hazard", draws=64)
        mv.reverse_stress("two-buyers", 0.05, draws=64)
        print(len(kept), min(before), [len(it.signatures) for it in kept] == before)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    entries, least, is_all = done.stdout.split()
    assert int(entries) == sum(
        path.read_text(encoding="utf-8").count("\n@kernel_entry\n") for path in Path(mv.__file__).parent.rglob("*.py")
    )
    assert int(least) >= 1
    assert is_all == "True"
