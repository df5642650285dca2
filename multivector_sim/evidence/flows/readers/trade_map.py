"""ITC Trade Map: one row a partner, one column a year; the reporter stands only in the name of the file.

"Importers" in a table "exported by China" means that China reports and that the rows are who bought. The text form
names no unit, which is thousands of US dollars; the form that is called ``.xls`` is a page of HTML and names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multivector_sim.errors import FlowsError
from multivector_sim.evidence.flows.countries import country_code, title_of
from multivector_sim.evidence.flows.opened import LINE, plain_key
from multivector_sim.evidence.flows.reader import (
    HEADER_ROWS,
    Match,
    ReporterMissingError,
    mapped,
    places,
    side_of,
    values,
)
from multivector_sim.evidence.flows.units import Unit, unit_in

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.flows.opened import OpenedFile
    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]

ENDS = {"importers": "exports", "exporters": "imports"}
WORDS = {"exports": ("exportedby", "exported by"), "imports": ("importedby", "imported by")}
YEAR = re.compile(r"(?:(export|import)ed\s+value|value\s+(export|import)ed)\s+in\s+((?:18|19|20)\d\d)", re.IGNORECASE)
PAGER = re.compile(r"[\d\s.\u2026]*")
NAMED = re.compile(r"(exported|imported)[ _]by[ _](.+?)(?:[ _]*\(\d+\))?$", re.IGNORECASE)


class TradeMap:
    """Reads the text and the page."""

    name, title, where, trust = "trade-map", "ITC Trade Map", "trademap.org", "official"

    def match(self, file: OpenedFile) -> Match | None:
        """Return where the columns are: the partners, and a value in each year."""
        for table in file.tables:
            for number, row in enumerate(table.rows[:HEADER_ROWS]):
                years = {at: found for at, cell in enumerate(row) if (found := YEAR.search(cell))}
                at = next(
                    (at for at, cell in enumerate(row) if plain_key(cell).removesuffix("sortorderdesc") in ENDS), None
                )
                if years and at is not None:
                    return Match(table, number, {"partner": at}, {it: found[3] for it, found in years.items()})
        return None

    def read(self, request: Request) -> tuple[pd.DataFrame, Unit]:
        """Return the rows and their unit."""
        import pandas as pd

        match, file = request.match, request.file
        header = match.table.rows[match.header]
        flow = ENDS[plain_key(header[match.columns["partner"]]).removesuffix("sortorderdesc")]
        first = YEAR.search(header[min(match.years)])
        said = f"{(first[1] or first[2]).casefold()}s" if first else flow
        if said != flow:
            raise FlowsError(
                "a list of countries, each with the world; it has no partners. Download one country's trade",
                file.name,
                match.header + 1,
            )
        frame = match.table.frame(match.header, [match.columns["partner"], *match.years], list(match.years))
        if match.table.rows[match.header][-1].strip() == "" and file.kind == "text":
            request.account.say("found", "every line ends with a tab; the empty last field is left out")
        unit = next((found for at in match.years if (found := unit_in(header[at]))), Unit("USD", 1e3, "format"))
        code = self._reporter(request)
        request.account.say("found", f"{title_of(code)} reports its {flow}")
        at = match.columns["partner"]
        frame = self._without_furniture(request, frame, at)
        partner, label = places(frame.rename(columns={at: "partner"}), (("partner", "name"),))
        parts = [
            pd.DataFrame(
                {
                    "reporter": code,
                    "partner": partner,
                    "label": label,
                    "year": int(year),
                    "every": "A",
                    "flow": flow,
                    "value": values(frame, request, name=column, title=year),  # type: ignore[arg-type]
                    "product": "TOTAL",
                    "side": side_of(flow),
                    LINE: frame[LINE].to_numpy(),
                }
            )
            for column, year in match.years.items()
        ]
        return pd.concat(parts, ignore_index=True), request.unit(unit, "")

    def _without_furniture(self, request: Request, frame: pd.DataFrame, at: int) -> pd.DataFrame:
        """Return the rows without the page's own: the header again, the pager."""
        again = mapped(frame[at], _is_header).astype(bool)
        for column in request.match.years:
            again |= mapped(frame[column], _is_header).astype(bool)
        frame = request.account.drop(frame, again, "the header, repeated inside of the table")
        pager = mapped(frame[at], lambda text: PAGER.fullmatch(text) is not None).astype(bool)
        return request.account.drop(frame, pager, "rows without a country's name")

    def _reporter(self, request: Request) -> str:
        """Return who reports: as given, else as the file's name says.

        Raises
        ------
        FlowsError
            If neither tells.
        """
        if request.options.reporter is not None:
            return request.options.reporter
        found = NAMED.search(request.file.path.name.split(".")[0])
        code = country_code(found[2].replace("_", " ").strip()) if found else None
        if code is None:
            raise ReporterMissingError(
                "the file does not say whose trade it is; keep the name '..._exported_by_China.txt', or give "
                "reporter= (--reporter)",
                request.file.name,
            )
        return code


def _is_header(cell: str) -> bool:
    """Return whether a cell is one of the header's."""
    return plain_key(cell).removesuffix("sortorderdesc") in ENDS or YEAR.search(cell) is not None


READERS = (TradeMap(),)
