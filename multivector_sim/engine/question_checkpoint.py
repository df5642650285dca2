"""The work of a question, kept in a folder while it proceeds and read again when it is resumed.

A question asks for its runs and tasks in an order that depends on nothing but its arguments, so they are numbered in
that order: ``run-0001`` is the folder of a run (:mod:`multivector_sim.engine.store`), ``tasks-0001`` a folder of
arrays, each in a file that begins with its digest. A file that is damaged is computed again. ``question.json`` states
what was asked and which code and libraries answered; work of another question, or of other code, is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from multivector_sim.atomic_file import new_part, write_atomically
from multivector_sim.engine.executors import maker
from multivector_sim.engine.store import SEAL, Lock, is_store, open_regular, read_object, seal_of
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.typing import Floats

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Arrays", "KeptWork"]

Arrays: TypeAlias = Floats | tuple[Floats, ...]
"""What a task returns."""

SCHEMA = "multivector/question/1"
QUESTION = "question.json"
RUN, TASKS = "run-", "tasks-"
DIGEST = hashlib.sha256().digest_size
LARGEST = 1 << 30


class KeptWork:
    """A folder that holds the runs and tasks of one question.

    Parameters
    ----------
    folder
        New, empty, or that of an answered question, which is replaced; with ``resume`` that of the same question.
    asked
        What is asked: text, by name.
    resume
        Whether to continue.

    Raises
    ------
    UsageError
        If there is nothing to continue.
    StoreError
        If the folder cannot be used, or holds other work.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = KeptWork(Path(folder) / "rank", {"question": "rank"}, resume=False)
    ...     kept.next_run()[0].name, kept.next_tasks().folder.name
    ('run-0001', 'tasks-0001')
    """

    def __init__(self, folder: Path, asked: Mapping[str, str], *, resume: bool) -> None:
        self.folder = folder
        self.resume = resume
        self.question = dict(asked)
        self.asked: dict[str, Any] = {"schema": SCHEMA, "asked": self.question, "made_by": maker()}
        self.runs = self.tasks = 0
        try:
            there = folder.exists()
            if resume and not (folder / QUESTION).exists():
                raise UsageError(f"{folder}: holds no question to continue; leave --resume out")
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise StoreError(f"{folder}: cannot be written: {getattr(error, 'strerror', None) or error}") from error
        self.lock = Lock(folder)
        try:
            if resume:
                self._check_same()
            elif there:
                self._clear()
            self._write(complete=False)
        except OSError as error:
            self.close()
            raise StoreError(f"{folder}: cannot be written: {error.strerror or error}") from error
        except BaseException:
            self.close()
            raise

    def next_run(self) -> tuple[Path, bool]:
        """Return the folder of the next run, and whether that run is to be continued."""
        self.runs += 1
        place = self.folder / f"{RUN}{self.runs:04}"
        return place, self.resume and is_store(place)

    def next_tasks(self) -> KeptTasks:
        """Return where the next tasks are kept."""
        self.tasks += 1
        place = self.folder / f"{TASKS}{self.tasks:04}"
        try:
            place.mkdir(exist_ok=True)
        except OSError as error:
            raise StoreError(f"{place}: cannot be written: {error.strerror or error}") from error
        return KeptTasks(place)

    def finish(self) -> None:
        """Record that the question is answered."""
        self._write(complete=True)

    def close(self) -> None:
        """Release the folder."""
        self.lock.release()

    def _check_same(self) -> None:
        """Check that the folder holds the work of this question."""
        found = self._read()
        was, now = found.get("asked"), self.question
        if found.get("made_by") != self.asked["made_by"]:
            raise StoreError(f"{self.folder}: was begun with {found.get('made_by')}; give another folder")
        if was != now:
            other = _difference(was if isinstance(was, dict) else {}, now)
            raise StoreError(f"{self.folder}: was begun with another question ({other}); give another folder")

    def _clear(self) -> None:
        """Remove the work of an answered question; refuse anything else."""
        inside = [it for it in self.folder.iterdir() if not (it.name.startswith(".") and it.name.endswith(".part"))]
        if not inside:
            return
        if not (self.folder / QUESTION).exists():
            raise StoreError(f"{self.folder}: is in use for something else; give a new folder")
        if not self._read().get("complete"):
            raise StoreError(
                f"{self.folder}: holds an unfinished question; continue it with --resume, or name another folder"
            )
        for it in inside:
            if it.name.startswith((RUN, TASKS)) and it.is_dir() and not it.is_symlink():
                shutil.rmtree(it)

    def _read(self) -> dict[str, Any]:
        """Return what the folder says that it holds."""
        found = read_object(self.folder / QUESTION)
        if found.get(SEAL) != seal_of(found):
            raise StoreError(f"{self.folder / QUESTION}: was edited or is damaged; give another folder")
        return found

    def _write(self, *, complete: bool) -> None:
        """Write what the folder holds."""
        document = {**self.asked, "complete": complete}
        content = json.dumps({**document, SEAL: seal_of(document)}, indent=1).encode()
        write_atomically(self.folder / QUESTION, [content], new_part(self.folder / QUESTION))


def _difference(was: Mapping[str, object], now: Mapping[str, object]) -> str:
    """Return the first name under which two questions differ, with both values."""
    for name in [*now, *was]:
        if was.get(name) != now.get(name):
            return f"{name} {str(was.get(name))[:40]}, not {str(now.get(name))[:40]}"
    return "nothing"


class KeptTasks:
    """The results of tasks of one kind, each in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, number: int) -> Arrays | None:
        """Return the result of a task; None if it is not there, or damaged."""
        try:
            with os.fdopen(open_regular(self._file(number), LARGEST), "rb") as stream:
                content = stream.read()
            if hashlib.sha256(content[DIGEST:]).digest() != content[:DIGEST]:
                return None
            with np.load(io.BytesIO(content[DIGEST:]), allow_pickle=False) as arrays:
                if "only" in arrays:
                    return np.asarray(arrays["only"])
                return tuple(arrays[f"{place}"] for place in range(len(arrays)))
        except (OSError, ValueError, KeyError, StoreError):
            return None

    def write(self, number: int, found: Arrays) -> None:
        """Write the result of a task."""
        stream = io.BytesIO()
        parts = {f"{place}": it for place, it in enumerate(found)} if isinstance(found, tuple) else {"only": found}
        np.savez(stream, **parts)  # type: ignore[arg-type]  # the stub takes the names for options
        content = stream.getvalue()
        file = self._file(number)
        try:
            write_atomically(file, [hashlib.sha256(content).digest(), content], new_part(file))
        except OSError as error:
            raise StoreError(f"{file}: cannot be written: {error.strerror or error}") from error

    def _file(self, number: int) -> Path:
        """Return the file of a task."""
        return self.folder / f"{number:06}.arrays"
