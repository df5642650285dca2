"""Files that are written completely or not at all.

The content goes to a temporary file in the same folder, which is then renamed: whoever reads the path sees the old file
or the new one, never a part of either, and no symbolic link is followed.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["PART", "new_part", "write_atomically"]

PART = ".part"
"""How the names of temporary files end; what a killed process leaves behind is recognised by it."""

NAME_KEPT = 40
PRIVATE = 0o600
USUAL = 0o666


def new_part(path: Path) -> Path:
    """Return a path beside a file for its temporary file, which no other process uses.

    Examples
    --------
    >>> new_part(Path("folder/report.html")) == new_part(Path("folder/report.html"))
    False
    """
    return path.with_name(f".{path.name[:NAME_KEPT]}.{os.urandom(8).hex()}{PART}")


def write_atomically(path: Path, content: Iterable[bytes], part: Path, mode: int | None = None) -> None:
    """Write pieces of content to a path by way of a temporary file, which must not exist.

    The permissions of the file are ``mode``; if it is left out, those that new files of this process have.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "report.txt"
    ...     write_atomically(file, [b"two ", b"pieces"], new_part(file))
    ...     file.read_text(), len(list(file.parent.iterdir()))
    ('two pieces', 1)
    """
    part.touch(USUAL if mode is None else PRIVATE, exist_ok=False)
    try:
        with part.open("wb") as stream:
            for piece in content:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(path)
    except (Exception, KeyboardInterrupt):
        with suppress(OSError):
            part.unlink()
        raise
