"""Two compact panels: exports by exporter and importer, and both flows of a country with its partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.evidence.flows.reader import BOTH, TRADE, ColumnReader, flow_rows, values
from multivector_sim.evidence.flows.units import Unit

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]


ENDS = ((("reporter", "any"),), (("partner", "any"),))


def _exports(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of a panel of exports, reported by exporters."""
    return flow_rows(request, frame, "exports", ENDS), request.unit(Unit("USD", 1.0, "file"), "")


def _both(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of a panel of both flows, as compiled from either end's reports."""
    import pandas as pd

    parts = [
        flow_rows(request, frame, flow, ENDS, value=values(frame, request, name=flow, title=flow), side=BOTH)
        for flow in TRADE
    ]
    return pd.concat(parts, ignore_index=True), request.unit(Unit("GBP", 1.0, "file"), "")


EXPORTS = {"reporter": ("exporter",), "partner": ("importer",), "year": ("year",), "value": ("exports_usd",)}
PAIR = {
    "reporter": ("country",), "partner": ("partner",), "year": ("year",), "exports": ("exports_gbp",),
    "imports": ("imports_gbp",),
}  # fmt: skip
READERS = (
    ColumnReader(
        "comtrade-panel",
        "UN Comtrade, exports between countries",
        "comtradeplus.un.org",
        "official",
        EXPORTS,
        tuple(EXPORTS),
        _exports,
    ),
    ColumnReader(
        "tradhist-pairs",
        "CEPII TRADHIST, two partners",
        "cepii.fr",
        "study",
        PAIR,
        tuple(PAIR),
        _both,
        ("exports", "imports"),
    ),
)
