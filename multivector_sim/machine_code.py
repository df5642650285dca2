"""Machine code that one process saves for later ones.

Compiling the kernel takes seconds, a run of a thousand draws takes hundredths of one. So the machine code of every
entry (:func:`multivector_sim.compiled.kernel_entry`) is written to the user's cache folder, and later ones read it
back. Three rules make that safe:

*Never stale.* The folder is named after a hash of every source file that compiled code can reach (:data:`APART` are the
others) and of the versions of Python, numba, llvmlite, NumPy and SciPy; the file is named after the function, the types
of its arguments, the processor and numba's settings. Numba's own cache looks only at the file that contains the
function, so an edit in another module would go unnoticed. If a source file changes after this process has begun,
nothing is written.

*Never unsafe.* Files are read only where no other user can have written them, and only if they are intact
(:mod:`multivector_sim.cache_folder`).

*Never an error.* Whatever is wrong with the cache (no home, a read-only or full disk, a damaged file), the function is
compiled as if there were no cache.

The environment variable ``MULTIVECTOR_CACHE`` names another folder, or is ``off``.
"""

import hashlib
import os
import pickle
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from multivector_sim.cache_folder import CODE, cache_folder, key_folder, make_key_folder, read_sealed, write_sealed

__all__ = ["PACKAGE", "KeptCode", "current_key", "helped", "watched"]

PACKAGE = Path(__file__).parent

APART = ("cli/", "display/", "evidence/", "interactive/", "lessons/", "questions/", "report/")
COUNTED = "questions/frontier/"
"""Folders that no compiled code imports, and the one among them that holds compiled code of its own.

They are no part of the key, so that an edit of a page or a command compiles nothing. A test follows the imports of
every module that holds compiled code and finds none of them.
"""

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


def current_key() -> str | None:
    """Return the hash of everything that the machine code of this package depends on, except the processor.

    Returns
    -------
    str or None
        SHA-256 in hexadecimal; None where the sources cannot be read, or there is no compiler.

    Examples
    --------
    >>> len(current_key())
    64
    """
    import numpy as np
    import scipy

    try:
        import llvmlite
        import numba
    except (ImportError, OSError):
        return None
    libraries = (numba, llvmlite, np, scipy)
    versions = [sys.version, platform.python_implementation(), *(library.__version__ for library in libraries)]
    return _digest("\n".join(versions))


def source_digest() -> str | None:
    """Return the hash of the sources that numbers depend on, whatever libraries stand beside them.

    Returns
    -------
    str or None
        SHA-256 in hexadecimal; None where the sources cannot be read.

    Examples
    --------
    >>> len(source_digest()), source_digest() == current_key()
    (64, False)
    """
    return _digest("")


def _digest(before: str) -> str | None:
    """Return the hash of a text and of the sources that count."""
    hashed = hashlib.sha256(before.encode())
    try:
        named = {source.relative_to(PACKAGE).as_posix(): source for source in PACKAGE.rglob("*.py")}
        sources = sorted(name for name in named if counts(name))
        for name in sources:
            content = named[name].read_bytes()
            hashed.update(f"\n{name} {len(content)}\n".encode())
            hashed.update(content)
    except OSError:
        return None
    return hashed.hexdigest() if sources else None


def counts(name: str) -> bool:
    """Return whether a source file, named by its path in the package, is part of the key."""
    return name.startswith(COUNTED) or not name.startswith(APART)


_watchers: list[Callable[[bool], None]] = []


@contextmanager
def watched(watcher: Callable[[bool], None]) -> Iterator[None]:
    """Call a watcher whenever a function is compiled, for the duration of the context.

    Parameters
    ----------
    watcher
        Called with True before a function is compiled because no machine code for it was found, and with
        False afterwards, in the thread that compiles.

    Examples
    --------
    >>> with watched(print):
    ...     pass
    """
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


_helpers: list[Callable[[str], bool]] = []


@contextmanager
def helped(helper: Callable[[str], bool]) -> Iterator[None]:
    """Ask a helper before anything is compiled, for the duration of the context.

    Parameters
    ----------
    helper
        Called with the name of a function for which no machine code was found, in the thread that would compile it;
        returns True if there may be some by now, so that it is looked for once more.

    Examples
    --------
    >>> with helped(lambda name: False):
    ...     pass
    """
    _helpers.append(helper)
    try:
        yield
    finally:
        _helpers.remove(helper)


def ask_helpers(name: str) -> bool:
    """Return whether some helper has kept code of this name in the meantime."""
    for helper in tuple(_helpers):
        with suppress(Exception):  # a helper that fails is no help, and no harm
            if helper(name):
                return True
    return False


def notify_watchers(*, begins: bool) -> None:
    """Call every watcher."""
    for watcher in tuple(_watchers):
        with suppress(Exception):  # a terminal that cannot show it must not stop the compilation
            watcher(begins)


class KeptCode:
    """The machine code of one function on disk; numba's dispatcher loads it before compiling and saves it afterwards.

    Parameters
    ----------
    function
        The Python function, defined in this package.
    key
        What :func:`current_key` returned before this package's compiled code was imported.
    """

    def __init__(self, function: Callable[..., Any], key: str | None) -> None:
        self._name = f"{function.__module__}.{function.__qualname__}"
        self._key = key

    @property
    def cache_path(self) -> str | None:
        """The folder of this key; None where no code is kept."""
        folder = cache_folder()
        return None if folder is None or self._key is None else str(folder / self._key)

    def load_overload(self, signature: Any, target: Any) -> Any:  # noqa: ANN401  numba has no types
        """Return the compiled function for a signature, as an earlier process saved it, or None."""
        found = self._found(signature, target)
        if found is None:
            notify_watchers(begins=True)
            if ask_helpers(self._name.rpartition(".")[2]):
                found = self._found(signature, target)
                if found is not None:
                    notify_watchers(begins=False)
        return found

    def _found(self, signature: Any, target: Any) -> Any:  # noqa: ANN401  numba has no types
        """Return the kept code for a signature, or None if there is none that can be used."""
        with suppress(Exception):  # if the kept code is unusable in any way, it is compiled again
            target.refresh()
            return self._load(self._identity(signature, target.codegen()), target)
        return None

    def save_overload(self, signature: Any, compiled: Any) -> None:  # noqa: ANN401  numba has no types
        """Save a newly compiled function, if that is possible."""
        notify_watchers(begins=False)
        with suppress(Exception):  # code that cannot be saved is compiled again next time
            if compiled.library.has_dynamic_globals or compiled.lifted or current_key() != self._key:
                return
            self._save(self._identity(signature, compiled.library.codegen), compiled)

    def enable(self) -> None:
        """Do nothing: ``MULTIVECTOR_CACHE`` determines whether code is kept."""

    disable = flush = enable

    def _identity(self, signature: Any, codegen: Any) -> bytes:  # noqa: ANN401  numba has no types
        """Return the bytes that distinguish one piece of machine code from another."""
        from numba import config
        from numba.core.sigutils import normalize_signature

        arguments, _ = normalize_signature(signature)
        settings = [f"{name}={getattr(config, name, None)}" for name in SETTINGS]
        return "\n".join([str(self._key), self._name, str(arguments), str(codegen.magic_tuple()), *settings]).encode()

    def _path(self, folder: Path, identity: bytes) -> Path:
        """Return the path of the code with this identity in the key's folder."""
        return folder / f"{self._name.rpartition('.')[2]}-{hashlib.sha256(identity).hexdigest()[:32]}{CODE}"

    def _load(self, identity: bytes, target: Any) -> Any:  # noqa: ANN401  numba has no types
        """Return the linked code; raise if there is none or it cannot be trusted."""
        from numba.core.compiler import CompileResult

        folder, key = cache_folder(), self._key
        if folder is None or key is None:
            return None
        place = key_folder(folder, key)
        payload = read_sealed(self._path(place, identity), identity)
        found = CompileResult._rebuild(target, *pickle.loads(payload))  # noqa: S301, SLF001  owner and digest checked
        with suppress(OSError):
            os.utime(place)
        return found

    def _save(self, identity: bytes, compiled: Any) -> None:  # noqa: ANN401  numba has no types
        """Write the code; raise if that fails."""
        from numba.core.serialize import dumps

        folder, key = cache_folder(), self._key
        if folder is None or key is None:
            return
        place = make_key_folder(folder, key)
        write_sealed(self._path(place, identity), identity, dumps(compiled._reduce()))  # noqa: SLF001  numba's own cache does the same
