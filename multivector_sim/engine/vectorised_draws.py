"""Ruptures drawn without a compiler: the counterpart of :func:`multivector_sim.shock.ruptures.draw_block`.

Every rupture is drawn with the same numbers of the same streams as by compiled code, and only its values in the draws
in which it happens are computed.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from multivector_sim.sampling.law_kind import FIXED
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.sampling.vectorised import (
    draw,
    fail_together,
    follow,
    join_latent,
    join_severities,
    latent_uniforms,
    uniforms,
)
from multivector_sim.shock.hazard import MONTHS
from multivector_sim.shock.ruptures import FARTHEST, PHASES, SHARED, TIE, Drawn

if TYPE_CHECKING:
    from multivector_sim.sampling.copula import Joint
    from multivector_sim.sampling.numbers import Numbers
    from multivector_sim.sampling.streams import RandomSource
    from multivector_sim.shock.ruptures import RuptureTable
    from multivector_sim.typing import Floats, Integers

__all__ = ["draw_block", "put_rows"]

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
