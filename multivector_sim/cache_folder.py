"""The folder in which machine code is kept, and the sealed files in it.

Machine code is kept as pickles, and reading a pickle runs what it says. So a file is read only if this user owns it and
nobody else may write it, the same holds for the folders that it lies in, and neither is a symbolic link. A digest of
the content and of what the content claims to be stands at its head and is compared first: a damaged file, or another
one under its name, is refused. Files are written under another name and then renamed, so that several processes may
write and read at once.

The folder holds one folder for each key (:func:`multivector_sim.machine_code.current_key`). The five used last
stay; others go when they were not used for 30 days.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = [
    "CODE",
    "cache_folder",
    "check_folder",
    "clear",
    "make_folder",
    "obstacle",
    "read_sealed",
    "tidy",
    "write_sealed",
]

VARIABLE = "MULTIVECTOR_CACHE"
APPLICATION = "multivector-sim"

LATEST = 5
"""How many keys stay however old they are."""

UNUSED = 30 * 86400.0
"""After how many seconds without use the others go."""

CODE, PART = ".code", ".part"
PART_LEFT = 86400.0
"""After how many seconds a file half-written was certainly left behind by a process that died."""

LARGEST = 1 << 28
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
DIGEST = hashlib.sha256().digest_size
KEY_LENGTH = 2 * DIGEST


def cache_folder() -> Path | None:
    """Return the folder that holds one folder a key, which need not exist; None where nothing is to be kept.

    Examples
    --------
    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, MULTIVECTOR_CACHE="off"):
    ...     cache_folder() is None
    True
    """
    named = os.environ.get(VARIABLE, "")
    if named.strip().lower() == "off":
        return None
    try:
        if named:
            return Path(named).expanduser().absolute()
        from platformdirs import user_cache_path

        folder = user_cache_path(APPLICATION, appauthor=False) / "machine-code"
    except (ImportError, OSError, RuntimeError):
        return None
    return folder if folder.is_absolute() else None


def obstacle(folder: Path) -> str | None:
    """Return why machine code in a folder is not used; None if it is.

    Examples
    --------
    >>> obstacle(Path(__file__))
    'is not a folder'
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        if there == folder:
            check_folder(folder.stat())
    except OSError as error:
        return str(error)
    return None if there.is_dir() and os.access(there, os.W_OK | os.X_OK) else "cannot be written"


def make_folder(folder: Path) -> None:
    """Make a folder that only this user can read, or check the one that there is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_folder(folder.stat())


def check_folder(status: os.stat_result) -> None:
    """Raise PermissionError unless it is a folder of this user that nobody else may write."""
    if not stat.S_ISDIR(status.st_mode):
        raise PermissionError("is not a folder")
    _check_owner(status)


def _check_owner(status: os.stat_result) -> None:
    """Raise PermissionError unless this user owns it and nobody else may write it, where there are such things."""
    if not hasattr(os, "geteuid"):
        return
    if status.st_uid != os.geteuid():
        raise PermissionError("belongs to another user")
    if status.st_mode & OTHERS_WRITE:
        raise PermissionError("can be written by other users")


def read_sealed(path: Path, identity: bytes) -> bytes:
    """Return what :func:`write_sealed` wrote under the same identity; raise if it is not exactly that."""
    flags = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))
    with os.fdopen(os.open(path, os.O_RDONLY | flags), "rb") as stream:
        status = os.fstat(stream.fileno())
        _check_owner(status)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise PermissionError("is no file of machine code")
        content = stream.read()
    payload = content[DIGEST:]
    if content[:DIGEST] != _seal(identity, payload):
        raise ValueError("is damaged")
    return payload


def write_sealed(path: Path, identity: bytes, payload: bytes) -> None:
    """Write a payload after its digest, wholly or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=path.stem, suffix=PART, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_seal(identity, payload))
            stream.write(payload)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _seal(identity: bytes, payload: bytes) -> bytes:
    """Return the digest of a payload under its identity."""
    return hashlib.sha256(hashlib.sha256(identity).digest() + payload).digest()


def tidy(folder: Path, now: float) -> None:
    """Remove the keys that are neither among the five latest nor used within 30 days.

    Examples
    --------
    >>> tidy(Path("there is no such folder"), 0.0)
    """
    latest = sorted(_keys_in(folder), key=lambda it: it[1], reverse=True)
    for place, used in latest[LATEST:]:
        if now - used > UNUSED:
            shutil.rmtree(place, ignore_errors=True)
    for place, _ in latest:
        for part in place.glob(f"*{PART}"):
            with suppress(OSError):
                if now - part.lstat().st_mtime > PART_LEFT:
                    part.unlink()


def clear(folder: Path) -> int:
    """Remove all machine code that is kept in a folder, and nothing else.

    Examples
    --------
    >>> clear(Path("there is no such folder"))
    0
    """
    places = _keys_in(folder)
    for place, _ in places:
        shutil.rmtree(place, ignore_errors=True)
    return sum(not place.exists() for place, _ in places)


def _keys_in(folder: Path) -> list[tuple[Path, float]]:
    """Return the folders that are named like keys, each with the time when it was last used."""
    found = []
    with suppress(OSError):
        for place in folder.iterdir():
            with suppress(OSError):
                status = place.lstat()
                is_key = len(place.name) == KEY_LENGTH and set(place.name) <= set("0123456789abcdef")
                if is_key and stat.S_ISDIR(status.st_mode):
                    found.append((place, status.st_mtime))
    return found
