"""Selection: the loss at a given rank, without sorting the sample.

About ``N^(2/3)`` draws, evenly spaced in the sample, give a *bracket*: two losses that most probably enclose the wanted
one (Floyd and Rivest 1975). One sweep counts what is below the bracket and keeps what is inside, less than a
hundredth of a large sample; only that is sorted. The bracket is a guess, the count is exact: if the loss lies outside,
as it may in a sample that repeats itself with exactly that spacing, the whole sample is sorted.

The sweep works on strips that fit the processor's cache, so the sample is read from memory once.

``a N`` is taken at its decimal value: a level of 0.57 and 100 draws make 57, not 56.99999999999999. A sample is one row
of finite numbers; NaN, infinity and an empty sample are refused.

References
----------
Floyd, R. W. and Rivest, R. L. (1975). Expected time bounds for selection. Communications of the ACM 18, 165-172.
"""

from __future__ import annotations

from math import ceil, inf, isfinite, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from multivector_sim.typing import Floats, Integers

__all__ = [
    "Boundary",
    "Sifted",
    "boundary",
    "bracket",
    "check_finite",
    "check_level",
    "check_losses",
    "in_order",
    "losses_at",
    "nothing",
    "one_row",
    "order_statistics",
    "sift",
    "strips",
]

NO_SAMPLE = "losses: give one row of one or more numbers, without NaN and infinity"

STRIP = 65_536
"""The number of losses processed at once: half a megabyte."""

SMALL = 1024
"""The size up to which a sample is simply sorted."""

FEW = 16
"""The number of positions up to which they are selected one by one; for more the losses are sorted."""

SURE = 4.0
"""The standard deviations by which a bracket extends to either side of its guess."""


def check_finite(sample: Floats) -> None:
    """Check for NaN and infinity: the sum reveals them without an array of flags; only an overflow looks the same."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(sample.sum())
    if not isfinite(total) and not np.isfinite(sample).all():
        raise UsageError(NO_SAMPLE)


def strips(losses: Floats) -> Iterator[Floats]:
    """Yield parts of a sample that fit the cache, each contiguous whatever the layout of the whole."""
    for first in range(0, losses.size, STRIP):
        yield np.ascontiguousarray(losses[first : first + STRIP])


def bracket(losses: Floats, first: int, last: int) -> tuple[float, float]:
    """Return two losses, probably below a first position (from 0) of the sorted sample and above a last one.

    Parameters
    ----------
    losses
        Shape (draw,).
    first, last
        Between 0 and the number of draws, that excluded.

    Returns
    -------
    tuple
        Low and high, infinite where no draw is safely outside.

    Examples
    --------
    >>> bracket(np.arange(1_000_000.0), 950_000, 950_000)
    (941118.0, 958894.0)
    """
    if losses.size <= SMALL:
        return -inf, inf
    thin = losses[:: round(losses.size ** (1 / 3)) | 1]  # odd, since Sobol points repeat themselves in powers of two
    below, above = (thin.size * place / losses.size for place in (first, last))
    low = int(below - SURE * sqrt(below * (1.0 - below / thin.size))) - 1
    high = ceil(above + SURE * sqrt(above * (1.0 - above / thin.size))) + 1
    ends = in_order(thin, np.array([max(low, 0), min(high, thin.size - 1)]))
    return float(ends[0]) if low >= 0 else -inf, float(ends[1]) if high < thin.size else inf


class Sifted(NamedTuple):
    """A sample divided by a bracket, with the sum that was computed on the way.

    ``inside`` are the losses above ``low`` and below ``high``, in the order of the draws; ``below`` counts the losses
    below ``high``; ``total`` is the sum that :func:`sift` was asked for.
    """

    low: float
    high: float
    below: int
    inside: Floats
    total: float


def nothing(_: Floats) -> float:
    """Return 0, for a sweep without a sum."""
    return 0.0


def sift(losses: Floats, low: float, high: float, number: Callable[[Floats], float] = nothing) -> Sifted:
    """Divide a sample by a bracket, in one sweep.

    Parameters
    ----------
    losses
        Shape (draw,).
    low, high
        The bracket.
    number
        Returns a number for each strip; the sum is computed in the same sweep.

    Returns
    -------
    Sifted
        Counts, and the losses inside.

    Raises
    ------
    UsageError
        If a loss is NaN or infinite; this sweep is the cheapest place to check.

    Examples
    --------
    >>> sift(np.array([3.0, 1.0, 2.0, 5.0, 4.0]), 1.0, 4.0, np.max)
    Sifted(low=1.0, high=4.0, below=3, inside=array([3., 2.]), total=5.0)
    """
    below, inside, total = 0, [], 0.0
    for strip in strips(losses):
        check_finite(strip)
        under = strip < high
        between = strip > low
        between &= under
        below += int(np.count_nonzero(under))
        inside.append(strip.compress(between))
        total += float(number(strip))
    return Sifted(low, high, below, np.concatenate(inside), total)


def losses_at(losses: Floats, sifted: Sifted, places: Integers) -> Floats:
    """Return the losses at positions (from 0) of the sorted sample, from inside the bracket where possible.

    Parameters
    ----------
    losses
        Shape (draw,).
    sifted
        The same sample, sifted.
    places
        Shape (place,).

    Returns
    -------
    array
        One loss for each position. If the bracket was wrong they are found in the whole sample.
    """
    low, high, below, inside, _ = sifted
    first = below - inside.size
    under, over = places < first, places >= below
    if not (under.any() or over.any()):
        return in_order(inside, places - first)
    if under.any() and np.count_nonzero(losses < low) > places.min():
        return np.asarray(np.sort(losses)[places])
    if over.any() and np.count_nonzero(losses <= high) <= places.max():
        return np.asarray(np.sort(losses)[places])
    found = np.where(under, low, high)  # tied with an end
    hit = ~(under | over)
    if hit.any():
        found[hit] = in_order(inside, places[hit] - first)
    return found


def in_order(losses: Floats, places: Integers) -> Floats:
    """Return the losses at positions (from 0) of the sorted sample, sorting only as much as needed.

    (NumPy's ``partition`` is faster than a sort, except for few losses, or where most are tied, which is possible for a
    whole sample but unlikely inside a bracket.)
    """
    sort = losses.size <= SMALL or places.size > FEW
    return np.asarray((np.sort(losses) if sort else np.partition(losses, places))[places])


class Boundary(NamedTuple):
    """The start of the tail.

    ``rank`` of the boundary draw, counted from the smallest, which is 1; ``mass``, the number of draws in the tail,
    ``(1 - a) N``, in general not a whole number.
    """

    rank: int
    mass: float


def check_level(level: float) -> float:
    """Check a level.

    Parameters
    ----------
    level
        A number strictly between 0 and 1.

    Returns
    -------
    float
        The same level.

    Raises
    ------
    UsageError
        If it is not such a number.
    """
    if not 0.0 < level < 1.0:
        raise UsageError(f"level: {level} is not a level; give a number between 0 and 1, such as 0.95")
    return float(level)


def check_losses(losses: Floats) -> Floats:
    """Check a sample of losses.

    Parameters
    ----------
    losses
        Shape (draw,).

    Returns
    -------
    array
        The same losses, as doubles.

    Raises
    ------
    UsageError
        If it has another shape, is empty, or holds NaN or infinity.
    """
    sample = one_row(losses)
    check_finite(sample)
    return sample


def one_row(losses: Floats) -> Floats:
    """Check for one row of one or more doubles; a sweep that looks for NaN needs no more."""
    sample = np.asarray(losses, dtype=np.float64)
    if sample.ndim != 1 or sample.size == 0:
        raise UsageError(NO_SAMPLE)
    return sample


def boundary(level: float, draws: int) -> Boundary:
    """Return the start of the tail of a sample.

    Parameters
    ----------
    level
        Between 0 and 1.
    draws
        The number of draws in the sample.

    Returns
    -------
    Boundary
        Rank and mass.

    Examples
    --------
    >>> boundary(0.95, 100)
    Boundary(rank=95, mass=5.0)
    >>> boundary(0.57, 100), 0.57 * 100
    (Boundary(rank=57, mass=43.0), 56.99999999999999)
    >>> boundary(0.95, 10).rank
    10
    """
    below = check_level(level) * draws
    whole = round(below)
    if abs(below - whole) <= 4.0 * np.finfo(float).eps * draws:
        below = float(whole)
    return Boundary(min(max(ceil(below), 1), draws), draws - below)


def order_statistics(losses: Floats, ranks: Sequence[int] | Integers) -> Floats:
    """Return the losses of given ranks, by selection (:mod:`multivector_sim.measure.selection`).

    Parameters
    ----------
    losses
        Shape (draw,).
    ranks
        Counted from the smallest loss, which is 1. The closer together they are, the less has to be sorted.

    Returns
    -------
    array
        One loss for each rank.

    Raises
    ------
    UsageError
        If a loss is NaN or infinite.

    Examples
    --------
    >>> order_statistics(np.array([3.0, 1.0, 2.0, 5.0]), [2, 4])
    array([2., 5.])
    """
    places = np.asarray(ranks, dtype=np.int64) - 1
    if losses.size <= SMALL:
        return in_order(check_losses(losses), places)
    low, high = bracket(losses, int(places.min()), int(places.max()))
    return losses_at(losses, sift(losses, low, high), places)
