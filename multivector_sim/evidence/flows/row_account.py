"""An account of the rows of a file: kept, dropped, duplicated, not assigned, with counts and amounts.

A reader and the steps behind it write here whatever they do, so that nothing goes missing without a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from multivector_sim.evidence.flows.opened import LINE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

__all__ = ["Account", "Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is to be known about a file.

    Parameters
    ----------
    kind
        ``found`` (about the file as a whole), ``dropped``, ``doubled``, ``unplaced``, ``unspecified``, ``assumed`` or
        ``check``.
    text
        For people.
    rows
        How many rows it is about; 0 for the file as a whole.
    value
        How much money stood in them, in whole units of the currency; None if there is no such sum.
    line
        The first of them; 0 where there is none.

    Examples
    --------
    >>> print(Finding("dropped", "the world as a partner", 12, 3.5e9, 2))
    dropped: the world as a partner (12 rows, first in line 2)
    """

    kind: str
    text: str
    rows: int = 0
    value: float | None = None
    line: int = 0

    def __str__(self) -> str:
        """Return it in one line."""
        rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}" if self.rows else ""
        first = (
            f"first in line {self.line}" if self.line and self.rows > 1 else f"line {self.line}" if self.line else ""
        )
        inside = ", ".join(part for part in (rows, first) if part)
        return f"{self.kind}: {self.text}" + (f" ({inside})" if inside else "")

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"kind": self.kind, "text": self.text, "rows": self.rows, "value": self.value, "line": self.line}


@dataclass(slots=True)
class Account:
    """Gathers findings.

    Parameters
    ----------
    factor
        What a value of the file is multiplied by.
    """

    factor: float = 1.0
    findings: list[Finding] = field(default_factory=list)

    def say(self, kind: str, text: str) -> None:
        """Note something about the file as a whole."""
        self.findings.append(Finding(kind, text))

    def about(self, kind: str, rows: pd.DataFrame, text: str) -> None:
        """Note something about some rows; none are no finding."""
        if len(rows):
            money = "value" in rows and rows["value"].dtype.kind in "fi"
            value = float(rows["value"].sum()) * self.factor if money else None
            self.findings.append(Finding(kind, text, len(rows), value, int(rows[LINE].iloc[0])))

    def drop(self, rows: pd.DataFrame, mask: npt.NDArray[np.bool_], text: str, kind: str = "dropped") -> pd.DataFrame:
        """Return the rows without those of a mask, which are noted."""
        if not mask.any():
            return rows
        self.about(kind, rows[mask], text)
        return rows[~mask]
