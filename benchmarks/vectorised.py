"""The same model in NumPy, as fast as vectors over draws make it: the mark that the kernel is held against.

Every array has the draw last, so that each operation runs over contiguous draws; legs meet corridors and exposures
through small incidence matrices, so that sums are matrix products. A block of 256 draws keeps the arrays in the cache.
"""

from __future__ import annotations

import numpy as np

from multivector_sim.response.arrays import NEGLIGIBLE, Draws, Problem, plan

BLOCK = 256
LOG_2 = np.log(2.0)


def losses(problem: Problem, draws: Draws) -> np.ndarray:
    """Give each draw's loss share by channel, (n, C)."""
    n = draws.onset.shape[0]
    parts = [
        block_losses(problem, Draws(*(array[first : first + BLOCK] for array in draws))) for first in range(0, n, BLOCK)
    ]
    return np.concatenate(parts)


def block_losses(problem: Problem, draws: Draws) -> np.ndarray:  # noqa: PLR0915  one month is told in one go
    derived = plan(problem)
    partners, channels = problem.baseline.shape
    months, n = problem.months, draws.onset.shape[0]
    corridors = problem.transit_share.shape[0]
    to_corridor = np.zeros((corridors, derived.leg_flow.size))
    to_corridor[problem.leg_corridor, np.arange(derived.leg_flow.size)] = 1.0
    to_exposure = np.zeros((partners * channels, derived.leg_flow.size))
    to_exposure[derived.leg_exposure, np.arange(derived.leg_flow.size)] = 1.0
    to_channel = np.tile(np.eye(channels), partners)
    envelope = envelopes(problem, draws)
    at = {name: np.ascontiguousarray(np.moveaxis(array, 0, -1)) for name, array in draws._asdict().items()}
    flow = problem.baseline.reshape(-1, 1)
    sizes = derived.sizes[:, None]
    tiny = NEGLIGIBLE * np.tile(sizes, (partners, 1))
    learning = np.where(at["theta"] > 0, -np.expm1(-1 / np.where(at["theta"] > 0, at["theta"], 1)), 1.0)
    has_legs = derived.has_legs[:, None]
    kappa = at["kappa"].reshape(partners * channels, n) * flow
    ability, stock = np.zeros((channels, n)), at["stock"] * sizes
    full = stock.copy()
    lost = np.zeros((months, channels, n))
    total = np.zeros((channels, n))
    for month in range(months):
        hurt = closures(problem, at, envelope[month])
        open_share = (1 - hurt[:, :channels]).reshape(-1, n)
        legs = derived.leg_flow[:, None] * open_share[derived.leg_exposure]
        load = to_corridor @ legs
        capacity = at["capacity"] * np.maximum(0, 1 - problem.transit_share @ hurt[:, channels])
        spare = np.maximum(0, capacity - load)
        cut = np.divide(np.maximum(0, load - capacity), load, out=np.zeros_like(load), where=load > 0)
        want = to_exposure @ (legs * cut[problem.leg_corridor])
        if want.any():
            reroute(problem, derived, to_corridor, to_exposure, want, spare)
        gap = flow * hurt[:, :channels].reshape(-1, n) + want
        gap[gap <= tiny] = 0
        gap_total = to_channel @ gap
        ability = np.where(gap_total > 0, ability + (1 - ability) * learning, ability)
        to_divert = ability * at["ceiling"] * gap_total
        missing = gap_total.copy()
        if to_divert.any():
            room = np.minimum(kappa * open_share, np.maximum(0, np.tile(gap_total, (partners, 1)) - gap))
            taken = divert(problem, derived, to_corridor, to_exposure, to_channel, to_divert, room, spare, has_legs)
            missing -= taken * (1 - at["haircut"])
        missing[missing <= NEGLIGIBLE * sizes] = 0
        used = np.minimum(stock, missing)
        refill = np.minimum(at["refill"] * sizes, full - stock)
        stock = np.where(missing > 0, stock - used, stock + refill)
        lost[month] = (missing - used) / sizes
        push = np.zeros((channels, n))
        for term in range(problem.spill_lag.size):
            earlier = month - problem.spill_lag[term]
            if earlier >= 0:
                push += np.outer(problem.spill_to[term], at["eta"][term] * (derived.spill_share[term] @ lost[earlier]))
        total += lost[month] + (1 - lost[month]) * np.minimum(1, push)
    return (total / months).T


def envelopes(problem: Problem, draws: Draws) -> np.ndarray:
    """Give the exact monthly means, (T, R, n)."""
    edges = np.arange(problem.months + 1)[:, None, None] - draws.onset.T
    ramp, duration, half_life, scar = (a.T for a in (draws.ramp, draws.duration, draws.half_life, draws.scar))
    rising = np.clip(edges, 0, ramp)
    area = np.divide(rising**2, 2 * ramp, out=np.zeros_like(rising), where=ramp > 0) + np.clip(
        edges - ramp, 0, duration
    )
    tail = np.maximum(0, edges - ramp - duration)
    scale = np.where(half_life > 0, half_life, 1)
    area += scar * tail + np.where(half_life > 0, (1 - scar) * scale / LOG_2 * -np.expm1(-LOG_2 * tail / scale), 0)
    return np.clip(np.diff(np.nan_to_num(area), axis=0), 0, 1)


def closures(problem: Problem, at: dict[str, np.ndarray], envelope: np.ndarray) -> np.ndarray:
    """Give one minus the availability, (P, C + 1, n)."""
    partners, channels = problem.baseline.shape
    hurt = np.zeros((partners, channels + 1, envelope.shape[1]))
    held = np.zeros_like(hurt)
    for rupture, partner in enumerate(problem.rupture_partner):
        bite = at["severity"][rupture] * envelope[rupture]
        protected = np.zeros_like(bite)
        for channel in np.flatnonzero(problem.contract_of[partner] >= 0):
            honoured = at["honoured"][rupture, problem.contract_of[partner, channel]]
            protected[channel] = bite[channel] * honoured
        held[partner] += (1 - held[partner]) * protected
        hurt[partner] += (1 - hurt[partner]) * (bite - protected)
    for partner, channel in np.argwhere(problem.contract_of >= 0):
        limit = 1 - at["floor"][problem.contract_of[partner, channel]]
        kept = np.minimum(held[partner, channel], limit)
        hurt[partner, channel] = kept + (1 - kept) * hurt[partner, channel]
    return hurt


def share_out(problem, derived, to_corridor, ask, fit, spare):
    """Ask corridors for what is wanted; give what fits on each leg, and whether any was asked too much, by draw."""
    share = np.divide(ask, fit, out=np.zeros_like(ask), where=fit > 0)
    legs = share[derived.leg_exposure] * spare[problem.leg_corridor]
    asked = to_corridor @ legs
    over = asked > spare
    legs *= np.divide(spare, asked, out=np.ones_like(asked), where=over)[problem.leg_corridor]
    spare -= np.where(over, spare, asked)
    return legs, over.any(axis=0)


def reroute(problem, derived, to_corridor, to_exposure, want, spare):
    """Place what was cut off on other legs, in rounds; changes ``want`` and ``spare``."""
    again = np.ones(want.shape[1], dtype=bool)
    for _ in range(spare.shape[0] + 1):
        fit = to_exposure @ spare[problem.leg_corridor]
        ask = np.minimum(want, fit) * again
        legs, again = share_out(problem, derived, to_corridor, ask, fit, spare)
        np.maximum(0, want - to_exposure @ legs, out=want)
        if not again.any():
            return


def divert(problem, derived, to_corridor, to_exposure, to_channel, to_divert, room, spare, has_legs):
    """Share gaps out to other partners, in rounds; give what was diverted, (C, n)."""
    taken = np.zeros_like(to_divert)
    again = np.ones(to_divert.shape[1], dtype=bool)
    partners = has_legs.size // to_divert.shape[0]
    for _ in range(spare.shape[0] + 1):
        fit = to_exposure @ spare[problem.leg_corridor]
        ask = np.where(has_legs, np.minimum(room, fit), room)
        reach = to_channel @ ask
        share = np.divide(np.minimum(to_divert, reach), reach, out=np.zeros_like(reach), where=reach > 0) * again
        ask *= np.tile(share, (partners, 1))
        legs, again = share_out(problem, derived, to_corridor, np.where(has_legs, ask, 0), fit, spare)
        granted = np.where(has_legs, to_exposure @ legs, ask)
        room -= granted
        np.maximum(0, room, out=room)
        by_channel = to_channel @ granted
        taken += by_channel
        to_divert = np.maximum(0, to_divert - by_channel)
        if not again.any():
            break
    return taken
