"""UNCTAD: bilateral direct investment, one workbook a country with a sheet for each of flows and stocks, in and out.

There are two layouts. "Region / economy" is what the country itself reports; names are staggered over several columns,
and regions hold their countries. "Reporting economy" is what the others report of it, so that they are the reporters
here and the flow turns round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.evidence.flows.countries import GROUP, SYSTEMS, country_code, title_of
from multivector_sim.evidence.flows.opened import LINE, plain_key
from multivector_sim.evidence.flows.reader import HEADER_ROWS, Match, ReporterMissingError, period, side_of
from multivector_sim.evidence.flows.units import Unit, parse_numbers, unit_in

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.flows.opened import OpenedFile, Table
    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]

SHEETS = {"inflows": "fdi_inflow", "outflows": "fdi_outflow", "instock": "fdi_instock", "outstock": "fdi_outstock"}
TURNED = {
    "fdi_inflow": "fdi_outflow", "fdi_outflow": "fdi_inflow", "fdi_instock": "fdi_outstock",
    "fdi_outstock": "fdi_instock",
}  # fmt: skip
OWN, MIRROR = "regioneconomy", "reportingeconomy"
CODE = re.compile(r"_([A-Z]{3})(?:\W|$)")
FOOT = ("note", "source", "..")
HINT = "no title names it; UNCTAD's tables are in millions: give unit='million USD' (--unit) once you have checked it"


class Bilateral:
    """Reads the workbook."""

    name, title, where, trust = "unctad", "UNCTAD, bilateral direct investment", "unctad.org", "official"

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the first of its sheets has its columns."""
        for table in file.tables:
            found = self._header(table)
            if found is not None and plain_key(table.name) in SHEETS:
                return found
        return None

    def _header(self, table: Table) -> Match | None:
        """Return the row of years of a sheet, with the column of names."""
        for number, row in enumerate(table.rows[:HEADER_ROWS]):
            years = {at: cell.strip() for at, cell in enumerate(row) if (it := period(cell)) and it[1] == "A"}
            names = {plain_key(cell): at for at, cell in enumerate(row)}
            own = next((key for key in (OWN, MIRROR) if key in names), None)
            if years and own:
                return Match(table, number, {own: names[own]}, years)
        return None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows of all sheets, and their unit."""
        import pandas as pd

        code = self._country(request)
        parts, unit = [], None
        for table in request.file.tables:
            match = self._header(table)
            flow = SHEETS.get(plain_key(table.name))
            if match is None or flow is None:
                request.account.say("dropped", f"the sheet '{table.name}', which is not a table of investment")
                continue
            titles = " ".join(cell for row in table.rows[: match.header] for cell in row)
            unit = unit or unit_in(titles.replace("dollars", "USD"))
            parts.append(self._sheet(request, match, flow, code))
        return pd.concat(parts, ignore_index=True), request.unit(unit, HINT)

    def _sheet(self, request: Request, match: Match, flow: str, code: str) -> pd.DataFrame:
        """Return the rows of one sheet."""
        import pandas as pd

        first = min(match.years)
        body = match.table.rows[match.header + 1 :]
        names = [next((cell.strip() for cell in row[:first] if cell.strip()), "") for row in body]
        mirror = MIRROR in match.columns
        parts = []
        for at, year in match.years.items():
            cells = pd.Series([row[at] if at < len(row) else "" for row in body], dtype=str)
            foot = pd.Series([name.casefold().startswith(FOOT) for name in names], dtype=bool)
            lines = pd.Series(range(match.header + 2, match.header + 2 + len(body)))
            number, _ = parse_numbers(cells.mask(foot, ""), ".", request.file.name, lines)
            place = np.array([self._place(name) for name in names], dtype=object)
            way = TURNED[flow] if mirror else flow
            parts.append(
                pd.DataFrame(
                    {
                        "reporter": place if mirror else code,
                        "partner": code if mirror else place,
                        "label": names,
                        "year": int(year),
                        "every": "A",
                        "flow": way,
                        "value": number,
                        "product": "TOTAL",
                        "side": side_of(way),
                        LINE: lines,
                    }
                )
            )
        rows = pd.concat(parts, ignore_index=True)
        empty = np.isnan(rows["value"].to_numpy())
        return request.account.drop(rows, empty, f"{match.table.name}: '..', notes and lines without a value")

    def _place(self, name: str) -> str | None:
        """Return the place of a name; what is no country is a region."""
        return SYSTEMS["name"](name) or (GROUP if name else None)

    def _country(self, request: Request) -> str:
        """Return whose workbook it is: as given, by its first cell, or by the name of the file.

        Raises
        ------
        FlowsError
            If none of them tells.
        """
        if request.options.reporter is not None:
            return request.options.reporter
        for table in request.file.tables:
            first = next((cell for row in table.rows[:1] for cell in row if cell.strip()), "")
            code = country_code(first) if first else None
            if code is not None:
                return code
        found = CODE.search(request.file.path.name)
        code = country_code(found[1]) if found else None
        if code is None:
            raise ReporterMissingError(
                "the file does not say whose investment it is; give reporter= (--reporter)", request.file.name
            )
        request.account.say("found", f"{title_of(code)}, by the name of the file")
        return code


READERS = (Bilateral(),)
