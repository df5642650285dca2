"""What can go wrong, drawn without a compiler: :func:`multivector_sim.engine.threats.draw_block` a block at a time.

Every rupture is drawn with the same numbers of the same streams as by compiled code, and only its values in the draws
in which it happens are worked out.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from multivector_sim.engine.threats import FARTHEST, PHASES, SHARED, TIE
from multivector_sim.sampling.law_kind import FIXED
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.sampling.vectorised import draw, follow, join_latent, join_severities, luck_of, uniforms
from multivector_sim.shock.hazard import MONTHS

if TYPE_CHECKING:
    from multivector_sim.engine.threats import Drawn, Threats
    from multivector_sim.sampling.joint import Joint
    from multivector_sim.sampling.numbers import Numbers
    from multivector_sim.sampling.streams import Luck
    from multivector_sim.typing import Floats, Integers

__all__ = ["draw_block", "put_rows"]

EVERYONE = slice(None)


@np.errstate(all="ignore")
def draw_block(
    threats: Threats,
    joint: Joint,
    numbers: Numbers,
    loose: Integers,
    luck: Luck,
    months: int,
    desk: None,
    drawn: Drawn,
    start: int,
) -> None:
    """Draw a block.

    Parameters
    ----------
    threats, joint, numbers, loose, luck, months
        As for the compiled function.
    desk
        Not needed here.
    drawn
        Written are its ruptures from draw ``start`` on, 1,024 of them, and all of its loose rows.
    start
        The block's first draw.
    """
    del desk
    for row, number in enumerate(loose):
        drawn.loose[row] = draw(numbers, number, luck, EVERYONE)
    latent = join_latent(joint, drawn.loose)
    timing, severity = drawn.timing[start : start + BLOCK], drawn.severity[start : start + BLOCK]
    timing[...] = 0.0
    timing[:, :, 0] = inf
    severity[...] = 0.0
    everyone = np.arange(BLOCK, dtype=np.int64)
    for rupture, column in enumerate(threats.column):
        happens, depth = everyone, np.zeros(0)
        if column >= 0:
            happens, depth, onset = _times(threats, rupture, joint, latent[column], numbers, luck, months)
            timing[happens, rupture, 0] = onset
        if happens.size:
            _hit(threats, rupture, numbers, luck, happens, depth, timing[:, rupture], severity[:, rupture])


def _times(
    threats: Threats, rupture: int, joint: Joint, latent: Floats, numbers: Numbers, luck: Luck, months: int
) -> tuple[Integers, Floats, Floats]:
    """Return the draws in which a hazard happens within the horizon, its depth there, and its month."""
    happens = np.flatnonzero(latent < threats.limit[rupture])
    uniform = luck_of(joint, latent[happens])
    first, last = threats.first_term[rupture], threats.first_term[rupture + 1]
    intensity = draw(numbers, threats.term[first], luck, happens)
    for at in range(first + 1, last, TIE):
        value, baseline, beta = (draw(numbers, threats.term[at + part], luck, happens) for part in range(TIE))
        intensity *= np.exp(np.clip(-beta * (value - baseline), -FARTHEST, FARTHEST))
    probability = -np.expm1(-intensity * (months / MONTHS))
    inside = uniform < probability
    uniform, intensity = uniform[inside], intensity[inside]
    return happens[inside], uniform / probability[inside], MONTHS * (-np.log1p(-uniform) / intensity)


def _hit(
    threats: Threats,
    rupture: int,
    numbers: Numbers,
    luck: Luck,
    happens: Integers,
    depth: Floats,
    timing: Floats,
    severity: Floats,
) -> None:
    """Write phases and severities in the draws in which a rupture happens."""
    correlation, wrong_way = threats.correlation[rupture], threats.wrong_way[rupture]
    joined = correlation != 0.0 or wrong_way != 0.0
    score = ndtri(depth) if wrong_way != 0.0 else depth
    common = depth
    for at in range(threats.first_part[rupture], threats.first_part[rupture + 1]):
        number, place = threats.part[at], threats.place[at]
        uniform = np.zeros(happens.size)
        if numbers.kind[number] != FIXED:
            uniform = uniforms(luck, int(numbers.stream[number]))[happens]
            if place == SHARED:
                common = ndtri(uniform)
            elif joined and place >= PHASES:
                uniform = join_severities(ndtri(uniform), common, score, correlation, wrong_way)
        if place != SHARED:
            column = timing[:, place] if place < PHASES else severity[:, place - PHASES]
            column[happens] = follow(numbers, number, uniform)


def put_rows(loose: Floats, number: Integers, place: Integers, divisor: float, rows: Floats) -> None:
    """Put numbers (number, BLOCK) where they go in ``rows`` (BLOCK, place)."""
    rows[:, place] = loose[number].T / divisor
