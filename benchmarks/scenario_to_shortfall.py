"""Claim: from a scenario to its expected shortfall, ten times what the best vectorised NumPy does, on one thread.

The reference case. The NumPy version draws with NumPy's quickest generator, turns luck into times with SciPy's
functions of whole arrays, takes the beta quantile of severities only where something ruptured, responds with the
library's own engine without a compiler, and takes the tail by partition. Its draws are of the same laws and not of the
same bits, so the two answers are held against each other by their standard errors. Both are timed warm, in processor
time, in turns.
"""

import os
import time

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read at NumPy's import

import numpy as np
from reference import reference_scenario
from scipy.special import betaincinv, ndtr, stdtr

import multivector_sim as mv
from multivector_sim.engine.numpy_engine import respond
from multivector_sim.engine.problem import build_problem
from multivector_sim.response.arrays import Draws
from multivector_sim.sampling.laws import beta_shape

DRAWS, BLOCK, ROUNDS, TARGET, LEVEL = 40_960, 4096, 3, 10.0, 0.95


def draw(scenario, problem, random, n):
    """Draw a block of assumptions of the reference case, whole arrays at a time."""
    partners, channels = problem.baseline.shape
    hazard = scenario.hazard
    loading, nu = hazard.copula.loadings.global_.value, hazard.copula.nu.value
    latent = loading * random.standard_normal((n, 1))
    latent = latent + np.sqrt(1 - loading**2) * random.standard_normal((n, partners))
    luck = stdtr(nu, latent * np.sqrt(nu / random.chisquare(nu, (n, 1))))
    intensity = np.array([entry.intensity.value for entry in hazard.partners.values()])
    onset = -12 * np.log1p(-luck) / intensity
    onset[onset >= problem.months] = np.inf
    happens = np.isfinite(onset)
    hits = int(happens.sum())
    model = next(iter(hazard.partners.values()))
    rho = model.severity_correlation.value
    scores = np.sqrt(rho) * random.standard_normal((hits, 1))
    scores = scores + np.sqrt(1 - rho) * random.standard_normal((hits, channels + 1))
    severity = np.zeros((n, partners, channels + 1))
    severity[happens] = betaincinv(*beta_shape(*model.channels["transit"].law.parameters), ndtr(scores))
    duration = np.zeros((n, partners))
    median, sigma = model.duration_months.law.parameters
    duration[happens] = random.lognormal(np.log(median), sigma, hits)
    kinds = scenario.channels.values()
    contract = scenario.contracts[0]

    def rows(*values):
        return np.broadcast_to(np.array(values, dtype=float), (n, len(values)))

    return Draws(
        onset=onset,
        ramp=rows(*[model.ramp_months.value] * partners),
        duration=duration,
        half_life=rows(*[model.half_life_months.value] * partners),
        scar=rows(*[model.scar.value] * partners),
        severity=severity,
        honoured=(random.random((n, partners, 1)) < contract.honoured.value).astype(float),
        capacity=rows(*[it.capacity.value / 12 for it in scenario.corridors.values()]),
        ceiling=rows(*[it.ceiling.value for it in kinds]),
        theta=rows(*[it.theta_months.value for it in kinds]),
        haircut=rows(*[it.haircut.value for it in kinds]),
        kappa=np.broadcast_to(np.array([it.kappa.value for it in kinds]), (n, partners, channels)),
        stock=rows(*[it.buffer_months.value for it in kinds]),
        refill=rows(*[it.refill.value for it in kinds]),
        eta=rows(scenario.spillover[0].eta.value),
        floor=rows(contract.floor.value),
        **dict.fromkeys(("entry", "entry_theta", "entry_haircut", "price"), rows(*[0.0] * channels)),
    )


def lost(problem, draws):
    """Give the loss shares of every channel."""
    return respond(problem, draws).loss_share[:, : problem.kind.size]


def by_numpy(scenario, draws):
    """Give the total loss share of every draw, and the mean of the worst of them."""
    problem = build_problem(scenario)
    sizes = problem.baseline.sum(axis=0)
    weights = sizes / sizes.sum()
    random = np.random.Generator(np.random.SFC64(1))
    total = np.concatenate(
        [lost(problem, draw(scenario, problem, random, BLOCK)) @ weights for _ in range(draws // BLOCK)]
    )
    worst = round((1 - LEVEL) * draws)
    return total, np.partition(total, draws - worst)[draws - worst :].mean()


def by_library(scenario, draws):
    """Do the same with the library."""
    total = mv.simulate(scenario, draws=draws, seed=1).total
    return total.loss_share, total.es(LEVEL).value


def timed(function, *arguments):
    """Give an answer and the processor time that it took."""
    started = time.process_time()
    answer = function(*arguments)
    return answer, time.process_time() - started


def main():
    scenario = reference_scenario()
    by_library(scenario, BLOCK)
    by_numpy(scenario, BLOCK)
    library, plain = [], []
    for _ in range(ROUNDS):
        (losses_library, es_library), seconds = timed(by_library, scenario, DRAWS)
        library.append(seconds)
        (losses_numpy, es_numpy), seconds = timed(by_numpy, scenario, DRAWS)
        plain.append(seconds)
    error = np.hypot(losses_library.std(), losses_numpy.std()) / np.sqrt(DRAWS)
    assert abs(losses_library.mean() - losses_numpy.mean()) < 4.5 * error
    print(
        f"expected shortfall {es_library:.4f} and {es_numpy:.4f},"
        f" mean {losses_library.mean():.5f} and {losses_numpy.mean():.5f}"
    )
    ours, theirs = min(library) / DRAWS * 1e6, min(plain) / DRAWS * 1e6
    print(f"library {ours:.1f} us a draw, NumPy {theirs:.1f} us")
    print(
        f"claim: NumPy over the library, from scenario to expected shortfall (target {TARGET:g}): {theirs / ours:.1f}"
    )


if __name__ == "__main__":
    main()
