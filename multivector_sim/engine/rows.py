"""An outcome as a table, a row a draw, for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.kernel import AGGREGATES, FIGURES, Outcome

if TYPE_CHECKING:
    from multivector_sim.typing import Floats

__all__ = ["from_rows", "to_rows", "width"]


def width(partners: int, channels: int) -> int:
    """Give the number of columns: six figures a channel and aggregate, the attribution, and the ruptures.

    Examples
    --------
    >>> width(partners=9, channels=4)
    83
    """
    return FIGURES * (channels + AGGREGATES) + (partners + 1) * channels + 1


def to_rows(outcome: Outcome) -> Floats:
    """Lay an outcome down as rows.

    Parameters
    ----------
    outcome
        Of n draws.

    Returns
    -------
    array
        Shape (n, column), little-endian doubles.
    """
    draws = outcome.ruptures.size
    return np.concatenate([array.reshape(draws, -1) for array in outcome], axis=1).astype("<f8")


def from_rows(rows: Floats, partners: int, channels: int) -> Outcome:
    """Take an outcome up from rows.

    Parameters
    ----------
    rows
        What :func:`to_rows` gave.
    partners, channels
        How many there are.

    Returns
    -------
    Outcome
        The same bits.

    Raises
    ------
    ValueError
        If the rows have another shape or are no doubles.
    """
    if rows.ndim != 2 or rows.shape[1] != width(partners, channels) or rows.dtype != np.dtype("<f8"):  # noqa: PLR2004
        raise ValueError(f"{rows.dtype} of shape {rows.shape} are not the draws of this scenario")
    columns = channels + AGGREGATES
    figures = (np.ascontiguousarray(rows[:, at * columns : (at + 1) * columns]) for at in range(FIGURES))
    loss_share, trough, recovery, unrecovered, below, followed = figures
    attribution = np.ascontiguousarray(rows[:, FIGURES * columns : -1]).reshape(-1, partners + 1, channels)
    counts = rows[:, -1].astype(np.int64)
    return Outcome(loss_share, trough, recovery, unrecovered, below, followed, attribution, counts)
