"""Concentration of flows over partners, corridors and the hosts of corridors.

With shares ``s`` of a flow::

    HHI        sum s^2              1 if one carries all, 1/N if N have equal shares
    effective  1/HHI                the number of equal shares with the same index
    Shannon    exp(-sum s ln s)     similar, with more weight on small shares

HHI has a plain meaning: it is the probability that two random units of the flow depend on the *same* partner.
This meaning extends to hosts, which stand behind the partners.

**Hosts.** A unit on corridor k crosses host h with probability ``w[k, h]``, the part that stops when h closes. HHI over
hosts is the probability that two random units of the *whole* flow share a host::

    HHI = sum over corridors k, l of f[k] f[l] min(1, sum over h of w[k, h] w[l, h])

with ``f[k]`` the share of the flow on corridor k. If no corridor's parts sum to more than 1, this is ``sum c[h]^2``
with ``c[h]`` the share that crosses h. A corridor through three countries, each of which can close all of it, counts as
one host, not as three, because of the minimum.

**Dependence.** A country can stop what is sold to it or bought from it, and what crosses it on its way to or
from others, each unit counted once::

    D[h] = sum over partners p of s[p] (1 if p = h, otherwise the part of p's flow that crosses h)

Several countries may each be able to stop the same unit, so the dependences need not sum to 1.

**A flow that crosses no host** shares none with any other flow, so it adds nothing, as if each unit had its own host.
Six customers behind one foreign pipeline have one effective host, whoever the customers are; with nine tenths of the
flow in the pipeline there are 1/0.81 = 1.2; with a tenth 100; with none, infinitely many. With the free part counted
as one more host, nine tenths on the open sea would be as concentrated as nine tenths in a pipeline.

Over **corridors** the same holds with ``w`` the identity: a flow that needs no corridor adds nothing.

Flows are not negative. Without any flow, measures are NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = [
    "crossing",
    "crossing_any",
    "dependence",
    "effective",
    "herfindahl",
    "hidden_herfindahl",
    "largest",
    "shannon",
    "shares",
]


def shares(flows: Floats) -> Floats:
    """Return flows divided by their sum.

    Parameters
    ----------
    flows
        Shape (..., partner), money, not negative.

    Returns
    -------
    array
        The same shape, summing to 1 over the last axis; NaN where there is no flow.
    """
    whole = flows.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(flows, whole, out=np.full(flows.shape, np.nan), where=whole > 0.0))


def herfindahl(flows: Floats) -> Floats:
    """Return the Herfindahl-Hirschman index: the sum of squared shares.

    Parameters
    ----------
    flows
        Shape (..., partner), money, not negative.

    Returns
    -------
    array
        Shape (...), between 1/partners and 1; NaN where there is no flow.

    Examples
    --------
    >>> round(float(herfindahl(np.array([60.0, 20.0, 10.0, 10.0]))), 6)
    0.42
    """
    return np.asarray((shares(flows) ** 2).sum(axis=-1))


def effective(index: Floats | float) -> Floats:
    """Return ``1/HHI``: the number of equal shares with the same index; infinite for an index of 0.

    Examples
    --------
    >>> effective(0.25), effective(0.0)
    (array(4.), array(inf))
    """
    indices = np.asarray(index, dtype=np.float64)
    return np.asarray(np.divide(1.0, indices, out=np.full(indices.shape, np.inf), where=indices != 0.0))


def shannon(flows: Floats) -> Floats:
    """Return Shannon's effective number, ``exp(-sum s ln s)``.

    Parameters
    ----------
    flows
        Shape (..., partner), money, not negative.

    Returns
    -------
    array
        Shape (...), between 1 and the number of partners, never below ``1/HHI``; NaN where there is no flow.

    Examples
    --------
    >>> float(shannon(np.array([5.0, 5.0, 0.0])).round(12))
    2.0
    """
    part = shares(flows)
    logarithm = np.log(part, out=np.zeros(part.shape), where=~(part <= 0.0))
    return np.asarray(np.exp(-(part * logarithm).sum(axis=-1)))


def largest(flows: Floats) -> tuple[int, float]:
    """Return the position and share of the greatest flow; the first one if several are equal.

    Parameters
    ----------
    flows
        Shape (partner,), money, not negative.

    Returns
    -------
    tuple
        Position and share; the share is NaN where there is no flow.

    Examples
    --------
    >>> largest(np.array([1.0, 3.0]))
    (1, 0.75)
    """
    place = int(np.argmax(flows))
    return place, float(shares(flows)[place])


def crossing(carried: Floats, parts: Floats, whole: float) -> Floats:
    """Return the share of a flow that each host can stop.

    Parameters
    ----------
    carried
        Shape (corridor,): the flow on each corridor, money.
    parts
        Shape (corridor, host): the part of a corridor that stops when the host closes, 0 to 1.
    whole
        The whole flow, including the part that needs no corridor, money.

    Returns
    -------
    array
        Shape (host,), each between 0 and 1. They need not sum to 1: flow may cross no host, or several.

    Examples
    --------
    Nine tenths in a pipeline across the first of two partners:

    >>> crossing(np.array([9.0, 1.0]), np.array([[1.0, 0.0], [0.0, 0.0]]), 10.0)
    array([0.9, 0. ])
    """
    return np.asarray(carried @ parts / whole)


def crossing_any(carried: Floats, parts: Floats, whole: float) -> float:
    """Return the share of a flow that some host can stop; parameters as for :func:`crossing`.

    The parts of one corridor are disjoint as far as possible: two hosts with half each together stop all of it.

    Examples
    --------
    >>> crossing_any(np.array([9.0, 1.0]), np.array([[0.5, 0.5], [0.0, 0.0]]), 10.0)
    0.9
    """
    return float(carried @ np.minimum(parts.sum(axis=1), 1.0) / whole)


def dependence(flows: Floats, crosses: Floats) -> Floats:
    """Return the share of a flow that each partner can stop, as its other end or on the way; each unit counts once.

    Parameters
    ----------
    flows
        Shape (partner, channel): the flow with each partner in each channel, money, not negative.
    crosses
        Shape (partner, channel, host), hosts in the order of the partners: the part of each flow that crosses each of
        them, 0 to 1. A partner's own position is not read.

    Returns
    -------
    array
        Shape (partner,), each between 0 and 1, before any rerouting; NaN where there is no flow.

    Examples
    --------
    A country sells 22 to its neighbour, and half of the other 78 crosses that neighbour:

    >>> dependence(np.array([[22.0], [78.0]]), np.array([[[0.0, 0.0]], [[0.5, 0.0]]]))
    array([0.61, 0.78])
    """
    own = np.eye(flows.shape[0], dtype=bool)[:, None, :]
    stopped = np.where(own, 1.0, np.minimum(crosses, 1.0))
    whole = flows.sum()
    return np.asarray(np.einsum("pc,pch->h", flows, stopped) / (whole if whole > 0.0 else np.nan))


def hidden_herfindahl(carried: Floats, parts: Floats, whole: float) -> float:
    """Return the probability that two random units of a flow share a host.

    Parameters
    ----------
    carried, parts, whole
        As for :func:`crossing`; for concentration over corridors, ``parts`` is the identity.

    Returns
    -------
    float
        Between 0, no flow crosses a host, and 1, all of it depends on one.

    Examples
    --------
    All of it through one pipeline; through a pipeline with three hosts, each of which can close it; a tenth of it:

    >>> hidden_herfindahl(np.array([6.0]), np.array([[1.0, 0.0]]), 6.0)
    1.0
    >>> hidden_herfindahl(np.array([6.0]), np.array([[1.0, 1.0, 1.0]]), 6.0)
    1.0
    >>> round(1.0 / hidden_herfindahl(np.array([0.6]), np.array([[1.0, 0.0]]), 6.0), 9)
    100.0
    """
    share = carried / whole
    return float(share @ np.minimum(parts @ parts.T, 1.0) @ share)
