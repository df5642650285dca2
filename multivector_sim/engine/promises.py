"""Whether clauses are honoured: drawn once for each rupture that puts one to the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["Promise"]


@dataclass(frozen=True)
class Promise:
    """Which loose number says whether, in which rupture, which contract is honoured."""

    number: int
    rupture: int
    contract: int

    def keep(self, loose: Floats, chances: Floats, kept: Floats) -> None:
        """Write 0 or 1 to ``kept`` (BLOCK, rupture, contract): 1 where the number is below its chance.

        ``loose`` is (number, BLOCK), ``chances`` (BLOCK, contract).
        """
        kept[:, self.rupture, self.contract] = loose[self.number] < chances[:, self.contract]
