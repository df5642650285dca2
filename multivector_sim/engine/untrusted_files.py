"""Reading files that somebody else may have put in a run's folder.

A name in the folder may belong to a pipe, a device or a link to one, which would be waited for or read without an end;
a manifest may be of any size and hold any text. Files are therefore opened without waiting, only regular ones are read,
and only as much as can be true. The manifest carries a digest of its own entries, so that an edited one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["LARGEST_DOCUMENT", "SEAL", "open_regular", "read_object", "seal_of"]

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
