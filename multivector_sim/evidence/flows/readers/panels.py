"""Two compact panels: exports by exporter and importer, and both flows of a country with its partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.evidence.flows.opened import LINE
from multivector_sim.evidence.flows.reader import BOTH, ColumnReader, periods, places, values
from multivector_sim.evidence.flows.units import Unit

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]


def _exports(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of a panel of exports, reported by exporters."""
    import pandas as pd

    years, every = periods(frame["year"], request, frame[LINE])
    reporter, _ = places(frame, (("reporter", "any"),))
    partner, label = places(frame, (("partner", "any"),))
    return pd.DataFrame(
        {
            "reporter": reporter,
            "partner": partner,
            "label": label,
            "year": years,
            "every": every,
            "flow": "exports",
            "value": values(frame, request),
            "product": "TOTAL",
            "side": "exporter",
            LINE: frame[LINE].to_numpy(),
        }
    ), request.unit(Unit("USD", 1.0, "file"), "")


def _both(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of a panel of both flows, as compiled from either end's reports."""
    import pandas as pd

    years, every = periods(frame["year"], request, frame[LINE])
    reporter, _ = places(frame, (("reporter", "any"),))
    partner, label = places(frame, (("partner", "any"),))
    parts = [
        pd.DataFrame(
            {
                "reporter": reporter,
                "partner": partner,
                "label": label,
                "year": years,
                "every": every,
                "flow": flow,
                "value": values(frame, request, name=flow),
                "product": "TOTAL",
                "side": BOTH,
                LINE: frame[LINE].to_numpy(),
            }
        )
        for flow in ("exports", "imports")
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
