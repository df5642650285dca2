"""Uncertain numbers as arrays, in which compiled code finds the distribution and the stream of each.

A :class:`Numbers` is built once for a scenario. In it a distribution is a code and a few shape parameters, with its
table where one is accurate enough (:mod:`multivector_sim.sampling.tables`), and its stream. :func:`follow` turns
uniform numbers into values; :func:`draw` does so for selected draws of a block.
"""

from functools import lru_cache
from math import exp, sqrt
from typing import NamedTuple, TypeAlias

import numpy as np

from multivector_sim.compiled import COMPILER, kernel_entry, kernel_function
from multivector_sim.sampling.law_kind import BETA, EMPIRICAL, FIXED, GAMMA, LOGNORMAL, TRIANGULAR, UNIFORM, LawKind
from multivector_sim.sampling.laws import law_kind
from multivector_sim.sampling.philox import Buffers, fill_uniforms
from multivector_sim.sampling.special import betaincinv, gammaincinv, normal_quantile
from multivector_sim.sampling.streams import RandomSource
from multivector_sim.sampling.tables import PIECES, TAIL, kept_table, look_up, look_up_tail, tables_of
from multivector_sim.typing import Floats, Integers

__all__ = ["FIXED", "Law", "Numbers", "draw", "fast_quantile", "follow", "pack_numbers", "whole"]

Law: TypeAlias = tuple[str, tuple[float, ...]]
"""A kind and its parameters, as in :mod:`multivector_sim.sampling.laws`."""

WIDTH = 4


class Numbers(NamedTuple):
    """Uncertain numbers, one a row.

    ``kind`` (n,) is a code; ``shape`` (n, 4) the parameters of that kind; ``stream`` (n,) its stream; ``table`` (n,)
    its table or -1, followed by those of its tails where it is drawn by table alone; ``tables`` (table, PIECES + 1, 2);
    ``first`` and ``many`` (n,) locate the values of an empirical distribution in ``listed``, sorted.
    """

    kind: Integers
    shape: Floats
    stream: Integers
    table: Integers
    tables: Floats
    first: Integers
    many: Integers
    listed: Floats


def pack_numbers(laws: list[Law], streams: list[int]) -> Numbers:
    """Return distributions as arrays."""
    rows = [law_kind(kind).form(*parameters) for kind, parameters in laws]
    lists = [shape if code == EMPIRICAL else () for code, shape in rows]
    shapes = [() if code == EMPIRICAL else shape for code, shape in rows]
    place: dict[Law, int] = {}
    stacks: list[Floats] = []
    for law in laws:
        if law not in place:
            stacks.append(known_tables(law_kind(law[0]), law[1]))
            place[law] = sum(it.shape[0] for it in stacks[:-1]) if stacks[-1].size else -1
    return Numbers(
        kind=whole([code for code, _ in rows]),
        shape=np.array([[*shape, *[0.0] * (WIDTH - len(shape))] for shape in shapes]).reshape(-1, WIDTH),
        stream=whole(streams),
        table=whole([place[law] for law in laws]),
        tables=np.concatenate([np.zeros((0, PIECES + 1, 2)), *stacks]),
        first=whole([sum(len(it) for it in lists[:number]) for number in range(len(lists))]),
        many=whole([len(it) for it in lists]),
        listed=np.array([number for it in lists for number in it], dtype=np.float64),
    )


@lru_cache(maxsize=1024)
def known_tables(kind: LawKind, parameters: tuple[float, ...]) -> Floats:
    """Return the tables of a distribution, computed once."""
    return kept_table(kind.name, parameters, lambda: tables_of(kind.name, parameters))


def whole(numbers: list[int]) -> Integers:
    """Return an array of whole numbers."""
    return np.array(numbers, dtype=np.int64)


def fast_quantile(kind: str, parameters: tuple[float, ...], numbers: Floats) -> Floats:
    """Return the values of a distribution at uniform numbers, from a table where there is one.

    Examples
    --------
    >>> fast_quantile("uniform", (0.0, 2.0), np.array([0.25])).tolist()
    [0.5]
    """
    found = np.array(numbers, dtype=np.float64, order="C")
    if not COMPILER:
        from multivector_sim.sampling.numpy_engine import follow as follow_all

        return follow_all(_alone(law_kind(kind), parameters), 0, found.reshape(-1)).reshape(found.shape)
    _write_values(_alone(law_kind(kind), parameters), found.reshape(-1), np.empty(found.size + 1, dtype=np.int64))
    return found


@lru_cache(maxsize=1024)
def _alone(kind: LawKind, parameters: tuple[float, ...]) -> Numbers:
    """Return one distribution as arrays."""
    return pack_numbers([(kind.name, parameters)], [0])


@kernel_entry
def _write_values(numbers: Numbers, values: Floats, tails: Integers) -> None:
    """Turn a row of uniform numbers into values of the first number, in place."""
    follow(numbers, 0, values, values.size, tails)


@kernel_function
def draw(
    numbers: Numbers,
    number: int,
    random_source: RandomSource,
    wanted: Integers,
    count: int,
    buffers: Buffers,
    values: Floats,
) -> None:
    """Draw a number in the draws ``wanted[:count]`` of a block, in ascending order; write it to ``values[:count]``."""
    if numbers.kind[number] != FIXED:
        fill_uniforms(random_source, numbers.stream[number], wanted, count, buffers, values)
    follow(numbers, number, values, count, buffers.tails)


@kernel_function
def follow(numbers: Numbers, number: int, values: Floats, count: int, tails: Integers) -> None:
    """Turn uniform numbers ``values[:count]`` into values of an uncertain number, in place; ``tails`` is scratch.

    NaN stays NaN, except where the number is certain.
    """
    kind, shape = numbers.kind[number], numbers.shape[number]
    if kind == FIXED:
        for place in range(count):
            values[place] = shape[0]
    elif kind == UNIFORM:
        for place in range(count):
            values[place] = shape[0] + (shape[1] - shape[0]) * values[place]
    elif kind == TRIANGULAR:
        for place in range(count):
            values[place] = _triangular(shape[0], shape[1], shape[2], values[place])
    elif kind == LOGNORMAL:
        for place in range(count):
            values[place] = shape[0] * exp(shape[1] * normal_quantile(values[place]))
    elif kind == EMPIRICAL:
        first = numbers.first[number]
        _pick(numbers.listed[first : first + numbers.many[number]], values, count)
    else:
        _follow_table(kind, shape, numbers.tables, numbers.table[number], values, count, tails)


@kernel_function
def _triangular(low: float, likely: float, high: float, u: float) -> float:
    """Return a quantile of a density that rises linearly from low to likely and falls linearly to high."""
    width = high - low
    if u < (likely - low) / width:
        return low + sqrt(u * width * (likely - low))
    return high - sqrt((1.0 - u) * width * (high - likely))


@kernel_function
def _pick(listed: Floats, values: Floats, count: int) -> None:
    """Turn uniform numbers into listed values, each with equal probability."""
    many = listed.size
    for place in range(count):
        u = values[place]
        if u == u:  # noqa: PLR0124  NaN, the only number that differs from itself, stays
            values[place] = listed[min(int(u * many), many - 1)]


@kernel_function
def _follow_table(
    kind: int, shape: Floats, tables: Floats, table: int, values: Floats, count: int, tails: Integers
) -> None:
    """Evaluate the table where there is one; in a tail use the exact quantile or the table of the tail."""
    many = np.int64(0)
    for place in range(count):
        tails[many] = place
        many += table < 0 or not TAIL <= values[place] <= 1.0 - TAIL
    for at in range(many):
        u = values[tails[at]]
        if kind == BETA:
            values[tails[at]] = shape[2] + shape[3] * betaincinv(shape[0], shape[1], u)
        elif kind == GAMMA:
            values[tails[at]] = shape[1] * gammaincinv(shape[0], u)
        else:
            values[tails[at]] = look_up_tail(tables[table + 1], tables[table + 2], u)
    if table >= 0:
        _look_up_others(tables[table], values, count, tails, int(many))


@kernel_function
def _look_up_others(nodes: Floats, values: Floats, count: int, tails: Integers, many: int) -> None:
    """Look up the numbers at all places but those in ``tails[:many]``, which are in ascending order."""
    begin = 0
    for at in range(many + 1):
        end = tails[at] if at < many else count
        for place in range(begin, end):
            values[place] = look_up(nodes, values[place])
        begin = end + 1
