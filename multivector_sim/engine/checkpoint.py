"""Runs stored in a folder: begun, resumed after an interruption, saved and opened.

A new run needs a folder that does not exist, is empty, or holds a complete run, which it replaces. It refuses a folder
with an incomplete run, so that no work is lost; ``resume`` continues it if scenario, seed, sampling and
versions are the same. A batch with a wrong hash is computed again. A run that was stopped before its first batch was
stored holds no work and is started again.
"""

from __future__ import annotations

import glob
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.atomic_file import PART
from multivector_sim.engine.accumulate import MEMORY, Reducer
from multivector_sim.engine.document import STORED_ORDER, VERSION, versions_of
from multivector_sim.engine.store import MANIFEST, Lock, Manifest, Store, is_store, part_of, read_manifest
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.sampling.sobol import scheme_of
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["begin", "open_run", "resume", "save_run"]


def begin(path: str | Path, scenario: Scenario, asked: Manifest) -> Store:
    """Return a store for a new run in a folder."""
    folder = Path(path)
    try:
        is_used = folder.exists()
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}: cannot be written: {getattr(error, 'strerror', None) or error}") from error
    if is_store(folder):
        found = read_manifest(folder)
        if not found.complete and not found.is_bare:
            Lock(folder).release()
            raise StoreError(f"{folder}: holds an unfinished run; continue it with --resume, or name another folder")
    elif is_used and not (folder.is_dir() and _is_empty(folder)):
        raise StoreError(f"{folder}: is in use for something else; give a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}: cannot be written: {getattr(error, 'strerror', None) or error}") from error
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
NAME_KEPT = 40
EARLIER = ".earlier"


def save_run(result: Result, path: str | Path) -> None:
    """Save a run in a folder."""
    if result.kept < result.draws:
        raise UsageError(
            f"only {result.kept:,} of {result.draws:,} draws were kept in memory; run with checkpoint=PATH"
        )
    place = Path(path)
    try:
        place = place.resolve() if place.is_symlink() else place
        if place.exists() and not (place.is_dir() and (is_store(place) or not any(place.iterdir()))):
            raise StoreError(f"{place}: is in use for something else; give a new folder")
        place.parent.mkdir(parents=True, exist_ok=True)
        inside = place if place.is_mount() else place.parent
        _restore(place)
        beside = _temporary(place, inside, PART)
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from error
    locks = [Lock(beside)]
    try:
        if place.exists():
            locks.append(Lock(place))
        beside.chmod(0o755)
        _write(result, beside)
        if inside == place:
            _move_up(beside, place)
        else:
            _exchange(beside, place)
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        for lock in locks:
            lock.release()
    _sweep(place, inside)


def _temporary(place: Path, inside: Path, suffix: str) -> Path:
    """Return a new hidden folder that is named after a run."""
    return Path(tempfile.mkdtemp(prefix=f".{place.name[:NAME_KEPT]}.", suffix=suffix, dir=inside))


def _abandoned(place: Path, inside: Path, suffix: str) -> Iterator[Path]:
    """Yield such folders that no living process has locked."""
    for folder in inside.glob(f".{glob.escape(place.name[:NAME_KEPT])}.*{suffix}"):
        with suppress(StoreError):
            lock = Lock(folder)
            try:
                if lock.handle is not None:
                    yield folder
            finally:
                lock.release()


def _restore(place: Path) -> None:
    """Put back an earlier run that a process moved aside before it was killed."""
    if place.exists():
        return
    for aside in _abandoned(place, place.parent, EARLIER):
        if is_store(aside / place.name):
            (aside / place.name).rename(place)
            return


def _sweep(place: Path, inside: Path) -> None:
    """Remove what killed processes left beside a run that is whole."""
    for suffix in (PART, EARLIER):
        for folder in _abandoned(place, inside, suffix):
            shutil.rmtree(folder, ignore_errors=True)


def _exchange(beside: Path, place: Path) -> None:
    """Put a whole run in the place of an earlier one, which is moved aside first and comes back if that fails."""
    if not place.exists():
        beside.rename(place)
        return
    aside = _temporary(place, place.parent, EARLIER)
    earlier, lock = aside / place.name, Lock(aside)
    try:
        place.rename(earlier)
        try:
            beside.rename(place)
        except BaseException:
            earlier.rename(place)
            raise
    finally:
        if place.exists():
            shutil.rmtree(aside, ignore_errors=True)
        lock.release()


def _move_up(beside: Path, place: Path) -> None:
    """Put a whole run, written inside a folder that cannot be renamed, in the place of the one that lies there.

    The old manifest goes first and the new one comes last, so that at no moment a manifest names files of another run.
    """
    for file in [place / MANIFEST, *place.glob("batch-*.npy")]:
        file.unlink(missing_ok=True)
    for file in sorted(beside.iterdir(), key=lambda it: it.name == MANIFEST):
        file.replace(place / file.name)


def _write(result: Result, folder: Path) -> None:
    """Write all draws, in files of so many blocks each."""
    manifest = Manifest(
        VERSION, result.seed, result.draws, result.scheme.label, BLOCKS_A_FILE, result.command, result.engine
    )
    if result.versions is not None:
        found = result.versions
        libraries = ", ".join(f"{name} {found[name]}" for name in STORED_ORDER if name in found)
        manifest = replace(
            manifest, version=found["multivector_sim"], python=found.get("python", "unknown"), libraries=libraries
        )
    store = Store.begin(folder, manifest, result.scenario)
    step = BLOCKS_A_FILE * BLOCK
    for number, first in enumerate(range(0, result.draws, step)):
        store.write(number, result.outcome.part(first, first + step))
    store.finish(result.draws)


def open_run(path: str | Path, memory: float = MEMORY) -> Result:
    """Open a saved run."""
    with suppress(OSError, ValueError):
        _restore(Path(path))
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
    versions = versions_of(manifest.version, manifest.python, manifest.libraries)
    return replace(reducer.result(), command=manifest.command, versions=versions)
