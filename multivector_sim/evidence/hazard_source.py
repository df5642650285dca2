"""Where a scenario made of data takes its hazards from: a calibration, or whatever has the same method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TYPICAL_SHARE", "HazardSource"]

TYPICAL_SHARE = 0.003
"""Of a partner's imports, where the data do not tell: a flow in the middle of those that were looked at."""


class HazardSource(Protocol):
    """What gives a scenario its hazards; a :class:`~multivector_sim.evidence.calibration.Calibration` does."""

    def to_scenario(
        self, shares: Mapping[str, float] | None = None, channels: tuple[str, ...] = ("exports",)
    ) -> dict[str, Any]:
        """Return ``sources`` and ``hazard`` of a scenario, by partners' shares of their imports."""
        ...
