"""Tables that are kept have the same bits, and a file that is not ours is never read."""

import numpy as np
import pytest

from multivector_sim.sampling import tables
from multivector_sim.sampling.tables import SUFFIX, kept_table, tables_of

LAW = ("pert", (0.1, 0.3, 0.9))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    if tables.KEY is None:
        pytest.skip("nothing is kept without a compiler")
    monkeypatch.setenv("MULTIVECTOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def fail():
    raise AssertionError("it is computed although it is kept")


def compute():
    return tables_of(*LAW)


def test_a_kept_table_has_the_same_bits(folder):
    first = kept_table(*LAW, compute)
    again = kept_table(*LAW, fail)
    assert first.tobytes() == again.tobytes() == compute().tobytes()
    assert again.flags.writeable == first.flags.writeable
    assert len(list(folder.rglob(f"*{SUFFIX}"))) == 1


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "another", "link", "open to all"])
def test_a_damaged_table_is_computed_again(folder, damage):
    kept_table(*LAW, compute)
    (file,) = folder.rglob(f"*{SUFFIX}")
    content = bytearray(file.read_bytes())
    match damage:
        case "truncated":
            file.write_bytes(content[:-16])
        case "flipped":
            content[1000] ^= 4
            file.write_bytes(content)
        case "empty":
            file.write_bytes(b"")
        case "another":
            kept_table("pert", (0.2, 0.3, 0.9), lambda: tables_of("pert", (0.2, 0.3, 0.9)))
            (other,) = set(folder.rglob(f"*{SUFFIX}")) - {file}
            file.write_bytes(other.read_bytes())
        case "link":
            other = file.rename(file.with_name("elsewhere"))
            file.symlink_to(other)
        case "open to all":
            file.chmod(0o666)
    calls = []

    def counted():
        calls.append(1)
        return compute()

    assert kept_table(*LAW, counted).tobytes() == compute().tobytes()
    assert calls == [1]


@pytest.mark.parametrize("law", [("lognormal", (1.0, 0.5)), ("made-up", (1.0,))])
def test_other_laws_are_not_kept(folder, law):
    assert kept_table(*law, lambda: np.ones((1, 2, 2))).size
    assert not list(folder.rglob(f"*{SUFFIX}"))


def test_no_more_than_so_many_are_kept(folder, monkeypatch):
    monkeypatch.setattr(tables, "MOST", 1)
    for low in (0.1, 0.2):
        kept_table("pert", (low, 0.3, 0.9), compute)
    assert len(list(folder.rglob(f"*{SUFFIX}"))) == 1


def test_a_folder_that_cannot_be_written_is_no_error(folder, monkeypatch):
    folder.write_text("a file")
    assert kept_table(*LAW, compute).shape == compute().shape
    monkeypatch.setenv("MULTIVECTOR_CACHE", "off")
    assert kept_table(*LAW, compute).shape == compute().shape


def test_nothing_is_kept_once_the_sources_have_changed(folder, monkeypatch):
    monkeypatch.setattr(tables, "_is_unchanged", lambda: False)
    assert kept_table(*LAW, compute).shape == compute().shape
    assert not list(folder.rglob(f"*{SUFFIX}"))
