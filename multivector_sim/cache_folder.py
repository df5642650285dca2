"""The folder in which machine code is kept, and its checked files.

Machine code is kept as pickles, and reading a pickle runs code. So a file is read only if this user owns it and
no other user may write it, the same holds for its parent folders, and neither is a symbolic link. Each file begins with
a digest of its content and its identity, which is compared first: a damaged file, or another one under the same
name, is refused. Files are written under another name and then renamed, so that several processes may
write and read at once.

The folder holds one folder for each key (:func:`multivector_sim.machine_code.current_key`). The five most recently used
stay; others are removed after 30 days without use.
"""

import hashlib
import os
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path

from multivector_sim.atomic_file import PART, new_part, write_atomically

__all__ = [
    "CODE",
    "cache_folder",
    "clear",
    "key_folder",
    "make_key_folder",
    "obstacle",
    "read_sealed",
    "tidy",
    "write_sealed",
]

VARIABLE = "MULTIVECTOR_CACHE"
APPLICATION = "multivector-sim"

LATEST = 5
"""The number of keys that stay however old they are."""

UNUSED = 30 * 86400.0
"""The seconds without use after which the others are removed."""

CODE = ".code"
PART_LEFT = 86400.0
"""The age in seconds at which a half-written file was certainly left behind by a process that died."""

LARGEST = 1 << 28
OWN = stat.S_IRUSR | stat.S_IWUSR
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
DIGEST = hashlib.sha256().digest_size
KEY_LENGTH = 2 * DIGEST


def cache_folder() -> Path | None:
    """Return the folder that holds one folder per key, which need not exist; None if nothing is to be kept.

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
    """Return why machine code in a folder is not used; None if it is used.

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
    """Create a folder that only this user can read, or check an existing one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_folder(folder.stat())


def key_folder(root: Path, key: str) -> Path:
    """Return the folder of a key, to read from; raise OSError unless nobody else can have written there."""
    check_folder(root.stat())
    folder = root / key
    check_folder(folder.lstat())
    return folder


def make_key_folder(root: Path, key: str) -> Path:
    """Return the folder of a key, to write to; raise OSError if it cannot be made, or others may write there."""
    make_folder(root)
    folder = root / key
    is_new = not folder.exists()
    make_folder(folder)
    check_folder(folder.lstat())
    if is_new:
        tidy(root, time.time())
    return folder


def check_folder(status: os.stat_result) -> None:
    """Raise PermissionError unless this is a folder of this user that no other user may write."""
    if not stat.S_ISDIR(status.st_mode):
        raise PermissionError("is not a folder")
    _check_owner(status)


def _check_owner(status: os.stat_result) -> None:
    """Raise PermissionError unless this user owns it and no other user may write it, where the system has owners."""
    if not hasattr(os, "geteuid"):
        return
    if status.st_uid != os.geteuid():
        raise PermissionError("belongs to another user")
    if status.st_mode & OTHERS_WRITE:
        raise PermissionError("can be written by other users")


def read_sealed(path: Path, identity: bytes) -> bytes:
    """Return the payload that :func:`write_sealed` wrote under the same identity; raise if it is anything else."""
    flags = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))
    with os.fdopen(os.open(path, os.O_RDONLY | flags), "rb") as stream:
        status = os.fstat(stream.fileno())
        _check_owner(status)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise PermissionError("is not a file of machine code")
        content = stream.read()
    payload = content[DIGEST:]
    if content[:DIGEST] != _seal(identity, payload):
        raise ValueError("is damaged")
    return payload


def write_sealed(path: Path, identity: bytes, payload: bytes) -> None:
    """Write a payload after its digest, completely or not at all."""
    write_atomically(path, [_seal(identity, payload), payload], new_part(path), OWN)


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
    """Remove all machine code in a folder, and nothing else; return the number of files.

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
    """Return the folders that are named like keys, each with the time of its last use."""
    found = []
    with suppress(OSError):
        for place in folder.iterdir():
            with suppress(OSError):
                status = place.lstat()
                is_key = len(place.name) == KEY_LENGTH and set(place.name) <= set("0123456789abcdef")
                if is_key and stat.S_ISDIR(status.st_mode):
                    found.append((place, status.st_mtime))
    return found
