"""Cases with everything on at once, as plain arrays, and hypothesis strategies over them.

A case is made from a seed by a plain generator, so that a failing one can be named by a number; hypothesis looks
for the seed. Money is about 1 to 10 a month and exposure.
"""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from multivector_sim.response.arrays import Draws, Problem, plan

__all__ = ["STEADY", "case", "cases", "plain_case", "plain_cases"]

STEADY = settings(deadline=None, derandomize=True, max_examples=60)
"""The same examples at every run, however long the first call has to compile."""


def case(seed, draws=4, months=None):
    """Make a problem and draws with every feature.

    Standby roads, clauses, stocks, scars, overload, spillover; in half of the cases gains, in others new partners, in
    others a price response. These come from a generator of their own, so the rest of a case is what it always was.
    """
    random = np.random.default_rng([20240917, seed])
    problem = make_problem(random, months)
    plain = make_draws(random, problem, draws)
    return problem, with_more(np.random.default_rng([20261126, seed]), problem, plain)


def plain_case(seed, draws=4, months=None):
    """Make the same case without gains, new partners, prices and further ruptures of one hazard."""
    random = np.random.default_rng([20240917, seed])
    problem = make_problem(random, months)
    return problem._replace(rupture_again=0 * problem.rupture_again), make_draws(random, problem, draws)


def cases(draws=4, months=None):
    """Strategy over :func:`case`."""
    return st.integers(0, 2**31 - 1).map(lambda seed: case(seed, draws, months))


def plain_cases(draws=4, months=None):
    """Strategy over :func:`plain_case`."""
    return st.integers(0, 2**31 - 1).map(lambda seed: plain_case(seed, draws, months))


def make_problem(random, months):
    partners, channels, corridors = random.integers(2, 5), random.integers(2, 5), random.integers(1, 5)
    baseline = random.uniform(1.0, 10.0, (partners, channels))
    baseline[random.random((partners, channels)) < 0.12] = 0.0
    kind = np.array([0, *random.integers(0, 3, channels - 1)])
    legs = [
        (p, c, k, share)
        for p in range(partners)
        for c in range(channels)
        if random.random() < 0.7
        for k, share in some_roads(random, corridors)
    ]
    leg_partner, leg_channel, leg_corridor = (np.array([leg[i] for leg in legs], dtype=np.int64) for i in range(3))
    closable = random.random((corridors, partners)) < 0.5
    transit_share = np.where(closable, random.uniform(0.1, 1.0, closable.shape), 0.0)
    spill_from, spill_to, spill_lag = make_spillover(random, kind)
    rupture_partner = random.integers(0, partners, random.integers(1, 5))
    contract_of = make_contracts(random, partners, channels, rupture_partner[0])
    horizon = int(random.integers(18, 37)) if months is None else months
    return Problem(
        baseline=baseline,
        leg_partner=leg_partner,
        leg_channel=leg_channel,
        leg_corridor=leg_corridor,
        leg_share=np.array([leg[3] for leg in legs], dtype=np.float64),
        transit_share=transit_share,
        kind=kind.astype(np.int64),
        spill_from=spill_from,
        spill_to=spill_to,
        spill_lag=spill_lag,
        rupture_partner=rupture_partner.astype(np.int64),
        rupture_again=np.array([it in rupture_partner[:n] and n % 2 for n, it in enumerate(rupture_partner)], np.int64),
        contract_of=contract_of,
        months=horizon,
    )


def some_roads(random, corridors):
    """Roads of one exposure and their shares; some are standby roads that carry nothing."""
    used = np.sort(random.permutation(corridors)[: random.integers(1, corridors + 1)])
    weight = random.uniform(0.2, 1.0, used.size)
    weight[1:][random.random(used.size - 1) < 0.4] = 0.0
    return zip(used, weight / weight.sum(), strict=True)


def make_contracts(random, partners, channels, ruptured):
    """Number some exposures' contracts; now and then one on the transit of a partner that ruptures."""
    chosen = random.permutation(partners * (channels + 1))[: random.integers(0, 5)]
    transit = ruptured * (channels + 1) + channels
    if random.random() < 0.5 and transit not in chosen:
        chosen = np.append(chosen, transit)
    contract_of = np.full(partners * (channels + 1), -1, dtype=np.int64)
    contract_of[chosen] = np.arange(chosen.size)
    return contract_of.reshape(partners, channels + 1)


def make_spillover(random, kind):
    terms = int(random.integers(0, 4))
    spill_from, spill_to = np.zeros((terms, kind.size)), np.zeros((terms, kind.size))
    for term in range(terms):
        for row in (spill_from[term], spill_to[term]):
            if random.random() < 0.5:
                row[random.integers(kind.size)] = 1.0
            else:
                row[kind == random.choice(kind)] = 1.0
    return spill_from, spill_to, random.integers(0, 8, terms).astype(np.int64)


def with_more(random, problem, draws):
    """Make some severities of channels negative, let new partners in, let prices respond."""
    n, channels = draws.ceiling.shape
    gains, entering, priced = random.random(3) < 0.5
    flip = (random.random(draws.severity.shape) < 0.4) & gains
    flip[..., -1] = False
    shape = (n, channels)
    return draws._replace(
        severity=np.where(flip, -draws.severity * random.choice([0.1, 1.0, 5.0], (n, 1, 1)), draws.severity),
        entry=random.uniform(0.0, 1.2, shape) * (random.random(shape) < 0.7) * entering,
        entry_theta=random.uniform(0.5, 12.0, shape) * (random.random(shape) < 0.7),
        entry_haircut=random.uniform(0.0, 0.5, shape) * (random.random(shape) < 0.7),
        price=random.uniform(0.0, 1.0, shape) * (random.random(shape) < 0.7) * priced,
    )


def make_draws(random, problem, n):
    partners, channels = problem.baseline.shape
    ruptures, contracts = problem.rupture_partner.size, int(problem.contract_of.max()) + 1

    def often(chance, values, otherwise=0.0):
        return np.where(random.random(values.shape) < chance, values, otherwise)

    onset = random.uniform(0.0, 0.8 * problem.months, (n, ruptures)) * random.choice([0.4, 1.0], (n, 1))
    onset = np.where(random.random(onset.shape) < 0.2, np.floor(onset), onset)
    onset[random.random(onset.shape) < 0.15] = np.inf
    shape = (n, ruptures)
    load = plan(problem).load
    size, wobble = np.where(load > 0.0, load, 5.0), random.uniform(0.99, 1.3, (n, load.size))
    return Draws(
        onset=onset,
        ramp=often(0.6, random.uniform(0.0, 6.0, shape)),
        duration=often(0.9, random.uniform(0.0, 18.0, shape) * random.choice([0.1, 1.0], shape)),
        half_life=often(0.4, random.uniform(0.2, 12.0, shape)),
        scar=often(0.25, random.uniform(0.0, 0.5, shape)),
        severity=np.minimum(1.0, often(0.8, random.uniform(0.0, 1.2, (n, ruptures, channels + 1)))),
        honoured=often(0.6, np.ones((n, ruptures, contracts))),
        capacity=size * random.choice([0.7, 1.0, 1.3, 2.0], (n, load.size), p=[0.1, 0.2, 0.4, 0.3]) * wobble,
        ceiling=often(0.8, random.uniform(0.1, 1.0, (n, channels))),
        theta=often(0.6, random.uniform(0.5, 12.0, (n, channels))),
        haircut=often(0.6, random.uniform(0.0, 0.5, (n, channels))),
        kappa=often(0.8, random.uniform(0.0, 1.5, (n, partners, channels))),
        stock=often(0.7, random.uniform(0.0, 3.0, (n, channels))),
        refill=often(0.8, random.uniform(0.01, 0.3, (n, channels))),
        eta=random.uniform(-0.7, 2.5, (n, problem.spill_lag.size)),
        floor=random.uniform(0.0, 1.0, (n, contracts)),
        **dict.fromkeys(("entry", "entry_theta", "entry_haircut", "price"), np.zeros((n, channels))),
    )
