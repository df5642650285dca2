"""The arrays that the response reads and writes, and their memory.

A :class:`Problem` holds what is the same in every draw: which flows take which corridor. :class:`Draws` holds what a
block of draws assumes: ruptures, and every number that a distribution may move. Both have one row for each
draw or none; tests and the engine use them.

The steps work on 128 draws side by side, with the draw as the last, contiguous axis, so that vector units process
several draws at once. :class:`Lanes` is a block in that layout, and :class:`Work` the workspace in which one month of
128 draws is computed; it is reused for the next 128, so memory does not grow with the number of draws. Money is per
month.

**Attribution.** The loss that a rupture causes directly is attributed to the partner that ruptured; these are the first
rows of a :class:`Ledger`. What a corridor cuts off is attributed either *by partner*, to the host that closed the
corridor, with one last row for what a corridor with too little capacity cut off; or *by cause*, to a row for each
corridor and host. The second refines the first.

**Memory.** Each thread reuses its arrays for its next draws. Fresh memory would be provided page by page as it is first
touched, which takes a twentieth of the time of a run. Reused memory holds old values: code that takes it writes all of
it before reading any.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multivector_sim.scenario.models import AGGREGATES, CHANNEL_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from multivector_sim.typing import Bools, Floats, Integers

    Maker: TypeAlias = Callable[[str, tuple[int, ...]], Floats]

__all__ = [
    "LANES",
    "NEGLIGIBLE",
    "Draws",
    "Lanes",
    "Ledger",
    "Plan",
    "Problem",
    "Uses",
    "Work",
    "by_cause",
    "by_partner",
    "fresh",
    "release_memory",
    "scratch",
]


class _ThreadMemory(threading.local):
    """The memory of one thread: for each purpose one row of numbers, as long as the longest request."""

    def __init__(self) -> None:
        self.rows: dict[str, Floats] = {}


thread_memory = _ThreadMemory()


def scratch(purpose: str, shape: tuple[int, ...]) -> Floats:
    """Return memory for a purpose; the next call for the same purpose in this thread returns the same memory.

    Examples
    --------
    >>> first, second = scratch("an example", (2, 3)), scratch("an example", (3,))
    >>> first.shape, np.shares_memory(first, second)
    ((2, 3), True)
    >>> release_memory()
    """
    size = prod(shape)
    row = thread_memory.rows.get(purpose)
    if row is None or row.size < size:
        row = thread_memory.rows[purpose] = np.empty(size)
    return row[:size].reshape(shape)


def fresh(_: str, shape: tuple[int, ...]) -> Floats:
    """Return new, uninitialised memory, for callers that keep what they write."""
    return np.empty(shape)


def release_memory() -> None:
    """Release this thread's memory; threads of an executor that the user provides keep theirs until they end."""
    thread_memory.rows.clear()


LANES = 128
"""The number of draws that are computed side by side."""

NEGLIGIBLE = 1e-12
"""The share of a channel's monthly baseline below which a gap is rounding, and counts as zero."""


class Problem(NamedTuple):
    """The data that are the same in every draw.

    ``baseline`` (P, C) money a month; ``leg_partner``, ``leg_channel``, ``leg_corridor`` and ``leg_share`` (M,), the
    legs sorted by exposure; ``transit_share`` (K, P), the part of a corridor that stops when a host closes; ``kind``
    (C,) 0 trade, 1 investment, 2 ties; ``spill_from`` (S, C) weights and ``spill_to`` (S, C) 0 or 1, ``spill_lag``
    (S,) months; ``rupture_partner`` (R,); ``rupture_again`` (R,), 1 for a further rupture of the same hazard, else 0;
    ``contract_of`` (P, C + 1), a contract's number or -1, the last column for transit; ``months`` the horizon.
    """

    baseline: Floats
    leg_partner: Integers
    leg_channel: Integers
    leg_corridor: Integers
    leg_share: Floats
    transit_share: Floats
    kind: Integers
    spill_from: Floats
    spill_to: Floats
    spill_lag: Integers
    rupture_partner: Integers
    rupture_again: Integers
    contract_of: Integers
    months: int


class Draws(NamedTuple):
    """The assumptions of a block of n draws; the first axis of every array is the draw.

    ``onset`` (n, R) months, infinite for none; ``ramp``, ``duration``, ``half_life``, ``scar`` (n, R); ``severity``
    (n, R, C + 1), below 0 for a gain, the last column for transit, which is not below 0; ``honoured`` (n, R, contracts)
    0 or 1; ``capacity`` (n, K) money a month; ``ceiling``, ``theta``, ``haircut``, ``stock`` (months of the channel's
    baseline), ``refill`` (n, C); ``kappa`` (n, P, C); ``eta`` (n, S); ``floor`` (n, contracts); ``entry`` (share of the
    channel's baseline that new buyers or suppliers take in the end), ``entry_theta`` (months), ``entry_haircut`` and
    ``price`` (n, C).
    """

    onset: Floats
    ramp: Floats
    duration: Floats
    half_life: Floats
    scar: Floats
    severity: Floats
    honoured: Floats
    capacity: Floats
    ceiling: Floats
    theta: Floats
    haircut: Floats
    kappa: Floats
    stock: Floats
    refill: Floats
    eta: Floats
    floor: Floats
    entry: Floats
    entry_theta: Floats
    entry_haircut: Floats
    price: Floats


class Plan(NamedTuple):
    """Quantities derived from a problem once.

    ``leg_flow`` (M,) money a month; ``leg_exposure`` (M,), the position ``partner * C + channel`` of a leg's exposure;
    ``sizes`` (C,) baseline of a channel; ``has_legs`` (P * C,); ``load`` (K,) baseline flow on a corridor;
    ``spill_share`` (S, C), the share of each channel in a term's cause; ``column_weights`` (C + 3, C), its share in
    each column; ``answers`` (K, P + 1), the rows of the account for what a corridor cuts off, as in
    :class:`~multivector_sim.response.arrays.Ledger`; ``hosts`` (n,), the partners that can close a part of corridor k,
    rising, from ``first_host[k]`` up to ``first_host[k + 1]``.
    """

    leg_flow: Floats
    leg_exposure: Integers
    sizes: Floats
    has_legs: Bools
    load: Floats
    spill_share: Floats
    column_weights: Floats
    answers: Integers
    first_host: Integers
    hosts: Integers


class Lanes(NamedTuple):
    """A block of draws laid out in groups (first axis) of 128 lanes (last axis).

    The steps of a month get the lanes of one group, in the same tuple without the first axis:
    :func:`~multivector_sim.response.vector_lanes.one_group`.
    """

    timing: Floats  # (group, R, 5, L) onset, ramp, duration, half-life, scar
    severity: Floats  # (group, R, C + 1, L)
    honoured: Floats  # (group, R, contracts, L)
    capacity: Floats  # (group, K, L)
    ceiling: Floats  # (group, C, L)
    learning: Floats  # (group, C, L) share of the missing ability that is gained in a month
    worth: Floats  # (group, C, L) 1 - haircut
    kappa: Floats  # (group, P, C, L)
    full: Floats  # (group, C, L) a full stock, money
    refill: Floats  # (group, C, L) money a month
    eta: Floats  # (group, S, L)
    floor: Floats  # (group, contracts, L)
    entry: Floats  # (group, C, L) final capacity of new partners, money a month
    entry_learning: Floats  # (group, C, L)
    entry_worth: Floats  # (group, C, L) 1 - entry haircut
    price: Floats  # (group, C, L)


class Uses(NamedTuple):
    """The steps that some lane of a group needs.

    ``narrow``: whether a corridor is too small for its baseline flow; ``gains``: whether a severity is below 0;
    ``new_partners`` and ``prices``: whether there are any.
    """

    narrow: bool
    gains: bool
    new_partners: bool
    prices: bool


class Work(NamedTuple):
    """The workspace of one group of lanes: what a month reads from the previous one, and scratch memory for its steps.

    Exposures are in one row, at position ``partner * C + channel``.
    """

    envelope: Floats  # (T, R, L)
    unavailable: Floats  # (P, C + 1, L) 1 - availability; 0 where that is above 1
    held: Floats  # (P, C + 1, L) the part of unavailable that is under a clause
    asked: Floats  # (K, L) direct flow; during rerouting, the flow requested of a corridor
    spare: Floats  # (K, L)
    cut: Floats  # (K, L) share of a corridor's flow that is cut
    served: Floats  # (K, L) during rerouting, the share of the requests that a corridor can serve
    blamed: Floats  # (K, L) share of the cut attributed to hosts, over their joint closure
    unmet: Floats  # (P * C, L) cut off and not yet rerouted
    ask: Floats  # (P * C, L)
    fit: Floats  # (P * C, L) spare capacity over an exposure's legs
    room: Floats  # (P * C, L) how much more a partner can take
    gap: Floats  # (P * C, L)
    extra: Floats  # (P * C, L) flow over the baseline: first requested, then accepted
    total: Floats  # (C, L) gap of a channel
    to_divert: Floats  # (C, L)
    reach: Floats  # (C, L) total room of the partners of a channel
    again: Floats  # (L,) 1 where another round is needed
    on_leg: Floats  # (L,) scratch: the flow cut from one leg, or granted to it
    lost_directly: Floats  # (rows, C, L) loss by ruptures before the response; rows as in the ledger
    ability: Floats  # (C, L)
    entry_ability: Floats  # (C, L) that of new partners
    stock: Floats  # (C, L)
    missing: Floats  # (C, L)
    lost: Floats  # (T, C, L) loss share before spillover, below 0 for a gain
    asks: Bools  # (P * C,) whether an exposure asks for anything in any lane
    full: Bools  # (K,) whether a corridor cuts anything in any lane
    live: Bools  # (T,) whether any channel has a loss or gain in any lane
    parts: Floats  # (lags + 1, rows, C, L) the loss by row, a ring buffer of months
    seen: Floats  # (L,) elasticity of a term, 0 where its cause has no loss
    push: Floats  # (C, L) spillover, 1 for a total loss
    borne: Floats  # (rows, C, L) spillover by row
    loss: Floats  # (T, C, L) loss share
    account: Floats  # (rows, C, L) money lost over the horizon


def settled(problem: Problem) -> Problem:
    """Return the same problem in contiguous, writable arrays; a frozen or transposed one would be compiled again."""
    arrays = {name: value for name, value in problem._asdict().items() if name != "months"}
    return problem._replace(**{name: np.require(array, requirements=["C", "W"]) for name, array in arrays.items()})


def plan(problem: Problem, ledger: Ledger | None = None) -> Plan:
    """Return the quantities derived from a problem."""
    partners, channels = problem.baseline.shape
    leg_exposure = problem.leg_partner * channels + problem.leg_channel
    leg_flow = problem.baseline[problem.leg_partner, problem.leg_channel] * problem.leg_share
    has_legs = np.zeros(partners * channels, dtype=np.bool_)
    has_legs[leg_exposure] = True
    sizes = problem.baseline.sum(axis=0)
    load = np.bincount(problem.leg_corridor, weights=leg_flow, minlength=problem.transit_share.shape[0])
    booked = by_partner(problem) if ledger is None else ledger
    closes = problem.transit_share > 0.0
    return Plan(
        leg_flow,
        leg_exposure,
        sizes,
        has_legs,
        load.astype(np.float64),
        _by_size(problem.spill_from, sizes, 0.0),
        _by_size(column_members(problem.kind).astype(np.float64), sizes, np.nan),
        booked.answers,
        np.concatenate([[0], np.cumsum(closes.sum(axis=1))]).astype(np.int64),
        np.nonzero(closes)[1].astype(np.int64),
    )


def column_count(channels: int) -> int:
    """Return the number of columns of figures: the channels, then trade, investment and total.

    Examples
    --------
    >>> column_count(channels=4)
    7
    """
    return channels + len(AGGREGATES)


def column_members(kind: Integers) -> Bools:
    """Return which channels are added up in each column, (column, channel); ``kind`` is a number for each channel."""
    return _members(tuple(kind.tolist()))


@lru_cache
def _members(kinds: tuple[int, ...]) -> Bools:
    """Return the members of the columns, read-only: many calls ask for the same."""
    numbers = [[CHANNEL_KINDS.index(name) for name in counted] for counted in AGGREGATES.values()]
    found = np.vstack([np.eye(len(kinds), dtype=np.bool_), *(np.isin(kinds, some) for some in numbers)])
    found.flags.writeable = False
    return found


def _by_size(weights: Floats, sizes: Floats, empty: float) -> Floats:
    """Return rows weighted by the channels' sizes so that each sums to 1; rows without a flow are set to ``empty``."""
    weighted = np.where(weights != 0.0, weights * sizes, 0.0)
    whole = weighted.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weighted, whole, out=np.full(weighted.shape, empty), where=whole > 0.0))


def work(problem: Problem, rows: int | None = None) -> Work:
    """Return the workspace of a problem, in this thread's scratch memory."""
    partners, channels = problem.baseline.shape
    booked = partners + 1 if rows is None else rows
    months = problem.months
    ring = 1 + min(int(problem.spill_lag.max(initial=0)), months)
    shapes: dict[str, tuple[int, ...]] = {
        "envelope": (months, problem.rupture_partner.size),
        "unavailable": (partners, channels + 1),
        "held": (partners, channels + 1),
        "again": (),
        "on_leg": (),
        "seen": (),
        "lost": (months, channels),
        "loss": (months, channels),
        "parts": (ring, booked, channels),
    }
    shapes |= dict.fromkeys(("asked", "spare", "cut", "served", "blamed"), (problem.transit_share.shape[0],))
    shapes |= dict.fromkeys(("unmet", "ask", "fit", "room", "gap", "extra"), (partners * channels,))
    shapes |= dict.fromkeys(("lost_directly", "borne", "account"), (booked, channels))
    flags = {"asks": partners * channels, "full": problem.transit_share.shape[0], "live": months}
    workspace: dict[str, Any] = {name: np.zeros(size, dtype=np.bool_) for name, size in flags.items()}
    for name in set(Work._fields) - set(flags):
        workspace[name] = scratch(f"workspace of {name}", (*shapes.get(name, (channels,)), LANES))
    for name in ("push", "borne"):
        workspace[name][...] = 0.0
    return Work(**workspace)


class Ledger(NamedTuple):
    """The rows of an account; the first ones are the partners.

    ``answers`` (K, P + 1) holds the row for what a corridor cut off because a host closed it, and in the last column
    the row for what it would have cut off anyway; ``rows`` is the number of rows. A host that closes nothing of a
    corridor has row 0 there, which is never used.
    """

    answers: Integers
    rows: int


def by_partner(problem: Problem) -> Ledger:
    """Return a ledger that attributes a corridor's cut to the host that closed it, and the rest to one last row."""
    corridors, partners = problem.transit_share.shape
    return Ledger(np.tile(np.arange(partners + 1, dtype=np.int64), (corridors, 1)), partners + 1)


def by_cause(problem: Problem) -> Ledger:
    """Return a ledger that attributes a corridor's cut to a row for each host, and one for its lack of capacity."""
    corridors, partners = problem.transit_share.shape
    closes = problem.transit_share > 0.0
    first = partners + int(np.count_nonzero(closes))
    answers = np.zeros((corridors, partners + 1), dtype=np.int64)
    answers[:, :partners][closes] = np.arange(partners, first)
    answers[:, partners] = np.arange(first, first + corridors)
    return Ledger(answers, first + corridors)
