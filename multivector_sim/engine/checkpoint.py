"""Where a run keeps what it has finished, and how it goes on after an interruption.

A new run takes a folder that is empty, does not exist, or holds a run that is whole (which it replaces). It does not
take one that holds half a run: that is somebody's work. ``resume`` goes on with such a half, if it is of the same
scenario, seed, sampling, engine and version, and was computed with the same versions of SciPy, NumPy and numba; a batch
whose hash is wrong is done again. A run that was stopped before it kept its first batch holds no work: either way
begins it again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.engine.lock import Lock
from multivector_sim.engine.store import MANIFEST, Manifest, Store, is_store, part_of, read_manifest
from multivector_sim.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["begin", "resume"]


def begin(path: str | Path, scenario: Scenario, asked: Manifest) -> Store:
    """Take a folder for a new run.

    Parameters
    ----------
    path
        The folder.
    scenario, asked
        What is to be run.

    Returns
    -------
    Store
        Empty, and locked until it is closed.

    Raises
    ------
    StoreError
        If the folder is used for something else, holds an unfinished run, is being written to, or cannot be written.
    """
    folder = Path(path)
    if is_store(folder):
        found = read_manifest(folder)
        if not found.complete and not found.is_bare:
            Lock(folder).release()
            raise StoreError(f"{folder}: holds a run that is not finished; --resume goes on with it, or name another")
    elif folder.exists() and not (folder.is_dir() and is_empty(folder)):
        raise StoreError(f"{folder}: is in use for something else; give a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error
    return locked(folder, lambda: Store.begin(folder, asked, scenario))


def resume(path: str | Path, scenario: Scenario, asked: Manifest) -> Store:
    """Go on with a run that was begun.

    Parameters
    ----------
    path
        Its folder.
    scenario, asked
        What is to be run; there may be more or fewer draws than were asked for before.

    Returns
    -------
    Store
        With the batches that are there, and locked until it is closed.

    Raises
    ------
    StoreError
        If the folder holds no run, or one of another scenario, seed, sampling, engine or version (of this
        library or of those that compute its draws), or is being written to.
    """
    folder = Path(path)
    read_manifest(folder)
    return locked(folder, lambda: go_on(folder, scenario, asked))


def go_on(folder: Path, scenario: Scenario, asked: Manifest) -> Store:
    """Open what was begun, if it is what is asked for."""
    manifest = read_manifest(folder)
    for key in ("version", "libraries", "seed", "sampling", "engine"):
        found, value = getattr(manifest, key), getattr(asked, key)
        if found != value:
            raise StoreError(f"{folder}: was begun with {key} {found}, not {value}; give another folder")
    if manifest.is_bare and not manifest.complete:
        return Store.begin(folder, replace(asked, batch=manifest.batch), scenario)
    store = Store.open(folder)
    if store.scenario != scenario:
        before, now = store.scenario.name, scenario.name
        other = f"the scenario '{before}', not '{now}'" if before != now else f"other numbers in the scenario '{now}'"
        raise StoreError(f"{folder}: was begun with {other}; give another folder")
    return store


def locked(folder: Path, take: Callable[[], Store]) -> Store:
    """Take a folder under its lock, which goes over to the store."""
    lock = Lock(folder)
    try:
        store = take()
    except BaseException:
        lock.release()
        raise
    store.lock = lock
    return store


def is_empty(folder: Path) -> bool:
    """Say whether nothing lies in a folder, or only the beginnings of a manifest."""
    try:
        return all(file.name == part_of(folder / MANIFEST).name for file in folder.iterdir())
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read: {error.strerror}") from error
