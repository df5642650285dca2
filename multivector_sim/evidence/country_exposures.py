"""A country's exposures from flows: the partners listed singly, and the rest.

Exports and imports are taken as the country reports them, else as its partners do: their imports are the country's
exports and hold freight and insurance, which a stated factor takes out. Investment is money a year where flows are
given; of a stock, a year's worth is a stated share, which is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multivector_sim.display.wording import percent
from multivector_sim.errors import FlowsError, UsageError
from multivector_sim.evidence.flows.countries import UNSPECIFIED, require_country, title_of
from multivector_sim.evidence.flows.reader import TRADE

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.flows.table import Flows

__all__ = ["CIF_FACTOR", "SIDES", "STOCK_SHARE", "ChannelFlows", "Portfolio", "build_portfolio"]

CIF_FACTOR = 1.06
"""Imports CIF over exports FOB, as the IMF's Direction of Trade Statistics take it (yearbook 2017)."""

STOCK_SHARE = 0.03
"""A year's inflow over the stock of direct investment: the world's, about 1.3 of 44 tn USD in 2022 (from memory)."""

SIDES = ("auto", "own", "partners")
SMALLEST_SHARE = 0.005
MOST_PARTNERS = 60
MOST_UNSPECIFIED = 0.5
FEWEST_MIRRORS = 2
"""What one partner alone reports is no portfolio."""

FEWEST_PARTNERS = 3
"""A country trades with at least three others; a file with fewer was probably cut."""

MUCH_UNSPECIFIED = 0.2
ROUNDING = 1e-9
"""A remainder of a smaller share than this is rounding."""

LEAST_PRINTED = 0.005

FEWEST_EXPORTERS = 20
OWN_SIDE = {"exports": "exporter", "imports": "importer"}
TURNED = {"exports": "imports", "imports": "exports"}


@dataclass(frozen=True, slots=True)
class ChannelFlows:
    """The flows of one channel, money a year.

    Attributes
    ----------
    name, title, kind
        As a scenario has them.
    year
        Of the flows.
    by_partner
        The flows with each, the largest first, without those that are no country.
    unspecified
        What has no partner.
    note
        Who reports, and what was done.
    trust
        In the words of a scenario.
    """

    name: str
    title: str
    kind: str
    year: int
    by_partner: dict[str, float]
    unspecified: float
    note: str
    trust: str

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.by_partner.values()) + self.unspecified


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A country's channels and partners.

    Attributes
    ----------
    country, year
        Whose, and of when.
    channels
        Exports, imports, investment: those that the data have.
    partners
        The partners that stand alone, the largest first.
    market
        By partner, the country's exports as a share of all that the partner imports, where the data tell.
    """

    country: str
    year: int
    channels: tuple[ChannelFlows, ...]
    partners: tuple[str, ...]
    market: dict[str, float]

    def others(self, channel: ChannelFlows) -> float:
        """Return what is left of a channel for all others."""
        rest = channel.total - sum(channel.by_partner.get(it, 0.0) for it in self.partners)
        return rest if rest > ROUNDING * channel.total else 0.0

    def describe(self) -> tuple[str, ...]:
        """Return a line for each channel: its year, who reports it, and its partners."""
        return tuple(self._describe_channel(channel) for channel in self.channels)

    def _describe_channel(self, channel: ChannelFlows) -> str:
        """Return the line of one channel."""
        lone = sum(channel.by_partner.get(it, 0.0) > 0.0 for it in self.partners)
        rest = self.others(channel) / channel.total
        pooled = percent(rest, 0) if rest >= LEAST_PRINTED else "less than 1 %"
        others = f", {pooled} with all others" if rest > 0.0 else ""
        return (
            f"{channel.title} {channel.year}, {channel.note}: {lone} partner{'s' * (lone != 1)} listed singly{others}"
        )

    def warnings(self) -> tuple[str, ...]:
        """Return what in the data hardly makes a portfolio: flows without a country, or with one or two in all."""
        vague = [
            f"{percent(it.unspecified / it.total, 0)} of the {it.name} have no country as a partner and are in 'others'"
            for it in self.channels
            if it.unspecified > MUCH_UNSPECIFIED * it.total
        ]
        few = [
            f"{it.title} {it.year} have only {len(it.by_partner)} partner{'s' * (len(it.by_partner) != 1)} in these "
            "files, so that concentration and rerouting say little; check that the download was not limited to some "
            "partners"
            for it in self.channels
            if it.kind == "trade" and len(it.by_partner) < FEWEST_PARTNERS
        ]
        return (*vague, *few)


def build_portfolio(
    flows: Flows, country: str, year: int | None, partners: int, side: str, cif_factor: float = CIF_FACTOR
) -> Portfolio:
    """Return a country's exposures.

    Parameters
    ----------
    flows
        Of one currency.
    country
        A code or a name.
    year
        The latest with data if None.
    partners
        At most so many stand alone, if they have half a per cent of a channel.
    side
        ``own``, ``partners``, or ``auto``: the country's own reports where there are any.
    cif_factor
        What partners' imports are divided by.

    Raises
    ------
    UsageError
        If an argument makes no sense.
    FlowsError
        If the data do not hold enough.
    """
    if side not in SIDES:
        raise UsageError(f"side: must be one of {', '.join(SIDES)}, not '{side}'")
    if not 1 <= partners <= MOST_PARTNERS:
        raise UsageError(f"partners: must lie between 1 and {MOST_PARTNERS}, not {partners}")
    if not 1.0 <= cif_factor <= 2.0:  # noqa: PLR2004 - freight never doubles a price
        raise UsageError(f"cif_factor: must lie between 1 and 2, not {cif_factor:g}")
    code = require_country(country)
    when = flows.year_or_latest(code, year)
    channels = [it for it in (_trade(flows, code, flow, when, side, cif_factor) for flow in TRADE) if it is not None]
    investment = _investment(flows, code, when)
    if investment is not None:
        channels.append(investment)
    if not any(it.kind == "trade" for it in channels):
        raise FlowsError(
            f"no exports or imports of {title_of(code)} in {when}"
            + (", as its partners report them" if side == "partners" else "")
            + (f"; only {title_of(lone)} reports trade with it" if (lone := _lone_reporter(flows, code)) else ""),
            flows.file,
        )
    chosen = _chosen(channels, partners)
    exports = next((it for it in channels if it.name == "exports"), None)
    market = {} if exports is None else _market(flows, exports, chosen)
    return Portfolio(code, when, tuple(channels), chosen, market)


def _trade(flows: Flows, country: str, flow: str, year: int, side: str, factor: float) -> ChannelFlows | None:
    """Return exports or imports, of the side that is asked for."""
    own = _latest(flows, country, flow, year, "of") if side != "partners" else None
    if own is not None:
        share = float(own[1].get(UNSPECIFIED, 0.0) / own[1].sum())
        if share <= MOST_UNSPECIFIED:
            return _channel(flow, own, f"as {title_of(country)} reports it, {_value_basis(flow)}", flows.trust)
        if side == "own":
            raise FlowsError(_too_open(country, flow, own[0], share), flows.file)
    mirror = None if side == "own" else _latest(flows, country, TURNED[flow], year, "about")
    if mirror is None or len(mirror[1]) < FEWEST_MIRRORS:
        if own is not None:
            raise FlowsError(
                _too_open(country, flow, own[0], float(own[1].get(UNSPECIFIED, 0.0) / own[1].sum())), flows.file
            )
        return None
    both = set(flows.table["side"].unique()) == {"both"}
    if flow == "exports" and not both:
        note = f"as its partners report their imports, over {factor:g} for freight and insurance (CIF to FOB)"
        return _channel(
            flow,
            (mirror[0], mirror[1] / factor),
            note,
            "estimated" if flows.trust in ("official", "study") else flows.trust,
        )
    note = (
        "reconciled from both ends' reports"
        if both
        else "as its partners report their exports, FOB: without freight and insurance"
    )
    return _channel(flow, mirror, note, flows.trust)


def _lone_reporter(flows: Flows, country: str) -> str:
    """Return the one country that reports trade with another; empty where there are none or several."""
    table = flows.table
    found = table.loc[(table["partner"] == country) & table["flow"].isin(TRADE), "reporter"].unique()
    return str(found[0]) if len(found) == 1 else ""


def _latest(flows: Flows, country: str, flow: str, year: int, way: str) -> tuple[int, pd.Series[float]] | None:
    """Return the flow of a year, else of the latest year before it; None where there is none."""
    table = flows.table
    end = "reporter" if way == "of" else "partner"
    years = table.loc[(table[end] == country) & (table["flow"] == flow) & (table["year"] <= year), "year"]
    if not len(years):
        return None
    when = int(years.max())
    found = flows.of(country, flow, when) if way == "of" else flows.about(country, flow, when)
    found = found[found > 0.0]
    return (when, found) if len(found) else None


def _channel(flow: str, found: tuple[int, pd.Series[float]], note: str, trust: str) -> ChannelFlows:
    """Return a channel of trade."""
    year, values = found
    named = {str(code): float(value) for code, value in values.items() if code != UNSPECIFIED}
    return ChannelFlows(
        flow,
        flow.capitalize(),
        "trade",
        year,
        named,
        float(values.get(UNSPECIFIED, 0.0)),
        note,
        trust,
    )


def _value_basis(flow: str) -> str:
    """Return on what terms a flow is valued by who reports it."""
    return "FOB" if flow == "exports" else "CIF as a rule"


def _too_open(country: str, flow: str, year: int, share: float) -> str:
    """Return that too much of a flow has no partner."""
    return (
        f"{100 * share:.0f} % of the {flow} of {title_of(country)} in {year} have no country as a partner, so that a "
        "portfolio of the rest would say nothing; take what its partners report (side 'partners'), or another source"
    )


def _investment(flows: Flows, country: str, year: int) -> ChannelFlows | None:
    """Return direct investment from abroad: a year's flow where there is one, else a share of the stock."""
    for flow, way, text in (
        ("fdi_inflow", "of", "as {0} reports it"),
        ("fdi_outflow", "about", "as its partners report their outflows"),
        ("fdi_instock", "of", "the stock as {0} reports it"),
        ("fdi_outstock", "about", "the stock as its partners report it"),
    ):
        found = _latest(flows, country, flow, year, way)
        if found is None:
            continue
        note, trust = text.format(title_of(country)), flows.trust
        when, values = found
        if flow.endswith("stock"):
            values, trust = values * STOCK_SHARE, "assumption"
            note += f", times {STOCK_SHARE:g} for a year's inflow (the world's, from memory)"
        channel = _channel("investment", (when, values), note, trust)
        return ChannelFlows(
            "investment", "Direct investment", "investment", when, channel.by_partner, channel.unspecified, note, trust
        )
    return None


def _chosen(channels: list[ChannelFlows], most: int) -> tuple[str, ...]:
    """Return the partners that stand alone: half a per cent of a channel or more, the largest share first."""
    largest: dict[str, float] = {}
    for channel in channels:
        for partner, value in channel.by_partner.items():
            largest[partner] = max(largest.get(partner, 0.0), value / channel.total)
    eligible = [it for it in largest if largest[it] >= SMALLEST_SHARE]
    return tuple(sorted(eligible, key=lambda it: (-largest[it], it))[:most])


def _market(flows: Flows, exports: ChannelFlows, partners: tuple[str, ...]) -> dict[str, float]:
    """Return exports as shares of all that each partner imports, where the data tell."""
    shares = {}
    for partner in partners:
        value = exports.by_partner.get(partner, 0.0)
        own = flows.of(partner, "imports", exports.year)
        sold = flows.about(partner, "exports", exports.year)
        total = float(own.sum()) if len(own) > 1 else float(sold.sum()) if len(sold) >= FEWEST_EXPORTERS else 0.0
        if value > 0.0 and total > value:
            shares[partner] = value / total
    return shares
