"""A column of the kernel's figures by its name: a channel, or trade, investment or total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.engine.result import AGGREGATES
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multivector_sim.response.arrays import Problem

__all__ = ["column_place"]


def column_place(problem: Problem, channels: Iterable[str], column: str) -> int:
    """Say where a column stands in the kernel's figures.

    Parameters
    ----------
    problem
        The case.
    channels
        The names of its channels, in order; a channel that is called like an aggregate comes before it.
    column
        A channel, or trade, investment or total.

    Returns
    -------
    int
        Its place among the channels and the three aggregates behind them.

    Raises
    ------
    UsageError
        If there is no such column, or nothing flows in it.
    """
    sizes = problem.baseline.sum(axis=0)
    trade, investment = sizes[problem.kind == 0].sum(), sizes[problem.kind == 1].sum()
    flows = [*sizes, trade, investment, trade + investment]
    places: dict[str, int] = {}
    for place, name in enumerate([*channels, *AGGREGATES]):
        if flows[place] > 0.0:
            places.setdefault(name, place)
    if column not in places:
        raise UsageError(f"no column called '{column}'; there are {', '.join(places)}")
    return places[column]
