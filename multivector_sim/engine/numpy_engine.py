"""Ruptures and outcomes without a compiler: the counterparts of the compiled sampler and kernel.

Every rupture is drawn with the same numbers of the same streams as by compiled code, and only its values in the draws
in which it happens are computed.

Draws without ruptures lose nothing and are skipped. The others are sorted by the month in which they first need a
response and taken in groups of :data:`~multivector_sim.response.numpy_engine.WIDTH`, so that a group has few months in
which only some of its draws need computing.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from multivector_sim.engine.kernel import FIGURES, UNDER, count_ruptures, new_output_buffer
from multivector_sim.response.arrays import by_partner, plan
from multivector_sim.response.numpy_engine import WIDTH, first_trouble, follow_months, lay_out_problem, take_group
from multivector_sim.sampling.law_kind import FIXED
from multivector_sim.sampling.numpy_engine import (
    draw,
    fail_together,
    follow,
    join_latent,
    join_severities,
    latent_uniforms,
    uniforms,
)
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.shock.hazard import MONTHS
from multivector_sim.shock.ruptures import FARTHEST, PHASES, SHARED, TIE, Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.engine.kernel import Outcome, OutputBuffer
    from multivector_sim.response.arrays import Draws, Ledger, Plan, Problem
    from multivector_sim.sampling.copula import Joint
    from multivector_sim.sampling.numbers import Numbers
    from multivector_sim.sampling.streams import RandomSource
    from multivector_sim.shock.ruptures import RuptureTable
    from multivector_sim.typing import Floats, Integers

__all__ = ["draw_block", "paths", "put_rows", "respond"]

EVERYONE = slice(None)


@np.errstate(all="ignore")
def draw_block(
    rupture_table: RuptureTable,
    joint: Joint,
    numbers: Numbers,
    free: Integers,
    random_source: RandomSource,
    months: int,
    workspace: None,
    drawn: Drawn,
    start: int,
) -> None:
    """Draw the ruptures and free numbers of one block."""
    del workspace
    for row, number in enumerate(free):
        drawn.free[row] = draw(numbers, number, random_source, EVERYONE)
    latent = join_latent(joint, drawn.free)
    timing, severity = drawn.timing[start : start + BLOCK], drawn.severity[start : start + BLOCK]
    timing[...] = 0.0
    timing[:, :, 0] = inf
    severity[...] = 0.0
    everyone = np.arange(BLOCK, dtype=np.int64)
    for rupture, column in enumerate(rupture_table.column):
        happens, depth = everyone, np.zeros(0)
        if column >= 0:
            if rupture_table.further[rupture] < 0:
                found, uniform = _first_time(rupture_table, rupture, joint, latent[column])
                since = np.zeros(found.size)
            else:
                found, since = _over_before(timing[:, rupture - 1], months)
                uniform = uniforms(random_source, int(numbers.stream[rupture_table.further[rupture]]))[found]
            happens, depth, onset = _times(
                rupture_table, rupture, numbers, random_source, months, found, uniform, since
            )
            timing[happens, rupture, 0] = onset
        if happens.size:
            own = Drawn(timing[:, rupture], severity[:, rupture], drawn.free)
            _hit(rupture_table, rupture, numbers, random_source, happens, depth, own)


def _first_time(rupture_table: RuptureTable, rupture: int, joint: Joint, latent: Floats) -> tuple[Integers, Floats]:
    """Return the draws in which a hazard may happen, and the uniform numbers behind its times."""
    found = np.flatnonzero(latent < rupture_table.limit[rupture])
    return found, latent_uniforms(joint, latent[found])


def _over_before(timing: Floats, months: int) -> tuple[Integers, Floats]:
    """Return the draws in which a rupture (BLOCK, 5) has run its course within the horizon, and when."""
    over = timing[:, 0] + timing[:, 1] + timing[:, 2]
    found = np.flatnonzero(over < months)
    return found, over[found]


def _times(
    rupture_table: RuptureTable,
    rupture: int,
    numbers: Numbers,
    random_source: RandomSource,
    months: int,
    happens: Integers,
    uniform: Floats,
    since: Floats,
) -> tuple[Integers, Floats, Floats]:
    """Return the draws in which a hazard happens within the horizon, its depth there, and its month.

    ``happens``, ``uniform`` and ``since`` are the draws in which it can, its luck there, and from which month on.
    """
    first, last = rupture_table.first_term[rupture], rupture_table.first_term[rupture + 1]
    intensity = draw(numbers, rupture_table.term[first], random_source, happens)
    for at in range(first + 1, last, TIE):
        value, baseline, beta = (
            draw(numbers, rupture_table.term[at + part], random_source, happens) for part in range(TIE)
        )
        intensity *= np.exp(np.clip(-beta * (value - baseline), -FARTHEST, FARTHEST))
    probability = -np.expm1(-intensity * ((months - since) / MONTHS))
    inside = uniform < probability
    uniform, intensity = uniform[inside], intensity[inside]
    onset = since[inside] + MONTHS * (-np.log1p(-uniform) / intensity)
    return happens[inside], uniform / probability[inside], onset


def _hit(
    rupture_table: RuptureTable,
    rupture: int,
    numbers: Numbers,
    random_source: RandomSource,
    happens: Integers,
    depth: Floats,
    own: Drawn,
) -> None:
    """Write phases and severities in the draws in which a rupture happens; ``own`` is its part of what is drawn."""
    correlation, wrong_way = rupture_table.correlation[rupture], rupture_table.wrong_way[rupture]
    joined = correlation != 0.0 or wrong_way != 0.0
    score = ndtri(depth) if wrong_way != 0.0 else depth
    common = depth
    for at in range(rupture_table.first_part[rupture], rupture_table.first_part[rupture + 1]):
        number, place = rupture_table.part[at], rupture_table.place[at]
        uniform = np.zeros(happens.size)
        if numbers.kind[number] != FIXED:
            uniform = uniforms(random_source, int(numbers.stream[number]))[happens]
            if place == SHARED:
                common = ndtri(uniform)
            elif joined and place >= PHASES:
                uniform = join_severities(ndtri(uniform), common, score, correlation, wrong_way)
            if rupture_table.clause[at] >= 0:
                promise = own.free[rupture_table.clause[at]]
                promise[happens] = fail_together(uniform, promise[happens], rupture_table.together[at])
        if place != SHARED:
            column = own.timing[:, place] if place < PHASES else own.severity[:, place - PHASES]
            column[happens] = follow(numbers, number, uniform)


def put_rows(free: Floats, number: Integers, place: Integers, divisor: float, rows: Floats) -> None:
    """Write numbers (number, BLOCK) to their positions in ``rows`` (BLOCK, place)."""
    rows[:, place] = free[number].T / divisor


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
