"""Eurostat: the TSV of a table, whose first column joins several, and the bulk files of Comext.

A value may carry a flag ("123.4 p"), ":" is missing and ": c" confidential. Greece is EL, the United Kingdom may be UK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from multivector_sim.errors import FlowsError
from multivector_sim.evidence.flows.opened import LINE
from multivector_sim.evidence.flows.reader import (
    ColumnReader,
    Match,
    flow_rows,
    mapped,
    period,
    unknown,
    values,
)
from multivector_sim.evidence.flows.units import Unit, unit_in

if TYPE_CHECKING:
    from multivector_sim.evidence.flows.opened import OpenedFile
    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]

WHERE = "ec.europa.eu/eurostat"
FLOWS = {
    "EXP": "exports", "IMP": "imports", "MIO_EXP_VAL": "exports", "MIO_IMP_VAL": "imports",
    "1": "imports", "2": "exports",
}  # fmt: skip
DIMENSIONS = ("flow", "stk_flow", "indic_et", "indic_bt")
PRODUCTS = ("sitc06", "bclas_bec", "product", "nace_r2", "cpa2_1")


class Tsv:
    """Reads a table in TSV."""

    name, title, where, trust = "eurostat", "Eurostat", WHERE, "official"

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are: the joined dimensions, and periods."""
        for table in file.tables:
            row = (table.rows[0] if table.rows else []) or [""]
            times = {at: cell.strip() for at, cell in enumerate(row) if at and period(cell)}
            if "\\" in row[0] and "," in row[0] and times:
                return Match(table, 0, {"key": 0}, times)
        return None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit."""
        match, file = request.match, request.file
        names = [name.strip().casefold() for name in match.table.rows[0][0].split("\\")[0].split(",")]
        flow_at = next((names.index(name) for name in DIMENSIONS if name in names), None)
        if "geo" not in names or "partner" not in names or flow_at is None:
            raise FlowsError(f"a table by {', '.join(names)}; one of flows needs geo, partner and a flow", file.name, 1)
        frame = match.table.frame(0, [0, *match.years], list(match.years))
        filled = mapped(frame[0], lambda key: bool(key.strip())).astype(bool)
        frame = frame[filled].reset_index(drop=True)
        keys = [str(key).split(",") for key in frame[0]]
        bad = next((at for at, key in enumerate(keys) if len(key) != len(names)), None)
        if bad is not None:
            line = int(frame[LINE].iloc[bad])
            raise FlowsError(f"{len(keys[bad])} parts in the first column, not {len(names)}", file.name, line)
        dims = pd.DataFrame({name: [key[at] for key in keys] for at, name in enumerate(names)}, dtype=str)
        frame = pd.concat([dims.apply(lambda column: column.str.strip()), frame.drop(columns=0)], axis=1)
        flow = frame[names[flow_at]].map(FLOWS)
        frame = request.account.drop(
            frame, flow.isna().to_numpy(), "indicators other than the value of exports and imports"
        )
        unit = self._unit(request, frame, names)
        long = frame.melt(id_vars=[*names, LINE], value_vars=list(match.years), var_name="year", value_name="value")
        long["year"] = long["year"].map(dict(match.years)).astype(str)
        flag = long["value"].astype(str).str.strip().str.extract(r"^(\S+)\s+[a-z]+$", expand=False)
        long["value"] = flag.where(
            flag.notna() & ~long["value"].astype(str).str.startswith(":"), long["value"].astype(str)
        )
        flow = long[names[flow_at]].map(FLOWS)
        product = next((name for name in PRODUCTS if name in names), None)
        ends = ((("geo", "iso2"),), (("partner", "iso2"),))
        products = long[product].to_numpy() if product else "TOTAL"
        return flow_rows(request, long, flow.to_numpy(), ends, product=products), unit

    def _unit(self, request: Request, frame: pd.DataFrame, names: list[str]) -> Unit:
        """Return the one unit of the rows that are kept."""
        if "unit" in names or "currency" in names:
            texts = sorted(set(frame["unit" if "unit" in names else "currency"]))
        else:
            texts = ["MIO_EUR"] if "indic_et" in names and frame["indic_et"].str.startswith("MIO_").all() else []
        found = {text: unit_in(text) for text in texts}
        money = {text: unit for text, unit in found.items() if unit is not None}
        if len(money) > 1:
            raise FlowsError(f"several units in one file, {', '.join(money)}; download one of them", request.file.name)
        return request.unit(
            next(iter(money.values()), None), "give unit='million EUR' (--unit) or whatever the table's page says"
        )


COMEXT = {
    "reporter": ("declarant_iso", "declarant", "reporter"), "partner": ("partner_iso", "partner"),
    "product": ("product_nc", "product_cn8", "product"), "flow": ("flow",), "year": ("period",),
    "euros": ("value_in_euros", "value_eur", "valueineuros"),
    "thousands": ("value_1000ecu", "value_in_1000ecu", "value1000ecu"),
    "procedure": ("stat_regime", "statregime", "statistical_procedure"),
}  # fmt: skip


def _comext(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of Comext's bulk file."""
    flow = mapped(frame["flow"], lambda text: FLOWS.get(text.strip()))
    other = unknown(flow)
    frame = request.account.drop(frame, other, "flows other than 1 (imports) and 2 (exports)")
    flow = flow[~other]
    name, unit = ("euros", Unit("EUR", 1.0, "file")) if "euros" in frame else ("thousands", Unit("EUR", 1e3, "file"))
    ends = ((("reporter", "iso2"),), (("partner", "iso2"),))
    product = mapped(frame["product"], str.strip)
    rows = flow_rows(request, frame, flow, ends, value=values(frame, request, name=name), product=product)
    if "procedure" in frame:
        rows["label"] = rows["label"] + " " + mapped(frame["procedure"], str.strip)
    return rows, request.unit(unit, "")


READERS = (
    Tsv(),
    ColumnReader(
        "comext", "Eurostat Comext", WHERE, "official", COMEXT,
        ("reporter", "partner", "product", "flow", "year", ("euros", "thousands")), _comext, ("euros", "thousands"),
    ),
)  # fmt: skip
