"""A small credit portfolio as others do it, to be timed beside ours: t copula, exponential times, beta severities.

Eight partners rupture 0.02 to 0.08 times a year; the horizon is five years; one factor with a loading of 0.55 and a t
copula join their times; each rupture costs a beta share (mean 0.35, sd 0.2) of what hangs on the partner. A peer takes
``(draws, nu, seed)`` and gives the mean loss, its VaR and its ES at 95 %, shares of the whole. Every peer draws of the
same laws and not of the same bits.

``PEERS`` turn uniform numbers into severities by beta quantiles, as ours are, so that two scenarios meet the same luck.
They are of two kinds: the ``naive`` do so for everything, ruptured or not, as a user would first write it; the
``sparse`` only for what ruptured. ``SAMPLERS`` draw severities by whatever their library is quickest at, which costs
less, and two scenarios would not meet the same luck. All work through blocks of draws: a million draws at once take
gigabytes, and arrays that a cache holds are quicker.

Run alone, every peer is held against the exact mean and against another's ES, and its processor time is printed.
Needs OpenTURNS and statsmodels: ``pip install --group bench``.
"""

import os
import sys
import time
from functools import wraps
from typing import NamedTuple

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read at NumPy's import

import numpy as np
from scipy import stats
from scipy.special import betaincinv, stdtr, stdtrit

from multivector_sim.sampling.laws import beta_shape

PARTNERS, YEARS, NU, LOADING, LEVEL = 8, 5.0, 4.0, 0.55, 0.95
INTENSITY = np.linspace(0.02, 0.08, PARTNERS)
SIZES = np.array([1.0 + 3 * place % 7 for place in range(PARTNERS)])
SHARES = SIZES / SIZES.sum()
MEAN, SD = 0.35, 0.2
ALPHA, BETA = beta_shape(MEAN, SD)  # 1.64 and 3.05; for whole numbers alone, SciPy's quantile takes half the time
EXACT_MEAN = MEAN * SHARES @ -np.expm1(-INTENSITY * YEARS)
CORRELATION = np.where(np.eye(PARTNERS, dtype=bool), 1.0, LOADING**2)
BLOCK, CHECKED, APART = 4096, 50_000, 4.5


class Tail(NamedTuple):
    """What is asked: mean loss, its value at risk and its expected shortfall."""

    mean: float
    var: float
    es: float


def tail(losses):
    """Read the tail off by a partition, which is no sort; the share beyond makes a whole number of draws."""
    worst = round((1.0 - LEVEL) * losses.size)
    parts = np.partition(losses, losses.size - worst - 1)[losses.size - worst - 1 :]
    return Tail(float(losses.mean()), float(parts[0]), float(parts[1:].mean()))


def peer(begin):
    """Make a peer of what gives, for nu and a seed, a function that draws n losses."""

    def losses(draws, nu=NU, seed=1):
        draw = begin(nu, seed)
        return np.concatenate([draw(min(BLOCK, draws - first)) for first in range(0, draws, BLOCK)])

    @wraps(begin)
    def answer(draws, nu=NU, seed=1):
        return tail(losses(draws, nu, seed))

    answer.losses = losses
    return answer


def times(luck):
    """Turn uniform numbers into exponential times, years."""
    return -np.log1p(-luck) / INTENSITY


def lost(ruptured, severity):
    """Add up a block's losses, shape (n,), from severities of what ruptured alone."""
    loss = np.zeros(ruptured.shape)
    loss[ruptured] = severity
    return loss @ SHARES


def latent(random, nu, n):
    """Draw from the multivariate t law by its one factor, with NumPy; shape (n, PARTNERS)."""
    score = np.sqrt(1.0 - LOADING**2) * random.standard_normal((n, PARTNERS))
    score += LOADING * random.standard_normal((n, 1))
    return score * np.sqrt(nu / random.chisquare(nu, (n, 1)))


def openturns_copula(nu, seed):
    """Give OpenTURNS, on one thread, and its t copula."""
    import openturns as ot

    ot.TBB.Disable()
    ot.RandomGenerator.SetSeed(seed)
    return ot, ot.StudentCopula(nu, ot.CorrelationMatrix(CORRELATION))


@peer
def openturns_sparse(nu, seed):
    """OpenTURNS draws the copula and takes beta quantiles of what ruptured; NumPy takes the logarithms."""
    ot, copula = openturns_copula(nu, seed)
    beta = ot.Beta(ALPHA, BETA, 0.0, 1.0)

    def draw(n):
        ruptured = times(np.asarray(copula.getSample(n))) < YEARS
        luck = ot.RandomGenerator.Generate(int(ruptured.sum()))  # a Point; as an array it would cost three times this
        return lost(ruptured, np.asarray(beta.computeQuantile(luck)).ravel())

    return draw


@peer
def openturns_naive(nu, seed):
    """OpenTURNS draws times as one joint law, and takes a beta quantile for each of them; NumPy only adds up."""
    ot, copula = openturns_copula(nu, seed)
    joint = ot.JointDistribution([ot.Exponential(rate) for rate in INTENSITY], copula)
    beta = ot.Beta(ALPHA, BETA, 0.0, 1.0)

    def draw(n):
        ruptured = np.asarray(joint.getSample(n)) < YEARS
        severity = np.asarray(beta.computeQuantile(ot.RandomGenerator.Generate(n * PARTNERS)))
        return (ruptured * severity.reshape(n, PARTNERS)) @ SHARES

    return draw


@peer
def openturns_joint_sampler(nu, seed):
    """OpenTURNS draws times and severities as joint laws; NumPy only adds up."""
    ot, copula = openturns_copula(nu, seed)
    waits = [ot.Exponential(rate) for rate in INTENSITY]
    joint = ot.JointDistribution(waits, copula)
    severities = ot.JointDistribution([ot.Beta(ALPHA, BETA, 0.0, 1.0)] * PARTNERS)

    def draw(n):
        ruptured = np.asarray(joint.getSample(n)) < YEARS
        return (ruptured * np.asarray(severities.getSample(n))) @ SHARES

    return draw


@peer
def statsmodels_sparse(nu, seed):
    """Draw the copula with statsmodels; SciPy's special function takes beta quantiles of what ruptured."""
    from statsmodels.distributions.copula.api import StudentTCopula

    random = np.random.default_rng(seed)
    copula = StudentTCopula(corr=CORRELATION, df=nu, k_dim=PARTNERS)

    def draw(n):
        ruptured = times(copula.rvs(n, rng=random)) < YEARS
        return lost(ruptured, betaincinv(ALPHA, BETA, random.random(int(ruptured.sum()))))

    return draw


@peer
def scipy_special_sparse(nu, seed):
    """NumPy draws; SciPy's special functions take the t law of everything, beta quantiles of what ruptured."""
    random = np.random.default_rng(seed)

    def draw(n):
        ruptured = times(stdtr(nu, latent(random, nu, n))) < YEARS
        return lost(ruptured, betaincinv(ALPHA, BETA, random.random(int(ruptured.sum()))))

    return draw


@peer
def scipy_stats_naive(nu, seed):
    """NumPy draws; the laws of scipy.stats turn everything into times and severities."""
    random = np.random.default_rng(seed)

    def draw(n):
        onset = stats.expon.ppf(stats.t.cdf(latent(random, nu, n), nu), scale=1.0 / INTENSITY)
        severity = stats.beta.ppf(random.random((n, PARTNERS)), ALPHA, BETA)
        return ((onset < YEARS) * severity) @ SHARES

    return draw


@peer
def openturns_sampler(nu, seed):
    """OpenTURNS draws the copula, and by its own sampler as many severities as there are ruptures."""
    ot, copula = openturns_copula(nu, seed)
    beta = ot.Beta(ALPHA, BETA, 0.0, 1.0)

    def draw(n):
        ruptured = times(np.asarray(copula.getSample(n))) < YEARS
        return lost(ruptured, np.asarray(beta.getSample(int(ruptured.sum()))).ravel())

    return draw


@peer
def numpy_sampler(nu, seed):
    """NumPy draws all; a t score beyond a threshold is a rupture. No times come of it, which the loss does not need."""
    random = np.random.Generator(np.random.SFC64(seed))
    threshold = stdtrit(nu, -np.expm1(-INTENSITY * YEARS))

    def draw(n):
        ruptured = latent(random, nu, n) < threshold
        return lost(ruptured, random.beta(ALPHA, BETA, int(ruptured.sum())))

    return draw


PEERS = {
    it.__name__: it
    for it in (openturns_sparse, openturns_naive, statsmodels_sparse, scipy_special_sparse, scipy_stats_naive)
}
SAMPLERS = {it.__name__: it for it in (openturns_joint_sampler, openturns_sampler, numpy_sampler)}


def errors(losses, answer):
    """Give the standard errors of mean and ES; that of ES after Manistre and Hancock (2005)."""
    beyond = losses[losses > answer.var]
    spread = beyond.var() + LEVEL * (answer.es - answer.var) ** 2
    return losses.std() / np.sqrt(losses.size), np.sqrt(spread / ((1.0 - LEVEL) * losses.size))


def check(one, first, draws=CHECKED, nu=NU):
    """Hold a peer's mean against the exact one, and its ES against another peer's, by their standard errors."""
    found, other = one.losses(draws, nu, 3), first.losses(draws, nu, 2)
    answer, reference = tail(found), tail(other)
    (mean_error, es_error), (_, other_error) = errors(found, answer), errors(other, reference)
    assert abs(answer.mean - EXACT_MEAN) < APART * mean_error, one.__name__
    assert abs(answer.es - reference.es) < APART * np.hypot(es_error, other_error), one.__name__


def main():
    for name, one in (PEERS | SAMPLERS).items():
        for nu in (NU, 12.0):
            check(one, scipy_special_sparse, nu=nu)
        started = time.process_time()
        mean, var, es = one(CHECKED)
        spent = (time.process_time() - started) / CHECKED
        print(f"{name:21} {1e6 * spent:6.2f} us a draw; mean {mean:.5f}, VaR {var:.4f}, ES {es:.4f}")
    print(f"the mean is {EXACT_MEAN:.5f}")


if __name__ == "__main__":
    try:
        main()
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed; pip install --group bench")
