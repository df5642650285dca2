"""Bounds of a scenario's losses and gains that hold for every draw.

No draw is needed. Every severity, duration and capacity is taken at the worst end of its distribution, every rupture is
assumed to happen, and no rerouting, diversion or stock is assumed to help. Before spillover, in a month::

    loss of a leg       <=  1 - (1 - severity) (1 - share closed) min(1, capacity / requested)
    loss of a channel   <=  its legs and its flows without a leg, weighted by money
    gain of a channel   <=  demand beyond the baseline, weighted by money

and over the horizon each rupture counts for at most its course: half of its ramp, and its
duration if it leaves no tail. Spillover adds its elasticity times the largest loss behind it, up to a total loss. The
response only ever lowers a loss, so these are bounds, and often far above the loss of any draw; intervals need them
where few draws differ (:mod:`multivector_sim.measure.bounded_intervals`).

A column whose upper bound is 0 cannot lose.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.engine.problem import TRANSIT, build_problem, column_sizes, further, ruptures
from multivector_sim.engine.sampler import build_sampler
from multivector_sim.measure.bounded_intervals import Bounds
from multivector_sim.response.arrays import column_members
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from multivector_sim.response.arrays import Problem
    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.models import HazardPartner, Stress
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["LossBounds", "is_certain", "loss_bounds", "money_bounds", "share_bounds"]

YEAR = 12.0
COPULA, HONOURED = "copula/", "/honoured/"
"""Streams of a copula move nothing if no hazard has an intensity; those of clauses if all are honoured or none is."""


class LossBounds(NamedTuple):
    """Bounds by column: the channels, then trade, investment and total; shares of the baseline, losses positive.

    ``horizon`` bounds the loss share, ``month`` the share missing in any month, and so the trough and what is
    unrecovered; ``ruptures`` bounds the number of partners that rupture.
    """

    horizon: tuple[Bounds, ...]
    month: tuple[Bounds, ...]
    ruptures: Bounds


class _Part(NamedTuple):
    """Lower and upper bounds by channel: over the horizon, and in any month."""

    least: Floats
    most: Floats
    least_month: Floats
    most_month: Floats


def loss_bounds(scenario: Scenario) -> LossBounds:
    """Return the bounds of what the draws of a scenario can lose and gain.

    Examples
    --------
    One of ten identical partners loses everything for one year of five; all of them may:

    >>> import multivector_sim as mv
    >>> loss_bounds(mv.load("one-or-many")).horizon[-1].low
    0.0
    """
    problem = build_problem(scenario)
    found = _spilled(scenario, problem, _direct(scenario, problem))
    weights = _weights(problem)
    rows = [weights @ part for part in found]
    low, high, low_month, high_month = ([float(it) for it in row] for row in rows)
    partners = {partner for _, partner, _ in _possible(scenario)}
    certain = {stress.partner for stress in scenario.stress}
    again = sum(
        number for number, (_, _, it) in zip(further(scenario), ruptures(scenario), strict=True) if _may_happen(it)
    )
    sure = sum(1 for partner in certain if _begins(scenario, partner) < scenario.horizon_months)
    return LossBounds(
        tuple(Bounds(min(one, 0.0), max(other, 0.0)) for one, other in zip(low, high, strict=True)),
        tuple(Bounds(min(one, 0.0), max(other, 0.0)) for one, other in zip(low_month, high_month, strict=True)),
        Bounds(float(sure), float(len(partners) + again)),
    )


def is_certain(scenario: Scenario) -> bool:
    """Return whether nothing in a scenario is random, so that one draw is as good as all.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> is_certain(mv.load("two-buyers"))
    False
    """
    by_chance = any(name.startswith("hazard/") for name, _, _ in _possible(scenario))
    numbers = build_sampler(scenario).uncertain
    settled = all(it.honoured.is_fixed and it.honoured.value in (0.0, 1.0) for it in scenario.contracts)
    still = (it.is_fixed or it.name.startswith(COPULA) or (settled and HONOURED in it.name) for it in numbers)
    return not by_chance and all(still)


def money_bounds(scenario: Scenario, column: str) -> Bounds:
    """Return the bounds of a column's loss over the horizon, money; a channel's name comes before an aggregate's.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> money_bounds(mv.load("one-or-many"), "trade").low
    0.0
    """
    place = [*scenario.channels, *AGGREGATES].index(column)
    return loss_bounds(scenario).horizon[place].scaled(float(column_sizes(build_problem(scenario))[place]))


def share_bounds(scenario: Scenario) -> Bounds:
    """Return the bounds of a loss share under any mix, without a lower bound if anything gains.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> share_bounds(mv.load("two-buyers"))
    Bounds(low=0.0, high=1.0)
    """
    severities = (figure for _, _, rupture in _possible(scenario) for figure in rupture.channels.values())
    least = min(
        [*(it.law.support[0] for it in severities), *(term.eta.law.support[0] for term in scenario.spillover)],
        default=0.0,
    )
    return Bounds(-inf if least < 0.0 else 0.0, 1.0)


def _possible(scenario: Scenario) -> list[tuple[str, str, Stress | HazardPartner]]:
    """Return the ruptures that may happen: a hazard needs an intensity above 0."""
    return [(name, partner, it) for name, partner, it in ruptures(scenario) if _may_happen(it)]


def _may_happen(rupture: Stress | HazardPartner) -> bool:
    """Return whether a rupture can happen: a stress is certain, a hazard needs an intensity."""
    intensity = getattr(rupture, "intensity", None)
    return intensity is None or _most(intensity) > 0.0


def _begins(scenario: Scenario, partner: str) -> float:
    """Return the latest month in which the first stress of a partner may begin."""
    return min(it.onset_month.law.support[1] for it in scenario.stress if it.partner == partner)


def _most(figure: Figure) -> float:
    """Return the greatest value that a figure can have."""
    return float(figure.law.support[1])


def _course(rupture: Stress | HazardPartner, months: int) -> float:
    """Return the largest share of the horizon for which a rupture may count."""
    onset = getattr(rupture, "onset_month", None)
    left = months - (onset.law.support[0] if onset is not None else 0.0)
    whole = _most(rupture.half_life_months) > 0.0 or _most(rupture.scar) > 0.0
    course = inf if whole else 0.5 * _most(rupture.ramp_months) + _most(rupture.duration_months)
    return float(min(max(min(left, course), 0.0) / months, 1.0))


def _direct(scenario: Scenario, problem: Problem) -> _Part:
    """Return the bounds of each channel before spillover."""
    partners, channels = list(scenario.partners), list(scenario.channels)
    shape = (len(partners), len(channels))
    lowest, more = np.ones(shape), np.ones(shape)  # availability at its lowest and its highest, all ruptures at once
    over, gained = np.zeros(shape), np.zeros(shape)  # the same as sums of severity times course
    closed, closed_over = np.zeros(len(partners)), np.zeros(len(partners))
    for _, partner, rupture in _possible(scenario):
        row, course = partners.index(partner), _course(rupture, problem.months)
        if course <= 0.0:
            continue
        for name, figure in rupture.channels.items():
            low, high = figure.law.support
            if name == TRANSIT:
                closed[row] = 1.0 - (1.0 - closed[row]) * (1.0 - min(high, 1.0))
                closed_over[row] += high * course
                continue
            column = channels.index(name)
            lowest[row, column] *= 1.0 - min(max(high, 0.0), 1.0)
            over[row, column] += max(high, 0.0) * course
            more[row, column] *= 1.0 - min(low, 0.0)
            gained[row, column] += max(more[row, column] - 1.0, -min(low, 0.0)) * course
    missing, missing_over = _missing(scenario, problem, lowest, over, closed, closed_over)
    sizes = problem.baseline.sum(axis=0)
    scale = np.where(sizes > 0.0, sizes, 1.0)
    in_month = (problem.baseline * missing).sum(axis=0) / scale
    in_horizon = np.minimum((problem.baseline * missing_over).sum(axis=0) / scale, in_month)
    gain_month = (problem.baseline * (more - 1.0)).sum(axis=0) / scale
    gain = np.minimum((problem.baseline * gained).sum(axis=0) / scale, gain_month)
    return _Part(-gain, in_horizon, -gain_month, in_month)


def _missing(
    scenario: Scenario, problem: Problem, lowest: Floats, over: Floats, closed: Floats, closed_over: Floats
) -> tuple[Floats, Floats]:
    """Return the share of each exposure that may be missing in a month, and over the horizon; (partner, channel)."""
    month, horizon = 1.0 - lowest, np.minimum(over, 1.0)
    if not problem.leg_share.size:
        return month, horizon
    capacity = np.array([it.capacity.law.support[0] for it in scenario.corridors.values()]) / YEAR
    flows = problem.baseline[problem.leg_partner, problem.leg_channel] * problem.leg_share
    load = np.bincount(problem.leg_corridor, flows, minlength=capacity.size)
    room = np.where(load > 0.0, np.minimum(1.0, capacity / np.where(load > 0.0, load, 1.0)), 1.0)
    stopped = np.minimum(1.0, problem.transit_share @ closed)
    stopped_over = problem.transit_share @ closed_over
    covered = np.zeros(month.shape)
    legs_month, legs_over = np.zeros(month.shape), np.zeros(month.shape)
    rows = zip(problem.leg_partner, problem.leg_channel, problem.leg_corridor, problem.leg_share, strict=True)
    for partner, channel, corridor, share in rows:
        place, way = (int(partner), int(channel)), int(corridor)
        covered[place] += share
        legs_month[place] += share * (1.0 - lowest[place] * (1.0 - stopped[way]) * room[way])
        legs_over[place] += share * min(1.0, over[place] + stopped_over[way] + (1.0 - room[way]))
    rest = np.maximum(1.0 - covered, 0.0)
    return legs_month + rest * month, legs_over + rest * horizon


def _spilled(scenario: Scenario, problem: Problem, found: _Part) -> _Part:
    """Return the bounds with spillover added."""
    least, most, least_month, most_month = (part.copy() for part in found)
    sizes = problem.baseline.sum(axis=0)
    push, pull = np.zeros((2, sizes.size)), np.zeros((2, sizes.size))
    for number, term in enumerate(scenario.spillover):
        low, high = term.eta.law.support
        whole = float(problem.spill_from[number] @ sizes)
        if whole <= 0.0:
            continue
        causes = problem.spill_from[number] * sizes / whole
        behind = np.array([causes @ np.maximum(found.most, 0.0), causes @ np.maximum(found.most_month, 0.0)])
        push += max(high, 0.0) * behind[:, None] * problem.spill_to[number]
        pull += min(low, 0.0) * behind[:, None] * problem.spill_to[number]
    most_month += np.maximum(1.0 - most_month, 0.0) * np.minimum(push[1], 1.0)
    least += (1.0 - least_month) * pull[0]
    least_month += (1.0 - least_month) * pull[1]
    most = np.minimum(np.maximum(most, 0.0) + push[0], most_month)
    return _Part(least, most, least_month, most_month)


def _weights(problem: Problem) -> Floats:
    """Return the share of each channel in each column; (channel + 3, channel)."""
    sizes = problem.baseline.sum(axis=0)
    sums = np.where(column_members(problem.kind)[sizes.size :], sizes, 0.0)
    whole = sums.sum(axis=1, keepdims=True)
    return np.concatenate([np.eye(sizes.size), sums / np.where(whole > 0.0, whole, 1.0)])
