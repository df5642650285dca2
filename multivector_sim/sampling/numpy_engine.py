"""Drawing numbers without a compiler: the same streams, distributions and tables, a block at a time.

The compiled sampler (:mod:`multivector_sim.sampling.numbers`) computes only the numbers that a draw needs, one after
the other. Here NumPy's own Philox generator fills a whole block of a stream, from which the wanted draws are taken, and
SciPy's functions map all of them at once. Uniform numbers have the same bits as in compiled code. Values come from the
same tables, so they differ from compiled ones by no more than the rounding of an exponential or of a normal quantile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.special import betaincinv, gammaincinv, ndtr, ndtri, stdtr

from multivector_sim.sampling import streams
from multivector_sim.sampling.law_kind import BETA, EMPIRICAL, FIXED, GAMMA, LOGNORMAL, TRIANGULAR, UNIFORM
from multivector_sim.sampling.special import FARTHEST, WIDEST
from multivector_sim.sampling.streams import BLOCK, HALF_STEP, LARGEST, SMALLEST
from multivector_sim.sampling.tables import HIGHEST, LOG_TAIL, LOWEST, MEDIAN, TAIL

if TYPE_CHECKING:
    from multivector_sim.sampling.copula import Joint
    from multivector_sim.sampling.numbers import Numbers
    from multivector_sim.sampling.streams import RandomSource
    from multivector_sim.typing import Floats, Integers

__all__ = ["draw", "fail_together", "follow", "join_latent", "join_severities", "latent_uniforms", "uniforms"]


def uniforms(random_source: RandomSource, stream: int) -> Floats:
    """Return the numbers of one stream, shape (BLOCK,), strictly between 0 and 1; the array may be a view."""
    if random_source.given.shape[0]:
        return np.asarray(random_source.given[stream])
    numbers = streams.own.philox.fill_uniforms(random_source.keys[stream], random_source.block)
    numbers += HALF_STEP
    return np.minimum(numbers, LARGEST, out=numbers)


def draw(numbers: Numbers, number: int, random_source: RandomSource, wanted: Integers | slice) -> Floats:
    """Return the values of an uncertain number in the wanted draws of a block."""
    if numbers.kind[number] == FIXED:
        count = BLOCK if isinstance(wanted, slice) else wanted.size
        return np.full(count, numbers.shape[number, 0])
    return follow(numbers, number, uniforms(random_source, int(numbers.stream[number]))[wanted])


def follow(numbers: Numbers, number: int, values: Floats) -> Floats:
    """Return the values of an uncertain number at uniform numbers (n,); NaN stays NaN, except where it is certain."""
    kind, shape = numbers.kind[number], numbers.shape[number]
    if kind == FIXED:
        return np.full(values.shape, shape[0])
    if kind == UNIFORM:
        return np.asarray(shape[0] + (shape[1] - shape[0]) * values)
    if kind == TRIANGULAR:
        return _triangular(shape[0], shape[1], shape[2], values)
    if kind == LOGNORMAL:
        return np.asarray(shape[0] * np.exp(shape[1] * ndtri(values)))
    if kind == EMPIRICAL:
        return _pick(numbers.listed[numbers.first[number] :][: numbers.many[number]], values)
    return _tabled(kind, shape, numbers.tables, int(numbers.table[number]), values)


def _pick(listed: Floats, values: Floats) -> Floats:
    """Return listed values at uniform numbers, each with equal probability."""
    known = ~np.isnan(values)
    places = np.minimum(np.where(known, values, 0.0) * listed.size, listed.size - 1).astype(np.int64)
    return np.where(known, listed[places], np.nan)


def _tabled(kind: int, shape: Floats, tables: Floats, table: int, values: Floats) -> Floats:
    """Return quantiles from a table where there is one, and in the tails from the exact function or a tail's table."""
    tails = ~((values >= TAIL) & (values <= 1.0 - TAIL)) | (table < 0)
    found = values.copy() if table < 0 else _look_up(tables[table], np.where(tails, MEDIAN, values))
    if kind == BETA:
        found[tails] = shape[2] + shape[3] * betaincinv(shape[0], shape[1], values[tails])
    elif kind == GAMMA:
        found[tails] = shape[1] * gammaincinv(shape[0], values[tails])
    else:
        found[tails] = _look_up_tails(tables[table + 1], tables[table + 2], values[tails])
    return found


def _look_up_tails(lower: Floats, upper: Floats, values: Floats) -> Floats:
    """Return the values of the tables of both tails; NaN returns NaN."""
    is_lower, is_upper = values < TAIL, values > 1.0 - TAIL
    below = np.log(np.where(is_lower, values, TAIL)) - LOWEST
    above = np.log(np.where(is_upper, 1.0 - values, TAIL)) - LOG_TAIL
    left = _cubic(lower, np.maximum(below / (LOG_TAIL - LOWEST), 0.0))
    right = _cubic(upper, above / (HIGHEST - LOG_TAIL))
    return np.where(is_lower, left, np.where(is_upper, right, values))


def _triangular(low: float, likely: float, high: float, values: Floats) -> Floats:
    """Return the quantiles of a triangular distribution."""
    width = high - low
    rising = low + np.sqrt(values * width * (likely - low))
    falling = high - np.sqrt((1.0 - values) * width * (high - likely))
    return np.where(values < (likely - low) / width, rising, falling)


def _look_up(nodes: Floats, values: Floats) -> Floats:
    """Return the values of a table (PIECES + 1, 2) of value and slope at numbers between its tails."""
    lower = values <= MEDIAN
    root = np.sqrt(0.5 * np.where(lower, values, 1.0 - values))
    return _cubic(nodes, np.where(lower, root, 1.0 - root))


def _cubic(nodes: Floats, shares: Floats) -> Floats:
    """Return the values of the cubics at shares (n,), from 0 to 1, of the way along the nodes."""
    pieces = nodes.shape[0] - 1
    at = shares * pieces
    piece = np.minimum(at.astype(np.int64), pieces - 1)
    t = at - piece
    low, first = nodes[piece].T
    high, second = nodes[piece + 1].T
    rise = high - low
    bend = 3.0 * rise - 2.0 * first - second
    twist = first + second - 2.0 * rise
    return np.asarray(low + t * (first + t * (bend + t * twist)))


def join_latent(joint: Joint, free: Floats) -> Floats:
    """Return a block's latent numbers (P, BLOCK)."""
    partners = joint.first.size - 1
    if not partners:
        return np.zeros((0, BLOCK))
    loadings = csr_array((joint.loading, joint.which, joint.first), shape=(partners, joint.factor.size))
    latent = np.asarray(loadings @ ndtri(free[joint.factor]))
    if joint.nu > 0.0:
        latent *= np.sqrt(joint.nu / np.maximum(free[joint.mixing], SMALLEST))
    return latent


def latent_uniforms(joint: Joint, latent: Floats) -> Floats:
    """Return the uniform numbers (n,) of latent ones; a low one is an early rupture."""
    found = ndtr(latent) if joint.nu == 0.0 else _student(joint.nu, joint.nodes, latent)
    return np.clip(found, SMALLEST, LARGEST)


def _student(nu: float, nodes: Floats, values: Floats) -> Floats:
    """Return the distribution function of Student's t, from its table (:mod:`multivector_sim.sampling.special`)."""
    if not nodes.shape[0]:
        return np.asarray(stdtr(nu, values))
    inside = np.abs(values) < FARTHEST
    scores = np.where(inside, values, 0.0)
    found = _look_up(nodes, 0.5 + 0.5 * scores / np.sqrt(min(nu, WIDEST) + scores * scores))
    exact = ~(inside & (found >= TAIL) & (found <= 1.0 - TAIL))
    found[exact] = stdtr(nu, values[exact])
    return found


def join_severities(own: Floats, common: Floats, depth: Floats, correlation: float, wrong_way: float) -> Floats:
    """Return the joined uniform numbers (n,) of one channel's severity, as :mod:`multivector_sim.shock.ruptures` does.

    ``own``, ``common`` and ``depth`` are normal scores (n,); a score with zero weight is not read.
    """
    score = np.sqrt(1.0 - correlation) * own
    if correlation > 0.0:
        score = np.sqrt(correlation) * common + score
    if wrong_way != 0.0:
        score = -wrong_way * depth + np.sqrt(1.0 - wrong_way * wrong_way) * score
    return np.asarray(np.clip(ndtr(score), SMALLEST, LARGEST))


def fail_together(severity: Floats, clause: Floats, together: float) -> Floats:
    """Return the numbers (n,) of a clause joined to those of a severity; both are uniform, and so is the result."""
    score = together * ndtri(severity) + np.sqrt(1.0 - together * together) * ndtri(clause)
    return np.asarray(np.clip(ndtr(score), SMALLEST, LARGEST))
