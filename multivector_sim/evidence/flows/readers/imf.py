"""International Monetary Fund: trade by partner (Direction of Trade, now IMTS) and direct investment (CDIS).

The old portal puts years, quarters and months side by side in columns, without the scale of its numbers: its bulk file
is in dollars, a query in millions, so the unit must be given. The new one names the scale, or is in millions. Codes
with a digit are groups.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import FlowsError
from multivector_sim.evidence.flows.opened import LINE, OpenedFile
from multivector_sim.evidence.flows.reader import (
    HEADER_ROWS,
    ColumnReader,
    Match,
    flow_rows,
    lookup,
    mapped,
    period,
    read_columns,
    unknown,
    values,
)
from multivector_sim.evidence.flows.units import FACTORS, SCALES_IN_SDMX, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS", "flow_of", "melted"]

INDICATORS = {
    "TXG_FOB_USD": "exports", "XG_FOB_USD": "exports", "TMG_CIF_USD": "imports", "MG_CIF_USD": "imports",
    "IIW_BP6_USD": "fdi_instock", "IOW_BP6_USD": "fdi_outstock", "OIW_BP6_USD": "fdi_outstock",
}  # fmt: skip
CODE = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b")
WHERE = "data.imf.org"
HINT = (
    "the old portal gives USD in its bulk file and million USD in a query: look at one figure you know, then give "
    "unit='USD' or unit='million USD' (--unit)"
)
SERIES = {
    "reporter_iso": ("countryid", "country", "refarea"), "reporter_code": ("countrycode",),
    "reporter_name": ("countryname",),
    "partner_iso": ("counterpart_countryid", "counterpart_country", "counterpartarea", "counterpartcountryid"),
    "partner_code": ("counterpartcountrycode",), "partner_name": ("counterpartcountryname",),
    "indicator": ("indicatorid", "indicatorcode", "indicator"), "attribute": ("attribute",),
    "frequency": ("frequencyid", "frequency", "freq"), "scale": ("scaleid", "scale"), "unit": ("unitid", "unit"),
    "year": ("time_period", "timeperiod"), "value": ("obs_value", "obsvalue"),
}  # fmt: skip
END = ("reporter_iso", "reporter_code", "reporter_name")
OTHER_END = ("partner_iso", "partner_code", "partner_name")


def flow_of(indicator: str) -> str | None:
    """Return the flow that an indicator is about, None for one that is not read.

    Examples
    --------
    >>> flow_of("TXG_FOB_USD"), flow_of("Goods, Value of Imports, CIF, US Dollars (TMG_CIF_USD)"), flow_of("TBG_USD")
    ('exports', 'imports', None)
    """
    for code in CODE.findall(indicator.strip().upper()):
        if code in INDICATORS:
            return INDICATORS[code]
    return None


def melted(frame: pd.DataFrame, years: dict[int, str], keep: Sequence[str]) -> pd.DataFrame:
    """Return a wide frame, whose columns of periods are numbers, as a long one with ``year`` and ``value``."""
    long = frame.melt(id_vars=[*keep, LINE], value_vars=list(years), var_name="year", value_name="value")
    long["year"] = long["year"].map(years).astype(str)
    return long


def _made(request: Request, frame: pd.DataFrame, unit: Unit) -> tuple[pd.DataFrame, Unit]:
    """Return rows of a long frame with the columns of :data:`SERIES`."""
    import pandas as pd

    account = request.account
    if "attribute" in frame:
        status = mapped(frame["attribute"], lambda text: text.strip().casefold() not in ("value", ""))
        frame = account.drop(frame, status.astype(bool), "rows of status, not of value")
    flow = mapped(frame["indicator"], flow_of)
    other = pd.isna(flow)
    names = sorted({str(it).strip() for it in frame["indicator"][other].unique()})[:4]
    frame = account.drop(frame, other, f"other indicators: {', '.join(names)}")
    flow = flow[~other]
    if not len(frame):
        raise FlowsError(f"no exports, imports or direct investment in it, only {', '.join(names)}", request.file.name)
    number = values(frame, request)
    if "scale" in frame:
        number = number * _scales(frame, request)
    ends = (_systems(frame, END), _systems(frame, OTHER_END))
    return flow_rows(request, frame, flow, ends, value=number), unit


def _systems(frame: pd.DataFrame, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the columns of one end of a flow with the system of their codes; letters of two or three, or names."""
    iso, code, name = names
    found = [(name, "name"), (code, "imf")]
    if iso in frame:
        text = next((str(it).strip() for it in frame[iso].unique() if str(it).strip().isalpha()), "")
        found.append((iso, "iso2" if len(text) == 2 else "any"))  # noqa: PLR2004 - letters
    return found


def _scales(frame: pd.DataFrame, request: Request) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the factor of each row by its scale."""

    def factor(text: str) -> float | None:
        word = text.strip().casefold()
        return SCALES_IN_SDMX.get(word, FACTORS.get(word))

    factors = mapped(frame["scale"], factor)
    bad = unknown(factors)
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        cell = str(frame["scale"].iloc[at]).strip()[:20]
        raise FlowsError(f"no scale called '{cell}'", request.file.name, int(frame[LINE].iloc[at]))
    return factors.astype(np.float64)


def _long(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of the SDMX form."""
    if "scale" in frame:
        return _made(request, frame, request.unit(Unit("USD", 1.0, "file"), ""))
    return _made(request, frame, request.unit(Unit("USD", 1e6, "format"), ""))


class Wide:
    """Reads the old portal's time series and the new Data Explorer: a column for each year, quarter and month."""

    name, title, where, trust = "imf-wide", "International Monetary Fund", WHERE, "official"

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are: two ends, an indicator, and periods."""
        for table in file.tables:
            for number, row in enumerate(table.rows[:HEADER_ROWS]):
                columns = lookup(row, SERIES)
                times = {at: cell.strip() for at, cell in enumerate(row) if period(cell)}
                ends = any(it in columns for it in END) and any(it in columns for it in OTHER_END)
                if ends and "indicator" in columns and times and "value" not in columns:
                    return Match(table, number, columns, times)
        return None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit."""
        match = request.match
        annual = {at: text for at, text in match.years.items() if period(text)[1] == "A"}  # type: ignore[index]
        times = annual or dict(match.years)
        if annual and len(annual) < len(match.years):
            request.account.say(
                "dropped", f"{len(match.years) - len(annual)} columns of quarters and months beside the years"
            )
        whole = Match(match.table, match.header, {**match.columns, **{f"#{at}": at for at in times}})
        inner = type(request)(request.file, whole, request.options, request.account)
        frame = read_columns(inner, (), [f"#{at}" for at in times]).rename(columns={f"#{at}": at for at in times})
        unit = request.unit(Unit("USD", 1.0, "file") if "scale" in frame else None, HINT)
        return _made(request, melted(frame, times, list(match.columns)), unit)


class Panel:
    """Reads the old portal's panel: a row for each pair and period, a column for each indicator."""

    name, title, where, trust = "imf-panel", "International Monetary Fund, panel", WHERE, "official"

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are: two ends, a period, and indicators."""
        fields = {name: SERIES[name] for name in (*END, *OTHER_END)} | {"year": ("timeperiod", "time_period")}
        for table in file.tables:
            for number, row in enumerate(table.rows[:HEADER_ROWS]):
                columns = lookup(row, fields)
                series = {at: cell for at, cell in enumerate(row) if flow_of(cell)}
                ends = any(it in columns for it in END) and any(it in columns for it in OTHER_END)
                if ends and "year" in columns and series:
                    return Match(table, number, columns, series)
        return None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit."""
        match, series = request.match, dict(request.match.years)
        whole = Match(match.table, match.header, {**match.columns, **{f"#{at}": at for at in series}})
        inner = type(request)(request.file, whole, request.options, request.account)
        frame = read_columns(inner, (), [f"#{at}" for at in series]).rename(columns={f"#{at}": at for at in series})
        long = frame.melt(
            id_vars=[*match.columns, LINE], value_vars=list(series), var_name="indicator", value_name="value"
        )
        long["indicator"] = long["indicator"].map(series).astype(str)
        return _made(request, long, request.unit(None, HINT))


class SevenColumns:
    """Reads the text of seven columns without a header: name, letters, indicator, partner, letters, period, value."""

    name, title, where, trust = "imf-text", "International Monetary Fund, text without a header", WHERE, "official"

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are: the third is an indicator, the sixth a period."""
        for table in file.tables:
            rows = [row for row in table.rows[:5] if len(row) == 7]  # noqa: PLR2004 - its columns
            if (
                rows
                and len(rows) == len(table.rows[:5])
                and all(CODE.fullmatch(row[2].strip()) and period(row[5]) for row in rows)
            ):
                fields = ("reporter_name", "reporter_iso", "indicator", "partner_name", "partner_iso", "year", "value")
                return Match(table, -1, {name: at for at, name in enumerate(fields)})
        return None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit."""
        return _made(request, read_columns(request, (), ("value",)), request.unit(None, HINT))


NEEDED = (END, OTHER_END, "indicator", "year", "value")
READERS = (
    ColumnReader("imf", "International Monetary Fund", WHERE, "official", SERIES, NEEDED, _long),
    Wide(),
    Panel(),
    SevenColumns(),
)
