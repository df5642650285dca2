"""The model in slow, plain Python, one draw at a time: what the compiled kernel is held against.

It was written from the equations alone (docs/theory.md), with loops over named things in place of lanes, scratch
desks and quiet months. Where the equations leave a choice open, the reading is said in the function concerned.
"""

from math import expm1, inf, log

import numpy as np

from multivector_sim.engine.kernel import Outcome

ROUNDING = 1e-12
"""Less than this share of a channel's baseline is not missing."""


def respond(problem, draws):
    """Outcomes of all draws, with the shapes of the kernel's."""
    histories = [follow(problem, draws, draw) for draw in range(draws.onset.shape[0])]
    weights = column_weights(problem)
    columns = [figures(np.array(losses) @ weights.T) for losses, _ in histories]
    return Outcome(
        *(np.array([each[figure] for each in columns]) for figure in range(6)),
        np.array([account for _, account in histories]),
        np.array([count_ruptures(problem, onset) for onset in draws.onset]),
    )


def paths(problem, draws):
    """Delivered over baseline of all draws: draw, month, column."""
    weights = column_weights(problem)
    return np.array([1.0 - np.array(follow(problem, draws, n)[0]) @ weights.T for n in range(draws.onset.shape[0])])


def follow(problem, draws, draw):
    """Follow one draw: the loss share of each month and channel, and the money lost by partner and channel.

    Attribution: a month's gross loss before spillover is shared out pro rata to what each rupture took before the
    response; a gain is a negative part of the partner that gave it. Spillover follows the loss behind it: a term's part
    goes to partners as the earlier loss did.
    """
    at = type(draws)(*(array[draw] for array in draws))
    sizes = problem.baseline.sum(axis=0)
    partners, channels = problem.baseline.shape
    ability, stock = {"known": np.zeros(channels), "new": np.zeros(channels)}, at.stock * sizes
    before, blamed, losses = [], [], []
    account = np.zeros((partners + 1, channels))
    for month in range(problem.months):
        hurt = unavailable(problem, at, month)
        missing, taken, gains = respond_to(problem, at, hurt, ability)
        missing = fill_from_stock(at, sizes, stock, missing)
        lost = np.divide(missing, sizes, out=np.zeros(channels), where=sizes > 0)
        whole = taken.sum(axis=0)
        parts = lost * np.divide(taken, whole, out=np.zeros_like(taken), where=whole > 0)
        gained = np.divide(gains, sizes, out=np.zeros_like(gains), where=sizes > 0)
        parts[: problem.baseline.shape[0]] -= gained
        lost, parts = fetch_more(at, lost - gained.sum(axis=0), parts)
        before.append(lost)
        blamed.append(parts)
        push, borne = spill(problem, at, sizes, before, blamed, month)
        losses.append(lost + (1.0 - lost) * push)
        account += sizes * (blamed[-1] + (1.0 - lost) * borne)
    return losses, account


def column_weights(problem):
    """How much of each column a channel makes up: the channels, then trade, investment, and both together."""
    channels = problem.kind.size
    sizes = problem.baseline.sum(axis=0)
    groups = [[channel] for channel in range(channels)]
    groups += [[c for c in range(channels) if problem.kind[c] in kinds] for kinds in ((0,), (1,), (0, 1))]
    weights = np.zeros((len(groups), channels))
    for column, members in enumerate(groups):
        whole = sum(sizes[c] for c in members)
        for c in members:
            weights[column, c] = sizes[c] / whole if whole > 0 else np.nan
        if whole == 0:
            weights[column] = np.nan
    return weights


def figures(losses):
    """Loss share, trough, months to recover, share unrecovered, months below and followed, of (month, column) losses.

    Months to recover run from the first month under 95 % to the last one, both counted; to the horizon's length where
    the last month is still under. Months below are those under, months followed run to the last one under.
    """
    loss_share, trough, recovery, unrecovered, below, followed = [], [], [], [], [], []
    for path in losses.T:
        under = [month for month, loss in enumerate(path) if loss > 0.05 + 1e-12]
        span = under[-1] - under[0] + 1 if under else 0
        loss_share.append(sum(path) / len(path))
        trough.append(1.0 - max(path))
        recovery.append(len(path) if under and under[-1] == len(path) - 1 else span)
        unrecovered.append(path[-1])
        below.append(len(under))
        followed.append(span)
    counted = [
        [np.nan if np.isnan(share) else months for share, months in zip(loss_share, column, strict=True)]
        for column in (recovery, below, followed)
    ]
    recovery, below, followed = (np.array(column, dtype=float) for column in counted)
    return np.array(loss_share), np.array(trough), recovery, np.array(unrecovered), below, followed


def count_ruptures(problem, onset):
    """Count the ruptures inside the horizon: of a partner's first ones together one, and each further one."""
    inside = [
        (int(p), bool(again))
        for p, again, start in zip(problem.rupture_partner, problem.rupture_again, onset, strict=True)
        if start < problem.months
    ]
    return len({p for p, again in inside if not again}) + sum(again for _, again in inside)


# ---------------------------------------------------------------------------------------------------- ruptures


def area(elapsed, ramp, duration, half_life, scar):
    """Area under a rupture's envelope from its onset to ``elapsed`` months later."""
    if elapsed <= 0.0:
        return 0.0
    if elapsed < ramp:
        return elapsed * elapsed / (2.0 * ramp)
    if elapsed < ramp + duration:
        return ramp / 2.0 + (elapsed - ramp)
    tail = elapsed - ramp - duration
    faded = half_life / log(2.0) * -expm1(-tail / half_life * log(2.0)) if half_life > 0.0 else 0.0
    return ramp / 2.0 + duration + scar * tail + (1.0 - scar) * faded


def mean_envelope(at, rupture, month):
    """Mean of a rupture's envelope over a month."""
    if at.onset[rupture] == inf:
        return 0.0
    shape = at.ramp[rupture], at.duration[rupture], at.half_life[rupture], at.scar[rupture]
    since = month - at.onset[rupture]
    return area(since + 1.0, *shape) - area(since, *shape)


def unavailable(problem, at, month):
    """One minus the availability of each partner and channel (transit last).

    Ruptures of one partner multiply. Under a contract, the ruptures in which it is honoured together leave at least
    the floor; those in which it is not honoured multiply what is left.
    """
    partners, columns = problem.contract_of.shape
    hurt = np.zeros((partners, columns))
    for p in range(partners):
        for c in range(columns):
            contract = problem.contract_of[p, c]
            kept, open_ = 1.0, 1.0
            for r in range(problem.rupture_partner.size):
                if problem.rupture_partner[r] != p:
                    continue
                left = 1.0 - at.severity[r, c] * mean_envelope(at, r, month)
                if contract >= 0 and at.honoured[r, contract] > 0.0:
                    kept *= left
                else:
                    open_ *= left
            if contract >= 0:
                kept = max(kept, at.floor[contract])
            hurt[p, c] = 1.0 - kept * open_
    return hurt


# ---------------------------------------------------------------------------------------------------- response


def respond_to(problem, at, hurt, ability):
    """One month's missing value by channel after corridors, rerouting and diverting; who took how much; who gave more.

    An availability above 1 is 1 here, and what is wanted beyond the baseline comes when all else is done.
    """
    partners, channels = problem.baseline.shape
    legs = legs_of(problem)
    more = problem.baseline * np.maximum(0.0, -hurt[:, :channels])
    hurt = np.maximum(0.0, hurt)
    cut_off, spare, taken = use_corridors(problem, at, hurt, legs)
    unplaced = reroute(legs, cut_off, spare)
    gap = problem.baseline * hurt[:, :channels] + unplaced
    missing = gap.sum(axis=0)
    wanted, room = np.zeros(channels), np.zeros((partners, channels))
    for c in range(channels):
        if missing[c] > ROUNDING * problem.baseline[:, c].sum():
            ability["known"][c] = learned(ability["known"][c], at.theta[c])
            ability["new"][c] = learned(ability["new"][c], at.entry_theta[c])
            wanted[c] = ability["known"][c] * at.ceiling[c] * missing[c]
        else:
            ability["new"][c] = 0.0
        for q in range(partners):
            can = at.kappa[q, c] * problem.baseline[q, c] * (1.0 - hurt[q, c])
            room[q, c] = min(can, missing[c] - gap[q, c])
    entered = np.zeros(channels)
    for c in range(channels):
        new = min(missing[c], ability["new"][c] * at.entry[c] * problem.baseline[:, c].sum())
        known = min(wanted[c], sum(limits(legs, room, spare)[0][q, c] for q in range(partners)))
        if new > 0.0:
            scale = min(1.0, missing[c] / (new + known))
            entered[c], wanted[c] = scale * new, scale * known
    diverted = divert(legs, wanted, room, spare)
    left = reroute(
        legs, np.where([[(p, c) in legs for c in range(channels)] for p in range(partners)], more, 0.0), spare
    )
    return missing - (1.0 - at.haircut) * diverted - (1.0 - at.entry_haircut) * entered, taken, more - left


def learned(ability, theta):
    """An ability after one more month with a gap."""
    return ability + (1.0 - ability) * (-expm1(-1.0 / theta) if theta > 0.0 else 1.0)


def limits(legs, room, spare):
    """How much each partner can take, by (partner, channel): its room, and what fits through its legs; and the fits."""
    fits = {
        (q, c): sum(spare[k] for k in legs[q, c]) if (q, c) in legs else inf
        for q in range(room.shape[0])
        for c in range(room.shape[1])
    }
    return {place: min(room[place], fit) for place, fit in fits.items()}, fits


def legs_of(problem):
    """Corridors and shares of each exposure, by (partner, channel); exposures without legs are not in it."""
    legs = {}
    for p, c, k, share in zip(
        problem.leg_partner, problem.leg_channel, problem.leg_corridor, problem.leg_share, strict=True
    ):
        legs.setdefault((int(p), int(c)), {})[int(k)] = float(share)
    return legs


def use_corridors(problem, at, hurt, legs):
    """Send direct flow through the corridors: what is cut off, what is left spare, who took how much.

    Who is to blame for a cut: what the corridor, were it open, would have cut of this month's flow is nobody's (the
    last row); the rest is its hosts', pro rata to what each closed (``w S e``).
    """
    partners, channels = problem.baseline.shape
    corridors = at.capacity.size
    taken = np.zeros((partners + 1, channels))
    taken[:partners] = problem.baseline * hurt[:, :channels]
    flow = {}
    for (p, c), shares in legs.items():
        for k, share in shares.items():
            flow[p, c, k] = problem.baseline[p, c] * share * (1.0 - hurt[p, c])
    spare, cut_off = np.zeros(corridors), np.zeros((partners, channels))
    for k in range(corridors):
        closed = problem.transit_share[k] * hurt[:, channels]
        capacity = at.capacity[k] * max(0.0, 1.0 - closed.sum())
        load = sum(amount for (_, _, via), amount in flow.items() if via == k)
        spare[k] = max(0.0, capacity - load)
        if load <= capacity:
            continue
        cut, cut_anyway = 1.0 - capacity / load, max(0.0, 1.0 - at.capacity[k] / load)
        by_host = (cut - cut_anyway) * closed / closed.sum() if closed.sum() > 0.0 else np.zeros(partners)
        for (p, c, via), amount in flow.items():
            if via == k:
                cut_off[p, c] += cut * amount
                taken[:partners, c] += by_host * amount
                taken[partners, c] += (cut - by_host.sum()) * amount
    return cut_off, spare, taken


def reroute(legs, cut_off, spare):
    """Move what was cut off to other legs of the same exposure; give back what found no way, and use up ``spare``.

    All exposures ask at once, each pro rata to the spare capacity on its own legs. A corridor that is asked for more
    than it has serves all the same share of what they asked. Who was turned away asks again.
    """
    want = cut_off.copy()
    for _ in range(spare.size + 1):
        asks = {}
        for (p, c), shares in legs.items():
            fit = sum(spare[k] for k in shares)
            for k in shares:
                asks[p, c, k] = min(want[p, c], fit) * spare[k] / fit if fit > 0.0 else 0.0
        for (p, c, _), granted in grant(asks, spare).items():
            want[p, c] -= granted
    return want


def divert(legs, wanted, room, spare):
    """Share out what each channel may divert; give back how much of it was taken.

    Partners take pro rata to the room they have now: no more than they can, than the others miss, and than fits through
    their legs; rounds as for rerouting, with all channels asking at once.
    """
    left, room, diverted = wanted.copy(), room.copy(), np.zeros(wanted.size)
    partners, channels = room.shape
    for _ in range(spare.size + 1):
        asks, (limit, fits) = {}, limits(legs, room, spare)
        for c in range(channels):
            reach = sum(limit[q, c] for q in range(partners))
            for q in range(partners):
                ask = limit[q, c] * min(1.0, left[c] / reach) if reach > 0.0 else 0.0
                if (q, c) not in legs:
                    asks[q, c, None] = ask
                    continue
                for k in legs[q, c]:
                    asks[q, c, k] = ask * spare[k] / fits[q, c] if fits[q, c] > 0.0 else 0.0
        for (q, c, _), granted in grant(asks, spare).items():
            left[c] -= granted
            room[q, c] -= granted
            diverted[c] += granted
    return diverted


def grant(asks, spare):
    """Serve asks of corridors: all that ask one corridor get the same share of what they ask; uses up ``spare``."""
    asked = np.zeros(spare.size)
    for (_, _, k), ask in asks.items():
        if k is not None:
            asked[k] += ask
    share = [min(1.0, spare[k] / asked[k]) if asked[k] > 0.0 else 1.0 for k in range(spare.size)]
    spare -= np.minimum(spare, asked)
    return {(p, c, k): ask if k is None else ask * share[k] for (p, c, k), ask in asks.items()}


def fill_from_stock(at, sizes, stock, missing):
    """Fill what is missing from stocks; where nothing is, fill the stocks again; say what is missing after."""
    after = np.zeros(missing.size)
    for c in range(missing.size):
        if missing[c] > ROUNDING * sizes[c]:
            used = min(stock[c], missing[c])
            stock[c] -= used
            after[c] = missing[c] - used
        else:
            stock[c] = min(at.stock[c] * sizes[c], stock[c] + at.refill[c] * sizes[c])
    return after


def fetch_more(at, lost, parts):
    """What is still delivered is worth ``1 + price l`` times as much where some is missing; parts change alike."""
    after = np.where(lost > 0.0, 1.0 - (1.0 - lost) * (1.0 + at.price * lost), lost)
    return after, parts * np.divide(after, lost, out=np.ones_like(lost), where=lost > 0.0)


def spill(problem, at, sizes, before, blamed, month):
    """Spillover onto each channel as a share of what it delivers, and the same by partner; never more than all of it.

    A term's cause is the loss before spillover, over all the channels it names, ``lag`` months ago; a gain is no cause.
    The terms on one channel add up; where they come to more than 1, all are scaled down.
    """
    channels = sizes.size
    push, borne = np.zeros(channels), np.zeros((problem.baseline.shape[0] + 1, channels))
    for term in range(at.eta.size):
        then = month - problem.spill_lag[term]
        weights = problem.spill_from[term] * sizes
        if then < 0 or weights.sum() == 0.0:
            continue
        if before[then] @ weights <= 0.0:
            continue
        cause = at.eta[term] * (before[then] @ weights) / weights.sum()
        by_partner = at.eta[term] * (blamed[then] @ weights) / weights.sum()
        push += problem.spill_to[term] * cause
        borne += problem.spill_to[term] * by_partner[:, np.newaxis]
    scale = np.where(push > 1.0, 1.0 / np.where(push > 1.0, push, 1.0), 1.0)
    return push * scale, borne * scale
