"""The kernel: from the assumptions of a block of draws to the losses of trade and investment.

Draws are processed 128 at a time (:data:`multivector_sim.response.arrays.LANES`): the months are computed one after the
other, and the monthly losses are folded into a few figures for each draw. No array of draws x months x legs ever
exists; the workspace is reused for the next 128 draws.

The kernel sees only arrays and draws no random number, so the same block gives the same result on every worker.
"""

from typing import NamedTuple

import numpy as np

from multivector_sim.compiled import kernel_entry, kernel_function
from multivector_sim.response.arrays import (
    LANES,
    Draws,
    Lanes,
    Ledger,
    Plan,
    Problem,
    Work,
    by_partner,
    column_count,
    plan,
    scratch,
    settled,
    work,
)
from multivector_sim.response.month import horizon
from multivector_sim.response.vector_lanes import from_lanes, lay_out, one_group
from multivector_sim.shock.envelope import write_months
from multivector_sim.typing import Floats, Integers

__all__ = [
    "FIGURES",
    "RECOVERED",
    "UNDER",
    "Outcome",
    "OutputBuffer",
    "count_ruptures",
    "new_output_buffer",
    "paths",
    "respond",
]

RECOVERED = 0.05
"""The missing share above which a month counts as below the baseline."""

UNDER = RECOVERED + 1e-12
""":data:`RECOVERED` plus a tolerance, so that rounding cannot put a month at exactly the threshold below it."""

FIGURES = 6


class Outcome(NamedTuple):
    """The outcome of n draws; columns are the channels, then trade, investment and total.

    ``loss_share``, ``trough`` (lowest delivered share), ``months_to_recover``, ``unrecovered``, ``months_below`` (the
    number of months below) and ``months_followed`` (from the first month below to the last month below, or to the end
    of the horizon if not recovered) are (n, C + 3), NaN in a column without any flow; ``attribution`` (n, P + 1, C) is
    money lost over the horizon, the last row for losses that no rupture caused; ``ruptures`` (n,) counts ruptures as
    :func:`count_ruptures` does.
    """

    loss_share: Floats
    trough: Floats
    months_to_recover: Floats
    unrecovered: Floats
    months_below: Floats
    months_followed: Floats
    attribution: Floats
    ruptures: Integers

    def column(self, name: str, place: int) -> Floats:
        """Return one column of a figure, (n,), contiguous."""
        return np.ascontiguousarray(getattr(self, name)[:, place])

    def part(self, first: int, last: int) -> "Outcome":
        """Return the draws from ``first`` up to ``last``."""
        return Outcome(
            self.loss_share[first:last],
            self.trough[first:last],
            self.months_to_recover[first:last],
            self.unrecovered[first:last],
            self.months_below[first:last],
            self.months_followed[first:last],
            self.attribution[first:last],
            self.ruptures[first:last],
        )


class OutputBuffer(NamedTuple):
    """The buffer for the outcome of n draws: ``figures`` (n, 6, C + 3), ``attribution`` (n, rows, C), ``ruptures``.

    Compiled code writes it; every batch has a buffer of its own.
    """

    figures: Floats
    attribution: Floats
    ruptures: Integers

    def part(self, first: int, last: int) -> "OutputBuffer":
        """Return the buffer for the draws from ``first`` up to ``last``."""
        return OutputBuffer(self.figures[first:last], self.attribution[first:last], self.ruptures[first:last])

    def outcome(self) -> Outcome:
        """Return the outcome that the buffer holds."""
        loss_share, trough, recovery, unrecovered, below, followed = (self.figures[:, it] for it in range(FIGURES))
        return Outcome(loss_share, trough, recovery, unrecovered, below, followed, self.attribution, self.ruptures)


def new_output_buffer(draws: int, channels: int, rows: int) -> OutputBuffer:
    """Return a buffer for so many draws; ``rows`` are those of the attribution."""
    return OutputBuffer(
        np.empty((draws, FIGURES, column_count(channels))),
        np.empty((draws, rows, channels)),
        np.empty(draws, dtype=np.int64),
    )


def respond(
    problem: Problem, draws: Draws, ledger: Ledger | None = None, buffer: OutputBuffer | None = None
) -> Outcome:
    """Return the outcomes of draws."""
    booked = by_partner(problem) if ledger is None else ledger
    derived = plan(problem, booked)
    into = buffer or new_output_buffer(draws.onset.shape[0], problem.kind.size, booked.rows)
    _run(problem, derived, draws, into, keep_months=False)
    into.figures[:, :, np.isnan(derived.column_weights[:, 0])] = np.nan
    count_ruptures(problem, draws, into.ruptures)
    return into.outcome()


def paths(problem: Problem, draws: Draws) -> Floats:
    """Return every month of draws; shape (n, period, C + 3), delivered over baseline."""
    derived = plan(problem)
    buffer = new_output_buffer(draws.onset.shape[0], problem.kind.size, problem.baseline.shape[0] + 1)
    losses = _run(problem, derived, draws, buffer, keep_months=True)
    return np.asarray(1.0 - losses @ derived.column_weights.T)


def _run(problem: Problem, derived: Plan, draws: Draws, buffer: OutputBuffer, *, keep_months: bool) -> Floats:
    """Run all groups into ``buffer``; return the monthly losses (n, T, C) if they are kept, else an empty array.

    Draws that need a response at about the same time are put side by side, so that a group has few months in which only
    some of its draws need computing. A draw's result does not depend on its neighbours, so this changes no bit of it.
    """
    channels = problem.kind.size
    order = np.argsort(_first_trouble(derived, draws), kind="stable")
    block = lay_out(problem, draws, order)
    groups, rows = block.ceiling.shape[0], buffer.attribution.shape[1]
    figures = scratch("figures", (groups, FIGURES, column_count(channels), LANES))
    accounts = scratch("accounts", (groups, rows, channels, LANES))
    losses = np.empty((groups if keep_months else 0, problem.months, channels, LANES))
    run_groups(settled(problem), derived, block, work(problem, rows), figures, accounts, losses)
    from_lanes(figures, order, buffer.figures)
    from_lanes(accounts, order, buffer.attribution)
    months = np.empty((order.size if keep_months else 0, problem.months, channels))
    if keep_months:
        from_lanes(losses, order, months)
    return months


def _first_trouble(derived: Plan, draws: Draws) -> Floats:
    """Return the month in which each draw first needs a response, (n,); 0 if a corridor is too small from the start."""
    onset = draws.onset.min(axis=1, initial=np.inf)
    return np.where((derived.load > draws.capacity).any(axis=1), 0.0, onset)


def count_ruptures(problem: Problem, draws: Draws, counts: Integers) -> None:
    """Write the number of ruptures within the horizon to ``counts`` (n,).

    A partner with several stresses, or a stress and a hazard, counts once; further ruptures of its hazard
    count one by one.
    """
    inside = draws.onset < problem.months
    first = problem.rupture_again == 0
    partners, ruptures = np.unique(problem.rupture_partner[first], return_counts=True)
    np.sum(inside, axis=1, out=counts)
    for partner in partners[ruptures > 1]:
        own = inside[:, first & (problem.rupture_partner == partner)].sum(axis=1)
        counts -= np.maximum(own - 1, 0)


@kernel_entry
def run_groups(
    problem: Problem, plan: Plan, block: Lanes, workspace: Work, figures: Floats, accounts: Floats, losses: Floats
) -> None:
    """Run the groups one by one and fold their months into ``figures`` (group, 6, C + 3, L) and ``accounts``.

    ``losses`` (group, T, C, L) receives the months themselves; it has no groups if they are not wanted. One entry does
    both, because a short run spends most of its time compiling it.
    """
    for group in range(figures.shape[0]):
        lanes = one_group(block, group)
        _fill_envelopes(lanes.timing, workspace.envelope)
        horizon(problem, plan, lanes, workspace)
        for column in range(figures.shape[2]):
            _fold(workspace.loss, plan.column_weights[column], figures[group, :, column], workspace.push)
        _copy_out(workspace.account, accounts[group])
        if group < losses.shape[0]:
            _copy_out(workspace.loss, losses[group])


@kernel_function
def _copy_out(values: Floats, into: Floats) -> None:
    """Copy (A, C, L) in a plain loop: numba's own assignment of arrays takes longer to compile."""
    for row in range(into.shape[0]):
        for channel in range(into.shape[1]):
            for lane in range(into.shape[2]):
                into[row, channel, lane] = values[row, channel, lane]


@kernel_function
def _fill_envelopes(timing: Floats, envelope: Floats) -> None:
    """Fill ``envelope`` (T, R, L) from onset, ramp, duration, half-life and scar (R, 5, L)."""
    months, ruptures, width = envelope.shape
    for month in range(months):
        for rupture in range(ruptures):
            for lane in range(width):
                envelope[month, rupture, lane] = 0.0
    for rupture in range(ruptures):
        for lane in range(width):
            onset = timing[rupture, 0, lane]
            if onset < months:
                write_months(
                    onset,
                    timing[rupture, 1, lane],
                    timing[rupture, 2, lane],
                    timing[rupture, 3, lane],
                    timing[rupture, 4, lane],
                    envelope[:, rupture, lane],
                )


@kernel_function
def _fold(loss: Floats, weights: Floats, figures: Floats, workspace: Floats) -> None:
    """Fold one column's months into the figures of an outcome (6, L), in its order."""
    width = figures.shape[-1]
    months, channels = loss.shape[0], loss.shape[1]
    total, worst, recovery, last = figures[0], figures[1], figures[2], figures[3]
    below, followed = figures[4], figures[5]
    first_under = workspace[0]
    for lane in range(width):
        total[lane], worst[lane], recovery[lane], first_under[lane] = 0.0, -1e300, 0.0, -1.0
        below[lane] = 0.0
    for month in range(months):
        for lane in range(width):
            last[lane] = 0.0
        for channel in range(channels):
            weight = weights[channel]
            if weight != 0.0:
                for lane in range(width):
                    last[lane] += weight * loss[month, channel, lane]
        for lane in range(width):
            total[lane] += last[lane]
            worst[lane] = max(worst[lane], last[lane])
            under = last[lane] > UNDER
            begins = month if first_under[lane] < 0.0 else first_under[lane]
            first_under[lane] = begins if under else first_under[lane]
            recovery[lane] = month - begins + 1.0 if under else recovery[lane]
            below[lane] += 1.0 if under else 0.0
    for lane in range(width):
        total[lane] /= months
        worst[lane] = 1.0 - worst[lane]
        followed[lane] = recovery[lane]
        recovery[lane] = months if last[lane] > UNDER else recovery[lane]
        first_under[lane] = 0.0
