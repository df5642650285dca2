"""Ruptures as arrays, and the compiled code that draws them: which partner, when, how severely, for how long.

A stress happens in every draw. A hazard happens by chance: the copula provides each partner's latent number, which the
intensity turns into a time, and only in draws in which that time lies within the horizon is anything else computed; in
the others not even random numbers are drawn.

All numbers of a rupture are drawn in one loop, because the compiler translates the functions that a loop calls once for
each call site, and short runs wait for the compiler.

*Severities.* The severities of one rupture are joined by a Gaussian copula. Behind channel c stands a normal ::

    Y[c] = -w N + sqrt(1 - w^2) (sqrt(rho) M + sqrt(1 - rho) E[c])

with ``rho`` the severity correlation and ``w`` the wrong-way risk. ``N`` is the normal score of the rupture's rank
among the ruptures that happen, so for positive w an earlier rupture is a more severe one. Ranks among ruptures are
uniform, so each severity keeps its stated distribution, whatever w. The total correlation of two channels is ``w^2 + (1
- w^2) rho``.
"""

from math import exp, inf, sqrt
from typing import NamedTuple

import numpy as np

from multivector_sim.compiled import inline, kernel_entry, kernel_function
from multivector_sim.sampling.copula import Joint, Scratch, inside, join_latent, latent_uniforms, new_scratch
from multivector_sim.sampling.numbers import FIXED, Numbers, draw, follow
from multivector_sim.sampling.philox import Buffers, fill_uniforms, new_buffers
from multivector_sim.sampling.special import normal_cdf, normal_quantiles
from multivector_sim.sampling.streams import BLOCK, RandomSource
from multivector_sim.shock.hazard import depth, rupture_month, rupture_probability
from multivector_sim.typing import Floats, Integers

__all__ = ["PHASES", "SHARED", "Drawn", "RuptureTable", "Workspace", "draw_block", "join_severities", "new_workspace"]

FARTHEST = 700.0
"""An exponent beyond this is an intensity of zero or infinity; its exponential would overflow."""

PHASES = 5
"""Onset, ramp, duration, half-life and scar come first among the numbers of a rupture, followed by its severities."""

SHARED = -1
"""The place of the common factor of a rupture's severities, which is not stored among the drawn numbers."""

TIE = 3

month_of, probability_of, depth_of = (
    kernel_function(rupture_month),
    kernel_function(rupture_probability),
    kernel_function(depth),
)


class RuptureTable(NamedTuple):
    """All ruptures of a scenario, R in number; numbers are given by their positions in the register.

    ``column`` (R,) is the partner's in the copula, or -1 for a stress; ``further`` (R,) the uniform number behind the
    time of a further rupture of the preceding hazard, or -1; ``limit`` (R,) the latent number above which it certainly
    does not happen. ``term`` (n,), rupture r's from ``first_term[r]`` up to ``first_term[r + 1]``, holds its
    intensity, then value, baseline and beta of each of its ties; ``part`` (n,) and ``place`` (n,), those of r from
    ``first_part[r]``, hold its other numbers and their places; ``correlation`` of its severities and
    ``wrong_way`` (R,); ``clause`` (n,) is the free row of the contract term linked to this severity, or -1, and
    ``together`` (n,) their correlation.
    """

    column: Integers
    further: Integers
    limit: Floats
    first_term: Integers
    term: Integers
    first_part: Integers
    part: Integers
    place: Integers
    correlation: Floats
    wrong_way: Floats
    clause: Integers
    together: Floats


class Drawn(NamedTuple):
    """The drawn numbers.

    ``timing`` (n, R, 5): onset (infinite for none), ramp, duration, half-life, scar; ``severity`` (n, R, channel + 1),
    the last for transit; ``free`` (number, BLOCK), the numbers of one block that belong to no rupture.
    """

    timing: Floats
    severity: Floats
    free: Floats


class Workspace(NamedTuple):
    """Scratch memory of one thread for one block, used for one rupture after the other.

    ``happens`` (BLOCK,) are the draws in which the current rupture happens; the others (BLOCK,) hold numbers of these
    draws: ``common`` score of its severities, ``score`` of its depth, ``uniform`` and ``own``, ``intensity``, ``since``
    the month from which it can happen; ``terms`` (3, BLOCK).
    """

    buffers: Buffers
    scratch: Scratch
    happens: Integers
    common: Floats
    score: Floats
    uniform: Floats
    own: Floats
    intensity: Floats
    since: Floats
    terms: Floats


def new_workspace(joint: Joint) -> Workspace:
    """Return the scratch memory that one thread needs."""
    common, score, uniform, own, intensity, since = np.zeros((6, BLOCK))
    happens, terms = np.zeros(BLOCK, dtype=np.int64), np.zeros((TIE, BLOCK))
    return Workspace(new_buffers(), new_scratch(joint), happens, common, score, uniform, own, intensity, since, terms)


@kernel_entry
def draw_block(
    rupture_table: RuptureTable,
    joint: Joint,
    numbers: Numbers,
    free: Integers,
    random_source: RandomSource,
    months: int,
    workspace: Workspace,
    drawn: Drawn,
    start: int,
) -> None:
    """Draw the ruptures and free numbers of a block.

    ``free`` (n,) are the numbers that belong to no rupture, drawn first, a row each; ``random_source`` is the block's;
    ``months`` is the horizon. The function writes ``workspace`` and, in ``drawn``, the ruptures of 1,024 draws from
    ``start`` on and all free rows, of which those behind the copula are overwritten.
    """
    everyone = workspace.buffers.everyone
    for row in range(free.size):
        draw(numbers, free[row], random_source, everyone, everyone.size, workspace.buffers, drawn.free[row])
    join_latent(joint, drawn.free, workspace.buffers.tails, workspace.scratch)
    _clear(drawn.timing, drawn.severity, start)
    for rupture in range(rupture_table.column.size):
        if rupture_table.column[rupture] < 0:
            count = everyone.size
            for one in range(count):
                workspace.happens[one] = one
        else:
            count = _draw_times(
                rupture_table, rupture, joint, numbers, random_source, months, workspace, drawn.timing, start
            )
        _draw_severities(rupture_table, rupture, numbers, random_source, workspace, count, drawn, start)


@kernel_function
def _clear(timing: Floats, severity: Floats, start: int) -> None:
    """Set a block to no ruptures."""
    for one in range(start, start + BLOCK):
        for rupture in range(timing.shape[1]):
            timing[one, rupture, 0] = inf
            for phase in range(1, timing.shape[2]):
                timing[one, rupture, phase] = 0.0
            for channel in range(severity.shape[2]):
                severity[one, rupture, channel] = 0.0


@inline
def _draw_times(
    rupture_table: RuptureTable,
    rupture: int,
    joint: Joint,
    numbers: Numbers,
    random_source: RandomSource,
    months: int,
    workspace: Workspace,
    timing: Floats,
    start: int,
) -> int:
    """Find the draws in which a hazard happens within the horizon; write its month and depth; return how many."""
    happens, score, since = workspace.happens, workspace.score, workspace.since
    if rupture_table.further[rupture] < 0:
        found = _below(
            workspace.scratch.latent[rupture_table.column[rupture]], rupture_table.limit[rupture], happens, score
        )
        latent_uniforms(joint.nu, joint.nodes, score, found)
        for place in range(found):
            since[place] = 0.0
    else:
        found = _over_before(timing[:, rupture - 1], start, months, happens, since)
        fill_uniforms(
            random_source, numbers.stream[rupture_table.further[rupture]], happens, found, workspace.buffers, score
        )
    _draw_intensity(rupture_table, rupture, numbers, random_source, workspace, found)
    count, intensity, earliest, probability = 0, -1.0, -1.0, 0.0
    for place in range(found):
        one, uniform = happens[place], score[place]
        if workspace.intensity[place] != intensity or since[place] != earliest:
            intensity, earliest = workspace.intensity[place], since[place]
            probability = probability_of(intensity, months - earliest)
        if uniform < probability:
            happens[count] = one
            score[count] = depth_of(uniform, probability)
            timing[start + one, rupture, 0] = earliest + month_of(uniform, intensity)
            count += 1
    return count


@kernel_function
def _over_before(timing: Floats, start: int, months: int, happens: Integers, since: Floats) -> int:
    """Record the draws in which a rupture has run its course within the horizon, and when; return how many."""
    found = 0
    for one in range(BLOCK):
        happens[found] = one
        since[found] = timing[start + one, 0] + timing[start + one, 1] + timing[start + one, 2]
        found += since[found] < months
    return found


@kernel_function
def _below(latent: Floats, limit: float, happens: Integers, values: Floats) -> int:
    """Record the draws whose latent number is below a limit, and that number; return how many."""
    found = 0
    for one in range(BLOCK):
        happens[found], values[found] = one, latent[one]
        found += latent[one] < limit
    return found


@inline
def _draw_intensity(
    rupture_table: RuptureTable,
    rupture: int,
    numbers: Numbers,
    random_source: RandomSource,
    workspace: Workspace,
    found: int,
) -> None:
    """Draw the intensity of a hazard, multiplied by ``exp(-beta (value - baseline))`` for each tie."""
    begin = rupture_table.first_term[rupture]
    for at in range(begin, rupture_table.first_term[rupture + 1]):
        part = (at - begin - 1) % TIE
        row = workspace.intensity if at == begin else workspace.terms[part]
        draw(numbers, rupture_table.term[at], random_source, workspace.happens, found, workspace.buffers, row)
        if at > begin and part == TIE - 1:
            _apply_tie(workspace.intensity, workspace.terms, found)


@kernel_function
def _apply_tie(intensity: Floats, terms: Floats, count: int) -> None:
    """Multiply an intensity by the effect of a tie's value, baseline and beta."""
    for place in range(count):
        exponent = -terms[2, place] * (terms[0, place] - terms[1, place])
        intensity[place] *= exp(min(max(exponent, -FARTHEST), FARTHEST))


@inline
def _draw_severities(
    rupture_table: RuptureTable,
    rupture: int,
    numbers: Numbers,
    random_source: RandomSource,
    workspace: Workspace,
    count: int,
    drawn: Drawn,
    start: int,
) -> None:
    """Write phases and severities in the draws in which a rupture happens; ``workspace.score`` holds their depths."""
    uniform, own, buffers = workspace.uniform, workspace.own, workspace.buffers
    correlation, wrong_way = rupture_table.correlation[rupture], rupture_table.wrong_way[rupture]
    joined = correlation != 0.0 or wrong_way != 0.0
    if wrong_way != 0.0:
        normal_quantiles(workspace.score, count, buffers.tails, own)
        for place in range(count):
            workspace.score[place] = own[place]
    for at in range(rupture_table.first_part[rupture], rupture_table.first_part[rupture + 1]):
        number, place = rupture_table.part[at], rupture_table.place[at]
        if numbers.kind[number] != FIXED:
            fill_uniforms(random_source, numbers.stream[number], workspace.happens, count, buffers, uniform)
            if joined and (place == SHARED or place >= PHASES):
                normal_quantiles(uniform, count, buffers.tails, workspace.common if place == SHARED else own)
                if place != SHARED:
                    join_severities(own, workspace.common, workspace.score, correlation, wrong_way, count, uniform)
            if rupture_table.clause[at] >= 0:
                _fail_together(
                    rupture_table.together[at], uniform, count, workspace, drawn.free[rupture_table.clause[at]]
                )
        if place != SHARED:
            follow(numbers, number, uniform, count, buffers.tails)
            timing, severity = drawn.timing[:, rupture], drawn.severity[:, rupture]
            column = timing[:, place] if place < PHASES else severity[:, place - PHASES]
            _put(uniform, workspace.happens, count, start, column)


@kernel_function
def _fail_together(together: float, uniform: Floats, count: int, workspace: Workspace, clause: Floats) -> None:
    """Correlate the numbers of a ``clause`` (BLOCK,) with a severity, ``uniform[:count]``, where a rupture happens.

    ``Phi(rho M + sqrt(1 - rho^2) E)``, with M the severity's normal score and E the clause's own: still uniform, and
    with a positive rho large where the rupture is severe, so that the clause is not honoured.
    """
    given, score, hard = workspace.terms[0], workspace.terms[1], workspace.own
    for place in range(count):
        given[place] = clause[workspace.happens[place]]
    normal_quantiles(given, count, workspace.buffers.tails, score)
    for place in range(count):
        given[place] = uniform[place]  # the quantiles overwrite their input, which the severity still needs
    normal_quantiles(given, count, workspace.buffers.tails, hard)
    alone = sqrt(1.0 - together * together)
    for place in range(count):
        clause[workspace.happens[place]] = inside(normal_cdf(together * hard[place] + alone * score[place]))


@kernel_function
def _put(values: Floats, wanted: Integers, count: int, start: int, column: Floats) -> None:
    """Write values to the rows of their draws."""
    for place in range(count):
        column[start + wanted[place]] = values[place]


@kernel_function
def join_severities(
    own: Floats, common: Floats, depth: Floats, correlation: float, wrong_way: float, count: int, uniforms: Floats
) -> None:
    """Write the joined uniforms of one channel's severity, strictly between 0 and 1, to ``uniforms[:count]``.

    ``own`` (E), ``common`` (M) and ``depth`` (N), each (count,) or longer, are normal scores of the draws in which the
    rupture happens; a score with zero weight is not read. The correlation is from 0 to 1, wrong way from -1
    to 1.
    """
    shared, alone = sqrt(correlation), sqrt(1.0 - correlation)
    straight = sqrt(1.0 - wrong_way * wrong_way)
    for place in range(count):
        score = alone * own[place]
        if shared > 0.0:
            score = shared * common[place] + score
        if wrong_way != 0.0:
            score = -wrong_way * depth[place] + straight * score
        uniforms[place] = inside(normal_cdf(score))
