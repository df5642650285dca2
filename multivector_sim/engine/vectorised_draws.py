"""Ruptures drawn without a compiler: the counterpart of :func:`multivector_sim.shock.ruptures.draw_block`.

Every rupture is drawn with the same numbers of the same streams as in compiled code, and its values are computed only
for the draws in which it happens.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from multivector_sim.sampling.law_kind import FIXED
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.sampling.vectorised import draw, follow, join_latent, join_severities, latent_uniforms, uniforms
from multivector_sim.shock.hazard import MONTHS
from multivector_sim.shock.ruptures import FARTHEST, PHASES, SHARED, TIE

if TYPE_CHECKING:
    from multivector_sim.sampling.copula import Joint
    from multivector_sim.sampling.numbers import Numbers
    from multivector_sim.sampling.streams import RandomSource
    from multivector_sim.shock.ruptures import Drawn, RuptureTable
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
            happens, depth, onset = _times(
                rupture_table, rupture, joint, latent[column], numbers, random_source, months
            )
            timing[happens, rupture, 0] = onset
        if happens.size:
            _draw_severities(
                rupture_table, rupture, numbers, random_source, happens, depth, timing[:, rupture], severity[:, rupture]
            )


def _times(
    rupture_table: RuptureTable,
    rupture: int,
    joint: Joint,
    latent: Floats,
    numbers: Numbers,
    random_source: RandomSource,
    months: int,
) -> tuple[Integers, Floats, Floats]:
    """Return the draws in which a hazard happens within the horizon, its depth there, and its month."""
    happens = np.flatnonzero(latent < rupture_table.limit[rupture])
    uniform = latent_uniforms(joint, latent[happens])
    first, last = rupture_table.first_term[rupture], rupture_table.first_term[rupture + 1]
    intensity = draw(numbers, rupture_table.term[first], random_source, happens)
    for at in range(first + 1, last, TIE):
        value, baseline, beta = (
            draw(numbers, rupture_table.term[at + part], random_source, happens) for part in range(TIE)
        )
        intensity *= np.exp(np.clip(-beta * (value - baseline), -FARTHEST, FARTHEST))
    probability = -np.expm1(-intensity * (months / MONTHS))
    inside = uniform < probability
    uniform, intensity = uniform[inside], intensity[inside]
    return happens[inside], uniform / probability[inside], MONTHS * (-np.log1p(-uniform) / intensity)


def _draw_severities(
    rupture_table: RuptureTable,
    rupture: int,
    numbers: Numbers,
    random_source: RandomSource,
    happens: Integers,
    depth: Floats,
    timing: Floats,
    severity: Floats,
) -> None:
    """Write phases and severities in the draws in which a rupture happens."""
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
        if place != SHARED:
            column = timing[:, place] if place < PHASES else severity[:, place - PHASES]
            column[happens] = follow(numbers, number, uniform)


def put_rows(free: Floats, number: Integers, place: Integers, divisor: float, rows: Floats) -> None:
    """Write numbers (number, BLOCK) to their positions in ``rows`` (BLOCK, place)."""
    rows[:, place] = free[number].T / divisor
