"""The text of a file that somebody else wrote: small enough, UTF-8, and really text.

Anything else is refused with the place of the first bad byte, before a parser sees it.
"""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.place import Place

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LARGEST_FILE", "read_text"]

LARGEST_FILE = 2_000_000
NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(path: Path, shown: str) -> str:
    """Read a file as text.

    Parameters
    ----------
    path
        The file.
    shown
        Its name in messages.

    Returns
    -------
    str
        The text, without a byte order mark, lines ended by a line feed.

    Raises
    ------
    ScenarioError
        If it does not exist, is no regular file, is past 2 MB, or is not UTF-8 text. What is wrong with a file as a
        whole is wrong at its first letter; where there is no file there is no line.
    """
    content = read_bytes(path, shown)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = position(content[: error.start].decode("utf-8-sig", "replace"))
        message = f"not UTF-8 text: byte 0x{content[error.start]:02x}; save the file as UTF-8"
        raise ScenarioError((Place(shown, line, column).mistake("", message),)) from None
    text = text.replace("\r\n", "\n")
    bad = NOT_TEXT.search(text)
    if bad:
        line, column = position(text[: bad.start()])
        message = f"not a text file: control character U+{ord(bad.group()):04X}"
        raise ScenarioError((Place(shown, line, column).mistake("", message),))
    return text


def read_bytes(path: Path, shown: str) -> bytes:
    """Read a regular file of at most 2 MB."""
    place = Place(shown)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            problem = "this is a folder; name the file in it"
        elif not stat.S_ISREG(status.st_mode):
            problem = "this is not a file"
        else:
            place = Place(shown, 1, 1)
            if status.st_size <= LARGEST_FILE:
                return path.read_bytes()[:LARGEST_FILE]
            problem = f"the file is past {LARGEST_FILE // 1_000_000} MB ({status.st_size:,} bytes)"
    except FileNotFoundError:
        problem = "no such file"
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    raise ScenarioError((place.mistake("", problem),))


def position(before: str) -> tuple[int, int]:
    """Give the line and column, from 1, of what follows a piece of text."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
