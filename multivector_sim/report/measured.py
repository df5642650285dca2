"""The measures of a run as the page needs them, read from the document that ``run --json`` prints.

The page and the document so say the same, to the last digit, also where the draws were too many to keep or came from a
sequence that is not random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.measure.intervals import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["entry", "estimate"]


def entry(document: Mapping[str, Any], column: str) -> Mapping[str, Any]:
    """Find the measures of a column: of the channel of that name, or else of the aggregate.

    Parameters
    ----------
    document
        As ``result.document()`` gives it.
    column
        One of ``result.columns``.

    Returns
    -------
    mapping
        ``loss_share``, ``loss_money``, ``trough`` and the others.
    """
    measures = document["measures"]
    found: Mapping[str, Any] = measures["channels"].get(column) or measures[column]
    return found


def estimate(figure: Mapping[str, Any], kind: str = "mean", level: str = "") -> Estimate:
    """Take one estimate of a figure.

    Parameters
    ----------
    figure
        Such as ``entry(document, "trade")["loss_share"]``.
    kind
        ``mean``, ``sd``, ``var`` or ``es``.
    level
        For ``var`` and ``es``, such as ``"0.95"``.

    Returns
    -------
    Estimate
        With its interval.

    Examples
    --------
    >>> estimate({"es": {"0.95": {"value": 0.2, "low": 0.1, "high": 0.3}}}, "es", "0.95")
    Estimate(value=0.2, low=0.1, high=0.3)
    """
    found = figure[kind][level] if level else figure[kind]
    return Estimate.from_document(found)
