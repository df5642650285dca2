"""Whether clauses are honoured: drawn once for each rupture that puts one to the test."""

from typing import NamedTuple

from multivector_sim.compiled import entry
from multivector_sim.typing import Floats, Integers

__all__ = ["Promises", "keep_promises"]


class Promises(NamedTuple):
    """Which loose number says whether, in which rupture, which contract is honoured; each (n,)."""

    number: Integers
    rupture: Integers
    contract: Integers


@entry
def keep_promises(promises: Promises, loose: Floats, chances: Floats, kept: Floats) -> None:
    """Write 1 to ``kept`` (BLOCK, rupture, contract) where a uniform number is below its chance (BLOCK, contract)."""
    for at in range(promises.number.size):
        contract = promises.contract[at]
        for one in range(kept.shape[0]):
            if loose[promises.number[at], one] < chances[one, contract]:
                kept[one, promises.rupture[at], contract] = 1.0
