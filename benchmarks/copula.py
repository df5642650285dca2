"""Claim: the copula alone, a million draws from luck to VaR and ES, takes a quarter of a microsecond a draw.

Eight partners, a t copula, exponential times, beta severities; the loss of a draw is the severity of every partner that
ruptured within five years times its share. Ours is the library's own sampler, which also draws when and for how long;
the peers are those of ``copula_peers.py``, and do it as their users would; those that draw severities by a sampler of
their own, so that no two scenarios meet the same luck, are told too. One thread, processor time, in turns, the
best of the rounds; the answers are held against each other first. The peers take fewer draws, as they are slower.

Needs OpenTURNS and statsmodels: ``pip install --group bench``.
"""

import os
import sys
import time

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read at NumPy's import

import numpy as np
from copula_peers import (
    EXACT_MEAN,
    INTENSITY,
    LEVEL,
    LOADING,
    MEAN,
    PEERS,
    SAMPLERS,
    SD,
    SIZES,
    YEARS,
)

from multivector_sim.engine.case import build_case
from multivector_sim.measure.tail import tail
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.scenario import Scenario

DRAWS, FEWER, ROUNDS, TOGETHER = 1_000_448, 102_400, 3, 4
MOST, SPARSE, NAIVE, AS_FAST = 0.25, 15.0, 60.0, 1.1
DEGREES = (4.0, 1.0, 3.0, 7.5, 30.0, 200.0)


def portfolio(nu):
    """Make a scenario of the peers' portfolio: one channel, no response."""
    partners = [f"p{place}" for place in range(SIZES.size)]
    hit = {"channels": {"exports": {"beta": {"mean": MEAN, "sd": SD}}}, "duration_months": 12 * YEARS}
    document = {
        "format": "multivector/1",
        "name": "portfolio",
        "title": "A small credit portfolio",
        "country": "anywhere",
        "currency": "USD",
        "price_year": 2024,
        "horizon_months": int(12 * YEARS),
        "partners": {partner: {"title": partner} for partner in partners},
        "channels": {"exports": {"kind": "trade"}},
        "exposures": {"exports": {partner: 1e9 * float(size) for partner, size in zip(partners, SIZES, strict=True)}},
        "hazard": {
            "copula": {"family": "t", "nu": nu, "loadings": {"global": LOADING, "bloc": 0.0}},
            "partners": {
                partner: hit | {"intensity": float(rate)} for partner, rate in zip(partners, INTENSITY, strict=True)
            },
        },
    }
    return Scenario.model_validate(document)


def ours(case, draws):
    """Go from the case to the mean, VaR and ES."""
    flows = case.problem.baseline[:, 0]
    shares, losses = flows / flows.sum(), np.empty(draws)
    blocks = range(draws // BLOCK)
    for first in blocks[::TOGETHER]:
        few = blocks[first : first + TOGETHER]
        losses[few.start * BLOCK : few.stop * BLOCK] = case.assume(1, few).severity[:, :, 0] @ shares
    return losses, tail(losses, LEVEL)


def timed(function, *arguments):
    """Give an answer and the processor time that it took."""
    started = time.process_time()
    answer = function(*arguments)
    return answer, time.process_time() - started


def main() -> None:
    others = PEERS | SAMPLERS
    cases = {nu: build_case(portfolio(nu)) for nu in DEGREES}
    for case in cases.values():
        ours(case, TOGETHER * BLOCK)
    for peer in others.values():
        try:
            peer(BLOCK)
        except ImportError as error:
            sys.exit(f"{error.name}: not installed; pip install --group bench")
    mine, theirs = dict.fromkeys(DEGREES, np.inf), dict.fromkeys(others, np.inf)
    found = {}
    for _ in range(ROUNDS):
        for nu, case in cases.items():
            found[nu], seconds = timed(ours, case, DRAWS)
            mine[nu] = min(mine[nu], seconds / DRAWS)
        for name, peer in others.items():
            found[name], seconds = timed(peer, FEWER)
            theirs[name] = min(theirs[name], seconds / FEWER)
    losses, at_the_tail = found[DEGREES[0]]
    error = losses.std() / np.sqrt(DRAWS)
    assert abs(losses.mean() - EXACT_MEAN) < 4.5 * error
    for name in others:
        assert abs(found[name].es / at_the_tail.expected_shortfall - 1.0) < 0.03, name
    ours_each = mine[DEGREES[0]]
    told = ", ".join(f"{nu:g}: {1e6 * seconds:.3f}" for nu, seconds in mine.items())
    print(f"ES {at_the_tail.expected_shortfall:.4f}; microseconds a draw by degrees of freedom: {told}")
    print(f"claim: microseconds a draw of the copula alone, at most (target {MOST}): {1e6 * ours_each:.3f}")
    slowest = max(mine.values()) / ours_each
    print(f"claim: other degrees of freedom over 4, at most (target {AS_FAST}): {slowest:.2f}")
    for name, seconds in theirs.items():
        target = NAIVE if "naive" in name else SPARSE
        print(f"{name}: {1e6 * seconds:.2f} microseconds a draw, {seconds / ours_each:.1f} times ours")
        if name in SAMPLERS:
            continue  # other luck for every scenario: no like for like
        print(f"claim: {name.replace('_', ' ')} over the copula alone (target {target:g}): {seconds / ours_each:.1f}")


if __name__ == "__main__":
    main()
