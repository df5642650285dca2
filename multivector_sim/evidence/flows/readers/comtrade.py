"""UN Comtrade: the web download of today, its API and bulk files, and the two layouts before them.

One table holds totals and details of many dimensions. Kept are all products together (or the product asked for), all
customs procedures, all modes of transport, no second partner. Re-exports are part of exports, re-imports of imports:
they are left out. Countries are told by their numbers, which are not those of ISO 3166 for the USA, France, India and
others; the column that says "ISO" holds other things too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.evidence.flows.opened import LINE
from multivector_sim.evidence.flows.reader import ColumnReader, flow_rows, mapped, periods
from multivector_sim.evidence.flows.units import Unit

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]

USD = Unit("USD", 1.0, "format")
FLOWS = {
    "x": "exports", "m": "imports", "2": "exports", "1": "imports", "export": "exports", "import": "imports",
    "exports": "exports", "imports": "imports", "gross exports": "exports", "gross imports": "imports",
}  # fmt: skip
DIMENSIONS = (
    ("partner2", ("0", ""), "a second partner (countries of consignment)"),
    ("customs", ("C00", "", "0"), "single customs procedures"),
    ("transport", ("0", ""), "single modes of transport"),
    ("supply", ("0", ""), "single modes of supply"),
)
MODERN = {
    "year": ("refyear", "period"), "month": ("refmonth",), "period": ("period",), "frequency": ("freqcode",),
    "reporter_code": ("reportercode",), "reporter_iso": ("reporteriso",), "reporter_name": ("reporterdesc",),
    "partner_code": ("partnercode",), "partner_iso": ("partneriso",), "partner_name": ("partnerdesc",),
    "flow": ("flowcode", "flowdesc"), "partner2": ("partner2code",), "customs": ("customscode",),
    "transport": ("motcode",), "supply": ("moscode",), "product": ("cmdcode",), "value": ("primaryvalue",),
    "kind": ("typecode",),
}  # fmt: skip
LEGACY = {
    "year": ("year", "yr"), "period": ("period",),
    "reporter_code": ("reportercode", "rtcode"), "reporter_iso": ("reporteriso", "rt3iso"),
    "reporter_name": ("reporter", "rttitle"), "partner_code": ("partnercode", "ptcode"),
    "partner_iso": ("partneriso", "pt3iso"), "partner_name": ("partner", "pttitle"),
    "flow": ("tradeflowcode", "rgcode", "tradeflow", "rgdesc"), "partner2": ("2ndpartnercode", "ptcode2"),
    "customs": ("customsproccode", "cstcode"), "transport": ("modeoftransportcode", "motcode"),
    "product": ("commoditycode", "cmdcode"), "value": ("tradevalueus$", "tradevalueus", "tradevalue"),
}  # fmt: skip


ENDS = (
    (("reporter_code", "un"), ("reporter_iso", "iso3"), ("reporter_name", "name")),
    (("partner_code", "un"), ("partner_iso", "iso3"), ("partner_name", "name")),
)


def _rows(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of any of the layouts."""
    import pandas as pd

    account = request.account
    if "kind" in frame:
        frame = account.drop(
            frame, mapped(frame["kind"], lambda text: text.strip().upper() == "S").astype(bool), "services"
        )
    for name, totals, text in DIMENSIONS:
        if name not in frame:
            continue
        total = mapped(frame[name], lambda cell, known=totals: cell.strip() in known).astype(bool)  # type: ignore[misc]
        if total.any():
            frame = account.drop(frame, ~total, text)
        else:
            account.say("assumed", f"no totals over {text}: they are added up")
            frame = frame.assign(added=frame[name])
    flow = mapped(frame["flow"], lambda text: FLOWS.get(text.strip().casefold()))
    other = pd.isna(flow)
    frame = account.drop(frame, other, "re-exports, re-imports and other parts of exports and imports")
    flow = flow[~other]
    own: dict[str, Any] = {}
    if "period" in frame:
        own["every"] = periods(frame["period"], request, frame[LINE])[1]
    if "product" in frame:
        own["product"] = mapped(frame["product"], str.strip)
    rows = flow_rows(request, frame, flow, ENDS, **own)
    if "added" in frame:
        rows["label"] = rows["label"] + " " + frame["added"].astype(str).to_numpy()
    return rows, request.unit(USD, "")


NEEDED = ("year", ("reporter_code", "reporter_iso"), ("partner_code", "partner_iso"), "flow", "value")
WHERE = "comtradeplus.un.org"
READERS = (
    ColumnReader("comtrade", "UN Comtrade", WHERE, "official", MODERN, NEEDED, _rows),
    ColumnReader("comtrade-legacy", "UN Comtrade, layout before 2023", WHERE, "official", LEGACY, NEEDED, _rows),
)
