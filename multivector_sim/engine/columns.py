"""The columns of a result: the channels in the order of the file, then trade, investment and total.

Arrays of figures have one place for each of them, whether it has a flow or not. By name a column can be asked for only
if something flows in it, and a channel's name comes before that of an aggregate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.problem import channel_kinds
from multivector_sim.errors import UsageError
from multivector_sim.response.arrays import column_members
from multivector_sim.scenario.models import AGGREGATES, CHANNEL_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multivector_sim.response.arrays import Problem
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Bools, Floats

__all__ = ["column_channels", "column_place", "column_places", "column_sizes"]


def column_sizes(problem: Problem) -> Floats:
    """Return the baseline of every column over the horizon, money, shape (column,)."""
    sizes = problem.baseline.sum(axis=0) * problem.months
    trade, investment = (sizes[problem.kind == CHANNEL_KINDS.index(kind)].sum() for kind in AGGREGATES["total"])
    return np.array([*sizes, trade, investment, trade + investment])


def column_places(problem: Problem, channels: Iterable[str]) -> dict[str, int]:
    """Return the places of the columns that have a flow."""
    sizes, places = column_sizes(problem), dict[str, int]()
    for place, name in enumerate([*channels, *AGGREGATES]):
        if sizes[place] > 0.0:
            places.setdefault(name, place)
    return places


def column_place(problem: Problem, channels: Iterable[str], column: str) -> int:
    """Return the place of one column; refuse one that has no flow."""
    places = column_places(problem, channels)
    if column not in places:
        raise UsageError(f"no column called '{column}'; there are {', '.join(places)}")
    return places[column]


def column_channels(scenario: Scenario) -> Iterator[tuple[str, Bools]]:
    """Yield the name of each column with a mask of its channels, in order.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> dict(column_channels(mv.load("two-buyers")))["total"]
    array([ True,  True,  True])
    """
    yield from zip([*scenario.channels, *AGGREGATES], column_members(channel_kinds(scenario)), strict=True)
