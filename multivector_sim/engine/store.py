"""A run in a folder: written batch by batch, and checked when it is read back.

**The folder**::

    scenario.json        the scenario
    batch-000000.npy     the draws of the first batch of blocks, one row for each draw
    manifest.json        seed, draws, versions, and the SHA-256 of every other file

Every file is written under another name and renamed when complete, the manifest last. After any interruption, the
folder holds exactly the batches that its manifest names. Nothing is unpickled: an array that would need it is refused.

A folder that is being written is locked by the operating system, so there is one writer at a time. The lock leaves no
file behind and ends with the process. On systems without such locks (not POSIX) nothing is locked.

**Reading what others may have put there.** A name in the folder may belong to a pipe, a device or a link to one, which
would be waited for or read without an end; a manifest may be of any size and hold any text. Files are therefore opened
without waiting, only regular ones are read, and only as much as can be true. The manifest carries a digest of its own
entries, so that an edited one is noticed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import stat
import weakref
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.atomic_file import PART, write_atomically
from multivector_sim.engine.document import LIBRARIES
from multivector_sim.engine.engine_choice import COMPILED, ENGINES
from multivector_sim.engine.kernel import FIGURES, Outcome
from multivector_sim.errors import ScenarioError, StoreError
from multivector_sim.response.arrays import column_count
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.validate import build

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = [
    "MANIFEST",
    "SEAL",
    "Lock",
    "Manifest",
    "Store",
    "digest",
    "is_store",
    "open_regular",
    "part_of",
    "read_manifest",
    "read_object",
    "seal_of",
    "width",
]

SEAL = "seal"
LARGEST_DOCUMENT = 64_000_000
WAIT_FOR_NOBODY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_regular(file: Path, most: int) -> int:
    """Return a handle of a regular file of at most so many bytes; the caller closes it.

    Raises
    ------
    StoreError
        If it is not a regular file, or larger.
    OSError
        If it cannot be opened.
    """
    handle = os.open(file, os.O_RDONLY | WAIT_FOR_NOBODY)
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode) and status.st_size <= most:
        return handle
    os.close(handle)
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"{file}: not a regular file; run the scenario again")
    raise StoreError(f"{file}: {status.st_size:,} bytes are more than it can have; run the scenario again")


def read_object(file: Path) -> dict[str, Any]:
    """Return the one JSON object of a file.

    Raises
    ------
    StoreError
        If it is no regular file of a size that can be, no JSON, or anything but an object.
    FileNotFoundError
        If it is not there.
    """
    try:
        with os.fdopen(open_regular(file, LARGEST_DOCUMENT), "rb") as stream:
            document = json.loads(stream.read(LARGEST_DOCUMENT).decode(), parse_constant=_refuse)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not isinstance(document, dict):
        raise StoreError(f"{file}: not a JSON object")
    return document


def _refuse(word: str) -> None:
    """Refuse what is no JSON, although Python writes and reads it."""
    raise ValueError(f"{word} is not JSON")


def seal_of(document: Mapping[str, Any]) -> str:
    """Return the digest of a document's entries, without the seal itself.

    Examples
    --------
    >>> seal_of({"batch": 4}) == seal_of({"batch": 4, "seal": "x"}) != seal_of({"batch": 5})
    True
    """
    entries = {key: value for key, value in document.items() if key != SEAL}
    content = json.dumps(entries, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(content).hexdigest()


SCHEMA = "multivector/store/1"
MANIFEST = "manifest.json"
SCENARIO = "scenario.json"
DOUBLE = 8
LONGEST_HEADER = 4096
LONGEST_TEXT, LONGEST_COMMAND = 300, 20_000
LENGTH_OF_HASH = 64
LARGEST_COUNT, LARGEST_SEED = 10**9, 2**63
DOCUMENT_TYPES = {
    "version": str,
    "seed": int,
    "draws": int,
    "sampling": str,
    "batch": int,
    "command": str,
    "engine": str,
    "complete": bool,
    "files": dict,
    "libraries": str,
    "python": str,
}
ADDED = {"libraries": "unknown", "python": "unknown"}
"""Entries that earlier versions did not write, and what is said of them then."""


@dataclass
class Manifest:
    """The description of a run in its folder.

    ``sampling`` is the label of the scheme that provided the random numbers, ``batch`` the number of blocks in a file,
    ``command`` the command line that started the run, if any, ``engine`` what computed it, ``complete`` whether all
    files are there, ``files`` the SHA-256 of each file by its name, ``libraries`` the versions of the libraries that
    computed the draws, and ``python`` that of Python.
    """

    version: str
    seed: int
    draws: int
    sampling: str
    batch: int
    command: str = ""
    engine: str = COMPILED
    complete: bool = False
    files: dict[str, str] = field(default_factory=dict)
    libraries: str = LIBRARIES
    python: str = field(default_factory=platform.python_version)

    @property
    def is_bare(self) -> bool:
        """Return whether no batch has been stored yet, so that nothing can be lost."""
        return not any(name != SCENARIO for name in self.files)


class Store:
    """The folder of one run.

    Parameters
    ----------
    folder
        The path of the folder.
    manifest
        Its manifest.
    scenario
        The scenario of the run.

    Notes
    -----
    Methods raise :class:`~multivector_sim.errors.StoreError` if something cannot be read or written; batches that were
    stored before remain valid.
    """

    def __init__(self, folder: Path, manifest: Manifest, scenario: Scenario) -> None:
        self.folder = folder
        self.manifest = manifest
        self.scenario = scenario
        self.lock: Lock | None = None

    def close(self) -> None:
        """Release the lock, so that others can write to the folder."""
        if self.lock is not None:
            self.lock.release()

    @classmethod
    def begin(cls, folder: Path, manifest: Manifest, scenario: Scenario) -> Store:
        """Return a store in a folder prepared for a run; an earlier run in it is removed.

        The new manifest is written first and lists no files yet, so that the folder is recognisable at every moment.
        """
        store = cls(folder, manifest, scenario)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            store.note()
            for file in [folder / SCENARIO, *folder.glob("batch-*.npy"), *folder.glob(f".*{PART}")]:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error
        store.put(SCENARIO, json.dumps(scenario.document(), indent=1, ensure_ascii=False).encode())
        store.note()
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Return the store of a folder, with manifest and scenario; batches are read on demand."""
        manifest = read_manifest(folder)
        if not _is_good(folder / SCENARIO, manifest, LARGEST_DOCUMENT):
            raise StoreError(f"{folder / SCENARIO}: missing or changed since it was written; run the scenario again")
        try:
            return cls(folder, manifest, build(_read_json(folder, SCENARIO), alone=True))
        except ScenarioError as error:
            raise StoreError(f"{folder / SCENARIO}: cannot be used: {error.mistakes[0]}") from error

    def has(self, batch: int) -> bool:
        """Return whether a batch is there and is what it was when it was written."""
        columns = width(len(self.scenario.partners), len(self.scenario.channels))
        most = self.manifest.batch * BLOCK * columns * DOUBLE + LONGEST_HEADER
        return _is_good(self.folder / _name_of(batch), self.manifest, most)

    def holds(self, batch: int, draws: int) -> bool:
        """Return whether a batch is there, intact, and has at least so many draws."""
        if not self.has(batch):
            return False
        try:
            return bool(_rows_of(self.folder / _name_of(batch)).shape[0] >= draws)
        except (OSError, ValueError):
            return False

    def read(self, batch: int) -> Outcome:
        """Return one batch."""
        file = self.folder / _name_of(batch)
        if not self.has(batch):
            raise StoreError(f"{file}: missing or changed since it was written; run it again with --resume")
        try:
            return _from_rows(np.array(_rows_of(file)), len(self.scenario.partners), len(self.scenario.channels))
        except (OSError, ValueError) as error:
            raise StoreError(f"{file}: cannot be read: {error}") from error

    def write(self, batch: int, outcome: Outcome) -> None:
        """Store one batch; a complete run becomes incomplete."""
        content = io.BytesIO()
        np.save(content, _to_rows(outcome), allow_pickle=False)
        self.put(_name_of(batch), content.getvalue())
        self.manifest.complete = False
        self.note()

    def finish(self, draws: int) -> None:
        """Record that the run is complete, and its number of draws; nothing is written if that is recorded already."""
        if self.manifest.complete and self.manifest.draws == draws:
            return
        self.manifest.draws = draws
        self.manifest.complete = True
        self.note()

    def put(self, name: str, content: bytes) -> None:
        """Write a file, completely or not at all, and record its hash."""
        write_file(self.folder / name, content)
        self.manifest.files[name] = hashlib.sha256(content).hexdigest()

    def note(self) -> None:
        """Write the manifest."""
        document = {"schema": SCHEMA, **asdict(self.manifest)}
        document["command"] = _printable(self.manifest.command)
        document[SEAL] = seal_of(document)
        write_file(self.folder / MANIFEST, json.dumps(document, indent=1).encode())


def _name_of(batch: int) -> str:
    """Return the name of a batch's file.

    Examples
    --------
    >>> _name_of(7)
    'batch-000007.npy'
    """
    return f"batch-{batch:06d}.npy"


def is_store(folder: Path) -> bool:
    """Return whether a folder holds a run."""
    try:
        return (folder / MANIFEST).is_file()
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read: {error.strerror}") from error


def _is_good(file: Path, manifest: Manifest, most: int) -> bool:
    """Return whether a file is there, no larger than it can be, and has the hash that the manifest took down."""
    wanted = manifest.files.get(file.name)
    if wanted is None:
        return False
    try:
        return file.is_file() and file.stat().st_size <= most and digest(file, most) == wanted
    except OSError as error:
        raise StoreError(f"{file}: cannot be read: {error.strerror}") from error


def digest(file: Path, most: int = 1 << 62) -> str:
    """Return the SHA-256 of a regular file."""
    try:
        with os.fdopen(open_regular(file, most), "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(f"{file}: cannot be read: {error.strerror}") from error


def _rows_of(file: Path) -> Floats:
    """Return the rows of a file of numbers without reading them into memory; raise ValueError for any other file."""
    rows: Floats = np.lib.format.open_memmap(file, mode="r")
    if rows.ndim != 2:  # noqa: PLR2004  a row a draw
        raise ValueError(f"{rows.ndim} dimensions are not the rows of draws")
    return rows


def part_of(file: Path) -> Path:
    """Return the path beside a file where it is written before it is complete."""
    return file.with_name(f".{file.name}{PART}")


def write_file(file: Path, content: bytes) -> None:
    """Write a temporary file and rename it, so that a reader sees the old file or the new one; no link is followed."""
    part = part_of(file)
    try:
        part.unlink(missing_ok=True)
        write_atomically(file, [content], part)
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder; refuse one that is invalid."""
    place = folder / MANIFEST
    found = _read_json(folder, MANIFEST)
    document = ADDED | found
    if document.pop("schema", None) != SCHEMA:
        raise StoreError(f"{place}: not a manifest of {SCHEMA}; it may be from another version")
    if document.pop(SEAL, None) != seal_of(found):
        raise StoreError(f"{place}: changed since it was written; run the scenario again")
    document.setdefault("engine", COMPILED)  # kept before there was another
    if {key: type(value) for key, value in document.items()} != DOCUMENT_TYPES:
        raise StoreError(f"{place}: not a manifest of {SCHEMA}; its entries differ")
    manifest = Manifest(**document)
    texts = (manifest.version, manifest.sampling, manifest.engine, manifest.libraries, manifest.python)
    if not all(text.isprintable() and len(text) <= LONGEST_TEXT for text in texts):
        raise StoreError(f"{place}: not a manifest of {SCHEMA}; a text in it is too long or holds control characters")
    if _printable(manifest.command) != manifest.command:
        raise StoreError(f"{place}: not a manifest of {SCHEMA}; the command is too long or holds control characters")
    if not all(len(str(it)) == LENGTH_OF_HASH for it in manifest.files.values()):
        raise StoreError(f"{place}: not a manifest of {SCHEMA}; a hash in it is invalid")
    if manifest.engine not in ENGINES:
        raise StoreError(f"{place}: was made by the engine '{manifest.engine}', which this version does not know")
    if manifest.batch < 1 or manifest.draws < 1:
        raise StoreError(f"{place}: not a manifest of {SCHEMA}; it holds no draws")
    if max(manifest.batch, manifest.draws) > LARGEST_COUNT or not 0 <= manifest.seed < LARGEST_SEED:
        raise StoreError(f"{place}: not a manifest of {SCHEMA}; a number in it is too large")
    return manifest


def _printable(text: str) -> str:
    """Return a command line without control characters, and no longer than anyone reads."""
    line = "".join(letter if letter.isprintable() else "?" for letter in text)
    return line if len(line) <= LONGEST_COMMAND else f"{line[: LONGEST_COMMAND - 3]}..."


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    """Return one JSON object."""
    try:
        return read_object(folder / name)
    except FileNotFoundError as error:
        raise StoreError(f"{folder}: no saved run here (no {name}); give the folder that --out named") from error


class Lock:
    """The lock of a folder, held from construction on.

    Parameters
    ----------
    folder
        An existing folder.

    Raises
    ------
    StoreError
        If another process holds it, or the folder cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.handle: int | None = None
        try:
            import fcntl
        except ModuleNotFoundError:
            return
        try:
            handle = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be read: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            if isinstance(error, BlockingIOError):
                raise StoreError(
                    f"{folder}: another run is writing here; wait for it, or give another folder"
                ) from None
            return  # a file system without locks
        self.handle = handle
        _HELD.add(self)

    def release(self) -> None:
        """Release the lock; repeated calls are harmless."""
        handle, self.handle = self.handle, None
        if handle is not None:
            os.close(handle)


_HELD: weakref.WeakSet[Lock] = weakref.WeakSet()


def _let_go_in_child() -> None:
    """Close the locks in a forked process, which would otherwise hold them after the run has ended.

    Closing the copy of a handle does not unlock: the lock belongs to the open file, which the parent keeps open.
    """
    for lock in list(_HELD):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_child)


def width(partners: int, channels: int) -> int:
    """Return the number of columns: six figures a channel and aggregate, the attribution, and the ruptures.

    Examples
    --------
    >>> width(partners=9, channels=4)
    83
    """
    return FIGURES * column_count(channels) + (partners + 1) * channels + 1


def _to_rows(outcome: Outcome) -> Floats:
    """Return an outcome as rows."""
    draws = outcome.ruptures.size
    return np.concatenate([array.reshape(draws, -1) for array in outcome], axis=1).astype("<f8")


def _from_rows(rows: Floats, partners: int, channels: int) -> Outcome:
    """Return the outcome that rows hold."""
    if rows.ndim != 2 or rows.shape[1] != width(partners, channels) or rows.dtype != np.dtype("<f8"):  # noqa: PLR2004
        raise ValueError(f"{rows.dtype} of shape {rows.shape} are not the draws of this scenario")
    columns = column_count(channels)
    figures = (np.ascontiguousarray(rows[:, at * columns : (at + 1) * columns]) for at in range(FIGURES))
    loss_share, trough, recovery, unrecovered, below, followed = figures
    if not _may_be(rows, columns):
        raise ValueError("a number in it is not one that a draw can give")
    attribution = np.ascontiguousarray(rows[:, FIGURES * columns : -1]).reshape(-1, partners + 1, channels)
    counts = rows[:, -1].astype(np.int64)
    return Outcome(loss_share, trough, recovery, unrecovered, below, followed, attribution, counts)


def _may_be(rows: Floats, columns: int) -> bool:
    """Return whether rows can be those of draws: NaN only in the whole column of a flow that there is not."""
    missing = np.isnan(rows[:, : FIGURES * columns])
    empty = missing[:, :columns].all(axis=0)
    rest = rows[:, FIGURES * columns :]
    counts = rows[:, -1]
    return bool(
        (missing == np.tile(empty, FIGURES)).all()
        and not np.isinf(rows).any()
        and not np.isnan(rest).any()
        and (counts >= 0.0).all()
        and (counts < LARGEST_COUNT).all()
        and (counts == np.floor(counts)).all()
    )
