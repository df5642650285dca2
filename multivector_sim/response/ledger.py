"""Who answers for a loss: the rows of the account that the response keeps.

What a rupture takes from a flow itself is always booked on the partner that ruptured: the first rows are the partners.
What a corridor cuts off can be booked in two ways:

- **by partner**: on the host that closed the corridor, beside what it took directly; what a corridor too small to begin
  with cut off is nobody's, the last row;
- **by cause**: on a row of its own for each corridor and each of its hosts, and one for each corridor's want of room.

The second is the first in finer grain. Its rows add up to those of the first, over corridors to what hosts closed, over
hosts to what corridors cut, and all of them to the loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from multivector_sim.response.arrays import Problem
    from multivector_sim.typing import Integers

__all__ = ["Ledger", "by_cause", "by_partner"]


class Ledger(NamedTuple):
    """The rows of an account, after one for each partner.

    ``answers`` (K, P + 1), the row for what a corridor cut off because a host closed it, and in the last column the row
    for what it would have cut off anyway; ``rows``, how many rows there are. A host that closes nothing of a corridor
    has row 0 there, which is never used.
    """

    answers: Integers
    rows: int


def by_partner(problem: Problem) -> Ledger:
    """Book what a corridor cuts off on the host that closed it, and the rest on one last row.

    Parameters
    ----------
    problem
        The case.

    Returns
    -------
    Ledger
        Of P + 1 rows.
    """
    corridors, partners = problem.transit_share.shape
    return Ledger(np.tile(np.arange(partners + 1, dtype=np.int64), (corridors, 1)), partners + 1)


def by_cause(problem: Problem) -> Ledger:
    """Book what a corridor cuts off on a row of its own for each host, and on one for its want of room.

    Parameters
    ----------
    problem
        The case.

    Returns
    -------
    Ledger
        The partners' rows, then for each corridor those of its hosts, in order, then one for each corridor.
    """
    corridors, partners = problem.transit_share.shape
    closes = problem.transit_share > 0.0
    first = partners + int(np.count_nonzero(closes))
    answers = np.zeros((corridors, partners + 1), dtype=np.int64)
    answers[:, :partners][closes] = np.arange(partners, first)
    answers[:, partners] = np.arange(first, first + corridors)
    return Ledger(answers, first + corridors)
