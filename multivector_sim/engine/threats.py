"""What can go wrong, as arrays, and the compiled code that draws it: who ruptures, when, how hard, for how long.

A stress happens in every draw. A hazard happens by chance: the copula gives each partner's luck, its intensity turns
luck into a time, and only in those draws where that time lies within the horizon is anything else worked out; for
the others not even the random numbers are. A further rupture of the same hazard can come once the last has run its
course, ramp and duration; its time has a uniform number of its own.

Every number that belongs to a rupture is drawn in one loop, whatever it is, because the compiler translates what a loop
calls once for each place that calls it, and a short run waits for the compiler.
"""

from math import exp, inf, sqrt
from typing import NamedTuple

import numpy as np

from multivector_sim.compiled import entry, step, stretch
from multivector_sim.sampling.deal import Hand, deal, new_hand
from multivector_sim.sampling.joint import Joint, Scratch, inside, join_latent, luck_of, new_scratch
from multivector_sim.sampling.normal import normal_cdf, normal_quantiles
from multivector_sim.sampling.numbers import FIXED, Numbers, draw, follow
from multivector_sim.sampling.streams import BLOCK, Luck
from multivector_sim.shock.hazard import depth, rupture_month, rupture_probability
from multivector_sim.shock.severity import join_severities
from multivector_sim.typing import Floats, Integers

__all__ = ["PHASES", "SHARED", "Desk", "Drawn", "Threats", "draw_block", "new_desk"]

FARTHEST = 700.0
"""An exponent beyond it is a hazard of nothing or of certainty at once; its exponential would be no number."""

PHASES = 5
"""Onset, ramp, duration, half-life and scar come first in what is drawn of a rupture; then come its severities."""

SHARED = -1
"""The place of what a rupture's severities have in common, which is nowhere in what is drawn."""

TIE = 3

month_of, probability_of, depth_of = step(rupture_month), step(rupture_probability), step(depth)


class Threats(NamedTuple):
    """Every rupture that a scenario knows, R in all; numbers are named by their places in the register.

    ``column`` (R,), the partner's in the copula, or -1 for a stress; ``further`` (R,), the uniform number behind the
    time of a further rupture of the hazard before it, or -1; ``limit`` (R,), the latent number above which it surely
    does not happen; ``term`` (n,), rupture r's from ``first_term[r]`` up to ``first_term[r + 1]``: its
    intensity, then value, baseline and beta of each of its ties; ``part`` (n,) and ``place`` (n,), every other number
    that belongs to it and where that goes, those of r from ``first_part[r]``; ``correlation`` of its severities and
    ``wrong_way`` (R,); ``clause`` (n,), the loose row of the promise that answers to this severity, or -1, and
    ``together`` (n,), their correlation.
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
    """What is drawn.

    ``timing`` (n, R, 5): onset (infinite for none), ramp, duration, half-life, scar; ``severity`` (n, R, channel + 1),
    the last for transit; ``loose`` (number, BLOCK), the numbers of one block that belong to no rupture.
    """

    timing: Floats
    severity: Floats
    loose: Floats


class Desk(NamedTuple):
    """Scratch of one thread for one block, used for one rupture after the other.

    ``happens`` (BLOCK,) draws in which the rupture at hand happens; the others (BLOCK,) are numbers of these draws:
    ``common`` score of its severities, ``score`` of its depth, ``uniform`` and ``own``, ``intensity``, ``since`` when
    it can happen, months; ``terms`` (3, BLOCK).
    """

    hand: Hand
    scratch: Scratch
    happens: Integers
    common: Floats
    score: Floats
    uniform: Floats
    own: Floats
    intensity: Floats
    since: Floats
    terms: Floats


def new_desk(joint: Joint) -> Desk:
    """Make the scratch that one thread needs."""
    common, score, uniform, own, intensity, since = np.zeros((6, BLOCK))
    happens, terms = np.zeros(BLOCK, dtype=np.int64), np.zeros((TIE, BLOCK))
    return Desk(new_hand(), new_scratch(joint), happens, common, score, uniform, own, intensity, since, terms)


@entry
def draw_block(
    threats: Threats,
    joint: Joint,
    numbers: Numbers,
    loose: Integers,
    luck: Luck,
    months: int,
    desk: Desk,
    drawn: Drawn,
    start: int,
) -> None:
    """Draw a block.

    ``loose`` (n,) are the numbers that belong to no rupture, drawn first, a row each; ``luck`` is the block's;
    ``months`` is the horizon. Written are ``desk``, and ``drawn``: its ruptures from draw ``start`` on, 1,024 of them,
    and all of its loose rows, of which those behind the copula are used up.
    """
    everyone = desk.hand.everyone
    for row in range(loose.size):
        draw(numbers, loose[row], luck, everyone, everyone.size, desk.hand, drawn.loose[row])
    join_latent(joint, drawn.loose, desk.hand.tails, desk.scratch)
    clear(drawn.timing, drawn.severity, start)
    for rupture in range(threats.column.size):
        if threats.column[rupture] < 0:
            count = everyone.size
            for one in range(count):
                desk.happens[one] = one
        else:
            count = strike(threats, rupture, joint, numbers, luck, months, desk, drawn.timing, start)
        hit(threats, rupture, numbers, luck, desk, count, drawn, start)


@step
def clear(timing: Floats, severity: Floats, start: int) -> None:
    """Set a block to no rupture at all."""
    for one in range(start, start + BLOCK):
        for rupture in range(timing.shape[1]):
            timing[one, rupture, 0] = inf
            for phase in range(1, timing.shape[2]):
                timing[one, rupture, phase] = 0.0
            for channel in range(severity.shape[2]):
                severity[one, rupture, channel] = 0.0


@stretch
def strike(
    threats: Threats,
    rupture: int,
    joint: Joint,
    numbers: Numbers,
    luck: Luck,
    months: int,
    desk: Desk,
    timing: Floats,
    start: int,
) -> int:
    """Find the draws in which a hazard happens within the horizon; write its month and its depth; say how many."""
    happens, score, since = desk.happens, desk.score, desk.since
    if threats.further[rupture] < 0:
        found = below(desk.scratch.latent[threats.column[rupture]], threats.limit[rupture], happens, score)
        luck_of(joint.nu, joint.nodes, score, found)
        for place in range(found):
            since[place] = 0.0
    else:
        found = over_before(timing[:, rupture - 1], start, months, happens, since)
        deal(luck, numbers.stream[threats.further[rupture]], happens, found, desk.hand, score)
    draw_intensity(threats, rupture, numbers, luck, desk, found)
    count, intensity, earliest, probability = 0, -1.0, -1.0, 0.0
    for place in range(found):
        one, uniform = happens[place], score[place]
        if desk.intensity[place] != intensity or since[place] != earliest:
            intensity, earliest = desk.intensity[place], since[place]
            probability = probability_of(intensity, months - earliest)
        if uniform < probability:
            happens[count] = one
            score[count] = depth_of(uniform, probability)
            timing[start + one, rupture, 0] = earliest + month_of(uniform, intensity)
            count += 1
    return count


@step
def over_before(timing: Floats, start: int, months: int, happens: Integers, since: Floats) -> int:
    """Note the draws in which a rupture has run its course within the horizon, and when; return how many."""
    found = 0
    for one in range(BLOCK):
        happens[found] = one
        since[found] = timing[start + one, 0] + timing[start + one, 1] + timing[start + one, 2]
        found += since[found] < months
    return found


@step
def below(latent: Floats, limit: float, happens: Integers, values: Floats) -> int:
    """Note the draws whose latent number is below a limit, and that number; say how many."""
    found = 0
    for one in range(BLOCK):
        happens[found], values[found] = one, latent[one]
        found += latent[one] < limit
    return found


@stretch
def draw_intensity(threats: Threats, rupture: int, numbers: Numbers, luck: Luck, desk: Desk, found: int) -> None:
    """Draw the ruptures a year that remain under the ties: times ``exp(-beta (value - baseline))`` for each."""
    begin = threats.first_term[rupture]
    for at in range(begin, threats.first_term[rupture + 1]):
        part = (at - begin - 1) % TIE
        row = desk.intensity if at == begin else desk.terms[part]
        draw(numbers, threats.term[at], luck, desk.happens, found, desk.hand, row)
        if at > begin and part == TIE - 1:
            loosen(desk.intensity, desk.terms, found)


@step
def loosen(intensity: Floats, terms: Floats, count: int) -> None:
    """Change an intensity by a tie's value, baseline and beta."""
    for place in range(count):
        exponent = -terms[2, place] * (terms[0, place] - terms[1, place])
        intensity[place] *= exp(min(max(exponent, -FARTHEST), FARTHEST))


@stretch
def hit(
    threats: Threats,
    rupture: int,
    numbers: Numbers,
    luck: Luck,
    desk: Desk,
    count: int,
    drawn: Drawn,
    start: int,
) -> None:
    """Write phases and severities in the draws in which a rupture happens; ``desk.score`` has its depths."""
    uniform, own, hand = desk.uniform, desk.own, desk.hand
    correlation, wrong_way = threats.correlation[rupture], threats.wrong_way[rupture]
    joined = correlation != 0.0 or wrong_way != 0.0
    if wrong_way != 0.0:
        normal_quantiles(desk.score, count, hand.tails, own)
        for place in range(count):
            desk.score[place] = own[place]
    for at in range(threats.first_part[rupture], threats.first_part[rupture + 1]):
        number, place = threats.part[at], threats.place[at]
        if numbers.kind[number] != FIXED:
            deal(luck, numbers.stream[number], desk.happens, count, hand, uniform)
            if joined and (place == SHARED or place >= PHASES):
                normal_quantiles(uniform, count, hand.tails, desk.common if place == SHARED else own)
                if place != SHARED:
                    join_severities(own, desk.common, desk.score, correlation, wrong_way, count, uniform)
            if threats.clause[at] >= 0:
                fail_together(threats.together[at], uniform, count, desk, drawn.loose[threats.clause[at]])
        if place != SHARED:
            follow(numbers, number, uniform, count, hand.tails)
            timing, severity = drawn.timing[:, rupture], drawn.severity[:, rupture]
            column = timing[:, place] if place < PHASES else severity[:, place - PHASES]
            put(uniform, desk.happens, count, start, column)


@step
def fail_together(together: float, uniform: Floats, count: int, desk: Desk, promise: Floats) -> None:
    """Join the numbers of a ``promise`` (BLOCK,) to those of a severity, ``uniform[:count]``, where a rupture happens.

    ``Phi(rho M + sqrt(1 - rho^2) E)``, with M the severity's normal score and E the promise's own: still uniform, and
    for a positive rho above the chance that it is kept where the rupture is hard.
    """
    given, score, hard = desk.terms[0], desk.terms[1], desk.own
    for place in range(count):
        given[place] = promise[desk.happens[place]]
    normal_quantiles(given, count, desk.hand.tails, score)
    for place in range(count):
        given[place] = uniform[place]  # the quantiles use up what they are given, and the severity still needs its own
    normal_quantiles(given, count, desk.hand.tails, hard)
    alone = sqrt(1.0 - together * together)
    for place in range(count):
        promise[desk.happens[place]] = inside(normal_cdf(together * hard[place] + alone * score[place]))


@step
def put(values: Floats, wanted: Integers, count: int, start: int, column: Floats) -> None:
    """Write values to their draws."""
    for place in range(count):
        column[start + wanted[place]] = values[place]
