"""From the assumptions of draws to their outcomes, without a compiler: the counterpart of the compiled kernel.

Draws without ruptures lose nothing and are skipped. The others are sorted by the month in which they first need a
response and taken in groups of :data:`~multivector_sim.response.vectorised.WIDTH`, so that a group has few months in
which only some of its draws need computing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.kernel import FIGURES, UNDER, count_ruptures, new_output_buffer
from multivector_sim.response.arrays import by_partner, plan
from multivector_sim.response.vectorised import WIDTH, first_trouble, follow_months, lay_out_problem, take_group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.engine.kernel import Outcome, OutputBuffer
    from multivector_sim.response.arrays import Draws, Ledger, Plan, Problem
    from multivector_sim.typing import Floats, Integers

__all__ = ["paths", "respond"]


IEEE = np.errstate(all="ignore")
"""As in compiled code, overflow gives infinity without a warning."""


@IEEE
def respond(
    problem: Problem, draws: Draws, ledger: Ledger | None = None, buffer: OutputBuffer | None = None
) -> Outcome:
    """Return the outcomes of draws."""
    booked = by_partner(problem) if ledger is None else ledger
    derived = plan(problem, booked)
    into = buffer or new_output_buffer(draws.onset.shape[0], problem.kind.size, booked.rows)
    into.figures[...] = 0.0
    into.figures[:, 1] = 1.0  # the trough: where nothing goes wrong, all is delivered in every month
    into.attribution[...] = 0.0
    weights = np.nan_to_num(derived.column_weights)
    for which, loss, account in _groups(problem, derived, draws, booked.rows):
        into.figures[which] = _fold(loss, weights)[..., : which.size].transpose(2, 0, 1)
        into.attribution[which] = account[..., : which.size].transpose(2, 0, 1)
    into.figures[:, :, np.isnan(derived.column_weights[:, 0])] = np.nan
    count_ruptures(problem, draws, into.ruptures)
    return into.outcome()


@IEEE
def paths(problem: Problem, draws: Draws) -> Floats:
    """Return every month of draws; shape (n, period, C + 3): delivered over baseline, NaN in an empty column."""
    derived = plan(problem)
    losses = np.zeros((draws.onset.shape[0], problem.months, problem.kind.size))
    for which, loss, _ in _groups(problem, derived, draws, problem.baseline.shape[0] + 1):
        losses[which] = loss[..., : which.size].transpose(2, 0, 1)
    return np.asarray(1.0 - losses @ derived.column_weights.T)


def _groups(problem: Problem, derived: Plan, draws: Draws, rows: int) -> Iterator[tuple[Integers, Floats, Floats]]:
    """Yield the draws of each group, their monthly losses (T, C, WIDTH) and their account (rows, C, WIDTH)."""
    trouble = first_trouble(derived, draws)
    order = np.argsort(trouble, kind="stable")[: np.count_nonzero(trouble < problem.months)]
    layout = lay_out_problem(problem, derived, rows)
    for first in range(0, order.size, WIDTH):
        which = order[first : first + WIDTH]
        filled = np.concatenate([which, np.repeat(which[-1:], WIDTH - which.size)])
        yield which, *follow_months(problem, derived, layout, take_group(problem, derived, draws, filled))


def _fold(loss: Floats, weights: Floats) -> Floats:
    """Fold months (T, C, n) into the figures of an outcome in its order, (6, C + 3, n)."""
    months, channels, width = loss.shape
    figures = np.empty((FIGURES, weights.shape[0], width))
    for column, row in enumerate(weights):
        lost = np.zeros((months, width))
        for channel in range(channels):
            if row[channel] != 0.0:
                lost += row[channel] * loss[:, channel]
        under = lost > UNDER
        spell = months - np.argmax(under[::-1], axis=0) - np.argmax(under, axis=0)
        followed = np.where(under.any(axis=0), spell, 0)
        figures[0, column] = lost.sum(axis=0) / months
        figures[1, column] = 1.0 - lost.max(axis=0)
        figures[2, column] = np.where(under[-1], months, followed)
        figures[3, column] = lost[-1]
        figures[4, column] = under.sum(axis=0)
        figures[5, column] = followed
    return figures
