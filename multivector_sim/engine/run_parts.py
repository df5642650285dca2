"""A run in parts, for machines that know nothing of each other, such as the jobs of an array.

Each job computes some of the run's blocks of 1,024 draws into a folder of its own; :func:`merge_runs` puts the folders
together. A block's random numbers depend on the seed and its own number alone, so the merged run is the one that a
single machine would have computed, to the last bit.

A part is an unfinished run: its folder names the whole run that it belongs to, and holds some of its batches. Parts of
another seed, scenario, number of draws, engine or version are refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.engine import checkpoint as checkpoints
from multivector_sim.engine.case import build_case
from multivector_sim.engine.document import VERSION
from multivector_sim.engine.engine_choice import choose_engine
from multivector_sim.engine.executors import pack, run_batches, window
from multivector_sim.engine.simulate import blocks_a_task, check, running, silent, split
from multivector_sim.engine.store import Manifest, Store, width
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.sampling.sobol import Independent, scheme_of
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from multivector_sim.engine.result import Result
    from multivector_sim.engine.simulate import Progress
    from multivector_sim.sampling.sobol import Scheme
    from multivector_sim.scenario.read import ScenarioLike

__all__ = ["merge_runs", "simulate_blocks"]

DOUBLE = 8
SAME = ("version", "libraries", "seed", "draws", "sampling", "engine", "batch")
"""What the manifests of all parts must agree on."""


def simulate_blocks(
    scenario: ScenarioLike,
    blocks: range,
    folder: str | Path,
    draws: int = 100_000,
    seed: int = 1,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    sampling: Scheme | str | None = None,
    engine: str | None = None,
    resume: bool = False,
    command: str = "",
    progress: Progress = silent,
) -> int:
    """Compute some blocks of a run into a folder.

    Parameters
    ----------
    scenario, draws, seed, workers, executor, sampling, engine, command, progress
        As for :func:`multivector_sim.simulate`; ``draws`` is that of the whole run.
    blocks
        The blocks of 1,024 draws to compute, such as ``range(0, 16)``; both ends are multiples of the run's batch, or
        the run's end.
    folder
        A folder for this part alone.
    resume
        Continue the part in the folder.

    Returns
    -------
    int
        The number of draws in the part.

    Raises
    ------
    UsageError
        If there are no such blocks.
    StoreError
        If the folder cannot be written, or belongs to another run.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = simulate_blocks("one-or-many", range(0, 4), f"{folder}/a", draws=8192)
    ...     second = simulate_blocks("one-or-many", range(4, 8), f"{folder}/b", draws=8192)
    ...     merged = merge_runs([f"{folder}/b", f"{folder}/a"], f"{folder}/whole")
    >>> import multivector_sim as mv
    >>> first, second, merged.fingerprint == mv.simulate("one-or-many", draws=8192).fingerprint
    (4096, 4096, True)
    """
    scenario = as_scenario(scenario)
    check(draws, seed, workers, None)
    scheme = scheme_of(sampling) if isinstance(sampling, str) else sampling or Independent()
    chosen = choose_engine(engine)
    size = blocks_a_task(draws, files=True)
    _check_blocks(blocks, -(-draws // BLOCK), size)
    asked = Manifest(VERSION, seed, draws, scheme.label, size, command, chosen)
    store = (checkpoints.resume if resume else checkpoints.begin)(folder, scenario, asked)
    try:
        batches = split(blocks.start, blocks.stop, size)
        done = [it for it in batches if store.holds(it.start // size, len(it) * BLOCK)]
        missing = [it for it in batches if it not in done]
        counted = sum(map(len, done)) * BLOCK
        with running(executor, workers) as runner:
            row = DOUBLE * width(len(scenario.partners), len(scenario.channels))
            parcel = pack(build_case(scenario, scheme, chosen))
            at_once = window(runner, size * BLOCK * row)
            for batch, outcome in zip(missing, run_batches(runner, parcel, seed, missing, at_once), strict=True):
                store.write(batch.start // size, outcome)
                counted += len(batch) * BLOCK
                progress(min(counted, len(blocks) * BLOCK), len(blocks) * BLOCK)
    finally:
        store.close()
    return min(blocks.stop * BLOCK, draws) - blocks.start * BLOCK


def _check_blocks(blocks: range, of: int, size: int) -> None:
    """Check that blocks are some of a run, cut where its files are cut."""
    if not (blocks.step == 1 and 0 <= blocks.start < blocks.stop <= of):
        raise UsageError(f"blocks: {blocks.start}:{blocks.stop} are not blocks of this run; give some of 0:{of}")
    for end in (blocks.start, blocks.stop):
        if end % size and end != of:
            raise UsageError(f"blocks: {end} is not where a file of this run ends; give a multiple of {size}, or {of}")


def merge_runs(folders: Sequence[str | Path], out: str | Path) -> Result:
    """Put the parts of a run together.

    Parameters
    ----------
    folders
        The folders that :func:`simulate_blocks` wrote, in any order; a block may be in several of them.
    out
        A new folder for the whole run.

    Returns
    -------
    Result
        The run, with the fingerprint that a single machine would have given it.

    Raises
    ------
    StoreError
        If parts belong to different runs, a block is in none of them, or a file is damaged.
    """
    if not folders:
        raise UsageError("merge: give the folders of the parts")
    parts = [Store.open(Path(folder)) for folder in folders]
    first = parts[0]
    for part in parts[1:]:
        _check_same(first, part)
    manifest = first.manifest
    batches = split(0, -(-manifest.draws // BLOCK), manifest.batch)
    sources = [_holder(parts, number, batch) for number, batch in enumerate(batches)]
    missing = [batch for batch, source in zip(batches, sources, strict=True) if source is None]
    if missing:
        told = ", ".join(f"{it.start}:{it.stop}" for it in _joined(missing))
        raise StoreError(f"{out}: blocks {told} are in none of the folders; run them, then merge again")
    asked = Manifest(**{key: getattr(manifest, key) for key in (*SAME, "command", "python")})
    whole = checkpoints.begin(out, first.scenario, asked)
    try:
        for number, source in enumerate(sources):
            if source is not None:
                whole.write(number, source.read(number))
        whole.finish(manifest.draws)
    finally:
        whole.close()
    return checkpoints.open_run(out)


def _check_same(first: Store, part: Store) -> None:
    """Check that two parts are of one run."""
    for key in SAME:
        one, other = getattr(first.manifest, key), getattr(part.manifest, key)
        if one != other:
            raise StoreError(f"{part.folder}: has {key} {other}, but {first.folder} has {one}; merge parts of one run")
    if part.scenario != first.scenario:
        raise StoreError(f"{part.folder}: is of another scenario than {first.folder}; merge parts of one run")


def _holder(parts: Sequence[Store], number: int, batch: range) -> Store | None:
    """Return a part that holds a batch intact, or None."""
    return next((part for part in parts if part.holds(number, len(batch) * BLOCK)), None)


def _joined(batches: Sequence[range]) -> list[range]:
    """Join batches that follow each other.

    Examples
    --------
    >>> _joined([range(0, 4), range(4, 8), range(12, 16)])
    [range(0, 8), range(12, 16)]
    """
    found: list[range] = []
    for batch in batches:
        if found and found[-1].stop == batch.start:
            found[-1] = range(found[-1].start, batch.stop)
        else:
            found.append(batch)
    return found
