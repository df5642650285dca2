"""Machine code that is kept: never stale, never unsafe, never an error."""

import ast
import errno
import hashlib
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import numba
import platformdirs
import pytest

import multivector_sim as mv
from multivector_sim import cache_folder as files
from multivector_sim import compiled, machine_code
from multivector_sim.cache_folder import CODE, cache_folder, clear, obstacle, tidy
from multivector_sim.cli import compiling
from multivector_sim.cli.compiling import MESSAGE, WITHOUT_CACHE, notice_of_compiling
from multivector_sim.engine import cores
from multivector_sim.machine_code import KeptCode, counts, current_key
from multivector_sim.sampling.tables import SUFFIX

PACKAGE = Path(machine_code.__file__).parent
KEY = current_key()
OTHER_KEY = hashlib.sha256(b"another version").hexdigest()
WHOLE = "import multivector_sim as mv; print(mv.simulate(mv.load('two-buyers'), draws=200).fingerprint)"
COMMAND = "from multivector_sim.cli import main; main(['run', 'two-buyers', '--draws', '200', '--json'])"
ONE = """
import numpy as np
from multivector_sim.sampling.numbers import _write_values, fast_quantile
print(fast_quantile("lognormal", (1.0, 0.5), np.array([0.3]))[0], sum(_write_values.stats.cache_hits.values()))
"""


def twice(x):
    return x + x


def thrice(x):
    return x + x + x


def run(function, number, key=KEY):
    """Call a function in a dispatcher that has compiled nothing yet; give its answer, and whether code was kept."""
    dispatcher = numba.njit(function)
    dispatcher._cache = KeptCode(function, key)
    return dispatcher(number), sum(dispatcher.stats.cache_hits.values()) == 1


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MULTIVECTOR_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def kept_file(folder, name="twice", key=KEY):
    (path,) = (folder / key).glob(f"{name}-*.code")
    return path


def start(code, folder, where=PACKAGE.parent):
    """Start a process that imports the package that lies in ``where``, the folder in which it begins."""
    environment = os.environ | {"MULTIVECTOR_CACHE": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=where, stdout=subprocess.PIPE, text=True)


def answer(process):
    out, _ = process.communicate(timeout=280)
    assert process.returncode == 0
    return out.split()


def test_what_was_compiled_is_read_back(folder):
    assert run(twice, 21.0) == (42.0, False)
    assert run(twice, 21.0) == (42.0, True)
    assert run(twice, 21) == (42, False), "another signature is another file"
    assert len(list((folder / KEY).glob("twice-*.code"))) == 2
    assert folder.stat().st_mode & 0o777 == (folder / KEY).stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (folder / KEY).iterdir()} == {0o600}


def test_off_keeps_nothing(folder, monkeypatch):
    monkeypatch.setenv("MULTIVECTOR_CACHE", "off")
    assert [run(twice, 21.0) for _ in range(2)] == [(42.0, False)] * 2
    assert not folder.exists()


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def cut(path, size):
    path.write_bytes(path.read_bytes()[:size])


def swap(path, other):
    path.write_bytes(other.read_bytes())


def other_function(path):
    run(thrice, 1.0)
    swap(path, kept_file(path.parents[1], "thrice"))


def other_signature(path):
    run(twice, 1)
    (other,) = set(path.parent.glob("twice-*.code")) - {path}
    swap(path, other)


def keep_under_other_key():
    with patch.object(machine_code, "current_key", lambda: OTHER_KEY):
        assert run(twice, 1.0, OTHER_KEY) == (2.0, False)


def other_key(path):
    keep_under_other_key()
    swap(path, kept_file(path.parents[1], key=OTHER_KEY))


def other_key_folder(path):
    keep_under_other_key()
    shutil.rmtree(path.parent)
    (path.parents[1] / OTHER_KEY).rename(path.parent)


def link(path):
    aside = path.parents[2] / path.name
    path.rename(aside)
    path.symlink_to(aside)


def link_folder(path):
    aside = path.parents[2] / "aside"
    path.parent.rename(aside)
    path.parent.symlink_to(aside)


def become_folder(path):
    path.unlink()
    path.mkdir()


def become_pipe(path):
    path.unlink()
    os.mkfifo(path)


def root_becomes_file(path):
    shutil.rmtree(path.parents[1])
    path.parents[1].write_bytes(b"")


def sealed(path, payload):
    """Write a payload that has a true digest, which only this library's own defect could do."""
    kept = KeptCode(twice, KEY)
    dispatcher = numba.njit(twice)
    identity = kept._identity((numba.float64,), dispatcher.targetctx.codegen())
    assert kept._path(path.parent, identity) == path
    files.write_sealed(path, identity, payload)


DAMAGE = {
    "empty": lambda path: cut(path, 0),
    "truncated in the digest": lambda path: cut(path, 20),
    "only the digest": lambda path: cut(path, 32),
    "half": lambda path: cut(path, path.stat().st_size // 2),
    "a byte short": lambda path: cut(path, -1),
    "a byte too many": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "a bit of the digest": lambda path: flip(path, 3),
    "the first bit of the payload": lambda path: flip(path, 32),
    "a bit in the middle": lambda path: flip(path, path.stat().st_size // 2),
    "the last bit": lambda path: flip(path, -1),
    "noise": lambda path: path.write_bytes(bytes(range(256)) * 99),
    "another function's": other_function,
    "another signature's": other_signature,
    "another key's": other_key,
    "another key's folder": other_key_folder,
    "a link": link,
    "a folder": become_folder,
    "a pipe": become_pipe,
    "gone": Path.unlink,
    "the folder gone": lambda path: shutil.rmtree(path.parent),
    "a file that others may write": lambda path: path.chmod(0o666),
    "a folder that others may write": lambda path: path.parent.chmod(0o777),
    "a folder that the group may write": lambda path: path.parents[1].chmod(0o770),
    "a linked folder": link_folder,
    "a file in place of the folder": root_becomes_file,
    "sealed, but no pickle": lambda path: sealed(path, b"no pickle"),
    "sealed, but no code": lambda path: sealed(path, pickle.dumps(("no", "code"))),
}
FOR_GOOD = {
    "a folder",
    "a folder that others may write",
    "a folder that the group may write",
    "a linked folder",
    "a file in place of the folder",
}
"""Where nothing can be written either, so each process compiles."""


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_code_is_compiled_again(folder, kind):
    assert run(twice, 21.0) == (42.0, False)
    DAMAGE[kind](kept_file(folder))
    assert run(twice, 21.0) == (42.0, False)
    assert run(twice, 21.0) == (42.0, kind not in FOR_GOOD)


def raise_error(number):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("place", "name", "number"),
    [
        (files.os, "open", errno.EACCES),
        (files.os, "open", errno.EIO),
        (files.os, "fsync", errno.ENOSPC),
        (files.Path, "touch", errno.EROFS),
        (files.Path, "replace", errno.EDQUOT),
        (files.Path, "mkdir", errno.EROFS),
        (files.Path, "mkdir", errno.EACCES),
    ],
)
def test_a_disk_that_fails_is_no_error(folder, monkeypatch, place, name, number):
    with monkeypatch.context() as broken:
        broken.setattr(place, name, raise_error(number))
        assert run(twice, 21.0) == (42.0, False)
        assert run(twice, 21.0) == (42.0, False)
    assert list(folder.rglob("*.*")) == [], "nothing half-written stays"
    assert run(twice, 21.0) == (42.0, False)
    assert run(twice, 21.0) == (42.0, True)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")
def test_what_belongs_to_another_user_is_not_read(folder, monkeypatch):
    run(twice, 21.0)
    monkeypatch.setattr(files.os, "geteuid", lambda: os.getuid() + 1)
    assert run(twice, 21.0) == (42.0, False)
    assert obstacle(folder) == "belongs to another user"
    content = kept_file(folder).read_bytes()
    assert run(twice, 21.0) == (42.0, False)
    assert kept_file(folder).read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("which", ["file", "key", "folder"])
def test_a_stranger_s_file_is_not_read(folder, which):
    run(twice, 21.0)
    path = kept_file(folder)
    os.chown({"file": path, "key": path.parent, "folder": folder}[which], 12345, 12345)
    assert run(twice, 21.0) == (42.0, False)


def test_sources_that_cannot_be_read_keep_nothing(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(machine_code, "PACKAGE", tmp_path / "nowhere")
    assert current_key() is None
    assert [run(twice, 21.0, None) for _ in range(2)] == [(42.0, False)] * 2
    assert not folder.exists()


def test_code_older_than_its_source_is_not_kept(folder, monkeypatch):
    """A source was edited after this process had imported it."""
    monkeypatch.setattr(machine_code, "current_key", lambda: OTHER_KEY)
    assert run(twice, 21.0) == (42.0, False)
    assert not folder.exists()


def test_a_setting_of_the_compiler_is_part_of_the_name(folder, monkeypatch):
    run(twice, 21.0)
    monkeypatch.setattr(numba.config, "BOUNDSCHECK", 1)
    assert run(twice, 21.0) == (42.0, False)


def test_the_key_changes_with_every_source(tmp_path, monkeypatch):
    """Every module of the rooms that hold compiled code, and one of each other room that compiled code can reach."""
    copy = tmp_path / "multivector_sim"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(machine_code, "PACKAGE", copy)
    assert current_key() == KEY, "it does not matter where the package lies"
    keys = {KEY}
    sources = [*copy.glob("*.py"), *(it for it in copy.rglob("__init__.py") if counts(it.relative_to(copy).as_posix()))]
    for holds_compiled_code in sorted(copy.rglob("*.py")):
        if "multivector_sim.compiled import" in holds_compiled_code.read_text(encoding="utf-8"):
            sources += holds_compiled_code.parent.glob("*.py")
    assert len(set(sources)) > 50
    for source in set(sources):
        content = source.read_bytes()
        source.write_bytes(content + b" ")
        keys.add(current_key())
        source.write_bytes(content)
    (copy / "new.py").touch()
    keys.add(current_key())
    assert len(keys) == len(set(sources)) + 2
    before = current_key()
    (copy / "report" / "page.py").write_text("an edit of a page compiles nothing", encoding="utf-8")
    assert current_key() == before


def modules_reached(names, found):
    """Add every module of the package that these import, in whatever place of the file, and those that they import."""
    for name in names - found:
        found.add(name)
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        imported = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("multivector_sim."):
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names if alias.name.startswith("multivector_sim.")}
        paths = {name.removeprefix("multivector_sim.").replace(".", "/") for name in imported}
        files = {f"{path}{end}" for path in paths for end in (".py", "/__init__.py")}
        modules_reached({file for file in files if (PACKAGE / file).is_file()}, found)
    return found


def test_compiled_code_reaches_no_source_outside_the_key():
    named = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    compiled = {name for name, text in named.items() if "multivector_sim.compiled import" in text}
    assert len(compiled) > 12
    reached = modules_reached(compiled, set())
    assert len(reached) > 20
    assert [name for name in sorted(reached) if not counts(name)] == []


@pytest.mark.parametrize("library", ["numba", "llvmlite", "numpy", "scipy"])
def test_the_key_changes_with_every_library(monkeypatch, library):
    monkeypatch.setattr(sys.modules[library], "__version__", "0.0")
    assert current_key() != KEY


def test_an_edit_in_another_module_gives_the_new_answer_at_once(tmp_path):
    """The entry stands in ``numbers.py``; what is edited is a step in ``normal.py`` that it calls."""
    shutil.copytree(PACKAGE, tmp_path / "multivector_sim", ignore=shutil.ignore_patterns("__pycache__"))
    source = tmp_path / "multivector_sim/sampling/numbers.py"
    lowest = tmp_path / "multivector_sim/sampling/special.py"

    def now():
        number, hits = answer(start(ONE, tmp_path / "kept", tmp_path))
        return float(number), int(hits)

    first, hits = now()
    assert (now(), hits) == ((first, 1), 0)
    text = lowest.read_text(encoding="utf-8")
    before, name, after = text.partition("def _in_the_middle(")
    edited = before + name + after.replace("    return ", "    return 2.0 * ", 1)
    assert edited != text
    assert "from multivector_sim.sampling.special import" in source.read_text(encoding="utf-8")
    lowest.write_text(edited, encoding="utf-8")
    after, hits = now()
    assert (after != first, hits) == (True, 0)
    lowest.write_text(text, encoding="utf-8")
    assert now() == (first, 1)


def test_three_at_once_give_the_same_bits(tmp_path):
    at_once = [start(ONE, tmp_path / "kept") for _ in range(3)]
    found = [answer(process) for process in at_once] + [answer(start(ONE, tmp_path / "kept"))]
    assert len({number for number, _ in found}) == 1
    assert found[-1][1] == "1"
    (path,) = (tmp_path / "kept" / KEY).iterdir()
    assert path.name.startswith("_write_values-"), "once, and nothing half-written"


@pytest.mark.timeout(900)  # it compiles
def test_cold_and_warm_give_the_same_bits_as_this_process(tmp_path):
    """The cold one is a command, which compiles in two processes where there are two cores."""
    cold = json.loads("".join(answer(start(COMMAND, tmp_path / "kept"))))["fingerprint"]
    (warm,) = answer(start(WHOLE, tmp_path / "kept"))
    assert cold == warm == mv.simulate("two-buyers", draws=200).fingerprint
    kept = list((tmp_path / "kept" / KEY).iterdir())
    assert {path.suffix for path in kept} == {CODE, SUFFIX}
    names = [path.name.partition("-")[0] for path in kept if path.suffix == CODE]
    assert sorted(names) == ["_gather_rows", "_scatter_rows", "draw_block", "run_groups"]


def test_every_entry_is_kept_and_no_function_from_outside():
    kept = compiled.kernel_entry(twice)
    assert not isinstance(kept._cache, KeptCode)
    from multivector_sim.engine import kernel, random_quantities
    from multivector_sim.questions.frontier import cutting_planes
    from multivector_sim.response import vector_lanes
    from multivector_sim.sampling import numbers
    from multivector_sim.shock import envelope, ruptures

    entries = [
        value
        for module in (kernel, ruptures, random_quantities, vector_lanes, numbers, envelope, cutting_planes)
        for value in vars(module).values()
        if isinstance(getattr(value, "_cache", None), KeptCode)
    ]
    assert len(entries) == 8
    assert sum(path.read_text(encoding="utf-8").count("\n@kernel_entry\n") for path in PACKAGE.rglob("*.py")) == 8


def test_the_five_latest_stay_and_others_after_thirty_days_go(folder):
    now, day = time.time(), 86400.0
    ages = [40.0, 50.0, 0.0, 31.0, 29.0, 60.0, 35.0, 90.0]
    for number, age in enumerate(ages):
        place = folder / hashlib.sha256(bytes([number])).hexdigest()
        place.mkdir(parents=True)
        (place / "twice-0.code").touch()
        os.utime(place, (now - age * day, now - age * day))
    (folder / "holiday pictures").mkdir()
    os.utime(folder / "holiday pictures", (0, 0))
    tidy(folder, now)
    left = sorted(round((now - place.stat().st_mtime) / day) for place in folder.iterdir() if len(place.name) == 64)
    assert left == [0, 29, 31, 35, 40]
    assert clear(folder) == 5
    assert [place.name for place in folder.iterdir()] == ["holiday pictures"]


def test_whoever_watches_is_told_when_code_is_compiled(folder):
    told = []
    with machine_code.watched(told.append):
        run(twice, 21.0)
        assert told == [True, False]
        run(twice, 21.0)
    run(twice, 21)
    assert told == [True, False], "not when it is read back, and not after the end"


def test_what_a_helper_has_kept_meanwhile_is_read_and_not_compiled(folder):
    asked, told = [], []

    def helper(name):
        if not asked:  # the call below asks as well
            asked.append(name)
            assert run(twice, 21.0) == (42.0, False)
        return True

    with machine_code.watched(told.append), machine_code.helped(helper):
        assert run(twice, 21.0) == (42.0, True)
    assert asked == ["twice"]
    assert told == [True, True, False, False]


@pytest.mark.parametrize(
    "helper", [lambda name: name == "twice", lambda name: name[99], lambda _: False], ids=["nothing", "fails", "idle"]
)
def test_a_helper_that_kept_nothing_or_fails_changes_nothing(folder, helper):
    with machine_code.helped(helper):
        assert run(twice, 21.0) == (42.0, False)
        assert run(twice, 21.0) == (42.0, True)


def test_the_second_process_is_started_once_and_only_where_it_helps(folder, monkeypatch):
    started = []

    class Process:
        def wait(self):
            return 1

        def poll(self):
            return 0

    monkeypatch.setattr(compiling, "_start", lambda: started.append(1) or Process())
    monkeypatch.setattr(cores, "CORES", 1)
    helper = compiling.SideBySide()
    assert [helper(name) for name in ("draw_block", "run_groups")] == [False, False]
    assert started == []
    monkeypatch.setattr(cores, "CORES", 2)
    assert [helper(name) for name in ("run_groups", "draw_block", "draw_block")] == [False] * 3
    assert started == [1]
    assert helper("run_groups") is False, "it failed"
    helper.stop()
    monkeypatch.setenv("MULTIVECTOR_CACHE", "off")
    assert compiling.SideBySide()("draw_block") is False
    assert started == [1]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("kept", [True, False])
def test_a_terminal_shows_that_code_is_compiled(folder, monkeypatch, kept):
    monkeypatch.setenv("TERM", "xterm")
    if not kept:
        monkeypatch.setenv("MULTIVECTOR_CACHE", "off")
    shown = []
    for _ in range(2):
        monkeypatch.setattr(sys, "stderr", Terminal())
        with notice_of_compiling():
            assert run(twice, 21.0)[0] == 42.0
        shown.append(sys.stderr.getvalue())
    assert (MESSAGE if kept else WITHOUT_CACHE[:40]) in shown[0]
    assert (MESSAGE in shown[1], WITHOUT_CACHE[:40] in shown[1]) == (False, not kept), "once, if it is kept"


def test_elsewhere_nothing_is_said(folder, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with notice_of_compiling():
        run(twice, 21.0)
    assert stream.getvalue() == ""


def test_use_counts_as_use(folder):
    run(twice, 21.0)
    os.utime(folder / KEY, (0, 0))
    assert run(twice, 21.0) == (42.0, True)
    assert time.time() - (folder / KEY).stat().st_mtime < 60.0


def test_a_new_key_tidies_up(folder):
    for number in range(7):
        place = folder / hashlib.sha256(bytes([number])).hexdigest()
        place.mkdir(parents=True, mode=0o700)
        os.utime(place, (number, number))
    folder.chmod(0o700)
    run(twice, 21.0)
    assert len(list(folder.iterdir())) == 5


def test_where(monkeypatch, tmp_path):
    monkeypatch.setenv("MULTIVECTOR_CACHE", "Off")
    assert cache_folder() is None
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MULTIVECTOR_CACHE", "here")
    assert cache_folder() == tmp_path / "here"
    monkeypatch.setenv("MULTIVECTOR_CACHE", "~nobody-of-this-name/here")
    assert cache_folder() is None
    monkeypatch.delenv("MULTIVECTOR_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "multivector-sim" / "machine-code"


@pytest.mark.parametrize("answer", [lambda *_, **__: Path("~/.cache"), raise_error(errno.ENOENT)])
def test_without_a_home_nothing_is_kept(monkeypatch, answer):
    monkeypatch.delenv("MULTIVECTOR_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_path", answer)
    assert cache_folder() is None
    assert [run(twice, 21.0) for _ in range(2)] == [(42.0, False)] * 2


def test_obstacles(tmp_path):
    assert obstacle(tmp_path / "new" / "newer") is None
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").touch()
    assert obstacle(tmp_path / "file") == "is not a folder"
    assert obstacle(tmp_path / "file" / "below") == "cannot be written"
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert obstacle(tmp_path / "open") == "can be written by other users"
