"""Claim: a frontier takes a thirtieth of the time that portfolio libraries take, a hundredth of the plain program's.

Twenty points of least expected shortfall for a required expected value, shares from 0 to 1 that sum to 1, at 95 %, on
the same losses: fat-tailed, with one factor in common. All run on the same machine in one run, imports and compiling
left out, each as a user would call it with its defaults. Each of the others is timed in turns with ours, so that a busy
machine slows both, and the best of the rounds counts for either. On the large case the others are slow, so they solve
two or three points of the twenty, and their time for twenty is extrapolated; the table says so. Ours always solves all
twenty. Every answer is compared: the expected shortfall of each mix found, measured by us on the same losses, and what
is required of it. The plain program is that of Rockafellar and Uryasev (2000), by HiGHS through SciPy.

Needs cvxpy, skfolio and Riskfolio-Lib: ``pip install --group bench``. Run it: ``python benchmarks/frontier.py``.
"""

import sys
import time
import warnings
from functools import partial

import numpy as np

from multivector_sim.measure.tail import expected_shortfall
from multivector_sim.questions.frontier.cutting_planes import CuttingPlanes
from multivector_sim.questions.frontier.linear_program import portfolio
from tests.questions.plain_shortfall import plain_shortfall

LEVEL, POINTS = 0.95, 20
CASES = {"8 partners x 10,000 draws": (8, 10_000, 20, 20, 3), "20 partners x 50,000 draws": (20, 50_000, 2, 3, 1)}
"""Partners, draws, points of the plain program, points of the others, rounds of the others."""

TARGETS = {"plain program": 100.0, "cvxpy": 30.0, "skfolio": 30.0, "Riskfolio-Lib": 30.0}
SAME = 1e-7


def returns(partners: int, draws: int) -> np.ndarray:
    """Make returns a unit: Student t with four degrees of freedom, one factor, means of 2 to 8 %."""
    rng = np.random.default_rng(0)
    common, own = rng.standard_t(4, size=(draws, 1)), rng.standard_t(4, size=(draws, partners))
    mean, spread = rng.uniform(0.02, 0.08, partners), rng.uniform(0.1, 0.3, partners)
    return mean + spread * (0.4 * common + 0.8 * own) / 1.4


def ours(sample, required):
    """Solve by cutting planes, warm from point to point."""
    solver = CuttingPlanes(portfolio(-sample, sample.mean(axis=0), LEVEL))
    return [solver.least_shortfall(value).shares for value in required]


def plain(sample, required):
    """Solve the plain program, one point after the other."""
    program = portfolio(-sample, sample.mean(axis=0), LEVEL)
    return [plain_shortfall(program, value)[0] for value in required]


def with_cvxpy(sample, required):
    """Solve as the documentation of cvxpy suggests: one problem, the required value a parameter, its default solver."""
    import cvxpy as cp

    shares, least = cp.Variable(sample.shape[1], nonneg=True), cp.Parameter()
    problem = cp.Problem(
        cp.Minimize(cp.cvar(-sample @ shares, LEVEL)), [cp.sum(shares) == 1, sample.mean(axis=0) @ shares >= least]
    )
    found = []
    for value in required:
        least.value = value
        problem.solve()
        found.append(shares.value.copy())
    return found


def with_skfolio(sample, required):
    """Solve by skfolio's ``MeanRisk``, given the same required returns."""
    from skfolio import RiskMeasure
    from skfolio.optimization import MeanRisk, ObjectiveFunction

    model = MeanRisk(
        objective_function=ObjectiveFunction.MINIMIZE_RISK,
        risk_measure=RiskMeasure.CVAR,
        cvar_beta=LEVEL,
        min_return=np.array(required),
    )
    return list(model.fit(sample).weights_)


def with_riskfolio(sample, required):
    """Solve by Riskfolio-Lib, which chooses its own twenty points, or one by one for fewer."""
    import pandas as pd
    import riskfolio as rp

    names = [f"asset-{number}" for number in range(sample.shape[1])]
    portfolio_ = rp.Portfolio(returns=pd.DataFrame(sample, columns=names), alpha=1 - LEVEL)
    portfolio_.assets_stats(method_mu="hist", method_cov="hist")
    found = []
    for value in required:
        portfolio_.lowerret = value
        found.append(portfolio_.optimization(model="Classic", rm="CVaR", obj="MinRisk", hist=True).to_numpy()[:, 0])
    return found


def seconds(work):
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def agreement(sample, reference, found, required):
    """Give the greatest relative difference of ES, and by how much a required value is missed at most."""
    means = sample.mean(axis=0)
    pairs = [
        (expected_shortfall(-sample @ mine, LEVEL), expected_shortfall(-sample @ other, LEVEL))
        for mine, other in zip(reference, found, strict=True)
    ]
    missed = max(value - float(means @ other) for value, other in zip(required, found, strict=True))
    return max(abs(other / mine - 1) for mine, other in pairs), missed


def in_turns(own, other, rounds):
    """Time ours and another in turns: ours, the other, ours again; give the best of each, and the other's answer."""
    mine, theirs, answer = [seconds(own)[0]], [], None
    for _ in range(rounds):
        taken, answer = seconds(other)
        theirs.append(taken)
        mine += [seconds(own)[0] for _ in range(3)]
    return min(mine), min(theirs), answer


def measure(title, partners, draws, plain_points, peer_points, rounds):
    """Time all on one case."""
    sample = returns(partners, draws)
    program = portfolio(-sample, sample.mean(axis=0), LEVEL)
    solver = CuttingPlanes(program)
    required = np.linspace(solver.least_shortfall().value, program.value(solver.richest), POINTS)
    own, mixes = partial(ours, sample, required), ours(sample, required)
    print(f"\n{title}, {POINTS} points")
    for name, solve, points, times in (
        ("plain program", plain, plain_points, 1),
        ("cvxpy", with_cvxpy, peer_points, rounds),
        ("skfolio", with_skfolio, peer_points, rounds),
        ("Riskfolio-Lib", with_riskfolio, peer_points, rounds),
    ):
        chosen = np.linspace(0, POINTS - 1, points).astype(int)
        mine, taken, found = in_turns(own, partial(solve, sample, required[chosen]), times)
        whole = taken * POINTS / points
        off, missed = agreement(sample, [mixes[place] for place in chosen], found, required[chosen])
        said = "" if points == POINTS else f" (extrapolated from {points} points)"
        print(
            f"  {name:14} {whole:7.1f} s{said}, ours {1e3 * mine:4.0f} ms: {whole / mine:5.0f} times "
            f"(target {TARGETS[name]:.0f}); ES off by {off:.1e}, required value missed by {max(missed, 0.0):.1e}",
            flush=True,
        )
        if solve is plain:
            assert off < SAME, "the fast and the plain program differ"


def main() -> None:
    try:
        import cvxpy  # noqa: F401
        import riskfolio  # noqa: F401
        import skfolio  # noqa: F401
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed; pip install --group bench")
    warnings.simplefilter("ignore")
    ours(returns(3, 100), [0.03])  # compiles
    for title, case in CASES.items():
        measure(title, *case)


if __name__ == "__main__":
    main()
