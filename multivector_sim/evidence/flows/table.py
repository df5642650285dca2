"""Flows between countries as one tidy table, with an account of how it was made."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import FlowsError, UsageError
from multivector_sim.evidence.flows.countries import UNSPECIFIED, require_country, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    import xarray

    from multivector_sim.evidence.flows.row_account import Finding
    from multivector_sim.evidence.plots import FlowsPlots

__all__ = ["Flows"]

SCALES = ((1e12, " tn"), (1e9, " bn"), (1e6, " m"))

MOST_SHOWN = 5
EVERYBODY, ITSELF, OTHERS = "everybody", "itself", "others"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Flows:
    r"""Flows between countries, as :func:`multivector_sim.read_flows` returns them.

    Attributes
    ----------
    table
        pandas.DataFrame with one row a flow: ``reporter`` and ``partner`` (ISO 3166 alpha-3; ``UNS`` is a partner that
        is no country), ``year``, ``flow`` as its reporter sees it (``exports``, ``imports``, ``fdi_instock``,
        ``fdi_outstock``, ``fdi_inflow``, ``fdi_outflow``), ``value`` in whole units of the currency, ``unit`` (the
        currency), ``side`` (who reports: ``exporter``, ``importer``, ``host``, ``investor``; ``both`` for flows that
        were reconciled), ``product`` (``TOTAL``, or the one asked for).
    world
        What reporters give as their total with the world: ``reporter, year, flow, side, value``. It may be empty.
    format, title, where
        The format; its name for people; where such files come from.
    trust
        How far its figures are trusted, in the words of a scenario: ``official``, ``study``, ``unverified``.
    file
        As it was named.
    findings
        What was found out, dropped, doubled, not placed, assumed.
    country
        The country that every flow involves, where :meth:`involving` selected them; else empty.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import multivector_sim as mv
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = file.write_text("partner,exports (million USD),imports (m USD)\nChina,38,20\nWorld,95,79\nUSA,15,16\n")
    >>> flows = mv.read_flows(file, reporter="Chile", year=2023)
    >>> flows
    Flows(plain: 4 flows of 1 country with 2 partners, 2023, USD)
    >>> flows.of("CHL", "exports", 2023).to_dict()
    {'CHN': 38000000.0, 'USA': 15000000.0}
    """

    table: pd.DataFrame
    world: pd.DataFrame
    format: str
    title: str
    where: str
    trust: str
    file: str
    findings: tuple[Finding, ...]
    country: str = ""

    def to_frame(self) -> pd.DataFrame:
        """Return the table: ``reporter, partner, year, flow, value, unit, side, product``; a copy."""
        return self.table.copy()

    def to_xarray(self) -> xarray.Dataset:
        r"""Return a variable for each flow over ``reporter, partner, year``; NaN where nothing is reported.

        ``side`` and ``product`` are dimensions where a flow has several. The currency is in ``attrs["units"]``.

        Raises
        ------
        UsageError
            If xarray is not installed.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import multivector_sim as mv
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "mine.csv"
        >>> _ = file.write_text("partner,exports (USD)\nChina,38\nUSA,15\n")
        >>> arrays = mv.read_flows(file, reporter="Chile", year=2023).to_xarray()
        >>> float(arrays["exports"].sel(reporter="CHL", partner="CHN", year=2023))
        38.0
        """
        try:
            import xarray as xr
        except ModuleNotFoundError as error:
            raise UsageError("xarray is not installed; pip install 'multivector-sim[xarray]'") from error
        arrays = {}
        for flow, rows in self.table.groupby("flow", sort=True):
            names = ["reporter", "partner", "year", *(it for it in ("side", "product") if len(rows[it].unique()) > 1)]
            array = rows.groupby(names, observed=True)["value"].sum().to_xarray()
            arrays[str(flow)] = array.assign_attrs(units=self.unit)
        return xr.Dataset(arrays, attrs={"source": self.title, "file": self.file})

    @property
    def plot(self) -> FlowsPlots:
        """Its plots: ``plot.partners()`` and ``plot.years()``; called itself, whichever suits."""
        from multivector_sim.evidence.plots import FlowsPlots

        return FlowsPlots(self)

    @property
    def countries(self) -> tuple[str, ...]:
        """The reporters."""
        return tuple(sorted(self.table["reporter"].unique()))

    @property
    def years(self) -> tuple[int, ...]:
        """The years."""
        return tuple(int(year) for year in sorted(self.table["year"].unique()))

    @property
    def unit(self) -> str:
        """The currency."""
        return str(self.table["unit"].iloc[0])

    def of(self, country: str, flow: str, year: int) -> pd.Series[float]:
        """Return what a country reports of one flow in one year, by partner, the largest first.

        Parameters
        ----------
        country
            Alpha-3 code of the reporter.
        flow
            As in the table.
        year
            The year.

        Returns
        -------
        pandas.Series
            Values in whole units of the currency by partner; empty where nothing is reported.
        """
        return self._by("partner", "reporter", country, flow, year)

    def about(self, country: str, flow: str, year: int) -> pd.Series[float]:
        """Return what others report of one flow with a country, by who reports, the largest first.

        Parameters
        ----------
        country
            Alpha-3 code of the partner.
        flow
            As its reporters see it: the exports of a country are in the ``imports`` of others.
        year
            The year.

        Returns
        -------
        pandas.Series
            Values in whole units of the currency by reporter; empty where nothing is reported.
        """
        return self._by("reporter", "partner", country, flow, year)

    def _by(self, kept: str, end: str, country: str, flow: str, year: int) -> pd.Series[float]:
        """Return one flow and year of the rows with a country at one end, by the other end, the largest first."""
        table = self.table
        mask = (table[end] == country) & (table["flow"] == flow) & (table["year"] == year)
        return table[mask].groupby(kept)["value"].sum().sort_values(ascending=False)

    def involving(self, country: str) -> Flows:
        """Return the flows that a country reports or that others report of it; the findings stay those of the file.

        Parameters
        ----------
        country
            A code or a name.

        Raises
        ------
        FlowsError
            If the file has nothing about it.
        UsageError
            If there is no such country.
        """
        code = require_country(country)
        found = self._rows_of(code)
        world = self.world[self.world["reporter"] == code]
        return replace(self, table=found.reset_index(drop=True), world=world.reset_index(drop=True), country=code)

    def _rows_of(self, country: str) -> pd.DataFrame:
        """Return the rows with a country at either end; refuse a country that is in none."""
        found = self.table[(self.table["reporter"] == country) | (self.table["partner"] == country)]
        if not len(found):
            raise FlowsError(f"nothing about {title_of(country)} ({country}) in this file", self.file)
        return found

    def unspecified(self, country: str, flow: str, year: int) -> float:
        """Return the share of a flow whose partner is no country: 0 to 1, 0 where there is no flow."""
        flows = self.of(country, flow, year)
        return float(flows.get(UNSPECIFIED, 0.0) / flows.sum()) if len(flows) and flows.sum() > 0 else 0.0

    def joined(self, *others: Flows) -> Flows:
        """Return these flows and others in one table.

        Parameters
        ----------
        *others
            Flows of the same currency; of a flow that two files have, the first file's is kept.

        Raises
        ------
        FlowsError
            If the currencies differ.
        """
        import pandas as pd

        every = (self, *others)
        currencies = {it.unit for it in every}
        if len(currencies) > 1:
            raise FlowsError(f"files in different currencies, {' and '.join(sorted(currencies))}, cannot be joined")
        key = ["reporter", "partner", "year", "flow", "side", "product"]
        names = list(dict.fromkeys(it.title for it in every))
        trusts = {it.trust for it in every}
        return Flows(
            table=pd.concat([it.table for it in every], ignore_index=True).drop_duplicates(key, ignore_index=True),
            world=pd.concat([it.world for it in every], ignore_index=True),
            format=" + ".join(dict.fromkeys(it.format for it in every)),
            title="; ".join(names),
            where="; ".join(dict.fromkeys(it.where for it in every if it.where)),
            trust=trusts.pop() if len(trusts) == 1 else "unverified",
            file=", ".join(it.file for it in every),
            findings=tuple(finding for it in every for finding in it.findings),
        )

    def summary(self) -> str:
        """Return what the file holds and what became of its rows, a line each."""
        lines = [f"{self.file}: {self.title}", f"  {self._contents()}"]
        for flow, reporters, rows in self._groups():
            year = int(rows["year"].max())
            latest = rows[rows["year"] == year]
            by = self._reporters_in_words(reporters) or " and ".join(sorted(rows["side"].unique()))
            lines.append(
                f"  {flow}: {len(rows):,} flow{'s' * (len(rows) != 1)} by {by}; "
                f"{year}: {_money(float(latest['value'].sum()))} {self.unit}"
            )
        country = self.country or (self.countries[0] if len(self.countries) == 1 else "")
        lines += self._largest(country)
        lines += [f"  {finding}" for finding in self.findings]
        return "\n".join(lines)

    def _largest(self, country: str) -> list[str]:
        """Return a country's largest partners by flow; where it reports nothing, who reports most of it."""
        is_reporter = country in self.countries
        end, read = ("reporter", self.of) if is_reporter else ("partner", self.about)
        rows, title = self.table[self.table[end] == country], title_of(country)
        lines = []
        for flow in sorted(rows["flow"].unique()):
            year = int(rows.loc[rows["flow"] == flow, "year"].max())
            found = read(country, flow, year)
            total = float(found.sum()) or 1.0
            parts = [
                f"{title_of(str(code))} {100 * value / total:.1f} %" for code, value in found.head(MOST_SHOWN).items()
            ]
            whose = f"{title}, {flow} {year}" if is_reporter else f"Others' {flow} with {title}, {year}"
            lines.append(f"  {whose}: {', '.join(parts)}")
        return lines

    def _groups(self) -> Iterator[tuple[str, str, pd.DataFrame]]:
        """Yield the rows of each flow; those of one country apart from those that others report about it."""
        for flow, rows in self.table.groupby("flow", sort=True):
            if not self.country:
                yield str(flow), EVERYBODY, rows
                continue
            own = rows["reporter"] == self.country
            for reporters, part in ((ITSELF, rows[own]), (OTHERS, rows[~own])):
                if len(part):
                    yield str(flow), reporters, part

    def _reporters_in_words(self, reporters: str) -> str:
        """Return who reports, where the flows are those of one country."""
        title = title_of(self.country) if self.country else ""
        return {ITSELF: title, OTHERS: f"others, with {title}"}.get(reporters, "")

    def _contents(self) -> str:
        """Return what is in the table, in a few words."""
        years = self.years
        span = f"{years[0]}" if years[0] == years[-1] else f"{years[0]}-{years[-1]}"
        reporters, partners = len(self.countries), self.table["partner"].nunique()
        rows = len(self.table)
        return (
            f"{rows:,} flow{'s' * (rows != 1)} of {reporters} countr{'ies' if reporters != 1 else 'y'} with {partners} "
            f"partner{'s' * (partners != 1)}, {span}, {self.unit}"
        )

    def document(self) -> dict[str, Any]:
        """Return the account as plain data, without the table; ``multivector flows FILE --json`` prints it.

        ``unspecified`` has, for each reporter and flow in its last year, the share of partners that are no country,
        where there are any.
        """
        flows = []
        for flow, reporters, part in self._groups():
            for side, rows in part.groupby("side", sort=True):
                by_year = rows.groupby("year")["value"].sum()
                flows.append(
                    {
                        "flow": flow,
                        "side": side,
                        **({} if reporters == EVERYBODY else {"reported_by": reporters}),
                        "rows": len(rows),
                        "years": [int(rows["year"].min()), int(rows["year"].max())],
                        "value": {str(year): float(value) for year, value in by_year.items()},
                    }
                )
        return {
            "schema": "multivector/flows/1",
            "file": self.file,
            "format": self.format,
            "title": self.title,
            "unit": self.unit,
            "trust": self.trust,
            "rows": len(self.table),
            "countries": list(self.countries),
            "years": list(self.years),
            "flows": flows,
            "unspecified": self._unspecified(),
            "findings": [finding.document() for finding in self.findings],
        }

    def _unspecified(self) -> list[dict[str, Any]]:
        """Return the shares of partners that are no country, where there are any."""
        table = self.table
        last = table.groupby(["reporter", "flow"])["year"].transform("max")
        rows = table[table["year"] == last]
        total = rows.groupby(["reporter", "flow", "year"])[["value"]].sum()
        none = rows[rows["partner"] == UNSPECIFIED].groupby(["reporter", "flow", "year"])["value"].sum()
        return [
            {
                "country": row["reporter"],
                "flow": row["flow"],
                "year": int(row["year"]),
                "share": row["none"] / row["value"],
            }
            for row in total.join(none.rename("none"), how="inner").reset_index().to_dict("records")
            if row["none"] > 0.0 and row["value"] > 0.0
        ]

    def __repr__(self) -> str:
        """Return it in one line."""
        return f"Flows({self.format}: {self._contents()})"

    def _repr_html_(self) -> str:
        """Return a card for notebooks: the account, and the first rows."""
        return f"<pre>{html.escape(self.summary())}</pre>{self.table.head(MOST_SHOWN).to_html(index=False)}"

    def year_or_latest(self, country: str, year: int | None) -> int:
        """Return a year in which something of a country is there: the one given, else the latest.

        Raises
        ------
        FlowsError
            If the country is not in the table, or not in that year.
        """
        own = self._rows_of(country)
        reported = own[own["reporter"] == country]
        years = sorted(int(it) for it in (reported if len(reported) else own)["year"].unique())
        if year is None:
            return years[-1]
        if year not in sorted(int(it) for it in own["year"].unique()):
            near = min(years, key=lambda it: abs(it - year))
            raise FlowsError(f"nothing about {title_of(country)} in {year}; the nearest year is {near}", self.file)
        return year

    def check(self) -> Flows:
        """Return itself, if its columns are those of a table of flows.

        Raises
        ------
        UsageError
            If one is missing.
        """
        missing = {"reporter", "partner", "year", "flow", "value", "unit", "side", "product"} - set(self.table.columns)
        if missing:
            raise UsageError(f"a table of flows needs the columns {', '.join(sorted(missing))}")
        return self


def _money(value: float) -> str:
    """Return an amount of money with three figures.

    Examples
    --------
    >>> _money(60.2e9), _money(-1.5e6), _money(950.0)
    ('60.2 bn', '-1.5 m', '950')
    """
    size, word = next(((size, word) for size, word in SCALES if abs(value) >= size), (1.0, ""))
    return f"{value / size:.3g}{word}"
