"""All readers, in the order in which they are asked: the more columns of its own a format has, the earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.evidence.flows.readers import (
    cepii,
    comtrade,
    eurostat,
    imf,
    plain,
    research_panels,
    trade_map,
    unctad,
    wits,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.evidence.flows.reader import Reader

__all__ = ["EVERY"]

EVERY: Sequence[Reader] = (
    *comtrade.READERS,
    *wits.READERS,
    *imf.READERS,
    *eurostat.READERS,
    *trade_map.READERS,
    *unctad.READERS,
    *research_panels.READERS,
    *cepii.READERS,
    *plain.READERS,
)
