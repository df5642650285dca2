"""Selection: the loss of a given rank, without a sort of the sample.

Every so-many-th draw, about ``N^(2/3)`` of them, gives a *bracket*: two losses between which the one that is sought
most probably lies (Floyd and Rivest 1975). One sweep counts what is below the bracket and keeps what is inside, under a
hundredth of a large sample; only that is put in order. The bracket is a guess, the count is not: where the loss turns
out to lie elsewhere, as it may in a sample that repeats itself with just that step, the whole is sorted.

The sweep goes in *strips* that stay in the processor's cache, so that the sample is read from memory once whatever is
asked of it: whether it is finite, how much of it is where, and what a caller wants added up.

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
    from collections.abc import Callable, Iterator

    from multivector_sim.typing import Floats, Integers

__all__ = ["Sifted", "bracket", "check_finite", "in_order", "losses_at", "nothing", "sift", "strips"]

NO_SAMPLE = "losses: give one row of one or more numbers, without NaN and infinity"

STRIP = 65_536
"""How many losses are looked at in one go: half a megabyte."""

SMALL = 1024
"""So few losses are sorted, without a guess."""

FEW = 16
"""Up to so many places are selected one by one; for more the losses are sorted."""

SURE = 4.0
"""How many standard deviations of its guess a bracket reaches to either side."""


def check_finite(sample: Floats) -> None:
    """Refuse NaN and infinity: the sum shows them without an array of answers, and only an overflow looks the same."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(sample.sum())
    if not isfinite(total) and not np.isfinite(sample).all():
        raise UsageError(NO_SAMPLE)


def strips(losses: Floats) -> Iterator[Floats]:
    """Cut a sample into parts that stay in the cache, each one stretch of memory whatever the layout of the whole."""
    for first in range(0, losses.size, STRIP):
        yield np.ascontiguousarray(losses[first : first + STRIP])


def bracket(losses: Floats, first: int, last: int) -> tuple[float, float]:
    """Guess two losses, one below a first place (from 0) of the sorted sample and one above a last place.

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
    thin = losses[:: round(losses.size ** (1 / 3)) | 1]  # odd, for Sobol points repeat themselves in powers of two
    below, above = (thin.size * place / losses.size for place in (first, last))
    low = int(below - SURE * sqrt(below * (1.0 - below / thin.size))) - 1
    high = ceil(above + SURE * sqrt(above * (1.0 - above / thin.size))) + 1
    ends = in_order(thin, np.array([max(low, 0), min(high, thin.size - 1)]))
    return float(ends[0]) if low >= 0 else -inf, float(ends[1]) if high < thin.size else inf


class Sifted(NamedTuple):
    """A sample in three: what is inside a bracket, how many are below its high end, and what was added up.

    ``inside`` are the losses above ``low`` and below ``high``, in the order of the draws; ``below`` counts the losses
    below ``high``; ``total`` is what :func:`sift` was asked to add up on its way.
    """

    low: float
    high: float
    below: int
    inside: Floats
    total: float


def nothing(_: Floats) -> float:
    """Add nothing up."""
    return 0.0


def sift(losses: Floats, low: float, high: float, number: Callable[[Floats], float] = nothing) -> Sifted:
    """Sort a sample roughly, in one sweep.

    Parameters
    ----------
    losses
        Shape (draw,).
    low, high
        The bracket.
    number
        Gives a number for each strip, to be added up in the same sweep.

    Returns
    -------
    Sifted
        Counts, and the losses inside.

    Raises
    ------
    UsageError
        If a loss is NaN or infinite; this sweep is the cheapest moment to look.

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
    """Give the losses at places (from 0) of the sorted sample, from inside the bracket where they are there.

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
        One loss for each place. Where the bracket was wrong they are found in the whole sample.
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
    """Give the losses at places (from 0), having put in order as much as that takes.

    (NumPy's ``partition`` beats a sort, but not of few losses, and not where most tie with one: a sample may, what is
    inside a bracket hardly does.)
    """
    sort = losses.size <= SMALL or places.size > FEW
    return np.asarray((np.sort(losses) if sort else np.partition(losses, places))[places])
