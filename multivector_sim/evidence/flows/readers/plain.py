"""A plain table of one's own: a column of partners and one of values at least; the rest is told by names, or given.

The mark of decimals, the unit in a column's name ("Exports (million EUR)"), years as columns: all found out and said.
What the table does not hold, the reporter, the year, the flow, is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import FlowsError
from multivector_sim.evidence.flows.countries import GROUP, UNSPECIFIED, WORLD
from multivector_sim.evidence.flows.opened import LINE, TextTable, plain_key
from multivector_sim.evidence.flows.reader import (
    HEADER_ROWS,
    TRADE,
    Match,
    ReporterMissingError,
    first_names,
    lookup,
    mapped,
    period,
    periods,
    places,
    read_columns,
    side_of,
    some_of,
    unknown,
    values,
    with_nearest,
)
from multivector_sim.evidence.flows.units import Unit, decimal_mark, unit_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from multivector_sim.evidence.flows.opened import OpenedFile
    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]

FIELDS = {
    "partner": (
        "partner", "partnercountry", "partner_country", "counterpart", "destination", "market", "partneriso",
        "partneriso3", "partner_iso3", "partnername", "importer", "country", "economy",
    ),
    "reporter": (
        "reporter", "reportercountry", "reporter_country", "reporteriso", "reporteriso3", "reporter_iso3", "exporter",
        "origin", "declarant", "country",
    ),
    "year": ("year", "period", "time", "time_period", "date"),
    "flow": ("flow", "tradeflow", "direction", "flowdesc", "type"),
    "product": ("product", "commodity", "hs", "hscode", "cmdcode", "productcode"),
    "unit": ("unit", "currency"),
}  # fmt: skip
FLOWS = {
    "export": "exports", "exports": "exports", "x": "exports", "exp": "exports",
    "import": "imports", "imports": "imports",
    "m": "imports", "imp": "imports", "fdi_instock": "fdi_instock", "fdi_outstock": "fdi_outstock",
    "fdi_inflow": "fdi_inflow", "fdi_outflow": "fdi_outflow", "inward": "fdi_instock", "outward": "fdi_outstock",
}  # fmt: skip
VALUES = ("value", "amount", "tradevalue", "trade_value", "total")
HINT = "say it: unit='USD' or unit='thousand USD' (--unit), or put it into the column's name, as in 'value (USD)'"


class Plain:
    """Reads a plain table; it is asked last."""

    name, title, where, trust = "plain", "A table of one's own", "", "unverified"
    fields = FIELDS | {"value": (*VALUES, *TRADE)}

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are: partners, and values or years."""
        for table in file.tables:
            for number, row in enumerate(table.rows[:HEADER_ROWS]):
                columns = lookup(row, FIELDS)
                if columns.get("reporter") == columns.get("partner"):
                    columns.pop("reporter", None)
                if "partner" not in columns:
                    continue
                years = {at: cell.strip() for at, cell in enumerate(row) if period(cell)}
                numbers = {name: at for at, cell in enumerate(row) if (name := self._kind(cell))}
                if numbers:
                    return Match(table, number, columns | numbers)
                if years:
                    return Match(table, number, columns, years)
        return None

    def _kind(self, cell: str) -> str | None:
        """Return what a column of values is about: exports, imports, or a value of the flow that stands elsewhere."""
        key = plain_key(cell)
        for flow in TRADE:
            if key.startswith(flow) or key.removeprefix("value").startswith(flow):
                return flow
        return "value" if key.startswith(VALUES) else None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit."""
        import pandas as pd

        match = request.match
        header = match.table.rows[match.header]
        numbers = [name for name in ("exports", "imports", "value") if name in match.columns] or [
            f"#{at}" for at in match.years
        ]
        whole = {**match.columns, **{f"#{at}": at for at in match.years}}
        inner = type(request)(request.file, Match(match.table, match.header, whole), request.options, request.account)
        frame = self._without_feet(request, read_columns(inner, numbers), numbers)
        unit = self._unit(request, frame, [header[whole[name]] for name in numbers])
        request.account.factor = unit.factor
        mark = self._mark(request, frame, numbers)
        self._note_unused(request, header, set(whole.values()))
        parts = []
        for name in numbers:
            year = match.years.get(int(name[1:])) if name.startswith("#") else None
            parts.append(self._part(request, frame, name, year, mark))
        rows = pd.concat(parts, ignore_index=True)
        return rows, unit

    def _note_unused(self, request: Request, header: Sequence[str], used: set[int]) -> None:
        """Note the columns that are not read; one that nearly has a known name is to be checked."""
        known = first_names(self.fields)
        unread: dict[str, list[str]] = {"check": [], "found": []}
        for name in (cell.strip()[:30] for at, cell in enumerate(header) if at not in used and cell.strip()):
            shown = with_nearest(name, known)
            unread["found" if shown == name else "check"].append(shown)
        for kind, found in unread.items():
            if found:
                request.account.say(kind, f"column{'s' * (len(found) != 1)} not read: {some_of(found)}")

    def _without_feet(self, request: Request, frame: pd.DataFrame, numbers: list[str]) -> pd.DataFrame:
        """Return the rows without blank lines and notes: those in which nothing but the first cell is filled."""
        filled = np.zeros(len(frame), dtype=bool)
        for name in numbers:
            filled |= frame[name].astype(str).str.strip().ne("").to_numpy(dtype=bool) & frame[name].notna().to_numpy()
        text = np.zeros(len(frame), dtype=bool)
        for name in frame.columns.difference([LINE, "partner", *numbers]):
            text |= mapped(frame[name], lambda cell: bool(cell.strip())).astype(bool)
        return request.account.drop(frame, ~filled & ~text, "blank lines, titles and notes")

    def _part(self, request: Request, frame: pd.DataFrame, name: str, year: str | None, mark: str) -> pd.DataFrame:
        """Return the rows of one column of values."""
        import pandas as pd

        flow = self._flow(request, frame, name)
        reporter = self._reporter(request, frame)
        partner, label = places(frame, (("partner", "any"),))
        years, every = self._years(request, frame, year)
        product = (
            mapped(frame["product"], str.strip) if "product" in frame else np.full(len(frame), "TOTAL", dtype=object)
        )
        rows = pd.DataFrame(
            {
                "reporter": reporter,
                "partner": partner,
                "label": label,
                "year": years,
                "every": every,
                "flow": flow,
                "value": values(frame, request, mark, name, year or name),
                "product": product,
                LINE: frame[LINE].to_numpy(),
            }
        )
        rows["side"] = request.options.side or rows["flow"].map(side_of)
        self._refuse_contradictions(request, rows)
        self._note_names(request, rows)
        return rows

    def _note_names(self, request: Request, rows: pd.DataFrame) -> None:
        """Note flows whose partner stands there under several names, which are added up."""
        key = ["reporter", "partner", "year", "every", "flow", "product"]
        no_country = rows["partner"].isna() | rows["partner"].isin((UNSPECIFIED, WORLD, GROUP))
        named = rows[rows["value"].notna() & ~no_country].drop_duplicates([*key, "label"])
        request.account.about("assumed", named[named.duplicated(key)], "several names of one partner are added up")

    def _flow(self, request: Request, frame: pd.DataFrame, name: str) -> Any:  # noqa: ANN401 - a text or an array of them
        """Return the flow: of the column, of the row, or as given."""
        if name in TRADE:
            return name
        if "flow" in frame:
            flow = mapped(frame["flow"], lambda text: FLOWS.get(text.strip().casefold()))
            bad = unknown(flow)
            if bad.any():
                at = int(np.flatnonzero(bad)[0])
                cell = str(frame["flow"].iloc[at]).strip()[:30]
                raise FlowsError(
                    f"no flow called '{cell}'; write exports or imports", request.file.name, int(frame[LINE].iloc[at])
                )
            return flow
        if request.options.flow is None:
            raise FlowsError(
                "the table does not say which flow it holds; give flow='exports' or flow='imports' (--flow)",
                request.file.name,
            )
        return request.options.flow

    def _reporter(self, request: Request, frame: pd.DataFrame) -> Any:  # noqa: ANN401 - a text or an array of them
        """Return who reports: by the column, else as given."""
        if "reporter" not in frame and request.options.reporter is not None:
            return request.options.reporter
        if "reporter" not in frame:
            raise ReporterMissingError(
                "the table does not say whose flows it holds; give reporter='CHL' (--reporter)", request.file.name
            )
        return places(frame, (("reporter", "any"),))[0]

    def _years(self, request: Request, frame: pd.DataFrame, year: str | None) -> tuple[Any, npt.NDArray[Any]]:
        """Return the year of each row: of the column's name, of the row, or as given."""
        found = period(year) if year is not None else None
        if found is not None:
            return found[0], np.full(len(frame), found[1], dtype=object)
        if "year" in frame:
            return periods(frame["year"], request, frame[LINE])
        if request.options.year is None:
            raise FlowsError("the table does not say which year it is for; give year=2023 (--year)", request.file.name)
        return request.options.year, np.full(len(frame), "A", dtype=object)

    def _mark(self, request: Request, frame: pd.DataFrame, names: list[str]) -> str:
        """Return the mark of decimals: as given, else found out from all columns of numbers together."""
        if request.options.decimal is not None:
            return request.options.decimal
        table = request.match.table
        separator = table.separator if isinstance(table, TextTable) else ","
        texts = {
            text: (name, text)
            for name in names
            for text in frame[name].astype(str).unique()
            if any(it in ".," for it in text) and any(map(str.isdigit, text))
        }
        mark = decimal_mark(list(texts), separator)
        if mark is None:
            name, text = next(iter(texts.values()))
            raise FlowsError(
                f"'{text.strip()}' can be read in two ways; give decimal=',' or decimal='.' (--decimal)",
                request.file.name,
                int(frame.loc[frame[name].astype(str) == text, LINE].iloc[0]),
            )
        if texts:
            other = "," if mark == "." else "."
            thousands = f", '{other}' between thousands" if any(other in text for text in texts) else ""
            request.account.say("found", f"'{mark}' marks decimals{thousands}")
        return mark

    def _unit(self, request: Request, frame: pd.DataFrame, names: list[str]) -> Unit:
        """Return the unit: of the columns' names, of a column of units, or as given."""
        found = [unit_in(name) for name in names]
        if "unit" in frame:
            texts = sorted({str(it).strip() for it in frame["unit"].unique() if str(it).strip()})
            if len(texts) > 1:
                raise FlowsError(f"several units in one table: {', '.join(texts[:4])}; split it", request.file.name)
            found = [unit_in(texts[0])] if texts else found
        known = {(it.currency, it.factor) for it in found if it is not None}
        if len(known) > 1:
            raise FlowsError(
                f"columns in different units: {', '.join(names)}; split the table",
                request.file.name,
                request.match.header + 1,
            )
        return request.unit(next((it for it in found if it is not None), None), HINT)

    def _refuse_contradictions(self, request: Request, rows: pd.DataFrame) -> None:
        """Refuse a flow that stands twice with two values: nobody knows which is meant, or what tells them apart."""
        key = ["reporter", "label", "year", "every", "flow", "product"]
        full = rows[rows["value"].notna()]
        again = full[full.duplicated(key).to_numpy()]
        for row in again.to_dict("records"):
            same = np.logical_and.reduce([(full[name] == row[name]).to_numpy() for name in key])
            first = full[same].to_dict("records")[0]
            if first["value"] != row["value"]:
                raise FlowsError(
                    f"{row['label']} has {first['value']:g} in line {first[LINE]} and here "
                    f"{row['value']:g}; keep one, or add a column product",
                    request.file.name,
                    int(row[LINE]),
                )


READERS = (Plain(),)
