"""What a claim is about: a number in the document of a run, found by its path, and its change between two runs.

A path leads into the document of ``multivector run --json``: ``measures.trade.loss_share.mean``,
``measures.total.loss_share.es.0.95``, ``ruptures.expected``, ``concentration.exports.hhi``. A level keeps its dot. An
estimate comes with its interval; a number without one is certain.

Two runs with one seed have the same random numbers, so their difference is more precise than either. If a quantity is a
mean of scores, draw by draw (:mod:`multivector_sim.measure.intervals`), the interval of a relative change ``c = b / a -
1`` is that of the mean of ``(score_b - (1 + c) score_a) / a``; a VaR is taken from 32 sections of the draws instead.
The number of ruptures takes few values in any run, so what counts there is how many draws have one. For any
other quantity the interval follows from the extreme ends of the two intervals, which is conservative.
"""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import FEW, few
from multivector_sim.measure.intervals import Estimate, around, hall_ends, shortfall_scores, variance_scores
from multivector_sim.measure.tail import value_at_risk
from multivector_sim.scenario.mistakes import MOST_LISTED, nearest_or

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result
    from multivector_sim.engine.run_column import Sample
    from multivector_sim.typing import Floats

__all__ = ["change", "look_up", "pieces"]

SECTIONS = 32
MONTHS = 12.0
LARGEST = 1e300
COUNTED = "ruptures.expected"
NO_SHARE = "few draws differ, and what the change is a share of may be nothing"


def look_up(document: dict[str, Any], path: str) -> Estimate:
    """Find a number in the document of a run.

    Examples
    --------
    >>> look_up({"a": {"0.95": {"value": 2.0, "low": 1.0, "high": 3.0}}}, "a.0.95")
    Estimate(value=2.0, low=1.0, high=3.0)
    >>> look_up({"mean": 1.0}, "meen")
    Traceback (most recent call last):
    multivector_sim.errors.UsageError: quantity meen: no 'meen' in the run; did you mean 'mean'?
    """
    part: Any = document
    steps, behind = path.split("."), ""
    above: Any = None
    while steps:
        names = part if isinstance(part, dict) else {}
        size = next((count for count in range(1, len(steps) + 1) if ".".join(steps[:count]) in names), 0)
        if size == 0:
            raise UsageError(f"quantity {path}: no '{steps[0]}' in {behind or 'the run'}{_hint(steps[0], names)}")
        name = ".".join(steps[:size])
        above, part, steps = part, part[name], steps[size:]
        behind = f"{behind}.{name}" if behind else name
    found = above if behind.endswith(".value") else _beside(document, part, behind)
    if isinstance(found, dict) and {"value", "low", "high"} <= set(found) and found["value"] is not None:
        return Estimate.from_document(found)
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return Estimate(float(found), float(found), float(found))
    raise UsageError(f"quantity {path}: is not a number{_hint('', found if isinstance(found, dict) else {})}")


def _beside(document: dict[str, Any], part: object, path: str) -> object:
    """Return a part with its interval, if the document has one beside it."""
    steps = path.split(".")
    if steps[0] != "attribution" or len(steps) < 3 or isinstance(part, dict):  # noqa: PLR2004  attribution, partner, measure
        return part
    found: Any = document["attribution"][steps[1]].get("intervals", {})
    for step in (steps[2], ".".join(steps[3:])):
        found = found.get(step, part) if step and isinstance(found, dict) else found
    return found


def _hint(name: str, names: object) -> str:
    """Return the nearest known name, or all names."""
    known = [str(it) for it in names] if isinstance(names, dict) else []
    return nearest_or(name, known, f"there are {', '.join(known[:MOST_LISTED])}" if known else "")


def pieces(result: Result, path: str) -> Floats | None:
    """Return independent pieces whose mean is the quantity: scores of draws, or values of sections."""
    steps = path.removesuffix(".value").split(".")
    if steps == ["ruptures", "expected"]:
        return result.ruptures.astype(np.float64)
    if steps[0] != "measures":
        return None
    is_channel = steps[1] == "channels"
    name, *rest = steps[2:] if is_channel else steps[1:]
    if not rest or (not is_channel and name in result.scenario.channels):
        return None
    figure, *measure = rest
    found = _figure_of(result, result.column(name), figure)
    if found is None:
        return None
    draws, begin, scale = found
    scores = _scores_of(draws, measure[0] if measure else "mean", ".".join(measure[1:]))
    if scores is None:
        return None
    return np.abs(scale) * scores if measure[:1] == ["sd"] else begin + scale * scores


def _figure_of(result: Result, sample: Sample, figure: str) -> tuple[Floats, float, float] | None:
    """Return the draws of a figure, of which more is worse, and how the document counts them: begin + scale x."""
    gdp = result.scenario.gdp
    over_horizon = gdp.value * result.scenario.horizon_months / MONTHS if gdp is not None else np.inf
    figures = {
        "loss_share": (sample.loss_share, 0.0, 1.0),
        "loss_money": (sample.loss_share, 0.0, sample.baseline),
        "loss_amount": (sample.loss_share, 0.0, sample.baseline),
        "loss_share_of_gdp": (sample.loss_share, 0.0, sample.baseline / over_horizon),
        "trough": (1.0 - sample.trough, 1.0, -1.0),
        "months_to_recover": (sample.months_to_recover, 0.0, 1.0),
        "unrecovered": (sample.unrecovered, 0.0, 1.0),
        "resilience": (sample.loss_share, 1.0, -1.0),
    }
    return figures.get(figure)


def _scores_of(draws: Floats, measure: str, level: str) -> Floats | None:
    """Return the scores of a measure of draws, or its values over sections."""
    if measure == "mean":
        return np.ascontiguousarray(draws)
    if measure == "es":
        return shortfall_scores(draws, float(level))
    if measure == "sd":
        scores = variance_scores(draws)
        variance = float(scores.mean())
        return 0.0 * scores if variance == 0.0 else np.sqrt(variance) + (scores - variance) / (2.0 * np.sqrt(variance))
    if measure == "var" and draws.size >= SECTIONS:
        return np.array([value_at_risk(part, float(level)) for part in np.array_split(draws, SECTIONS)])
    return None


def _few_ruptures(counts: Floats) -> bool:
    """Return whether ruptures occurred in few draws; there are only few different numbers of them in any run."""
    return bool(np.count_nonzero(counts) < FEW or np.count_nonzero(counts == 0.0) < FEW)


def change(before: Result, after: Result, path: str, ends: tuple[Estimate, Estimate]) -> Estimate | None:
    """Estimate the relative change of a quantity between two runs under one seed, given what it is in each."""
    first, second = ends
    if first.value <= 0.0:
        return None
    moved = second.value / first.value - 1.0
    parts = pieces(before, path), pieces(after, path)
    is_few = _few_ruptures if path.startswith(COUNTED) else few
    if parts[0] is None or parts[1] is None or is_few(parts[0]) or is_few(parts[1]):
        if first == second and first.width == 0.0:
            return Estimate(0.0, 0.0, 0.0)
        high = second.highest / first.lowest - 1.0 if first.lowest > 0.0 else inf
        low = second.lowest / first.highest - 1.0 if second.lowest > 0.0 else -1.0
        low, upper = min(low, moved), max(min(high, LARGEST), moved)
        return Estimate(moved, low, upper) if isfinite(high) else Estimate(moved, low, None, NO_SHARE)
    value, low, high = hall_ends((parts[1] - (1.0 + moved) * parts[0]) / first.value)
    return around(moved, moved + low - value, moved + high - value)
