"""The units of the numbers in the documents of the questions, by the key under which a number is found.

A number's unit is that of the last key of its path that is listed: ``parts.partner.russia.mean.low`` has the unit of
``mean``. What counts draws, runs or months is the same in every document and is listed here once.
"""

from __future__ import annotations

__all__ = ["OF_QUANTITY", "horizon_amount", "measured_in"]

OF_QUANTITY = "the unit of the quantity in a run's document; a share where a change is claimed"
"""Of a claim."""

ALWAYS = {
    **dict.fromkeys(("draws", "marginal_draws", "runs", "starts"), "number of them"),
    **dict.fromkeys(("seed", "check_seed"), "none: where the random numbers begin"),
    **dict.fromkeys(("level", "levels"), "probability"),
    "horizon_months": "months",
}


def horizon_amount(unit: str) -> str:
    """Return the unit of an amount over the whole horizon.

    Examples
    --------
    >>> horizon_amount("USD")
    'USD over the horizon'
    """
    return f"{unit} over the horizon"


def measured_in(*groups: tuple[str, str]) -> dict[str, str]:
    """Return the units of a document: the keys of each group, parted by blanks, with their unit; then what is usual.

    Examples
    --------
    >>> measured_in(("mean es", "share of the baseline"), ("cost", "USD"))["es"]
    'share of the baseline'
    """
    return {key: unit for keys, unit in groups for key in keys.split()} | ALWAYS
