"""Keep a finished run in a folder, and open one that was kept."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.engine.reducers import MEMORY, Reducer
from multivector_sim.engine.store import Manifest, Store, is_store
from multivector_sim.engine.version import VERSION
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.sampling.schemes import scheme_of
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result

__all__ = ["open_run", "save_run"]

BLOCKS_A_FILE = 64


def save_run(result: Result, path: str | Path) -> None:
    """Keep a run in a folder.

    Parameters
    ----------
    result
        The run.
    path
        A folder that does not exist yet, is empty, or holds an earlier run, which is replaced.

    Raises
    ------
    UsageError
        If there were more draws than memory could keep.
    StoreError
        If the place is something else, or cannot be written; nothing half-written stays behind.
    """
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
        write(result, beside)
        if place.exists():
            shutil.rmtree(place)
        beside.rename(place)
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write(result: Result, folder: Path) -> None:
    """Write all draws, in files of so many blocks."""
    manifest = Manifest(
        VERSION, result.seed, result.draws, result.scheme.label, BLOCKS_A_FILE, result.command, result.engine
    )
    store = Store.begin(folder, manifest, result.scenario)
    step = BLOCKS_A_FILE * BLOCK
    for number, first in enumerate(range(0, result.draws, step)):
        store.write(number, result.outcome.part(first, first + step))
    store.finish(result.draws)


def open_run(path: str | Path, memory: float = MEMORY) -> Result:
    """Open a run that was kept.

    Parameters
    ----------
    path
        The folder of a finished run.
    memory
        Bytes that draws may take, as for :func:`~multivector_sim.engine.simulate.simulate`.

    Returns
    -------
    Result
        The same to the last bit.

    Raises
    ------
    StoreError
        If it is no such folder, the run in it is not finished, or a file is missing, changed or not what it should be.
    """
    store = Store.open(Path(path))
    manifest = store.manifest
    if not manifest.complete:
        raise StoreError(f"{path}: the run in it is not finished; go on with --resume")
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
            raise StoreError(f"{path}: holds fewer draws than it says; go on with --resume")
        reducer.add(outcome, wanted)
    return reducer.result().with_command(manifest.command)
