"""The case that every claim about speed speaks of: 8 partners, 4 channels, 8 corridors, 64 legs, 60 months.

Ruptures are joined by a Student t copula and severities are beta, both drawn here with plain NumPy and SciPy, so that
what is timed is the response alone. Every step of the response is on: hosts, standby capacity, diverting, stocks, a
clause, spillover.
"""

import numpy as np
from scipy import stats

from multivector_sim.response.arrays import Draws, Problem

PARTNERS, CHANNELS, CORRIDORS, MONTHS = 8, 4, 8, 60


def reference_problem() -> Problem:
    """Two legs for each of the 32 exposures; trade, trade, trade, investment."""
    random = np.random.default_rng(1)
    baseline = random.lognormal(0.0, 0.8, (PARTNERS, CHANNELS))
    exposures = np.arange(PARTNERS * CHANNELS)
    legs = np.repeat(exposures, 2)
    first = random.integers(0, CORRIDORS, exposures.size)
    second = (first + random.integers(1, CORRIDORS, exposures.size)) % CORRIDORS
    share = random.uniform(0.3, 1.0, exposures.size)
    transit_share = np.where(random.random((CORRIDORS, PARTNERS)) < 0.2, random.uniform(0.3, 1.0), 0.0)
    contract_of = np.full((PARTNERS, CHANNELS + 1), -1, dtype=np.int64)
    contract_of[0, 0] = 0
    return Problem(
        baseline=baseline,
        leg_partner=legs // CHANNELS,
        leg_channel=legs % CHANNELS,
        leg_corridor=np.ravel(np.column_stack([first, second])),
        leg_share=np.ravel(np.column_stack([share, 1.0 - share])),
        transit_share=transit_share,
        kind=np.array([0, 0, 0, 1]),
        spill_from=np.array([[1.0, 1.0, 1.0, 0.0]]),
        spill_to=np.array([[0.0, 0.0, 0.0, 1.0]]),
        spill_lag=np.array([6]),
        rupture_partner=np.arange(PARTNERS),
        rupture_again=np.zeros(PARTNERS, dtype=np.int64),
        contract_of=contract_of,
        months=MONTHS,
    )


def reference_draws(problem: Problem, n: int, seed: int = 1) -> Draws:
    """Ruptures of 2 to 8 % a year, t copula with 4 degrees of freedom and correlation 0.3; beta severities."""
    random = np.random.default_rng(seed)
    common, own = random.standard_normal((n, 1)), random.standard_normal((n, PARTNERS))
    mixing = np.sqrt(4.0 / random.chisquare(4.0, (n, 1)))
    latent = (np.sqrt(0.3) * common + np.sqrt(0.7) * own) * mixing
    intensity = np.linspace(0.02, 0.08, PARTNERS)
    onset = 12.0 * -np.log(stats.t.sf(latent, 4.0)) / intensity
    onset[onset >= problem.months] = np.inf
    load = np.bincount(
        problem.leg_corridor,
        weights=problem.baseline[problem.leg_partner, problem.leg_channel] * problem.leg_share,
        minlength=CORRIDORS,
    )

    def constant(*values: float) -> np.ndarray:
        return np.tile(np.array(values), (n, 1))

    return Draws(
        onset=onset,
        ramp=np.full((n, PARTNERS), 2.0),
        duration=random.lognormal(np.log(12.0), 0.6, (n, PARTNERS)),
        half_life=np.full((n, PARTNERS), 6.0),
        scar=np.full((n, PARTNERS), 0.05),
        severity=random.beta(2.0, 3.0, (n, PARTNERS, CHANNELS + 1)),
        honoured=(random.random((n, PARTNERS, 1)) < 0.7).astype(np.float64),
        capacity=load * random.uniform(1.05, 1.4, (n, CORRIDORS)),
        ceiling=constant(0.6, 0.5, 0.4, 0.2),
        theta=constant(9.0, 6.0, 3.0, 12.0),
        haircut=constant(0.1, 0.1, 0.05, 0.2),
        kappa=np.full((n, PARTNERS, CHANNELS), 0.5),
        stock=constant(0.0, 1.0, 0.5, 0.0),
        refill=np.full((n, CHANNELS), 0.05),
        eta=np.full((n, 1), 0.3),
        floor=np.full((n, 1), 0.6),
        **dict.fromkeys(("entry", "entry_theta", "entry_haircut", "price"), np.zeros((n, CHANNELS))),
    )
