"""CEPII: BACI, which reconciles what both ends report, and TRADHIST, two centuries in pounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import FlowsError
from multivector_sim.evidence.flows.countries import SYSTEMS
from multivector_sim.evidence.flows.opened import LINE, open_file
from multivector_sim.evidence.flows.reader import BOTH, ColumnReader, flow_rows, lookup, mapped, periods, values
from multivector_sim.evidence.flows.units import Unit

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from multivector_sim.evidence.flows.reader import Request

__all__ = ["READERS"]

THOUSAND = Unit("USD", 1e3, "format")
POUNDS = Unit("GBP", 1.0, "format")
CODES = {
    "code": ("country_code",),
    "iso": ("iso_3digit_alpha", "country_iso3"),
    "name": ("country_name", "country_name_full"),
}


def _baci(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of BACI: exporters' sales, by product, thousands of dollars FOB."""
    import pandas as pd

    known = _codes(request)
    codes = [mapped(frame[name], lambda text: _place(text, known)) for name in ("reporter", "partner")]
    years, every = periods(frame["year"], request, frame[LINE])
    return pd.DataFrame(
        {
            "reporter": codes[0],
            "partner": codes[1],
            "label": mapped(frame["partner"], str.strip),
            "year": years,
            "every": every,
            "flow": "exports",
            "value": values(frame, request),
            "product": mapped(frame["product"], lambda text: text.strip().zfill(6)),
            "side": BOTH,
            LINE: frame[LINE].to_numpy(),
        }
    ), request.unit(THOUSAND, "")


def _place(text: str, known: dict[str, str | None]) -> str | None:
    """Return the place of a number, by the file of codes and else by the numbers of UN Comtrade."""
    code = text.strip().removesuffix(".0").lstrip("0")
    return known.get(code) or SYSTEMS["un"](code)


def _codes(request: Request) -> dict[str, str | None]:
    """Return what the file ``country_codes`` says, the one that was given or the one beside the data."""
    given, path = request.options.countries, request.file.path
    beside = [it for it in sorted(path.parent.glob("country_codes*")) if it.suffix.casefold() in (".csv", ".xlsx")]
    if given is None and not beside:
        request.account.say("assumed", "no file country_codes beside it; numbers are read as those of UN Comtrade")
        return {}
    name: str | Path = given if given is not None else beside[-1]
    file = open_file(name)
    for table in file.tables:
        columns = lookup(table.rows[0], CODES)
        if {"code", "iso"} <= set(columns):
            frame = table.frame(0, list(columns.values()))
            request.account.say("found", f"countries by {file.path.name}")
            by_iso = [SYSTEMS["iso3"](str(it)) for it in frame[columns["iso"]]]
            numbers = [str(it).strip().lstrip("0") for it in frame[columns["code"]]]
            return {number: SYSTEMS["un"](number) or iso for number, iso in zip(numbers, by_iso, strict=True)}
    raise FlowsError(
        "not a file of country codes: it needs country_code and iso_3digit_alpha or country_iso3", file.name, 1
    )


def _tradhist(request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, Unit]:
    """Return the rows of TRADHIST: from origin to destination, pounds sterling."""
    number = values(frame, request)
    if "zero" in frame:
        zero = np.isnan(number) & np.equal(values(frame, request, name="zero"), 0.0)
        if zero.any():
            request.account.about("assumed", frame[zero], "zero where only the column with zeros, FLOW_0, says so")
            number[zero] = 0.0
    ends = ((("reporter", "any"),), (("partner", "any"),))
    return flow_rows(request, frame, "exports", ends, value=number, side=BOTH), request.unit(POUNDS, "")


BACI = {"year": ("t",), "reporter": ("i",), "partner": ("j",), "product": ("k",), "value": ("v",)}
TRADHIST = {"reporter": ("iso_o",), "partner": ("iso_d",), "year": ("year",), "value": ("flow",), "zero": ("flow_0",)}
READERS = (
    ColumnReader("baci", "CEPII BACI", "cepii.fr", "study", BACI, tuple(BACI), _baci),
    ColumnReader(
        "tradhist",
        "CEPII TRADHIST",
        "cepii.fr",
        "study",
        TRADHIST,
        ("reporter", "partner", "year", "value"),
        _tradhist,
        ("value", "zero"),
    ),
)
