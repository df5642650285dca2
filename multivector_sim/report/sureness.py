"""Cautions beside the answer: thin tails and recoveries cut off by the horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.display.wording import listed, number, percent, with_interval
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.unseen_losses import FEW
from multivector_sim.report.answer import entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.engine.result import Result
    from multivector_sim.engine.sample import Sample

__all__ = ["cautions"]


def cautions(result: Result, document: Mapping[str, Any], column: str) -> list[str]:
    """Return cautions about recoveries cut off by the horizon and about thin tails."""
    return [*_recovery_said(document, column), *_few_in_the_tail(document, result.column(column), column)]


def _few_in_the_tail(document: Mapping[str, Any], sample: Sample, column: str) -> list[str]:
    """Return a caution about tails of a column with too few different losses.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("two-buyers"), draws=64, seed=1)
    >>> _few_in_the_tail(result.document(), result.trade, "trade")
    ['Of 64 draws only 3 different losses of trade lie beyond VaR 95 % and 0 beyond VaR 99 %; the limits of that ...']
    """
    if sample.loss_bounds.span == 0.0:
        return []
    tails = document["tail_draws"]
    found = tails["channels"].get(column) or tails[column]
    poor = {float(level): counts["distinct"] for level, counts in found.items() if counts["distinct"] < FEW}
    if not poor:
        return []
    said = listed([f"{count} beyond VaR {100.0 * level:g} %" for level, count in poor.items()])
    first, rest = said.split(" ", 1)
    lie = f"{'one different loss' if first == '1' else f'{first} different losses'} of {column} "
    lie += f"{'lies' if first == '1' else 'lie'} {rest}"
    return [f"Of {document['draws']:,} draws only {lie}; the limits of that tail rest on what the scenario can lose."]


def _recovery_said(document: Mapping[str, Any], column: str) -> list[str]:
    """Return the share of the draws that recovered by the end, and the time that it takes.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> _recovery_said(mv.simulate(mv.load("two-buyers"), draws=2048, seed=1).document(), "trade")
    ['Of the draws in which trade falls below 95 % of the baseline, ... % have recovered by the end, half of them ...']
    """
    figures = entry(document, column)
    share, months = figures["recovered_share"], figures["months_to_recover_km"]
    if share["value"] is None:
        return []
    back = percent(share["value"], 0)
    said = f"Of the draws in which {column} falls below 95 % of the baseline, {back} have recovered by the end"
    if share["median_months"] is not None:
        said += f", half of them within {number(share['median_months'])} months"
    found = Estimate.from_document(months)
    mean = with_interval(found, 1.0, " months")
    return [
        f"{said}; the mean time to recover, limited to the horizon of {document['horizon_months']} months, is {mean}."
    ]
