"""Named distributions from the shipped calibration, estimated from ruptures that happened.

``{calibrated: severity}`` is the distribution of the loss at the trough, ``{calibrated: level}`` that of the scar (the
part still missing three to ten years later), and ``{calibrated: hazard, share: 0.02}`` the intensity for a flow
of 2 % of the partner's imports; ``{calibrated: ramp}`` and ``{calibrated: duration}`` are the months until the trough
and at it, fitted to mean annual levels. Each is one distribution, without its own uncertainty; as a figure it has the
trust ``estimated``, the last year of the data, and a note that names the calibration.

The table ``calibration.json`` beside this module is what ``multivector calibrate`` prints, without its lists of cases.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from math import exp, log
from typing import TYPE_CHECKING, Any

from multivector_sim.scenario.mistakes import nearest_or_all, shown
from multivector_sim.scenario.part import number, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CALIBRATED",
    "calibrated_figure",
    "calibrated_law",
    "calibrated_schema",
    "is_calibrated",
    "shipped_table",
    "with_versions",
]

CALIBRATED = "calibrated"
NAMES = ("severity", "level", "hazard", "ramp", "duration")
COURSE = {"ramp": "ramp_months", "duration": "duration_months"}
ONE_PERCENT = 0.01
KEYS = frozenset({CALIBRATED, "share", "period"})


@lru_cache(maxsize=1)
def shipped_table() -> Mapping[str, Any]:
    """Return the shipped calibration as plain data; treat it as read-only."""
    text = files("multivector_sim.scenario").joinpath("calibration.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def is_calibrated(raw: object) -> bool:
    """Return whether a value of a document names a calibrated distribution."""
    return isinstance(raw, dict) and CALIBRATED in raw and KEYS.issuperset(raw)


def calibrated_law(raw: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a number or a law, as a document has it
    """Return the distribution that a name stands for, as a scenario writes it.

    Examples
    --------
    >>> calibrated_law({"calibrated": "severity"})["beta"]["low"]
    0.5
    >>> round(calibrated_law({"calibrated": "hazard", "share": 0.01}), 2)
    0.01
    """
    name, table = raw[CALIBRATED], shipped_table()
    if name not in NAMES:
        refuse(((CALIBRATED,), f"no calibrated law called {shown(name)}{nearest_or_all(name, NAMES)}"))
    if name == "hazard":
        return _intensity(raw, table)
    extra = sorted(KEYS.intersection(raw) - {CALIBRATED})
    if extra:
        refuse(*(((key,), f"only the hazard depends on a {key}; leave it out") for key in extra))
    if name in COURSE:
        return table["course"][COURSE[name]]
    law = table["severity" if name == "severity" else "scar"]["law"]["beta"]
    return {"beta": {key: round(value, 4) for key, value in law.items()}}


def calibrated_figure(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figure that a name stands for: its distribution, trust, year and note."""
    table = shipped_table()
    basis = f"estimated from {table['hazard']['ruptures']} ruptures, {table['years'][0]}-{table['years'][1]}"
    what = str(raw[CALIBRATED]) + (f" of a flow of {raw['share']} of the partner's imports" if "share" in raw else "")
    note = f"calibration {table['version']}, {what}: {basis}"
    return {"value": calibrated_law(raw), "as_of": table["years"][1], "trust": "estimated", "note": note}


def calibrated_schema() -> dict[str, Any]:
    """Return the JSON Schema of a calibrated distribution."""
    properties: dict[str, Any] = {
        CALIBRATED: {"enum": list(NAMES)},
        "share": {"type": "number", "description": "hazard: the flow as a share of the partner's imports"},
        "period": {
            "type": "string",
            "description": "hazard: one of the periods of the data; the mean over all periods if left out",
        },
    }
    entry = {"type": "object", "title": CALIBRATED, "properties": properties, "required": [CALIBRATED]}
    return entry | {"additionalProperties": False}


def with_versions(part: Any, origins: Mapping[str, str], path: str = "") -> dict[str, str]:  # noqa: ANN401 - a document
    """Return origins in which each calibrated distribution names its calibration and its value."""
    found = dict(origins) if not path else {}
    if is_calibrated(part):
        where = f"{path}.{CALIBRATED}"
        stands_for = json.dumps(calibrated_law(part)).replace('"', "")
        return {where: f"{origins.get(where, '')}; {shipped_table()['version']}: {stands_for}"}
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        below = f"{path}.{key}" if path else str(key)
        found |= {
            where: text
            for where, text in with_versions(value, origins, below).items()
            if where.endswith(f".{CALIBRATED}")
        }
    return found


def _intensity(raw: Mapping[str, Any], table: Mapping[str, Any]) -> float:
    """Return the ruptures a year for a flow of a given size."""
    if "share" not in raw:
        refuse(((CALIBRATED,), "the hazard depends on size; give share:, the flow's share of the partner's imports"))
    share = number(raw["share"])
    if not 0.0 < share <= 1.0:
        refuse((("share",), f"must lie between 0 and 1, not {shown(share)}"))
    fit, periods = table["regression"], table["regression"]["periods"]
    period = raw.get("period")
    if period is not None and period not in periods:
        refuse((("period",), f"no period called {shown(period)}; there are {', '.join(periods)}"))
    first, slope, *effects = fit["coefficients"]
    free = effects[: len(periods) - 1]
    moved = 0.0 if period is None else [*free, -sum(free)][periods.index(period)]
    size = max(share, float(table["definition"]["floor"]))
    hazard = exp(first + slope * log(size / ONE_PERCENT) + moved)
    return float(f"{hazard / table['course']['shown_in_annual_data']:.6g}")
