"""What runs on a worker, whether that is this thread, another process or another machine.

A worker keeps the cases that it was last given, each under the hash of its content. A task names its case by that key
and says which blocks to run. A worker that does not know the case says so and is then sent its content, once; all later
tasks carry a few bytes. In the process that started the run the case is known from the beginning.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multivector_sim.engine.case import Case
    from multivector_sim.engine.kernel import Outcome, Room

__all__ = ["Parcel", "pack", "run_batch"]

MOST_KEPT = 4

kept: OrderedDict[str, Case] = OrderedDict()
guard = Lock()


@dataclass(frozen=True)
class Parcel:
    """A case as bytes, and the key under which a worker keeps it; without content it is only a name.

    The content is made by the process that started the run and read by its own workers, over the channel that their
    executor trusts with functions anyway; it is never read from a file.
    """

    key: str
    content: bytes | None

    def without_content(self) -> Parcel:
        """Give the name alone."""
        return Parcel(self.key, None)


def pack(case: Case) -> Parcel:
    """Pack a case for the workers, and keep it here.

    Parameters
    ----------
    case
        What is to be run.

    Returns
    -------
    Parcel
        The case's bytes under their hash.
    """
    content = pickle.dumps(case, protocol=pickle.HIGHEST_PROTOCOL)
    parcel = Parcel(hashlib.sha256(content).hexdigest(), content)
    keep(parcel.key, case)
    return parcel


def keep(key: str, case: Case) -> None:
    """Keep a case, and let go of the one that was not used for longest."""
    with guard:
        kept[key] = case
        kept.move_to_end(key)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)


def run_batch(parcel: Parcel, seed: int, blocks: range, room: Room | None = None) -> Outcome | None:
    """Run blocks of a case.

    Parameters
    ----------
    parcel
        The case, by name or with its content.
    seed
        The run's seed.
    blocks
        Which blocks, one after the other.
    room
        Where to write what came of them, for a worker in this process.

    Returns
    -------
    Outcome or None
        What came of the blocks, in their order; None if the case is not known here and was not sent along.
    """
    with guard:
        case = kept.get(parcel.key)
    if case is None:
        if parcel.content is None:
            return None
        case = pickle.loads(parcel.content)  # noqa: S301  made by the process that started the run; see Parcel
        keep(parcel.key, case)
    return case.run_blocks(seed, blocks, room)
