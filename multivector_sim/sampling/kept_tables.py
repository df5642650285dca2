"""Tables of quantile functions that one process saves for later ones.

The thirty tables of a scenario of middle size take a third of a second to compute and check, as long as everything
else that a short run does. Those of the library's own distributions are therefore kept beside the machine code, in the
folder that is named after the sources and the versions of the libraries, under the same rules: read only if intact and
where no other user can have written, and never an error. Laws of plug-ins are not kept, because their sources are no
part of that name.
"""

import platform
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256

import numpy as np

from multivector_sim.cache_folder import cache_folder, key_folder, make_key_folder, read_sealed, write_sealed
from multivector_sim.compiled import KEY
from multivector_sim.machine_code import current_key
from multivector_sim.sampling.tables import PIECES
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
    root = cache_folder() if kind in OWN else None
    if root is None or KEY is None:
        return compute()
    identity = f"{kind} {[float(it).hex() for it in parameters]} {platform.machine()} {platform.system()}".encode()
    name = f"{sha256(identity).hexdigest()[:32]}{SUFFIX}"
    try:
        payload = read_sealed(key_folder(root, KEY) / name, identity)
        return np.frombuffer(payload, dtype="<f8").reshape(-1, PIECES + 1, 2).copy()
    except (OSError, ValueError):
        found = compute()
    with suppress(OSError):
        if found.size and _is_unchanged():
            folder = make_key_folder(root, KEY)
            if sum(1 for _ in folder.glob(f"*{SUFFIX}")) < MOST:
                write_sealed(folder / name, identity, np.ascontiguousarray(found, dtype="<f8").tobytes())
    return found


@cache
def _is_unchanged() -> bool:
    """Return whether the sources are still those that the key was computed from; asked before the first table is kept.

    By then the code that computes tables is imported, so that later changes do no harm.
    """
    return current_key() == KEY
