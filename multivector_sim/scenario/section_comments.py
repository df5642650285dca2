"""What each section of a scenario file is for, in words for people who write one by hand.

``multivector new`` writes these lines above the sections, in YAML and in TOML. The few keys that every scenario needs
have an example, which the message about a missing one quotes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EXAMPLES", "SECTIONS", "explained", "schema_place"]

SECTIONS = {
    "gdp": "GDP, money a year; optional, so that losses can be shown as a share of it.",
    "sources": "Where numbers come from. A figure names one of these: {value: 9.5e9, source: NAME, as_of: 2024}.",
    "partners": "Countries or groups of countries. Those of one bloc tend to rupture together.",
    "channels": "What flows (kind: trade, investment or ties), and how far a gap can be diverted, and how fast.",
    "exposures": "The flows, by channel and partner: money a year. A bare number counts as unverified.",
    "corridors": "The routes that flows take: capacity in money a year, and the share of it that crosses each host.",
    "legs": "Which share of a flow takes which corridor; shares sum to 1. A flow without legs needs no corridor.",
    "spillover": "A loss in one channel that becomes a loss in another, a few months later.",
    "stress": "What goes wrong for certain: how hard (a share from 0 to 1), when, for how long.",
    "hazard": "What goes wrong by chance: ruptures a year (intensity), and how partners' ruptures hang together.",
    "contracts": "Clauses that keep part of a flow going, and the probability that they are honoured.",
    "mixes": "Other shares of the same totals, for multivector compare; shares of a channel sum to 1.",
    "measures": "What could be done, what it costs, and which values it sets; for multivector rank.",
    "claims": "Statements that the model or a better source judges; for multivector claims.",
    "observed": "What really happened; it enters no simulation. For multivector backtest.",
    "overrides": "Named sets of values by dotted path; chosen with --override NAME.",
    "alarms": "Thresholds of multivector dashboard, as shares.",
}
"""By key: one line about it."""

EXAMPLES = {
    "format": "format: multivector/1",
    "name": "name: my-scenario",
    "title": 'title: "My country, and what may go wrong"',
    "country": "country: KAZ",
    "currency": "currency: USD",
    "price_year": "price_year: 2024",
    "horizon_months": "horizon_months: 60",
    "partners": "partners: {china: {title: China}}",
    "channels": "channels: {exports: {kind: trade}}",
    "exposures": "exposures: {exports: {china: 14.9e9}}",
}
"""A line to write, for each key that a scenario must have."""

TOP_KEY = re.compile(r"([a-z_]+):(.*)")
NEAR = 3
"""So many folders up, a relative path to the schema is still easier to read than an absolute one."""


def schema_place(folder: Path) -> str:
    """Return the JSON Schema of scenario files as seen from a folder: relative where it is near, else absolute."""
    schema, here = Path(__file__).with_name("scenario.schema.json").resolve(), folder.resolve()
    above = next((place for place in (here, *here.parents[:NEAR]) if schema.is_relative_to(place)), None)
    if above is None or above == Path(above.anchor):
        return schema.as_posix()
    return Path(os.path.relpath(schema, here)).as_posix()


def explained(text: str) -> str:
    r"""Return a YAML text with a line about each section above it; one that has a comment of its own is left alone.

    Examples
    --------
    >>> print(explained("name: x\npartners:\n  a: {title: A}\nlegs:  # shares\n  b: {}\n"), end="")
    name: x
    # Countries or groups of countries. Those of one bloc tend to rupture together.
    partners:
      a: {title: A}
    legs:  # shares
      b: {}
    """
    return "\n".join(_explained_lines(text.split("\n")))


def _explained_lines(lines: list[str]) -> Iterator[str]:
    """Yield lines, with one about each section before it."""
    before = ""
    for line in lines:
        found = TOP_KEY.fullmatch(line)
        if found and found[1] in SECTIONS and " #" not in line and not before.startswith("#"):
            yield f"# {SECTIONS[found[1]]}"
        before = line
        yield line
