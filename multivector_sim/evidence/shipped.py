"""The calibration that is shipped: a small table of estimates, not the data behind it."""

from __future__ import annotations

from functools import lru_cache

from multivector_sim.evidence.calibration import Calibration
from multivector_sim.scenario.calibrated import shipped_table

__all__ = ["shipped_calibration"]


@lru_cache(maxsize=1)
def shipped_calibration() -> Calibration:
    """Return the shipped calibration.

    Returns
    -------
    Calibration
        Without tables of ruptures, holes and borders.

    Examples
    --------
    >>> shipped_calibration().basis
    'estimated from 160 ruptures, 1950-2014'
    """
    return Calibration.from_document(shipped_table())
