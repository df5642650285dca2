"""The response without a compiler: the same steps, each over many draws at once, in NumPy.

The draw is the last axis of every array, so that each operation runs over contiguous draws; legs meet corridors and
exposures in sparse sums. Draws are taken :data:`WIDTH` at a time, which keeps the arrays in the processor's cache and
spreads the cost of a call over many draws. A group always has that width (its last draw is repeated to fill it) and no
sum runs across draws, so a draw's answer does not depend on its neighbours.

The compiled steps (:mod:`multivector_sim.response.month` and what it calls) say why each step is as it is; names here
are those of :class:`~multivector_sim.response.arrays.Work`. Both give the same losses but for rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from multivector_sim.response.arrays import NEGLIGIBLE

if TYPE_CHECKING:
    from multivector_sim.response.arrays import Draws, Plan, Problem
    from multivector_sim.typing import Floats, Integers

__all__ = ["WIDTH", "Group", "Layout", "first_trouble", "follow_months", "lay_out_problem", "take_group"]

WIDTH = 256
"""The number of draws that are computed side by side."""

TINY = 1e-280
"""Replaces a divisor of 0 where the dividend is 0 too; no amount of money is so small."""

LOG_2 = np.log(2.0)


class Layout(NamedTuple):
    """The data that are the same for all groups of a problem.

    ``by_corridor`` (K, M) and ``by_exposure`` (P * C, M) add legs up; ``legs_of`` (E, K) counts the legs of those
    exposures that have any, and ``exposures_of`` (K, E) is the same turned round; ``closes`` (K, P) adds up what hosts
    close.
    ``pair_corridor``, ``pair_host`` and ``pair_share`` (Q,) list the hosts of corridors, and ``by_pair`` (K, Q) adds
    them up; ``book_pairs`` (rows, Q) and ``book_rest`` (rows, K) say on which row of the account a corridor's cut is
    booked, ``by_corridor_and_channel`` (K * C, M) in which channel. ``rounds`` are ruptures and their partners, so that
    no round has a partner twice. ``spill`` is a term's causes, their shares, and its targets; ``rows`` the account's.
    """

    by_corridor: csr_array
    by_exposure: csr_array
    legs_of: csr_array
    exposures_of: csr_array
    closes: csr_array
    pair_corridor: Integers
    pair_host: Integers
    pair_share: Floats
    by_pair: csr_array
    book_pairs: csr_array
    book_rest: csr_array
    by_corridor_and_channel: csr_array
    rounds: tuple[tuple[Integers, Integers], ...]
    spill: tuple[tuple[Integers, Floats, Integers], ...]
    rows: int


class Group(NamedTuple):
    """The draws of one group, with the draw as last axis (n), or 1 for shared values. As in ``Draws``, but in money.

    ``envelope`` (T, R, n); ``severity`` and ``protected`` (R, C + 1, n), the latter where a clause is honoured, None
    where there is no clause; ``limit`` (contract, n), one minus the floor; ``learning`` (C, n), the share of the
    ability still missing that is gained in a month; ``able`` (P * C, n), ``full`` and ``refill`` (C, n), money;
    ``entry`` (C, n), money a month that new partners take in the end, ``entry_learning`` and ``entry_worth`` as for
    today's partners; ``price`` (C, n).
    """

    envelope: Floats
    severity: Floats
    protected: Floats | None
    limit: Floats
    capacity: Floats
    ceiling: Floats
    learning: Floats
    worth: Floats
    able: Floats
    full: Floats
    refill: Floats
    eta: Floats
    entry: Floats
    entry_learning: Floats
    entry_worth: Floats
    price: Floats


def lay_out_problem(problem: Problem, plan: Plan, rows: int) -> Layout:
    """Return the data that are the same for all groups."""
    (corridors, partners), channels = problem.transit_share.shape, problem.kind.size
    legs = np.arange(plan.leg_flow.size)
    corridor, host = np.repeat(np.arange(corridors), np.diff(plan.first_host)), plan.hosts
    channel = problem.leg_corridor * channels + problem.leg_channel
    with_legs, own = np.unique(plan.leg_exposure, return_inverse=True)
    legs_of = _sums(own, problem.leg_corridor, (with_legs.size, corridors))
    return Layout(
        by_corridor=_sums(problem.leg_corridor, legs, (corridors, legs.size)),
        by_exposure=_sums(plan.leg_exposure, legs, (partners * channels, legs.size)),
        legs_of=legs_of,
        exposures_of=csr_array(legs_of.T),
        closes=csr_array(problem.transit_share),
        pair_corridor=corridor,
        pair_host=host,
        pair_share=problem.transit_share[corridor, host],
        by_pair=_sums(corridor, np.arange(corridor.size), (corridors, corridor.size)),
        book_pairs=_sums(plan.answers[corridor, host], np.arange(corridor.size), (rows, corridor.size)),
        book_rest=_sums(plan.answers[:, partners], np.arange(corridors), (rows, corridors)),
        by_corridor_and_channel=_sums(channel, legs, (corridors * channels, legs.size)),
        rounds=tuple(_rounds(problem.rupture_partner)),
        spill=tuple(_terms(problem, plan)),
        rows=rows,
    )


def _sums(row: Integers, column: Integers, shape: tuple[int, int]) -> csr_array:
    """Return the matrix that adds each column to its row."""
    return csr_array((np.ones(row.size), (row, column)), shape=shape)


def _rounds(rupture_partner: Integers) -> list[tuple[Integers, Integers]]:
    """Return rounds: the first rupture of each partner in one, the second in the next, and so on."""
    turn = np.zeros(rupture_partner.size, dtype=np.int64)
    for rupture in range(rupture_partner.size):
        turn[rupture] = np.count_nonzero(rupture_partner[:rupture] == rupture_partner[rupture])
    of_round = [np.flatnonzero(turn == number) for number in range(turn.max(initial=-1) + 1)]
    return [(ruptures, rupture_partner[ruptures]) for ruptures in of_round]


def _terms(problem: Problem, plan: Plan) -> list[tuple[Integers, Floats, Integers]]:
    """Return each spillover term with the channels that have weight in it."""
    causes = [np.flatnonzero(row) for row in plan.spill_share]
    targets = [np.flatnonzero(row) for row in problem.spill_to]
    shares = [row[cause] for row, cause in zip(plan.spill_share, causes, strict=True)]
    return list(zip(causes, shares, targets, strict=True))


def take_group(problem: Problem, plan: Plan, draws: Draws, which: Integers) -> Group:
    """Return the draws of a group with the draw as the last axis."""
    sizes = plan.sizes[:, None]
    severity = _all_lanes(draws.severity, which)
    kappa = _lanes(draws.kappa, which)
    return Group(
        envelope=_envelopes(problem.months, *(_all_lanes(array, which) for array in draws[:5])),
        severity=severity,
        protected=_protected(problem, severity, _all_lanes(draws.honoured, which)),
        limit=1.0 - _lanes(draws.floor, which),
        capacity=_lanes(draws.capacity, which),
        ceiling=_lanes(draws.ceiling, which),
        learning=_learned_in_a_month(_lanes(draws.theta, which)),
        worth=1.0 - _lanes(draws.haircut, which),
        able=(kappa * problem.baseline[:, :, None]).reshape(-1, kappa.shape[-1]),
        full=_lanes(draws.stock, which) * sizes,
        refill=_lanes(draws.refill, which) * sizes,
        eta=_lanes(draws.eta, which),
        entry=_lanes(draws.entry, which) * sizes,
        entry_learning=_learned_in_a_month(_lanes(draws.entry_theta, which)),
        entry_worth=1.0 - _lanes(draws.entry_haircut, which),
        price=_lanes(draws.price, which),
    )


def _learned_in_a_month(theta: Floats) -> Floats:
    """Return the share of the missing ability that is gained in a month, from the months ``theta``."""
    return np.where(theta > 0.0, -np.expm1(-1.0 / np.maximum(theta, TINY)), 1.0)


def _lanes(values: Floats, which: Integers) -> Floats:
    """Return draws (n, ...) as (..., draw); shared values get a last axis of 1."""
    return _all_lanes(values, which[:1] if values.strides[0] == 0 else which)


def _all_lanes(values: Floats, which: Integers) -> Floats:
    """Return draws (n, ...) as (..., draw)."""
    return np.ascontiguousarray(np.moveaxis(values[which], 0, -1))


def _protected(problem: Problem, severity: Floats, honoured: Floats) -> Floats | None:
    """Return the severities where a clause is honoured, 0 elsewhere."""
    partner, channel = np.nonzero(problem.contract_of >= 0)
    if not partner.size:
        return None
    protected = np.zeros_like(severity)
    for rupture, ruptured in enumerate(problem.rupture_partner):
        covered = channel[partner == ruptured]
        contracts = problem.contract_of[ruptured, covered]
        protected[rupture, covered] = severity[rupture, covered] * honoured[rupture, contracts]
    return protected


def _envelopes(months: int, onset: Floats, ramp: Floats, duration: Floats, half_life: Floats, scar: Floats) -> Floats:
    """Return the exact monthly means (T, R, n) of ruptures (R, n); see :mod:`multivector_sim.shock.envelope`."""
    envelope = np.zeros((months, *onset.shape))
    happens = np.nonzero(onset < months)
    onset, ramp, duration, half_life, scar = (it[happens] for it in (onset, ramp, duration, half_life, scar))
    elapsed = np.arange(months + 1)[:, None] - onset
    rising = 0.5 * np.minimum(elapsed, ramp) ** 2 / np.maximum(ramp, TINY)
    level = 0.5 * ramp + np.minimum(elapsed - ramp, duration)
    area = np.diff(np.where(elapsed <= 0.0, 0.0, np.where(elapsed < ramp, rising, level)), axis=0)
    start = elapsed[:-1] - (ramp + duration)
    month, rupture = np.nonzero(start + 1.0 > 0.0)
    begin, end = np.maximum(0.0, start[month, rupture]), start[month, rupture] + 1.0
    left, life = scar[rupture], half_life[rupture]
    tail = left * (end - begin)
    falls = np.flatnonzero(life > 0.0)
    begin, end, left, life = (it[falls] for it in (begin, end, left, life))
    fallen = -np.expm1(-LOG_2 * (end - begin) / life)
    tail[falls] += (1.0 - left) * life / LOG_2 * np.exp2(-begin / life) * fallen
    area[month, rupture] += tail
    envelope[:, happens[0], happens[1]] = np.clip(area, 0.0, 1.0)
    return envelope


def follow_months(problem: Problem, plan: Plan, layout: Layout, group: Group) -> tuple[Floats, Floats]:
    """Return the losses and the account of a group after all months."""
    return _Months(problem, plan, layout, group).run()


class _Months:
    """The months of one group: the state passed from one month to the next, and the steps."""

    def __init__(self, problem: Problem, plan: Plan, layout: Layout, group: Group) -> None:
        self.problem, self.plan, self.layout, self.group = problem, plan, layout, group
        self.partners, self.channels = problem.baseline.shape
        self.width = group.envelope.shape[-1]
        self.sizes = plan.sizes[:, None]
        self.per_unit = np.divide(1.0, self.sizes, out=np.zeros_like(self.sizes), where=self.sizes > 0.0)
        self.negligible = NEGLIGIBLE * self.sizes
        self.flow = problem.baseline.reshape(-1, 1)
        self.leg_flow = plan.leg_flow[:, None]
        self.has_legs = np.flatnonzero(plan.has_legs)
        shape = (self.channels, self.width)
        self.ability, self.entry_ability = np.zeros(shape), np.zeros(shape)
        self.stock = np.array(np.broadcast_to(group.full, shape))
        self.lost = np.zeros((problem.months, *shape))
        self.loss = np.zeros((problem.months, *shape))
        self.live = np.zeros(problem.months, dtype=np.bool_)
        self.parts: dict[int, Floats] = {}
        self.account = np.zeros((layout.rows, *shape))
        self.active = np.asarray(group.envelope.any(axis=2))
        self.overloaded = bool((plan.load[:, None] > group.capacity).any())
        self.any_gain = bool((group.severity < 0.0).any())
        self.any_entry, self.any_price = bool(group.entry.any()), bool(group.price.any())

    def run(self) -> tuple[Floats, Floats]:
        """Compute all months; a month in which nothing is closed only refills stocks and spills over."""
        oldest = int(self.problem.spill_lag.max(initial=0))
        for month in range(self.problem.months):
            lost_directly, missing, gains = np.zeros(0), None, None
            if self.overloaded or self.active[month].any():
                lost_directly, missing, gains = self.respond(month)
            if missing is None:
                self.entry_ability[...] = 0.0
            self.draw_down(month, missing)
            self.live[month] = gains is not None or (self.lost[month] > 0.0).any()
            if self.live[month]:
                self.parts[month] = self.blame(lost_directly, self.lost[month])
                if gains is not None:
                    self.book_gains(month, gains)
                if self.any_price:
                    self.respond_in_price(month)
            self.spill_and_book(month)
            self.parts.pop(month - oldest, None)
        return self.loss, self.account

    def respond(self, month: int) -> tuple[Floats, Floats | None, Floats | None]:
        """Close, carry, reroute, divert, and place what is wanted over the baseline.

        Return what ruptures took; what is missing, None if nothing is; and the gains, None if there are none.
        """
        unavailable = self.close(month)
        extra: Floats | None = None
        if self.any_gain:
            flows = unavailable[:, : self.channels]
            extra = self.flow * np.maximum(0.0, -flows).reshape(-1, self.width)
            np.maximum(0.0, flows, out=flows)
        open_share = 1.0 - unavailable[:, : self.channels].reshape(-1, self.width)
        legs = self.leg_flow * open_share[self.plan.leg_exposure]
        spare, cut, blamed = self.carry(legs, unavailable[:, self.channels])
        lost_directly = np.zeros((self.layout.rows, self.channels, self.width))
        np.multiply(
            self.problem.baseline[:, :, None], unavailable[:, : self.channels], out=lost_directly[: self.partners]
        )
        gap = self.flow * unavailable[:, : self.channels].reshape(-1, self.width)
        if cut.any():
            legs *= cut[self.problem.leg_corridor]
            self.blame_hosts(legs, unavailable[:, self.channels], blamed, lost_directly)
            unmet = self.layout.by_exposure @ legs
            self.reroute(unmet, spare)
            gap += unmet
        tall = gap.reshape(self.partners, self.channels, self.width)
        tall[tall <= self.negligible] = 0.0
        total = tall.sum(axis=0)
        missing = self.divert(gap, total, open_share, spare) if total.any() else None
        return lost_directly, missing, None if extra is None else self.place_gains(extra, spare)

    def close(self, month: int) -> Floats:
        """Return one minus the availability, (P, C + 1, n), transit last."""
        group, shape = self.group, (self.partners, self.channels + 1, self.width)
        unavailable, held = np.zeros(shape), np.zeros(shape) if group.protected is not None else None
        for ruptures, partners in self.layout.rounds:
            on = self.active[month, ruptures]
            which, whose = ruptures[on], partners[on]
            pulse = group.envelope[month, which][:, None, :]
            if group.protected is None or held is None:
                unavailable[whose] += (1.0 - unavailable[whose]) * (group.severity[which] * pulse)
                continue
            effect, protected = group.severity[which] * pulse, group.protected[which] * pulse
            held[whose] += (1.0 - held[whose]) * protected
            unavailable[whose] += (1.0 - unavailable[whose]) * (effect - protected)
        if held is not None:
            partner, channel = np.nonzero(self.problem.contract_of >= 0)
            limit = group.limit[self.problem.contract_of[partner, channel]]
            kept = np.minimum(held[partner, channel], limit)
            unavailable[partner, channel] = kept + (1.0 - kept) * unavailable[partner, channel]
        return unavailable

    def carry(self, legs: Floats, unavailable: Floats) -> tuple[Floats, Floats, Floats]:
        """Load the corridors; return what is spare, what share is cut, and the hosts' part per unit of closure."""
        load, capacity = self.layout.by_corridor @ legs, self.group.capacity
        closed = self.layout.closes @ unavailable
        left = capacity * np.maximum(0.0, 1.0 - closed)
        excess = np.maximum(0.0, load - left)
        by_hosts = np.maximum(0.0, excess - np.maximum(0.0, load - capacity))
        blamed = by_hosts / np.maximum(excess * closed, TINY)
        return np.maximum(0.0, left - load), excess / np.maximum(load, TINY), blamed

    def blame_hosts(self, legs: Floats, unavailable: Floats, blamed: Floats, lost_directly: Floats) -> None:
        """Attribute what corridors cut off to the hosts that closed them, and the rest to no partner."""
        layout, corridors = self.layout, self.problem.transit_share.shape[0]
        off = (layout.by_corridor_and_channel @ legs).reshape(corridors, self.channels, self.width)
        share = layout.pair_share[:, None] * unavailable[layout.pair_host] * blamed[layout.pair_corridor]
        parts = share[:, None, :] * off[layout.pair_corridor]
        columns = self.channels * self.width
        booked = parts.reshape(layout.pair_host.size, columns)
        rest = np.maximum(0.0, off.reshape(corridors, columns) - layout.by_pair @ booked)
        flat = lost_directly.reshape(layout.rows, columns)
        flat += layout.book_pairs @ booked
        flat += layout.book_rest @ rest

    def reroute(self, unmet: Floats, spare: Floats) -> None:
        """Move what was cut off to the same partner's other legs, in rounds; change ``unmet`` and ``spare``."""
        open_want, again = unmet[self.has_legs], np.ones(self.width)
        for _ in range(spare.shape[0] + 1):
            fit = self.layout.legs_of @ spare
            ask = np.minimum(open_want, fit) * again
            if not ask.any():
                break
            granted, again = self.place(ask / np.maximum(fit, TINY), spare)
            open_want = np.maximum(0.0, open_want - granted)
            if not again.any():
                break
        unmet[self.has_legs] = open_want

    def place(self, share: Floats, spare: Floats) -> tuple[Floats, Floats]:
        """Request shares of the spare capacity of corridors, the same share for all legs of an exposure (E, n).

        Return the granted shares (E, n), and which draws need another round (n,); changes ``spare`` (K, n).
        """
        asked = spare * (self.layout.exposures_of @ share)
        over = asked > spare
        if not over.any():
            granted = share * (self.layout.legs_of @ spare)
            spare -= asked
            return granted, np.zeros(self.width)
        served = np.divide(spare, asked, out=np.ones_like(spare), where=over)
        granted = share * (self.layout.legs_of @ (spare * served))
        spare -= np.where(over, spare, asked)
        return granted, over.any(axis=0).astype(np.float64)

    def divert(self, gap: Floats, total: Floats, open_share: Floats, spare: Floats) -> Floats:
        """Divert part of the gap (P * C, n) to other partners; return what is still missing (C, n)."""
        group, shape = self.group, (self.partners, self.channels, self.width)
        learned = self.ability + (1.0 - self.ability) * group.learning
        self.ability = np.where(total > 0.0, learned, self.ability)
        to_divert = self.ability * group.ceiling * total
        missing = total.copy()
        if not (self.any_entry or to_divert.any()):
            return missing
        needed = np.maximum(0.0, total - gap.reshape(shape)).reshape(gap.shape)
        room = np.minimum(group.able * open_share, needed)
        if self.any_entry:
            to_divert = self.admit_new_partners(total, room, spare, to_divert, missing)
        again, lost_directly = np.ones(self.width), np.zeros_like(missing)
        for _ in range(spare.shape[0] + 1):
            fit, ask = self.fit_room(room, spare)
            tall = ask.reshape(shape)
            reach = tall.sum(axis=0)
            share = np.minimum(to_divert, reach) * again / np.maximum(reach, TINY)
            if not share.any():
                break
            tall *= share
            granted, again = self.place(ask[self.has_legs] / np.maximum(fit, TINY), spare)
            ask[self.has_legs] = granted
            by_channel = tall.sum(axis=0)
            lost_directly += by_channel
            to_divert = np.maximum(0.0, to_divert - by_channel)
            if not again.any():
                break
            room = np.maximum(0.0, room - ask)
        return np.asarray(missing - lost_directly * group.worth)

    def fit_room(self, room: Floats, spare: Floats) -> tuple[Floats, Floats]:
        """Return the spare capacity on the legs of exposures that have any, and all room (P * C, n) within it."""
        fit, ask = self.layout.legs_of @ spare, room.copy()
        ask[self.has_legs] = np.minimum(room[self.has_legs], fit)
        return fit, ask

    def admit_new_partners(
        self, total: Floats, room: Floats, spare: Floats, to_divert: Floats, missing: Floats
    ) -> Floats:
        """Let new partners take their part of each gap; return what is left to today's; changes ``missing``."""
        group = self.group
        _, ask = self.fit_room(room, spare)
        reach = ask.reshape(self.partners, self.channels, self.width).sum(axis=0)
        learned = self.entry_ability + (1.0 - self.entry_ability) * group.entry_learning
        self.entry_ability = np.where(total > 0.0, learned, 0.0)
        new, known = np.minimum(total, self.entry_ability * group.entry), np.minimum(to_divert, reach)
        both = new + known
        share = np.divide(total, both, out=np.ones_like(both), where=both > total)
        missing -= share * new * group.entry_worth
        return np.where(new > 0.0, share * known, to_divert)

    def place_gains(self, extra: Floats, spare: Floats) -> Floats | None:
        """Return the part of what is wanted over the baseline (P * C, n) that finds room; None if there is none."""
        refused = np.zeros_like(extra)
        refused[self.has_legs] = extra[self.has_legs]
        self.reroute(refused, spare)
        placed = np.maximum(0.0, extra - refused)
        return placed if placed.any() else None

    def book_gains(self, month: int, gains: Floats) -> None:
        """Take the gains from the month's losses, and from the parts of the partners that gave them."""
        shares = gains.reshape(self.partners, self.channels, self.width) * self.per_unit
        self.parts[month][: self.partners] -= shares
        for share in shares:  # one by one, as compiled code does: whether anything is left of a loss is seen later
            self.lost[month] -= share

    def respond_in_price(self, month: int) -> None:
        """Scale each channel's loss, and its parts, by what is still delivered fetching more."""
        lost = self.lost[month]
        scale = np.where(lost > 0.0, 1.0 - self.group.price * (1.0 - lost), 1.0)
        self.lost[month] = scale * lost
        self.parts[month] *= scale

    def draw_down(self, month: int, missing: Floats | None) -> None:
        """Take missing supply from stocks, or refill them; record the share of the baseline that is lost."""
        group = self.group
        refilled = np.minimum(group.refill, group.full - self.stock)
        if missing is None:
            self.stock += refilled
            return
        missing = np.where(missing > self.negligible, missing, 0.0)
        used = np.minimum(self.stock, missing)
        self.stock = np.where(missing > 0.0, self.stock - used, self.stock + refilled)
        self.lost[month] = (missing - used) * self.per_unit

    def blame(self, lost_directly: Floats, lost: Floats) -> Floats:
        """Divide each channel's loss (C, n) in proportion to the direct loss from each rupture."""
        whole = lost_directly.sum(axis=0)
        return np.asarray(lost_directly * np.divide(lost, whole, out=np.zeros_like(whole), where=whole > 0.0))

    def spill_and_book(self, month: int) -> None:
        """Add the spillover of earlier losses to this month, and attribute the month's loss."""
        pushes: Floats | None = None
        borne: Floats | None = None
        for (causes, shares, targets), lag, eta in zip(
            self.layout.spill, self.problem.spill_lag, self.group.eta, strict=True
        ):
            earlier = month - lag
            if earlier < 0 or not self.live[earlier]:
                continue
            if pushes is None or borne is None:
                pushes, borne = np.zeros_like(self.lost[month]), np.zeros_like(self.account)
            seen = np.zeros(self.width)
            for cause, share in zip(causes, shares, strict=True):
                seen += share * self.lost[earlier, cause]
            elasticity = np.where(seen > 0.0, eta, 0.0)
            for cause, share in zip(causes, shares, strict=True):
                weight = elasticity * share
                pushes[targets] += weight * self.lost[earlier, cause]
                borne[:, targets] += (weight * self.parts[earlier][:, cause])[:, None, :]
        lost = self.lost[month]
        if pushes is not None and borne is not None:
            left = 1.0 - lost
            self.loss[month] = lost + left * np.minimum(1.0, pushes)
            self.account += self.sizes * (borne * (left / np.maximum(1.0, pushes)))
        elif self.live[month]:
            self.loss[month] = lost
        if self.live[month]:
            self.account += self.sizes * self.parts[month]


def first_trouble(plan: Plan, draws: Draws) -> Floats:
    """Return the month in which each draw first needs a response, (n,); 0 if a corridor is too small from the start."""
    onset = draws.onset.min(axis=1, initial=np.inf)
    return np.where((plan.load > draws.capacity).any(axis=1), 0.0, onset)
