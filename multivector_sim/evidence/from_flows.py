"""A scenario from data: valid, ready to run, and explicit about what is assumed.

The text is the product: YAML with a comment at each place that says what to think about next. The scenario is that
text, read back, so that the two never differ.

Its hazards come from a calibration, or from whatever has the same method.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

from multivector_sim.errors import UsageError
from multivector_sim.evidence.country_exposures import CIF_FACTOR, build_portfolio
from multivector_sim.evidence.flows.countries import title_of
from multivector_sim.evidence.flows.table import Flows
from multivector_sim.evidence.shipped import shipped_calibration
from multivector_sim.scenario.models import Partner
from multivector_sim.scenario.place import plain
from multivector_sim.scenario.scenario import Scenario
from multivector_sim.scenario.yaml_tree import read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.evidence.country_exposures import ChannelFlows, Portfolio

__all__ = ["scenario_from_flows", "text_and_portfolio"]

PARTNERS = 12
OTHERS = "others"
TEMPLATE = Path(__file__).with_name("scenario.yaml.j2")
RESPONSES = {
    "exports": (
        ("ceiling", "{pert: [0.3, 0.55, 0.9]}", "part of a lost market that today's other buyers take in the end"),
        ("theta_months", "{pert: [6, 15, 36]}", "how fast they do; crude oil is quicker, machines and wine are slower"),
        ("haircut", "{pert: [0.05, 0.12, 0.3]}", "what a unit sold elsewhere loses in price and freight"),
        ("kappa", "{pert: [0.1, 0.3, 0.6]}", "what one buyer takes beyond today, as a share of today"),
    ),
    "imports": (
        ("ceiling", "{pert: [0.4, 0.7, 0.9]}", "part of a gap that today's other suppliers fill in the end"),
        ("theta_months", "{pert: [1.5, 4, 9]}", "how fast they do; Qatar in 2017 took some two months"),
        ("haircut", "{pert: [0.03, 0.1, 0.25]}", "what a unit bought elsewhere costs more"),
        ("kappa", "{pert: [0.2, 0.5, 1.0]}", "what one supplier adds to today, as a share of today"),
        ("buffer_months", "{pert: [0.5, 1.5, 3.0]}", "stocks at importers and shops, in months"),
    ),
    "investment": (
        ("ceiling", "{pert: [0.0, 0.2, 0.5]}", "part that other investors step in for"),
        ("theta_months", "{pert: [6, 18, 36]}", "how long a project takes to find a new owner"),
        ("kappa", "{pert: [0.05, 0.15, 0.3]}", "what one investor adds beyond its own plans"),
    ),
}  # fmt: skip
NOT_NAME = re.compile(r"[^a-z0-9]+")
PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def scenario_from_flows(
    flows: Flows | Sequence[Flows],
    country: str,
    year: int | None = None,
    partners: int = PARTNERS,
    *,
    side: str = "auto",
    name: str | None = None,
    cif_factor: float = CIF_FACTOR,
    calibration: HazardSource | None = None,
) -> Scenario:
    r"""Return a scenario of a country from data, valid and ready to run.

    Parameters
    ----------
    flows
        What :func:`multivector_sim.read_flows` returned, or several of them: trade, and investment from another file.
    country
        A code or a name.
    year
        The latest with data by default.
    partners
        At most so many partners stand alone, if they have half a per cent of a channel; the rest are one residual.
    side
        ``own``: what the country reports; ``partners``: what they report of it; ``auto``: its own where there is any.
    name
        Of the scenario; by default the country's and the year.
    cif_factor
        What partners' imports are divided by to be exports FOB.
    calibration
        Where hazards come from: anything with ``to_scenario(shares, channels)``; by default the calibration that ships.

    Returns
    -------
    Scenario
        Exports, imports and investment, those that the data have; money a year in whole units of the currency. Every
        figure has source, date and trust; what was not estimated is marked ``assumption``.

    Raises
    ------
    FlowsError
        If the data do not hold enough about the country.
    UsageError
        If an argument makes no sense.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import multivector_sim as mv
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = file.write_text("partner,exports (million USD)\nChina,38\nUSA,15\nPeru,0.01\n")
    >>> scenario = mv.scenario_from_flows(mv.read_flows(file, reporter="Chile", year=2023), "CHL")
    >>> {partner: round(it.value) for partner, it in scenario.exposures["exports"].items()}
    {'CHN': 38000000, 'USA': 15000000, 'others': 10000}
    >>> scenario.hazard.partners["CHN"].channels["exports"].trust, scenario.hazard.partners["CHN"].intensity.trust
    ('estimated', 'assumption')
    """
    text, _ = text_and_portfolio(
        flows, country, year, partners, side=side, name=name, cif_factor=cif_factor, calibration=calibration
    )
    root = read_yaml(text, "the scenario made of data").root
    return Scenario.model_validate(None if root is None else plain(root))


class TextOptions(TypedDict, total=False):
    """The options of :func:`scenario_from_flows` that have names."""

    side: str
    name: str | None
    cif_factor: float
    calibration: HazardSource | None


def text_and_portfolio(
    flows: Flows | Sequence[Flows],
    country: str,
    year: int | None = None,
    partners: int = PARTNERS,
    **options: Unpack[TextOptions],
) -> tuple[str, Portfolio]:
    """Return the text of a scenario made of data, with comments on what to think about next, and its portfolio.

    Parameters
    ----------
    flows, country, year, partners, **options
        As for :func:`scenario_from_flows`.

    Raises
    ------
    FlowsError, UsageError
        As there.
    """
    import jinja2

    every = (flows,) if isinstance(flows, Flows) else tuple(flows)
    if not every:
        raise UsageError("no flows; give what read_flows returned")
    joined = every[0].check().joined(*every[1:]) if len(every) > 1 else every[0].check()
    side, cif_factor = options.get("side", "auto"), options.get("cif_factor", CIF_FACTOR)
    portfolio = build_portfolio(joined, country, year, partners, side, cif_factor)
    surroundings = jinja2.Environment(autoescape=False, trim_blocks=True, undefined=jinja2.StrictUndefined)  # noqa: S701 - YAML, no HTML
    surroundings.filters["y"] = _yaml
    template = surroundings.from_string(TEMPLATE.read_text(encoding="utf-8"))
    hazard = options.get("calibration") or shipped_calibration()
    return template.render(_context(portfolio, joined, options.get("name"), hazard)).rstrip() + "\n", portfolio


def _context(portfolio: Portfolio, flows: Flows, name: str | None, hazard: HazardSource) -> dict[str, Any]:
    """Return what the template is filled with."""
    country = title_of(portfolio.country)
    files = ", ".join(Path(name).name for name in flows.file.split(", "))
    years = sorted({channel.year for channel in portfolio.channels})
    struck = {
        code: tuple(it.name for it in portfolio.channels if it.by_partner.get(code, 0.0) > 0.0)
        for code in portfolio.partners
    }
    made = hazard.to_scenario({code: portfolio.market.get(code, TYPICAL_SHARE) for code in struck}, ("exports",))
    hazards = {
        code: _struck(made["hazard"]["partners"][code], struck[code], known=code in portfolio.market) for code in struck
    }
    first = portfolio.partners[0]
    left = any(portfolio.others(channel) > 0.0 for channel in portfolio.channels)
    known = [code for code in portfolio.partners if code in portfolio.market]
    market = (
        ", which these data tell"
        if len(known) == len(portfolio.partners)
        else f",\n# which these data do not tell{' of all' if known else ''}: {100 * TYPICAL_SHARE:g} % is taken, an "
        "assumption. "
        "Give a table of all countries' trade beside your own, and they do"
    )
    return {
        "title": f"{country}, {'-'.join(str(it) for it in dict.fromkeys((years[0], years[-1])))}",
        "name": name
        or f"{NOT_NAME.sub('-', country.casefold()).strip('-') or portfolio.country.casefold()}-{portfolio.year}",
        "country": portfolio.country,
        "currency": flows.unit,
        "year": portfolio.year,
        "sources": {
            "data": {"title": _clean(f"{flows.title} ({files})"), "where": _clean(flows.where or files)},
            **made["sources"],
            "assumed": {
                "title": "Not estimated: a first guess, to be replaced by what you know",
                "where": "docs/how-to/your-own-country.md",
            },
        },
        "partners": {code: title_of(code) for code in portfolio.partners},
        "residual": None if not left else "residual" in Partner.model_fields,
        "channels": [_channel(portfolio, channel) for channel in portfolio.channels],
        "first": first,
        "spillover": {channel.kind for channel in portfolio.channels} == {"trade", "investment"},
        "market_text": market,
        "copula": made["hazard"]["copula"],
        "hazards": hazards,
        "rupture_comments": {code: title_of(code) for code in hazards},
        "overrides": f"{NOT_NAME.sub('-', title_of(first).casefold()).strip('-')}-ruptures",
        "stress": hazards[first],
        "warnings": portfolio.warnings(),
    }


def _channel(portfolio: Portfolio, channel: ChannelFlows) -> dict[str, Any]:
    """Return what the template says of a channel."""
    figures = [
        (code, channel.by_partner[code]) for code in portfolio.partners if channel.by_partner.get(code, 0.0) > 0.0
    ]
    left = portfolio.others(channel)
    if left > 0.0:
        figures.append((OTHERS, left))
    lone = sum(value for code, value in figures if code != OTHERS) / channel.total
    return {
        "name": channel.name,
        "title": channel.title,
        "kind": channel.kind,
        "year": channel.year,
        "response": RESPONSES[channel.name],
        "comment": f"{channel.year}, {_amount(channel.total)} in all; {100 * lone:.0f} % with partners of their own",
        "figures": [(code, _amount(value)) for code, value in figures],
        "trust": channel.trust,
        "note": channel.note,
    }


def _struck(rupture: Mapping[str, Any], channels: tuple[str, ...], *, known: bool) -> dict[str, Any]:
    """Return a rupture that strikes these channels; what was estimated on exports is assumed of the others."""
    law = rupture["channels"]["exports"]
    intensity = dict(rupture["intensity"])
    if not known:
        intensity |= {
            "trust": "assumption",
            "note": f"the size is assumed, the data do not tell it: {intensity['note']}",
        }
    if "exports" not in channels:
        intensity |= {"trust": "assumption", "note": "taken as for exports of typical size; not estimated"}
    assumed = {**law, "trust": "assumption", "note": "taken as for exports; not estimated"}
    return {
        **rupture,
        "intensity": intensity,
        "channels": {name: law if name == "exports" else assumed for name in channels},
    }


def _amount(value: float) -> str:
    """Return money with six figures, as people write it: 38.2e9.

    Examples
    --------
    >>> _amount(38.2e9), _amount(1234567.0), _amount(950.0)
    ('38.2e9', '1.23457e6', '950')
    """
    for power in (12, 9, 6):
        if value >= 10**power:
            return f"{value / 10**power:.6g}e{power}"
    return f"{value:.6g}"


def _clean(text: str) -> str:
    """Return a text as a scenario takes it: one line of printable letters, not too long."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:500]


def _yaml(value: object) -> str:
    """Return a value in the flow style of YAML."""
    if isinstance(value, Mapping):
        inner = ", ".join(
            f"{key if PLAIN_KEY.fullmatch(str(key)) else json.dumps(key)}: {_yaml(part)}" for key, part in value.items()
        )
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_yaml(part) for part in value)}]"
    return json.dumps(value, ensure_ascii=False)


TYPICAL_SHARE = 0.003
"""Of a partner's imports, where the data do not tell: a flow in the middle of those that were looked at."""


class HazardSource(Protocol):
    """What gives a scenario its hazards; a :class:`~multivector_sim.evidence.calibration.Calibration` does."""

    def to_scenario(
        self, shares: Mapping[str, float] | None = None, channels: tuple[str, ...] = ("exports",)
    ) -> dict[str, Any]:
        """Return ``sources`` and ``hazard`` of a scenario, by partners' shares of their imports."""
        ...
