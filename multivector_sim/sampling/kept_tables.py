"""Tables of quantile functions that one process saves for later ones.

The thirty tables of a scenario of middle size take a third of a second to compute and check, as long as everything
else that a short run does. Those of the library's own distributions are therefore kept beside the machine code, in the
folder that is named after the sources and the versions of the libraries, under the same rules: read only if intact and
where no other user can have written, and never an error. Laws of plug-ins are not kept, because their sources are no
part of that name.
"""

import platform
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from multivector_sim.cache_folder import cache_folder, check_folder, make_folder, read_sealed, tidy, write_sealed
from multivector_sim.compiled import KEY
from multivector_sim.typing import Floats

__all__ = ["OWN", "kept_table"]

OWN = frozenset({"beta", "gamma", "pert"})
"""The distributions whose tables are kept."""

MOST = 1000
"""The number of files after which none is added: a study may ask for thousands of tables, each of them once."""

SUFFIX = ".table"


def kept_table(kind: str, parameters: tuple[float, ...], compute: Callable[[], Floats]) -> Floats:
    """Return the tables of a distribution as computed by this code before, or compute and keep them.

    Examples
    --------
    >>> kept_table("normal", (0.0, 1.0), lambda: np.zeros((1, 2, 2))).shape
    (1, 2, 2)
    """
    folder = _folder() if kind in OWN else None
    if folder is None:
        return compute()
    identity = f"{kind} {[float(it).hex() for it in parameters]} {platform.machine()} {platform.system()}".encode()
    file = folder / f"{sha256(identity).hexdigest()[:32]}{SUFFIX}"
    try:
        payload = read_sealed(file, identity)
        return np.frombuffer(payload, dtype="<f8").reshape(-1, *_shape(payload)).copy()
    except (OSError, ValueError):
        found = compute()
    with suppress(OSError):
        if found.size and _room(folder):
            write_sealed(file, identity, np.ascontiguousarray(found, dtype="<f8").tobytes())
    return found


def _shape(payload: bytes) -> tuple[int, int]:
    """Return the shape of one table, of which a payload holds one or more."""
    from multivector_sim.sampling.tables import PIECES

    if not payload or len(payload) % (16 * (PIECES + 1)):
        raise ValueError("is no table")
    return PIECES + 1, 2


@cache
def _folder() -> Path | None:
    """Return the folder of this code's tables; None if nothing is kept."""
    root = cache_folder()
    if root is None or KEY is None:
        return None
    try:
        make_folder(root)
        folder = root / KEY
        is_new = not folder.exists()
        make_folder(folder)
        check_folder(folder.lstat())
        if is_new:
            tidy(root, time.time())
    except OSError:
        return None
    return folder


@cache
def _count(folder: Path) -> list[int]:
    """Return the number of tables that were there at first, in a list that counts on."""
    return [sum(1 for _ in folder.glob(f"*{SUFFIX}"))]


def _room(folder: Path) -> bool:
    """Return whether another table may be added, and count it."""
    count = _count(folder)
    count[0] += 1
    return count[0] <= MOST
