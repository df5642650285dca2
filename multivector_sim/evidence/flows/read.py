"""Read flows from a file that somebody downloaded: one call for every format."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from multivector_sim.errors import FlowsError, UsageError
from multivector_sim.evidence.flows.account import Account
from multivector_sim.evidence.flows.countries import require_country, title_of
from multivector_sim.evidence.flows.opened import open_file
from multivector_sim.evidence.flows.reader import Options, Request, first_names, readers, some_of, with_nearest
from multivector_sim.evidence.flows.table import Flows
from multivector_sim.evidence.flows.tidy import tidy
from multivector_sim.evidence.flows.units import parse_unit
from multivector_sim.scenario.words import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from multivector_sim.evidence.flows.opened import OpenedFile
    from multivector_sim.evidence.flows.reader import Match, Reader

__all__ = ["SIDES", "read_flows", "readers"]

AUTO, PLAIN = "auto", "plain"
SIDES = ("exporter", "importer", "both")
FLOWS = ("exports", "imports", "fdi_instock", "fdi_outstock", "fdi_inflow", "fdi_outflow")
MARKS = (",", ".")


def read_flows(
    path: str | os.PathLike[str],
    source: str = AUTO,
    unit: str | None = None,
    side: str | None = None,
    *,
    reporter: str | None = None,
    year: int | None = None,
    flow: str | None = None,
    product: str | None = None,
    decimal: str | None = None,
    countries: str | os.PathLike[str] | None = None,
) -> Flows:
    r"""Read flows between countries from a downloaded file.

    Parameters
    ----------
    path
        A text file, a workbook or a page of HTML; gzip and zip are unpacked.
    source
        The format, one of ``readers()``; by default it is recognised by its columns.
    unit
        ``USD``, ``thousand USD``, ``EUR million``: needed where neither the file nor its format says it.
    side
        ``exporter``, ``importer`` or ``both``: who reports, where a plain table does not say.
    reporter, year, flow
        The country, the year and the flow that a file is about, where it has no such column. A reporter other than
        those that the file names is refused.
    product
        Read this product, or all whose codes begin so, in place of the total.
    decimal
        ``,`` or ``.``: the mark of decimals, where a plain table leaves it open.
    countries
        BACI: its file ``country_codes``; by default the one beside it, else a table of the numbers of UN Comtrade.

    Returns
    -------
    Flows
        The table and the account of what was dropped, doubled, or could not be placed. Values are in whole units of the
        currency; sides are kept and never averaged.

    Raises
    ------
    FlowsError
        If the file cannot be used; it says where and what to do.
    UsageError
        If an argument makes no sense.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import multivector_sim as mv
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = file.write_text("partner;2022;2023\nChina;1.234,5;1.300\nTurkey;10,5;12\n")
    >>> flows = mv.read_flows(file, unit="thousand EUR", reporter="CHL", flow="exports")
    >>> flows.of("CHL", "exports", 2022).to_dict()
    {'CHN': 1234500.0, 'TUR': 10500.0}
    """
    options = _options(unit, side, reporter, year, flow, product, decimal, countries)
    opened = open_file(path)
    reader, match = _recognised(opened, source)
    account = Account()
    account.say("found", f"{reader.title}; {'; '.join(opened.found)}")
    rows, found = reader.read(Request(opened, match, options, account))
    account.say("found", f"the unit is {found}, as {'given' if found.by == 'given' else f'the {found.by} says'}")
    total = len(rows)
    table, world = tidy(rows, found, product, account)
    if not len(table):
        raise FlowsError(_nothing(account, total), opened.name)
    _refuse_other_reporters(table, options.reporter, opened.name)
    return Flows(
        table, world, reader.name, reader.title, reader.where, reader.trust, opened.name, tuple(account.findings)
    )


def _refuse_other_reporters(table: pd.DataFrame, reporter: str | None, file: str) -> None:
    """Refuse a reporter where the file names others: it says whose a file is, it does not choose among several."""
    named = sorted(set(table["reporter"]) - {reporter})
    if reporter is not None and named:
        several = f" and {len(named) - 1} more" if len(named) > 1 else ""
        raise FlowsError(
            f"reporter {reporter} was given, but the file itself names {title_of(named[0])}{several}; "
            "leave reporter out; for one country of several: flows.involving('CHL') (--country)",
            file,
        )


def _options(
    unit: str | None,
    side: str | None,
    reporter: str | None,
    year: int | None,
    flow: str | None,
    product: str | None,
    decimal: str | None,
    countries: str | os.PathLike[str] | None,
) -> Options:
    """Return what was said about a file, checked."""
    if unit is not None:
        parse_unit(unit)
    for name, value, known in (("side", side, SIDES), ("flow", flow, FLOWS), ("decimal", decimal, MARKS)):
        if value is not None and value not in known:
            raise UsageError(f"{name}: must be one of {', '.join(known)}, not '{value}'")
    code = None if reporter is None else require_country(reporter)
    return Options(unit, side, code, year, flow, product, decimal, None if countries is None else os.fspath(countries))


def _recognised(file: OpenedFile, source: str) -> tuple[Reader, Match]:
    """Return the reader of a file, and where its columns are."""
    known = readers()
    if source != AUTO:
        if source not in known:
            near = nearest(source, known)
            raise UsageError(
                f"no source called '{source}'; "
                + (f"did you mean '{near}'?" if near else f"there are {', '.join(known)}")
            )
        match = known[source].match(file)
        if match is None:
            raise FlowsError(
                f"not a file of {known[source].title}: its columns are {_named(file, {source: known[source]})}",
                file.name,
                1,
            )
        return known[source], match
    for reader in known.values():
        match = reader.match(file)
        if match is not None:
            return reader, match
    raise FlowsError(
        f"no known format; its columns are {_named(file, {PLAIN: known[PLAIN]} if PLAIN in known else known)}; "
        "a plain table needs at least a column partner and one of value, exports, imports",
        file.name,
        1,
    )


def _named(file: OpenedFile, known: Mapping[str, Reader]) -> str:
    """Return the names of a file's columns, each with the known name that it nearly is."""
    fields = set[str]().union(*(first_names(getattr(reader, "fields", {})) for reader in known.values()))
    rows = [row for row in file.tables[0].rows if any(cell.strip() for cell in row)]
    names = [cell.strip()[:30] for cell in max(rows[:5], key=len, default=[]) if cell.strip()]
    return some_of([with_nearest(name, fields) for name in names]) or "blank"


def _nothing(account: Account, rows: int) -> str:
    """Return why nothing is left."""
    reasons = "; ".join([str(it) for it in account.findings if it.rows][:4])
    if not rows:
        return f"no exports or imports in it; {reasons}" if reasons else "no rows below the header"
    return f"no flow between two countries is left of {rows:,} rows; {reasons}"
