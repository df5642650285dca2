"""One writer at a time: a folder that a run writes to is locked, and freed when the run ends, however it ends.

The lock is the operating system's, on the folder itself: it leaves no file behind, and no death of a process leaves it
locked. Where there is no such lock (not on POSIX), nothing is locked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from multivector_sim.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Lock"]


class Lock:
    """The lock of a folder, held from now on.

    Parameters
    ----------
    folder
        It exists.

    Raises
    ------
    StoreError
        If somebody else holds it, or it cannot be read.
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

    def release(self) -> None:
        """Let go; again and again does no harm."""
        handle, self.handle = self.handle, None
        if handle is not None:
            os.close(handle)
