"""From a scenario, as people write it, to plain arrays; the conversion happens only here.

Names become numbers in the order of the file, money a year becomes money a month, and all data that no draw changes are
stored once. Numbers with a distribution are not here: :mod:`multivector_sim.engine.sampler` samples them by block.

**Columns** of a result are the channels in the order of the file, then trade, investment and total. Arrays of figures
have one place for each of them, whether it has a flow or not. By name a column can be asked for only if something flows
in it, and a channel's name comes before that of an aggregate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.response.arrays import Problem, column_members
from multivector_sim.scenario.models import AGGREGATES, CHANNEL_KINDS, Stress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multivector_sim.scenario.models import HazardPartner
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Bools, Floats, Integers

__all__ = [
    "Problem",
    "build_problem",
    "column_channels",
    "column_place",
    "column_places",
    "column_sizes",
    "rupture_path",
    "ruptures",
]

MONTHS_A_YEAR = 12
TRANSIT = "transit"


def build_problem(scenario: Scenario) -> Problem:
    """Return a scenario as arrays."""
    partners, channels = list(scenario.partners), list(scenario.channels)
    legs = sorted(
        (partners.index(partner), channels.index(channel), list(scenario.corridors).index(corridor), float(share))
        for channel, by_partner in scenario.legs.items()
        for partner, by_corridor in by_partner.items()
        for corridor, share in by_corridor.items()
        if partner in scenario.exposures.get(channel, {})
    )
    terms = scenario.spillover
    return Problem(
        baseline=baseline(scenario),
        leg_partner=_integers([leg[0] for leg in legs]),
        leg_channel=_integers([leg[1] for leg in legs]),
        leg_corridor=_integers([leg[2] for leg in legs]),
        leg_share=np.array([leg[3] for leg in legs], dtype=np.float64),
        transit_share=_transit_shares(scenario),
        kind=channel_kinds(scenario),
        spill_from=_members(scenario, [term.from_ for term in terms]),
        spill_to=_members(scenario, [term.to for term in terms]),
        spill_lag=_integers([term.lag_months for term in terms]),
        rupture_partner=_integers([partners.index(partner) for _, partner, _ in ruptures(scenario)]),
        rupture_again=_integers(further(scenario)),
        contract_of=_contracts(scenario),
        months=scenario.horizon_months,
    )


def channel_kinds(scenario: Scenario) -> Integers:
    """Return the kind of each channel, as its place among the kinds that there are."""
    return _integers([CHANNEL_KINDS.index(channel.kind) for channel in scenario.channels.values()])


def ruptures(scenario: Scenario) -> Iterator[tuple[str, str, Stress | HazardPartner]]:
    """Yield every rupture of the scenario with its name: stresses in the order of the file, then hazards.

    A name consists of the kind, the partner and a number among that partner's own, so that it stays the same when
    ruptures of other partners are added or removed. The further ruptures of a hazard, up to its ``at_most``, follow
    its first, whose name has no number.
    """
    seen: dict[str, int] = {}
    for stress in scenario.stress:
        number = seen.get(stress.partner, 0)
        seen[stress.partner] = number + 1
        yield f"stress/{stress.partner}/{number}", stress.partner, stress
    if scenario.hazard is not None:
        for partner, hazard in scenario.hazard.partners.items():
            yield f"hazard/{partner}", partner, hazard
            for number in range(1, hazard.at_most):
                yield f"hazard/{partner}/{number}", partner, hazard


def further(scenario: Scenario) -> list[int]:
    """Return 1 for each rupture that is a further one of a hazard, else 0; in the order of :func:`ruptures`."""
    hazards = scenario.hazard.partners.values() if scenario.hazard is not None else ()
    return [0] * len(scenario.stress) + [int(number > 0) for hazard in hazards for number in range(hazard.at_most)]


def rupture_path(place: int, partner: str, model: Stress | HazardPartner) -> str:
    """Return the path of a rupture in its scenario; ``place`` is its position in :func:`ruptures`, stresses first."""
    return f"stress.{place}" if isinstance(model, Stress) else f"hazard.partners.{partner}"


def _integers(values: list[int]) -> Integers:
    """Return an array of whole numbers, also for an empty list."""
    return np.array(values, dtype=np.int64)


def baseline(scenario: Scenario) -> Floats:
    """Return the exposures; shape (partner, channel), money a month."""
    flows = np.zeros((len(scenario.partners), len(scenario.channels)))
    for column, channel in enumerate(scenario.channels):
        for row, partner in enumerate(scenario.partners):
            figure = scenario.exposures.get(channel, {}).get(partner)
            flows[row, column] = 0.0 if figure is None else figure.value / MONTHS_A_YEAR
    return flows


def _transit_shares(scenario: Scenario) -> Floats:
    """Return the part of each corridor that each host closes; shape (corridor, partner)."""
    return np.array(
        [
            [float(corridor.hosts.get(partner, 0.0)) for partner in scenario.partners]
            for corridor in scenario.corridors.values()
        ],
        dtype=np.float64,
    ).reshape(len(scenario.corridors), len(scenario.partners))


def _members(scenario: Scenario, names: list[str]) -> Floats:
    """Return a mask of the channels that each name means, itself or a kind; shape (name, channel)."""
    marks = [[float(name in (channel, model.kind)) for channel, model in scenario.channels.items()] for name in names]
    return np.array(marks, dtype=np.float64).reshape(len(names), len(scenario.channels))


def _contracts(scenario: Scenario) -> Integers:
    """Return the contract that covers each partner and channel, -1 for none; transit is the last column."""
    partners, columns = list(scenario.partners), [*scenario.channels, TRANSIT]
    numbers = np.full((len(partners), len(columns)), -1, dtype=np.int64)
    for number, contract in enumerate(scenario.contracts):
        numbers[partners.index(contract.partner), columns.index(contract.channel)] = number
    return numbers


def column_sizes(problem: Problem) -> Floats:
    """Return the baseline of every column over the horizon, money, shape (column,)."""
    sizes = problem.baseline.sum(axis=0) * problem.months
    trade, investment = (sizes[problem.kind == CHANNEL_KINDS.index(kind)].sum() for kind in AGGREGATES["total"])
    return np.array([*sizes, trade, investment, trade + investment])


def column_places(problem: Problem, channels: Iterable[str]) -> dict[str, int]:
    """Return the places of the columns that have a flow."""
    sizes, places = column_sizes(problem), dict[str, int]()
    for place, name in enumerate([*channels, *AGGREGATES]):
        if sizes[place] > 0.0:
            places.setdefault(name, place)
    return places


def column_place(problem: Problem, channels: Iterable[str], column: str) -> int:
    """Return the place of one column; refuse one that has no flow."""
    places = column_places(problem, channels)
    if column not in places:
        raise UsageError(f"no column called '{column}'; there are {', '.join(places)}")
    return places[column]


def column_channels(scenario: Scenario) -> Iterator[tuple[str, Bools]]:
    """Yield the name of each column with a mask of its channels, in order.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> dict(column_channels(mv.load("two-buyers")))["total"]
    array([ True,  True,  True])
    """
    yield from zip([*scenario.channels, *AGGREGATES], column_members(channel_kinds(scenario)), strict=True)
