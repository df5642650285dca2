"""Flows as a panel: countries by partners by years, from any tidy table of trade.

A panel holds one number for each country, partner and year: what the country sells to the partner. The table may come
from :func:`multivector_sim.read_flows`, from anything with ``to_frame()``, from a data frame or from a file. Rows may
stand in any order; countries and partners are sorted, so the order never matters. Nothing is summed silently: two rows
for one flow and year are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.evidence.flows.place_tables import UNSPECIFIED_CODES

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.typing import Floats, Integers

__all__ = ["WORLD_CODES", "Panel", "build_panel", "tidy_frame"]

COLUMNS = ("reporter", "partner", "year", "flow", "value")
EXPORTS = ("export", "exports", "x")
IMPORTS = ("import", "imports", "m")
TOTALS = ("", "TOTAL", "ALL", "AG0")
WORLD_CODES = ("WLD", "W00", "WORLD")
"""Codes of the whole world; its row would count everything twice."""


@dataclass(frozen=True, eq=False)
class Panel:
    """What each country sells to each partner, year by year.

    Parameters
    ----------
    countries, partners
        Codes, sorted.
    years
        Shape (year,), every year from the first to the last.
    values
        Shape (country, partner, year), money a year in the data's unit; NaN where nothing is reported.
    sides
        Shape (country, partner, year): ``E`` where the exporter reported, ``I`` where the importer did, a blank
        where nobody did.
    """

    countries: tuple[str, ...]
    partners: tuple[str, ...]
    years: Integers
    values: Floats
    sides: Any

    @property
    def last(self) -> int:
        """The last year."""
        return int(self.years[-1])

    def only(self, *, countries: tuple[str, ...] | None = None, partners: tuple[str, ...] | None = None) -> Panel:
        """Return the panel of some countries or partners, in the same order."""
        rows = [i for i, code in enumerate(self.countries) if countries is None or code in countries]
        columns = [i for i, code in enumerate(self.partners) if partners is None or code in partners]
        where = np.ix_(rows, columns)
        return Panel(
            tuple(self.countries[i] for i in rows),
            tuple(self.partners[i] for i in columns),
            self.years,
            self.values[where],
            self.sides[where],
        )


def tidy_frame(flows: object) -> pd.DataFrame:
    """Return flows as a tidy data frame.

    Parameters
    ----------
    flows
        A data frame, anything with ``to_frame()``, or the path of a file that :func:`read_flows` reads.

    Returns
    -------
    DataFrame
        With at least the columns ``reporter, partner, year, flow, value``.

    Raises
    ------
    UsageError
        If a column is missing.
    """
    import pandas as pd

    if isinstance(flows, (str, Path)):
        flows = _read(flows)
    frame = flows if isinstance(flows, pd.DataFrame) else flows.to_frame() if hasattr(flows, "to_frame") else None
    if not isinstance(frame, pd.DataFrame):
        raise UsageError("flows: give a data frame, a path, or what read_flows returns")
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise UsageError(f"flows: no column {', '.join(missing)}; a tidy table has {', '.join(COLUMNS)}")
    return frame


def build_panel(flows: object, *, cif: float | None = None) -> Panel:
    """Return flows as a panel of exports.

    Parameters
    ----------
    flows
        As for :func:`tidy_frame`, or a panel, which is returned as it is.
    cif
        The importers' reports are worth this factor of the exporters'. Given, they fill what exporters did not report,
        divided by it; None leaves them out.

    Returns
    -------
    Panel
        Every country's exports.

    Raises
    ------
    UsageError
        If the table holds no exports, several products, several units, or one flow twice.
    """
    import pandas as pd

    if isinstance(flows, Panel):
        return flows
    frame = tidy_frame(flows).reset_index(drop=True)
    kinds = frame["flow"].astype(str).str.lower()
    partner = frame["partner"].astype(str)
    world = partner.isin(WORLD_CODES) | frame["reporter"].astype(str).isin(WORLD_CODES)
    kept = frame.loc[~world & (partner != frame["reporter"].astype(str)) & frame["value"].notna()]
    kinds = kinds.loc[kept.index]
    _check_single(kept)
    exports = kept.loc[kinds.isin(EXPORTS), ["reporter", "partner", "year", "value"]].assign(side="E")
    parts = [exports.set_axis(["country", "partner", "year", "value", "side"], axis=1)]
    if cif is not None:
        imports = kept.loc[kinds.isin(IMPORTS), ["partner", "reporter", "year", "value"]].assign(side="I")
        imports = imports.set_axis(["country", "partner", "year", "value", "side"], axis=1)
        imports["value"] = imports["value"] / cif
        parts.append(imports.loc[~imports["country"].isin(UNSPECIFIED_CODES)])
    for part in parts:
        _check_once(part)
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    table = table.drop_duplicates(["country", "partner", "year"], keep="first")
    if table.empty:
        raise UsageError("flows: no exports in the table; a flow is called exports or imports")
    return _fill(table)


def _read(path: str | Path) -> object:
    """Read a file of flows."""
    from multivector_sim.evidence.flows.read import read_flows

    return read_flows(path)


def _check_single(frame: pd.DataFrame) -> None:
    """Refuse a table in which a sum over products or units would be needed."""
    for column, what in (("product", "products"), ("unit", "units")):
        if column not in frame.columns:
            continue
        found = {str(value) for value in frame[column].dropna().unique()}
        if column == "product":
            found = {value for value in found if value.upper() not in TOTALS} or {""}
        if len(found) > 1:
            some = ", ".join(sorted(found)[:3])
            raise UsageError(f"flows: {len(found)} {what} in one table ({some} ...); keep the rows of one")


def _check_once(part: pd.DataFrame) -> None:
    """Refuse one flow given twice for a year."""
    twice = part.duplicated(["country", "partner", "year"])
    if twice.any():
        first = part.loc[twice].iloc[0]
        raise UsageError(
            f"flows: {first['country']} to {first['partner']} is given twice for {first['year']}; keep one row for each"
        )


def _fill(table: pd.DataFrame) -> Panel:
    """Lay the rows of a table into arrays."""
    countries, rows = np.unique(table["country"].to_numpy(dtype=str), return_inverse=True)
    partners, columns = np.unique(table["partner"].to_numpy(dtype=str), return_inverse=True)
    when = table["year"].to_numpy(dtype=np.int64)
    years = np.arange(when.min(), when.max() + 1)
    shape = (countries.size, partners.size, years.size)
    values, sides = np.full(shape, np.nan), np.full(shape, " ", dtype="U1")
    place = (rows, columns, when - years[0])
    values[place] = table["value"].to_numpy(dtype=np.float64)
    sides[place] = table["side"].to_numpy(dtype="U1")
    return Panel(tuple(countries.tolist()), tuple(partners.tolist()), years, values, sides)
