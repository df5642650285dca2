"""What leaves the program: lines, JSON documents, whole files.

Standard output carries the answer and nothing else; everything said on the way goes to standard error. A file appears
under its name only when it is whole: it is written beside its place and then renamed.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector_sim.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_writable", "complain", "print_json", "say", "write_whole"]


def say(text: str) -> None:
    """Print a line of the answer."""
    click.echo(text)


def complain(text: str) -> None:
    """Print a line about the work to stderr."""
    click.echo(text, err=True)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def check_writable(path: Path) -> None:
    """Refuse a place for a file before the work for it begins.

    Raises
    ------
    StoreError
        If there is no such folder, or it or the file cannot be written.
    """
    folder = path.parent
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file")
    if not folder.is_dir():
        raise StoreError(f"{path}: there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK) or (path.exists() and not path.is_file()):
        raise StoreError(f"{path}: cannot be written")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, wholly or not at all.

    Parameters
    ----------
    path
        The file; one that exists is replaced.
    content
        What it is to hold.

    Raises
    ------
    StoreError
        If it cannot be written; what was there before is still there.
    """
    check_writable(path)
    beside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        beside = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask())
        beside.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def mask() -> int:
    """Give the permissions that new files do not get here."""
    current = os.umask(0o022)
    os.umask(current)
    return current
