"""Sobol indices: the share of an output's variance that an input explains, alone and with its interactions.

The variance of an output ``f`` of independent inputs can be decomposed (Sobol 1993). For an input ``i``, or a group of
inputs treated as one,::

    first order   S  = Var(E[f | i]) / Var(f)          the share that knowing i alone would remove
    total         ST = E[Var(f | all but i)] / Var(f)  the share that would remain if all but i were known

``ST - S`` is due to interactions of ``i`` with other inputs. First orders of disjoint groups add up to at most 1.
Inputs that depend on each other belong to one group; the groups must be independent.

The estimates need two independent samples ``A`` and ``B`` and, for each input, a third one: ``A`` with that input taken
from ``B``. Draw by draw::

    S   mean of (f(B) - m) (f(A with i of B) - f(A)) / V      Saltelli et al. 2010
    ST  mean of (f(A) - f(A with i of B))^2 / 2 / V           Jansen 1999

``m`` and ``V`` are the mean and the variance over both samples. An index is a ratio of two means, so its interval is
that of the mean of ``number - index x spread`` (the delta method), corrected for skewness as every mean here. An
estimate may be below 0 or above 1 where the draws are few; it is given as it is, with its interval. An input that does
nothing has both indices 0 exactly, as no draw changes with it.

Which way a single number moves the output is said by the pairs ``f(A)`` and ``f(A with i of B)`` too: what changes when
it comes to lie in the lowest fifth of its law, or in the highest, all else left as it was (:func:`shift`).

Everything here works on arrays of outputs, whatever made them.

References
----------
Sobol, I. M. (1993). Sensitivity estimates for nonlinear mathematical models. Math. Model. Comput. Exp. 1, 407-414.
Jansen, M. J. W. (1999). Analysis of variance designs for model output. Comput. Phys. Commun. 117, 35-43.
Saltelli, A. and others (2010). Variance based sensitivity analysis of model output. Comput. Phys. Commun. 181, 259-270.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from multivector_sim.typing import Floats

__all__ = ["FIFTH", "Indices", "indices", "pick_and_freeze", "shift"]

FIFTH = 0.2
"""How much of a law is its low end, and its high end."""

NO_PART = Estimate(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Indices:
    """The indices of an output; inputs in the order in which they were given.

    Parameters
    ----------
    variance
        Of the output.
    first, total
        One estimate for each input.
    alone
        The sum of the first orders: the part of the variance that inputs make without each other.
    """

    variance: float
    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]
    alone: Estimate


def indices(first: Floats, second: Floats, swapped: Floats) -> Indices:
    """Estimate all indices of an output.

    Examples
    --------
    >>> a, b = np.array([0.0, 1.0, 2.0, 3.0]), np.array([3.0, 1.0, 0.0, 2.0])
    >>> found = indices(a, b, np.stack([b, a]))
    >>> found.first[1], found.total[1]
    (Estimate(value=0.0, low=0.0, high=0.0), Estimate(value=0.0, low=0.0, high=0.0))
    """
    _check(first, second, swapped)
    both = np.concatenate([first, second])
    if both.min() == both.max() and (swapped == both[0]).all():
        nothing = (NO_PART,) * swapped.shape[0]
        return Indices(0.0, nothing, nothing, NO_PART)
    centre = both.mean()
    spread = ((first - centre) ** 2 + (second - centre) ** 2) / 2.0
    known = (second - centre) * (swapped - first)
    unknown = (first - swapped) ** 2 / 2.0
    return Indices(
        variance=float(spread.mean()),
        first=tuple(_index_of(numbers, spread) for numbers in known),
        total=tuple(_index_of(numbers, spread) for numbers in unknown),
        alone=_index_of(known.sum(axis=0), spread),
    )


def _index_of(numbers: Floats, spread: Floats) -> Estimate:
    """Return a ratio of two means with its interval, by the delta method.

    Examples
    --------
    >>> _index_of(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    Estimate(value=0.5, low=0.5, high=0.5)
    """
    variance = float(spread.mean())
    if variance == 0.0:
        return NO_PART
    value = float(numbers.mean()) / variance
    around = mean_interval((numbers - value * spread) / variance)
    return Estimate(value, value + min(around.lowest, 0.0), value + max(around.highest, 0.0))


def shift(first: Floats, swapped: Floats, old: Floats, new: Floats) -> tuple[Estimate, Estimate]:
    """Return how far the mean output moves when one number lies in its lowest fifth, and in its highest.

    Examples
    --------
    >>> old, new = np.random.default_rng(1).random((2, 20_000))
    >>> low, high = shift(old, new, old, new)
    >>> round(low.value, 2), round(high.value, 2)
    (-0.4, 0.4)
    """
    moved = swapped - first
    low = moved * ((new < FIFTH).astype(float) - (old < FIFTH))
    high = moved * ((new > 1.0 - FIFTH).astype(float) - (old > 1.0 - FIFTH))
    return mean_interval(low / (2.0 * FIFTH)), mean_interval(high / (2.0 * FIFTH))


def pick_and_freeze(
    function: Callable[[Floats], Floats], first: Floats, second: Floats, groups: Sequence[Sequence[int]]
) -> Indices:
    """Estimate the indices of a function of rows of independent numbers.

    Examples
    --------
    A sum of two numbers, the first with nine times the variance of the second:

    >>> random = np.random.default_rng(1)
    >>> found = pick_and_freeze(lambda x: 3 * x[:, 0] + x[:, 1], *random.random((2, 20_000, 2)), [[0], [1]])
    >>> [round(index.value, 1) for index in (*found.first, *found.total)]
    [0.9, 0.1, 0.9, 0.1]
    """
    outputs = np.empty((len(groups), first.shape[0]))
    for output, columns in zip(outputs, groups, strict=True):
        mixed = first.copy()
        mixed[:, columns] = second[:, columns]
        output[:] = function(mixed)
    return indices(function(first), function(second), outputs)


def _check(first: Floats, second: Floats, swapped: Floats) -> None:
    """Refuse outputs that do not belong together."""
    if first.ndim != 1 or first.shape != second.shape or swapped.shape[1:] != first.shape or swapped.ndim != 2:  # noqa: PLR2004
        raise UsageError(
            f"indices: outputs of shapes {first.shape}, {second.shape} and {swapped.shape} do not belong together; "
            "give (draw,), (draw,) and (input, draw)"
        )
    if not all(np.isfinite(outputs).all() for outputs in (first, second, swapped)):
        raise UsageError("indices: an output is NaN or infinite")
