"""Scenario files: those that are shipped, their folder, and safe reading of text from strangers.

A folder's ``scenario.yaml`` is named after the folder, any other file in it after both: ``kazakhstan``,
``kazakhstan/2022``.

A scenario may come from a stranger. The files that it names (a base to extend, a CSV) are looked for only in the folder
of the file that the user named, and below; absolute paths, ``..`` and symbolic links out of it are refused before
anything is opened. Text that is too large, not UTF-8 or not text is refused with the place of the first bad byte.
"""

from __future__ import annotations

import re
import stat
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from multivector_sim.errors import Mistake, ScenarioError, UsageError
from multivector_sim.scenario.mistakes import nearest_or_all
from multivector_sim.scenario.mistakes import shown as quoted
from multivector_sim.scenario.place import Place
from multivector_sim.scenario.unicode_text import composed

__all__ = ["LARGEST_FILE", "Folder", "names", "path_of", "place", "read_text"]

PACKAGE = Path(__file__).parents[1]
PLACES = (PACKAGE / "scenarios", PACKAGE.parent / "scenarios")
MAIN = "scenario"


@cache
def files() -> dict[str, Path]:
    """Return the files of the shipped scenarios by name."""
    found = {
        file.parent.name if file.stem == MAIN else f"{file.parent.name}/{file.stem}": file
        for file in place().glob("*/*.yaml")
    }
    return dict(sorted(found.items()))


def place() -> Path:
    """Return the folder of the shipped scenarios.

    Examples
    --------
    >>> place().name
    'scenarios'
    """
    return next((place for place in PLACES if any(place.glob("*/*.yaml"))), PLACES[0])


def names() -> tuple[str, ...]:
    """Return the names of the shipped scenarios in alphabetical order.

    Examples
    --------
    >>> "kazakhstan" in names()
    True
    """
    return tuple(files())


def path_of(name: str) -> Path:
    """Return the file of a shipped scenario.

    Examples
    --------
    >>> path_of("two-buyers").name
    'scenario.yaml'
    """
    if name not in files():
        raise UsageError(f"no scenario called '{name}'{nearest_or_all(name, names())}")
    return files()[name]


LARGEST_FILE = 2_000_000
UNSEEN_BREAKS = "\x85\u2028\u2029"
NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(path: Path, shown: str) -> str:
    """Read a file as text."""
    content = _read_bytes(path, shown)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _position(content[: error.start].decode("utf-8-sig", "replace"))
        message = f"not UTF-8 text: byte 0x{content[error.start]:02x}; save the file as UTF-8"
        raise ScenarioError((Place(shown, line, column).mistake("", message),)) from None
    text = text.replace("\r\n", "\n")
    bad = NOT_TEXT.search(text)
    if bad:
        line, column = _position(text[: bad.start()])
        sign = bad.group()
        kind = "a line break that cannot be seen, take it away" if sign in UNSEEN_BREAKS else "not a text file"
        message = f"control character U+{ord(sign):04X}: {kind}"
        raise ScenarioError((Place(shown, line, column).mistake("", message),))
    return composed(text)


def _read_bytes(path: Path, shown: str) -> bytes:
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
            problem = f"the file is larger than {LARGEST_FILE // 1_000_000} MB ({status.st_size:,} bytes)"
    except FileNotFoundError:
        problem = "no such file"
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    raise ScenarioError((place.mistake("", problem),))


def _position(before: str) -> tuple[int, int]:
    """Return the line and column, counted from 1, at which the text after a prefix begins."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class Folder:
    """The folder of one scenario.

    Parameters
    ----------
    named
        The scenario file, as the user named it.
    """

    def __init__(self, named: str) -> None:
        self.top = Path(named).parent
        self.real = self.top.resolve()

    def inside(self, name: str, beside: str) -> tuple[str, Path]:
        """Return the shown name and the path of a file that a scenario names."""
        if not name.strip() or PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or "\\" in name:
            problem = f"{quoted(name)} must be a path inside the scenario's folder, with slashes"
            raise ScenarioError((Mistake("", problem),))
        shown = Path(beside).parent / name
        try:
            real = shown.resolve()
        except (OSError, ValueError, RuntimeError):
            raise ScenarioError((Mistake("", f"{quoted(name)} cannot name a file"),)) from None
        if not real.is_relative_to(self.real):
            problem = f"{quoted(name)} lies outside the scenario's folder; copy the file into it"
            raise ScenarioError((Mistake("", problem),))
        return str(shown), real
