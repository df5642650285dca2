"""Compiled steps as tests call them: with arrays in and arrays out. Each is compiled once, at its first call."""

from functools import cache

import numpy as np

from multivector_sim.compiled import kernel_entry
from multivector_sim.sampling.copula import join_latent, latent_uniforms, new_scratch, pack_copula
from multivector_sim.sampling.numbers import draw, pack_numbers
from multivector_sim.sampling.philox import fill_uniforms, new_buffers
from multivector_sim.sampling.special import normal_cdf, normal_quantile, normal_quantiles, student_cdf, student_table
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.sampling.tables import look_up
from multivector_sim.shock.ruptures import join_severities

__all__ = ["cdf", "dealt", "found_in", "hit", "joined", "latent", "luck_at", "quantiles", "single_quantiles", "t_cdf"]


def dealt(luck, stream, wanted):
    """Deal the numbers of one stream to the wanted draws of a block."""
    wanted = np.asarray(wanted, dtype=np.int64)
    numbers = np.full(wanted.size, np.nan)
    deal_row(luck, stream, wanted, new_buffers(), numbers)
    return numbers


@kernel_entry
def deal_row(luck, stream, wanted, buffers, numbers):
    fill_uniforms(luck, stream, wanted, wanted.size, buffers, numbers)


def quantiles(numbers):
    """Give normal quantiles, a row at once."""
    row = np.array(numbers, dtype=np.float64)
    scores = np.full(row.size, np.nan)
    quantile_row(row, np.zeros(row.size + 1, dtype=np.int64), scores)
    return scores


@kernel_entry
def quantile_row(numbers, tails, scores):
    normal_quantiles(numbers, numbers.size, tails, scores)


def found_in(nodes, numbers):
    """Look numbers up in a table, without regard to its tails."""
    row = np.array(numbers, dtype=np.float64)
    look_up_row(nodes, row)
    return row


@kernel_entry
def look_up_row(nodes, row):
    for place in range(row.size):
        row[place] = look_up(nodes, row[place])


def single_quantiles(numbers):
    """Give normal quantiles, one after the other."""
    row = np.array(numbers, dtype=np.float64)
    each_quantile(row)
    return row


@kernel_entry
def each_quantile(row):
    for place in range(row.size):
        row[place] = normal_quantile(row[place])


def cdf(values):
    """Give the normal distribution function."""
    row = np.array(values, dtype=np.float64)
    each_cdf(row)
    return row


@kernel_entry
def each_cdf(row):
    for place in range(row.size):
        row[place] = normal_cdf(row[place])


def t_cdf(nu, values):
    """Give the distribution function of Student's t."""
    row = np.array(values, dtype=np.float64)
    t_row(float(nu), student_table(float(nu)), row)
    return row


@kernel_entry
def t_row(nu, nodes, row):
    for place in range(row.size):
        row[place] = student_cdf(nu, nodes, row[place])


def luck_at(copula, values):
    """Give the luck of latent numbers under a copula."""
    joint = laid(copula)[1]
    row = np.array(values, dtype=np.float64)
    luck_row(joint.nu, joint.nodes, row)
    return row


@kernel_entry
def luck_row(nu, nodes, values):
    latent_uniforms(nu, nodes, values, values.size)


def joined(copula):
    """Give the function of a source that joins the luck of partners, (BLOCK, partner)."""
    return lambda source: both(copula, source)[1]


def latent(copula):
    """Give the function of a source that has the latent numbers behind it, (BLOCK, partner)."""
    return lambda source: both(copula, source)[0]


def both(copula, source):
    names, joint, numbers = laid(copula)
    free, scratch = np.zeros((len(names), BLOCK)), new_scratch(joint)
    uniforms = np.zeros_like(scratch.latent)
    join_block(joint, numbers, source.random_source(names), new_buffers(), free, scratch, uniforms)
    return scratch.latent.T, uniforms.T


@cache
def laid(copula):
    entered = []

    def enter(name, law):
        entered.append((name, law))
        return len(entered) - 1

    joint = pack_copula(copula, enter)
    return (
        tuple(name for name, _ in entered),
        joint,
        pack_numbers([law for _, law in entered], list(range(len(entered)))),
    )


@kernel_entry
def join_block(joint, numbers, luck, buffers, free, scratch, uniforms):
    everyone = buffers.everyone
    for row in range(free.shape[0]):
        draw(numbers, row, luck, everyone, everyone.size, buffers, free[row])
    join_latent(joint, free, buffers.tails, scratch)
    for partner in range(uniforms.shape[0]):
        for place in range(everyone.size):
            uniforms[partner, place] = scratch.latent[partner, place]
        latent_uniforms(joint.nu, joint.nodes, uniforms[partner], everyone.size)


def hit(own, common, depth, correlation, wrong_way):
    """Join severities: normal scores in, uniforms out."""
    uniforms = np.empty(own.size)
    hit_row(own, common, depth, correlation, wrong_way, uniforms)
    return uniforms


@kernel_entry
def hit_row(own, common, depth, correlation, wrong_way, uniforms):
    join_severities(own, common, depth, correlation, wrong_way, own.size, uniforms)
