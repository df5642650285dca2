"""Read flows from a file that somebody downloaded: one call for every format, one row a flow.

What all formats have in common is done here, once, and noted: rows without a value, groups of countries, the world in
the same table as its parts, a country as its own partner, months beside years, details of products beside their total,
rows that stand twice. The world's row is taken out, and kept to check the sum of the partners against it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import FlowsError, UsageError
from multivector_sim.evidence.flows.countries import GROUP, UNSPECIFIED, WORLD, require_country, title_of
from multivector_sim.evidence.flows.opened import LINE, open_file
from multivector_sim.evidence.flows.reader import (
    TRADE,
    Options,
    Request,
    first_names,
    mapped,
    readers,
    some_of,
    unknown,
    unknown_names,
    with_nearest,
)
from multivector_sim.evidence.flows.row_account import Account
from multivector_sim.evidence.flows.table import Flows
from multivector_sim.evidence.flows.units import parse_unit
from multivector_sim.scenario.mistakes import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt
    import pandas as pd

    from multivector_sim.evidence.flows.opened import OpenedFile
    from multivector_sim.evidence.flows.reader import Match, Reader
    from multivector_sim.evidence.flows.units import Unit

__all__ = ["COLUMNS", "SIDES", "TOTAL", "read_flows", "readers", "tidy"]

COLUMNS = ("reporter", "partner", "year", "flow", "value", "unit", "side", "product")
TOTAL = "TOTAL"
TOTALS = frozenset(
    {
        "TOTAL",
        "TO",
        "ALL",
        "AG",
        "TT",
        "TOTAL ALL PRODUCTS",
        "ALL COMMODITIES",
        "ALL PRODUCTS",
        "TOTAL TRADE",
        "SI3_AGG",
        "0",
        "",
    }
)
FLOW = ["reporter", "year", "flow", "side"]
MONTHS, QUARTERS = 12, 4
CLOSE = 0.005


AUTO, PLAIN = "auto", "plain"
SIDES = ("exporter", "importer", "both")
FLOWS = ("exports", "imports", "fdi_instock", "fdi_outstock", "fdi_inflow", "fdi_outflow")
MOST_LISTED = 4
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
    _note_own_columns(table, {"year": options.year, "flow": options.flow}, account)
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


def _note_own_columns(table: pd.DataFrame, given: Mapping[str, object], account: Account) -> None:
    """Note a year or a flow that was given although the file has its own: it selects nothing."""
    for name, value in given.items():
        own = sorted(set(table[name]))
        if value is None or own == [value]:
            continue
        known = ", ".join(map(str, own)) if len(own) <= MOST_LISTED else f"{own[0]} to {own[-1]}"
        account.say(
            "found" if value in own else "check",
            f"{name} {value} was given, but the file says its own, all of which are kept: {known}",
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


def tidy(rows: pd.DataFrame, unit: Unit, product: str | None, account: Account) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a flow, and the world's rows.

    Parameters
    ----------
    rows
        As a reader returns them.
    unit
        Of their values.
    product
        The one that is asked for, or those that begin with it; all together if None.
    account
        Takes what was done.

    Returns
    -------
    table, world
        ``table`` has the columns ``reporter, partner, year, flow, value, unit, side, product``, in this order, sorted,
        with values in whole units of the currency; ``world`` has ``reporter, year, flow, side, value``.
    """
    account.factor = unit.factor
    rows = rows[~np.isnan(rows["value"].to_numpy(dtype=float))]
    rows = _placed(rows, account)
    rows = account.drop(
        rows.copy(), (rows["value"] < 0).to_numpy() & rows["flow"].isin(TRADE).to_numpy(), "trade below zero"
    )
    for name in ("reporter", "partner", "label", "flow", "side", "product", "every"):
        rows[name] = rows[name].astype("category")
    rows = _without_doubles(rows, account)
    rows = _years(rows, account)
    rows = _products(rows, product, account)
    world = rows[(rows["partner"] == WORLD).to_numpy()]
    account.about("dropped", world, "the world as a partner, which holds all others")
    rows = rows[(rows["partner"] != WORLD).to_numpy()]
    own = np.equal(rows["partner"].to_numpy(dtype=object), rows["reporter"].to_numpy(dtype=object))
    world_gap = _summed(rows[own], FLOW)
    rows = account.drop(rows, own, "a country as its own partner (what it took back)")
    account.about("unspecified", rows[(rows["partner"] == UNSPECIFIED).to_numpy()], _unspecified_text(rows))
    table = _summed(rows, [*FLOW, "partner", "product"])
    total = _summed(world, FLOW)
    table["value"] *= unit.factor
    total["value"] *= unit.factor
    for frame in (table, total):
        for name in frame.columns.intersection(["reporter", "partner", "flow", "side", "product"]):
            frame[name] = frame[name].astype(str)
    table["unit"] = unit.currency
    _checked(table, total, world_gap.assign(value=world_gap["value"] * unit.factor), account)
    table = table.sort_values(["reporter", "year", "flow", "side", "partner", "product"], ignore_index=True)
    return table[list(COLUMNS)], total


def _summed(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return sums of values by key."""
    return rows.groupby(by, observed=True, sort=False)["value"].sum().reset_index()


def _placed(rows: pd.DataFrame, account: Account) -> pd.DataFrame:
    """Return the rows whose two ends are known, without groups and without the world as a reporter."""
    reporter, partner = rows["reporter"].to_numpy(), rows["partner"].to_numpy()
    world = np.equal(reporter, WORLD)
    rows = account.drop(rows, world, "the world as a reporter, which holds all others")
    reporter, partner = reporter[~world], partner[~world]
    group = np.equal(reporter, GROUP) | np.equal(partner, GROUP)
    rows = account.drop(rows, group, "groups of countries, which hold others")
    reporter, partner = reporter[~group], partner[~group]
    lost = unknown(reporter) | np.equal(reporter, UNSPECIFIED)
    if lost.any():
        rows = account.drop(rows, lost, "no country is known by the name of the reporter", "unplaced")
        partner = partner[~lost]
    lost = unknown(partner)
    if lost.any():
        names = unknown_names(dict.fromkeys(str(it) for it in rows["label"].to_numpy()[lost]))
        rows = account.drop(rows, lost, f"no country is known by the name of the partner: {names}", "unplaced")
    return rows


def _without_doubles(rows: pd.DataFrame, account: Account) -> pd.DataFrame:
    """Return the rows without those that stand twice; the first stays, also where the second says something else."""
    key = [*FLOW, "partner", "label", "product", "every"]
    again = rows.duplicated(key).to_numpy()
    if not again.any():
        return rows
    first = rows[rows.duplicated(key, keep=False).to_numpy() & ~again]
    kept = first.set_index(key)["value"]
    second = rows[again]
    before = kept.reindex(second.set_index(key).index).to_numpy()
    same = np.isclose(before, second["value"].to_numpy(), rtol=1e-9, atol=0.0)
    account.about("doubled", second[same], "rows that stand twice")
    account.about("doubled", second[~same], "rows that contradict an earlier one of the same flow, which is kept")
    return rows[~again]


def _years(rows: pd.DataFrame, account: Account) -> pd.DataFrame:
    """Return years: as reported, else the sum of twelve months or four quarters."""
    annual = (rows["every"] == "A").to_numpy()
    if annual.all():
        return rows
    every = rows["every"].astype(str)
    years = _keys(rows, [*FLOW])
    beside = ~annual & np.isin(years, np.unique(years[annual]))
    rows = account.drop(rows, beside, "months or quarters beside the year that holds them")
    every, annual = every[~beside], annual[~beside]
    for letter, count in (("M", MONTHS), ("Q", QUARTERS)):
        part = every.str.startswith(letter).to_numpy()
        if not part.any():
            continue
        key = _keys(rows, FLOW)
        seen = rows[part].assign(key=key[part]).groupby("key")["every"].nunique()
        short = part & ~np.isin(key, seen.index[seen >= count].to_numpy())
        rows = account.drop(
            rows, short, f"years of which not all {count} {'months' if letter == 'M' else 'quarters'} are there"
        )
        every, annual = every[~short], annual[~short]
        if letter == "M":
            quarters = every.str.startswith("Q").to_numpy() & np.isin(key[~short], key[part])
            rows = account.drop(rows, quarters, "quarters beside the months that they hold")
            every = every[~quarters]
    if (every != "A").any():
        account.say("assumed", "years are sums of their months or quarters; a part without a row counts as zero")
    by = [*FLOW, "partner", "label", "product"]
    lines = rows.groupby(by, observed=True, sort=False)[LINE].min().reset_index()
    return lines.merge(_summed(rows, by), on=by)


def _products(rows: pd.DataFrame, product: str | None, account: Account) -> pd.DataFrame:
    """Return totals over products, or one product."""
    codes = rows["product"]
    if product is not None:
        exact = (codes == product).to_numpy()
        wanted = exact if exact.any() else _each(codes, lambda code: code.startswith(product))
        rows = account.drop(rows, ~wanted, f"products other than {product}")
        return _of_one_length(rows, account).assign(product=product)
    total = _each(codes, lambda code: code.upper() in TOTALS)
    if total.all():
        return rows.assign(product=TOTAL)
    key = _keys(rows, FLOW)
    beside = ~total & np.isin(key, np.unique(key[total]))
    rows = account.drop(rows, beside, "products beside the total that holds them")
    if (~total & ~beside).any():
        rows = _of_one_length(rows, account)
        account.say("assumed", "totals are sums over the products in the file")
    return rows.assign(product=TOTAL)


def _of_one_length(rows: pd.DataFrame, account: Account) -> pd.DataFrame:
    """Return the products of the broadest level, where codes of several lengths hold each other."""
    codes = rows["product"]
    details = _each(codes, lambda code: code.upper() not in TOTALS and code.isdigit())
    if not details.any():
        return rows
    lengths = mapped(codes, len).astype(np.int64)
    even = np.unique(lengths[details] + lengths[details] % 2)
    if len(even) == 1:
        return rows
    finer = details & (lengths + lengths % 2 > even[0])
    return account.drop(rows, finer, f"products of more than {even[0]} digits beside those that hold them")


def _each(column: pd.Series[Any], holds: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Return whether something holds of each cell."""
    found: npt.NDArray[np.bool_] = mapped(column, holds).astype(bool)
    return found


def _keys(rows: pd.DataFrame, by: list[str]) -> npt.NDArray[np.int64]:
    """Return one number for each combination of columns."""
    return np.asarray(rows.groupby(by, observed=True, sort=False).ngroup(), dtype=np.int64)


def _unspecified_text(rows: pd.DataFrame) -> str:
    """Return how much of all money has no partner."""
    size = rows["value"].abs()
    share = float(size[(rows["partner"] == UNSPECIFIED).to_numpy()].sum()) / max(float(size.sum()), 1e-300)
    return f"partners that are no country, kept as {UNSPECIFIED}: {100 * share:.2g} % of all flows"


def _checked(table: pd.DataFrame, world: pd.DataFrame, own: pd.DataFrame, account: Account) -> None:
    """Note where the partners, and what a country took back, do not add up to the world's row."""
    if not len(world) or not len(table):
        return
    import pandas as pd

    both = _summed(
        pd.concat([table[[*FLOW, "value"]], own.astype({name: str for name in FLOW if name != "year"})]), FLOW
    ).merge(world, on=FLOW, suffixes=("", "_world"))
    both = both[both["value_world"] > 0]
    if not len(both):
        return
    ratio = (both["value"] / both["value_world"]).to_numpy()
    off = np.abs(ratio - 1.0) > CLOSE
    if not off.any():
        account.say("check", f"partners add up to the world's row in all {len(both):,} cases")
        return
    worst: Any = both.iloc[int(np.argmax(np.abs(ratio - 1.0)))]
    account.say(
        "check",
        f"partners do not add up to the world's row in {int(off.sum()):,} of {len(both):,} cases; worst "
        f"{worst['reporter']} {int(worst['year'])} {worst['flow']}: "
        f"{100 * worst['value'] / worst['value_world']:.4g} %",
    )
