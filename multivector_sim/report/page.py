"""The report: one self-contained HTML page.

The page requests no other file, runs no script, and is the same to the last byte for the same run. Whatever a scenario
says is text in it, never markup. Its look is in ``templates``; this module gathers what is shown, and the limits of the
model that a reader should know before quoting anything.

**Content security policy.** A report is a file that people pass on. Its policy stops a browser from running scripts and
from contacting any server, even if hostile text got into the page. The style sheet is allowed by the hash of its text;
inline styles set only the heights of bars.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multivector_sim.atomic_file import new_part, write_atomically
from multivector_sim.display.money import counted_in
from multivector_sim.display.wording import capital, listed, percent, span
from multivector_sim.engine.rupture_forecast import YEARS
from multivector_sim.errors import StoreError
from multivector_sim.report.answer import cautions, headline, measure_names, measure_rows, subject, supplements, tiles
from multivector_sim.report.attribution import by_channel, by_partner, driver_rows, swing_rows
from multivector_sim.report.chart_data import exceedance_of, fans
from multivector_sim.report.charts import draw_bars, draw_exceedance, draw_fan
from multivector_sim.report.dashboard import boards, thresholds
from multivector_sim.report.scenario_tables import (
    TRUSTS,
    claim_counts,
    claim_rows,
    figure_rows,
    source_rows,
    speakers,
    trust_counts,
)
from multivector_sim.report.sections import Section, sections_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from jinja2 import Environment

    from multivector_sim.engine.result import Result
    from multivector_sim.questions.claims import Claims
    from multivector_sim.questions.sensitivity import Sensitivity
    from multivector_sim.report.attribution import Attribution
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["environment", "limits", "render", "with_policy", "write_report"]

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
CHARSET = '<meta charset="utf-8">'


ENGINES = {"numba": "numba (compiled code)", "numpy": "NumPy (no compiler)"}
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
AFTER_NUMBER = re.compile(r"(?<=\d) (?=(?:%|bn|trn|m)(?!\w))")
BEFORE_NUMBER = re.compile(r"(?<=\b[A-Z]{3}) (?=-?\d)")
BELOW_ZERO = re.compile(r"(?<![\w.])-(?=\d)")
PANELS = ("trade", "investment")
CONTENTS = (
    ("months", "Month by month"),
    ("often", "How bad, how often"),
    ("measures", "Measures"),
    ("concentration", "Concentration"),
    ("causes", "Causes of the loss"),
    ("drivers", "Which assumptions matter most"),
    ("claims", "Claims"),
    ("figures", "Figures and sources"),
    ("limits", "What the model cannot say"),
    ("made", "How to reproduce it"),
)


def render(result: Result, judged: Claims | None = None, drivers: Sensitivity | None = None, asked: str = "") -> str:
    """Write the report of a run.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> page = render(mv.simulate(mv.load("one-or-many"), draws=1024, seed=1))
    >>> page.startswith("<!DOCTYPE html>"), "<script" in page
    (True, False)
    """
    scenario, document = result.scenario, result.document()
    added = sections_of(result)
    page: str = (
        environment()
        .get_template("report.html.j2")
        .render(
            **_answer(result, document),
            contents=_contents(result, drivers, added),
            added=added,
            drivers=_driven(drivers),
            **_drawings(result),
            **_causes(result),
            **_forecast(result),
            **_grounds(scenario),
            **_claims(result, judged),
            asked=asked,
            boards=boards(scenario),
            thresholds=thresholds(scenario),
            measures=measure_rows(result, document),
            measure_names=measure_names(scenario.currency),
            limits=limits(scenario),
            notices=scenario.notices,
            version=document["versions"]["multivector_sim"],
            made=_made(result, document),
            counted_in=counted_in,
        )
    )
    return with_policy(page)


def write_report(result: Result, path: str | os.PathLike[str]) -> Path:
    """Write the report of a run to a file, wholly or not at all, and return its path."""
    file = Path(path)
    try:
        write_atomically(file, [render(result).encode()], new_part(file))
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error
    return file


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the template environment: everything is escaped, and an undefined name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    surroundings = Environment(
        loader=PackageLoader("multivector_sim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    surroundings.filters |= {"tight": tight, "percent": percent, "capital": capital}
    return surroundings


def tight(text: str) -> str:
    """Return a text with typographic marks: no break before a unit, a minus sign, a curly apostrophe."""
    joined = BEFORE_NUMBER.sub(NO_BREAK, AFTER_NUMBER.sub(NO_BREAK, text))
    return BELOW_ZERO.sub(MINUS, joined).replace("'", APOSTROPHE)


def _contents(
    result: Result, drivers: Sensitivity | None, added: list[tuple[str, str, Section]]
) -> list[tuple[str, str]]:
    """Return the sections of this page with anchors and titles; added ones come before the last."""
    missing = _left_out(result, drivers)
    *there, last = (entry for entry in CONTENTS if entry[0] not in missing)
    return [*there, *((key, title) for key, title, _ in added), last]


def _answer(result: Result, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of the headline."""
    scenario, column = result.scenario, subject(result)
    horizon = span(scenario.horizon_months)
    return {
        "title": scenario.title,
        "subtitle": f"{scenario.country}, followed for {horizon}; {scenario.currency} of {scenario.price_year}",
        "horizon": horizon,
        "headline": headline(result, document),
        "supplements": [*supplements(result, document), *cautions(result, document, column)],
        "tiles": tiles(scenario, document, column),
    }


def _left_out(result: Result, drivers: Sensitivity | None) -> tuple[str, ...]:
    """Return the sections that this page omits."""
    there = {
        "causes": "total" in result.columns,
        "drivers": drivers is not None,
        "claims": bool(result.scenario.claims),
    }
    return tuple(section for section, is_there in there.items() if not is_there)


def _driven(found: Sensitivity | None) -> dict[str, Any] | None:
    """Return the context of the sensitivity section."""
    if found is None:
        return None
    subject = f"{found.measure.replace('_', ' ')} of {found.column}"
    return {
        "subject": subject,
        "draws": f"{found.draws:,}",
        "seed": found.seed,
        "laws": driver_rows(found),
        "swings": swing_rows(found),
    }


def _claims(result: Result, judged: Claims | None) -> dict[str, Any]:
    """Return the context of the claims section."""
    rows = claim_rows(result, judged)
    made_by = "" if judged is None else f"Runs for claims: {judged.draws:,} draws each, seed {judged.seed}."
    return {"claims": rows, "claim_counts": claim_counts(rows), "sayers": speakers(rows), "claims_made_by": made_by}


def _drawings(result: Result) -> dict[str, Any]:
    """Return the fans and exceedance curves of trade and investment, or of the columns that there are."""
    there = [name for name in result.columns if name in PANELS] or list(result.columns)
    there.sort(key=lambda name: PANELS.index(name) if name in PANELS else 0)
    shown = fans(result, _with_observed(result, there))
    return {
        "fans": [{"title": _title(result.scenario, fan.column), "chart": draw_fan(fan)} for fan in shown],
        "exceedances": [
            {
                "title": _title(result.scenario, name),
                "chart": draw_exceedance(exceedance_of(result, name), result.column(name)),
            }
            for name in there
        ],
        "followed": f"{shown[0].draws:,}" if shown else "0",
        "draws": f"{result.draws:,}",
        "kept": f"{result.kept:,}" if result.kept < result.draws else "",
    }


def _with_observed(result: Result, there: list[str]) -> list[str]:
    """Put observed columns first, without an aggregate of a single observed channel, which would repeat it."""
    observed = [name for name in result.columns if name in {it.channel for it in result.scenario.observed.values()}]
    flowing = [name for name in result.columns if name in result.scenario.channels]
    if observed == flowing and len(flowing) == 1:
        return observed
    return [*observed, *(name for name in there if name not in observed)]


def _title(scenario: Scenario, column: str) -> str:
    """Return the title of a channel or aggregate."""
    return capital(scenario.channels[column].title) if column in scenario.channels else column.capitalize()


def _causes(result: Result) -> dict[str, Any]:
    """Return the causes of the loss, by partner and by channel."""
    partners, channels, currency = by_partner(result), by_channel(result), result.scenario.currency
    return {
        "has_causes": "total" in result.columns,
        "innocent": listed(partners.innocent),
        "causes": [
            _cause(result, partners, "Partner", f"Loss by the partner whose rupture caused it, {currency}"),
            _cause(
                result,
                channels,
                "Channel",
                f"Loss by channel, {currency}",
            ),
        ],
    }


def _forecast(result: Result) -> dict[str, Any]:
    """Return the probability of each partner's rupture, the largest first."""
    titles = {name: partner.title or name for name, partner in result.scenario.partners.items()}
    rows = [
        (titles[name], [percent(chance.value) for chance in chances.values()])
        for name, chances in sorted(result.forecast.items(), key=lambda it: -list(it[1].values())[-1].value)
    ]
    return {"forecast": rows, "forecast_heads": ["1 year" if years == 1 else f"{years} years" for years in YEARS]}


def _cause(result: Result, shared: Attribution, first: str, caption: str) -> dict[str, Any]:
    """Return the context of one attribution."""
    chart = draw_bars(shared.shown, result.scenario.currency)
    return {"first": first, "caption": caption, "shared": shared, "chart": chart}


def _grounds(scenario: Scenario) -> dict[str, Any]:
    """Return the context of the figures and their sources."""
    rows = figure_rows(scenario)
    given = [row for row in rows if not row.default]
    counts = trust_counts(rows)
    behind = [row for row in given if not row.path.startswith("claims.")]
    unverified, assumed = (sum(row.trust == trust for row in behind) for trust in ("unverified", "assumption"))
    return {
        "given": given,
        "claim_figures": len(given) - len(behind),
        "defaults": [row for row in rows if row.default],
        "counts": [(trust, count, TRUSTS[trust]) for trust, count in counts.items()],
        "sources": source_rows(scenario, given),
        "doubt": f"{unverified} of the {len(behind)} figures behind it are unverified"
        + (f", {assumed} are assumptions." if assumed else "."),
    }


def _made(result: Result, document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return how to reproduce the numbers."""
    again = result.command or f"mv.simulate(scenario, draws={result.draws}, seed={result.seed}), made in Python"
    return [
        ("Scenario", result.scenario.name),
        ("Draws", f"{result.draws:,}"),
        ("Seed", str(result.seed)),
        ("Fingerprint of the losses", result.fingerprint),
        ("Versions", ", ".join(f"{name} {version}" for name, version in document["versions"].items())),
        ("Sampling", result.scheme.label),
        ("Engine", ENGINES[result.engine]),
        ("To reproduce it", again),
    ]


OF_A_STRESS = (
    "How likely a stress is.",
    "A stress is an assumption: if it happens, this follows. Only a hazard has probabilities.",
)
OF_A_HAZARD = (
    "How often partners rupture.",
    "Rupture rates are the least known inputs, and every probability here depends on them.",
)
LIMITS = (
    (
        "Prices.",
        (
            "Flows are valued at fixed prices. Exchange rates, oil prices, budgets and output do not change. In a "
            "crisis prices move first and may offset or deepen the loss."
        ),
    ),
    (
        "Production chains.",
        "A missing import is a missing import; what it would have been made into, and the work in it, is not followed.",
    ),
    (
        "Intentions.",
        "Partners do not bargain, retaliate or anticipate. Whether a clause is honoured is a matter of chance.",
    ),
    (
        "The best response.",
        (
            "Lost flows are rerouted, diverted and replaced from stocks by a pro rata rule. Planning could do better, "
            "panic worse."
        ),
    ),
    (
        "More than its inputs.",
        (
            "The intervals reflect the number of draws. The uncertainty of the figures and distributions is larger, "
            "and more draws do not reduce it: check their trust before quoting a result."
        ),
    ),
)
"""Limits of every scenario."""


def limits(scenario: Scenario) -> list[tuple[str, str]]:
    """Return what no run of a scenario can say: about its stress and its hazard, and about any scenario.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> [head for head, _ in limits(mv.load("one-or-many"))][:2]
    ['How often partners rupture.', 'Prices.']
    """
    stress = [OF_A_STRESS] if scenario.stress else []
    hazard = [OF_A_HAZARD] if scenario.hazard is not None and scenario.hazard.partners else []
    return [*stress, *hazard, *LIMITS]


def with_policy(page: str) -> str:
    """Return a page with its content security policy, as the first thing after its encoding.

    Examples
    --------
    >>> print(with_policy('<meta charset="utf-8"><style>b {}</style>').split(";")[1])
     style-src 'sha256-zy87ZYlZV4kMyp51wB+3ABJeEclAGRFupKDmlDS9DAw='
    """
    hashes = [hashlib.sha256(text.encode()).digest() for text in STYLE.findall(page)]
    allowed = " ".join(f"'sha256-{base64.b64encode(it).decode()}'" for it in hashes)
    policy = (
        f"default-src 'none'; style-src {allowed}; style-src-attr 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    meta = f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace(CHARSET, meta, 1)
