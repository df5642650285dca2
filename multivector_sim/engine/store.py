"""Keep a run in a folder, and read it back without trusting it.

A folder holds one ``.npy`` file for each array, the scenario as JSON, and a manifest with the SHA-256 of every file. It
is written beside its place and moved there when whole, so a full disk or an interruption leaves what was there before.
Nothing is unpickled: an array file that would need it is refused.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.kernel import Outcome
from multivector_sim.errors import ScenarioError, StoreError
from multivector_sim.scenario.validate import build

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["read", "save"]

SCHEMA = "multivector/store/1"
MANIFEST = "manifest.json"
SCENARIO = "scenario.json"


def save(result: Result, path: str | Path) -> None:
    """Keep a run in a folder.

    Parameters
    ----------
    result
        The run.
    path
        A folder that does not exist yet, is empty, or holds an earlier run, which is replaced.

    Raises
    ------
    StoreError
        If the place is something else, or cannot be written; nothing half-written stays behind.
    """
    place = Path(path)
    if place.exists() and not (place.is_dir() and (is_store(place) or not any(place.iterdir()))):
        raise StoreError(f"{place}: is in use for something else; give a new folder")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror}") from error
    try:
        write(result, beside)
        if place.exists():
            shutil.rmtree(place)
        beside.rename(place)
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def is_store(place: Path) -> bool:
    """Say whether a folder holds a run."""
    return (place / MANIFEST).is_file()


def write(result: Result, folder: Path) -> None:
    """Write all files of a run, the manifest last."""
    folder.chmod(0o755)
    (folder / SCENARIO).write_text(json.dumps(result.scenario.document(), indent=1), encoding="utf-8")
    for name, array in result.outcome._asdict().items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)
    files = {file.name: digest(file) for file in sorted(folder.iterdir())}
    manifest = {"schema": SCHEMA, "seed": result.seed, "fingerprint": result.fingerprint, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def digest(file: Path) -> str:
    """Give the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read(path: str | Path) -> tuple[Scenario, int, Outcome]:
    """Read a run back.

    Parameters
    ----------
    path
        A folder that :func:`save` wrote.

    Returns
    -------
    tuple
        Scenario, seed and outcome.

    Raises
    ------
    StoreError
        If it is no such folder, or a file is missing, changed or not what it should be.
    """
    folder = Path(path)
    manifest = read_json(folder, MANIFEST)
    files = manifest.get("files")
    if manifest.get("schema") != SCHEMA or not isinstance(files, dict) or not isinstance(manifest.get("seed"), int):
        raise StoreError(f"{folder / MANIFEST}: not a manifest of {SCHEMA}; another version's?")
    for name in (SCENARIO, *(f"{field}.npy" for field in Outcome._fields)):
        file = folder / name
        if not file.is_file() or files.get(name) != digest(file):
            raise StoreError(f"{file}: missing or changed since it was written; run the scenario again")
    try:
        scenario = build(read_json(folder, SCENARIO))
        arrays = [np.load(folder / f"{field}.npy", allow_pickle=False) for field in Outcome._fields]
    except (ValueError, ScenarioError) as error:
        raise StoreError(f"{folder}: cannot be read: {error}") from error
    return scenario, manifest["seed"], Outcome(*arrays)


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """Read one JSON object."""
    try:
        document = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError(f"{folder}: no saved run here (no {name}); give the folder that --out named") from error
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder / name}: cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise StoreError(f"{folder / name}: not a JSON object")
    return document
