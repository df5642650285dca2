"""World Integrated Trade Solution of the World Bank: thousands of US dollars, headers again inside of joined files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.evidence.flows.opened import LINE
from multivector_sim.evidence.flows.reader import ColumnReader, mapped, periods, places, sides, values
from multivector_sim.evidence.flows.units import Unit

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]

THOUSAND = Unit("USD", 1e3, "file")
FLOWS = {
    "import": "imports", "export": "exports", "imports": "imports", "exports": "exports", "gross imports": "imports",
    "gross exports": "exports", "gross import": "imports", "gross export": "exports", "1": "imports", "2": "exports",
    "5": "imports", "6": "exports",
}  # fmt: skip
FIELDS = {
    "reporter_iso": ("reporteriso3",), "reporter_name": ("reportername",), "partner_iso": ("partneriso3",),
    "partner_name": ("partnername",), "year": ("year",), "flow": ("tradeflowname", "tradeflowcode"),
    "product": ("productcode",), "value": ("tradevaluein1000usd",),
}  # fmt: skip


def _rows(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows."""
    import pandas as pd

    flow = mapped(frame["flow"], lambda text: FLOWS.get(text.strip().casefold()))
    other = pd.isna(flow)
    frame = request.account.drop(frame, other, "flows other than exports and imports (re-exports are part of exports)")
    flow = flow[~other]
    years, every = periods(frame["year"], request, frame[LINE])
    reporter, _ = places(frame, (("reporter_iso", "iso3"), ("reporter_name", "name")))
    partner, label = places(frame, (("partner_iso", "iso3"), ("partner_name", "name")))
    return pd.DataFrame(
        {
            "reporter": reporter,
            "partner": partner,
            "label": label,
            "year": years,
            "every": every,
            "flow": flow,
            "value": values(frame, request),
            "product": mapped(frame["product"], str.strip) if "product" in frame else "TOTAL",
            "side": sides(flow),
            LINE: frame[LINE].to_numpy(),
        }
    ), request.unit(THOUSAND, "")


NEEDED = ("reporter_iso", "partner_iso", "year", "flow", "value")
READERS = (ColumnReader("wits", "World Bank WITS", "wits.worldbank.org", "official", FIELDS, NEEDED, _rows),)
