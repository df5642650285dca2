"""Runs stored in a folder: begun, resumed after an interruption, saved and opened.

A new run needs a folder that does not exist, is empty, or holds a complete run, which it replaces. It refuses a folder
with an incomplete run, so that no work is lost; ``resume`` continues it if scenario, seed, sampling and
versions are the same. A batch with a wrong hash is computed again. A run that was stopped before its first batch was
stored holds no work and is started again.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.engine.accumulate import MEMORY, Reducer
from multivector_sim.engine.document import VERSION
from multivector_sim.engine.store import MANIFEST, Lock, Manifest, Store, is_store, part_of, read_manifest
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.sampling.sobol import scheme_of
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["begin", "open_run", "resume", "save_run"]


def begin(path: str | Path, scenario: Scenario, asked: Manifest) -> Store:
    """Return a store for a new run in a folder."""
    folder = Path(path)
    if is_store(folder):
        found = read_manifest(folder)
        if not found.complete and not found.is_bare:
            Lock(folder).release()
            raise StoreError(f"{folder}: holds an unfinished run; continue it with --resume, or name another folder")
    elif folder.exists() and not (folder.is_dir() and _is_empty(folder)):
        raise StoreError(f"{folder}: is in use for something else; give a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error
    return _locked(folder, lambda: Store.begin(folder, asked, scenario))


def resume(path: str | Path, scenario: Scenario, asked: Manifest) -> Store:
    """Return the store of a run that was begun, to be continued."""
    folder = Path(path)
    read_manifest(folder)
    return _locked(folder, lambda: _continue_run(folder, scenario, asked))


def _continue_run(folder: Path, scenario: Scenario, asked: Manifest) -> Store:
    """Return the store of a run that was begun, if its settings match."""
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


def _locked(folder: Path, take: Callable[[], Store]) -> Store:
    """Return a store that is opened under the folder's lock, which the store then holds."""
    lock = Lock(folder)
    try:
        store = take()
    except BaseException:
        lock.release()
        raise
    store.lock = lock
    return store


def _is_empty(folder: Path) -> bool:
    """Return whether a folder is empty, or holds only the beginnings of a manifest."""
    try:
        return all(file.name == part_of(folder / MANIFEST).name for file in folder.iterdir())
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read: {error.strerror}") from error


BLOCKS_A_FILE = 64


def save_run(result: Result, path: str | Path) -> None:
    """Save a run in a folder."""
    if result.kept < result.draws:
        raise UsageError(
            f"only {result.kept:,} of {result.draws:,} draws were kept in memory; run with checkpoint=PATH"
        )
    place = Path(path)
    if place.exists() and not (place.is_dir() and (is_store(place) or not any(place.iterdir()))):
        raise StoreError(f"{place}: is in use for something else; give a new folder")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror}") from error
    try:
        beside.chmod(0o755)
        _write(result, beside)
        if place.exists():
            shutil.rmtree(place)
        beside.rename(place)
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(result: Result, folder: Path) -> None:
    """Write all draws, in files of so many blocks each."""
    manifest = Manifest(
        VERSION, result.seed, result.draws, result.scheme.label, BLOCKS_A_FILE, result.command, result.engine
    )
    store = Store.begin(folder, manifest, result.scenario)
    step = BLOCKS_A_FILE * BLOCK
    for number, first in enumerate(range(0, result.draws, step)):
        store.write(number, result.outcome.part(first, first + step))
    store.finish(result.draws)


def open_run(path: str | Path, memory: float = MEMORY) -> Result:
    """Open a saved run."""
    store = Store.open(Path(path))
    manifest = store.manifest
    if not manifest.complete:
        raise StoreError(f"{path}: the run in it is not finished; continue it with --resume")
    try:
        scheme = scheme_of(manifest.sampling)
    except UsageError as error:
        raise StoreError(f"{path}: {error}") from error
    reducer = Reducer(store.scenario, manifest.seed, scheme, memory, manifest.engine)
    step = manifest.batch * BLOCK
    for number, first in enumerate(range(0, manifest.draws, step)):
        wanted = min(step, manifest.draws - first)
        outcome = store.read(number)
        if outcome.ruptures.size < wanted:
            raise StoreError(f"{path}: holds fewer draws than its manifest states; continue it with --resume")
        reducer.add(outcome, wanted)
    return reducer.result().with_command(manifest.command)
