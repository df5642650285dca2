"""Machine code that one process keeps for the next.

Compiling the kernel takes seconds, a run of a thousand draws takes hundredths of one. So the machine code of every
entry (:func:`multivector_sim.compiled.entry`) is written to the user's cache folder, and a later process reads it
back. Three rules make that safe:

*Never stale.* The folder is named after a hash of every source file of this package and of the versions of Python,
numba, llvmlite, NumPy and SciPy; the file is named after the function, the types of its arguments, the processor and
numba's settings. Numba's own cache looks only at the file that the function stands in, so an edit in another module
would go unnoticed. Where a source changed after this process had begun, nothing is written.

*Never unsafe.* The files are pickles, and reading a pickle runs what it says. They are read only from a folder and a
file that this user owns and nobody else may write, and never through a symbolic link; a digest at their head is
compared before they are unpickled, so a damaged or exchanged file is not used either.

*Never an error.* Whatever is wrong with the cache (no home, a read-only or full disk, a damaged file), the function is
compiled as if there were no cache. Files are written under another name and then renamed, so several processes may
write and read at the same time.

The environment variable ``MULTIVECTOR_CACHE`` names another folder, or says ``off``.
"""

import hashlib
import os
import pickle
import platform
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["VARIABLE", "KeptCode", "cache_folder", "clear", "current_key", "obstacle", "tidy"]

VARIABLE = "MULTIVECTOR_CACHE"
APPLICATION = "multivector-sim"
PACKAGE = Path(__file__).parent

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

SETTINGS = (
    "OPT",
    "LOOP_VECTORIZE",
    "SLP_VECTORIZE",
    "USING_SVML",
    "DISABLE_INTEL_SVML",
    "BOUNDSCHECK",
    "DEBUGINFO_DEFAULT",
    "DEBUG_JIT",
    "ENABLE_PROFILING",
    "EXTEND_VARIABLE_LIFETIMES",
)
"""Settings of numba that change the machine code; its own cache does not look at them."""


def cache_folder() -> Path | None:
    """Return the folder that holds one folder a key, which need not exist; None where nothing is to be kept.

    Returns
    -------
    Path or None
        ``MULTIVECTOR_CACHE`` if it is set, else the user's cache folder. None if it is ``off``, or if this user has no
        home.

    Examples
    --------
    >>> before = os.environ.get("MULTIVECTOR_CACHE")
    >>> os.environ["MULTIVECTOR_CACHE"] = "off"
    >>> cache_folder() is None
    True
    >>> _ = os.environ.pop("MULTIVECTOR_CACHE") if before is None else os.environ.update(MULTIVECTOR_CACHE=before)
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


def current_key() -> str | None:
    """Return the hash of everything that the machine code of this package depends on, except the processor.

    Returns
    -------
    str or None
        SHA-256 in hexadecimal; None where the sources cannot be read.

    Examples
    --------
    >>> len(current_key())
    64
    """
    import llvmlite
    import numba
    import numpy as np
    import scipy

    libraries = (numba, llvmlite, np, scipy)
    versions = [sys.version, platform.python_implementation(), *(library.__version__ for library in libraries)]
    hashed = hashlib.sha256("\n".join(versions).encode())
    try:
        sources = sorted(PACKAGE.rglob("*.py"))
        for source in sources:
            content = source.read_bytes()
            hashed.update(f"\n{source.relative_to(PACKAGE).as_posix()} {len(content)}\n".encode())
            hashed.update(content)
    except OSError:
        return None
    return hashed.hexdigest() if sources else None


def obstacle(folder: Path) -> str | None:
    """Return why machine code in a folder is not used; None if it is.

    Parameters
    ----------
    folder
        As of :func:`cache_folder`; one that does not exist yet is no obstacle if it can be made.

    Returns
    -------
    str or None
        A clause that follows the folder's name.

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


class KeptCode:
    """The machine code of one function, on disk; numba's dispatcher asks it before and tells it after it compiles.

    Parameters
    ----------
    function
        The Python function; it stands in this package.
    key
        What :func:`current_key` returned before this package's compiled code was imported.
    """

    def __init__(self, function: Callable[..., Any], key: str | None) -> None:
        self._name = f"{function.__module__}.{function.__qualname__}"
        self._key = key

    @property
    def cache_path(self) -> str | None:
        """The folder of this key; None where nothing is kept."""
        folder = cache_folder()
        return None if folder is None or self._key is None else str(folder / self._key)

    def load_overload(self, signature: Any, target: Any) -> Any:  # noqa: ANN401  numba has no types
        """Return the compiled function for a signature as an earlier process left it, or None."""
        try:
            target.refresh()
            identity = self._identity(signature, target.codegen())
            return self._load(identity, target)
        except Exception:  # noqa: BLE001  whatever is wrong with what is kept, it is compiled again
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:  # noqa: ANN401  numba has no types
        """Keep a function that was just compiled, if that is possible."""
        with suppress(Exception):  # what cannot be kept is compiled again next time
            if compiled.library.has_dynamic_globals or compiled.lifted or current_key() != self._key:
                return
            self._save(self._identity(signature, compiled.library.codegen), compiled)

    def enable(self) -> None:
        """Do nothing: ``MULTIVECTOR_CACHE`` says whether code is kept."""

    disable = flush = enable

    def _identity(self, signature: Any, codegen: Any) -> bytes:  # noqa: ANN401  numba has no types
        """Return all that tells one piece of machine code from another."""
        from numba import config
        from numba.core.sigutils import normalize_signature

        arguments, _ = normalize_signature(signature)
        settings = [f"{name}={getattr(config, name, None)}" for name in SETTINGS]
        return "\n".join([str(self._key), self._name, str(arguments), str(codegen.magic_tuple()), *settings]).encode()

    def _path(self, folder: Path, identity: bytes) -> Path:
        """Return where the code of this identity lies in the key's folder."""
        return folder / f"{self._name.rpartition('.')[2]}-{hashlib.sha256(identity).hexdigest()[:32]}{CODE}"

    def _load(self, identity: bytes, target: Any) -> Any:  # noqa: ANN401  numba has no types
        """Read and link the code; raise if there is none or it is not to be trusted."""
        from numba.core.compiler import CompileResult

        folder, key = cache_folder(), self._key
        if folder is None or key is None:
            return None
        check_folder(folder.stat())
        check_folder((folder / key).lstat())
        payload = read_sealed(self._path(folder / key, identity), identity)
        found = CompileResult._rebuild(target, *pickle.loads(payload))  # noqa: S301, SLF001  owner and digest checked
        with suppress(OSError):
            os.utime(folder / key)
        return found

    def _save(self, identity: bytes, compiled: Any) -> None:  # noqa: ANN401  numba has no types
        """Write the code; raise if that fails."""
        from numba.core.serialize import dumps

        folder, key = cache_folder(), self._key
        if folder is None or key is None:
            return
        make_folder(folder)
        is_new = not (folder / key).exists()
        make_folder(folder / key)
        check_folder((folder / key).lstat())
        write_sealed(self._path(folder / key, identity), identity, dumps(compiled._reduce()))  # noqa: SLF001  numba's own cache does the same
        if is_new:
            tidy(folder, time.time())


def make_folder(folder: Path) -> None:
    """Make a folder that only this user can read, or check the one that there is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_folder(folder.stat())


def check_folder(status: os.stat_result) -> None:
    """Raise PermissionError unless it is a folder of this user that nobody else may write."""
    if not stat.S_ISDIR(status.st_mode):
        raise PermissionError("is not a folder")
    check_owner(status)


def check_owner(status: os.stat_result) -> None:
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
        check_owner(status)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise PermissionError("is no file of machine code")
        content = stream.read()
    payload = content[DIGEST:]
    if content[:DIGEST] != seal(identity, payload):
        raise ValueError("is damaged")
    return payload


def write_sealed(path: Path, identity: bytes, payload: bytes) -> None:
    """Write a payload after its digest, wholly or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=path.stem, suffix=PART, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(seal(identity, payload))
            stream.write(payload)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def seal(identity: bytes, payload: bytes) -> bytes:
    """Return the digest of a payload under its identity."""
    return hashlib.sha256(hashlib.sha256(identity).digest() + payload).digest()


def tidy(folder: Path, now: float) -> None:
    """Remove the keys that are neither among the five latest nor used within 30 days.

    Parameters
    ----------
    folder
        As of :func:`cache_folder`.
    now
        Seconds since 1970.

    Examples
    --------
    >>> tidy(Path("there is no such folder"), 0.0)
    """
    latest = sorted(keys_in(folder), key=lambda it: it[1], reverse=True)
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

    Parameters
    ----------
    folder
        As of :func:`cache_folder`.

    Returns
    -------
    int
        How many keys were removed.

    Examples
    --------
    >>> clear(Path("there is no such folder"))
    0
    """
    places = keys_in(folder)
    for place, _ in places:
        shutil.rmtree(place, ignore_errors=True)
    return sum(not place.exists() for place, _ in places)


def keys_in(folder: Path) -> list[tuple[Path, float]]:
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
