"""The best a planner could do in one month, as a linear program: what the rule of thumb is measured against.

The planner knows what is hurt, how far the ability to divert has grown and what every corridor carries. It chooses

* ``f`` for each leg, the partner's own flow: over the legs of an exposure at most ``b A``, direct or another way;
* ``v`` for each leg, and for each exposure without legs, what the partner takes over from others
* ``n`` for each channel, what new partners take, without any corridor
* ``m`` for each leg, and for each exposure without legs, what a partner takes beyond its baseline: a gain

so that over each corridor ``f + v + m`` is at most its capacity; over each channel ``v`` is at most
``g ceiling gap``, where the gap is the baseline less all ``f``, ``n`` at most ``g_e entry`` baselines, and both
together at most the gap; each partner takes at most ``kappa b min(A, 1)``, and no more than the others miss; ``m`` is
at most ``b max(0, A - 1)``. It maximises ``f + (1 - haircut) v + (1 - entry_haircut) n + m`` over all channels, in
money. What the rule of docs/theory.md does is one feasible choice, so it can never deliver more. Stocks, prices and
spillover come after and are not part of it.
"""

import numpy as np
from scipy.optimize import linprog

from multivector_sim.engine.kernel import paths
from tests.engine.reference import unavailable

__all__ = ["best", "shortfall"]


def shortfall(problem, draws):
    """How much less the rule delivers than the planner, as a share of the whole baseline: (n, period).

    The abilities have to be the same in every month, so each theta is 0, unless there is one month only; there are
    no stocks, prices and no spillover. The ability of the only month is then what one month of a gap teaches.
    """
    assert problem.months == 1 or not (draws.theta.any() or draws.entry_theta.any())
    assert not draws.price.any()
    assert not draws.stock.any()
    assert not draws.eta.any()
    sizes = problem.baseline.sum(axis=0)
    delivered = np.nan_to_num(paths(problem, draws)[:, :, : sizes.size]) @ sizes
    optimum = np.zeros_like(delivered)
    for draw in range(delivered.shape[0]):
        at = type(draws)(*(array[draw] for array in draws))
        ability = learned_at_once(at.theta), learned_at_once(at.entry_theta)
        for month in range(problem.months):
            optimum[draw, month] = best(problem, at, unavailable(problem, at, month), ability)
    return (optimum - delivered) / sizes.sum()


def learned_at_once(theta):
    """What the first month of a gap teaches."""
    return np.where(theta > 0.0, -np.expm1(-1.0 / np.where(theta > 0.0, theta, 1.0)), 1.0)


def best(problem, at, hurt, ability):
    """Money delivered in one month at best; ``ability`` is that of today's and that of new partners."""
    partners, channels = problem.baseline.shape
    more, hurt = problem.baseline * np.maximum(0.0, -hurt[:, :channels]), np.maximum(0.0, hurt)
    able = problem.baseline * (1.0 - hurt[:, :channels])
    exposures = [(p, c) for p in range(partners) for c in range(channels)]
    legs = list(zip(problem.leg_partner, problem.leg_channel, problem.leg_corridor, strict=True))
    roads = {place: [] for place in exposures}
    for number, (p, c, _) in enumerate(legs):
        roads[p, c].append(number)
    free = [place for place in exposures if not roads[place]]
    own = {place: roads[place] for place in exposures}
    taken = {place: [len(legs) + number for number in roads[place]] for place in exposures}
    taken |= {place: [2 * len(legs) + number] for number, place in enumerate(free)}
    new = 2 * len(legs) + len(free)
    beyond = {place: [new + channels + number for number in roads[place]] for place in exposures}
    beyond |= {place: [new + channels + len(legs) + number] for number, place in enumerate(free)}
    size = new + channels + len(legs) + len(free)
    rows, limits = [], []

    def at_most(limit, *terms):
        row = np.zeros(size)
        for factor, places in terms:
            row[places] += factor
        rows.append(row)
        limits.append(limit)

    for p, c in exposures:
        at_most(able[p, c], (1.0, own[p, c]))
        at_most(more[p, c], (1.0, beyond[p, c]))
        at_most(at.kappa[p, c] * able[p, c], (1.0, taken[p, c]))
        others = [(q, c) for q in range(partners) if q != p]
        missing = sum(problem.baseline[place] - (able[place] if place in free else 0.0) for place in others)
        at_most(missing, (1.0, taken[p, c]), *((1.0, own[place]) for place in others))
    for c in range(channels):
        places = [(q, c) for q in range(partners)]
        share = ability[0][c] * at.ceiling[c]
        gap = sum(problem.baseline[place] - (able[place] if place in free else 0.0) for place in places)
        at_most(share * gap, *((1.0, taken[place]) for place in places), *((share, own[place]) for place in places))
        at_most(ability[1][c] * at.entry[c] * problem.baseline[:, c].sum(), (1.0, [new + c]))
        both = [*((1.0, taken[place]) for place in places), (1.0, [new + c])]
        at_most(gap, *both, *((1.0, own[place]) for place in places))
    for k in range(at.capacity.size):
        used = [number for number, (_, _, via) in enumerate(legs) if via == k]
        open_share = max(0.0, 1.0 - problem.transit_share[k] @ hurt[:, channels])
        diverted = [len(legs) + number for number in used]
        gained = [new + channels + number for number in used]
        at_most(at.capacity[k] * open_share, (1.0, used), (1.0, diverted), (1.0, gained))
    worth = np.zeros(size)
    for p, c in exposures:
        worth[own[p, c]] = 1.0
        worth[taken[p, c]] = 1.0 - at.haircut[c]
        worth[beyond[p, c]] = 1.0
    worth[new : new + channels] = 1.0 - at.entry_haircut
    fixed = sum(able[place] for place in free)
    solution = linprog(-worth, A_ub=np.array(rows), b_ub=np.array(limits), method="highs")
    assert solution.success, solution.message
    return fixed - solution.fun
