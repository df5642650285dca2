"""Small cases for closed forms: everything is off until a test turns it on."""

import numpy as np

from multivector_sim.response.arrays import Draws, Problem

__all__ = ["assumptions", "problem"]

NONE = np.zeros(0, dtype=np.int64)


def problem(baseline, months=24, legs=(), **changes):
    """Make a problem of (P, C) money a month; ``legs`` are (partner, channel, corridor, share), sorted by exposure."""
    baseline = np.array(baseline, dtype=np.float64)
    partners, channels = baseline.shape
    partner, channel, corridor = (np.array([leg[i] for leg in legs], dtype=np.int64) for i in range(3))
    plain = Problem(
        baseline=baseline,
        leg_partner=partner,
        leg_channel=channel,
        leg_corridor=corridor,
        leg_share=np.array([leg[3] for leg in legs], dtype=np.float64),
        transit_share=np.zeros((corridor.max(initial=-1) + 1, partners)),
        kind=np.zeros(channels, dtype=np.int64),
        spill_from=np.zeros((0, channels)),
        spill_to=np.zeros((0, channels)),
        spill_lag=NONE,
        rupture_partner=np.array([0]),
        rupture_again=np.array([0]),
        contract_of=np.full((partners, channels + 1), -1, dtype=np.int64),
        months=months,
    )
    arrays = {
        name: np.array(value, dtype=getattr(plain, name).dtype) if name != "months" else value
        for name, value in changes.items()
    }
    changed = plain._replace(**arrays)
    return changed if "rupture_again" in changes else changed._replace(rupture_again=0 * changed.rupture_partner)


def assumptions(case, **changes):
    """Make one draw: ruptures begin at once, last for ever and take nothing; no response but endless corridors."""
    partners, channels = case.baseline.shape
    ruptures, contracts = case.rupture_partner.size, int(case.contract_of.max()) + 1
    plain = Draws(
        onset=np.zeros((1, ruptures)),
        ramp=np.zeros((1, ruptures)),
        duration=np.full((1, ruptures), float(case.months)),
        half_life=np.zeros((1, ruptures)),
        scar=np.zeros((1, ruptures)),
        severity=np.zeros((1, ruptures, channels + 1)),
        honoured=np.zeros((1, ruptures, contracts)),
        capacity=np.full((1, case.transit_share.shape[0]), 1e9),
        ceiling=np.zeros((1, channels)),
        theta=np.zeros((1, channels)),
        haircut=np.zeros((1, channels)),
        kappa=np.zeros((1, partners, channels)),
        stock=np.zeros((1, channels)),
        refill=np.zeros((1, channels)),
        eta=np.zeros((1, case.spill_lag.size)),
        floor=np.zeros((1, contracts)),
        **dict.fromkeys(("entry", "entry_theta", "entry_haircut", "price"), np.zeros((1, channels))),
    )
    arrays = {
        name: np.broadcast_to(np.array(value, dtype=np.float64), getattr(plain, name).shape).copy()
        for name, value in changes.items()
    }
    return plain._replace(**arrays)
