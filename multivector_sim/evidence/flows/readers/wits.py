"""World Integrated Trade Solution of the World Bank: thousands of US dollars, repeated headers in joined files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.evidence.flows.reader import ColumnReader, flow_rows, mapped
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


ENDS = (
    (("reporter_iso", "iso3"), ("reporter_name", "name")),
    (("partner_iso", "iso3"), ("partner_name", "name")),
)


def _rows(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows."""
    import pandas as pd

    flow = mapped(frame["flow"], lambda text: FLOWS.get(text.strip().casefold()))
    other = pd.isna(flow)
    frame = request.account.drop(frame, other, "flows other than exports and imports (re-exports are part of exports)")
    flow = flow[~other]
    product = mapped(frame["product"], str.strip) if "product" in frame else "TOTAL"
    return flow_rows(request, frame, flow, ENDS, product=product), request.unit(THOUSAND, "")


NEEDED = ("reporter_iso", "partner_iso", "year", "flow", "value")
READERS = (ColumnReader("wits", "World Bank WITS", "wits.worldbank.org", "official", FIELDS, NEEDED, _rows),)
