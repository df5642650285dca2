"""The layout of draws for vector units: which lane of which group computes each draw.

A lane is a place in a vector register; a group is 128 draws side by side. Draws are arranged in groups in any order;
the last draw is repeated to fill the last group. Results are written back to the position of each draw.
"""

import numpy as np

from multivector_sim.compiled import kernel_entry, kernel_function
from multivector_sim.response.arrays import LANES, Draws, Lanes, Problem, scratch
from multivector_sim.typing import Floats, Integers

__all__ = ["from_lanes", "lay_out", "one_group"]

AT_ONCE = 1e-300
"""The months below which an ability counts as learned at once; the reciprocal is still finite."""


def lay_out(problem: Problem, draws: Draws, order: Integers) -> Lanes:
    """Return draws laid out in groups of lanes."""
    sizes = problem.baseline.sum(axis=0)
    timing = scratch("timing of draws", (*draws.onset.shape, 5))
    np.stack([draws.onset, draws.ramp, draws.duration, draws.half_life, draws.scar], axis=-1, out=timing)
    groups = -(-order.size // LANES)
    padded = np.concatenate([order, np.repeat(order[-1:], groups * LANES - order.size)])
    return Lanes(
        timing=_in_lanes("timing", timing, padded),
        severity=_in_lanes("severity", draws.severity, padded),
        honoured=_in_lanes("honoured", draws.honoured, padded),
        capacity=_in_lanes("capacity", draws.capacity, padded),
        ceiling=_in_lanes("ceiling", draws.ceiling, padded),
        learning=_in_lanes("learning", _learned_in_a_month(draws.theta), padded),
        worth=_in_lanes("worth", 1.0 - _once(draws.haircut), padded),
        kappa=_in_lanes("kappa", draws.kappa, padded),
        full=_in_lanes("full", _once(draws.stock) * sizes, padded),
        refill=_in_lanes("refill", _once(draws.refill) * sizes, padded),
        eta=_in_lanes("eta", draws.eta, padded),
        floor=_in_lanes("floor", draws.floor, padded),
        entry=_in_lanes("entry", _once(draws.entry) * sizes, padded),
        entry_learning=_in_lanes("entry learning", _learned_in_a_month(draws.entry_theta), padded),
        entry_worth=_in_lanes("entry worth", 1.0 - _once(draws.entry_haircut), padded),
        price=_in_lanes("price", draws.price, padded),
    )


def _learned_in_a_month(theta: Floats) -> Floats:
    """Return the share of the missing ability that is gained in a month, from the months ``theta`` (n, C)."""
    months = _once(theta)
    learning = -np.expm1(-1.0 / np.where(months > 0.0, np.maximum(months, AT_ONCE), np.nan))
    return np.where(months > 0.0, learning, 1.0)


@kernel_function
def one_group(lanes: Lanes, group: int) -> Lanes:
    """Return the lanes of one group: the same arrays without their first axis."""
    return Lanes(
        lanes.timing[group],
        lanes.severity[group],
        lanes.honoured[group],
        lanes.capacity[group],
        lanes.ceiling[group],
        lanes.learning[group],
        lanes.worth[group],
        lanes.kappa[group],
        lanes.full[group],
        lanes.refill[group],
        lanes.eta[group],
        lanes.floor[group],
        lanes.entry[group],
        lanes.entry_learning[group],
        lanes.entry_worth[group],
        lanes.price[group],
    )


def _once(values: Floats) -> Floats:
    """Return values that all draws share as one row (1, ...), others unchanged (n, ...)."""
    return values[:1] if values.strides[0] == 0 else values


def _in_lanes(name: str, values: Floats, padded: Integers) -> Floats:
    """Return values (n, ...), or shared values (1, ...), as (group, ..., lane)."""
    shared = _once(values)
    lanes = scratch(f"lanes of {name}", (padded.size // LANES, *values.shape[1:], LANES))
    if shared.shape[0] == 1:
        lanes[...] = shared[..., None]
    else:
        items = int(np.prod(values.shape[1:]))
        rows = np.require(values, np.float64, ["C", "W"]).reshape(values.shape[0], items)
        _scatter_rows(rows, padded, lanes.reshape(lanes.shape[0], items, LANES))
    return lanes


def from_lanes(lanes: Floats, order: Integers, draws: Floats) -> None:
    """Write (group, ..., lane) back to ``draws`` (n, ...), contiguous, each draw at its original position."""
    items = int(np.prod(lanes.shape[1:-1]))
    _gather_rows(lanes.reshape(lanes.shape[0], items, LANES), order, draws.reshape(order.size, items))


@kernel_entry
def _scatter_rows(rows: Floats, padded: Integers, lanes: Floats) -> None:
    """Copy the rows (n, A) of the draws ``padded`` (group * lane,) to ``lanes`` (group, A, lane)."""
    groups, items, width = lanes.shape
    for group in range(groups):
        for lane in range(width):
            draw = padded[group * width + lane]
            for item in range(items):
                lanes[group, item, lane] = rows[draw, item]


@kernel_entry
def _gather_rows(lanes: Floats, order: Integers, rows: Floats) -> None:
    """Copy back: the inverse of :func:`_scatter_rows`, without the lanes that only fill up the last group."""
    width = lanes.shape[2]
    for place in range(order.size):
        group, lane = place // width, place % width
        for item in range(rows.shape[1]):
            rows[order[place], item] = lanes[group, item, lane]
